//! The search box and its hits.

use std::collections::HashMap;

use crate::console::geometry::Toward;
use crate::console::msg::Ticket;
use crate::console::text_box::TextBox;
use crate::domain::{LookupId, SmoochId};
use crate::search::{Asked, Entry, Extent, Hit, Order, PAGE, Pasted, Rank, Results};

/// Which row the cursor is on: a user, not a position, so that new hits do not move it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// A user.
    User(SmoochId),
    /// A row that offers to look an id of a pasted text up in the API.
    Offer(LookupId),
    /// The row that offers to look the text up in the API.
    LookUp,
}

/// A row of the list.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ListRow<'a> {
    /// The user who is shown, while they are not among the hits.
    Outside(&'a SmoochId),
    /// A user who was found.
    Hit(&'a Hit),
    /// Offers to look an id of a pasted text up in the API.
    Offer(&'a LookupId),
    /// Offers to look the text up in the API.
    LookUp,
}

impl ListRow<'_> {
    /// What is selected when the cursor is on the row.
    pub(crate) fn selection(self) -> Selection {
        match self {
            Self::Outside(id) => Selection::User(id.clone()),
            Self::Hit(hit) => Selection::User(hit.entry.id.clone()),
            Self::Offer(id) => Selection::Offer(id.clone()),
            Self::LookUp => Selection::LookUp,
        }
    }
}

/// In which order the hits of the next search are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrangement {
    /// In their own order: the agent asked for these hits.
    Anew,
    /// In the order that is on the screen: hits that are there already stay where they are.
    AsShown,
}

/// The orders that the agent asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Orders {
    /// While the box is empty.
    pub of_all: Order,
    /// While the box holds this text; another text begins with the best matches again.
    pub of_hits: Order,
}

impl Default for Orders {
    fn default() -> Self {
        Self {
            of_all: Order::Opened,
            of_hits: Order::Match,
        }
    }
}

/// Whether keys go into the box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typing {
    /// They do not.
    Off,
    /// They do.
    On,
}

/// The search box and its hits.
#[derive(Debug, Clone)]
pub struct UsersPane {
    /// What was typed.
    pub input: TextBox,
    /// Whether keys go into the box.
    pub typing: Typing,
    /// The hits for what the box said when the search was asked for.
    pub results: Results,
    /// The search that is waited for.
    pub searching: Option<Ticket>,
    /// Enter was pressed before the hits for the text were there.
    pub enter_waits: bool,
    /// The row that the cursor is on.
    pub selection: Option<Selection>,
    /// Whether the agent moved the cursor since the text changed.
    pub moved: bool,
    /// The first row that is shown.
    pub offset: usize,
    /// How many hits are asked for: more once the cursor comes near the last of them.
    pub most: usize,
    /// The rest that is waited for.
    pub rest: Option<Ticket>,
    /// The orders that the agent asked for.
    pub orders: Orders,
    /// In which order the hits that are waited for will be shown.
    pub arrangement: Arrangement,
}

impl Default for UsersPane {
    fn default() -> Self {
        Self {
            input: TextBox::default(),
            typing: Typing::Off,
            results: Results::default(),
            searching: None,
            enter_waits: false,
            selection: None,
            moved: false,
            offset: 0,
            most: PAGE,
            rest: None,
            orders: Orders::default(),
            arrangement: Arrangement::Anew,
        }
    }
}

/// Where the rows are: the user outside of the hits, the row that looks the text up before mere
/// likenesses, the hits, and the rows that offer lookups.
struct Places {
    is_outside: bool,
    /// The row that looks the text up.
    lookup: Option<usize>,
    hits: usize,
    offers: usize,
    rows: usize,
}

impl UsersPane {
    /// Whether keys go into the box.
    pub fn is_typing(&self) -> bool {
        self.typing != Typing::Off
    }

    /// Leaves the box; what was typed stays, an Enter that waits for its hits does not.
    pub(crate) const fn stop_typing(&mut self) {
        self.typing = Typing::Off;
        self.input.unselect();
        self.enter_waits = false;
    }

    /// What the box says.
    pub fn text(&self) -> &str {
        self.input.text()
    }

    /// Whether the box says nothing, so that everybody is listed.
    pub(crate) fn is_blank(&self) -> bool {
        self.text().trim().is_empty()
    }

    /// Whether the hits belong to what the box says.
    pub fn is_settled(&self) -> bool {
        self.searching.is_none() && self.results.text == self.text()
    }

    /// The order in which hits are asked for.
    pub(crate) fn order(&self) -> Order {
        if self.is_blank() {
            self.orders.of_all
        } else {
            self.orders.of_hits
        }
    }

    /// Whether the row that offers a lookup is there: some text beside filters, and nobody known by
    /// it exactly. A lookup that the agent asked for has its row in any case.
    pub(crate) fn offers_lookup(&self) -> bool {
        let is_text = self.results.asked != Asked::FiltersOnly && self.exact_hit().is_none();
        !self.is_blank() && (is_text || self.selection == Some(Selection::LookUp))
    }

    /// The first user that the text names exactly.
    pub(crate) fn exact_hit(&self) -> Option<&Hit> {
        let mut hits = self.results.hits.iter();
        hits.find(|hit| self.results.names_whole(hit))
    }

    /// The first user who is found by more than a likeness.
    fn best_hit(&self) -> Option<&Hit> {
        let mut hits = self.results.hits.iter();
        hits.find(|hit| hit.rank != Some(Rank::Fuzzy))
    }

    /// Whether the text may be an id that only the API knows: it has no blank, and does not look
    /// like a filter that was mistyped.
    fn may_be_id(&self) -> bool {
        let is_word = !self.text().trim().contains(char::is_whitespace);
        is_word && self.results.asked == Asked::Text && self.results.pasted == Pasted::Id
    }

    /// Whether the row that looks the text up comes before the hits: it is the first choice, and
    /// the hits are mere likenesses.
    fn lookup_leads(&self) -> bool {
        let are_likenesses = !self.results.hits.is_empty() && self.best_hit().is_none();
        are_likenesses && self.offers_lookup() && self.may_be_id()
    }

    fn places(&self) -> Places {
        let is_outside = self.is_outside();
        let leads = self.lookup_leads();
        let before = usize::from(is_outside);
        let hits = before + usize::from(leads);
        let after = hits + self.results.hits.len();
        let offers = self.results.offers.len();
        let trails = self.offers_lookup() && !leads;
        // A text that may itself be an id comes before the ids in it; a longer line comes after.
        let (lookup, first_offer) = match self.results.pasted {
            Pasted::Id => (after, after + usize::from(trails)),
            Pasted::Line => (after + offers, after),
        };
        Places {
            is_outside,
            lookup: if leads {
                Some(before)
            } else {
                trails.then_some(lookup)
            },
            hits,
            offers: first_offer,
            rows: after + offers + usize::from(trails),
        }
    }

    /// How many rows there are, those that offer lookups included.
    pub fn rows(&self) -> usize {
        self.places().rows
    }

    /// A row by its position.
    pub(crate) fn row_at(&self, row: usize) -> Option<ListRow<'_>> {
        let places = self.places();
        if places.lookup == Some(row) {
            return Some(ListRow::LookUp);
        }
        if places.is_outside && row == 0 {
            return match &self.selection {
                Some(Selection::User(id)) => Some(ListRow::Outside(id)),
                _ => None,
            };
        }
        let hit = row.checked_sub(places.hits);
        if let Some(hit) = hit.and_then(|at| self.results.hits.get(at)) {
            return Some(ListRow::Hit(hit));
        }
        let offer = row.checked_sub(places.offers)?;
        self.results.offers.get(offer).map(ListRow::Offer)
    }

    /// What the cursor is on until the agent moves it, which is also what Enter then does. A user
    /// named by only a part of a text is not opened unasked if the whole may be another user's id.
    pub(crate) fn first_choice(&self) -> Option<Selection> {
        let user = |hit: &Hit| Selection::User(hit.entry.id.clone());
        if let Some(hit) = self.exact_hit() {
            return Some(user(hit));
        }
        let best = self.best_hit();
        let is_part = best.is_some_and(|hit| hit.rank == Some(Rank::Exact));
        if is_part && self.results.pasted == Pasted::Id && self.offers_lookup() {
            return Some(Selection::LookUp);
        }
        if let Some(hit) = best {
            return Some(user(hit));
        }
        if self.lookup_leads() {
            return Some(Selection::LookUp);
        }
        let first = self.results.hits.first().map(user);
        // What looks like a mistyped filter is not sent to the API unasked.
        let is_text = self.results.asked == Asked::Text;
        let lookup = || (is_text && self.offers_lookup()).then_some(Selection::LookUp);
        let offer = || self.results.offers.first().cloned().map(Selection::Offer);
        first.or_else(|| match self.results.pasted {
            Pasted::Id => lookup().or_else(offer),
            Pasted::Line => offer().or_else(lookup),
        })
    }

    /// The user under the cursor, if the text names them exactly.
    pub(crate) fn exact_under_cursor(&self) -> Option<&Hit> {
        let hit = self.selected_hit()?;
        self.results.names_whole(hit).then_some(hit)
    }

    /// The position of a user among the hits.
    fn position(&self, id: &SmoochId) -> Option<usize> {
        let mut hits = self.results.hits.iter();
        hits.position(|hit| hit.entry.id == *id)
    }

    /// Whether a user is among the hits.
    pub(crate) fn lists(&self, id: &SmoochId) -> bool {
        self.position(id).is_some()
    }

    /// Whether the cursor is on a user who is not among the hits. They have a row of their own, so
    /// that it can be seen who is shown.
    pub(crate) fn is_outside(&self) -> bool {
        matches!(&self.selection, Some(Selection::User(id)) if !self.lists(id))
    }

    /// The position of the selected row.
    pub fn selected_row(&self) -> Option<usize> {
        let places = self.places();
        match self.selection.as_ref()? {
            Selection::User(id) => Some(self.position(id).map_or(0, |hit| places.hits + hit)),
            Selection::Offer(id) => {
                let offer = self.results.offers.iter().position(|offer| offer == id)?;
                Some(places.offers + offer)
            }
            Selection::LookUp => places.lookup,
        }
    }

    fn selected_hit(&self) -> Option<&Hit> {
        match self.selection.as_ref()? {
            Selection::User(id) => self.results.hits.get(self.position(id)?),
            Selection::Offer(_) | Selection::LookUp => None,
        }
    }

    /// The selected user.
    pub(crate) fn selected_entry(&self) -> Option<&Entry> {
        Some(&self.selected_hit()?.entry)
    }

    /// What is selected when the cursor is on a row.
    pub(crate) fn selection_at(&self, row: usize) -> Option<Selection> {
        self.row_at(row).map(ListRow::selection)
    }

    /// The user some hits further or back; from a row that is no hit, the first one.
    pub(crate) fn neighbour(&self, toward: Toward) -> Option<SmoochId> {
        let here = match &self.selection {
            Some(Selection::User(id)) => self.position(id),
            _ => None,
        };
        let at = match (here, toward) {
            (Some(at), Toward::End) => at + 1,
            (Some(at), Toward::Start) => at.checked_sub(1)?,
            (None, Toward::End) => 0,
            (None, Toward::Start) => return None,
        };
        let hit = self.results.hits.get(at)?;
        Some(hit.entry.id.clone())
    }

    /// Takes new hits in the order that was chosen for them.
    pub(crate) fn take(&mut self, mut results: Results) {
        let before = &self.results;
        let is_same = before.text == results.text && before.order == results.order;
        let are_whole = [before.extent, results.extent] == [Extent::Whole; 2];
        if self.arrangement == Arrangement::AsShown && is_same && are_whole {
            results.hits = as_shown(&before.hits, results.hits);
        }
        if results.extent == Extent::Whole {
            self.arrangement = Arrangement::AsShown;
        }
        self.results = results;
    }
}

/// New hits in the order of those on the screen. Hits that were not there come right after the one
/// that they follow in their own order.
fn as_shown(shown: &[Hit], hits: Vec<Hit>) -> Vec<Hit> {
    let lines = shown.iter().enumerate();
    let lines: HashMap<&SmoochId, usize> = lines.map(|(at, hit)| (&hit.entry.id, at)).collect();
    let mut line = None;
    let mut sorted: Vec<_> = hits
        .into_iter()
        .map(|hit| {
            line = lines.get(&hit.entry.id).copied().or(line);
            (line, hit)
        })
        .collect();
    // `None` comes first, and the sort leaves those of the same line as they are. The hit that the
    // others follow is the first of them.
    sorted.sort_by_key(|(line, _)| *line);
    sorted.into_iter().map(|(_, hit)| hit).collect()
}
