//! What the sandbox sends: only reserved addresses, and text that attacks terminals.

use super::desk::{Desk, everything, messages, sandbox};
use smooch_console::sandbox::cast;
use std::collections::BTreeSet;

/// The part of `text` from `at` that belongs to a host name.
fn host_at(text: &str, at: usize) -> &str {
    let rest = &text[at..];
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "-.".contains(c)));
    rest[..end.unwrap_or(rest.len())].trim_end_matches('.')
}

fn is_reserved(host: &str) -> bool {
    ["example.com", "example.org", "example.net"]
        .iter()
        .any(|reserved| host == *reserved || host.ends_with(&format!(".{reserved}")))
}

#[tokio::test]
async fn addresses_are_reserved_for_examples() {
    let sandbox = sandbox().await;
    let (mut mails, mut links) = (0, 0);
    for (user, page) in everything(&sandbox).await {
        let said = page.unwrap_or_default().replace(sandbox.base_url(), "");
        for text in [user.to_string(), said] {
            for (at, _) in text.match_indices('@') {
                let host = host_at(&text, at + 1);
                // "@cmd" and similar texts are not addresses.
                if host.contains('.') {
                    mails += 1;
                    assert!(is_reserved(host), "{host}");
                }
            }
            for (at, scheme) in text.match_indices("https://") {
                links += 1;
                let host = host_at(&text, at + scheme.len());
                // The API writes this host into the text of a location.
                assert!(is_reserved(host) || host == "maps.google.com", "{host}");
            }
        }
    }
    assert!(mails > 40 && links > 40, "{mails} {links}");
}

#[tokio::test]
async fn phone_numbers_are_reserved_for_fiction() {
    let sandbox = sandbox().await;
    let mut numbers = BTreeSet::new();
    for (user, page) in everything(&sandbox).await {
        let text = format!("{user}{}", page.unwrap_or_default());
        for (at, _) in text.match_indices('+') {
            let digits: String = text[at + 1..]
                .chars()
                .take_while(|c| c.is_ascii_digit() || "- ()".contains(*c))
                .filter(char::is_ascii_digit)
                .collect();
            if digits.len() >= 7 {
                numbers.insert(digits);
            }
        }
    }
    assert!(numbers.len() >= 12, "{numbers:?}");
    for number in numbers {
        let american = number.starts_with("155501") && number.len() == 11;
        let british = number.starts_with("447700900") && number.len() == 12;
        assert!(american || british, "{number}");
    }
}

#[tokio::test]
async fn the_hostile_user_sends_what_breaks_terminals_and_json() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let page = desk.newest_page(cast::HOSTILE.id).await.unwrap().text;
    assert!(
        page.contains("\\ud83d,"),
        "half of a surrogate pair travels raw"
    );
    let said: String = messages(Some(&page))
        .iter()
        .filter_map(|message| message["text"].as_str())
        .collect();
    for needed in [
        "\u{1b}[2J",
        "\u{1b}]52;c;",
        "\u{9b}",
        "\u{202e}",
        "\u{2067}",
        "\t",
        "\r\n",
        "\u{2028}",
        "\u{200b}\u{200c}\u{200d}",
        "\u{1100}\u{1100}",
        "\0",
    ] {
        assert!(said.contains(needed), "{needed:?}");
    }
    assert!(said.contains(&"\u{200d}👩".repeat(30)));
    let user = desk.user(cast::HOSTILE.id).await;
    let name = user["givenName"].as_str().unwrap();
    assert!(name.contains('\u{1b}') && name.contains('✓'));
    assert!(user["surname"].as_str().unwrap().contains('\u{202e}'));
}
