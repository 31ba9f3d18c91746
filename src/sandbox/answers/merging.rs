//! Two users made one (API document, section 3.1).

use serde_json::{Map, Value};

use super::{Answer, Call};
use crate::sandbox::body::Fields;
use crate::sandbox::errors::Refusal;
use crate::sandbox::population::Resident;
use crate::sandbox::users::AppUser;
use crate::sandbox::world::App;

/// Merges the discarded user into the surviving one.
pub(crate) fn answer_merge(app: &mut App, call: &Call<'_>) -> Result<Answer, Refusal> {
    let fields = Fields::parse(call.body)?;
    let surviving = own_id(fields.object("surviving")?, "surviving")?;
    let discarded = own_id(fields.object("discarded")?, "discarded")?;
    if surviving == discarded {
        return Err(Refusal::bad("surviving and discarded are the same user"));
    }
    for id in [surviving, discarded] {
        app.people.check_own_id(id)?;
    }
    let gone = app.people.remove(discarded)?;
    let claimed = gone.user.user_id.clone();
    let survivor = app.people.edit(surviving)?;
    let takes_user_id = survivor.user.user_id.is_none();
    absorb(survivor, gone);
    // An anonymous survivor becomes identified. Of two userIds, the discarded one becomes free.
    if let Some(user_id) = claimed.filter(|_| takes_user_id) {
        app.people.claim_user_id(surviving, &user_id);
    }
    Answer::empty()
}

fn own_id<'a>(user: Option<&'a Map<String, Value>>, name: &str) -> Result<&'a str, Refusal> {
    user.and_then(|user| user.get("_id"))
        .and_then(Value::as_str)
        .filter(|id| !id.is_empty())
        .ok_or_else(|| Refusal::bad(format!("{name} needs an _id")))
}

/// The survivor's values win; the other user fills the gaps.
fn absorb(survivor: &mut Resident, gone: Resident) {
    let had_primary = survivor.user.primary_client().is_some();
    let other: AppUser = gone.user;
    let user = &mut survivor.user;
    let take = |mine: &mut Option<String>, theirs: Option<String>| {
        if mine.is_none() {
            *mine = theirs;
        }
    };
    take(&mut user.user_id, other.user_id);
    take(&mut user.given_name, other.given_name);
    take(&mut user.surname, other.surname);
    take(&mut user.email, other.email);
    take(&mut user.avatar_url, other.avatar_url);
    user.has_payment_info |= other.has_payment_info;
    for (key, value) in other.properties {
        user.properties.entry(key).or_insert(value);
    }
    for mut client in other.clients {
        if had_primary && client.standing.primary.is_some() {
            client.standing.primary = Some(false);
        }
        user.clients.push(client);
    }
    user.pending_clients.extend(other.pending_clients);
    match (&mut survivor.conversation, gone.conversation) {
        (Some(mine), Some(theirs)) => mine.absorb(theirs),
        (mine @ None, theirs) => *mine = theirs,
        (Some(_), None) => {}
    }
    user.conversation_started = survivor.conversation.is_some();
}
