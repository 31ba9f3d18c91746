//! The terminal UI, and the one way its data flows.
//!
//! A key or an answer becomes a [`msg::Msg`]; [`update::update`] turns state and message into a
//! new state and [`effect::Effect`]s as plain data; [`runtime`] carries those out and sends back
//! messages; [`view`] paints a state and changes nothing; [`layout`] says what fits where, to
//! both of them.

pub mod action;
pub mod effect;
pub mod geometry;
pub mod keymap;
pub mod layout;
pub mod msg;
pub mod runtime;
pub mod state;
pub(crate) mod text_box;
pub mod theme;
pub mod update;
pub mod view;
