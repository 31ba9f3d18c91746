//! The beginning of an answer of unknown shape, short enough for one line.
//!
//! In: the text of a body, often a page of a proxy. Out: its first words. It makes nothing safe to
//! show; it only shortens.

/// How much of an answer is quoted, in characters.
const LONGEST: usize = 200;

/// How much of an answer is searched for words, in bytes.
const SEARCHED: usize = 64 * 1024;

/// The first 200 characters of a text, white space as single spaces. Of a page of HTML it is the
/// text that a reader would see.
pub(crate) fn excerpt(body: &str) -> String {
    let body = &body[..body.floor_char_boundary(SEARCHED)];
    if body.trim_start().starts_with('<') {
        let seen = shorten(&without_tags(body));
        if !seen.is_empty() {
            return seen;
        }
    }
    shorten(body)
}

fn shorten(text: &str) -> String {
    let mut short = String::new();
    let mut length = 0;
    for word in text.split_whitespace() {
        let space = if short.is_empty() { "" } else { " " };
        for character in space.chars().chain(word.chars()) {
            if length == LONGEST {
                short.push('…');
                return short;
            }
            short.push(character);
            length += 1;
        }
    }
    short
}

/// Puts a space for each tag and leaves out scripts and styles.
fn without_tags(page: &str) -> String {
    let mut seen = String::new();
    let mut rest = page;
    while let Some((text, tag)) = rest.split_once('<') {
        seen.push_str(text);
        seen.push(' ');
        rest = ["script", "style"]
            .iter()
            .find(|name| starts_with(tag, name))
            .map_or(tag, |name| after_end(tag, name));
        rest = rest.split_once('>').map_or("", |(_, after)| after);
    }
    seen.push_str(rest);
    seen
}

/// What follows the next `</` that ends `name`; nothing when none does.
fn after_end<'a>(tag: &'a str, name: &str) -> &'a str {
    let mut ends = tag
        .match_indices("</")
        .filter_map(|(at, _)| tag.get(at + 2..));
    ends.find(|rest| starts_with(rest, name))
        .unwrap_or_default()
}

fn starts_with(text: &str, name: &str) -> bool {
    text.get(..name.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_page_is_what_its_reader_would_see() {
        let page = r#"<!DOCTYPE html>
            <html><head><title>Sign in</title><STYLE>p { x: y }</STYLE>
            <script src="a.js">if (a < b) { alert("x") }</script></head>
            <body class="a"><p>to the <b>corporate</b> network</p></body></html>"#;
        assert_eq!(excerpt(page), "Sign in to the corporate network");
    }

    #[test]
    fn what_is_no_page_keeps_every_character() {
        assert_eq!(excerpt("  1 < 2 > 0\r\n\tyes "), "1 < 2 > 0 yes");
        assert_eq!(excerpt("<html></html>"), "<html></html>");
        assert_eq!(excerpt("<unfinished"), "<unfinished");
        assert_eq!(excerpt("<script>only this"), "<script>only this");
        assert_eq!(excerpt(" \n "), "");
    }

    #[test]
    fn a_long_text_is_cut_and_says_so() {
        let short = excerpt(&"ü".repeat(201));
        assert_eq!(short, format!("{}…", "ü".repeat(200)));
        assert_eq!(excerpt(&"ü".repeat(200)), "ü".repeat(200));
        let huge = format!("<p>{}", "é".repeat(4_000_000));
        assert_eq!(excerpt(&huge).chars().count(), 201);
    }

    proptest! {
        #[test]
        fn any_text_has_a_short_excerpt(text in "(<|>|</|script|style|[a-z ]|\\PC)*") {
            let short = excerpt(&text);
            prop_assert!(short.chars().count() <= 201);
            prop_assert_eq!(short.is_empty(), text.split_whitespace().next().is_none());
        }
    }
}
