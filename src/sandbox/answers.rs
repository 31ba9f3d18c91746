//! The answers, one file for each group of paths.
//!
//! In: a permitted request, and the app that it is about. Out: an answer or a refusal. Permissions
//! are checked before, and the network comes after.

pub(crate) mod activity;
pub(crate) mod apps;
pub(crate) mod attachments;
pub(crate) mod integrations;
pub(crate) mod keys;
pub(crate) mod links;
pub(crate) mod merging;
pub(crate) mod messages;
pub(crate) mod users;
pub(crate) mod webhooks;

use std::borrow::Cow;

use axum::body::Bytes;
use axum::http::{Method, StatusCode};
use serde::Serialize;
use serde_json::{Value, json};

use super::auth::Scope;
use super::errors::Refusal;
use super::query::Query;

const JSON: &str = "application/json; charset=utf-8";

/// A permitted request.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    /// The method, one that the path allows.
    pub method: &'a Method,
    /// The query, still encoded.
    pub raw_query: Option<&'a str>,
    /// The query, parsed.
    pub query: Query,
    /// The type of the body.
    pub content_type: Option<&'a str>,
    /// The body.
    pub body: &'a [u8],
    /// What its sender may do.
    pub scope: &'a Scope,
    /// Where the sandbox is.
    pub base_url: &'a str,
}

/// An answer, independent of the network.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The type of the body.
    pub content_type: Cow<'static, str>,
    /// The body.
    pub body: Bytes,
    /// On a 405, the allowed methods.
    pub allow: Option<&'static str>,
}

impl Answer {
    /// 200 with a body.
    pub(crate) fn ok(body: &impl Serialize) -> Result<Self, Refusal> {
        Self::of(StatusCode::OK, body)
    }

    /// 201 with a body.
    pub(crate) fn created(body: &impl Serialize) -> Result<Self, Refusal> {
        Self::of(StatusCode::CREATED, body)
    }

    /// 200 with `{}`.
    pub(crate) fn empty() -> Result<Self, Refusal> {
        Self::ok(&json!({}))
    }

    /// A file as it was uploaded.
    pub(crate) fn file(media_type: String, bytes: Bytes) -> Self {
        Self {
            status: StatusCode::OK,
            content_type: media_type.into(),
            body: bytes,
            allow: None,
        }
    }

    /// The answer of a refusal.
    pub(crate) fn refused(refusal: &Refusal) -> Self {
        Self {
            status: refusal.status(),
            content_type: JSON.into(),
            body: refusal.body().into(),
            allow: match refusal {
                Refusal::MethodNotAllowed(allow) => Some(allow),
                _ => None,
            },
        }
    }

    fn of(status: StatusCode, body: &impl Serialize) -> Result<Self, Refusal> {
        let body = serde_json::to_vec(body).map_err(|_| Refusal::Broken)?;
        Ok(Self {
            status,
            content_type: JSON.into(),
            body: body.into(),
            allow: None,
        })
    }
}

/// The position of the item with that `_id` in a list.
fn place_of(list: &[serde_json::Map<String, Value>], id: &str) -> Result<usize, Refusal> {
    let has_it = |entry: &serde_json::Map<String, Value>| {
        entry.get("_id").and_then(Value::as_str) == Some(id)
    };
    list.iter().position(has_it).ok_or(Refusal::NotFound)
}
