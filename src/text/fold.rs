//! The folded form in which text is searched: no case, no accents, nothing invisible.
//!
//! In: any text. Out: text for comparing only. Nobody may show it: it is not made safe.

use unicode_normalization::char::{decompose_canonical, decompose_compatible};

use super::marks;

/// Folds a text for searching: it lowers case, drops accents, apostrophes and invisible characters,
/// writes `ß` as `ss`, any white space as a space, any dash as `-` and any decimal digit as 0 to 9,
/// and replaces ligatures and wide letters with plain ones. It works character by character, so
/// folding a text gives the folded forms of its characters in a row.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        fold_char(c, |c| folded.push(c));
    }
    folded
}

/// Folds one character as [`fold()`] does and hands each resulting character to `emit`.
pub fn fold_char(c: char, mut emit: impl FnMut(char)) {
    if is_apostrophe(c) {
        return;
    }
    if c.is_ascii_graphic() {
        return emit(c.to_ascii_lowercase());
    }
    if stands_for_itself(c) {
        return emit(c);
    }
    if c.is_whitespace() {
        return emit(' ');
    }
    if c.is_control() {
        return;
    }
    match decimal_digit(c) {
        Some(digit) => emit(digit),
        None => fold_apart(c, emit),
    }
}

/// Whether a character is written where names have an apostrophe: `O'Brien`, `O’Brien`, `O´Brien`.
/// Phones and keyboards write different ones, and many people write none.
pub const fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '`' | '´' | '\u{2B9}'..='\u{2BF}' | '\u{2C8}' | '\u{2CA}' | '\u{2CB}'
        | '\u{55A}' | '\u{2018}'..='\u{201B}' | '\u{2032}' | '\u{2035}' | '\u{A78C}' | '\u{FF07}'
        | '\u{FF40}')
}

/// The zero of each script with decimal digits of its own; nine more digits follow each.
const ZEROS: [u32; 60] = [
    0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6,
    0xE50, 0xED0, 0xF20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50,
    0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0x104A0,
    0x10D30, 0x11066, 0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0,
    0x11730, 0x118E0, 0x11950, 0x11C50, 0x11D50, 0x11DA0, 0x11F50, 0x16A60, 0x16AC0, 0x16B50,
    0x1E140, 0x1E2F0, 0x1E4F0, 0x1E950,
];

/// The digit 0 to 9 that a decimal digit of another script stands for.
fn decimal_digit(c: char) -> Option<char> {
    let code = u32::from(c);
    let before = ZEROS.partition_point(|zero| *zero <= code);
    let value = code - ZEROS.get(before.checked_sub(1)?)?;
    char::from_digit(value, 10)
}

/// Folds a character by its parts, which come from tables.
fn fold_apart(c: char, mut emit: impl FnMut(char)) {
    decompose(c, |part| {
        if is_accent(part) || part == TATWEEL || marks::is_invisible(part) {
            return;
        }
        for lower in part.to_lowercase().filter(|lower| !is_accent(*lower)) {
            match spelled_out(lower) {
                Some(letters) => letters.chars().for_each(&mut emit),
                None => emit(lower),
            }
        }
    });
}

/// The sign that stretches Arabic words, as a dash would.
const TATWEEL: char = '\u{640}';

/// Splits a character into its parts, including ligatures, wide and narrow forms; but not a sign
/// for a lone accent or for a whole sentence, whose parts would contain a blank.
fn decompose(c: char, emit: impl FnMut(char)) {
    let mut parts = [c; LONGEST];
    let (mut count, mut has_blank) = (0, false);
    decompose_compatible(c, |part| {
        if let Some(place) = parts.get_mut(count) {
            *place = part;
        }
        count += 1;
        has_blank |= part.is_whitespace();
    });
    if has_blank {
        decompose_canonical(c, emit);
    } else {
        parts.into_iter().take(count).for_each(emit);
    }
}

/// Most parts of any character that splits without blanks.
const LONGEST: usize = 18;

/// Whether a character beyond ASCII is its own folded form. These are letters of names in scripts
/// without accents, and millions of them then need no table.
const fn stands_for_itself(c: char) -> bool {
    matches!(c, '\u{3B1}'..='\u{3C1}' | '\u{3C3}'..='\u{3C9}'
        | '\u{430}'..='\u{438}' | '\u{43A}'..='\u{44F}'
        | '\u{5D0}'..='\u{5EA}' | '\u{627}'..='\u{63A}' | '\u{641}'..='\u{64A}'
        | '\u{E01}'..='\u{E32}' | '\u{4E00}'..='\u{9FFF}')
}

/// Whether a character is a mark that only modifies a letter. Vowel signs of Indic scripts and of
/// Thai act as letters and stay.
pub const fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{591}'..='\u{5BD}' | '\u{5BF}' | '\u{5C1}'..='\u{5C2}'
        | '\u{5C4}'..='\u{5C5}' | '\u{5C7}' | '\u{64B}'..='\u{65F}' | '\u{670}' | '\u{1AB0}'..='\u{1AFF}'
        | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}')
}

/// Letters and dashes whose plain form Unicode doesn't give as a decomposition.
fn spelled_out(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'ı' => "i",
        'ς' => "σ",
        '\u{2010}'..='\u{2015}' | '\u{2212}' => "-",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_accents_do_not_matter() {
        for (text, folded) in [
            ("Mara QUINN", "mara quinn"),
            ("Café", "cafe"),
            ("Cafe\u{301}", "cafe"),
            ("Straße", "strasse"),
            ("STRAẞE", "strasse"),
            ("Ærøskøbing Łódź", "aeroskobing lodz"),
            ("İstanbul Işık", "istanbul isik"),
            ("ΟΔΟΣ οδός", "οδοσ οδοσ"),
            ("Ёлка", "елка"),
            ("Nguyễn", "nguyen"),
            ("Ann\u{2013}Marie 1\u{2011}2\u{2212}3", "ann-marie 1-2-3"),
        ] {
            assert_eq!(fold(text), folded);
        }
    }

    #[test]
    fn letters_that_skip_the_tables_fold_as_the_tables_say() {
        for c in ('\u{80}'..=char::MAX).filter(|c| stands_for_itself(*c)) {
            let mut folded = String::new();
            fold_apart(c, |c| folded.push(c));
            assert_eq!(folded, c.to_string());
        }
    }

    #[test]
    fn no_character_has_more_parts_than_the_limit() {
        for c in '\u{80}'..=char::MAX {
            let (mut count, mut has_blank) = (0, false);
            decompose_compatible(c, |part| {
                count += 1;
                has_blank |= part.is_whitespace();
            });
            assert!(count <= LONGEST || has_blank, "{c:?}");
        }
    }

    #[test]
    fn composed_and_decomposed_letters_are_equal() {
        assert_eq!(fold("각"), fold("\u{1100}\u{1161}\u{11A8}"));
        assert_eq!(fold("が"), fold("か\u{3099}"));
    }

    #[test]
    fn forms_of_the_same_letters_are_equal() {
        for (text, folded) in [
            ("O\u{FB03}ce \u{FB01}nn", "office finn"),
            ("Ａｎｎａ １２", "anna 12"),
            ("𝓜𝓪𝓻𝓪 ℌ", "mara h"),
            ("№ ½ …", "no 1\u{2044}2 ..."),
            ("محمـد", "محمد"),
            ("\u{FEE3}\u{FEA4}\u{FEE4}\u{FEAA}", "محمد"),
            ("\u{FDFA}", "\u{FDFA}"),
        ] {
            assert_eq!(fold(text), folded);
        }
        assert_eq!(fold("ｶﾀｶﾅ ｶﾞ"), fold("カタカナ ガ"));
    }

    #[test]
    fn apostrophes_do_not_matter_however_they_are_written() {
        let written = [
            "O'Brien",
            "O’Brien",
            "O‘Brien",
            "O´Brien",
            "O`Brien",
            "Oʼbrien",
            "OBrien",
            "Oʻbrien",
            "O′Brien",
            "O＇Brien",
        ];
        for text in written {
            assert_eq!(fold(text), "obrien", "{text}");
        }
    }

    #[test]
    fn digits_of_other_scripts_are_the_same_numbers() {
        for text in [
            "+٣١ ٦٧٨٩٠ ٢٤٥",
            "+۳۱ ۶۷۸۹۰ ۲۴۵",
            "+३१ ६७८९० २४५",
            "+๓๑ ๖๗๘๙๐ ๒๔๕",
            "＋３１ ６７８９０ ２４５",
        ] {
            assert_eq!(fold(text), "+31 67890 245");
        }
        assert_eq!(decimal_digit('\u{66A}'), None, "the Arabic percent sign");
        assert_eq!(decimal_digit('\u{65F}'), None);
    }

    #[test]
    fn vowel_signs_are_kept() {
        assert_ne!(fold("की"), fold("का"));
        assert_ne!(fold("ดี"), fold("ดา"));
    }

    #[test]
    fn invisible_characters_do_not_matter_and_white_space_is_a_space() {
        assert_eq!(
            fold("Ma\u{200B}ra\u{202E}\u{A0}Q\tx\u{3000}y"),
            "mara q x y"
        );
    }

    #[test]
    fn a_character_folds_alone_as_in_a_text() {
        for c in [
            'A', 'É', 'ß', '\t', '\u{3000}', '각', '\u{7}', 'ﬃ', '´', '٣',
        ] {
            let mut folded = String::new();
            fold_char(c, |c| folded.push(c));
            assert_eq!(folded, fold(&c.to_string()));
        }
    }
}
