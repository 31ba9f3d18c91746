//! `import --ask`: what the API says about rows with a `userId` alone.

use serde_json::{Value, json};

use super::desk::{ClosedPort, Desk, Ran};

const ROWS: &str = "userId,plan\ncust-20418,gold\nnobody-here,free\n";

fn open() -> Desk {
    let desk = Desk::open();
    std::fs::write(desk.home().join("crm.csv"), ROWS).unwrap();
    desk
}

#[test]
fn the_api_says_who_the_user_ids_of_a_table_are() {
    let desk = open();
    let ran = desk.run(&["import", "--ask", "--json", "crm.csv"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let record: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(record["not_yet_asked"], 2);
    let expected = json!({"asked":2,"found":1,"not_found":1,"failed":0,"left":0});
    assert_eq!(record["asked"], expected);
    let found = desk.run(&["search", "--json", "prop.plan:gold"]);
    let found: Value = serde_json::from_str(&found.stdout).unwrap();
    assert_eq!(found["hits"][0]["user_id"], "cust-20418");
    // Nobody is asked about twice whom the API knows.
    let again = desk.run(&["import", "--ask", "crm.csv"]);
    let words = "1 userId asked: 0 found, 1 not known to the API";
    assert!(again.stdout.contains(words), "{}", again.stdout);
}

#[test]
fn without_the_api_the_rows_are_kept_and_the_exit_code_says_why() {
    let desk = open();
    let closed = ClosedPort::take();
    let ran = Ran::of(
        desk.command(&["import", "--ask", "crm.csv"])
            .env("SMOOCH_BASE_URL", &closed.base_url),
    );
    assert_eq!(ran.code, 5, "{}", ran.stderr);
    assert!(
        ran.stdout.contains("2 known by userId, not yet asked"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout.contains("left for the next run"),
        "{}",
        ran.stdout
    );
}

#[test]
fn nothing_is_asked_in_a_dry_run() {
    let desk = open();
    let ran = desk.run(&["import", "--ask", "--dry-run", "crm.csv"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
}
