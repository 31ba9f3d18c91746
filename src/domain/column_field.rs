//! What a column of a file can become: the names by which an agent says it, and those in a report.

/// What a column of a table of users can become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnField {
    /// The `_id`.
    Id,
    /// `userId`, which v2 calls `externalId`.
    UserId,
    /// `givenName`.
    GivenName,
    /// `surname`.
    Surname,
    /// A name of which nobody says what is the given name and what the surname.
    Name,
    /// `email`.
    Email,
    /// `avatarUrl`.
    AvatarUrl,
    /// `signedUpAt`.
    SignedUpAt,
    /// `conversationStarted`.
    ConversationStarted,
    /// Custom data, under the column's own name unless another one is given.
    Property(Option<String>),
}

/// The names of all fields but custom data.
const NAMES: [(&str, ColumnField); 9] = [
    ("_id", ColumnField::Id),
    ("userId", ColumnField::UserId),
    ("givenName", ColumnField::GivenName),
    ("surname", ColumnField::Surname),
    ("name", ColumnField::Name),
    ("email", ColumnField::Email),
    ("avatarUrl", ColumnField::AvatarUrl),
    ("signedUpAt", ColumnField::SignedUpAt),
    ("conversationStarted", ColumnField::ConversationStarted),
];

/// What custom data is called, alone or before a dot and its name.
const PROPERTY: &str = "property";

/// What else may be written before the name of custom data.
const PREFIXES: [&str; 4] = ["property.", "properties.", "prop.", "metadata."];

impl ColumnField {
    /// Reads a field's name, in any case; `None` if there is no such field.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.eq_ignore_ascii_case(PROPERTY) {
            return Some(Self::Property(None));
        }
        let mut prefixes = PREFIXES.iter();
        let own = prefixes.find_map(|prefix| text.strip_prefix(prefix));
        if let Some(name) = own.filter(|name| !name.is_empty()) {
            return Some(Self::Property(Some(name.to_owned())));
        }
        // What v2 calls the same.
        let text = match text {
            "externalId" => "userId",
            other => other,
        };
        let mut names = NAMES.iter();
        let found = names.find(|(name, _)| name.eq_ignore_ascii_case(text));
        found.map(|(_, field)| field.clone())
    }

    /// The field's name; `None` for custom data.
    pub fn name(&self) -> Option<&'static str> {
        let mut names = NAMES.iter();
        let found = names.find(|(_, field)| field == self);
        found.map(|(name, _)| *name)
    }

    /// All names that [`Self::parse`] knows, for a person to choose from.
    pub fn accepted() -> String {
        let names: Vec<&str> = NAMES.iter().map(|(name, _)| *name).collect();
        format!("{}, {PROPERTY} or {PROPERTY}.NAME", names.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_to_its_field_and_back() {
        for (name, field) in NAMES {
            assert_eq!(ColumnField::parse(name).as_ref(), Some(&field));
            assert_eq!(
                ColumnField::parse(&name.to_uppercase()),
                Some(field.clone())
            );
            assert_eq!(field.name(), Some(name));
            assert!(ColumnField::accepted().contains(name));
        }
        let property = |name: &str| Some(ColumnField::Property(Some(name.to_owned())));
        assert_eq!(ColumnField::parse("prop.plan"), property("plan"));
        assert_eq!(ColumnField::parse("metadata.plan"), property("plan"));
        let own = ColumnField::Property(None);
        assert_eq!(ColumnField::parse("property"), Some(own.clone()));
        assert_eq!(own.name(), None);
        assert_eq!(ColumnField::parse("externalId"), Some(ColumnField::UserId));
        for wrong in ["", "nickname", "prop."] {
            assert_eq!(ColumnField::parse(wrong), None, "{wrong}");
        }
    }
}
