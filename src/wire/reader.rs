//! Reads one JSON object member by member and remembers what it could not read.
//!
//! In: the raw text of one object. Out: values for the members that are asked for, and notes for
//! people about members of the wrong shape. A null is the same as an absent member. One bad member
//! never spoils another.

use std::borrow::Cow;

use jiff::Timestamp;
use serde_json::value::RawValue;

use super::json::{Members, Shape, parse_elements, parse_members, parse_text};
use super::redact::{STAND_IN, Scope, redact};
use super::time;
use crate::domain::{Properties, RawJson, Scalar, Untrusted};

/// More notes than this help nobody, and a hostile answer could hold millions.
const MOST_NOTES: usize = 20;

/// One object that is being read.
pub(super) struct Reader<'a> {
    text: &'a str,
    members: Members<'a>,
    scope: Scope,
    notes: Vec<String>,
    has_more_notes: bool,
}

impl<'a> Reader<'a> {
    /// Opens an object; `None` when it is none.
    pub(super) fn open(raw: &'a RawValue, scope: Scope) -> Option<Self> {
        Some(Self::of(raw.get(), parse_members(raw)?, scope))
    }

    /// Opens the object that a whole text is, without looking at it twice; `None` when it is none,
    /// for whatever reason.
    pub(super) fn open_text(text: &'a str, scope: Scope) -> Option<Self> {
        let text = text.trim_matches([' ', '\t', '\r', '\n']);
        Some(Self::of(text, serde_json::from_str(text).ok()?, scope))
    }

    const fn of(text: &'a str, members: Members<'a>, scope: Scope) -> Self {
        Self {
            text,
            members,
            scope,
            notes: Vec::new(),
            has_more_notes: false,
        }
    }

    /// The members, in their order.
    pub(super) const fn members(&self) -> &Members<'a> {
        &self.members
    }

    /// Whether the object has a member that is none of these.
    pub(super) fn has_others_than(&self, members: &[&str]) -> bool {
        let mut keys = self.members.0.iter().map(|(key, _)| &*key.text);
        keys.any(|key| !members.contains(&key))
    }

    /// The object as it came, with secrets replaced.
    pub(super) fn json(&self) -> RawJson {
        RawJson::new(redact(self.text, self.scope))
    }

    /// Takes what could not be read so far; places are counted from this object.
    pub(super) fn take_notes(&mut self) -> Vec<Untrusted> {
        let notes = std::mem::take(&mut self.notes).into_iter();
        let more = std::mem::take(&mut self.has_more_notes).then(|| "and more".to_owned());
        notes.chain(more).map(Untrusted::from).collect()
    }

    /// Remembers that a member could not be read.
    pub(super) fn note(&mut self, member: &str, words: &str) {
        self.keep_note(format!("{member}: {words}"));
    }

    fn keep_note(&mut self, note: String) {
        if self.notes.len() < MOST_NOTES {
            self.notes.push(note);
        } else {
            self.has_more_notes = true;
        }
    }

    fn note_shape(&mut self, member: &str, wanted: &str, got: Shape) {
        self.note(member, &format!("expected {wanted}, got {}", got.words()));
    }

    /// Whether the object has a member of this name that is not null.
    pub(super) fn has(&self, member: &str) -> bool {
        let mut found = self.members.0.iter().rev();
        found
            .find(|(key, _)| key.text == member)
            .is_some_and(|(_, raw)| Shape::of(raw) != Shape::Null)
    }

    /// The raw value of a member; of a repeated one the last, as everywhere in JSON.
    pub(super) fn raw(&mut self, member: &str) -> Option<&'a RawValue> {
        let mut found = self.members.0.iter().rev();
        let (_, raw) = found.find(|(key, _)| key.text == member)?;
        let raw = *raw;
        let is_repeated = found.any(|(key, _)| key.text == member);
        if is_repeated {
            self.note(member, "given more than once, the last one is shown");
        }
        (Shape::of(raw) != Shape::Null).then_some(raw)
    }

    /// A text. Numbers and booleans are taken by their letters, with a note.
    pub(super) fn text(&mut self, member: &str) -> Option<Untrusted> {
        let raw = self.raw(member)?;
        match Shape::of(raw) {
            Shape::Text => self.plain_text(member, raw).map(Untrusted::new),
            shape @ (Shape::Number | Shape::Flag) => {
                self.note_shape(member, "a text", shape);
                Some(Untrusted::from(raw.get()))
            }
            shape => {
                self.note_shape(member, "a text", shape);
                None
            }
        }
    }

    fn plain_text(&mut self, member: &str, raw: &'a RawValue) -> Option<Cow<'a, str>> {
        let text = parse_text(raw)?;
        if text.broken {
            self.note(member, "half a character (a lone surrogate) was replaced");
        }
        Some(text.text)
    }

    /// A text, where an empty one means that there is none.
    pub(super) fn word(&mut self, member: &str) -> Option<Untrusted> {
        self.text(member).filter(|text| !text.is_empty())
    }

    /// An id: a text that is not empty, or a number by its digits.
    pub(super) fn id(&mut self, member: &str) -> Option<Untrusted> {
        self.id_text(member).map(Untrusted::new)
    }

    /// An id as its own type.
    pub(super) fn id_as<T>(&mut self, member: &str, new: impl Fn(String) -> T) -> Option<T> {
        self.id_text(member).map(|id| new(id.into_owned()))
    }

    fn id_text(&mut self, member: &str) -> Option<Cow<'a, str>> {
        let raw = self.raw(member)?;
        match Shape::of(raw) {
            Shape::Number => Some(raw.get().into()),
            Shape::Text => self.plain_text(member, raw).filter(|id| !id.is_empty()),
            shape => {
                self.note_shape(member, "an id", shape);
                None
            }
        }
    }

    /// A boolean.
    pub(super) fn flag(&mut self, member: &str) -> Option<bool> {
        let raw = self.raw(member)?;
        if Shape::of(raw) != Shape::Flag {
            self.note_shape(member, "a yes or no", Shape::of(raw));
        }
        match raw.get().trim_matches('"') {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }

    /// A number, also one that was sent as text.
    pub(super) fn number(&mut self, member: &str) -> Option<f64> {
        let raw = self.raw(member)?;
        let number = raw.get().trim_matches('"').parse::<f64>();
        let number = number.ok().filter(|number| number.is_finite());
        if Shape::of(raw) != Shape::Number || number.is_none() {
            self.note_shape(member, "a number", Shape::of(raw));
        }
        number
    }

    /// A whole number.
    pub(super) fn whole(&mut self, member: &str) -> Option<i64> {
        if let Some(whole) = self.raw_whole(member) {
            return Some(whole);
        }
        let number = self.number(member)?;
        if number.fract() != 0.0 || number.abs() > 9_007_199_254_740_992.0 {
            self.note(member, "expected a whole number");
            return None;
        }
        #[expect(clippy::cast_possible_truncation, reason = "whole, and within 2^53")]
        Some(number as i64)
    }

    /// Digits are read as they are, because a float would round the largest numbers.
    fn raw_whole(&self, member: &str) -> Option<i64> {
        let mut found = self.members.0.iter().filter(|(key, _)| key.text == member);
        let (_, raw) = found.next()?;
        match found.next() {
            None => raw.get().parse().ok(),
            Some(_) => None,
        }
    }

    /// A whole number that counts something.
    pub(super) fn count(&mut self, member: &str) -> Option<u64> {
        let whole = self.whole(member)?;
        let count = u64::try_from(whole).ok();
        if count.is_none() {
            self.note(member, "expected a count, got a negative number");
        }
        count
    }

    /// A time in any of its forms.
    pub(super) fn time(&mut self, member: &str) -> Option<Timestamp> {
        let raw = self.raw(member)?;
        let time = match Shape::of(raw) {
            Shape::Number => time::parse_number(raw.get()),
            Shape::Text => parse_text(raw).and_then(|text| time::parse_text(&text.text)),
            _ => None,
        };
        if time.is_none() {
            self.note_shape(member, "a time", Shape::of(raw));
        }
        time
    }

    /// Custom data: an object that should be flat, but whose values may be anything.
    pub(super) fn properties(&mut self, member: &str) -> Properties {
        let Some(raw) = self.raw(member) else {
            return Properties::default();
        };
        let scope = self.scope;
        if let Some(members) = parse_members(raw) {
            return properties_of(&members, scope);
        }
        self.note_shape(member, "an object", Shape::of(raw));
        Properties::default()
    }

    /// An object inside this one.
    pub(super) fn nested<T>(
        &mut self,
        member: &str,
        read: impl FnOnce(&mut Reader<'a>) -> T,
    ) -> Option<T> {
        let raw = self.raw(member)?;
        self.open_child(raw, member, read)
    }

    /// The objects of a list; an element that is no object gets a note and is left out.
    pub(super) fn each<T>(&mut self, member: &str, read: impl Fn(&mut Reader<'a>) -> T) -> Vec<T> {
        let elements = self.elements(member);
        let mut values = Vec::with_capacity(elements.len());
        for (index, raw) in elements.into_iter().enumerate() {
            values.extend(self.open_child(raw, &format!("{member}[{index}]"), &read));
        }
        values
    }

    /// The values of verified addresses.
    pub(super) fn addresses(&mut self, member: &str) -> Box<[Untrusted]> {
        let values = self.each(member, |address| address.id("value"));
        values.into_iter().flatten().collect()
    }

    /// The raw elements of a list.
    pub(super) fn elements(&mut self, member: &str) -> Vec<&'a RawValue> {
        let Some(raw) = self.raw(member) else {
            return Vec::new();
        };
        parse_elements(raw).unwrap_or_else(|| {
            self.note_shape(member, "a list", Shape::of(raw));
            Vec::new()
        })
    }

    fn open_child<T>(
        &mut self,
        raw: &'a RawValue,
        member: &str,
        read: impl FnOnce(&mut Reader<'a>) -> T,
    ) -> Option<T> {
        let Some(mut child) = Reader::open(raw, self.scope) else {
            self.note_shape(member, "an object", Shape::of(raw));
            return None;
        };
        let value = read(&mut child);
        for note in child.notes {
            self.keep_note(format!("{member}.{note}"));
        }
        self.has_more_notes |= child.has_more_notes;
        Some(value)
    }
}

fn properties_of(members: &Members<'_>, scope: Scope) -> Properties {
    let entries = members.0.iter().map(|(key, raw)| {
        let scalar = if scope.hides(&key.text) && Shape::of(raw) != Shape::Null {
            Scalar::Text(STAND_IN.into())
        } else {
            scalar_of(raw, scope)
        };
        (Untrusted::from(&*key.text), scalar)
    });
    Properties(entries.collect())
}

/// A value of custom data.
pub(super) fn scalar_of(raw: &RawValue, scope: Scope) -> Scalar {
    match Shape::of(raw) {
        Shape::Text => {
            parse_text(raw).map_or(Scalar::Null, |text| Scalar::Text(Untrusted::new(text.text)))
        }
        Shape::Number => Scalar::Number(raw.get().into()),
        Shape::Flag => Scalar::Bool(raw.get() == "true"),
        Shape::Null => Scalar::Null,
        Shape::Object | Shape::List => Scalar::Json(redact(raw.get(), scope).into()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::disallowed_methods,
        reason = "tests compare raw text"
    )]

    use super::super::json::parse_root;
    use super::*;

    fn reader(json: &str) -> Reader<'_> {
        Reader::open(parse_root(json).unwrap(), Scope::People).unwrap()
    }

    fn notes(reader: &mut Reader<'_>) -> Vec<String> {
        let notes = reader.take_notes();
        notes.iter().map(|note| note.expose().to_owned()).collect()
    }

    #[test]
    fn a_null_is_an_absent_member_without_a_note() {
        let mut r = reader(r#"{"a":null}"#);
        assert_eq!(r.text("a"), None);
        assert_eq!(r.flag("a"), None);
        assert_eq!(r.time("a"), None);
        assert_eq!(r.count("a"), None);
        assert!(r.elements("a").is_empty());
        assert_eq!(r.properties("a"), Properties::default());
        assert!(r.take_notes().is_empty());
    }

    #[test]
    fn a_wrong_shape_is_noted_and_what_can_be_kept_is_kept() {
        let mut r = reader(r#"{"a":7,"b":{},"c":"true","d":"12","e":-1,"f":1.5}"#);
        assert_eq!(r.text("a"), Some("7".into()));
        assert_eq!(r.text("b"), None);
        assert_eq!(r.flag("c"), Some(true));
        assert_eq!(r.count("d"), Some(12));
        assert_eq!(r.count("e"), None);
        assert_eq!(r.whole("f"), None);
        assert_eq!(
            notes(&mut r),
            [
                "a: expected a text, got a number",
                "b: expected a text, got an object",
                "c: expected a yes or no, got a text",
                "d: expected a number, got a text",
                "e: expected a count, got a negative number",
                "f: expected a whole number",
            ]
        );
    }

    #[test]
    fn a_number_is_a_good_id_and_an_empty_text_is_none() {
        let mut r = reader(r#"{"a":1337,"b":"","c":" "}"#);
        assert_eq!(r.id("a"), Some("1337".into()));
        assert_eq!(r.id("b"), None);
        assert_eq!(r.id("c"), Some(" ".into()));
        assert!(r.take_notes().is_empty());
    }

    #[test]
    fn of_a_repeated_member_the_last_is_read_and_it_is_said() {
        let mut r = reader(r#"{"a":"x","a":"y","n":1,"n":2}"#);
        assert_eq!(r.text("a"), Some("y".into()));
        assert_eq!(r.whole("n"), Some(2));
        assert_eq!(r.take_notes().len(), 2);
    }

    #[test]
    fn the_largest_whole_number_keeps_its_last_digit() {
        assert_eq!(
            reader(r#"{"a":9007199254740993}"#).whole("a"),
            Some(9_007_199_254_740_993)
        );
    }

    #[test]
    fn notes_of_an_element_say_where_it_is() {
        let mut r = reader(r#"{"list":[{"a":{}},7,{"a":"ok"}]}"#);
        let read = r.each("list", |element| element.text("a"));
        assert_eq!(read, [None, Some("ok".into())]);
        assert_eq!(
            notes(&mut r),
            [
                "list[0].a: expected a text, got an object",
                "list[1]: expected an object, got a number",
            ]
        );
    }

    #[test]
    fn a_flood_of_notes_is_cut() {
        let many = format!(r#"{{"list":[{}7]}}"#, "7,".repeat(1000));
        let mut r = reader(&many);
        assert!(r.each("list", |_| ()).is_empty());
        assert_eq!(r.take_notes().len(), MOST_NOTES + 1);
    }

    #[test]
    fn custom_data_keeps_kind_order_and_digits() {
        let mut r =
            reader(r#"{"p":{"z":"t","n":1.50,"b":true,"x":null,"o":{"secret":1},"secret":"s"}}"#);
        let expected: Vec<(Untrusted, Scalar)> = vec![
            ("z".into(), Scalar::Text("t".into())),
            ("n".into(), Scalar::Number("1.50".into())),
            ("b".into(), Scalar::Bool(true)),
            ("x".into(), Scalar::Null),
            ("o".into(), Scalar::Json(r#"{"secret":"[secret]"}"#.into())),
            ("secret".into(), Scalar::Text("[secret]".into())),
        ];
        assert_eq!(r.properties("p").0, expected);
    }
}
