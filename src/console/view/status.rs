//! The lines around the panes: header, tabs, keys, notices.

use ratatui::layout::Rect;

use super::canvas::{Canvas, Pen};
use super::frame::pane_title;
use crate::console::geometry::Pane;
use crate::console::layout::footer::{self, Hint};
use crate::console::layout::row::{Row, Tone};
use crate::console::state::{Directory, Link, NoticeTone, State};
use crate::console::theme::Focus;
use crate::domain::{Problem, Stage};
use crate::text::{SafeText, number, time};

pub(super) fn draw_header(canvas: &mut Canvas<'_>, area: Rect, state: &State) {
    let connection = &state.api.connection;
    let badge = match connection.stage {
        Stage::Production => " PRODUCTION ",
        Stage::Sandbox => " SANDBOX ",
        Stage::Unmarked => "",
    };
    let mut pen = Pen::at(area, 0, 1);
    let style = canvas.theme.stage(connection.stage);
    canvas.text(&mut pen, &SafeText::own(badge), style);
    let fixed = SafeText::own(format_args!(" {} · READ-ONLY", connection.api.as_str()));
    let gap = SafeText::own(if badge.is_empty() { "" } else { " " });
    let parting = SafeText::own(" ·");
    let taken = gap.width() + parting.width() + fixed.width();
    // What is left beside the words on the right, if READ-ONLY has room there.
    let room = |right: &Row| {
        let room = usize::from(pen.left).checked_sub(right.width() + 2);
        room.filter(|room| *room >= fixed.width())
    };
    let name_beside =
        |right: &Row| room(right).and_then(|room| name(state, room.saturating_sub(taken)));
    // What matters least goes first when there is no room: words, the name, then what is searched
    // and how old that is, never READ-ONLY.
    let rights = rights(state);
    let mut beside_name = rights[..2].iter();
    let right = beside_name.find(|right| name_beside(right).is_some());
    let right = right.or_else(|| rights.iter().find(|right| room(right).is_some()));
    let strong = canvas.theme.style(Tone::Strong);
    if let Some(name) = right.and_then(name_beside) {
        for part in [gap, name, parting] {
            canvas.text(&mut pen, &part, strong);
        }
    }
    canvas.text(&mut pen, &fixed, strong);
    if let Some(right) = right {
        canvas.row_at_right(area, 0, right);
    }
}

/// The words on the right, the longest first: what is searched, how old that is, the time.
fn rights(state: &State) -> [Row; 4] {
    let clock = time::clock(state.clock.now, &state.clock.zone);
    let (known, in_short) = known(state);
    let oldest = oldest(state);
    [
        format!("{known}{oldest}   {clock} "),
        format!("{in_short}{oldest}   {clock} "),
        format!("{in_short}   {clock} "),
        format!("{clock} "),
    ]
    .map(|right| Row::words(Tone::Dim, right))
}

/// The app and where it lives, shortened to some cells; `None` where that would say nothing.
fn name(state: &State, room: usize) -> Option<SafeText> {
    /// A name of fewer cells says too little beside its region, or at all.
    const BESIDE_REGION: usize = 8;
    const ALONE: usize = 4;
    let connection = &state.api.connection;
    if connection.stage == Stage::Sandbox {
        let words = SafeText::own("invented people");
        return Some(words).filter(|words| words.width() <= room);
    }
    let label = SafeText::of(&connection.app_label).ellipsis(24);
    let region = SafeText::of(&connection.region.words()).ellipsis(30);
    let region = SafeText::join([SafeText::own(" · "), region]);
    let beside = room.saturating_sub(region.width());
    if beside >= label.width().min(BESIDE_REGION) {
        return Some(SafeText::join([label.ellipsis(beside), region]));
    }
    (room >= label.width().min(ALONE)).then(|| label.ellipsis(room))
}

/// How many users can be searched here, and the same in fewer words.
fn known(state: &State) -> (String, String) {
    if state.directory == Directory::Reading {
        return (
            "reading the known users …".to_owned(),
            "reading …".to_owned(),
        );
    }
    let known = state.users.results.known;
    let plural = if known == 1 { "" } else { "s" };
    let known = number::grouped(known);
    (
        format!("{known} known user{plural}"),
        format!("{known} known"),
    )
}

/// How old the oldest copy is, once that is worth a thought.
fn oldest(state: &State) -> String {
    const DAY: i64 = 24 * 60 * 60;
    let now = state.clock.now;
    let old = |at: &jiff::Timestamp| now.as_second().saturating_sub(at.as_second()) > DAY;
    let oldest = state.users.results.oldest.filter(old);
    oldest.map_or_else(String::new, |at| match state.users.results.known {
        1 => format!(", {} old", time::age(now, at)),
        _ => format!(", oldest {}", time::age(now, at)),
    })
}

pub(super) fn draw_tabs(canvas: &mut Canvas<'_>, area: Rect, state: &State) {
    let mut pen = Pen::at(area, 0, 1);
    for pane in [Pane::Users, Pane::Profile, Pane::Messages] {
        let (number, name) = pane_title(pane);
        let style = if pane == state.focus {
            canvas
                .theme
                .border(Focus::Here)
                .patch(canvas.theme.selected(Focus::Here))
        } else {
            canvas.theme.style(Tone::Dim)
        };
        canvas.text(
            &mut pen,
            &SafeText::own(format_args!(" {number} {name} ")),
            style,
        );
        canvas.text(&mut pen, &SafeText::own(" "), ratatui::style::Style::new());
    }
}

/// The keys that work here, and what was just done. Keys that need several lines take that of the
/// notice, and after that lines of the panes.
pub(super) fn draw_footer(canvas: &mut Canvas<'_>, state: &State) {
    let screen = state.screen();
    let lines = footer::lines(state, usize::from(screen.keys.width.saturating_sub(1)));
    // Where there is no line for it, a notice takes that of the keys until the next one is pressed.
    if screen.notice.is_empty() && state.notice.is_some() {
        return draw_notice(canvas, screen.keys, state);
    }
    if let [line] = &lines[..] {
        draw_hints(canvas, screen.keys, line);
        return draw_notice(canvas, screen.notice, state);
    }
    let bottom = screen.keys.bottom().max(screen.notice.bottom());
    let room = bottom.saturating_sub(screen.header.bottom());
    let height = u16::try_from(lines.len()).unwrap_or(room).min(room);
    let area = Rect {
        y: bottom - height,
        height,
        ..screen.keys
    };
    canvas.clear(area);
    for (y, line) in (area.y..area.bottom()).zip(&lines) {
        let line_area = Rect {
            y,
            height: 1,
            ..area
        };
        draw_hints(canvas, line_area, line);
    }
}

fn draw_hints(canvas: &mut Canvas<'_>, area: Rect, hints: &[Hint]) {
    let mut pen = Pen::at(area, 0, 1);
    let (strong, dim) = (
        canvas.theme.style(Tone::Strong),
        canvas.theme.style(Tone::Dim),
    );
    for hint in hints {
        canvas.text(&mut pen, &hint.keys, strong);
        let words = SafeText::own(format_args!(" {}  ", hint.words));
        canvas.text(&mut pen, &words, dim);
    }
}

fn draw_notice(canvas: &mut Canvas<'_>, area: Rect, state: &State) {
    let inside = Rect {
        x: area.x + 1,
        width: area.width.saturating_sub(2),
        ..area
    };
    if let Some(notice) = &state.notice {
        let tone = match notice.tone {
            NoticeTone::Done => Tone::Plain,
            NoticeTone::Failed => Tone::Problem,
        };
        let words = notice.words.ellipsis(usize::from(inside.width));
        canvas.row(inside, 0, &Row::of(tone, words));
        return;
    }
    let link = match (state.api.pause, &state.api.link) {
        (Some(pause), _) => {
            let seconds = pause.left(state.clock.now).as_millis().div_ceil(1000);
            let words = format!("too many requests: the API asked for a pause, {seconds} s left");
            Row::words(Tone::Warning, words)
        }
        (None, _) if state.trouble.is_some() => {
            let words = state.trouble.clone().unwrap_or_default();
            let words = words.ellipsis(usize::from(inside.width));
            return canvas.row(inside, 0, &Row::of(Tone::Problem, words));
        }
        (None, Link::Connecting) => Row::words(Tone::Dim, "connecting …"),
        (None, Link::Down(problem)) => because("not connected", problem, state, inside.width),
        (None, Link::Lost(problem)) => because("offline", problem, state, inside.width),
        (None, Link::Up) => Row::default(),
    };
    canvas.row_at_right(inside, 0, &link);
}

fn because(what: &str, problem: &Problem, state: &State, width: u16) -> Row {
    let why = SafeText::of(&problem.words(&state.api.connection));
    let words = SafeText::own(format_args!("{what}: {why}"));
    Row::of(Tone::Warning, words.ellipsis(usize::from(width)))
}
