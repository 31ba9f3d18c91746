//! The name that is shown of the user, resolved from all that is known of them.

use super::messages::place::rewrap;
use crate::console::effect::{DirectoryEffect, Effect};
use crate::console::state::State;
use crate::domain::name;

/// Resolves the name with all that is known now: the profile and the loaded messages.
pub(super) fn resolve_name(state: &mut State) -> Option<Effect> {
    let belongs = state.messages_belong();
    let profile = &mut state.profile.remote.good_mut()?.value;
    let thread = if belongs {
        state.messages.thread()
    } else {
        None
    };
    let messages = thread.map_or(&[][..], |thread| &thread.messages);
    let resolved = name::resolve_display_name(&profile.user, messages);
    let resolved = resolved.unless_worse_than(&profile.name);
    let changed = profile.name != resolved;
    profile.name = resolved.clone();
    if changed {
        rewrap(state);
    }
    let thread_is_there = belongs && state.messages.thread().is_some();
    let id = state.profile.shown_id()?.clone();
    thread_is_there.then_some(Effect::Directory(DirectoryEffect::LearnName {
        id,
        name: resolved,
    }))
}
