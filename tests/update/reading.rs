//! While the users kept on this machine are read: nothing says that they are not there.

use crate::given::{Desk, ask, person};
use smooch_console::console::msg::Msg;
use smooch_console::console::state::Directory;

fn reading() -> Desk {
    let mut desk = Desk::new();
    desk.state.directory = Directory::Reading;
    desk
}

#[test]
fn the_header_and_the_list_say_that_it_is_read() {
    let mut desk = reading();
    let screen = desk.screen();
    assert!(screen.contains("reading the known users …"), "{screen}");
    assert!(screen.contains("Reading the users kept on"), "{screen}");
    assert!(!screen.contains("0 known"), "{screen}");
    assert!(!screen.contains("Nobody is known"), "{screen}");
    desk.search("mara");
    assert!(
        !desk.screen().contains("nobody matches"),
        "{}",
        desk.screen()
    );
    assert_eq!(desk.send(Msg::DirectoryRead), [ask::search("mara")]);
    desk.hits();
    assert!(desk.screen().contains("0 known users"), "{}", desk.screen());
}

#[test]
fn enter_waits_for_the_users_who_are_kept_here() {
    let mut desk = reading();
    desk.search("mara");
    assert_eq!(desk.keys("<enter>"), []);
    assert_eq!(
        desk.notice(),
        "waiting until the users kept here are read; Ctrl-o asks the API at once"
    );
    desk.known.learn(person("p1", "Mara"), desk.now);
    desk.send(Msg::DirectoryRead);
    let effects = desk.hits();
    assert_eq!(effects.first(), Some(&ask::user("p1")));
    assert_eq!(desk.notice(), "");
}

#[test]
fn an_id_and_ctrl_o_wait_for_nothing() {
    let id = "64be90d2a7f31c0058e6d914";
    let mut desk = reading();
    desk.search(id);
    assert_eq!(desk.keys("<enter>").first(), Some(&ask::user(id)));
    let mut desk = reading();
    desk.search("cust-1");
    assert_eq!(desk.keys("<c-o>").first(), Some(&ask::user("cust-1")));
}

#[test]
fn escape_takes_back_an_enter_that_waits() {
    let mut desk = reading();
    desk.search("mara");
    desk.keys("<enter><esc>");
    desk.known.learn(person("p1", "Mara"), desk.now);
    desk.send(Msg::DirectoryRead);
    assert!(!desk.hits().contains(&ask::user("p1")));
}
