//! How long the code of a country at the start of an international number is.

/// Codes of two digits; those that begin with 1 or 7 have one digit, all others three.
const TWO_DIGITS: [&str; 44] = [
    "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47",
    "48", "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65",
    "66", "81", "82", "84", "86", "90", "91", "92", "93", "94", "95", "98",
];

/// The shortest number within a country that is looked for without the country's code.
const SHORTEST: usize = 7;

/// The digits of an international number as they are written within its country, without the zero
/// before them; `None` if too few are left.
pub(in crate::search) fn without_country(digits: &str) -> Option<&str> {
    let length = match digits.as_bytes() {
        [b'1' | b'7', ..] => 1,
        [b'0', ..] => return None,
        _ if TWO_DIGITS.iter().any(|code| digits.starts_with(code)) => 2,
        _ => 3,
    };
    digits.get(length..).filter(|rest| rest.len() >= SHORTEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_of_the_country_is_taken_off() {
        for (digits, rest) in [
            ("31612345037", Some("612345037")),
            ("84987654321", Some("987654321")),
            ("14155550123", Some("4155550123")),
            ("79161234567", Some("9161234567")),
            ("351912345678", Some("912345678")),
            ("3161234", None),
            ("0612345037", None),
            ("", None),
        ] {
            assert_eq!(without_country(digits), rest, "{digits}");
        }
    }
}
