//! Users that several sources report: what each fact rests on, and every report as it came.

use smooch_console::console::geometry::Pane;
use smooch_console::domain::SmoochId;
use smooch_console::sandbox::cast;

use crate::parts::{import_into, who};
use crate::remembered::{Place, assert_shows, open_by_id};
use crate::script::Script;
use crate::{Part, picture_of_part};

const MARA: &str = cast::IDENTIFIED_NAMED.id;
const OLD: &str = "64c0a1f2a7f31c0058e6d000";

/// A place where a table and a log of webhooks speak of a user of the sandbox, and of an id that was
/// merged into them.
async fn place() -> Place {
    let place = Place::new().await;
    let old = format!(r#"{{"_id":"{OLD}","properties":{{"shoe":41}}}}"#);
    let table = format!("_id,email,loyalty\n{MARA},m@crm.example.org,gold\n");
    let merge = format!(
        r#"{{"trigger":"merge:appUser","version":"v1.1","app":{{"_id":"APP"}},"surviving":{{"_id":"{MARA}"}},"discarded":[{{"_id":"{OLD}"}}]}}"#
    );
    for (file, content, as_of) in [
        ("old.ndjson", &old, "2025-05-03T14:02:00Z"),
        ("crm.csv", &table, "2026-02-03T14:02:00Z"),
        ("log.ndjson", &merge, "2026-02-10T09:00:00Z"),
    ] {
        import_into(&place, file, content, as_of.parse().unwrap());
    }
    place
}

async fn looked_up(width: u16, height: u16) -> Script {
    let mut script = place().await.online_at(width, height).await;
    open_by_id(&mut script, MARA).await;
    script
}

#[tokio::test]
async fn after_a_look_up_each_fact_says_at_every_size_what_it_rests_on() {
    for (width, height) in [(80, 24), (120, 30), (200, 50)] {
        let mut script = looked_up(width, height).await;
        script.keys("2").await;
        assert_shows(&script, "looked up just now");
        assert_shows(&script, "mara@example.org  file differs");
        assert_shows(&script, "plan=pro  orders=17  city=Lyon");
        let name = format!("several_{width}x{height}");
        let pane = Part::Pane(Pane::Profile);
        insta::assert_snapshot!(name, picture_of_part(&script, pane));
        script.keys("G").await;
        assert_shows(&script, "gold  file, 3 Feb");
        assert_shows(&script, "41  file, 3 May 2025, old id");
        script.keys("1").await;
        let name = format!("several_beside_{width}x{height}");
        insta::assert_snapshot!(name, picture_of_part(&script, who(width)));
    }
}

#[tokio::test]
async fn the_card_names_the_reports_beside_the_answer() {
    let mut script = looked_up(120, 50).await;
    script.keys("iG").await;
    assert_shows(&script, "What other reports say");
    insta::assert_snapshot!("several_card", picture_of_part(&script, Part::Overlay));
}

#[tokio::test]
async fn the_raw_view_shows_the_answer_and_every_other_report_under_its_heading() {
    for (width, height) in [(120, 180), (80, 24)] {
        let mut script = looked_up(width, height).await;
        script.keys("1v").await;
        assert_shows(&script, "as the API answered on 2026-03-04 12:41:00 UTC");
        if height > 24 {
            assert_shows(&script, "from a file of 2026-02-03 14:02:00 UTC");
            assert_shows(&script, "which was merged into this user");
            insta::assert_snapshot!("several_raw", picture_of_part(&script, Part::Overlay));
        }
        script.keys("y").await;
        assert_shows(&script, "asked the terminal to copy the API's answer");
        let copied = script.host.copied.last().unwrap();
        assert!(
            copied.starts_with('{') && !copied.contains("m@crm"),
            "{copied}"
        );
    }
}

#[tokio::test]
async fn what_another_source_says_is_found_right_after_a_look_up() {
    let mut script = looked_up(120, 30).await;
    for query in ["m@crm.example.org", "prop.loyalty:gold", "prop.shoe:41"] {
        script.keys("s").await;
        script.paste(query).await;
        script.keys("<esc>").await;
        let hits = &script.state.users.results.hits;
        let found = hits.first().map(|hit| hit.entry.id.clone());
        assert_eq!(found, Some(SmoochId::new(MARA)), "{query}");
    }
}
