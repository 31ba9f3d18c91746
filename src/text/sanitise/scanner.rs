//! Reads text character by character and turns it into clusters and marks.
//!
//! In: text. Out: a line in which each character is drawn, joins the cluster before it, or becomes
//! a mark. It doesn't decide how much of the text to read.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::text::emoji;
use crate::text::limits::{CLUSTER_BYTES, CLUSTER_SCALARS, FIELD_LIMIT, READ_FACTOR};
use crate::text::marks::{self, DOTTED_CIRCLE, LINE_BREAK, ZWNJ};
use crate::text::safe::Builder;

/// Most hidden characters that one mark spells out.
const HIDDEN_RUN: usize = 16;
const TAB_STOP: usize = 4;

/// Whether the last cluster may take another character.
#[derive(PartialEq, Eq, Clone, Copy)]
enum Base {
    /// No: there is no cluster, or it is white space or a mark of the console.
    None,
    /// Yes: it is a visible character.
    Visible,
}

/// A text that is being read, and the line that it becomes.
pub(super) struct Scanner<'a> {
    /// What is left to read.
    pub(super) rest: &'a str,
    pub(super) line: Builder,
    /// Characters put into the line.
    pub(super) shown: usize,
    /// Characters read.
    pub(super) seen: usize,
    base: Base,
}

impl Scanner<'_> {
    /// Reads one token: a character, which a mark may replace, or a whole emoji.
    pub(super) fn step(&mut self) {
        let Some(c) = self.rest.chars().next() else {
            return;
        };
        if let Some(length) = line_break(self.rest) {
            self.read(length);
            self.tag(LINE_BREAK);
        } else if let Some(length) = emoji::sequence(self.rest) {
            let emoji = self.read(length);
            self.cluster(emoji);
        } else if c == '\t' {
            self.read(1);
            for _ in 0..TAB_STOP - self.line.width() % TAB_STOP {
                self.cluster(" ");
            }
        } else if matches!(c, ' '..='~') {
            let plain = self.read(1);
            self.cluster(plain);
        } else if c == ZWNJ && self.zwnj_is_spelling() {
            self.read(c.len_utf8());
            self.lean(c);
        } else if matches!(c, '\u{E0000}'..='\u{E007F}') {
            self.hidden_run();
        } else if let Some(mark) = marks::mark(c) {
            self.read(c.len_utf8());
            self.tag(&mark);
        } else {
            self.visible(c);
        }
    }

    /// Draws a character as itself: alone, or as part of the cluster before it.
    fn visible(&mut self, c: char) {
        self.read(c.len_utf8());
        let c = with_known_width(c);
        let mut buffer = [0; 4];
        let text = c.encode_utf8(&mut buffer);
        if never_leans(c) {
            return self.cluster(text);
        }
        let width = c.width().unwrap_or(0);
        // A letter that a script joins to the previous one (a conjunct) still starts its own
        // cluster, so that the marks after it have their base in the same cell.
        let begins = width > 0 && !marks::leans_on_its_base(c);
        if !begins && self.base == Base::Visible && self.is_one_cluster_with(c) {
            match self.lean(c) {
                Fit::Taken => return,
                Fit::Full if width == 0 => return self.surplus(),
                Fit::Full | Fit::Wider => {}
            }
        } else if !begins && marks::leans_on_its_base(c) {
            let mut pair = String::from(DOTTED_CIRCLE);
            pair.push(c);
            if matches!(pair.width(), 1 | 2) {
                return self.cluster(&pair);
            }
        }
        if matches!(width, 1 | 2) {
            self.cluster(text);
        } else {
            self.tag(&format!("‹U+{:04X}›", u32::from(c)));
        }
    }

    /// Adds `c` to the last cluster if the cluster's limits allow it.
    fn lean(&mut self, c: char) -> Fit {
        let Some(last) = self.line.last() else {
            return Fit::Wider;
        };
        if last.text.chars().count() >= CLUSTER_SCALARS
            || last.text.len() + c.len_utf8() > CLUSTER_BYTES
        {
            return Fit::Full;
        }
        let together = format!("{}{c}", last.text).width();
        // Terminals add up the widths of single characters. Where the script has another rule,
        // the two stay separate, so that no row becomes misaligned.
        let apart = usize::from(last.width) + c.width().unwrap_or(0);
        if together != apart || together > 2 {
            return Fit::Wider;
        }
        self.line.extend_last(c, together);
        self.shown += 1;
        Fit::Taken
    }

    /// Skips the combining marks that a full cluster has no room for, and says how many.
    fn surplus(&mut self) {
        let mut count = 1;
        let most = FIELD_LIMIT.saturating_mul(READ_FACTOR);
        while let Some(c) = self.rest.chars().next()
            && count < most
            && !never_leans(c)
            && c.width() == Some(0)
            && (is_trailing_jamo(c) || marks::leans_on_its_base(c))
            && marks::mark(c).is_none()
        {
            self.read(c.len_utf8());
            count += 1;
        }
        self.tag(&format!("‹+{count} marks›"));
    }

    /// Spells out what tag characters hide.
    fn hidden_run(&mut self) {
        let mut mark = String::from("‹TAG ");
        for _ in 0..HIDDEN_RUN {
            let Some(c) = self.rest.chars().next() else {
                break;
            };
            if !matches!(c, '\u{E0000}'..='\u{E007F}') {
                break;
            }
            self.read(c.len_utf8());
            mark.push(marks::hidden_ascii(c).unwrap_or('·'));
        }
        mark.push('›');
        self.tag(&mark);
    }

    /// Whether the next character would become part of the last cluster.
    pub(super) fn continues_a_cluster(&self) -> bool {
        self.base == Base::Visible
            && self.rest.chars().next().is_some_and(|c| {
                !never_leans(c)
                    && marks::mark(c).is_none()
                    && c.width() == Some(0)
                    && self.is_one_cluster_with(c)
            })
    }

    fn is_one_cluster_with(&self, c: char) -> bool {
        self.line
            .last()
            .is_some_and(|last| format!("{}{c}", last.text).graphemes(true).count() == 1)
    }

    fn zwnj_is_spelling(&self) -> bool {
        let before = self
            .line
            .last()
            .and_then(|last| last.text.chars().next_back());
        let after = self.rest.chars().nth(1);
        let spells = |c: char| marks::spells_with_zwnj(c) && marks::mark(c).is_none();
        self.base == Base::Visible
            && before.is_some_and(spells)
            && after
                .is_some_and(|c| spells(c) && c.width() == Some(1) && !marks::leans_on_its_base(c))
            && self
                .line
                .last()
                .is_some_and(|last| last.text.chars().count() < CLUSTER_SCALARS)
    }

    fn cluster(&mut self, text: &str) {
        self.base = if text.chars().all(char::is_whitespace) {
            Base::None
        } else {
            Base::Visible
        };
        self.shown += text.chars().count();
        self.line.push(text, text.width());
    }

    fn tag(&mut self, mark: &str) {
        self.base = Base::None;
        self.shown += mark.chars().count();
        self.line.push_tag(mark);
    }
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            rest: text,
            line: Builder::default(),
            shown: 0,
            seen: 0,
            base: Base::None,
        }
    }

    fn read(&mut self, bytes: usize) -> &'a str {
        let (head, tail) = self.rest.split_at(bytes);
        self.rest = tail;
        self.seen += head.chars().count();
        head
    }
}

/// What happened to a character that belongs to the cluster before it.
enum Fit {
    /// It joined the cluster.
    Taken,
    /// The cluster has no room.
    Full,
    /// The cluster would be too wide, or would not be as wide as its parts.
    Wider,
}

/// The length of the line break that `text` starts with.
fn line_break(text: &str) -> Option<usize> {
    let mut chars = text.chars();
    match chars.next()? {
        '\r' if chars.next() == Some('\n') => Some(2),
        c @ ('\n' | '\u{2028}' | '\u{2029}') => Some(c.len_utf8()),
        _ => None,
    }
}

/// The half-width sound marks of katakana, in their combining form (their decomposition): ratatui
/// counts one cell too many for the originals and would skip the next character.
fn with_known_width(c: char) -> char {
    match c {
        '\u{FF9E}' => '\u{3099}',
        '\u{FF9F}' => '\u{309A}',
        _ => c,
    }
}

/// Whether a character always starts a cluster. For most text this check is enough.
fn never_leans(c: char) -> bool {
    matches!(c, '\0'..='\u{2FF}' | '\u{370}'..='\u{482}' | '\u{3041}'..='\u{3096}'
        | '\u{30A0}'..='\u{31FF}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}')
}

/// Whether a character is a vowel or a final consonant of a Hangul syllable written in parts.
fn is_trailing_jamo(c: char) -> bool {
    matches!(c, '\u{1161}'..='\u{11FF}' | '\u{D7B0}'..='\u{D7C6}' | '\u{D7CB}'..='\u{D7FB}')
}
