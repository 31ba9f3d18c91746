//! Which characters never reach a terminal, and the mark that replaces each.
//!
//! In: one character. Out: its mark, or what kind of neighbour it is. It looks only at the
//! character itself; its context is the sanitiser's business.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;

/// Zero width joiner: allowed only inside emoji.
pub(super) const ZWJ: char = '\u{200D}';
/// Zero width non-joiner: allowed only between letters of scripts whose spelling needs it.
pub(super) const ZWNJ: char = '\u{200C}';
/// Asks for the text form of an emoji.
pub(super) const TEXT_FORM: char = '\u{FE0E}';
/// Asks for the coloured form of an emoji.
pub(super) const EMOJI_FORM: char = '\u{FE0F}';
/// The frame of a keycap emoji.
pub(super) const KEYCAP: char = '\u{20E3}';
/// The base of a combining mark that has none of its own.
pub(super) const DOTTED_CIRCLE: char = '\u{25CC}';
/// Replaces a line break where only one line is possible.
pub(super) const LINE_BREAK: &str = "⏎";

/// The mark for a character that must not be drawn itself; `None` for one that may be drawn.
///
/// This includes characters allowed only within emoji: the sanitiser looks for whole emoji first.
pub(super) fn mark(c: char) -> Option<Cow<'static, str>> {
    let name: Cow<'static, str> = match c {
        '\0'..='\x1F' => return picture(0x2400 + u32::from(c)),
        '\x7F' => return picture(0x2421),
        '\u{85}' => "NEL".into(),
        '\u{80}'..='\u{9F}' => format!("{:X}", u32::from(c)).into(),
        '\u{AD}' => "SHY".into(),
        '\u{34F}' => "CGJ".into(),
        '\u{61C}' | '\u{200E}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {
            bidi_name(c).into()
        }
        '\u{200B}' => "ZWSP".into(),
        ZWNJ => "ZWNJ".into(),
        ZWJ => "ZWJ".into(),
        '\u{2028}' => "LSEP".into(),
        '\u{2029}' => "PSEP".into(),
        '\u{2060}' => "WJ".into(),
        '\u{FEFF}' => "BOM".into(),
        '\u{FE00}'..='\u{FE0F}' => format!("VS{}", u32::from(c) - 0xFE00 + 1).into(),
        '\u{E0100}'..='\u{E01EF}' => format!("VS{}", u32::from(c) - 0xE0100 + 17).into(),
        '\u{1F3FB}'..='\u{1F3FF}' => format!("SKIN {}", u32::from(c) - 0x1F3FB + 1).into(),
        KEYCAP => "KEYCAP".into(),
        _ if regional_letter(c).is_some() => format!("RI {}", regional_letter(c)?).into(),
        _ if is_invisible(c) || is_unprintable(c) => format!("U+{:04X}", u32::from(c)).into(),
        _ => return None,
    };
    Some(format!("‹{name}›").into())
}

/// Whether a character changes the direction of the text around it.
pub(super) fn is_bidi(c: char) -> bool {
    matches!(c, '\u{61C}' | '\u{200E}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Whether a character shows nothing: formats, fillers, selectors, tags and the like.
pub(super) fn is_invisible(c: char) -> bool {
    is_bidi(c)
        || matches!(c,
            '\u{AD}' | '\u{34F}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200D}' | '\u{2028}'..='\u{2029}'
            | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
            | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{13430}'..='\u{1343F}'
            | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// The ASCII character that a tag character hides, if any.
pub(super) fn hidden_ascii(c: char) -> Option<char> {
    match c {
        '\u{E0020}'..='\u{E007E}' => char::from_u32(u32::from(c) - 0xE0000),
        _ => None,
    }
}

/// The letter of a regional indicator.
pub(super) fn regional_letter(c: char) -> Option<char> {
    match c {
        '\u{1F1E6}'..='\u{1F1FF}' => char::from_u32(u32::from(c) - 0x1F1E6 + u32::from('A')),
        _ => None,
    }
}

/// Whether a character belongs to the one before it: a combining or a spacing mark.
pub(super) fn leans_on_its_base(c: char) -> bool {
    let mut pair = String::from(DOTTED_CIRCLE);
    pair.push(c);
    pair.graphemes(true).count() == 1
}

/// Whether a zero width non-joiner beside this letter is a matter of spelling (Persian, Urdu,
/// the scripts of India, Burmese, Khmer).
pub(super) fn spells_with_zwnj(c: char) -> bool {
    matches!(c,
        '\u{620}'..='\u{8FF}' | '\u{900}'..='\u{DFF}' | '\u{1000}'..='\u{109F}'
        | '\u{1780}'..='\u{17D3}' | '\u{FB50}'..='\u{FDCF}' | '\u{FE70}'..='\u{FEFC}')
}

/// Whether this number has no known visible character: unassigned, private use, or a format.
fn is_unprintable(c: char) -> bool {
    // The standard library's debug form escapes exactly these, and marks that lean on a base.
    !c.is_ascii()
        && !c.is_whitespace()
        && c.escape_debug().nth(1) == Some('u')
        && !leans_on_its_base(c)
}

fn picture(code: u32) -> Option<Cow<'static, str>> {
    char::from_u32(code).map(|picture| picture.to_string().into())
}

fn bidi_name(c: char) -> &'static str {
    match c {
        '\u{61C}' => "ALM",
        '\u{200E}' => "LRM",
        '\u{200F}' => "RLM",
        '\u{202A}' => "LRE",
        '\u{202B}' => "RLE",
        '\u{202C}' => "PDF",
        '\u{202D}' => "LRO",
        '\u{202E}' => "RLO",
        '\u{2066}' => "LRI",
        '\u{2067}' => "RLI",
        '\u{2068}' => "FSI",
        _ => "PDI",
    }
}
