//! Refusals: every answer that is not a success, with its status, code and text.
//!
//! In: the reason. Out: the JSON error body of the API document, section 2. Other files decide
//! what to refuse.

use std::borrow::Cow;

use axum::http::StatusCode;
use serde_json::json;

/// Why a request was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// No credentials, or wrong ones.
    Unauthorized(&'static str),
    /// Valid credentials without access to this.
    Forbidden(&'static str),
    /// No such app.
    AppNotFound,
    /// No such user in the app.
    UserNotFound,
    /// A user who has never written.
    ConversationNotFound,
    /// No such message in the conversation.
    MessageNotFound,
    /// No such integration in the app.
    IntegrationNotFound,
    /// No such path, or no such thing at it.
    NotFound,
    /// It conflicts with what already exists.
    Conflict(&'static str),
    /// The path exists, but not with this method; holds the allowed methods.
    MethodNotAllowed(&'static str),
    /// The request was meant for a server of another name.
    UnknownHost,
    /// The body is larger than the API accepts.
    TooLarge,
    /// The sandbox keeps no more uploads.
    UploadsFull,
    /// Too many requests in too short a time.
    TooMany,
    /// Something in the request is wrong.
    BadRequest(Cow<'static, str>),
    /// The sandbox itself failed.
    Broken,
}

impl Refusal {
    /// A 400 with its reason.
    pub(crate) fn bad(why: impl Into<Cow<'static, str>>) -> Self {
        Self::BadRequest(why.into())
    }

    /// The HTTP status.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Unauthorized(_) => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) | Self::UnknownHost => StatusCode::FORBIDDEN,
            Self::AppNotFound
            | Self::UserNotFound
            | Self::ConversationNotFound
            | Self::MessageNotFound
            | Self::IntegrationNotFound
            | Self::NotFound => StatusCode::NOT_FOUND,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::MethodNotAllowed(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge | Self::UploadsFull => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The body: `{"error":{"code","description"}}`, the singular form of v1 and v1.1.
    pub(crate) fn body(&self) -> String {
        let (code, description) = self.words();
        json!({ "error": { "code": code, "description": description } }).to_string()
    }

    fn words(&self) -> (&'static str, &str) {
        match self {
            Self::Unauthorized(why) => ("unauthorized", why),
            Self::Forbidden(why) => ("forbidden", why),
            Self::AppNotFound => ("app_not_found", "App not found"),
            Self::UserNotFound => ("user_not_found", "User not found"),
            Self::ConversationNotFound => ("conversation_not_found", "Conversation not found"),
            Self::MessageNotFound => ("message_not_found", "Message not found"),
            Self::IntegrationNotFound => ("integration_not_found", "Integration not found"),
            Self::NotFound => ("not_found", "Not found"),
            Self::Conflict(why) => ("conflict", why),
            Self::MethodNotAllowed(_) => ("method_not_allowed", "Method not allowed"),
            Self::UnknownHost => (
                "forbidden",
                "The sandbox answers only to localhost and to loopback addresses such as 127.0.0.1",
            ),
            Self::TooLarge => ("request_entity_too_large", "Request entity too large"),
            Self::UploadsFull => (
                "request_entity_too_large",
                "The sandbox keeps at most 64 MiB of uploads in all: remove some of them, or start it \
                 anew",
            ),
            Self::TooMany => ("too_many_requests", "Too many requests"),
            Self::BadRequest(why) => ("bad_request", why),
            Self::Broken => ("internal_error", "Internal error"),
        }
    }
}
