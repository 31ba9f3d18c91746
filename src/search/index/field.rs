//! What a searched field is.

use crate::search::query::HitField;

/// What a field is; the byte before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    Name = 1,
    Email = 2,
    UserId = 3,
    /// A `userId` of random digits: scattered characters are not looked for in it.
    RandomUserId = 4,
    /// An `_id` that is not 24 hexadecimal digits.
    OddId = 5,
    ChannelName = 6,
    ExternalId = 7,
    /// The digits of an external id that is a phone number.
    Phone = 8,
    /// The digits of an external id that may be a phone number.
    Number = 9,
    /// The digits of a name that is written as a phone number; its text is a field too.
    NamePhone = 10,
    /// The same for a channel's name.
    ChannelNamePhone = 11,
    /// The digits of custom data that is a phone number.
    PropertyPhone = 12,
    /// The digits of a `userId` that is written as a phone number; its text is a field too.
    UserIdPhone = 13,
}

impl Kind {
    const ALL: [Self; 13] = [
        Self::Name,
        Self::Email,
        Self::UserId,
        Self::RandomUserId,
        Self::OddId,
        Self::ChannelName,
        Self::ExternalId,
        Self::Phone,
        Self::Number,
        Self::NamePhone,
        Self::ChannelNamePhone,
        Self::PropertyPhone,
        Self::UserIdPhone,
    ];

    pub(super) fn of_byte(byte: u8) -> Option<Self> {
        Self::ALL.get(usize::from(byte).checked_sub(1)?).copied()
    }

    pub(crate) const fn hit_field(self) -> HitField {
        match self {
            Self::Name | Self::NamePhone => HitField::Name,
            Self::Email => HitField::Email,
            Self::UserId | Self::RandomUserId | Self::UserIdPhone => HitField::UserId,
            Self::OddId => HitField::SmoochId,
            Self::ChannelName | Self::ChannelNamePhone => HitField::ChannelName,
            Self::ExternalId | Self::Phone | Self::Number => HitField::ExternalId,
            Self::PropertyPhone => HitField::Property,
        }
    }

    /// Whether the field holds only the digits of what is shown.
    pub(crate) const fn is_digits(self) -> bool {
        matches!(
            self,
            Self::Phone
                | Self::Number
                | Self::NamePhone
                | Self::ChannelNamePhone
                | Self::PropertyPhone
                | Self::UserIdPhone
        )
    }

    /// Whether scattered characters mean something in the field.
    pub(crate) const fn is_fuzzy(self) -> bool {
        matches!(
            self,
            Self::Name | Self::Email | Self::UserId | Self::ChannelName
        )
    }
}

/// One searched field of a record.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field<'a> {
    /// Its position among the record's fields.
    pub ordinal: u8,
    pub kind: Kind,
    pub folded: &'a str,
}
