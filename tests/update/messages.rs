//! Moving through a conversation, and staying in place when the screen changes.

use crate::given::{Desk, message, person, talk};
use smooch_console::console::geometry::Pane;
use smooch_console::domain::{Message, User};

fn mara() -> User {
    person("id-mara", "Mara")
}

/// 100 messages of one row each, below one row for the day; 14 rows are on the screen.
fn reading() -> Desk {
    Desk::reading(&mara(), talk(0..100))
}

/// A message of 40 rows among short ones.
fn with_a_tall_one() -> Desk {
    let mut messages = talk(0..30);
    let lines: Vec<String> = (0..40).map(|n| format!("line {n}")).collect();
    messages[10] = message("tall", 10, &lines.join("\n"));
    Desk::reading(&mara(), messages)
}

fn height(desk: &Desk) -> usize {
    usize::from(
        desk.state
            .screen()
            .inner(smooch_console::console::geometry::Pane::Messages)
            .height,
    )
}

fn limit(desk: &Desk) -> usize {
    desk.thread().wrapped.rows().saturating_sub(height(desk))
}

#[test]
fn a_conversation_opens_at_its_end() {
    let desk = reading();
    assert_eq!(desk.thread().selected, 99);
    assert_eq!(desk.thread().top, limit(&desk));
}

#[test]
fn the_cursor_moves_by_messages_and_stops_at_both_ends() {
    for (keys, selected, first) in [
        ("k", 98, None),
        ("kkj", 98, None),
        ("j", 99, None),
        ("gg", 0, Some(0)),
        ("<home>", 0, Some(0)),
        ("ggk", 0, Some(0)),
        ("ggjj", 2, Some(0)),
        ("ggG", 99, None),
        ("gg<end>", 99, None),
    ] {
        let mut desk = reading();
        desk.keys(keys);
        let thread = desk.thread();
        assert_eq!(thread.selected, selected, "{keys}");
        assert_eq!(thread.top, first.unwrap_or(limit(&desk)), "{keys}");
    }
}

#[test]
fn the_screen_follows_the_cursor_and_moves_as_little_as_it_can() {
    let mut desk = reading();
    let height = height(&desk);
    let top = desk.thread().top;
    for step in 1..height {
        desk.keys("k");
        assert_eq!(desk.thread().top, top, "step {step}");
    }
    desk.keys("k");
    assert_eq!(desk.thread().top, top - 1);
}

#[test]
fn paging_scrolls_by_rows_and_keeps_the_cursor_on_the_screen() {
    let mut desk = reading();
    let (top, page) = (desk.thread().top, height(&desk));
    for (key, top) in [
        ("<pageup>", top - page),
        ("<c-u>", top - page - page / 2),
        ("<c-d>", top - page),
        ("<pagedown>", top),
    ] {
        desk.keys(key);
        assert_eq!(desk.thread().top, top, "{key}");
        let rows = desk.thread().wrapped.rows_of(desk.thread().selected);
        assert!((top..top + page).contains(&rows.start), "{key}");
    }
}

#[test]
fn paging_at_an_end_takes_the_cursor_all_the_way() {
    let mut desk = reading();
    desk.keys("ggjjj<pageup>");
    assert_eq!(desk.thread().selected, 0);
    desk.keys("Gkkk<pagedown>");
    assert_eq!(desk.thread().selected, 99);
}

#[test]
fn a_tall_message_is_scrolled_through_before_the_cursor_leaves_it() {
    let mut desk = with_a_tall_one();
    let height = height(&desk);
    desk.keys("gg");
    while desk.thread().selected != 10 {
        desk.keys("j");
    }
    let rows = desk.thread().wrapped.rows_of(10);
    assert_eq!(rows.len(), 40);
    assert_eq!(desk.thread().top, rows.start, "from its first row");
    let hidden = rows.len() - height;
    for step in 1..=hidden {
        desk.keys("j");
        assert_eq!(desk.thread().selected, 10);
        assert_eq!(desk.thread().top, rows.start + step);
    }
    desk.keys("j");
    assert_eq!(desk.thread().selected, 11);
    desk.keys("k");
    assert_eq!(desk.thread().selected, 10);
    assert_eq!(desk.thread().top, rows.end - height, "from its last row");
    for _ in 0..hidden {
        desk.keys("k");
        assert_eq!(desk.thread().selected, 10);
    }
    assert_eq!(desk.thread().top, rows.start);
    desk.keys("k");
    assert_eq!(desk.thread().selected, 9);
}

#[test]
fn a_resize_keeps_the_first_message_on_the_screen() {
    let long: Vec<Message> = (0..60)
        .map(|n| message(&format!("m{n}"), n, &"words and more words ".repeat(8)))
        .collect();
    for sizes in [
        &[(80, 24)][..],
        &[(200, 50)],
        &[(100, 30), (60, 16), (44, 12)],
        &[(300, 80)],
        &[(120, 12)],
    ] {
        let mut desk = Desk::reading(&mara(), long.clone());
        desk.keys("gg<pagedown><pagedown>");
        let (first, selected) = (desk.first_visible(), desk.thread().selected);
        assert!(first > 2);
        for (width, height) in sizes {
            desk.resize(*width, *height);
            assert_eq!(desk.first_visible(), first, "{width}x{height}");
        }
        desk.resize(120, 30);
        assert_eq!(desk.first_visible(), first);
        assert_eq!(desk.thread().selected, selected);
    }
}

#[test]
fn a_resize_at_the_end_stays_at_the_end() {
    for sizes in [
        &[(120, 20)][..],
        &[(120, 60)],
        &[(80, 24), (200, 50), (100, 16)],
        &[(0, 0)],
        &[(39, 9), (160, 40)],
    ] {
        let mut desk = reading();
        for (width, height) in sizes {
            desk.resize(*width, *height);
            assert_eq!(desk.thread().top, limit(&desk), "{width}x{height}");
        }
        desk.resize(120, 30);
        assert_eq!(desk.thread().top, limit(&desk));
    }
}

#[test]
fn a_screen_too_small_for_any_message_loses_neither_place_nor_cursor() {
    let mut desk = reading();
    desk.keys("gg<pagedown><pagedown><pagedown>");
    let (first, selected) = (desk.first_visible(), desk.thread().selected);
    for size in [(0, 0), (1, 1), (40, 10), (0, 30)] {
        desk.resize(size.0, size.1);
    }
    desk.resize(120, 30);
    assert_eq!(desk.first_visible(), first);
    assert_eq!(desk.thread().selected, selected);
}

#[test]
fn an_empty_conversation_can_be_moved_through() {
    let mut desk = Desk::reading(&mara(), Vec::new());
    for keys in [
        "j",
        "k",
        "gg",
        "G",
        "<pageup>",
        "<pagedown>",
        "<c-d>",
        "v<esc>",
    ] {
        desk.keys(keys);
        assert_eq!((desk.thread().selected, desk.thread().top), (0, 0));
    }
}

#[test]
fn moving_in_a_thread_that_is_not_there_does_nothing() {
    let mut desk = Desk::knowing(&[mara()]);
    desk.keys("3");
    for keys in ["j", "k", "gg", "G", "<pageup>", "<pagedown>"] {
        assert_eq!(desk.keys(keys), [], "{keys}");
    }
}

#[test]
fn looking_asks_for_nothing_but_reading() {
    let mut desk = reading();
    for keys in ["kkkk", "gg", "G", "<pageup>", "i<esc>", "v<esc>", "123"] {
        assert_eq!(desk.keys(keys), [], "{keys}");
    }
}

#[test]
fn of_a_window_that_claims_to_be_huge_a_part_is_drawn() {
    let mut desk = Desk::reading(&mara(), talk(0..3));
    for ((width, height), drawn) in [
        ((65_535, 65_535), (1500, 600)),
        ((65_535, 24), (1500, 24)),
        ((80, 65_535), (80, 600)),
        ((1500, 600), (1500, 600)),
    ] {
        desk.resize(width, height);
        let size = desk.state.size;
        assert_eq!((size.width, size.height), drawn);
    }
    let desk = Desk::sized(65_535, 65_535);
    assert_eq!((desk.state.size.width, desk.state.size.height), (1500, 600));
}

#[test]
fn the_message_under_the_cursor_stays_whole_in_sight_when_the_window_shrinks() {
    let long = "word ".repeat(30);
    let mut messages = talk(0..12);
    messages[7].text = Some(long.as_str().into());
    for up in 0..9 {
        let mut desk = Desk::reading(&person("id-mara", "Mara"), messages.clone());
        desk.keys(&"k".repeat(up));
        for (width, height) in [(80, 24), (61, 18), (100, 24), (59, 15), (120, 30)] {
            desk.resize(width, height);
            let thread = desk.thread();
            let rows = thread.wrapped.rows_of(thread.selected);
            let area = desk.state.screen().inner(Pane::Messages);
            let bottom = thread.top + usize::from(area.height);
            assert!(
                rows.start >= thread.top && rows.end <= bottom,
                "{up} up, {width}x{height}: {rows:?} of {}..{bottom}",
                thread.top
            );
        }
    }
}
