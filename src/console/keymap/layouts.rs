//! Keyboard layouts of other scripts: which key of a US keyboard types a character there.
//!
//! In: a character that a layout types. Out: the character that the same key types on a US
//! keyboard. Which characters are looked up, and when, is decided where keys are pressed.

/// Layouts that belong to one script. Languages that share one put their letters on the same keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Script {
    /// Russian, Ukrainian, Belarusian.
    Cyrillic,
    /// Greek.
    Greek,
    /// Hebrew.
    Hebrew,
    /// Arabic.
    Arabic,
}

/// The keys of a US keyboard, row by row; each row below types one character for each of them.
const KEYS: &str = "`qwertyuiop[]asdfghjkl;'zxcvbnm,./";
const SHIFTED_KEYS: &str = "~QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>?";

const RUSSIAN: &str = "ёйцукенгшщзхъфывапролджэячсмитьбю.";
const UKRAINIAN: &str = "'йцукенгшщзхїфівапролджєячсмитьбю.";
const BELARUSIAN: &str = "ёйцукенгшўзх'фывапролджэячсмітьбю.";
const GREEK: &str = "`;ςερτυθιοπ[]ασδφγηξκλ΄'ζχψωβνμ,./";
const HEBREW: &str = ";/'קראטוןםפ][שדגכעיחלךף,זסבהנמצתץ.";
const ARABIC: &str = "ذضصثقفغعهخحجدشسيبلاتنمكطئءؤر\u{FEFB}ىةوزظ";

/// What keys type while Shift is held, where it is no capital letter.
const WITH_SHIFT: [(Script, &[(char, char)]); 4] = [
    (
        Script::Cyrillic,
        &[
            (',', '?'),
            ('"', '@'),
            ('№', '#'),
            (';', '$'),
            (':', '^'),
            ('?', '&'),
        ],
    ),
    (Script::Greek, &[(':', 'Q'), ('¨', ':')]),
    (Script::Hebrew, &[]),
    (
        Script::Arabic,
        &[
            ('\u{64E}', 'Q'),
            ('\u{64B}', 'W'),
            ('\u{64F}', 'E'),
            ('\u{64C}', 'R'),
            ('\u{FEF9}', 'T'),
            ('إ', 'Y'),
            ('÷', 'I'),
            ('×', 'O'),
            ('؛', 'P'),
            ('\u{650}', 'A'),
            ('\u{64D}', 'S'),
            (']', 'D'),
            ('[', 'F'),
            ('\u{FEF7}', 'G'),
            ('أ', 'H'),
            ('ـ', 'J'),
            ('،', 'K'),
            ('/', 'L'),
            ('\u{652}', 'X'),
            ('\u{FEF5}', 'B'),
            ('آ', 'N'),
            ('؟', '?'),
        ],
    ),
];

/// The layouts, each with its script; where two give a character different keys, the first counts.
const LAYOUTS: [(Script, &str); 6] = [
    (Script::Cyrillic, RUSSIAN),
    (Script::Cyrillic, UKRAINIAN),
    (Script::Cyrillic, BELARUSIAN),
    (Script::Greek, GREEK),
    (Script::Hebrew, HEBREW),
    (Script::Arabic, ARABIC),
];

impl Script {
    /// The script of a letter that only its layouts type, and the US keyboard's character for the
    /// key; `None` for Latin characters, and for scripts without a table.
    pub(crate) fn of_letter(c: char) -> Option<(Self, char)> {
        if c.is_ascii() {
            return None;
        }
        let scripts = [Self::Cyrillic, Self::Greek, Self::Hebrew, Self::Arabic];
        let mut found = scripts
            .into_iter()
            .filter_map(|script| script.key_of(c).map(|key| (script, key)));
        found
            .next()
            .or_else(|| digit(c).map(|key| (Self::Arabic, key)))
    }

    /// The US keyboard's character for the key that types a character in this script's layouts.
    pub(crate) fn key_of(self, c: char) -> Option<char> {
        let layouts = || LAYOUTS.iter().filter(|(script, _)| *script == self);
        let plain = layouts().find_map(|(_, typed)| same_place(typed, c, KEYS));
        let with_shift = || {
            let tables = WITH_SHIFT.iter().filter(|(script, _)| *script == self);
            let mut pairs = tables.flat_map(|(_, pairs)| *pairs);
            pairs.find(|(typed, _)| *typed == c).map(|(_, key)| *key)
        };
        let capital = || {
            let mut small = c.to_lowercase();
            let (Some(small), None) = (small.next(), small.next()) else {
                return None;
            };
            let differs = small != c;
            differs
                .then(|| layouts().find_map(|(_, typed)| same_place(typed, small, SHIFTED_KEYS)))?
        };
        plain.or_else(with_shift).or_else(capital)
    }
}

/// Whether a character is a letter that no Latin layout types.
pub(crate) fn is_foreign_letter(c: char) -> bool {
    let is_latin = matches!(c, '\0'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}');
    c.is_alphabetic() && !is_latin
}

fn same_place(typed: &str, c: char, keys: &str) -> Option<char> {
    let place = typed.chars().position(|typed| typed == c)?;
    keys.chars().nth(place)
}

/// The digits of Arabic and Persian layouts.
fn digit(c: char) -> Option<char> {
    let value = match c {
        '\u{660}'..='\u{669}' => u32::from(c) - 0x660,
        '\u{6F0}'..='\u{6F9}' => u32::from(c) - 0x6F0,
        _ => return None,
    };
    char::from_digit(value, 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(script: Script, typed: &str) -> String {
        let keys = typed.chars().map(|c| script.key_of(c).unwrap_or('¿'));
        keys.collect()
    }

    #[test]
    fn every_layout_has_a_character_for_every_key() {
        for (script, typed) in LAYOUTS {
            assert_eq!(typed.chars().count(), KEYS.chars().count(), "{script:?}");
        }
        assert_eq!(KEYS.len(), SHIFTED_KEYS.len());
    }

    #[test]
    fn the_letters_of_a_layout_lead_to_the_keys_at_the_same_places() {
        for (script, row, latin) in [
            (Script::Cyrillic, "йцукенгшщзхъ", "qwertyuiop[]"),
            (Script::Cyrillic, "фывапролджэ", "asdfghjkl;'"),
            (Script::Cyrillic, "ячсмитьбю.", "zxcvbnm,./"),
            (Script::Cyrillic, "їієў", "]s'o"),
            (Script::Cyrillic, "ОЙПРДЖЮБ", "JQGHL:><"),
            (Script::Greek, ";ςερτυθιοπ", "qwertyuiop"),
            (Script::Greek, "ασδφγηξκλζχψωβνμ", "asdfghjklzxcvbnm"),
            (Script::Greek, "ΓΞΚΝ:", "GJKNQ"),
            (Script::Hebrew, "קראטוןםפ", "ertyuiop"),
            (Script::Hebrew, "שדגכעיחלך", "asdfghjkl"),
            (Script::Hebrew, "זסבהנמצ'.", "zxcvbnmw/"),
            (Script::Arabic, "ضصثقفغعهخح", "qwertyuiop"),
            (Script::Arabic, "شسيبلاتنم", "asdfghjkl"),
            (Script::Arabic, "ئءؤرىة", "zxcvnm"),
            (Script::Arabic, "أآ؟", "HN?"),
        ] {
            assert_eq!(keys(script, row), latin, "{script:?}");
        }
    }

    #[test]
    fn a_letter_tells_its_script_and_latin_characters_tell_none() {
        assert_eq!(Script::of_letter('о'), Some((Script::Cyrillic, 'j')));
        assert_eq!(Script::of_letter('ξ'), Some((Script::Greek, 'j')));
        assert_eq!(Script::of_letter('ח'), Some((Script::Hebrew, 'j')));
        assert_eq!(Script::of_letter('ت'), Some((Script::Arabic, 'j')));
        assert_eq!(Script::of_letter('٣'), Some((Script::Arabic, '3')));
        for c in ['j', '.', ';', '/', 'é', 'ß', '佐', 'ก'] {
            assert_eq!(Script::of_letter(c), None, "{c}");
        }
        assert!(is_foreign_letter('ก') && !is_foreign_letter('é') && !is_foreign_letter('.'));
    }
}
