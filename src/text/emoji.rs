//! Emoji made of several characters, the only place where joiners and selectors are allowed.
//!
//! In: text. Out: the length of the emoji that it starts with. It must not accept an emoji that is
//! too long for a cluster, or that is not two cells wide (one for text forms).

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::limits::{CLUSTER_BYTES, CLUSTER_SCALARS};
use super::marks::{EMOJI_FORM, KEYCAP, TEXT_FORM, ZWJ, regional_letter};

/// Elements of the longest joined emoji in use: a kiss, or a family of four.
const MOST_ELEMENTS: usize = 4;

/// The length in bytes of the emoji that `text` starts with, if it has several characters.
pub(super) fn sequence(text: &str) -> Option<usize> {
    let mut chars = text.chars();
    let (first, second) = (chars.next()?, chars.next()?);
    if second.is_ascii() {
        return None;
    }
    if regional_letter(first).is_some() {
        return regional_letter(second).map(|_| first.len_utf8() + second.len_utf8());
    }
    if matches!(first, '0'..='9' | '#' | '*') {
        return keycap(text);
    }
    if !matches!(second, ZWJ | TEXT_FORM | EMOJI_FORM) && !is_skin_tone(second) {
        return None;
    }
    let longest = joined(text)?;
    (longest > first.len_utf8()).then_some(longest)
}

fn keycap(text: &str) -> Option<usize> {
    let rest = text[1..].strip_prefix(EMOJI_FORM).unwrap_or(&text[1..]);
    let rest = rest.strip_prefix(KEYCAP)?;
    Some(text.len() - rest.len())
}

/// The longest run of joined elements that is still one emoji.
fn joined(text: &str) -> Option<usize> {
    let mut end = element(text)?;
    let mut best = end;
    for _ in 1..MOST_ELEMENTS {
        let Some(rest) = text[end..].strip_prefix(ZWJ) else {
            break;
        };
        let Some(next) = element(rest) else { break };
        end += ZWJ.len_utf8() + next;
        let whole = &text[..end];
        if whole.len() <= CLUSTER_BYTES
            && whole.chars().count() <= CLUSTER_SCALARS
            && whole.width() == 2
        {
            best = end;
        }
    }
    Some(best)
}

/// One picture with its skin tone or its form.
fn element(text: &str) -> Option<usize> {
    let first = text.chars().next().filter(|c| is_pictograph(*c))?;
    let alone = first.len_utf8();
    let Some(second) = text[alone..].chars().next() else {
        return Some(alone);
    };
    let both = alone + second.len_utf8();
    let width = text[..both].width();
    let whole = match second {
        EMOJI_FORM => width == 1 || width == 2,
        // A text form narrower than its base is drawn two cells wide by most terminals.
        TEXT_FORM => width == text[..alone].width(),
        _ if is_skin_tone(second) => width == 2,
        _ => false,
    };
    Some(if whole { both } else { alone })
}

fn is_skin_tone(c: char) -> bool {
    matches!(c, '\u{1F3FB}'..='\u{1F3FF}')
}

/// Whether a joiner may connect this element: only pictographs join (Unicode's rule GB11).
fn is_pictograph(c: char) -> bool {
    if c < '\u{A9}' || is_skin_tone(c) {
        return false;
    }
    let probe = String::from_iter([c, ZWJ, '\u{A9}']);
    probe.graphemes(true).count() == 1
}
