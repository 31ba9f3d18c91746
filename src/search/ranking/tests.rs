//! What agents expect of ranking.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests compare raw text"
)]

use jiff::Timestamp;

use crate::domain::{DisplayName, Provenance, SmoochId, Untrusted};
use crate::search::query::{Extent, FuzzyTier, HitField, MatchedField, Rank, Request, Results};
use crate::search::{KnownUsers, SearchSession, search_once};
use crate::wire::v11::parse_user;

/// More hits than any test has people.
const ALL: usize = 1_000;

fn search(known: &KnownUsers, text: &str) -> Results {
    search_once(&known.snapshot(), &request(text))
}

fn request(text: &str) -> Request<'_> {
    Request::new(text, Timestamp::UNIX_EPOCH, ALL)
}

/// People known by their JSON; the n-th has the `_id` `…n`.
fn known(people: &[&str]) -> KnownUsers {
    let mut known = KnownUsers::default();
    for (index, fields) in people.iter().enumerate() {
        let json =
            format!("{{\"appUser\":{{\"_id\":\"7c1f0a9be35d42608f1b6a{index:02}\",{fields}}}}}");
        known.learn(parse_user(json.as_bytes()).unwrap(), Timestamp::UNIX_EPOCH);
    }
    known
}

fn named(given: &str, surname: &str) -> String {
    format!("\"givenName\":\"{given}\",\"surname\":\"{surname}\"")
}

fn names(known: &KnownUsers, text: &str) -> Vec<String> {
    let hits = search(known, text).hits.into_iter();
    hits.map(|hit| hit.entry.copy.unwrap().name.text.expose().to_owned())
        .collect()
}

#[test]
fn a_word_that_starts_with_the_text_comes_before_scattered_letters() {
    let people = [
        named("Sandy Chad", "Mckee"),
        named("Ute", "Schmidt"),
        named("Bernd", "Schmidt"),
    ];
    let known = known(&people.each_ref().map(String::as_str));
    let found = names(&known, "schm");
    assert_eq!(found.last().unwrap(), "Sandy Chad Mckee");
    assert!(
        found[..2].iter().all(|name| name.ends_with("Schmidt")),
        "{found:?}"
    );
}

#[test]
fn all_words_have_to_be_found_in_any_order() {
    let people = [
        named("John", "Smith"),
        named("John", "Doe"),
        named("Anna", "Smith"),
    ];
    let known = known(&people.each_ref().map(String::as_str));
    assert_eq!(names(&known, "smith john")[0], "John Smith");
    let exact: Vec<_> = search(&known, "smith john")
        .hits
        .into_iter()
        .map(|h| h.rank)
        .collect();
    assert_eq!(exact[0], Some(Rank::Prefix));
}

#[test]
fn words_together_in_a_name_come_before_words_in_several_fields() {
    let mut people: Vec<String> = (0..150)
        .map(|number| format!(r#""surname":"Smith","email":"john.smith{number}@example.org""#))
        .collect();
    people.push(r#""givenName":"John","surname":"Smith""#.to_owned());
    people.push(r#""givenName":"Ann","surname":"John-Smith""#.to_owned());
    let people: Vec<&str> = people.iter().map(String::as_str).collect();
    let names = names(&known(&people), "smith john");
    assert_eq!(names[0], "John Smith");
    assert_eq!(names.len(), 152);
}

#[test]
fn accents_case_and_abbreviations_are_found() {
    let people = [
        named("Jörg", "Müller"),
        named("John", "Smith"),
        named("花", "佐藤"),
        named("Иван", "Петров"),
    ];
    let known = known(&people.each_ref().map(String::as_str));
    assert_eq!(names(&known, "muller")[0], "Jörg Müller");
    assert_eq!(names(&known, "MÜLLER")[0], "Jörg Müller");
    assert_eq!(names(&known, "jhnsmth"), ["John Smith"]);
    assert_eq!(names(&known, "佐藤 花"), ["花 佐藤"]);
    assert_eq!(names(&known, "иван"), ["Иван Петров"]);
}

#[test]
fn an_exact_id_comes_first_and_says_so() {
    let known = known(&[
        "\"userId\":\"cust-1\",\"email\":\"a@example.org\"",
        "\"userId\":\"cust-11\",\"givenName\":\"cust-1\"",
        "\"userId\":\"x\"",
    ]);
    for text in ["cust-1", " cust-1 "] {
        let first = &search(&known, text).hits[0];
        assert_eq!(first.rank, Some(Rank::Exact));
        assert_eq!(first.matched.as_ref().unwrap().field, HitField::UserId);
    }
    let by_email = &search(&known, "A@Example.org").hits[0];
    assert_eq!(
        (by_email.rank, by_email.matched.as_ref().unwrap().field),
        (Some(Rank::Exact), HitField::Email)
    );
    let by_id = &search(&known, "7c1f0a9be35d42608f1b6a02").hits[0];
    assert_eq!(by_id.matched.as_ref().unwrap().field, HitField::SmoochId);
}

#[test]
fn user_ids_are_compared_as_they_came() {
    let known = known(&["\"userId\":\"Cust-1\""]);
    assert_ne!(search(&known, "cust-1").hits[0].rank, Some(Rank::Exact));
    assert_eq!(search(&known, "Cust-1").hits[0].rank, Some(Rank::Exact));
}

#[test]
fn all_matched_fields_are_named_that_of_the_worst_word_first() {
    let known = known(&[
        "\"givenName\":\"Ute\",\"surname\":\"Smith\",\"email\":\"john@x.org\",\"userId\":\"c-77\"",
    ]);
    for (text, shown, also) in [
        ("smith", HitField::Name, &[][..]),
        ("ute smith", HitField::Name, &[]),
        ("ute john", HitField::Name, &[HitField::Email]),
        ("smith john", HitField::Name, &[HitField::Email]),
        ("john smith", HitField::Name, &[HitField::Email]),
        ("john ute", HitField::Email, &[HitField::Name]),
        (
            "c-77 john ute",
            HitField::UserId,
            &[HitField::Email, HitField::Name],
        ),
        ("7c1f0 smth", HitField::Name, &[HitField::SmoochId]),
    ] {
        let hit = search(&known, text).hits.remove(0);
        assert_eq!(hit.matched.unwrap().field, shown, "{text}");
        let fields: Vec<HitField> = hit.also.iter().map(|found| found.field).collect();
        assert_eq!(fields, also, "{text}");
        assert!(
            hit.also.iter().all(|found| !found.spans.is_empty()),
            "{text}"
        );
    }
}

#[test]
fn spans_count_characters_of_the_shown_field() {
    let people = [named("Jörg", "Strauß")];
    let known = known(&people.each_ref().map(String::as_str));
    let matched = search(&known, "strauss").hits.remove(0).matched.unwrap();
    assert_eq!(matched.field, HitField::Name);
    assert_eq!((matched.spans.len(), &matched.spans[0]), (1, &(5..11)));
    let decomposed = [named("Cafe\u{301}", "X")];
    let known_so = self::known(&decomposed.each_ref().map(String::as_str));
    let matched = search(&known_so, "café").hits.remove(0).matched.unwrap();
    assert_eq!((matched.spans.len(), &matched.spans[0]), (1, &(0..5)));
    let two = search(&known, "str jor").hits.remove(0).matched.unwrap();
    assert_eq!(two.spans, [0..3, 5..8]);
}

#[test]
fn scattered_letters_in_random_ids_mean_nothing() {
    let known = known(&["\"userId\":\"u\""]);
    assert_eq!(search(&known, "7f9e").matched, 0);
    assert_eq!(
        search(&known, "e35d").matched,
        1,
        "but a part of an id is found"
    );
}

#[test]
fn without_a_text_opened_users_come_first_then_those_seen_last() {
    let seen = |at: &str| {
        format!("\"clients\":[{{\"id\":\"c\",\"platform\":\"web\",\"lastSeen\":\"{at}\"}}]")
    };
    let people = [
        seen("2024-03-01T00:00:00Z"),
        seen("2024-03-03T00:00:00Z"),
        seen("2024-03-02T00:00:00Z"),
    ];
    let mut known = known(&people.each_ref().map(String::as_str));
    let order = |known: &KnownUsers| {
        let hits = search(known, " ").hits.into_iter();
        hits.map(|hit| hit.entry.id.expose()[22..].to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(order(&known), ["01", "02", "00"]);
    known.note_opened(
        &SmoochId::new("7c1f0a9be35d42608f1b6a00"),
        Timestamp::UNIX_EPOCH,
    );
    assert_eq!(order(&known), ["00", "01", "02"]);
}

#[test]
fn users_known_only_by_id_are_found_by_it() {
    let mut known = KnownUsers::default();
    known.import_ids(["aa", "ab", "aa"].map(SmoochId::new));
    assert_eq!(known.len(), 2);
    assert_eq!(search(&known, "ab").matched, 1);
    assert_eq!(search(&known, "").oldest, None);
}

#[test]
fn a_guessed_name_does_not_replace_one_from_messages() {
    let mut known =
        known(&["\"clients\":[{\"id\":\"c\",\"platform\":\"line\",\"displayName\":\"Haru\"}]"]);
    let id = SmoochId::new("7c1f0a9be35d42608f1b6a00");
    let text = Untrusted::from("Haru T.");
    let name = DisplayName {
        text,
        provenance: Provenance::Message,
        ..DisplayName::unknown()
    };
    known.learn_name(&id, name);
    let again = search(&known, "").hits[0]
        .entry
        .copy
        .clone()
        .unwrap()
        .user
        .clone();
    known.learn(again, Timestamp::UNIX_EPOCH);
    assert_eq!(names(&known, ""), ["Haru T."]);
}

/// The names that are found, both while all records are recent and after a merge.
fn found_either_way(people: &[String], text: &str) -> Vec<String> {
    let people: Vec<&str> = people.iter().map(String::as_str).collect();
    let mut known = known(&people);
    let late = names(&known, text);
    let merge = known.begin_merge();
    known.finish_merge(merge.build());
    assert_eq!(names(&known, text), late, "{text}");
    late
}

fn on_channel(given: &str, surname: &str, external_id: &str) -> String {
    let name = named(given, surname);
    format!(
        "{name},\"clients\":[{{\"id\":\"c\",\"platform\":\"whatsapp\",\"externalId\":\"{external_id}\"}}]"
    )
}

#[test]
fn every_script_is_found_by_its_own_letters() {
    let people = [
        named("花", "佐藤"),
        named("太郎", "佐々木"),
        named("Иван", "Петров"),
        named("محمد", "حسن"),
        named("Νίκος", "Παπαδόπουλος"),
        named("דוד", "כהן"),
        named("สมชาย", "ใจดี"),
        named("민수", "김"),
        named("Jörg", "Müller"),
        named("Back", "O\u{FB03}ce"),
        named("\u{FB01}nn", "K"),
        named("Ａｎｎａ", "K"),
        named("ｶﾀｶﾅ", "K"),
        named("يوسـف", "K"),
    ];
    for (text, name) in [
        ("佐藤 花", "花 佐藤"),
        ("佐々", "太郎 佐々木"),
        ("иван", "Иван Петров"),
        ("петр", "Иван Петров"),
        ("محمد", "محمد حسن"),
        ("حسن محمد", "محمد حسن"),
        ("παπαδοπουλος", "Νίκος Παπαδόπουλος"),
        ("כהן", "דוד כהן"),
        ("ใจดี", "สมชาย ใจดี"),
        ("민", "민수 김"),
        ("muller", "Jörg Müller"),
        ("müller", "Jörg Müller"),
        ("office", "Back O\u{FB03}ce"),
        ("finn", "\u{FB01}nn K"),
        ("anna", "Ａｎｎａ K"),
        ("Anna", "Ａｎｎａ K"),
        ("カタカナ", "ｶﾀｶﾅ K"),
        ("يوسف", "يوسـف K"),
    ] {
        assert_eq!(found_either_way(&people, text)[0], name, "{text}");
    }
}

#[test]
fn a_phone_number_is_found_however_it_is_written() {
    let people = [
        on_channel("Mara", "Quinn", "+49 (151) 234-5678"),
        on_channel("Noor", "Aziz", "4915299900011"),
        named("49ers", "Fan"),
    ];
    for text in [
        "0049 151 234",
        "0049151234",
        "+49 (0) 151 2345678",
        "+49 0151 2345678",
        "+49(0)151-2345678",
        "+49 (0151) 234",
        "0151 / 2345678",
        "0151 - 2345678",
        "(0151) 2345678",
        "0151\u{2013}234",
        "0151\u{2011}234",
        "0151 \u{2013} 234",
        "tel:+491512345678",
        "whatsapp:+491512345678",
        "01 51 23 45 67 8",
        "0151",
        "+491512345678",
        "+49 151 2345678",
        "0151 234 5678",
        "0151/2345678",
        "00491512345678",
        "(151) 234-5678",
        "1512345678",
        "234-5678",
    ] {
        assert_eq!(found_either_way(&people, text), ["Mara Quinn"], "{text}");
    }
    assert_eq!(
        found_either_way(&people, "+49"),
        ["Mara Quinn", "Noor Aziz"],
        "a sign of a number means no name"
    );
}

#[test]
fn the_first_digits_of_a_number_find_it() {
    let people = [on_channel("Mara", "Quinn", "+49 151 2345678")];
    for text in [
        "0",
        "01",
        "015",
        "0151",
        "00",
        "004",
        "0049",
        "0049 1",
        "+49 (0",
        "+49 (0) 1",
    ] {
        let is_too_short = ["0", "01", "00", "004"].contains(&text);
        let found = found_either_way(&people, text);
        assert_eq!(found.is_empty(), is_too_short, "{text}");
    }
}

#[test]
fn the_pieces_of_a_number_may_be_apart() {
    let people = [
        format!("{},\"userId\":\"kd 1860 151\"", named("Mara", "Quinn")),
        named("Noor 151", "Room 1860"),
    ];
    assert_eq!(found_either_way(&people, "kd 1860"), ["Mara Quinn"]);
    assert_eq!(found_either_way(&people, "151 1860").len(), 2);
}

#[test]
fn a_name_that_is_a_number_is_found_by_its_digits() {
    let twilio =
        "\"clients\":[{\"id\":\"c\",\"platform\":\"twilio\",\"displayName\":\"(415) 555-0199\"}]";
    let whatsapp = "\"givenName\":\"Noor\",\"clients\":[{\"id\":\"c\",\"platform\":\"whatsapp\",\"displayName\":\"+49 151 2345678\",\"externalId\":\"whatsapp:+491752345678\"}]";
    let people = [twilio.to_owned(), whatsapp.to_owned()];
    for text in ["4155550199", "415-555", "(415) 555 0199"] {
        assert_eq!(
            found_either_way(&people, text),
            ["(415) 555-0199"],
            "{text}"
        );
    }
    for text in ["0151234", "0151 2345678", "01752345678", "0175 / 2345678"] {
        assert_eq!(found_either_way(&people, text), ["Noor"], "{text}");
    }
    let people: Vec<&str> = people.iter().map(String::as_str).collect();
    let marked = |text: &str| {
        let matched = search(&known(&people), text).hits.remove(0).matched;
        let MatchedField { field, text, spans } = matched.unwrap();
        (
            field,
            text.expose().to_owned(),
            (spans.len(), spans[0].clone()),
        )
    };
    let name = (HitField::Name, "(415) 555-0199".to_owned(), (1, 1..9));
    assert_eq!(marked("415555"), name);
    let other = "+49 151 2345678".to_owned();
    assert_eq!(
        marked("0151 234"),
        (HitField::ChannelName, other, (1, 4..11))
    );
}

#[test]
fn only_what_can_be_dialled_is_a_phone_number() {
    let client = |platform: &str, id: &str| {
        format!(
            "\"givenName\":\"{platform}\",\"clients\":[{{\"id\":\"c\",\"platform\":\"{platform}\",\"externalId\":\"{id}\"}}]"
        )
    };
    let people = [
        client("messenger", "1234567890123456"),
        client("telegram", "123456789"),
        client("whatsapp", "4915123456"),
        client("custom", "+49 151 23456"),
        client("other", "49 151 23456"),
    ];
    let mut found = found_either_way(&people, "has:phone");
    found.sort_unstable();
    assert_eq!(found, ["custom", "whatsapp"]);
    assert_eq!(found_either_way(&people, "!has:phone").len(), 3);
    assert_eq!(
        found_either_way(&people, "15123456").len(),
        3,
        "digits are found anyway"
    );
}

#[test]
fn the_number_as_it_came_is_shown_and_marked() {
    let mut known = known(&[&on_channel("Mara", "Quinn", "+49 (151) 234-5678")]);
    let merge = known.begin_merge();
    known.finish_merge(merge.build());
    let matched = search(&known, "0151234").hits.remove(0).matched.unwrap();
    assert_eq!(matched.field, HitField::ExternalId);
    assert_eq!(matched.text.expose(), "+49 (151) 234-5678");
    assert_eq!((matched.spans.len(), &matched.spans[0]), (1, &(5..13)));
}

#[test]
fn signs_narrow_what_is_found() {
    let people = [
        named("Anna", "Keller"),
        named("Hanna", "Weber"),
        named("Anja", "Na"),
    ];
    assert_eq!(
        found_either_way(&people, "anna"),
        ["Anna Keller", "Hanna Weber", "Anja Na"]
    );
    assert_eq!(
        found_either_way(&people, "'anna"),
        ["Anna Keller", "Hanna Weber"]
    );
    assert_eq!(found_either_way(&people, "^anna"), ["Anna Keller"]);
    assert_eq!(
        found_either_way(&people, "anna !weber"),
        ["Anna Keller", "Anja Na"]
    );
    assert_eq!(found_either_way(&people, "!anna"), ["Anja Na"]);
}

#[test]
fn a_capital_matches_capitals_and_anything_else_comes_last() {
    let people = [named("anna", "keller"), named("Anna", "Weber")];
    assert_eq!(
        found_either_way(&people, "Anna"),
        ["Anna Weber", "anna keller"]
    );
    assert_eq!(found_either_way(&people, "'Anna"), ["Anna Weber"]);
    assert_eq!(found_either_way(&people, "anna").len(), 2);
}

#[test]
fn filters_exclude_users_that_do_not_pass() {
    let people = [
        format!("{},\"userId\":\"u-1\",\"email\":\"a@example.org\"", named("Anna", "K")),
        format!("{},\"properties\":{{\"plan\":\"pro\",\"orders\":17}}", named("Berta", "K")),
        "\"userId\":\"u-3\",\"clients\":[{\"id\":\"c\",\"platform\":\"whatsapp\",\"displayName\":\"Carl K\",\"lastSeen\":\"1969-12-31T00:00:00Z\"}]".to_owned(),
    ];
    for (text, found) in [
        ("is:identified", &["Anna K", "Carl K"][..]),
        ("is:anonymous", &["Berta K"]),
        ("is:named k", &["Anna K", "Berta K"]),
        ("is:unnamed k", &["Carl K"]),
        ("!is:unnamed k", &["Anna K", "Berta K"]),
        ("channel:what", &["Carl K"]),
        ("has:email", &["Anna K"]),
        ("prop.plan:pro", &["Berta K"]),
        ("prop.orders:17 k", &["Berta K"]),
        ("prop.plan:free", &[]),
        ("is:identified !carl", &["Anna K"]),
    ] {
        let mut names = found_either_way(&people, text);
        names.sort_unstable();
        assert_eq!(names, found, "{text}");
    }
}

#[test]
fn a_text_without_meaning_finds_nobody_and_says_why() {
    let known = known(&[&named("Anna", "Keller")]);
    for text in ["!", "^", "'", "is:", "is:nice", "seen:7", "\u{301}"] {
        let results = search(&known, text);
        assert!(results.hits.is_empty(), "{text}");
        assert_eq!(results.explanations.len(), 1, "{text}");
    }
    let results = search(&known, "anna is:");
    assert_eq!((results.matched, results.explanations.len()), (1, 1));
}

#[test]
fn a_hint_says_what_was_meant_when_nobody_is_found() {
    let person = format!(
        "{},\"userId\":\"email:7\",\"clients\":[{{\"id\":\"c\",\"platform\":\"web\"}},{{\"id\":\"d\",\"platform\":\"line\"}}]",
        named("Mara", "Quinn")
    );
    let known = known(&[&person]);
    let said = |text: &str| {
        let results = search(&known, text);
        assert!(results.explanations.is_empty(), "{text}");
        let hints = results.hints.iter().map(|hint| hint.expose().to_owned());
        hints.collect::<String>()
    };
    assert!(said("name:mara").contains("no filter name:; to search names just type mara"));
    assert!(said("platform:web").contains("did you mean channel:web?"));
    assert!(said("channel:foo").ends_with("a channel “foo”; there are line, web"));
    for text in [
        "email:7",
        "channel:we",
        "!channel:foo",
        "auth0:1",
        "urn:x",
        "http://x",
        "id:7c1f0a9be35d42608f1b6aff",
    ] {
        assert_eq!(said(text), "", "{text}");
    }
}

#[test]
fn quotation_marks_keep_words_together() {
    let people = [
        format!(
            "{},\"properties\":{{\"Plan Name\":\"pro\",\"city\":\"New York\"}}",
            named("Mara", "Quinn")
        ),
        format!(
            "{},\"properties\":{{\"city\":\"Newark\"}}",
            named("Quinn", "Mara")
        ),
    ];
    for text in [
        "\"mara quinn\"",
        "“ara qu”",
        "^\"mara q\"",
        "mara !\"quinn mara\"",
        "prop.city:\"new yo",
        "prop.\"Plan Name\":pro quinn",
    ] {
        assert_eq!(found_either_way(&people, text), ["Mara Quinn"], "{text}");
    }
    assert_eq!(found_either_way(&people, "prop.city:new").len(), 2);
    let people: Vec<&str> = people.iter().map(String::as_str).collect();
    let matched = search(&known(&people), "\"ra qu\"").hits.remove(0).matched;
    assert_eq!(matched.unwrap().spans[0], 2..7);
}

#[test]
fn pins_and_habits_only_break_ties() {
    let people = [
        named("Anna", "One"),
        named("Anna", "Two"),
        named("Anna", "Three"),
        named("Joanna", "Four"),
    ];
    let mut known = known(&people.each_ref().map(String::as_str));
    let id = |number: usize| SmoochId::new(format!("7c1f0a9be35d42608f1b6a{number:02}"));
    let at = |seconds| Timestamp::from_second(seconds).unwrap();
    known.note_opened(&id(2), at(1_000_000_000));
    assert_eq!(names(&known, "anna")[0], "Anna Three");
    known.pin(&id(1));
    assert_eq!(names(&known, "anna")[..2], ["Anna Two", "Anna Three"]);
    // Three times a month ago is less than once now.
    for days in [1, 2, 3] {
        known.note_opened(&id(0), at(1_000_000_000 + days * 86_400));
    }
    assert_eq!(names(&known, "anna")[1], "Anna One");
    known.note_opened(&id(2), at(1_000_000_000 + 40 * 86_400));
    assert_eq!(names(&known, "anna")[1], "Anna Three");
    known.pin(&id(3));
    assert_eq!(
        names(&known, "anna").last().unwrap(),
        "Joanna Four",
        "a pin does not make a better match"
    );
    assert_eq!(
        names(&known, "")[..2],
        ["Anna Two", "Joanna Four"].map(String::from).as_slice()[..2]
    );
}

#[test]
fn a_pasted_line_finds_known_users_and_offers_other_ids() {
    let people = [format!("{},\"userId\":\"cust-1\"", named("Anna", "Keller"))];
    let known = known(&people.each_ref().map(String::as_str));
    let line =
        "2026-03-04 INFO user 7c1f0a9be35d42608f1b6a00 <x@example.org> 64be90d2a7f31c0058e6d914";
    let results = search(&known, line);
    assert_eq!((results.matched, results.fuzzy), (1, FuzzyTier::Skipped));
    assert_eq!(results.hits[0].rank, Some(Rank::Exact));
    assert!(!results.names_whole(&results.hits[0]));
    let offers: Vec<_> = results
        .offers
        .iter()
        .map(|id| id.expose().to_owned())
        .collect();
    assert_eq!(offers, ["x@example.org", "64be90d2a7f31c0058e6d914"]);
    let alone = search(&known, "64be90d2a7f31c0058e6d914");
    assert!(alone.offers.is_empty(), "the text itself is offered anyway");
}

#[test]
fn the_best_tier_comes_first_and_the_whole_answer_after_it() {
    let people: Vec<String> = (0..9)
        .map(|n| named("Anna", &format!("Keller{n}")))
        .collect();
    let people: Vec<&str> = people.iter().map(String::as_str).collect();
    let mut known = known(&people);
    let merge = known.begin_merge();
    known.finish_merge(merge.build());
    let mut first = Vec::new();
    let session = SearchSession::default();
    let whole = session.search(&known.snapshot(), &request("anna"), |results| {
        first.push(results);
    });
    let whole = whole.unwrap();
    assert_eq!(first.len(), 1);
    assert_eq!((first[0].extent, first[0].matched), (Extent::FirstTier, 9));
    assert_eq!(
        (whole.extent, whole.hits),
        (Extent::Whole, first.remove(0).hits)
    );
}

#[test]
fn a_generated_name_is_shown_but_not_searched() {
    let mut known = known(&["\"clients\":[{\"id\":\"c\",\"platform\":\"web\"}]"]);
    let merge = known.begin_merge();
    known.finish_merge(merge.build());
    assert_eq!(search(&known, "web").matched, 0);
    let entry = search(&known, "").hits.remove(0).entry;
    assert_eq!(
        entry.summary.unwrap().name.expose(),
        "Web User 7c1f0a9be35d42608f1b6a00"
    );
}

#[test]
fn a_user_known_from_a_store_gets_the_name_from_the_messages() {
    let mut builder = crate::search::IndexBuilder::default();
    let bare = crate::search::Person::bare("7c1f0a9be35d42608f1b6a00");
    builder.push(&crate::search::Person {
        user_id: Some("cust-1"),
        confirmed_at: Some(Timestamp::UNIX_EPOCH),
        ..bare
    });
    let mut known = KnownUsers::default();
    known.install(builder.build());
    let name = DisplayName {
        text: Untrusted::from("Haru T."),
        provenance: Provenance::Message,
        ..DisplayName::unknown()
    };
    known.learn_name(&SmoochId::new("7c1f0a9be35d42608f1b6a00"), name);
    let hit = search(&known, "haru").hits.remove(0);
    let summary = hit.entry.summary.unwrap();
    assert_eq!(summary.name.expose(), "Haru T.");
    assert_eq!(summary.provenance, Provenance::Message);
    assert_eq!(summary.user_id.unwrap().expose(), "cust-1");
    assert_eq!(known.len(), 1);
}

#[test]
fn a_phone_number_stays_one_when_its_user_gets_another_name() {
    let mut builder = crate::search::IndexBuilder::default();
    let channel = crate::search::PersonChannel {
        platform: Some("whatsapp"),
        display_name: None,
        external_id: Some("4915123456"),
        last_seen: None,
    };
    builder.push(&crate::search::Person {
        channels: &[channel],
        confirmed_at: Some(Timestamp::UNIX_EPOCH),
        ..crate::search::Person::bare("7c1f0a9be35d42608f1b6a00")
    });
    let mut known = KnownUsers::default();
    known.install(builder.build());
    assert_eq!(search(&known, "has:phone").matched, 1);
    let name = DisplayName {
        text: Untrusted::from("Haru T."),
        provenance: Provenance::Message,
        ..DisplayName::unknown()
    };
    known.learn_name(&SmoochId::new("7c1f0a9be35d42608f1b6a00"), name);
    assert_eq!(search(&known, "has:phone haru").matched, 1);
}

#[test]
fn a_phone_number_is_found_wherever_it_is_and_however_it_is_written() {
    let people = [
        r#""clients":[{"platform":"whatsapp","externalId":"31612345037"}]"#,
        r#""properties":{"phone":"0171/1234567"}"#,
        r#""properties":{"mobileNumber":84987654321}"#,
        r#""properties":{"contact":"+31 6 98765432"}"#,
        r#""userId":"+4415550123456""#,
        r#""givenName":"Ana +351 912 345 678""#,
        r#""clients":[{"platform":"custom","externalId":"31655500011@s.whatsapp.net"}]"#,
    ];
    let known = known(&people);
    let found = |text: &str| {
        let hits = search(&known, text).hits.into_iter();
        let ids = hits.map(|hit| hit.entry.id.expose()[22..].parse::<usize>().unwrap());
        ids.collect::<Vec<_>>()
    };
    for (text, number) in [
        ("0612345037", 0),
        ("+31 6 12345037", 0),
        ("٠٦١٢٣٤٥٠٣٧", 0),
        ("https://wa.me/31612345037", 0),
        ("wa.me/31612345037?text=Hello", 0),
        ("https://api.whatsapp.com/send?phone=%2B31612345037", 0),
        ("31612345037@s.whatsapp.net", 0),
        ("tel:+31-6-12345037;ext=12", 0),
        ("+31 6 12345037 ext. 12", 0),
        ("Call from +31 6 12345037 at 10:00", 0),
        (
            "2024-05-03 10:15:22 INFO incoming 0031612345037 queue=3 agent=7 wait=12 s a b c d",
            0,
        ),
        ("0171 1234567", 1),
        ("+49 171 1234567", 1),
        ("tel:+491711234567", 1),
        ("491711234567", 1),
        ("+84 987 654 321", 2),
        ("0987654321", 2),
        ("06-98765432", 3),
        ("+44 1555 0123456", 4),
        ("912345678", 5),
        ("06 555 000 11", 6),
    ] {
        assert_eq!(found(text), [number], "{text}");
    }
    let mut with_phone = found("has:phone");
    with_phone.sort_unstable();
    assert_eq!(with_phone, [0, 1, 2, 3, 4, 5, 6]);
    assert_eq!(found("!has:phone"), Vec::<usize>::new());
}

#[test]
fn apostrophes_and_umlauts_are_found_in_either_spelling() {
    let people = [
        named("Sean", "O’Brien"),
        named("Ana", "D'Souza"),
        named("Eva", "Müller"),
        named("Ida", "Mueller"),
        named("Jan", "Muller"),
        named("Per", "Sørensen"),
    ];
    let known = known(&people.each_ref().map(String::as_str));
    for text in ["O'Brien", "O’Brien", "obrien", "o`brien", "O´Brien"] {
        assert_eq!(names(&known, text), ["Sean O’Brien"], "{text}");
    }
    assert_eq!(names(&known, "D’Souza"), ["Ana D'Souza"]);
    assert_eq!(names(&known, "mueller"), ["Ida Mueller", "Eva Müller"]);
    assert_eq!(names(&known, "eva mueller"), ["Eva Müller"]);
    let found = search(&known, "Mueller");
    let ranks: Vec<_> = found.hits.iter().map(|hit| hit.rank.unwrap()).collect();
    assert_eq!(ranks, [Rank::Word, Rank::Substring]);
    assert_eq!(found.matched, 2);
    let found = names(&known, "müller");
    assert_eq!(found, ["Eva Müller", "Jan Muller", "Ida Mueller"]);
    assert_eq!(names(&known, "soerensen"), ["Per Sørensen"]);
}

#[test]
fn the_nearest_names_are_offered_only_when_nobody_is_found() {
    let people: Vec<String> = (0..12)
        .map(|number| named(["Mara", "Sandra", "Schmidt"][number % 3], "Quinn"))
        .collect();
    let people: Vec<&str> = people.iter().map(String::as_str).collect();
    let known = known(&people);
    let near = |text: &str| {
        let results = search(&known, text);
        let near = results.near.into_iter();
        let near = near.map(|hit| hit.entry.summary.unwrap().name.expose().to_owned());
        let mut near: Vec<String> = near.collect();
        near.dedup();
        (results.hits.len(), near)
    };
    for (text, name) in [
        ("marra", "Mara Quinn"),
        ("amra", "Mara Quinn"),
        ("Sandar Qiunn", "Sandra Quinn"),
        ("schmitd", "Schmidt Quinn"),
        ("shcmidt quinn", "Schmidt Quinn"),
    ] {
        assert_eq!(near(text), (0, vec![name.to_owned()]), "{text}");
    }
    let none: Vec<String> = Vec::new();
    assert_eq!(near("mara"), (4, none.clone()));
    for text in ["zzqxjv", "'marra", "marra is:identified", "kd-20418"] {
        assert_eq!(near(text), (0, none.clone()), "{text}");
    }
}

#[test]
fn filters_beside_an_id_count() {
    let known = known(&[r#""userId":"cust-20418""#]);
    let found = |text: &str| search(&known, text).hits.len();
    assert_eq!(found("cust-20418 is:identified"), 1);
    assert_eq!(found("cust-20418 is:anonymous"), 0);
    assert_eq!(found("7c1f0a9be35d42608f1b6a00 is:anonymous"), 0);
    let hints = search(&known, "cust-20418 zzz").hints;
    let said = "“cust-20418” is somebody's id or e-mail; the other words were not looked for";
    assert_eq!(hints, [Untrusted::from(said)]);
}
