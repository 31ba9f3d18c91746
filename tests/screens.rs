//! Screens of the console, played by keys over real HTTP on the sandbox.
//!
//! Each is compared with a stored picture of its characters and a hash of its styles, so that a
//! lost colour or underline does not go unseen. Pictures of layouts show the whole screen, those of
//! states only the part that matters.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/script.rs"]
mod script;

#[path = "screens/lookup.rs"]
mod lookup;
#[path = "screens/pages.rs"]
mod pages;
#[path = "screens/parts.rs"]
mod parts;
#[path = "screens/problems.rs"]
mod problems;
#[path = "screens/remembered.rs"]
mod remembered;
#[path = "screens/reports.rs"]
mod reports;
#[path = "screens/sizes.rs"]
mod sizes;
#[path = "screens/states.rs"]
mod states;
#[path = "screens/walk.rs"]
mod walk;

use std::fmt::Write as _;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use script::Script;
use smooch_console::console::geometry::Pane;

/// FNV-1a: the standard library's hash may change with the compiler.
const FNV_START: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0100_0000_01b3;

/// A part of the screen that a picture can be of.
#[derive(Clone, Copy)]
enum Part {
    /// The identity strip of a small screen.
    Strip,
    /// A pane with its border.
    Pane(Pane),
    /// The room for an overlay.
    Overlay,
}

/// The whole screen: for layouts.
fn picture(script: &Script) -> String {
    let (buffer, cursor) = script.draw();
    picture_of(&buffer, cursor)
}

/// One part of the screen: for states. Other parts may change without it.
fn picture_of_part(script: &Script, part: Part) -> String {
    let screen = script.state.screen();
    let area = match part {
        Part::Strip => screen.strip,
        Part::Pane(pane) => screen.pane(pane),
        Part::Overlay => screen.overlay(script.state.size),
    };
    assert!(!area.is_empty(), "this part is not on the screen");
    let (whole, cursor) = script.draw();
    let mut cut = Buffer::empty(Rect::new(0, 0, area.width, area.height));
    for position in cut.area.positions() {
        cut[position] = whole[(area.x + position.x, area.y + position.y)].clone();
    }
    let cursor = cursor.filter(|at| area.contains(*at));
    let cursor = cursor.map(|at| Position::new(at.x - area.x, at.y - area.y));
    picture_of(&cut, cursor)
}

/// Several parts of the screen below each other.
fn picture_of_parts(script: &Script, parts: &[Part]) -> String {
    let pictures = parts.iter().map(|part| picture_of_part(script, *part));
    pictures.collect::<Vec<_>>().join("\n")
}

/// The characters with a hash of their styles and the place of the cursor.
fn picture_of(buffer: &Buffer, cursor: Option<Position>) -> String {
    let looks = buffer
        .content()
        .iter()
        .map(|cell| format!("{:?}", cell.style()));
    let styles = looks.fold(FNV_START, |hash, look| {
        look.bytes().fold(hash, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(FNV_PRIME)
        })
    });
    let mut picture = script::text_of(buffer);
    let _ = write!(picture, "styles {styles:016x}");
    if let Some(cursor) = cursor {
        let _ = write!(picture, ", cursor {},{}", cursor.x, cursor.y);
    }
    picture
}
