//! Conversations as the asset files script them, before they are dated.
//!
//! In: JSON that this package ships. Out: lines in order, each with its writer and its body. It
//! doesn't decide when they wrote, or who they are to the server.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::chance::Chance;
use super::people::Ago;

const TALKS: &str = include_str!("../../assets/sandbox/talks.json");
const SHOWCASE: &str = include_str!("../../assets/sandbox/showcase.json");
const HOSTILE: &str = include_str!("../../assets/sandbox/hostile.json");
const SMALL: &str = include_str!("../../assets/sandbox/smalltalk.json");
const ORDERS: &str = include_str!("../../assets/sandbox/orders.json");

/// How many messages the endless conversation has.
const ORDERS_LENGTH: usize = 1_000;

/// One line of a conversation.
#[derive(Debug, Clone)]
pub struct Line {
    /// `user`, `user@PLATFORM`, an agent's name, or empty for an agent without a name.
    pub by: String,
    /// An unusually long silence before the line.
    pub after: Option<Ago>,
    /// The text.
    pub body: Map<String, Value>,
    /// The line (from 1) that this one answers.
    pub quotes: Option<usize>,
}

/// All scripted conversations.
#[derive(Debug)]
pub(crate) struct Talks {
    plain: HashMap<String, Vec<(String, String)>>,
    showcase: Vec<ShowLine>,
    hostile: Vec<HostileLine>,
    orders: Vec<Vec<(String, String)>>,
    small: Vec<Vec<(String, String)>>,
}

/// A line with any type of message.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ShowLine {
    by: String,
    quotes: Option<usize>,
    body: Map<String, Value>,
}

/// A line that tries to break a terminal: a text, then something over and over.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct HostileLine {
    by: String,
    text: String,
    run: Option<(String, usize)>,
}

impl Talks {
    /// Reads every conversation.
    pub(crate) fn parse() -> Result<Self, serde_json::Error> {
        Ok(Self {
            plain: serde_json::from_str(TALKS)?,
            showcase: serde_json::from_str(SHOWCASE)?,
            hostile: serde_json::from_str(HOSTILE)?,
            orders: serde_json::from_str(ORDERS)?,
            small: serde_json::from_str(SMALL)?,
        })
    }

    /// The lines of the conversation called `name`; `None` when there is none.
    pub(crate) fn lines(&self, name: &str) -> Option<Vec<Line>> {
        match name {
            "showcase" => Some(self.showcase_lines()),
            "hostile" => Some(self.hostile_lines()),
            "orders" => Some(self.order_lines()),
            name => self.plain.get(name).map(|said| plain_lines(said)),
        }
    }

    /// A short conversation for a person of the crowd; some never wrote.
    pub(crate) fn small_talk(&self, chance: &mut Chance) -> Option<Vec<Line>> {
        let exchanges = chance.between(-1, 2);
        let mut lines = Vec::new();
        for _ in 0..exchanges {
            let order = chance.digits(5);
            let exchange = chance.pick(&self.small).map_or(&[][..], Vec::as_slice);
            let after = (!lines.is_empty()).then(|| Ago(chance.between(1, 40) * 86_400_000));
            let said = exchange.iter().enumerate().map(|(at, (by, text))| Line {
                after: after.filter(|_| at == 0),
                ..text_line(by, &text.replace("{order}", &order))
            });
            lines.extend(said);
        }
        (!lines.is_empty()).then_some(lines)
    }

    fn showcase_lines(&self) -> Vec<Line> {
        let line = |line: &ShowLine| Line {
            by: line.by.clone(),
            after: None,
            body: line.body.clone(),
            quotes: line.quotes,
        };
        self.showcase.iter().map(line).collect()
    }

    fn hostile_lines(&self) -> Vec<Line> {
        let line = |line: &HostileLine| {
            let run = line.run.as_ref();
            let run = run.map(|(piece, times)| piece.repeat(*times));
            text_line(&line.by, &(line.text.clone() + &run.unwrap_or_default()))
        };
        self.hostile.iter().map(line).collect()
    }

    /// The exchanges in turn, numbered, until the conversation has its full length.
    fn order_lines(&self) -> Vec<Line> {
        let numbered = self.orders.iter().cycle().zip(1..=ORDERS_LENGTH);
        let lines = numbered.flat_map(|(exchange, number)| {
            let order = format!("{}", 4_000 + number);
            exchange
                .iter()
                .enumerate()
                .map(move |(at, (by, text))| Line {
                    after: (at == 0).then_some(Ago(21 * 3_600_000)),
                    ..text_line(by, &text.replace("{order}", &order))
                })
        });
        lines.take(ORDERS_LENGTH).collect()
    }
}

/// Turns a script into lines. A line by `pause` is a silence before the next one.
fn plain_lines(said: &[(String, String)]) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut after = None;
    for (by, text) in said {
        if by == "pause" {
            after = Ago::try_from(text.clone()).ok();
            continue;
        }
        lines.push(Line {
            after: after.take(),
            ..text_line(by, text)
        });
    }
    lines
}

fn text_line(by: &str, text: &str) -> Line {
    let mut body = Map::new();
    body.insert("type".to_owned(), json!("text"));
    body.insert("text".to_owned(), json!(text));
    Line {
        by: by.to_owned(),
        after: None,
        body,
        quotes: None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_endless_conversation_has_as_many_messages_as_promised() {
        let lines = Talks::parse().unwrap().lines("orders").unwrap();
        assert_eq!(lines.len(), ORDERS_LENGTH);
    }

    #[test]
    fn a_pause_comes_before_the_line_after_it() {
        let said = |by: &str, text: &str| (by.to_owned(), text.to_owned());
        let lines = plain_lines(&[said("user", "a"), said("pause", "2d"), said("Dana", "b")]);
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0].after, None);
        assert_eq!(lines[1].after, Some(Ago(172_800_000)));
    }

    #[test]
    fn every_pause_parses() {
        let talks = Talks::parse().unwrap();
        for (name, said) in &talks.plain {
            for (by, text) in said.iter().filter(|(by, _)| by == "pause") {
                assert!(Ago::try_from(text.clone()).is_ok(), "{name}: {by} {text}");
            }
        }
    }
}
