//! Which names of custom data say that their values are phone numbers, in many languages.

use super::digits::MOST_CHARS;
use crate::text::fold_char;

/// Whether the name of custom data says that its values are phone numbers.
pub(crate) fn names_phones(name: &str) -> bool {
    /// A word of the name begins with one of these.
    const STEMS: [&str; 23] = [
        "phone",
        "telef",
        "teleph",
        "tlf",
        "mobil",
        "mobiel",
        "telemov",
        "cellph",
        "movil",
        "handy",
        "rufnummer",
        "celular",
        "cellul",
        "msisdn",
        "whatsapp",
        "komork",
        "gsm",
        "телеф",
        "мобил",
        "電話",
        "电话",
        "手机",
        "携帯",
    ];
    /// A word of the name is one of these.
    const WORDS: [&str; 19] = [
        "tel",
        "cell",
        "cel",
        "fax",
        "sms",
        "wa",
        "portable",
        "cep",
        "sdt",
        "fon",
        "тел",
        "هاتف",
        "جوال",
        "الهاتف",
        "موبايل",
        "טלפון",
        "נייד",
        "전화",
        "휴대폰",
    ];
    /// These say that it is something about a number.
    const OTHERS: [&str; 13] = [
        "verified",
        "confirmed",
        "at",
        "date",
        "time",
        "type",
        "count",
        "model",
        "os",
        "status",
        "valid",
        "price",
        "zip",
    ];
    let words = words_of(name);
    let is_other = |word: &String| OTHERS.contains(&word.as_str());
    let is_phone = |word: &String| {
        STEMS.iter().any(|stem| word.starts_with(stem))
            || WORDS.contains(&word.as_str())
            || word.ends_with("phone")
            || word.contains("phonenum")
            || word.contains("telefon")
    };
    words.iter().any(is_phone) && !words.iter().any(is_other)
}

/// The folded words of a name such as `mobilePhone`, `work_phone` or `Téléphone 2`.
fn words_of(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_small = false;
    for c in name.chars().take(MOST_CHARS) {
        if !c.is_alphabetic() || (was_small && c.is_uppercase()) {
            words.push(String::new());
        }
        was_small = c.is_lowercase();
        if c.is_alphabetic()
            && let Some(word) = words.last_mut()
        {
            fold_char(c, |c| word.push(c));
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_numbers_are_told_from_names_of_other_things() {
        for name in [
            "phone",
            "Mobile Phone",
            "workPhone2",
            "TELEFON",
            "n° de téléphone",
            "handynummer",
            "celular",
        ] {
            assert!(names_phones(name), "{name}");
        }
        for name in [
            "phoneVerified",
            "phone_model",
            "automobile",
            "plan",
            "cellar",
            "",
            "telephony status",
        ] {
            assert!(!names_phones(name), "{name}");
        }
    }
}
