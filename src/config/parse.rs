//! What the value of a setting may be; an error says what is wrong with it.

use crate::domain::{ApiVersion, AuthMethod};

pub(super) fn parse_present(value: &str) -> Result<String, &'static str> {
    if value.trim().is_empty() {
        Err("is empty")
    } else {
        Ok(value.to_owned())
    }
}

pub(super) fn parse_app_id(value: &str) -> Result<String, &'static str> {
    match value {
        // A URL library would resolve these away and address something else.
        "." | ".." => Err("cannot be `.` or `..`"),
        other => parse_present(other),
    }
}

pub(super) fn parse_key_id(value: &str) -> Result<String, &'static str> {
    // The first colon of Basic credentials ends the key's id.
    if value.contains(':') {
        Err("cannot contain a colon: give the key's id alone, without its secret")
    } else if value.chars().any(char::is_control) {
        Err("contains a control character")
    } else {
        parse_present(value)
    }
}

pub(super) fn parse_api(value: &str) -> Result<ApiVersion, &'static str> {
    match value {
        "v1.1" => Ok(ApiVersion::V11),
        "v2" => Err("asks for v2, which is not supported yet: use v1.1"),
        _ => Err("is not a version of the API that is known here: use v1.1"),
    }
}

pub(super) fn parse_auth(value: &str) -> Result<AuthMethod, &'static str> {
    match value {
        "basic" => Ok(AuthMethod::Basic),
        "jwt" => Ok(AuthMethod::Jwt),
        _ => Err("is not a way to send a key that is known here: use basic or jwt"),
    }
}
