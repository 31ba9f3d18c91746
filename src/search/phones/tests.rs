//! Which texts are phone numbers, and which part of a text is one.

use super::*;

#[test]
fn a_number_is_found_inside_what_is_around_it() {
    for (text, number) in [
        ("+49 (151) 234-56", "+49 (151) 234-56"),
        ("tel:+31-6-12345037;ext=12", "+31-6-12345037"),
        ("tel:+31612345037;phone-context=example.org", "+31612345037"),
        ("+31 6 12345037 ext. 12", "+31 6 12345037"),
        ("06-12345037 x12", "06-12345037"),
        ("+31612345037,,12#", "+31612345037"),
        ("31612345037@s.whatsapp.net", "31612345037"),
        ("31612345037:14@s.whatsapp.net", "31612345037"),
        ("31612345037@c.us", "31612345037"),
        ("sip:+31612345037@voice.example.org", "+31612345037"),
        ("https://wa.me/31612345037?text=Hi", "31612345037"),
        (
            "https://api.whatsapp.com/send/?phone=%2B31612345037&text",
            "31612345037",
        ),
        ("whatsapp://send?phone=31612345037", "31612345037"),
        ("whatsapp:+4915123456", "+4915123456"),
        ("٠٦١٢٣٤٥٠٣٧", "٠٦١٢٣٤٥٠٣٧"),
    ] {
        assert!(is_phone(text), "{text}");
        assert_eq!(&text[number_range(text)], number, "{text}");
    }
    for text in [
        "",
        "12",
        "kd-20418",
        "64be90d2a7f31c0058e6d914",
        "mara1234567@example.org",
        "12345@g.us",
        "https://example.org/12345678",
        "wa:4915123456",
        "+4 91",
    ] {
        assert!(!is_phone(text), "{text}");
    }
}

#[test]
fn custom_data_holds_numbers_by_its_name_or_by_how_they_are_written() {
    let none: &[&str] = &[];
    for (name, value, numbers) in [
        ("phone", "0171/1234567", &["0171/1234567"][..]),
        ("mobilePhone", "1711234567", &["1711234567"]),
        ("Téléphone 2", "612345037", &["612345037"]),
        ("customer_msisdn", "4915112345678", &["4915112345678"]),
        ("Mobiltelefon", "84987654321", &["84987654321"]),
        ("контакт телефон", "89161234567", &["89161234567"]),
        ("contact", "+84 987 654 321", &["+84 987 654 321"]),
        (
            "note",
            "call back at +31 6 12345037 please",
            &["+31 6 12345037"],
        ),
        (
            "phones",
            "0171 1234567; 0221 987654",
            &["0171 1234567", "0221 987654"],
        ),
        (
            "link",
            "https://wa.me/31612345037",
            &["https://wa.me/31612345037"],
        ),
        ("orders", "4711234567", none),
        ("birthday", "01.02.1984", none),
        ("phone_verified_at", "20240503101500", none),
        ("phone", "2024-05-03", none),
        ("rate", "0.12345678", none),
        ("immobilien", "12345678", none),
        ("plan", "pro", none),
    ] {
        assert_eq!(numbers_of_property(name, value), numbers, "{name} {value}");
    }
}

#[test]
fn what_is_printed_of_ascii_is_read_as_folding_reads_it() {
    for c in ' '..='~' {
        let mut folded = String::new();
        fold_char(c, |c| folded.push(c));
        assert_eq!(is_number_char(c), folded.chars().all(is_in_phones), "{c:?}");
        assert_eq!(is_dropped(c), folded.is_empty(), "{c:?}");
    }
}

#[test]
fn the_ids_of_messengers_are_not_phone_numbers() {
    for (platform, id) in [
        (Some("WhatsApp"), "4915123456"),
        (Some("twilio"), "+4915123456"),
        (Some("viber"), "+49 151 23456"),
        (None, "0049 151 23456"),
        (None, "(0151) 23456"),
        (Some("custom"), "whatsapp:+4915123456"),
        (None, "31612345037@c.us"),
    ] {
        assert!(is_surely_phone(platform, id), "{id}");
    }
    for (platform, id) in [
        (Some("messenger"), "1234567890123456"),
        (Some("telegram"), "123456789"),
        (None, "4915123456"),
        (Some("line"), "+1234567890123456"),
        (Some("custom"), "00012345"),
        (Some("whatsapp"), "mara"),
    ] {
        assert!(!is_surely_phone(platform, id), "{id}");
    }
}
