//! What the tests of both versions' deliveries share.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use crate::domain::facts::{Delivery, FactSet, Member, UserEvent, Value};
use crate::domain::{AppId, SmoochId};

/// The first event of a call about the app `a1`.
pub(super) fn first_event(mut delivery: Delivery) -> UserEvent {
    assert_eq!(delivery.app_id, Some(AppId::new("a1")));
    delivery.events.remove(0).event.unwrap()
}

/// What an event says of the user `u`.
pub(super) fn seen_of_u(event: UserEvent) -> FactSet {
    match event {
        UserEvent::Seen { id, facts, .. } => {
            assert_eq!(id, SmoochId::new("u"));
            facts
        }
        other => panic!("{other:?}"),
    }
}

/// What facts say of a member; `None` if they do not name it.
pub(super) fn value_of(facts: &FactSet, member: &Member) -> Option<Value> {
    let mut facts = facts.facts.iter();
    let found = facts.find(|(known, _)| known == member);
    found.map(|(_, value)| value.clone())
}
