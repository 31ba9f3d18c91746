//! Answers that come in two parts, and ids in a pasted text.

use crate::given::{Desk, ask, client_of, person};
use smooch_console::console::effect::{Effect, Slot};
use smooch_console::console::msg::Msg;
use smooch_console::search::{Extent, Results};

const PASTED: &str = "INFO user=64be90d2a7f31c0058e6d914 <noor@example.org>";

/// A desk that knows Mara and Noor, with `ma` typed, and the answer that has not come yet.
fn typed() -> (Desk, Results) {
    let mut desk = Desk::knowing(&[person("id-mara", "Mara"), person("id-noor", "Noor Ma")]);
    desk.keys("sma");
    let results = desk.results("ma");
    (desk, results)
}

fn first_tier(desk: &mut Desk, results: &Results) -> Vec<Effect> {
    let mut results = results.clone();
    results.hits.truncate(1);
    results.matched = 1;
    results.extent = Extent::FirstTier;
    let ticket = desk.number(Slot::Search).unwrap();
    desk.send(Msg::SearchDone { ticket, results })
}

#[test]
fn the_best_tier_is_shown_while_the_rest_is_searched() {
    let (mut desk, results) = typed();
    first_tier(&mut desk, &results);
    assert_eq!(desk.selected(), Some("id-mara"));
    assert!(desk.screen().contains("1+ of 2"), "{}", desk.screen());
    assert!(!desk.state.users.is_settled());
    desk.hits();
    assert!(desk.screen().contains("2 of 2"), "{}", desk.screen());
    assert!(desk.state.users.is_settled());
}

#[test]
fn enter_waits_for_the_whole_answer() {
    let (mut desk, results) = typed();
    first_tier(&mut desk, &results);
    assert_eq!(desk.keys("<enter>"), []);
    let effects = desk.hits();
    assert!(effects.contains(&ask::user("id-mara")), "{effects:?}");
}

#[test]
fn a_part_of_an_older_answer_is_dropped() {
    let (mut desk, results) = typed();
    let older = desk.number(Slot::Search).unwrap();
    desk.keys("r");
    desk.send(Msg::SearchDone {
        ticket: older,
        results,
    });
    assert_ne!(desk.state.users.results.text, "ma");
}

#[test]
fn an_id_of_a_pasted_line_is_looked_up_by_its_row() {
    let mut desk = Desk::new();
    desk.search(PASTED);
    assert_eq!(desk.selected(), Some("64be90d2a7f31c0058e6d914"));
    desk.keys("<down>");
    assert_eq!(desk.selected(), Some("noor@example.org"));
    desk.keys("<down>");
    assert_eq!(
        desk.selected(),
        Some("(look up)"),
        "the line itself comes last"
    );
    desk.keys("<up><up>");
    let effects = desk.keys("<enter>");
    assert!(
        effects.contains(&ask::user("64be90d2a7f31c0058e6d914")),
        "{effects:?}"
    );
    let mut mara = person("64be90d2a7f31c0058e6d914", "Mara");
    mara.email = None;
    desk.found(&mara);
    desk.hits();
    assert_eq!(desk.selected(), Some("64be90d2a7f31c0058e6d914"));
}

#[test]
fn enter_takes_the_ids_of_a_line_that_is_plainly_more_than_an_id() {
    let mut noor = person("id-noor", "Noor");
    noor.email = Some("noor@example.org".into());
    let mut desk = Desk::knowing(&[noor]);
    desk.search(PASTED);
    assert_eq!(desk.selected(), Some("id-noor"));
    let effects = desk.keys("<enter>");
    assert!(effects.contains(&ask::user("id-noor")), "{effects:?}");
    let mut desk = Desk::new();
    desk.search(PASTED);
    let effects = desk.keys("<enter>");
    let asked = ask::user("64be90d2a7f31c0058e6d914");
    assert!(effects.contains(&asked), "{effects:?}");
}

#[test]
fn enter_looks_up_a_text_that_may_be_an_id_although_it_holds_another() {
    let text = "zoë/ops? #1 50%+noor@example.org";
    let mut noor = person("id-noor", "Noor");
    noor.email = Some("50%+noor@example.org".into());
    for mut desk in [Desk::knowing(&[noor]), Desk::new()] {
        desk.search(text);
        assert_eq!(
            desk.selected(),
            Some("(look up)"),
            "enter does what the cursor says"
        );
        let effects = desk.keys("<enter>");
        assert!(effects.contains(&ask::user(text)), "{effects:?}");
    }
}

#[test]
fn a_known_id_is_recognised_in_quotation_marks() {
    let mut desk = Desk::knowing(&[client_of("id-mara", "Mara", "cust-20418")]);
    for text in [
        "\"cust-20418\",",
        "userId=cust-20418",
        "user cust-20418 wrote",
    ] {
        desk.search(text);
        assert_eq!(desk.state.users.results.hits.len(), 1, "{text}");
    }
    desk.search("userId=cust-20418");
    assert_eq!(desk.selected(), Some("id-mara"));
    let effects = desk.keys("<enter>");
    assert!(effects.contains(&ask::user("id-mara")), "{effects:?}");
}

#[test]
fn the_pane_explains_what_was_not_understood() {
    let mut desk = Desk::knowing(&[person("id-mara", "Mara")]);
    for (text, words) in [
        ("is:nice", "is: wants anonymous, identified"),
        ("mara seen:7", "seen: wants < or >"),
        ("!", "! wants a word after it"),
        ("chanel:web", "did you mean channel:?"),
        ("seen<7d", "seen wants a colon"),
        ("name:mara", "there is no filter name:"),
    ] {
        desk.search(text);
        let screen = desk.screen().replace("│\n│ ", "").replace('\n', " ");
        let screen = screen.split_whitespace().collect::<Vec<_>>().join(" ");
        let start = words.split(' ').take(2).collect::<Vec<_>>().join(" ");
        assert!(screen.contains(&start), "{text}: {screen}");
    }
}

#[test]
fn the_oldest_copy_is_mentioned_once_it_is_a_day_old() {
    for (people, words) in [
        (&[person("id-mara", "Mara")][..], "(a copy"),
        (
            &[person("id-mara", "Mara"), person("id-ida", "Ida")],
            "(copies",
        ),
    ] {
        let mut desk = Desk::knowing(people);
        desk.search("nobody");
        assert!(!desk.screen().contains("(a copy") && !desk.screen().contains("copies"));
        desk.wait(3 * 24 * 60 * 60 * 1000).keys("<left>");
        assert!(desk.screen().contains(words), "{}", desk.screen());
    }
}
