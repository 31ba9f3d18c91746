//! Numbers as people read them.

/// A count with thousands separated: `1,248`.
pub(crate) fn grouped(count: impl TryInto<u64>) -> String {
    let digits = count.try_into().unwrap_or(u64::MAX).to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A count and what it counts: `1 user`, `1,248 users`.
pub(crate) fn counted(count: u64, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {what}{plural}", grouped(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_singular() {
        let words = [0, 1, 2, 1_248].map(|count| counted(count, "row"));
        assert_eq!(words, ["0 rows", "1 row", "2 rows", "1,248 rows"]);
    }

    #[test]
    fn thousands_are_separated() {
        for (count, words) in [
            (0_u64, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (1_248, "1,248"),
            (100_000, "100,000"),
            (1_000_000, "1,000,000"),
        ] {
            assert_eq!(grouped(count), words);
        }
    }
}
