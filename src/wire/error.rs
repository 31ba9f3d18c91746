//! What a server says about a refused request, in either version's shape or none.

use crate::domain::Untrusted;
use crate::wire::json::{body_text, parse_root};
use crate::wire::reader::Reader;
use crate::wire::redact::Scope;
use crate::wire::{ServerWords, excerpt};

/// How much of a server's sentence is kept, in characters.
const LONGEST: usize = 400;

/// Reads the words of a refusal (API document, section 2.1).
///
/// Both the singular shape of v1.1 and the plural one of v2 are understood; of anything else, such
/// as a page of a proxy, the first 200 characters are kept, and of an empty answer the status.
pub fn parse_error(status: u16, body: &[u8]) -> ServerWords {
    let text = body_text(body);
    let words = parse_root(&text)
        .ok()
        .and_then(|raw| Reader::open(raw, Scope::Settings))
        .and_then(|mut root| read_single(&mut root).or_else(|| read_many(&mut root)));
    words.unwrap_or_else(|| ServerWords {
        code: None,
        detail: quote(status, &text),
    })
}

fn quote(status: u16, text: &str) -> Untrusted {
    let words = excerpt(text);
    if words.is_empty() {
        Untrusted::from(format!("status {status} and an empty answer"))
    } else {
        Untrusted::from(words)
    }
}

fn read_single(root: &mut Reader<'_>) -> Option<ServerWords> {
    let words = root.nested("error", |error| read_words(error, "description"));
    words.flatten()
}

fn read_many(root: &mut Reader<'_>) -> Option<ServerWords> {
    let errors = root.each("errors", |error| read_words(error, "title"));
    let errors: Vec<ServerWords> = errors.into_iter().flatten().collect();
    let code = errors.first()?.code.clone();
    #[expect(clippy::disallowed_methods, reason = "several details become one")]
    let details: Vec<&str> = errors.iter().map(|error| error.detail.expose()).collect();
    Some(ServerWords {
        code,
        detail: cut(&details.join("; ")),
    })
}

fn read_words(error: &mut Reader<'_>, detail: &str) -> Option<ServerWords> {
    let code = error.id_as("code", |code| code);
    let detail = error.word(detail).or_else(|| {
        let code = code.as_deref()?;
        Some(Untrusted::from(code))
    })?;
    #[expect(clippy::disallowed_methods, reason = "shortened")]
    let detail = cut(detail.expose());
    Some(ServerWords { code, detail })
}

/// A server's sentence may be long, but not endless.
fn cut(detail: &str) -> Untrusted {
    Untrusted::from(detail.chars().take(LONGEST).collect::<String>())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::disallowed_methods, reason = "tests compare raw text")]

    use super::*;

    fn words(body: &str) -> (Option<String>, String) {
        let words = parse_error(404, body.as_bytes());
        (words.code, words.detail.expose().to_owned())
    }

    #[test]
    fn both_shapes_are_read() {
        let single = r#"{"error":{"code":"user_not_found","description":"User not found"}}"#;
        let many = r#"{"errors":[{"code":"user_not_found","title":"User not found"}]}"#;
        let expected = (Some("user_not_found".into()), "User not found".into());
        assert_eq!(words(single), expected);
        assert_eq!(words(many), expected);
    }

    #[test]
    fn several_errors_are_all_said() {
        let many = r#"{"errors":[{"code":"a","title":"One"},7,{"code":"b","title":"Two"}]}"#;
        assert_eq!(words(many), (Some("a".into()), "One; Two".into()));
    }

    #[test]
    fn a_code_alone_is_its_own_detail() {
        assert_eq!(
            words(r#"{"error":{"code":"locked"}}"#),
            (Some("locked".into()), "locked".into())
        );
    }

    #[test]
    fn anything_else_is_cut_to_its_first_characters() {
        let page = format!("<html>{}", "ü".repeat(500));
        assert_eq!(words(&page).1, format!("{}…", "ü".repeat(200)));
        assert_eq!(
            words(r#"{"error":"nope"}"#),
            (None, r#"{"error":"nope"}"#.into())
        );
        assert_eq!(words(""), (None, "status 404 and an empty answer".into()));
    }
}
