//! What was said.

use ratatui::layout::Rect;

use super::canvas::{Canvas, Pen};
use super::frame::{draw_frame, focus, spinner};
use crate::console::action::{Action, Mode};
use crate::console::geometry::Pane;
use crate::console::layout::conversation::{Columns, Lead, Line};
use crate::console::layout::problem;
use crate::console::layout::row::{Row, Tone, wrapped};
use crate::console::state::profile::Visit;
use crate::console::state::{Link, Older, Remote, State, Thread};
use crate::domain::Stage;
use crate::text::{SafeText, time};

pub(super) fn draw(canvas: &mut Canvas<'_>, state: &State) {
    let inner = state.screen().inner(Pane::Messages);
    if inner.is_empty() {
        return;
    }
    draw_frame(canvas, state, Pane::Messages, &title(state));
    match state.thread() {
        Some(thread) => draw_thread(canvas, inner, thread, state),
        None => draw_words(canvas, state.screen().text(Pane::Messages), state),
    }
}

fn title(state: &State) -> Row {
    if !state.messages_belong() {
        return Row::default();
    }
    let remote = &state.messages.remote;
    if let Some(turn) = spinner(state, remote.loading_since()) {
        return Row::words(Tone::Dim, format_args!(" {turn} loading "));
    }
    let age = remote
        .good()
        .map(|good| time::ago(state.clock.now, good.at));
    if let (Remote::Failed { problem, .. }, Some(age)) = (remote, age) {
        return failed(
            &age,
            &SafeText::of(&problem.words(&state.api.connection)),
            state,
        );
    }
    let Some(thread) = state.thread() else {
        return Row::default();
    };
    let count = thread.messages.len();
    let more = match &thread.older {
        Older::None => "",
        Older::Loading { .. } => "+, loading older",
        Older::Idle { .. } | Older::Failed { .. } => "+",
    };
    let position = thread.selected + 1;
    let unread = match thread.conversation.unread_by_user {
        None | Some(0) => String::new(),
        Some(unread) => format!(" · the user has not read {unread}"),
    };
    Row::words(
        Tone::Dim,
        format_args!(" {position} of {count}{more}{unread} "),
    )
}

/// That what is shown could not be fetched again: why not, if there is room for all of it.
fn failed(age: &str, why: &SafeText, state: &State) -> Row {
    let pane = usize::from(state.screen().pane(Pane::Messages).width);
    let room = pane.saturating_sub(" 3 Messages ".len() + 6);
    let words = [
        format!(" from {age} · {why} "),
        format!(" from {age} · could not be fetched again "),
        format!(" from {age} "),
    ];
    let mut rows = words
        .map(|words| Row::words(Tone::Warning, words))
        .into_iter();
    rows.find(|row| row.width() <= room).unwrap_or_default()
}

fn draw_thread(canvas: &mut Canvas<'_>, area: Rect, thread: &Thread, state: &State) {
    let columns = Columns::of(usize::from(area.width));
    let focus = focus(state, Pane::Messages);
    let selected = thread.wrapped.rows_of(thread.selected);
    let rows = thread.top..thread.wrapped.rows();
    for (y, row) in (0..area.height).zip(rows) {
        let Some(line) = thread.wrapped.lines.get(row) else {
            break;
        };
        match line {
            Line::Day(day) => draw_separator(canvas, area, y, day),
            Line::Via(words) => {
                let indent = columns.mark + columns.time;
                let pen = &mut Pen::at(area, y, to_u16(indent));
                canvas.text(pen, words, canvas.theme.style(Tone::Dim));
            }
            Line::Text {
                lead,
                indent,
                text,
                tone,
            } => {
                if let Some(lead) = lead {
                    draw_lead(canvas, area, y, lead, columns);
                }
                let x = columns.mark + columns.time + columns.author + 2 + usize::from(*indent);
                let pen = &mut Pen::at(area, y, to_u16(x));
                canvas.text(pen, text, canvas.theme.style(*tone));
                if selected.contains(&row) {
                    let style = canvas.theme.border(focus);
                    canvas.text(&mut Pen::at(area, y, 0), &SafeText::own("▌"), style);
                }
            }
        }
    }
    if let Older::Failed { problem, .. } = &thread.older
        && thread.top == 0
    {
        let words = SafeText::of(&problem.words(&state.api.connection));
        let key = state
            .keys
            .map
            .label(Mode::Normal, Action::Refresh)
            .unwrap_or_default();
        let (head, tail) = (
            " older messages are missing",
            format!(" · {key} tries again "),
        );
        let taken = head.len() + SafeText::own(&tail).width();
        let why = SafeText::own(format_args!(": {words}"));
        let why = why.ellipsis(usize::from(area.width).saturating_sub(taken));
        let line = Rect { height: 1, ..area };
        canvas.clear(line);
        canvas.row(
            line,
            0,
            &Row::words(Tone::Warning, format_args!("{head}{why}{tail}")),
        );
    }
}

fn to_u16(cells: usize) -> u16 {
    u16::try_from(cells).unwrap_or(u16::MAX)
}

fn draw_separator(canvas: &mut Canvas<'_>, area: Rect, y: u16, day: &SafeText) {
    let words = SafeText::own(format_args!(" {day} "));
    let width = usize::from(area.width).saturating_sub(2);
    let dashes = width.saturating_sub(words.width());
    let (left, right) = (dashes / 2, dashes - dashes / 2);
    let row = Row::words(
        Tone::Dim,
        format_args!(" {}{words}{}", "─".repeat(left), "─".repeat(right)),
    );
    canvas.row(area, y, &row);
}

fn draw_lead(canvas: &mut Canvas<'_>, area: Rect, y: u16, lead: &Lead, columns: Columns) {
    let dim = canvas.theme.style(Tone::Dim);
    let mut x = columns.mark;
    canvas.text(&mut Pen::at(area, y, to_u16(x)), &lead.time, dim);
    x += columns.time;
    let author = lead.author.ellipsis(columns.author);
    let style = canvas.theme.style(lead.tone);
    canvas.text(&mut Pen::at(area, y, to_u16(x)), &author, style);
    x += columns.author;
    let side = match lead.tone {
        Tone::Business => "›",
        Tone::Aside => "·",
        _ => " ",
    };
    canvas.text(
        &mut Pen::at(area, y, to_u16(x)),
        &SafeText::own(side),
        style,
    );
    if columns.channel > 0 {
        let channel = Row::of(Tone::Dim, lead.channel.ellipsis(columns.channel - 1));
        let right = Rect {
            width: area.width.saturating_sub(1),
            ..area
        };
        canvas.row_at_right(right, y, &channel);
    }
}

/// The words where there are no messages.
fn draw_words(canvas: &mut Canvas<'_>, area: Rect, state: &State) {
    let width = usize::from(area.width);
    let rows = if state.messages_belong() {
        opened_rows(state, width)
    } else {
        not_opened_rows(state, width)
    };
    for (y, row) in (0..area.height).zip(&rows) {
        canvas.row(area, y, row);
    }
}

fn opened_rows(state: &State, width: usize) -> Vec<Row> {
    match &state.messages.remote {
        Remote::Failed { problem, .. } => problem::rows(problem, state, width),
        Remote::Loading { .. } => paragraph("Loading the messages …", width),
        Remote::Idle => paragraph("The messages were not loaded.", width),
        Remote::Ready(_) => {
            let mut rows = vec![Row::words(Tone::Strong, "No conversation yet")];
            rows.extend(paragraph(
                "This user has never written, and nobody has written to them.",
                width,
            ));
            rows
        }
    }
}

fn not_opened_rows(state: &State, width: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    let key = state
        .keys
        .map
        .label(Mode::Normal, Action::GoIn)
        .unwrap_or_default();
    match (&state.profile.subject, state.profile.remote.problem()) {
        (Some(subject), None) if subject.visit == Visit::Opened => {
            return paragraph("The messages follow as soon as the user is found.", width);
        }
        (Some(_), Some(_)) if state.profile.remote.good().is_none() => {
            return paragraph("Without a user there are no messages.", width);
        }
        (Some(_), _) => rows.extend(paragraph(&format!("{key} opens the conversation."), width)),
        (None, _) if state.api.connection.stage == Stage::Sandbox => {}
        (None, _) => rows.extend(paragraph("Open a user to read what was said.", width)),
    }
    if state.api.connection.stage == Stage::Sandbox && !matches!(state.api.link, Link::Down(_)) {
        if !rows.is_empty() {
            rows.push(Row::default());
        }
        rows.extend(welcome(width));
    }
    rows
}

/// Tells an agent who has configured nothing how to go on.
fn welcome(width: usize) -> Vec<Row> {
    let mut rows = vec![Row::words(Tone::Strong, "This is the sandbox")];
    rows.extend(paragraph(
        "Everybody here is invented and lives in this program; nothing leaves this computer.",
        width,
    ));
    rows.push(Row::default());
    rows.push(Row::words(Tone::Strong, "To look at your own app"));
    rows.extend(paragraph(
        "Set these in your shell and start smooch-console again:",
        width,
    ));
    for variable in ["SMOOCH_APP_ID", "SMOOCH_KEY_ID", "SMOOCH_KEY_SECRET"] {
        rows.push(Row::words(
            Tone::Plain,
            format_args!("  export {variable}=…"),
        ));
    }
    rows.extend(paragraph(
        "For the EU or another host set SMOOCH_BASE_URL too. --sandbox opens this again.",
        width,
    ));
    rows
}

fn paragraph(words: &str, width: usize) -> Vec<Row> {
    wrapped(Tone::Dim, &SafeText::own(words), width, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_row_never_exceed_its_width() {
        for width in 20..300 {
            let c = Columns::of(width);
            let taken = c.mark + c.time + c.author + 2 + c.text + c.channel;
            assert!(taken <= width, "{width}: {c:?}");
        }
    }
}
