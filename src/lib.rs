//! A terminal console for support agents on the Smooch (Sunshine Conversations) messaging API.

pub mod api;
pub mod domain;
pub mod sandbox;
pub mod text;
