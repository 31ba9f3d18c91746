//! What is known of a user: facts, each with its key, and the person they show.
//!
//! In: reports of members of a user, each with its time and its source. Out: registers in which the
//! greatest key counts, and views over them: whatever the order, the repetition and the grouping of
//! the reports, the person is the same. Pure rules: the `wire` room makes facts of JSON, and the
//! directory keeps them.

mod event;
mod key;
mod lineage;
mod member;
mod message_name;
mod portion;
#[cfg(test)]
mod properties;
mod registers;
mod view;

pub(crate) use event::{Delivery, EventReport, UserEvent};
pub use key::{Key, Register, Source};
pub(crate) use lineage::{Merge, survivor_of};
pub(crate) use member::{ClientKind, ClientRef, FactSet, Member, Set, Value};
pub(crate) use message_name::MessageName;
pub use portion::{MissingUserId, Portion};
pub(crate) use registers::Registers;
pub(crate) use view::{Discarded, PersonView, Seen, SeenClient, Shown};
