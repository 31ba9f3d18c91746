//! Splits a query into words at blanks, but not in quotation marks.
//!
//! In: the text of the search box. Out: pieces of it, with their signs and quotation marks. A
//! quotation that is not closed yet reaches to the end of the text.

/// What opens a group of words.
const OPENING: [char; 4] = ['"', '“', '„', '«'];

/// What closes one.
const CLOSING: [char; 4] = ['"', '”', '“', '»'];

/// Signs before a word that decide how it is searched for.
pub(super) const SIGNS: [char; 3] = ['!', '^', '\''];

/// Splits a text into words.
pub(super) fn split(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (word, after) = rest.split_at(length_of_word(rest));
        words.push(word);
        rest = after.trim_start();
    }
    words
}

/// The quotation that a text begins with, and what follows it.
pub(super) fn quoted(text: &str) -> Option<(&str, &str)> {
    let inside = text.strip_prefix(OPENING)?;
    Some(inside.split_once(CLOSING).unwrap_or((inside, "")))
}

fn length_of_word(text: &str) -> usize {
    let unsigned = text.trim_start_matches(SIGNS);
    if let Some((_, after)) = quoted(unsigned) {
        return text.len() - after.len();
    }
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        if c.is_whitespace() {
            return at;
        }
        at = match quoted(&text[at..]) {
            Some((_, after)) if groups(&text[..at]) => text.len() - after.len(),
            _ => at + c.len_utf8(),
        };
    }
    at
}

/// Whether a quotation mark inside a word belongs to a filter's name or value.
fn groups(before: &str) -> bool {
    let before = before.trim_start_matches('!');
    let is_key = before.starts_with(|c: char| c.is_ascii_alphabetic());
    is_key && (before.ends_with(':') || before.eq_ignore_ascii_case("prop."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_separate_words() {
        assert_eq!(split("  mara\u{a0}quinn\n"), ["mara", "quinn"]);
        assert_eq!(split(" "), Vec::<&str>::new());
        assert_eq!(split("5\" tv o'neill"), ["5\"", "tv", "o'neill"]);
    }

    #[test]
    fn quotation_marks_keep_words_together() {
        for (text, words) in [
            ("\"mara quinn\" x", &["\"mara quinn\"", "x"][..]),
            ("“mara quinn” „a b“", &["“mara quinn”", "„a b“"]),
            ("!^\"mara q\" x", &["!^\"mara q\"", "x"]),
            ("x \"mara qu", &["x", "\"mara qu"]),
            ("\"a\"b c", &["\"a\"", "b", "c"]),
            ("prop.city:\"New York\" x", &["prop.city:\"New York\"", "x"]),
            (
                "!PROP.\"Plan Name\":pro x",
                &["!PROP.\"Plan Name\":pro", "x"],
            ),
            ("prop.\"a b\":\"c d\" e", &["prop.\"a b\":\"c d\"", "e"]),
            ("prop.city:\"New Y", &["prop.city:\"New Y"]),
            ("{\"a\": \"b c\"}", &["{\"a\":", "\"b c\"", "}"]),
        ] {
            assert_eq!(split(text), words, "{text}");
        }
    }
}
