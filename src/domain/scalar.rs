//! Custom data (`properties`, `metadata`) and raw JSON kept beside what was understood.

use std::fmt;
use std::sync::Arc;

use super::Untrusted;

/// One value of a flat object of custom data.
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar {
    /// A JSON string.
    Text(Untrusted),
    /// A JSON number, in the digits in which it came.
    Number(Untrusted),
    /// A JSON boolean.
    Bool(bool),
    /// A JSON null.
    Null,
    /// Something that is not a scalar: kept as JSON text.
    Json(Untrusted),
}

/// Custom data in the order in which it came.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Properties(pub Vec<(Untrusted, Scalar)>);

/// JSON exactly as the API sent it, so that unknown fields stay visible.
#[derive(Clone, PartialEq, Eq)]
pub struct RawJson(Arc<str>);

impl RawJson {
    /// Keeps JSON text as it came.
    pub fn new(json: impl Into<Arc<str>>) -> Self {
        Self(json.into())
    }

    /// The JSON text as it came. For decoding and sanitising, never for showing.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for RawJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawJson({} bytes)", self.0.len())
    }
}
