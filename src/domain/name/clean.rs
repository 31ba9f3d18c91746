//! Cleaning of names: what a terminal or a reader must not meet is gone, letters stay.
//!
//! In: one raw name. Out: the name on one line, or nothing when it was blank (API document,
//! section 8.5). The cost is linear in the length, whatever the text holds. Nothing is re-ordered,
//! re-cased, transliterated or normalised here.

use crate::domain::Untrusted;

/// A name after cleaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cleaned {
    /// The name on one line; never blank.
    pub text: Untrusted,
    /// Whether anything but white space was removed.
    pub changed: bool,
}

impl Cleaned {
    /// The cleaned characters, for building a longer name of them.
    pub(super) fn into_raw(self) -> String {
        #[expect(
            clippy::disallowed_methods,
            reason = "a name is built of cleaned parts"
        )]
        self.text.expose().to_owned()
    }
}

/// What a character is to a name.
enum Role {
    /// Part of the name.
    Visible,
    /// Nothing to see, but it shapes its neighbours; kept between them.
    Joiner,
    /// Folded to one space.
    Space,
    /// Removed.
    Banned,
}

fn role_of(character: char) -> Role {
    match character {
        // NEL is a C1 control and a line break; as a line break it separates words.
        c if c.is_whitespace() => Role::Space,
        '\u{200C}' | '\u{200D}' | '\u{00AD}' => Role::Joiner,
        '\u{200B}'
        | '\u{2060}'
        | '\u{FEFF}'
        | '\u{061C}'
        | '\u{200E}'
        | '\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2066}'..='\u{2069}' => Role::Banned,
        c if c.is_control() => Role::Banned,
        _ => Role::Visible,
    }
}

/// Whether nothing is left to see of `text` (API document, section 8.5).
pub(crate) fn is_blank(text: &Untrusted) -> bool {
    #[expect(
        clippy::disallowed_methods,
        reason = "looking at every character is the point"
    )]
    let raw = text.expose();
    !raw.chars().any(|c| matches!(role_of(c), Role::Visible))
}

/// Cleans one name; `None` when it was blank.
///
/// Joiners stay inside the name only: before the first and after the last visible character they
/// join nothing.
pub(crate) fn clean(name: &Untrusted) -> Option<Cleaned> {
    #[expect(clippy::disallowed_methods, reason = "cleaning reads what came")]
    let raw = name.expose();
    let mut text = String::with_capacity(raw.len());
    let mut changed = false;
    // What waits for the next visible character: joiners and folded spaces, dropped at the end.
    let mut waiting = String::new();
    for character in raw.chars() {
        match role_of(character) {
            Role::Visible => {
                text.push_str(&waiting);
                waiting.clear();
                text.push(character);
            }
            Role::Joiner if text.is_empty() => changed = true,
            Role::Joiner => waiting.push(character),
            Role::Space if text.is_empty() || waiting.ends_with(' ') => {}
            Role::Space => waiting.push(' '),
            Role::Banned => changed = true,
        }
    }
    changed |= waiting.chars().any(|c| c != ' ');
    (!text.is_empty()).then(|| Cleaned {
        text: Untrusted::from(text),
        changed,
    })
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::disallowed_methods,
        reason = "tests compare raw text"
    )]

    use proptest::prelude::*;

    use super::*;

    fn cleaned(raw: &str) -> Option<(String, bool)> {
        clean(&Untrusted::from(raw)).map(|c| (c.text.expose().to_owned(), c.changed))
    }

    #[test]
    fn white_space_of_every_kind_becomes_one_space_and_is_no_change() {
        let raw = "\u{3000}Mara\t\n \u{00A0}\u{2028}Quinn \u{0085}";
        assert_eq!(cleaned(raw), Some(("Mara Quinn".into(), false)));
    }

    #[test]
    fn an_escape_sequence_loses_its_controls_and_keeps_its_letters() {
        assert_eq!(
            cleaned("\u{1b}[31mMara\u{7}"),
            Some(("[31mMara".into(), true))
        );
        assert_eq!(
            cleaned("\u{9b}31mMara\u{7f}"),
            Some(("31mMara".into(), true))
        );
    }

    #[test]
    fn bidi_controls_and_zero_width_characters_are_removed() {
        for banned in [
            '\u{200E}', '\u{200F}', '\u{061C}', '\u{202A}', '\u{202B}', '\u{202C}', '\u{202D}',
            '\u{202E}', '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}', '\u{200B}', '\u{2060}',
            '\u{FEFF}', '\0', '\u{1b}', '\u{80}',
        ] {
            assert_eq!(
                cleaned(&format!("a{banned}b")),
                Some(("ab".into(), true)),
                "{banned:?}"
            );
        }
    }

    #[test]
    fn joiners_stay_inside_and_go_at_the_edges() {
        let persian = "می\u{200C}خواهم";
        assert_eq!(cleaned(persian), Some((persian.into(), false)));
        assert_eq!(cleaned("\u{200D}Mara\u{200C}"), Some(("Mara".into(), true)));
    }

    #[test]
    fn combining_marks_and_variation_selectors_stay() {
        for kept in ["e\u{301}", "\u{2764}\u{FE0F}", "Zoe\u{308}", "a\u{00AD}b"] {
            assert_eq!(cleaned(kept), Some((kept.into(), false)));
        }
    }

    #[test]
    fn everything_invisible_is_blank() {
        for blank in [
            "",
            " ",
            "\t\r\n",
            "\u{00A0}",
            "\u{3000}",
            "\u{200B}\u{200C}\u{200D}",
            "\u{2060}",
            "\u{FEFF}",
            "\u{00AD}",
            "\u{202E}\u{202C}",
            "\u{1b}\u{7}",
            "\u{200D} \u{200C}",
        ] {
            assert_eq!(cleaned(blank), None, "{blank:?}");
            assert!(is_blank(&Untrusted::from(blank)), "{blank:?}");
        }
        assert!(!is_blank(&Untrusted::from("\u{200B}x")));
    }

    fn hostile_text() -> impl Strategy<Value = String> {
        let odd = prop::sample::select(vec![
            ' ', '\t', '\u{00A0}', '\u{200B}', '\u{200C}', '\u{200D}', '\u{202E}', '\u{2069}',
            '\u{1b}', '\u{85}', '\u{00AD}', '\u{FEFF}', '\u{301}', 'a', '👩',
        ]);
        prop_oneof![
            prop::collection::vec(odd, 0..40).prop_map(|cs| cs.into_iter().collect()),
            any::<String>(),
        ]
    }

    proptest! {
        #[test]
        fn cleaning_twice_changes_nothing_more(raw in hostile_text()) {
            if let Some(once) = clean(&Untrusted::from(raw)) {
                let twice = clean(&once.text).unwrap();
                prop_assert_eq!(&twice.text, &once.text);
                prop_assert!(!twice.changed);
            }
        }

        #[test]
        fn no_banned_character_survives(raw in hostile_text()) {
            if let Some((text, _)) = cleaned(&raw) {
                for c in text.chars() {
                    prop_assert!(!matches!(role_of(c), Role::Banned));
                    prop_assert!(c == ' ' || !c.is_whitespace());
                }
                prop_assert!(!text.contains("  "));
                prop_assert_eq!(text.trim(), text.as_str());
            }
        }

        #[test]
        fn blank_means_nothing_left(raw in hostile_text()) {
            let raw = Untrusted::from(raw);
            prop_assert_eq!(is_blank(&raw), clean(&raw).is_none());
        }

        #[test]
        fn visible_letters_are_never_lost(raw in hostile_text()) {
            let seen = |s: &str| s.chars().filter(|c| matches!(role_of(*c), Role::Visible)).collect::<String>();
            let text = cleaned(&raw).map(|(text, _)| text).unwrap_or_default();
            prop_assert_eq!(seen(&text), seen(&raw));
        }
    }
}
