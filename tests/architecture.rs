//! Checks which room uses which, against [`map`], by reading the source itself.
//!
//! Reads every file under `src/`, leaves out comments, literals and test code, finds the paths in
//! the rest (`use` trees and qualified names alike), and compares them with the table.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "architecture/circles.rs"]
mod circles;
#[path = "architecture/map.rs"]
mod map;
#[path = "architecture/paths.rs"]
mod paths;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use map::{PLAIN, RULES, Rule};

/// Names that say nothing about what a room is for.
const NAMELESS: &[&str] = &[
    "utils", "util", "common", "helpers", "helper", "base", "manager", "misc",
];

/// The line of the map that covers a module: the one with the longest room name.
fn rule_of(module: &str) -> Option<&'static Rule> {
    let covers = |room: &str| {
        module
            .strip_prefix(room)
            .is_some_and(|below| below.is_empty() || (!room.is_empty() && below.starts_with("::")))
    };
    RULES
        .iter()
        .flat_map(|rule| rule.rooms.iter().map(move |room| (room, rule)))
        .filter(|(room, _)| covers(room))
        .max_by_key(|(room, _)| room.len())
        .map(|(_, rule)| rule)
}

/// What a file of `module` does that its room must not do.
fn violations(module: &str, source: &str, outside: &BTreeSet<String>) -> Vec<String> {
    let Some(rule) = rule_of(module) else {
        return vec![format!("`{module}` is in no room of the map")];
    };
    let own_room = module.split("::").next().unwrap_or_default();
    let allowed =
        |list: &[&str], name: &str| list.iter().any(|entry| *entry == name || *entry == "*");
    let is_named = |inside: &str| {
        let mut names = rule.may.iter();
        names.any(|name| inside == *name || inside.starts_with(&format!("{name}::")))
    };
    let source = paths::Source::read(source);
    let mut found = BTreeSet::new();
    for path in source.paths(module) {
        let first = path.split("::").next().unwrap_or_default();
        if let Some(inside) = path.strip_prefix("crate::") {
            let room = inside.split("::").next().unwrap_or_default();
            let is_room = room.starts_with(|c: char| c.is_ascii_lowercase());
            if is_room && room != own_room && !allowed(rule.may, room) && !is_named(inside) {
                found.insert(format!("`{module}` uses the room `{room}` ({path})"));
            }
        } else if outside.contains(first) && !PLAIN.contains(&first) && !allowed(rule.crates, first)
        {
            found.insert(format!("`{module}` uses the crate `{first}` ({path})"));
        }
        for never in rule.never {
            let bounded = format!("::{path}::");
            if bounded.contains(&format!("::{never}::")) {
                found.insert(format!("`{module}` must never use `{never}` ({path})"));
            }
        }
    }
    for never in rule.never.iter().filter(|never| never.starts_with('&')) {
        if source.contains(never) {
            found.insert(format!("`{module}` must never use `{never}`"));
        }
    }
    found.into_iter().collect()
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file under `src/`, by its module path; the crate's root is the empty path.
fn modules() -> Vec<(String, PathBuf)> {
    fn visit(folder: &Path, module: &str, found: &mut Vec<(String, PathBuf)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let name = match (module, stem.as_str()) {
                ("", "lib") => String::new(),
                ("", stem) => stem.to_owned(),
                (above, stem) => format!("{above}::{stem}"),
            };
            if path.is_dir() {
                visit(&path, &name, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push((name, path));
            }
        }
    }
    let mut found = Vec::new();
    visit(&root().join("src"), "", &mut found);
    found.sort();
    assert!(found.len() > 10, "the source was not found");
    found
}

/// The crates that Cargo.toml names, as they are spelled in paths.
fn dependencies() -> BTreeSet<String> {
    let manifest: toml::Table = fs::read_to_string(root().join("Cargo.toml"))
        .unwrap()
        .parse()
        .unwrap();
    let names: BTreeSet<String> = manifest["dependencies"]
        .as_table()
        .unwrap()
        .keys()
        .map(|name| name.replace('-', "_"))
        .collect();
    assert!(names.contains("reqwest") && names.contains("ratatui"));
    names
}

/// Whether a file is wholly test code, which may join rooms as it needs.
fn is_test_file(module: &str) -> bool {
    module.split("::").any(|segment| segment == "tests")
}

#[test]
fn no_room_uses_what_the_map_denies_it() {
    let outside = dependencies();
    let found: Vec<String> = modules()
        .into_iter()
        .filter(|(module, _)| !is_test_file(module))
        .flat_map(|(module, path)| {
            violations(&module, &fs::read_to_string(path).unwrap(), &outside)
        })
        .collect();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn modules_stand_beside_their_folders_under_names_that_mean_something() {
    for (module, path) in modules() {
        let last = module.rsplit("::").next().unwrap_or_default();
        assert_ne!(last, "mod", "{}", path.display());
        for segment in module.split("::") {
            assert!(!NAMELESS.contains(&segment), "{}", path.display());
        }
    }
}

#[test]
fn every_file_opens_by_saying_what_it_is_for() {
    for (_, path) in modules() {
        let source = fs::read_to_string(&path).unwrap();
        assert!(source.starts_with("//! "), "{}", path.display());
    }
}

#[test]
fn the_map_denies_what_it_should() {
    let outside = dependencies();
    let denied = [
        ("domain::user", "use tokio::time::sleep;"),
        (
            "domain::user",
            "fn f() { let now = jiff::Timestamp::now(); }",
        ),
        ("domain::user", "use crate::text::SafeText;"),
        ("domain::user", "use super::super::api::UserApi;"),
        (
            "domain::user",
            "use {std::fmt, crate::{wire::v11, domain::User}};",
        ),
        ("text::wrap", "use ratatui::widgets::Paragraph;"),
        ("wire::v11", "pub(crate) use reqwest as http;"),
        ("wire::v11", "fn f() -> crate::api::Limits { todo!() }"),
        ("api", "use crate::console::State;"),
        // Only the log's own functions can say something in it.
        ("api::transport", "fn f() { tracing::info!(\"x\"); }"),
        ("log::request", "use crate::api::UserApi;"),
        (
            "api::v11",
            "use crate::{\n    domain::User,\n    directory::Store,\n};",
        ),
        ("directory::store", "use crate::api::UserApi;"),
        ("config::layer", "use tokio::fs;"),
        ("config::layer", "fn f() { std::env::vars(); }"),
        ("console::update::search", "use tokio::spawn;"),
        (
            "console::update::search",
            "let at = std::time::Instant::now();",
        ),
        ("console::state", "use ratatui::widgets::ListState;"),
        ("console::state", "use crate::directory::store::Change;"),
        ("console::msg", "use crate::lookup::Found;"),
        (
            "console::layout::hits",
            "use crate::search::{Hit, Snapshot};",
        ),
        (
            "console::update::users",
            "use crate::search::ranking::search;",
        ),
        ("console::view::users", "use crate::search::index::Index;"),
        ("console::view::users", "use crate::console::update;"),
        ("console::layout", "use crate::console::runtime::Loop;"),
        ("console::layout", "use super::view::canvas;"),
        ("console::view::profile", "fn draw(state: &mut  State) {}"),
        ("console::view::profile", "fn f() { ::tokio::spawn(g()); }"),
        ("lookup::asker", "use crate::console::msg::Msg;"),
        ("lookup::asker", "use crate::text::SafeText;"),
        ("lookup::memory", "use rusqlite::Connection;"),
        ("lookup::memory", "use reqwest::Client;"),
        ("commands::connect", "use crate::console::msg::Msg;"),
        ("sandbox::routes", "use crate::wire::v11;"),
        ("sandbox::routes", "use crate::domain::User;"),
        ("somewhere", "use std::fmt;"),
    ];
    for (module, source) in denied {
        assert!(
            !violations(module, source, &outside).is_empty(),
            "{module} may not do this: {source}"
        );
    }
}

#[test]
fn the_map_allows_what_it_should() {
    let outside = dependencies();
    let allowed = [
        (
            "domain::user",
            "use jiff::Timestamp; use super::{Untrusted, UserId};",
        ),
        (
            "domain::user",
            "//! Not `tokio::spawn`.\n/* reqwest::get */ fn f() {}",
        ),
        (
            "domain::user",
            "const WORDS: &str = \"tokio::spawn \\\" reqwest::get\";",
        ),
        (
            "domain::user",
            "const WORDS: &str = r#\"a \" tokio::spawn\"#;",
        ),
        (
            "domain::user",
            "fn f() {}\n#[cfg(test)]\nmod tests { use tokio::test; fn g() {} }",
        ),
        (
            "domain::user",
            "fn f<'a>(c: char) -> bool { c == '\"' || c == '{' }",
        ),
        (
            "text",
            "use crate::domain::Untrusted; use unicode_width::UnicodeWidthStr;",
        ),
        (
            "api::v11",
            "use crate::{domain::User, wire::v11}; use reqwest::Client;",
        ),
        ("sandbox", "use axum::Router; use crate::text::SafeText;"),
        (
            "console::view",
            "fn draw(state: &State, canvas: &mut Canvas) {}",
        ),
        (
            "console::state::users",
            "use crate::search::{Entry, Hit, PAGE, Results};",
        ),
        (
            "console::layout::palette",
            "use crate::search::Scorer; fn f(hit: &crate::search::Hit) {}",
        ),
        (
            "console::runtime",
            "use tokio::select; use crate::console::update;",
        ),
        (
            "commands::get",
            "use crate::api::UserApi; use jiff::Timestamp; use tokio::signal;",
        ),
        ("commands::console", "use crate::console::runtime;"),
        (
            "lookup::asker",
            "use crate::api::UserApi; use tokio::sync::oneshot;",
        ),
        ("main", "use smooch_console::cli;"),
        ("", "pub mod api; pub use api::UserApi;"),
    ];
    for (module, source) in allowed {
        let found = violations(module, source, &outside);
        assert!(found.is_empty(), "{module}: {source}\n{found:?}");
    }
}
