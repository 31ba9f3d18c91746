//! Which records a document holds, and where one that is broken ends.

#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;

use super::*;

fn records(text: &str) -> Vec<Result<String, String>> {
    let mut input = Input::of_bytes(text.as_bytes());
    let (mut document, mut place) = (Document::default(), Place::default());
    let (mut records, mut bytes) = (Vec::new(), Vec::new());
    loop {
        let next = document
            .next(&mut input, &mut place, &mut bytes, 200)
            .unwrap();
        let Some((number, record)) = next else { break };
        assert_eq!(number, place.line);
        let text = |raw: Raw| String::from_utf8(raw.text(&bytes).to_vec()).unwrap();
        records.push(record.map(text));
    }
    assert_eq!(place.offset, length(text.len()));
    records
}

fn good(text: &str) -> Vec<String> {
    records(text).into_iter().map(Result::unwrap).collect()
}

#[test]
fn records_come_out_of_everything_that_is_put_around_them() {
    let both = [r#"{"_id":"u1"}"#, r#"{"_id":"u2"}"#];
    let [one, two] = both;
    for text in [
        format!("{one}\n{two}"),
        format!("[{one},{two}]"),
        format!("[[{one}],[{two}]]"),
        format!("{{\n \"users\": [{one}, {two}], \"meta\": {{\"users\":[1]}}\n}}"),
        format!(r#"{{"meta":{{"a":[1,{{}}]}},"appUsers":[{one},{two}],"x":"]"}}"#),
        format!(r#"{{"users":[{one}]}} {{"users":[{two}]}}"#),
        format!(r#"[{{"users":[{one}]}},{{"users":[{two}]}}]"#),
        format!(r#"{{"body":{{"data":[{one}],"a":"\"","users":[{two}]}},"b":[{{}}]}}"#),
        format!(r#"{{"statusCode":200,"body":[{one},{two}]}}"#),
        format!(r#"{{"users":[{one}],"result":{{"n":1,"items":[{two}]}}}}"#),
    ] {
        assert_eq!(good(&text), both, "{text}");
    }
}

#[test]
fn what_is_a_record_stays_whole_over_its_lines() {
    for text in [
        "{\n \"trigger\": \"x\",\n \"data\": [ {\"_id\": \"u\"} ]\n}",
        r#"{"a":{"users":[1]},"users":{"b":[]}}"#,
        r#"{"body":"[1]","text":"\\\"users\":["}"#,
        r#"{"_id":"u","items":[1,2]}"#,
        "\"{\\\"_id\\\":1}\"",
    ] {
        assert_eq!(good(text), [text], "{text}");
    }
    assert_eq!(good("[1, \"x\" ,null]"), ["1", "\"x\"", "null"]);
    assert!(good(" [ ] ").is_empty());
}

#[test]
fn what_is_broken_or_too_long_is_refused_and_the_rest_is_read() {
    let long = format!("[{{\"a\":\"{}\"}},{{}}]", "x".repeat(300));
    let read = records(&long);
    assert!(read[0].as_ref().unwrap_err().contains("longer"));
    assert_eq!(read[1], Ok("{}".to_owned()));
    let cut = records("[{\"a\":1},{\"b\":[");
    assert_eq!(cut[0], Ok("{\"a\":1}".to_owned()));
    assert_eq!(cut[1], Ok("{\"b\":[".to_owned()));
    assert!(cut[2].as_ref().unwrap_err().contains("middle"));
    let stray = records("{}\nthat is all\n{}");
    assert_eq!(stray.iter().filter(|it| it.is_ok()).count(), 2);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_text_comes_to_an_end(text in "[\\[\\]{}\",: a\\\\n\n]{0,40}") {
        records(&text);
    }

    #[test]
    fn every_object_of_a_list_comes_out(texts in prop::collection::vec("\\PC{0,6}", 0..4)) {
        let objects: Vec<String> = texts
            .iter()
            .map(|text| serde_json::json!({"t": text, "n": [text]}).to_string())
            .collect();
        prop_assert_eq!(good(&format!("[{}]", objects.join(" ,\n"))), objects);
    }
}
