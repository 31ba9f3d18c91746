//! What a search is asked for and what it answers.

use std::ops::Range;
use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::{
    Identity, KnownUser, LookupId, Naming, Platform, Provenance, SmoochId, Untrusted, UserId,
};
use crate::search::cancel::CancelToken;

/// How many hits fill a page; the fuzzy tier only runs when better hits are fewer.
pub const PAGE: usize = 100;

/// The order of the hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// The best match first. With nothing to match it is the same as `Opened`.
    #[default]
    Match,
    /// Who was seen last comes first.
    Seen,
    /// By the folded name; users without a name come last.
    Name,
    /// Whom the agent opened last comes first, then who was seen last.
    Opened,
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// The text of the search box.
    pub text: &'a str,
    /// The moment from which ages are counted.
    pub now: Timestamp,
    /// How many hits are wanted.
    pub limit: usize,
    /// In which order.
    pub order: Order,
    /// Whether a newer search was asked for.
    pub cancel: CancelToken,
}

impl<'a> Request<'a> {
    /// A request for the best matches that nothing cancels.
    pub fn new(text: &'a str, now: Timestamp, limit: usize) -> Self {
        Self {
            text,
            now,
            limit,
            order: Order::Match,
            cancel: CancelToken::never(),
        }
    }
}

/// What a list shows of a user.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// The resolved display name.
    pub name: Untrusted,
    /// Where the name comes from.
    pub provenance: Provenance,
    /// Whether a givenName or a surname exists.
    pub naming: Naming,
    /// The `userId`.
    pub user_id: Option<UserId>,
    /// Follows from the `userId`; `None` when it is not known whether there is one.
    pub identity: Option<Identity>,
    /// The profile's e-mail.
    pub email: Option<Untrusted>,
    /// The user's phone numbers, as they were written, each once.
    pub phones: Vec<Untrusted>,
    /// The channel of the latest sign of the user, or their first channel.
    pub channel: Option<Platform>,
    /// When the user was last seen on any channel, to the second.
    pub seen: Option<Timestamp>,
    /// When the API last confirmed all this, to the second.
    pub confirmed_at: Timestamp,
}

impl Summary {
    /// The name, if there is one to show. `Anonymous`, the word for a user without a name, is only
    /// shown for users who are known to be anonymous.
    pub(crate) fn shown_name(&self) -> Option<&Untrusted> {
        let is_word = self.provenance == Provenance::Fallback;
        (!is_word || self.identity == Some(Identity::Anonymous)).then_some(&self.name)
    }
}

/// A known user, perhaps by id only.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The user's `_id`.
    pub id: SmoochId,
    /// What a list shows; `None` when only the `_id` is known.
    pub summary: Option<Summary>,
    /// Whether the agent pinned the user.
    pub pinned: bool,
    /// The whole user, if the API returned them in this session.
    pub copy: Option<Arc<KnownUser>>,
}

/// How well a user matches, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// The whole text is the user's `_id`, `userId` or e-mail.
    Exact,
    /// A field starts with the term.
    Prefix,
    /// A later word of a field starts with the term.
    Word,
    /// The term is somewhere in a field.
    Substring,
    /// The term's characters are in a field, in their order.
    Fuzzy,
}

/// A searched field of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HitField {
    /// The resolved display name.
    Name,
    /// The profile's e-mail.
    Email,
    /// The `userId`.
    UserId,
    /// The `_id`.
    SmoochId,
    /// A channel's name for the user.
    ChannelName,
    /// A channel's own id for the user, such as a phone number.
    ExternalId,
    /// A phone number in custom data.
    Property,
}

/// Where in a user the text was found.
#[derive(Debug, Clone, PartialEq)]
pub struct MatchedField {
    /// Which field.
    pub field: HitField,
    /// The whole field.
    pub text: Untrusted,
    /// Which characters (Unicode scalars) of the field matched, in ascending order.
    pub spans: Vec<Range<usize>>,
}

/// A user that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The user.
    pub entry: Entry,
    /// How well it matches; `None` when there was nothing to search for.
    pub rank: Option<Rank>,
    /// The field that matches; `None` when there was nothing to search for. Of several words, the
    /// field of the one that matches worst.
    pub matched: Option<MatchedField>,
    /// The fields in which the other words match, if they are different ones.
    pub also: Vec<MatchedField>,
}

/// Whether the last tier was needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FuzzyTier {
    /// Better hits did not fill a page.
    Run,
    /// Better hits filled the page, or there was nothing to search for.
    Skipped,
}

/// How to read a pasted text that matches nobody but holds ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pasted {
    /// The whole text may be an id.
    #[default]
    Id,
    /// The text is more than an id: the ids in it are meant.
    Line,
}

/// How much of an answer this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// The best tier; more hits may follow.
    FirstTier,
    /// The whole answer.
    Whole,
}

/// What a text asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Text, which may be an id that only the API knows.
    Text,
    /// Something that was not understood: more likely a mistyped filter than an id.
    Garbled,
    /// Nothing but filters, which the API does not have.
    FiltersOnly,
}

/// The answer to a search.
#[derive(Debug, Clone, PartialEq)]
pub struct Results {
    /// What was searched for.
    pub text: String,
    /// The order that the hits are in.
    pub order: Order,
    /// What the text asks for.
    pub asked: Asked,
    /// How many users were searched.
    pub known: usize,
    /// Whether any user is pinned.
    pub has_pins: bool,
    /// How many users match.
    pub matched: usize,
    /// When the copy that has gone unconfirmed for longest was confirmed, to the second.
    pub oldest: Option<Timestamp>,
    /// Whether the fuzzy tier ran.
    pub fuzzy: FuzzyTier,
    /// Whether more may follow.
    pub extent: Extent,
    /// The first hits in their order. Users that the text names come before all others.
    pub hits: Vec<Hit>,
    /// The users with the nearest names, if there are no hits and nothing else is offered.
    pub near: Vec<Hit>,
    /// Unknown ids and e-mails from a pasted text: the API may know them.
    pub offers: Vec<LookupId>,
    /// Whether the text itself may be an id.
    pub pasted: Pasted,
    /// What could not be understood, in words that hold pieces of the text.
    pub explanations: Vec<Untrusted>,
    /// What a text that matches nobody may have meant, in words that hold pieces of the text.
    pub hints: Vec<Untrusted>,
}

impl Results {
    /// What to say about the text: what could not be understood, or else what it may have meant.
    pub(crate) fn remarks(&self) -> &[Untrusted] {
        if self.explanations.is_empty() {
            &self.hints
        } else {
            &self.explanations
        }
    }

    /// The same answer with the nearest names in place of hits, marked by a remark, for a list in
    /// which they can be chosen.
    #[must_use]
    pub(crate) fn with_near_as_hits(mut self) -> Self {
        if self.hits.is_empty() && !self.near.is_empty() {
            self.hits = std::mem::take(&mut self.near);
            let words = "nobody known here matches; these names are near";
            self.hints.insert(0, Untrusted::from(words));
        }
        self
    }

    /// Whether the whole text, not only a part of it, names the user of a hit.
    pub(crate) fn names_whole(&self, hit: &Hit) -> bool {
        #[expect(clippy::disallowed_methods, reason = "compared with what was typed")]
        let named =
            |matched: &MatchedField| matched.text.expose().eq_ignore_ascii_case(self.text.trim());
        hit.rank == Some(Rank::Exact) && hit.matched.as_ref().is_some_and(named)
    }
}

impl Default for Results {
    fn default() -> Self {
        Self {
            text: String::new(),
            order: Order::Opened,
            asked: Asked::Text,
            known: 0,
            has_pins: false,
            matched: 0,
            oldest: None,
            fuzzy: FuzzyTier::Skipped,
            extent: Extent::Whole,
            hits: Vec::new(),
            near: Vec::new(),
            offers: Vec::new(),
            pasted: Pasted::Id,
            explanations: Vec::new(),
            hints: Vec::new(),
        }
    }
}
