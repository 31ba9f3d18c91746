//! The README agrees with the live keymap and the pictures.

#![allow(clippy::unwrap_used)]

use std::fmt::Write as _;

use smooch_console::console::action::Mode;
use smooch_console::console::keymap::Keymap;
use smooch_console::console::layout::help;

/// The table that the README has to contain.
fn keys_table() -> String {
    let keymap = Keymap::built_in().unwrap();
    let mut table = "| keys | in the panes |\n|---|---|\n".to_owned();
    for (action, keys) in help::actions(&keymap, Mode::Normal) {
        let keys: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
        let _ = writeln!(table, "| {} | {} |", keys.join(" "), action.words());
    }
    table
}

#[test]
fn the_readme_lists_the_live_keys() {
    let readme =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let table = keys_table();
    assert!(
        readme.contains(&table),
        "the README's table of keys has to be:\n\n{table}"
    );
}

#[test]
fn every_picture_in_the_readme_exists() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let links = readme
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next());
    let pictures: Vec<&str> = links
        .filter(|path| path.starts_with("assets/pictures/"))
        .collect();
    assert!(!pictures.is_empty());
    for picture in pictures {
        let svg = std::fs::read_to_string(root.join(picture)).unwrap();
        assert!(
            svg.starts_with("<svg ") && svg.contains("SANDBOX"),
            "{picture}"
        );
    }
}
