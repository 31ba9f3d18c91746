//! The addresses in a message: of its media, its buttons and its text.

use crate::domain::{Action, ActionKind, Content, Media, Message, Untrusted};
use crate::text::{SafeText, safe_lines};

/// The addresses in a message, in the order in which they are shown: of media, of buttons, and in
/// its text.
pub fn links(message: &Message) -> Vec<SafeText> {
    let mut links: Vec<SafeText> = Vec::new();
    let mut add = |link: SafeText| {
        if !links.contains(&link) {
            links.push(link);
        }
    };
    let (media, items) = match &message.content {
        Content::Image(media) | Content::File(media) => (Some(media), &[][..]),
        Content::Carousel { items, .. } | Content::List { items } => (None, &items[..]),
        Content::Unknown { parts, .. } => (parts.media.as_ref(), &parts.items[..]),
        _ => (None, &[][..]),
    };
    let of_media =
        |media: Option<&Media>| media.and_then(|media| media.url.as_ref()).map(SafeText::of);
    of_media(media).into_iter().for_each(&mut add);
    for item in items {
        of_media(item.media.as_ref()).into_iter().for_each(&mut add);
        let uris = item.actions.iter().filter_map(uri);
        uris.map(SafeText::of).for_each(&mut add);
    }
    let uris = message.actions.iter().filter_map(uri);
    uris.map(SafeText::of).for_each(&mut add);
    for line in message.text.iter().flat_map(safe_lines) {
        let words = line.as_str().split_whitespace();
        words.filter_map(link_in).for_each(&mut add);
    }
    links
}

/// The address in a word, without the signs of the sentence around it.
fn link_in(word: &str) -> Option<SafeText> {
    let mut starts = ["https://", "http://"]
        .iter()
        .filter_map(|scheme| word.find(scheme));
    let mut link = &word[starts.next()?..];
    while let Some(last) = link.chars().next_back() {
        let count = |sign| link.chars().filter(|c| *c == sign).count();
        let is_around = match last {
            ')' => count(')') > count('('),
            ']' => count(']') > count('['),
            _ => ".,;:!?>\"'”’»*_".contains(last),
        };
        if !is_around {
            break;
        }
        link = &link[..link.len() - last.len_utf8()];
    }
    Some(SafeText::own(link))
}

/// The address that a button opens.
fn uri(action: &Action) -> Option<&Untrusted> {
    match &action.kind {
        ActionKind::Link { uri }
        | ActionKind::Webview { uri, .. }
        | ActionKind::Buy { uri, .. }
        | ActionKind::Other { uri, .. } => uri.as_ref(),
        ActionKind::Postback { .. }
        | ActionKind::Reply { .. }
        | ActionKind::Share
        | ActionKind::LocationRequest => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_in_a_text_ends_before_the_signs_around_it() {
        for (word, right) in [
            ("https://a.example/x", Some("https://a.example/x")),
            ("(https://a.example/x).", Some("https://a.example/x")),
            ("https://a.example/x_(y)", Some("https://a.example/x_(y)")),
            (
                "“http://a.example/?q=1#f”,",
                Some("http://a.example/?q=1#f"),
            ),
            ("<https://a.example>", Some("https://a.example")),
            ("example.org", None),
        ] {
            let link = link_in(word);
            assert_eq!(link.as_ref().map(SafeText::as_str), right, "{word}");
        }
    }
}
