//! Screens of the console, played by keys over real HTTP on the sandbox.
//!
//! Each is compared with a stored picture of its characters; how cells look is told by a hash of
//! their styles, so that a lost colour or underline does not go unseen.

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
#[path = "screens/sizes.rs"]
mod sizes;
#[path = "screens/states.rs"]
mod states;

use std::fmt::Write as _;

use script::Script;

/// FNV-1a: the standard library's hash may change with the compiler.
const FNV_START: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0100_0000_01b3;

/// The screen with a hash of its styles and the place of the cursor.
fn picture(script: &Script) -> String {
    let (buffer, cursor) = script.draw();
    let looks = buffer
        .content()
        .iter()
        .map(|cell| format!("{:?}", cell.style()));
    let styles = looks.fold(FNV_START, |hash, look| {
        look.bytes().fold(hash, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(FNV_PRIME)
        })
    });
    let mut picture = script::text_of(&buffer);
    let _ = write!(picture, "styles {styles:016x}");
    if let Some(cursor) = cursor {
        let _ = write!(picture, ", cursor {},{}", cursor.x, cursor.y);
    }
    picture
}
