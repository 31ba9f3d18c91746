//! How a row shows where a user was found.

use ratatui::style::Modifier;
use smooch_console::domain::{SmoochId, User, UserId};
use smooch_console::wire::v11;

use crate::given::{Desk, person};

/// A row of the hits and the characters that stand out in it.
fn row(desk: &Desk, y: u16) -> (String, String) {
    let buffer = desk.drawn();
    let area = desk.state.screen().hits();
    let cells = (area.left()..area.right()).map(|x| &buffer[(x, area.y + y)]);
    let (mut text, mut marked) = (String::new(), String::new());
    for cell in cells {
        text.push_str(cell.symbol());
        if cell.modifier.contains(Modifier::UNDERLINED) {
            marked.push_str(cell.symbol());
        }
    }
    (text, marked)
}

/// The first row and the characters that stand out in it or, where none do, in the line below it.
fn found(desk: &mut Desk, text: &str) -> (String, String) {
    desk.search(text);
    let (first, marked) = row(desk, 0);
    if marked.is_empty() {
        (first, row(desk, 1).1)
    } else {
        (first, marked)
    }
}

/// Somebody with a channel that has its own name for them.
fn reached(id: &str, name: &str, channel_name: &str) -> User {
    let body = serde_json::json!({"appUser": {
        "_id": id, "givenName": name, "userId": "u",
        "clients": [{"platform": "whatsapp", "displayName": channel_name, "active": true}]
    }});
    v11::parse_user(body.to_string().as_bytes()).unwrap()
}

#[test]
fn a_cut_field_shows_the_part_that_was_found() {
    for (width, height) in [(80, 24), (120, 30), (200, 50), (40, 12)] {
        let long = "a-user-id-of-the-old-shop-that-goes-on-and-on-until-the-zebra";
        let user = User {
            user_id: Some(UserId::new(long)),
            email: Some("a.very.long.address.of.somebody@department.example.org".into()),
            ..person(
                "64be90d2a7f31c0058e6d914",
                "Mara Quinn of the very long name, Countess",
            )
        };
        let mut desk = Desk::sized(width, height).and_knows(&[user]);
        for text in ["zebra", "e6d914", "example.org", "countess"] {
            let (row, marked) = found(&mut desk, text);
            assert_eq!(marked.to_lowercase(), text, "{row} at {width}x{height}");
            assert!(row.starts_with("▸ID M") || text == "countess", "{row}");
        }
    }
}

#[test]
fn an_id_of_which_nothing_else_is_known_shows_the_part_that_was_found() {
    let mut desk = Desk::sized(40, 12);
    let odd: String = "an-old-id-".repeat(4) + "zebra";
    desk.known.import_ids([SmoochId::new(odd)]);
    let (row, marked) = found(&mut desk, "zebra");
    assert_eq!(marked, "zebra", "{row}");
    assert!(row.contains("…"), "{row}");
}

#[test]
fn what_stands_out_is_what_was_found_whatever_safe_text_made_of_it() {
    let mail = User {
        email: Some("e\u{200B}vil@x.org".into()),
        ..person("b", "Somebody")
    };
    for (user, text, marked) in [
        (reached("a", "Mara", "chan\tname zulu"), "zulu", "zulu"),
        (mail, "evil@", "evil@"),
        (reached("c", "Mara", "\u{202E}\u{200B}zulu"), "ulu", "ulu"),
        (person("d", "佐藤 花子"), "藤", "藤"),
        (person("e", "Rene\u{301} Zulu"), "ne", "ne\u{301}"),
        (person("f", "Rene\u{301} Zulu"), "zu", "Zu"),
    ] {
        let mut desk = Desk::knowing(&[user]);
        let (row, stands_out) = found(&mut desk, text);
        assert_eq!(stands_out.trim(), marked, "{row}");
    }
}

#[test]
fn a_word_found_in_a_field_that_the_row_does_not_show_shows_that_field() {
    let user = User {
        email: Some("john@example.org".into()),
        ..person("64be90d2a7f31c0058e6d914", "Ute Smith")
    };
    for (width, height) in [(80, 24), (120, 30), (40, 12)] {
        let mut desk = Desk::sized(width, height).and_knows(std::slice::from_ref(&user));
        for (text, marked) in [
            ("smith john", "Smithjohn"),
            ("john smith", "Smithjohn"),
            ("ute", "Ute"),
            ("smith ute", "UteSmith"),
        ] {
            let (row, stands_out) = found(&mut desk, text);
            assert_eq!(stands_out, marked, "{row}");
        }
    }
}

#[test]
fn what_matches_takes_no_column_away() {
    let mut mara = reached(
        "64be90d2a7f31c0058e6d914",
        "Mara Quinn",
        "+33 6 12 34 56 78",
    );
    mara.email = Some("mara.quinn@a-long-domain.example.org".into());
    mara.clients[0].last_seen = Some(crate::given::noon() - crate::given::hours(3));
    let mut other = person("64be90d2a7f31c0058e6d915", "Noor Haddad");
    other.email = Some("noor@a-long-domain.example.org".into());
    for (width, height) in [(80, 24), (120, 30), (200, 50)] {
        let mut desk = Desk::sized(width, height).and_knows(&[mara.clone(), other.clone()]);
        for (text, second) in [
            ("long-domain", "e-mail mara.quinn@a-long"),
            (
                "mara.quinn@a-long-domain.example.org",
                "e-mail mara.quinn@a-long",
            ),
            ("64be90d2a7f31c0058e6d914", "_id 64be90d2a7f31c0058e6d914"),
            ("33612345678", "+33 6 12 34 56 78"),
        ] {
            desk.search(text);
            let (first, _) = row(&desk, 0);
            assert!(first.starts_with("▸ID Mara Quinn "), "{first}");
            assert!(first.trim_end().ends_with("whatsapp    3h"), "{first}");
            let (below, _) = row(&desk, 1);
            let shown = format!("{first}{below}");
            let second = second
                .trim_start_matches("e-mail ")
                .trim_start_matches("_id ");
            assert!(shown.contains(second), "{shown}");
        }
        desk.search("long-domain");
        let next = if row(&desk, 1).0.starts_with(" --") {
            1
        } else {
            2
        };
        let (next, _) = row(&desk, next);
        assert!(next.contains("Noor Haddad"), "{next}: no row is covered");
        desk.keys("<down>");
        assert!(row(&desk, 1).0.starts_with("▸-- Noor Haddad"));
    }
}

#[test]
fn a_cut_around_the_match_leaves_the_columns_where_they_are() {
    let names = [
        "佐藤花子の長い名前がここに続く人",
        "short 人",
        "人",
        "a long name of many words 人",
    ];
    let numbered = (0..).zip(names);
    let users: Vec<User> = numbered
        .map(|(number, name)| reached(&format!("u{number}"), name, "Somebody"))
        .collect();
    let mut desk = Desk::sized(40, 12).and_knows(&users);
    desk.search("人");
    let place = |y| {
        let (row, marked) = row(&desk, y);
        assert!(marked.contains('人'), "{row}");
        let at = row.find("whatsapp").unwrap();
        row[..at].chars().count()
    };
    let places: Vec<usize> = (0..4).map(place).collect();
    assert_eq!(places, vec![places[0]; 4]);
}

#[test]
fn the_profile_tab_does_not_say_again_what_the_strip_above_it_says() {
    let mut mara = reached(
        "64be90d2a7f31c0058e6d914",
        "Mara Quinn",
        "+33 6 12 34 56 78",
    );
    mara.email = Some("mara@example.org".into());
    for (width, height) in [(80, 24), (60, 16), (99, 40)] {
        let mut desk = Desk::sized(width, height).and_knows(std::slice::from_ref(&mara));
        desk.keys("2");
        let screen = desk.screen();
        assert_eq!(screen.matches("IDENTIFIED").count(), 1, "{screen}");
        for label in ["│ name  ", "│ _id  ", "│ reach  "] {
            assert!(!screen.contains(label), "{label} is in\n{screen}");
        }
        for words in ["login ", "e-mail   mara@example.org", "props "] {
            assert!(screen.contains(words), "{words} is not in\n{screen}");
        }
    }
}

#[test]
fn what_the_strip_cuts_is_whole_on_the_profile_tab() {
    let long = "a-user-id-of-the-old-shop-that-goes-on-and-on-until-the-zebra";
    let user = User {
        user_id: Some(UserId::new(long)),
        ..person("64be90d2a7f31c0058e6d914", &"Mara ".repeat(15))
    };
    let mut desk = Desk::sized(80, 24).and_knows(&[user]);
    desk.keys("2");
    let screen = desk.screen();
    assert!(screen.contains(&format!("userId   {long}")), "{screen}");
    assert!(screen.contains("name     Mara Mara"), "{screen}");
}
