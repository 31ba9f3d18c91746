//! Which hundred messages are on a page (API document, section 3.2).
//!
//! In: the query as received, and times in order. Out: a bound and a range. Bounds are compared as
//! exact decimals, never as floats.

use std::ops::Range;

use super::errors::Refusal;
use super::percent;

/// Most messages on a page.
pub(crate) const PAGE: usize = 100;

/// Where a page ends or begins, in microseconds. The bound itself is excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bound {
    /// The newest page.
    None,
    /// The newest messages before the bound.
    Before(i64),
    /// The oldest messages after the bound.
    After(i64),
}

/// Reads `before` and `after` from a query; other parameters are ignored.
pub(crate) fn parse_bound(query: Option<&str>) -> Result<Bound, Refusal> {
    let mut bound = Bound::None;
    for pair in query.unwrap_or_default().split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let make = match name {
            "before" => Bound::Before,
            "after" => Bound::After,
            _ => continue,
        };
        if bound != Bound::None {
            return Err(Refusal::bad(
                "Only one of before and after may be given, once",
            ));
        }
        let micros = percent::decode(value)
            .as_deref()
            .and_then(parse_micros)
            .ok_or_else(|| Refusal::bad(format!("{name} must be a time in unix seconds")))?;
        bound = make(micros);
    }
    Ok(bound)
}

/// Selects a page of messages with strictly rising times (in milliseconds).
pub(crate) fn choose_page<T>(
    messages: &[T],
    received: impl Fn(&T) -> i64,
    bound: Bound,
) -> Range<usize> {
    let micros = |message: &T| received(message).saturating_mul(1_000);
    match bound {
        Bound::None => messages.len().saturating_sub(PAGE)..messages.len(),
        Bound::Before(limit) => {
            let end = messages.partition_point(|message| micros(message) < limit);
            end.saturating_sub(PAGE)..end
        }
        Bound::After(limit) => {
            let start = messages.partition_point(|message| micros(message) <= limit);
            start..messages.len().min(start + PAGE)
        }
    }
}

/// A time in milliseconds as a query contains it: seconds with three decimals.
pub(crate) fn seconds_text(ms: i64) -> String {
    format!("{}.{:03}", ms.div_euclid(1_000), ms.rem_euclid(1_000))
}

/// A time in milliseconds as JSON contains it: seconds as a float.
#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds of our age fit in 53 bits; the API sends floats"
)]
pub(crate) fn seconds(ms: i64) -> f64 {
    ms as f64 / 1_000.0
}

fn parse_micros(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(whole) || !all_digits(fraction) || fraction.len() > 6 {
        return None;
    }
    let micros: i64 = format!("{fraction:0<6}").parse().ok()?;
    whole
        .parse::<i64>()
        .ok()?
        .checked_mul(1_000_000)?
        .checked_add(micros)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_is_read_to_the_microsecond() {
        assert_eq!(parse_bound(None), Ok(Bound::None));
        assert_eq!(parse_bound(Some("limit=5")), Ok(Bound::None));
        assert_eq!(
            parse_bound(Some("before=1709543910.007")),
            Ok(Bound::Before(1_709_543_910_007_000))
        );
        assert_eq!(
            parse_bound(Some("x=1&after=7%2E25")),
            Ok(Bound::After(7_250_000))
        );
        assert_eq!(
            parse_bound(Some("after=7.000001")),
            Ok(Bound::After(7_000_001))
        );
    }

    #[test]
    fn anything_but_one_plain_decimal_is_refused() {
        for query in [
            "before=",
            "before",
            "before=NaN",
            "before=-1",
            "before=+1",
            "before=1e3",
            "before=1.",
            "before=.5",
            "before=1.1234567",
            "before=inf",
            "before=99999999999999999999",
            "before=1&after=2",
            "after=1&after=1",
        ] {
            assert!(parse_bound(Some(query)).is_err(), "{query}");
        }
    }

    #[test]
    fn pages_exclude_their_bound() {
        let times: Vec<i64> = (1..=250).collect();
        let page = |bound| choose_page(&times, |time| *time, bound);
        assert_eq!(page(Bound::None), 150..250);
        assert_eq!(page(Bound::Before(151_000)), 50..150);
        assert_eq!(page(Bound::Before(150_001)), 50..150);
        assert_eq!(page(Bound::Before(1_000)), 0..0);
        assert_eq!(page(Bound::After(0)), 0..100);
        assert_eq!(page(Bound::After(200_000)), 200..250);
        assert_eq!(page(Bound::After(250_000)), 250..250);
    }

    #[test]
    fn times_are_written_with_three_decimals() {
        assert_eq!(seconds_text(1_709_543_910_007), "1709543910.007");
        assert_eq!(seconds_text(1_709_543_910_000), "1709543910.000");
    }
}
