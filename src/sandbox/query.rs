//! Queries: the part of an address after the question mark.
//!
//! In: the query as received. Out: its pairs, decoded once. A plus stays a plus, because e-mail
//! addresses are common `userId`s.

use super::errors::Refusal;
use super::percent;

/// The pairs of a query, in the order in which they came.
#[derive(Debug, Default)]
pub(crate) struct Query(Vec<(String, String)>);

/// Which part of a list to return.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    /// How many items to skip.
    pub offset: usize,
    /// Most items to list.
    pub limit: usize,
}

impl Query {
    /// Reads a query.
    pub(crate) fn parse(text: Option<&str>) -> Result<Self, Refusal> {
        let text = text.unwrap_or_default();
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        let decoded: Option<Vec<_>> = pairs
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                Some((percent::decode(name)?, percent::decode(value)?))
            })
            .collect();
        let decoded = decoded.ok_or_else(|| Refusal::bad("The query is not encoded properly"))?;
        Ok(Self(decoded))
    }

    /// Every pair.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, &**value))
    }

    /// The first value of that name that is not empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let mut found = self.pairs().filter(|(other, _)| *other == name);
        found
            .find(|(_, value)| !value.is_empty())
            .map(|(_, value)| value)
    }

    /// The values of a comma-separated list; `None` if the name is absent.
    pub(crate) fn list(&self, name: &str) -> Option<Vec<&str>> {
        let list = self.get(name)?;
        Some(list.split(',').map(str::trim).collect())
    }

    /// `limit` (1 to 100, default 25) and `offset`.
    pub(crate) fn window(&self) -> Result<Window, Refusal> {
        let number = |name: &str, default: usize| match self.get(name) {
            None => Some(default),
            Some(text) => text.parse().ok(),
        };
        let limit = number("limit", 25).filter(|limit| (1..=100).contains(limit));
        Ok(Window {
            limit: limit.ok_or_else(|| Refusal::bad("limit must be a number from 1 to 100"))?,
            offset: number("offset", 0)
                .ok_or_else(|| Refusal::bad("offset must be a whole number"))?,
        })
    }
}

impl Window {
    /// The part of `all`, and whether there is more after it.
    pub(crate) fn cut<T>(self, all: Vec<T>) -> (Vec<T>, bool) {
        let has_more = all.len() > self.offset.saturating_add(self.limit);
        let part = all.into_iter().skip(self.offset).take(self.limit);
        (part.collect(), has_more)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn names_and_values_are_decoded_once_and_a_plus_stays() {
        let query = Query::parse(Some("us%65rId=a+b%2540&x&list=a,%20b")).unwrap();
        assert_eq!(query.get("userId"), Some("a+b%40"));
        assert_eq!(query.get("x"), None);
        assert_eq!(query.list("list"), Some(vec!["a", "b"]));
        assert!(Query::parse(Some("a=%zz")).is_err());
    }

    #[test]
    fn a_window_respects_its_limits() {
        let window = |query| Query::parse(Some(query)).unwrap().window();
        assert_eq!(
            window("").unwrap(),
            Window {
                offset: 0,
                limit: 25
            }
        );
        for wrong in ["limit=0", "limit=101", "limit=x", "offset=-1"] {
            assert!(window(wrong).is_err(), "{wrong}");
        }
        let (part, has_more) = window("limit=2&offset=1").unwrap().cut(vec![1, 2, 3, 4]);
        assert_eq!((part, has_more), (vec![2, 3], true));
        let (part, has_more) = window("offset=9").unwrap().cut(vec![1]);
        assert_eq!((part, has_more), (vec![], false));
    }
}
