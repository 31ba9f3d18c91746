//! A terminal console for support agents on the Smooch (Sunshine Conversations) messaging API.
//!
//! The rooms, and what each is for:
//!
//! - [`cli`]: the command line as types; [`config`]: where settings come from.
//! - [`commands`]: one thin file for each command; they join the rooms below.
//! - [`domain`]: the field's words and rules (users, identity, names, messages, problems).
//! - [`wire`]: turns JSON of the API into domain values, item by item, without losing any.
//! - [`api`]: the user API as the console needs it, over HTTP.
//! - [`search`]: finding users at a keystroke; [`directory`]: keeping them on disk.
//! - [`lookup`]: asking the API for a user, following merges, remembering the answer.
//! - [`text`]: strangers' text made safe; widths, wrapping, relative time.
//! - [`console`]: the terminal UI; data flows one way through it.
//! - [`log`]: what the log may contain, and where it is.
//! - [`sandbox`]: an embedded server that speaks the same API, with invented people.

pub mod api;
pub mod cli;
pub mod commands;
pub mod config;
pub mod console;
pub mod directory;
pub mod domain;
pub mod log;
pub mod lookup;
pub mod sandbox;
pub mod search;
pub mod text;
pub mod wire;
