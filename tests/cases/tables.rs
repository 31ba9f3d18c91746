//! Tables as spreadsheets and other systems write them: what each column became is said.

use serde_json::Value;

use super::desk::*;

const MAY: &str = "2024-05-01T00:00:00Z";
const JUNE: &str = "2024-06-01T00:00:00Z";
const HEX: &str = "7e6000000000000000000f01";

const ZENDESK: &str = "id,name,email,phone,external_id,region\n\
    361549001,Mara Quinn,mara@example.org,+31612345678,cust-20418,west\n\
    361549002,Bo Chi,bo@example.org,,cust-20419,east\n";

/// What the program says of each column: its name, the field, and why it is not what it seems.
fn columns(counted: &Value) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let columns = counted["files"][0]["columns"].as_array().unwrap().iter();
    let column = |it: &Value| (text(&it["column"]), text(&it["field"]), text(&it["note"]));
    columns.map(column).collect()
}

fn said(desk: &Desk, arguments: &[&str]) -> String {
    let run = desk.run(arguments);
    String::from_utf8([run.stdout, run.stderr].concat()).unwrap()
}

#[test]
fn an_id_of_another_system_is_no_id_and_every_column_says_what_it_became() {
    let desk = Desk::new();
    let counted = desk.import(&file("z.csv", MAY, ZENDESK));
    let counts = ["inserted", "not_yet_asked", "rejected"].map(|key| counted[key].clone());
    assert_eq!(counts, [0, 2, 0].map(Value::from), "{counted}");
    let [id, name, ..] = &columns(&counted)[..] else {
        panic!("{counted}")
    };
    assert_eq!((id.0.as_str(), id.1.as_str()), ("id", ""));
    assert!(id.2.contains("not an _id (361549…)"), "{id:?}");
    assert_eq!((name.0.as_str(), name.1.as_str()), ("name", "displayName"));
    desk.prints(&[("361549001", 0), ("is:identified", 0)]);
    for dry in [&["import", "--dry-run", "z.csv"][..], &["import", "z.csv"]] {
        let words = said(&desk, dry);
        for line in [
            "  id → not an _id (361549…): left out",
            "  phone → number, searched",
            "  region → property",
            "  external_id → userId",
        ] {
            assert!(words.contains(line), "{words}");
        }
    }
    let stats = desk.run(&["directory", "stats", "--json"]);
    let stats: Value = serde_json::from_slice(&stats.stdout).unwrap();
    assert_eq!(
        (&stats["known_users"], &stats["not_yet_asked"]),
        (&0.into(), &2.into())
    );
}

#[test]
fn a_name_in_one_column_is_shown_as_it_is_and_found() {
    let table = given!("csv-single-name-column/crm.csv");
    let api = whole(
        "7e6000000000000000000018",
        r#""userId":"crm-24","clients":[{"id":"c","platform":"line","displayName":"nz"}]"#,
    );
    let files = [file("crm.csv", MAY, table), file("u.jsonl", JUNE, &api)];
    in_every_order(&files, |desk| {
        desk.prints(&[("Nada", 1), ("nada@example.org", 1), ("nz", 1)]);
        let name = desk.person("7e6000000000000000000018").name;
        let provenance = format!("{:?}", name.provenance);
        assert_eq!((name.text.expose(), &*provenance), ("Nada Zidan", "File"));
    });
    let named = whole(
        "7e6000000000000000000018",
        r#""givenName":"N.","surname":"Z.""#,
    );
    let files = [file("crm.csv", MAY, table), file("u.jsonl", JUNE, &named)];
    in_every_order(&files, |desk| {
        desk.prints(&[("Nada", 1)]);
        let name = desk.person("7e6000000000000000000018").name;
        assert_eq!(name.text.expose(), "N. Z.");
    });
}

#[test]
fn a_line_for_spreadsheets_and_missing_cells_at_the_end_cost_nobody() {
    let sep = given!("csv-sep-line-and-short-rows/sep.csv");
    let short = given!("csv-sep-line-and-short-rows/short.csv");
    let desk = Desk::with(&[file("sep.csv", MAY, sep), file("short.csv", MAY, short)]);
    desk.prints(&[("is:identified", 3), ("crm-32", 1), ("crm-33", 1)]);
    assert_eq!(
        desk.property("7e6000000000000000000022", "city").as_deref(),
        Some("Lyon")
    );
}

#[test]
fn a_day_as_spreadsheets_count_them_is_that_day() {
    let desk = Desk::with(&[file("d.csv", MAY, given!("excel-serial-date/d.csv"))]);
    let signed_up = desk.person("7e6000000000000000000024").user.signed_up_at;
    assert_eq!(signed_up.unwrap().to_string(), "2023-12-31T00:00:00Z");
    let table = format!("_id,signedUpAt\n{HEX},03/04/2024\n");
    let counted = desk.import(&file("unclear.csv", MAY, &table));
    assert_eq!(
        counted["files"][0]["mended"]["unread_dates"], 1,
        "{counted}"
    );
    assert_eq!(desk.person(HEX).user.signed_up_at, None);
}

#[test]
fn marks_of_a_spreadsheet_and_blanks_are_no_part_of_an_id() {
    let table = format!(
        "_id,userId,givenName\n{HEX},'0012345,Ann\n7e6000000000000000000f02,=\"0012346\",'t Hart\n\
         7e6000000000000000000f03, crm-9\u{a0},Cy\n"
    );
    let desk = Desk::with(&[file("marks.csv", MAY, &table)]);
    let ids = ["0012345", "0012346", "crm-9"];
    for (id, number) in ids.iter().zip(1..) {
        assert_eq!(desk.ids(id), [format!("7e6000000000000000000f0{number}")]);
    }
    let name = desk.person("7e6000000000000000000f02").name;
    assert_eq!(name.text.expose(), "'t Hart");
}

#[test]
fn damaged_ids_are_refused_with_the_reason() {
    let table = "_id,userId\nbad id!,c1\na1,9.91214E+15\na2,#REF!\na3,991214063350642000\n\
         a4,12345.0\na5,NULL\n";
    let desk = Desk::new();
    let counted = desk.import(&file("bad.csv", MAY, table));
    assert_eq!(
        (&counted["inserted"], &counted["rejected"]),
        (&1.into(), &5.into())
    );
    let reasons = counted["files"][0]["rejections"].to_string();
    for reason in [
        "no `_id` has",
        "looks like a number that a spreadsheet rounded",
        "error of a spreadsheet",
        "read as a decimal",
    ] {
        assert!(reasons.contains(reason), "{reasons}");
    }
    assert_eq!(desk.user_id("a5"), None);
}

#[test]
fn a_table_without_ids_is_refused_with_what_it_has_and_what_it_needs() {
    let desk = Desk::new();
    desk.write(&file(
        "n.csv",
        MAY,
        "id,Full Name,Mail\n361549001,Mara,m@example.org\n",
    ));
    let run = desk.run(&["import", "n.csv"]);
    assert_eq!(run.status.code(), Some(1));
    let words = String::from_utf8(run.stderr).unwrap();
    for part in ["columns found: id, Full Name, Mail", "userId", "--map"] {
        assert!(words.contains(part), "{words}");
    }
}

#[test]
fn the_agent_says_what_columns_become_and_is_obeyed_at_once() {
    let desk = Desk::with(&[file("z.csv", MAY, ZENDESK)]);
    let again = [
        "--map",
        "id=userId",
        "--map",
        "name=property.crm_name",
        "--ignore",
        "region",
    ];
    let run = desk.run(&[&["import", "--json", "z.csv"], &again[..]].concat());
    let counted: Value = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!(counted["not_yet_asked"], 2, "{counted}");
    let columns = columns(&counted);
    let field = |name: &str| columns.iter().find(|it| it.0 == name).unwrap().1.clone();
    assert_eq!(
        (field("id"), field("region")),
        ("userId".into(), String::new())
    );
    assert_eq!(field("name"), "properties.crm_name");
    assert_eq!(field("external_id"), "properties.external_id");
    for (wrong, exit) in [(["--map", "id=nick"], 2), (["--map", "nobody=email"], 1)] {
        let run = desk.run(&[&["import", "z.csv"], &wrong[..]].concat());
        assert_eq!(run.status.code(), Some(exit), "{wrong:?}");
    }
}

#[test]
fn the_same_rows_read_otherwise_are_read_again() {
    let table = format!("_id,city\n{HEX},Lyon\n");
    let desk = Desk::with(&[file("c.csv", MAY, &table)]);
    let run = desk.run(&["import", "--json", "--map", "city=surname", "c.csv"]);
    let counted: Value = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!(counted["updated"], 1, "{counted}");
    assert_eq!(desk.person(HEX).name.text.expose(), "Lyon");
}

#[test]
fn what_an_option_does_not_do_is_said() {
    let desk = Desk::with(&[
        file("c.csv", MAY, "_id,city\na1,Lyon\n"),
        file("u.jsonl", MAY, r#"{"_id":"a2"}"#),
    ]);
    let words = said(&desk, &["import", "--whole", "c.csv"]);
    assert!(words.contains("--whole does not apply to CSV"), "{words}");
    assert!(!words.contains("empty cells"), "{words}");
    let words = said(&desk, &["import", "--ignore", "x", "u.jsonl"]);
    assert!(words.contains("do not apply to JSON"), "{words}");
}

#[test]
fn columns_that_become_one_property_are_named_with_it() {
    let desk = Desk::new();
    desk.write(&file("c.csv", MAY, "_id,nr,city\na1,7,Lyon\n"));
    let words = said(&desk, &["import", "--map", "nr=property.city", "c.csv"]);
    let expected = "two columns become property city: nr, city";
    assert!(words.contains(expected), "{words}");
    let table = "_id,properties.plan,metadata.plan,plan\na1,1,2,3\n";
    desk.write(&file("p.csv", MAY, table));
    let words = said(&desk, &["import", "p.csv"]);
    let expected = "3 columns become property plan: properties.plan, metadata.plan, plan";
    assert!(words.contains(expected), "{words}");
}

#[test]
fn two_things_said_about_one_column_are_refused() {
    let desk = Desk::new();
    desk.write(&file("c.csv", MAY, "_id,name\na1,Mara\n"));
    for second in [["--map", "Name=surname"], ["--ignore", "name"]] {
        let first = ["import", "c.csv", "--map", "name=email"];
        let run = desk.run(&[&first[..], &second].concat());
        assert_eq!(run.status.code(), Some(2), "{second:?}");
        let words = String::from_utf8(run.stderr).unwrap();
        assert!(words.contains("about the column"), "{words}");
    }
    assert_eq!(desk.store().user_count().unwrap(), 0);
}

#[test]
fn more_headers_of_a_user_id_are_known() {
    for name in ["Kunden-Nr.", "Kundennr", "ID do usuário"] {
        let desk = Desk::new();
        let counted = desk.import(&file("c.csv", MAY, &format!("{name},city\nc1,Lyon\n")));
        assert_eq!(counted["not_yet_asked"], 1, "{name}: {counted}");
    }
}
