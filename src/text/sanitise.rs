//! The sanitiser: the one function through which strangers' text becomes drawable.
//!
//! In: any Unicode text. Out: [`SafeText`], in which a visible mark replaces each control,
//! direction change and invisible character. Every cluster takes one or two cells, at most
//! [`CLUSTER_SCALARS`] characters and at most [`CLUSTER_BYTES`] bytes. The time is linear in the
//! length of the text, and sanitising a result again changes nothing.
//!
//! This file decides how much of a text is shown; `scanner` decides what becomes of each
//! character.

mod scanner;

use std::fmt;
use std::ops::Range;

use super::limits::{FIELD_LIMIT, MESSAGE_LIMIT, READ_FACTOR};
use super::marks::ZWNJ;
use super::safe::{Builder, SafeText};
use crate::domain::Untrusted;
use scanner::Scanner;

/// Room that a cut text leaves for its last token and the notice, so that nothing cuts it again.
const NOTICE_ROOM: usize = 96;

impl SafeText {
    /// Makes a stranger's text safe, as one line: line breaks become a mark, and a text longer
    /// than [`FIELD_LIMIT`] ends with the count of what is missing.
    pub fn of(text: &Untrusted) -> Self {
        #[expect(clippy::disallowed_methods, reason = "this is where text is made safe")]
        one_line(text.expose())
    }

    /// The console's own words; they pass the same sanitiser, in case they quote a stranger.
    pub fn own(words: impl fmt::Display) -> Self {
        one_line(&words.to_string())
    }
}

/// Makes a text of several lines safe: one [`SafeText`] per line.
///
/// Lines end at CR LF, LF, U+2028 and U+2029; other controls appear as marks. A text longer than
/// [`MESSAGE_LIMIT`] ends with a line that says how much is missing.
pub fn safe_lines(text: &Untrusted) -> Vec<SafeText> {
    #[expect(clippy::disallowed_methods, reason = "this is where text is made safe")]
    let mut rest = text.expose();
    let mut room = MESSAGE_LIMIT;
    let mut lines = Vec::new();
    loop {
        let end = rest
            .find(['\n', '\u{2028}', '\u{2029}'])
            .unwrap_or(rest.len());
        let (line, tail) = rest.split_at(end);
        let line = if tail.starts_with('\n') {
            line.strip_suffix('\r').unwrap_or(line)
        } else {
            line
        };
        let scan = scan(line, room, Trace::Off);
        // A line break counts too: a flood of empty lines is a flood.
        room = room.saturating_sub(scan.shown + 1);
        lines.push(scan.line.finish());
        if scan.read < line.len() {
            lines.push(notice("", &rest[scan.read..], " characters"));
            return lines;
        }
        let Some(separator) = tail.chars().next() else {
            return lines;
        };
        rest = &tail[separator.len_utf8()..];
        if room == 0 && !rest.is_empty() {
            lines.push(notice("", rest, " characters"));
            return lines;
        }
    }
}

/// Makes a text safe as one line of at most [`FIELD_LIMIT`] characters.
pub(super) fn one_line(raw: &str) -> SafeText {
    if is_plain(raw) {
        return Builder::ascii(raw);
    }
    line_of(raw, Trace::Off).0
}

/// The same, and for each cluster the characters that it came from. The notice at the end of a
/// long text comes from none.
pub(super) fn one_line_traced(raw: &str) -> (SafeText, Vec<Range<usize>>) {
    if is_plain(raw) {
        let sources = (0..raw.len()).map(|at| at..at + 1).collect();
        return (Builder::ascii(raw), sources);
    }
    line_of(raw, Trace::On)
}

/// Whether a text needs no change.
fn is_plain(raw: &str) -> bool {
    raw.len() <= FIELD_LIMIT && raw.bytes().all(|b| matches!(b, b' '..=b'~'))
}

fn line_of(raw: &str, trace: Trace) -> (SafeText, Vec<Range<usize>>) {
    let whole = scan(raw, FIELD_LIMIT, trace);
    if whole.read == raw.len() && whole.shown <= FIELD_LIMIT {
        return (whole.line.finish(), whole.sources);
    }
    let mut cut = scan(raw, FIELD_LIMIT - NOTICE_ROOM, trace);
    // The cut took away the letter that justified a non-joiner.
    cut.line.drop_last_char(ZWNJ);
    let notice = notice(" ", &raw[cut.read..], "");
    (SafeText::join([cut.line.finish(), notice]), cut.sources)
}

fn notice(before: &str, missing: &str, after: &str) -> SafeText {
    let mut line = Builder::default();
    line.push_tag(&format!(
        "{before}… {} more{after}",
        missing.chars().count()
    ));
    line.finish()
}

/// The result of reading the start of a text.
struct Scan {
    line: Builder,
    /// Bytes read.
    read: usize,
    /// Characters in the line.
    shown: usize,
    /// For each cluster, the characters that it came from, if traced.
    sources: Vec<Range<usize>>,
}

/// Whether to record which characters each cluster came from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trace {
    On,
    Off,
}

/// Reads `raw` until its end, or until `room` characters are shown or too many are read.
fn scan(raw: &str, room: usize, trace: Trace) -> Scan {
    let mut sources: Vec<Range<usize>> = Vec::new();
    let mut scanner = Scanner::new(raw);
    while !scanner.rest.is_empty() {
        let full = scanner.shown >= room || scanner.seen >= room.saturating_mul(READ_FACTOR);
        if full && !scanner.continues_a_cluster() {
            break;
        }
        let before = scanner.seen;
        scanner.step();
        if trace == Trace::On {
            let clusters = scanner.line.clusters();
            // The character joined the last cluster.
            if clusters == sources.len()
                && let Some(last) = sources.last_mut()
            {
                last.end = scanner.seen;
            }
            sources.resize(clusters, before..scanner.seen);
        }
    }
    Scan {
        read: raw.len() - scanner.rest.len(),
        shown: scanner.shown,
        line: scanner.line,
        sources,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::disallowed_methods, reason = "tests compare raw text")]

    use super::*;

    fn of(text: &str) -> SafeText {
        SafeText::of(&Untrusted::from(text))
    }

    fn shown(text: &str) -> String {
        of(text).as_str().to_owned()
    }

    fn lines(text: &str) -> Vec<String> {
        safe_lines(&Untrusted::from(text))
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    fn clusters(text: &str) -> Vec<String> {
        of(text)
            .clusters()
            .map(|cluster| cluster.text.to_owned())
            .collect()
    }

    #[test]
    fn printable_ascii_is_unchanged() {
        let ascii: String = (' '..='~').collect();
        assert_eq!(shown(&ascii), ascii);
        assert_eq!(of(&ascii).width(), 95);
    }

    #[test]
    fn controls_become_visible() {
        for (raw, safe) in [
            ("\x1B[31m", "␛[31m"),
            ("\u{9B}31m", "‹9B›31m"),
            ("a\u{85}b", "a‹NEL›b"),
            ("\x1B]0;title", "␛]0;title"),
            ("\u{9D}0;title", "‹9D›0;title"),
            ("\u{90}q", "‹90›q"),
            ("a\rb", "a␍b"),
            ("\0\x07\x08\x7F", "␀␇␈␡"),
            ("a\x0Bb\x0Cc", "a␋b␌c"),
        ] {
            assert_eq!(shown(raw), safe);
        }
    }

    #[test]
    fn an_escape_split_over_two_fields_does_nothing() {
        let row = SafeText::join([of("Mara \x1B"), of("[2J"), of("\u{9B}"), of("31m")]);
        assert_eq!(row.as_str(), "Mara ␛[2J‹9B›31m");
    }

    #[test]
    fn direction_changes_and_invisible_characters_become_tags() {
        for (raw, safe) in [
            ("ab\u{202E}cd", "ab‹RLO›cd"),
            ("\u{202A}\u{202B}\u{202C}\u{202D}", "‹LRE›‹RLE›‹PDF›‹LRO›"),
            ("\u{2066}\u{2067}\u{2068}\u{2069}", "‹LRI›‹RLI›‹FSI›‹PDI›"),
            ("\u{200E}\u{200F}\u{61C}", "‹LRM›‹RLM›‹ALM›"),
            (
                "a\u{200B}b\u{2060}c\u{FEFF}d\u{AD}e",
                "a‹ZWSP›b‹WJ›c‹BOM›d‹SHY›e",
            ),
            ("a\u{200D}b\u{200C}c", "a‹ZWJ›b‹ZWNJ›c"),
            ("\u{115F}\u{3164}\u{FFA0}", "‹U+115F›‹U+3164›‹U+FFA0›"),
            ("a\u{FE0F}\u{E0100}", "a‹VS16›‹VS17›"),
            (
                "\u{FFF9}\u{FDD0}\u{E000}\u{378}",
                "‹U+FFF9›‹U+FDD0›‹U+E000›‹U+0378›",
            ),
            ("hi\u{E0050}\u{E0057}\u{E007F}", "hi‹TAG PW·›"),
        ] {
            assert_eq!(shown(raw), safe);
        }
    }

    #[test]
    fn a_mark_of_the_console_differs_from_text_that_imitates_it() {
        let marked = of("\u{202E}");
        let imitated = of("‹RLO›");
        assert_eq!(marked.as_str(), imitated.as_str());
        assert!(marked.clusters().all(|cluster| cluster.tag));
        assert!(imitated.clusters().all(|cluster| !cluster.tag));
        assert_ne!(marked, imitated);
    }

    #[test]
    fn known_emoji_stay_whole() {
        for emoji in [
            "👩\u{200D}👩\u{200D}👧\u{200D}👦",
            "👩🏻\u{200D}❤\u{FE0F}\u{200D}💋\u{200D}👨🏻",
            "🏃\u{200D}♂\u{FE0F}",
            "🏴\u{200D}☠\u{FE0F}",
            "❤\u{FE0F}",
            "👍🏽",
            "🇫🇷",
            "1\u{FE0F}\u{20E3}",
        ] {
            assert_eq!(clusters(emoji), [emoji]);
            assert_eq!(of(emoji).width(), 2);
        }
    }

    #[test]
    fn parts_of_emoji_become_tags_outside_them() {
        for (raw, safe) in [
            ("👩\u{200D}", "👩‹ZWJ›"),
            ("x🏽", "x‹SKIN 3›"),
            ("🇫🇷🇩", "🇫🇷‹RI D›"),
            ("a\u{20E3}", "a‹KEYCAP›"),
            ("⌚\u{FE0E}", "⌚‹VS15›"),
            ("中\u{200D}中", "中‹ZWJ›中"),
        ] {
            assert_eq!(shown(raw), safe);
        }
    }

    #[test]
    fn a_thirty_fold_joined_emoji_is_cut_into_short_ones() {
        let chain = vec!["👩"; 30].join("\u{200D}");
        let safe = of(&format!("a{chain}b"));
        assert!(
            safe.clusters()
                .all(|cluster| cluster.text.chars().count() <= 7)
        );
        assert_eq!(safe.as_str().matches('👩').count(), 30);
        assert!(safe.as_str().starts_with('a') && safe.as_str().ends_with('b'));
    }

    #[test]
    fn scripts_that_need_marks_stay_readable() {
        for text in [
            "नमस्ते",
            "हिन्दी",
            "สวัสดีครับ",
            "น้ำ",
            "தமிழ்",
            "ខ្មែរ",
            "မြန်မာ",
            "مرحبا",
            "שָׁלוֹם",
            "각",
        ] {
            assert_eq!(shown(text), text);
        }
        assert_eq!(clusters("की"), ["की"]);
        assert_eq!(clusters("क्षि"), ["क्", "षि"]);
        assert_eq!(
            clusters("\u{1100}\u{1161}\u{11A8}"),
            ["\u{1100}\u{1161}\u{11A8}"]
        );
    }

    #[test]
    fn half_width_sound_marks_combine_with_their_letter() {
        assert_eq!(
            clusters("ﾊ\u{FF9E}ﾊ\u{FF9F}ﾝ"),
            ["ﾊ\u{3099}", "ﾊ\u{309A}", "ﾝ"]
        );
        assert_eq!(shown("\u{FF9E}"), "◌\u{3099}");
    }

    #[test]
    fn a_non_joiner_stays_only_where_spelling_needs_it() {
        assert_eq!(shown("علی\u{200C}رضا"), "علی\u{200C}رضا");
        assert_eq!(shown("علی\u{200C}"), "علی‹ZWNJ›");
        assert_eq!(shown("علی\u{200C}\u{200C}رضا"), "علی‹ZWNJ›‹ZWNJ›رضا");
        assert_eq!(shown("pay\u{200C}pal"), "pay‹ZWNJ›pal");
    }

    #[test]
    fn a_mark_without_a_base_gets_a_dotted_circle() {
        assert_eq!(shown("\u{301}a"), "◌\u{301}a");
        assert_eq!(shown(" \u{301}"), " ◌\u{301}");
        assert_eq!(shown("\u{202E}\u{301}"), "‹RLO›◌\u{301}");
        assert_eq!(shown("\u{93E}"), "◌\u{93E}");
    }

    #[test]
    fn surplus_marks_are_counted_and_their_neighbours_stay() {
        let text = format!("x{}y", "\u{301}".repeat(100));
        let kept = format!("x{}", "\u{301}".repeat(11));
        assert_eq!(shown(&text), format!("{kept}‹+89 marks›y"));
        assert_eq!(of(&text).width(), 13);
    }

    #[test]
    fn a_million_marks_and_a_jamo_run_are_cut() {
        let marks = of(&format!("a{}b", "\u{301}".repeat(1_000_000)));
        assert!(marks.width() < 80, "{}", marks.width());
        assert!(marks.as_str().ends_with(" more"));
        let jamo = of(&"\u{1100}".repeat(32_768));
        assert!(jamo.clusters().all(|cluster| cluster.width <= 2));
        assert!(jamo.as_str().ends_with(" … 28768 more"), "{jamo}");
    }

    #[test]
    fn a_long_field_says_how_much_is_missing() {
        let text = "é".repeat(FIELD_LIMIT + 1);
        let safe = of(&text);
        let shown = safe.as_str().matches('é').count();
        assert!(
            safe.as_str()
                .ends_with(&format!(" … {} more", FIELD_LIMIT + 1 - shown))
        );
        assert!(safe.as_str().chars().count() <= FIELD_LIMIT);
        assert_eq!(
            of(&"é".repeat(FIELD_LIMIT)).as_str(),
            "é".repeat(FIELD_LIMIT)
        );
    }

    #[test]
    fn a_long_text_of_tags_is_sanitised_only_once() {
        for text in [
            "\u{202E}",
            "\t",
            "\u{E0041}",
            "a\u{301}",
            "ی\u{200C}",
            "👩\u{200D}👩",
            "\u{301}",
        ] {
            let once = of(&text.repeat(30_000));
            assert!(SafeText::own(&once).as_str() == once.as_str(), "{text:?}");
        }
    }

    #[test]
    fn one_line_marks_its_line_breaks() {
        assert_eq!(shown("a\nb\r\nc\u{2028}d\u{2029}e"), "a⏎b⏎c⏎d⏎e");
        assert_eq!(
            of("a\nb").clusters().filter(|cluster| cluster.tag).count(),
            1
        );
    }

    #[test]
    fn lines_are_split_at_line_breaks_only() {
        assert_eq!(
            lines("a\nb\r\nc\u{2028}d\u{2029}e"),
            ["a", "b", "c", "d", "e"]
        );
        assert_eq!(lines("a\rb\u{85}c"), ["a␍b‹NEL›c"]);
        assert_eq!(lines("a\r\r\nb"), ["a␍", "b"]);
        assert_eq!(lines(""), [""]);
        assert_eq!(lines("a\n"), ["a", ""]);
        assert_eq!(lines("\u{301}\n\u{301}"), ["◌\u{301}", "◌\u{301}"]);
    }

    #[test]
    fn tabs_reach_the_next_stop() {
        assert_eq!(lines("a\tb\n\tc\n中中\td"), ["a   b", "    c", "中中    d"]);
    }

    #[test]
    fn a_long_message_ends_with_what_is_missing() {
        let long = lines(&"x".repeat(MESSAGE_LIMIT + 5));
        assert_eq!(long.len(), 2);
        assert_eq!(long[1], "… 5 more characters");
        let many = lines(&"\n".repeat(MESSAGE_LIMIT + 5));
        assert_eq!(many.len(), MESSAGE_LIMIT + 1);
        assert_eq!(many[MESSAGE_LIMIT], "… 5 more characters");
    }
}
