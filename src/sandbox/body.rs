//! Reads JSON bodies of requests and checks their fields.
//!
//! In: the bytes of a body. Out: an object with its fields checked, or the reason for a 400. The
//! caller decides which fields there are.

use serde_json::{Map, Value};

use super::errors::Refusal;

/// Most characters of a givenName, surname or email.
const NAME_LIMIT: usize = 128;
/// Largest custom data, in bytes.
const CUSTOM_LIMIT: usize = 4_096;

/// The JSON object of a request.
#[derive(Debug)]
pub(crate) struct Fields(pub Map<String, Value>);

impl Fields {
    /// Reads a body, which must be an object.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, Refusal> {
        match serde_json::from_slice(body) {
            Ok(Value::Object(fields)) => Ok(Self(fields)),
            _ => Err(Refusal::bad("The body must be a JSON object")),
        }
    }

    /// A text that may be absent or null.
    pub(crate) fn text(&self, name: &str) -> Result<Option<&str>, Refusal> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Refusal::bad(format!("{name} must be a string"))),
        }
    }

    /// A text that must be present and not blank.
    pub(crate) fn required_text(&self, name: &str) -> Result<&str, Refusal> {
        self.text(name)?
            .filter(|text| !text.is_empty())
            .ok_or_else(|| Refusal::bad(format!("{name} is required")))
    }

    /// A boolean that may be absent or null.
    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>, Refusal> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(_) => Err(Refusal::bad(format!("{name} must be true or false"))),
        }
    }

    /// An object that may be absent or null.
    pub(crate) fn object(&self, name: &str) -> Result<Option<&Map<String, Value>>, Refusal> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(object)) => Ok(Some(object)),
            Some(_) => Err(Refusal::bad(format!("{name} must be an object"))),
        }
    }

    /// What an update does to a profile field.
    pub(crate) fn change(&self, name: &str) -> Result<Change<'_>, Refusal> {
        let Some(value) = self.0.get(name) else {
            return Ok(Change::Keep);
        };
        match value {
            Value::Null => Ok(Change::Remove),
            Value::String(text) if text.chars().count() <= NAME_LIMIT => Ok(Change::Set(text)),
            Value::String(_) => Err(Refusal::bad(format!(
                "{name} is longer than {NAME_LIMIT} characters"
            ))),
            _ => Err(Refusal::bad(format!("{name} must be a string"))),
        }
    }
}

/// What an update does to a field: an absent key keeps it, null removes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change<'a> {
    /// It stays as it is.
    Keep,
    /// It is removed.
    Remove,
    /// It takes this value, which may be empty.
    Set(&'a str),
}

impl Change<'_> {
    /// Applies the update.
    pub(crate) fn apply(self, field: &mut Option<String>) {
        match self {
            Self::Keep => {}
            Self::Remove => *field = None,
            Self::Set(text) => *field = Some(text.to_owned()),
        }
    }
}

/// Merges custom data key by key (null removes a key), and checks the limits of the result.
pub(crate) fn united_custom_data(
    name: &str,
    old: &Map<String, Value>,
    new: &Map<String, Value>,
) -> Result<Map<String, Value>, Refusal> {
    let mut united = old.clone();
    for (key, value) in new {
        match value {
            Value::Null => {
                united.shift_remove(key);
            }
            Value::String(_) | Value::Number(_) | Value::Bool(_) => {
                united.insert(key.clone(), value.clone());
            }
            Value::Array(_) | Value::Object(_) => {
                return Err(Refusal::bad(format!("{name} must be flat: `{key}` is not")));
            }
        }
    }
    let size = serde_json::to_string(&united).map_err(|_| Refusal::Broken)?;
    if size.len() > CUSTOM_LIMIT {
        return Err(Refusal::bad(format!("{name} is larger than 4 kB")));
    }
    Ok(united)
}
