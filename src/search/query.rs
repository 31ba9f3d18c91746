//! What a search is asked and what it answers.

use std::ops::Range;
use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::{
    Identity, KnownUser, LookupId, Naming, Platform, Provenance, SmoochId, Untrusted, UserId,
};

/// What a row of a list shows of a user.
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
    /// What follows from the `userId`; `None` when nothing was told about one.
    pub identity: Option<Identity>,
    /// The channel of the latest sign of the user, or their first channel.
    pub channel: Option<Platform>,
    /// When the user was last seen on any channel, to the second.
    pub seen: Option<Timestamp>,
    /// When the API last confirmed all this, to the second.
    pub confirmed_at: Timestamp,
}

impl Summary {
    /// The name, where one can be shown: the word for a user without any, `Anonymous`, would say
    /// something else of whoever is not known to be anonymous.
    pub fn shown_name(&self) -> Option<&Untrusted> {
        let is_word = self.provenance == Provenance::Fallback;
        (!is_word || self.identity == Some(Identity::Anonymous)).then_some(&self.name)
    }
}

/// One user that the console knows, perhaps by id only.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The user's `_id`.
    pub id: SmoochId,
    /// What a row shows; `None` when only the `_id` is known.
    pub summary: Option<Summary>,
    /// Whether the agent pinned the user.
    pub pinned: bool,
    /// All that the API told, for users that were asked for lately.
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
    /// The term stands somewhere in a field.
    Substring,
    /// The term's characters stand in a field in their order.
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
    /// How well; `None` when there was nothing to search for.
    pub rank: Option<Rank>,
    /// Where; `None` when there was nothing to search for. Of several words the worst found one's
    /// field.
    pub matched: Option<MatchedField>,
    /// Where else: the fields of the other words, as far as they are others.
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

/// What a text is that nobody is found by, and in which ids stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pasted {
    /// It may be an id as it stands.
    #[default]
    Id,
    /// It is more than an id: the ids in it are meant.
    Line,
}

/// How much of an answer is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// The best tier; more may follow, and no fewer than these are found.
    FirstTier,
    /// Everything.
    Whole,
}

/// What a text asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Some text, which may be an id that only the API knows.
    Text,
    /// Facts about users and nothing else, which the API cannot be asked for.
    FiltersOnly,
}

/// The answer to a search.
#[derive(Debug, Clone, PartialEq)]
pub struct Results {
    /// What was searched for.
    pub text: String,
    /// What that asks for.
    pub asked: Asked,
    /// How many users were searched.
    pub known: usize,
    /// Whether any of them is pinned.
    pub has_pins: bool,
    /// How many were found.
    pub matched: usize,
    /// When the copy that was longest not confirmed was made, to the second.
    pub oldest: Option<Timestamp>,
    /// Whether the fuzzy tier ran.
    pub fuzzy: FuzzyTier,
    /// Whether more follows.
    pub extent: Extent,
    /// The best of what was found, best first.
    pub hits: Vec<Hit>,
    /// Ids and e-mails out of a pasted text of whom nobody is known here: the API may know them.
    pub offers: Vec<LookupId>,
    /// Whether the text itself may be an id.
    pub pasted: Pasted,
    /// What could not be understood of the text, in words; it holds pieces of the text.
    pub explanations: Vec<Untrusted>,
    /// What was perhaps meant by a text that nobody holds as it stands, in words; it holds pieces
    /// of the text.
    pub hints: Vec<Untrusted>,
}

impl Results {
    /// What there is to say about the text: what could not be understood, else what was perhaps
    /// meant.
    pub fn remarks(&self) -> &[Untrusted] {
        if self.explanations.is_empty() {
            &self.hints
        } else {
            &self.explanations
        }
    }

    /// Whether the whole text, and no part of it, names the user of a hit.
    pub fn names_whole(&self, hit: &Hit) -> bool {
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
            asked: Asked::Text,
            known: 0,
            has_pins: false,
            matched: 0,
            oldest: None,
            fuzzy: FuzzyTier::Skipped,
            extent: Extent::Whole,
            hits: Vec::new(),
            offers: Vec::new(),
            pasted: Pasted::Id,
            explanations: Vec::new(),
            hints: Vec::new(),
        }
    }
}
