//! How much a report counts beside what is known: by its time, its source, and how much of the user
//! each of the two covers.

use super::{Portion, Source};

/// When something was reported, and by which source; the greater of two is the later one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    /// In milliseconds since 1970.
    pub at: i64,
    /// By which source.
    pub source: Source,
}

/// What a report was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// JSON of the user.
    Record,
    /// A row of a table that the business keeps.
    Row,
    /// An event of a webhook.
    Event,
}

/// What decides how much a report counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// When it was made, and by which source.
    pub key: Key,
    /// How much of the user it covers.
    pub portion: Portion,
    /// What it was read from.
    pub form: Form,
}

/// What decides how much reports count beside what is known of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    /// When the user was last confirmed, and by which source.
    pub key: Key,
    /// How much of the user is known.
    pub portion: Portion,
    /// When the newest list was made, if that is later: lists report a part, and confirm nothing
    /// else.
    pub list_at: Option<i64>,
}

/// How much a report counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    /// It is no older than what is known: its values replace known ones.
    Replaces,
    /// It is older, or about an id that was merged away: it adds what is missing.
    Adds,
    /// It is older than a report of the whole user: what is missing there no longer exists.
    Nothing,
}

/// What becomes of the copy of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Joining {
    /// It stays as it is.
    Stays,
    /// The report takes its place; facts that outlive a whole report are carried over.
    Replaced,
    /// The report is older but covers everything: what is known is laid over it.
    LaidOver,
    /// The report's facts join it, with the report's weight.
    Joined,
}

impl Stamp {
    /// Whether it comes from a list of some facts about some users. The API need not know such facts
    /// at all.
    const fn is_list(&self) -> bool {
        matches!(self.portion, Portion::Part) && !matches!(self.form, Form::Event)
    }

    /// Whether the same line, met again, confirms everything that is known. A line that covers less
    /// must not seem to; rows of tables are known to cover a part without reading them.
    pub(crate) fn covers(&self, known: Portion) -> bool {
        self.portion >= known || self.form == Form::Row
    }
}

impl Weight {
    /// The same for a report about an id that was merged away.
    #[must_use]
    pub(crate) const fn of_discarded(self) -> Self {
        match self {
            Self::Replaces | Self::Adds => Self::Adds,
            Self::Nothing => Self::Nothing,
        }
    }
}

impl Standing {
    /// Weighs a report by its age. The API's answer always counts.
    pub(crate) fn weigh(&self, report: &Stamp) -> Weight {
        let known_at = if report.is_list() {
            self.list_at.unwrap_or(self.key.at).max(self.key.at)
        } else {
            self.key.at
        };
        if report.key.source == Source::Api || report.key.at >= known_at {
            Weight::Replaces
        } else if self.portion == Portion::Whole && !report.is_list() {
            Weight::Nothing
        } else {
            Weight::Adds
        }
    }

    /// Whether the report's `userId` is looked at. Where everything is known, an older report has
    /// no say in it.
    pub(crate) fn hears_user_id(&self, weight: Weight) -> bool {
        !(weight == Weight::Adds && self.portion == Portion::Whole)
    }

    /// What becomes of the copy.
    pub(crate) fn joining(&self, report: &Stamp, weight: Weight) -> Joining {
        match (report.portion, weight) {
            (_, Weight::Nothing) => Joining::Stays,
            (Portion::Whole, Weight::Replaces) => Joining::Replaced,
            (Portion::Whole, Weight::Adds) if report.portion > self.portion => Joining::LaidOver,
            _ => Joining::Joined,
        }
    }

    /// When and by which source the user counts as confirmed after a report. A report of a part
    /// says nothing about the rest; one of more than was known dates all of it.
    pub(crate) fn confirmed_by(&self, report: &Stamp) -> Key {
        let is_more = report.portion > self.portion;
        let is_same = report.portion == self.portion;
        if is_more || is_same && report.key.at >= self.key.at {
            report.key
        } else {
            self.key
        }
    }

    /// When the newest list was made after a report, if that is later than `confirmed`.
    pub(crate) fn list_at_after(
        &self,
        report: &Stamp,
        weight: Weight,
        confirmed: Key,
    ) -> Option<i64> {
        let newest = match weight {
            Weight::Replaces if report.is_list() => report.key.at,
            _ => self.key.at,
        };
        let newest = self.list_at.map_or(newest, |at| at.max(newest));
        (newest > confirmed.at).then_some(newest)
    }
}

/// The `userId` after a report: one of the whole user without a `userId` means that there is none.
pub(crate) fn user_id_after<'u>(
    known: Option<&'u str>,
    reported: Option<&'u str>,
    portion: Portion,
    weight: Weight,
) -> Option<&'u str> {
    match weight {
        Weight::Replaces if portion == Portion::Whole => reported,
        Weight::Replaces => reported.or(known),
        Weight::Adds => known.or(reported),
        Weight::Nothing => known,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Portion::{Ids, Part, Whole};
    use Source::{Api, File, Webhook};
    use Weight::{Adds, Nothing, Replaces};

    fn known(at: i64, portion: Portion, list_at: Option<i64>) -> Standing {
        Standing {
            key: Key { at, source: File },
            portion,
            list_at,
        }
    }

    fn report(at: i64, source: Source, portion: Portion, form: Form) -> Stamp {
        Stamp {
            key: Key { at, source },
            portion,
            form,
        }
    }

    #[test]
    fn later_keys_are_greater_and_the_api_wins_among_equals() {
        let key = |at, source| Key { at, source };
        assert!(key(2, File) > key(1, Api));
        assert!(key(1, Api) > key(1, Webhook) && key(1, Webhook) > key(1, File));
    }

    #[test]
    fn age_decides_and_the_api_always_counts() {
        let whole = known(10, Whole, None);
        for (at, source, portion, form, weight) in [
            (10, File, Whole, Form::Record, Replaces),
            (9, Api, Whole, Form::Record, Replaces),
            (9, File, Whole, Form::Record, Nothing),
            (9, Webhook, Part, Form::Event, Nothing),
            (9, File, Part, Form::Row, Adds),
        ] {
            let stamp = report(at, source, portion, form);
            assert_eq!(whole.weigh(&stamp), weight, "{stamp:?}");
        }
        let part = known(10, Part, None);
        assert_eq!(part.weigh(&report(9, File, Whole, Form::Record)), Adds);
    }

    #[test]
    fn lists_are_weighed_against_newer_lists_too() {
        let known = known(10, Whole, Some(20));
        assert_eq!(known.weigh(&report(15, File, Part, Form::Row)), Adds);
        assert_eq!(known.weigh(&report(20, File, Part, Form::Row)), Replaces);
        assert_eq!(
            known.weigh(&report(15, Webhook, Part, Form::Event)),
            Replaces
        );
    }

    #[test]
    fn a_part_never_confirms_the_whole() {
        let whole = known(10, Whole, None);
        let row = report(30, File, Part, Form::Row);
        let confirmed = whole.confirmed_by(&row);
        assert_eq!(confirmed, whole.key);
        assert_eq!(whole.list_at_after(&row, Replaces, confirmed), Some(30));
        let answer = report(30, Api, Whole, Form::Record);
        assert_eq!(whole.confirmed_by(&answer), answer.key);
        // More of a user than was known is as old as the report of it.
        let older = report(5, File, Whole, Form::Record);
        assert_eq!(known(10, Part, None).confirmed_by(&older), older.key);
    }

    #[test]
    fn a_newer_whole_report_replaces_and_an_older_one_is_laid_under() {
        let part = known(10, Part, None);
        let older = report(5, File, Whole, Form::Record);
        assert_eq!(part.joining(&older, part.weigh(&older)), Joining::LaidOver);
        let newer = report(15, File, Whole, Form::Record);
        assert_eq!(part.joining(&newer, part.weigh(&newer)), Joining::Replaced);
        let row = report(15, File, Part, Form::Row);
        assert_eq!(part.joining(&row, part.weigh(&row)), Joining::Joined);
        let whole = known(10, Whole, None);
        assert_eq!(whole.joining(&older, whole.weigh(&older)), Joining::Stays);
    }

    #[test]
    fn only_a_whole_report_takes_a_user_id_away() {
        for (portion, weight, expected) in [
            (Whole, Replaces, None),
            (Part, Replaces, Some("known")),
            (Whole, Adds, Some("known")),
            (Ids, Nothing, Some("known")),
        ] {
            let after = user_id_after(Some("known"), None, portion, weight);
            assert_eq!(after, expected, "{portion:?} {weight:?}");
        }
        assert_eq!(user_id_after(None, Some("new"), Part, Adds), Some("new"));
        assert_eq!(user_id_after(None, Some("new"), Part, Nothing), None);
        assert!(!known(10, Whole, None).hears_user_id(Adds));
        assert!(known(10, Part, None).hears_user_id(Adds));
    }

    #[test]
    fn a_line_stands_for_what_it_covers() {
        assert!(report(1, File, Whole, Form::Record).covers(Whole));
        assert!(!report(1, File, Part, Form::Record).covers(Whole));
        assert!(report(1, File, Part, Form::Row).covers(Whole));
    }
}
