//! The search box and its hits.

use crate::console::msg::Ticket;
use crate::console::text_box::TextBox;
use crate::domain::{LookupId, SmoochId};
use crate::search::{Asked, Entry, Hit, PAGE, Pasted, Rank, Results};

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
        }
    }
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

    /// Whether the hits belong to what the box says.
    pub fn is_settled(&self) -> bool {
        self.searching.is_none() && self.results.text == self.text()
    }

    /// Whether the row that offers a lookup is there: some text beside filters, and nobody known by
    /// it exactly.
    pub(crate) fn offers_lookup(&self) -> bool {
        let is_text = self.results.asked == Asked::Text && !self.text().trim().is_empty();
        is_text && self.exact_hit().is_none()
    }

    /// The user that the text names exactly.
    pub(crate) fn exact_hit(&self) -> Option<&Hit> {
        let first = self.results.hits.first();
        first.filter(|hit| self.results.names_whole(hit))
    }

    /// How many rows there are, those that offer lookups included.
    pub fn rows(&self) -> usize {
        let offers = self.results.offers.len() + usize::from(self.offers_lookup());
        self.results.hits.len() + offers
    }

    /// The position of the first id that was found in a pasted text. A text that may itself be an
    /// id comes before the ids in it; a longer line comes after them.
    fn first_offer(&self) -> usize {
        let is_before = self.results.pasted == Pasted::Id && self.offers_lookup();
        self.results.hits.len() + usize::from(is_before)
    }

    /// The position of the row that offers to look the text itself up.
    fn lookup_row(&self) -> usize {
        match self.results.pasted {
            Pasted::Id => self.results.hits.len(),
            Pasted::Line => self.results.hits.len() + self.results.offers.len(),
        }
    }

    /// The row that the cursor is on until the agent moves it. A user named by only a part of a
    /// text is not opened unasked if the whole may be another user's id.
    pub(crate) fn first_choice(&self) -> Option<Selection> {
        let first = self.results.hits.first();
        let is_part = first.is_some_and(|hit| {
            hit.rank == Some(Rank::Exact)
                && self.results.pasted == Pasted::Id
                && !self.results.names_whole(hit)
        });
        let row = if is_part { self.lookup_row() } else { 0 };
        self.selection_at(row)
    }

    /// The user under the cursor, if the text names them exactly.
    pub(crate) fn exact_under_cursor(&self) -> Option<&Hit> {
        let hit = self.results.hits.get(self.selected_row()?)?;
        self.results.names_whole(hit).then_some(hit)
    }

    /// The position of the selected row.
    pub fn selected_row(&self) -> Option<usize> {
        match self.selection.as_ref()? {
            Selection::User(id) => self.results.hits.iter().position(|hit| hit.entry.id == *id),
            Selection::Offer(id) => {
                let offer = self.results.offers.iter().position(|offer| offer == id)?;
                Some(self.first_offer() + offer)
            }
            Selection::LookUp => self.offers_lookup().then(|| self.lookup_row()),
        }
    }

    /// The selected user.
    pub(crate) fn selected_entry(&self) -> Option<&Entry> {
        let hit = self.results.hits.get(self.selected_row()?)?;
        Some(&hit.entry)
    }

    /// What is selected when the cursor is on a row.
    pub(crate) fn selection_at(&self, row: usize) -> Option<Selection> {
        if let Some(hit) = self.results.hits.get(row) {
            return Some(Selection::User(hit.entry.id.clone()));
        }
        if row == self.lookup_row() && self.offers_lookup() {
            return Some(Selection::LookUp);
        }
        let offer = row.checked_sub(self.first_offer())?;
        let id = self.results.offers.get(offer)?;
        Some(Selection::Offer(id.clone()))
    }
}
