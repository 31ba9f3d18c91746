//! Keeping the users this console knows: the store on disk, and importing into it.
//!
//! In: users that the API, files and webhooks report. Out: rows, copies and counts, the same after
//! a restart. Knows no ranking, never asks the API and never draws.
//!
//! A user has these shapes on the way, and no others:
//!
//! | shape | what it is | why it is not another one |
//! |---|---|---|
//! | [`User`](crate::domain::User) | what one JSON object says | typed members beside the JSON itself |
//! | `UserEvent` (domain) | what a webhook reports of users | one form for the events of all versions |
//! | `FactSet` (domain) | what one source reports at one time, member by member | the rules look at members, not at JSON |
//! | `Registers` (domain) | what is known under one id: the greatest key of each member wins | the same whatever the order of the reports |
//! | `PersonView` (domain) | the person that registers show, merged ids included | worked out anew, never stored |
//! | [`Report`](store::Report) | what one source reports, ready to be written | a `User` would cost the writing thread its columns and its memory |
//! | `Columns` (store) | what lists and searches are made of | written as they are, so made once |
//! | `Existing`, `Record` (store) | a row as it is in the file, and what is kept under its id | a whole user stays as it came, so most rows need no facts beside it |
//! | `PersonRecord` (store) | all records that one person is made of | only it knows which ids belong together |
//! | [`KnownUser`](crate::domain::KnownUser) | a user with name, source, date and what each fact rests on | what every reader of the store, the search and `get` hand on |
//! | `StoredRow` (store) | a row that is still in SQLite's memory | a million of them are read at a start, without a copy |
//! | [`Person`](crate::search::Person) | what the index takes in | the search knows neither the store nor JSON |
//!
//! The search keeps its own compact rows, and the console its own state of a profile.

pub mod import;
pub mod store;
