//! The letters that members, kinds of clients and closed sets are kept under, and back.
//!
//! They are in the files of everybody: a letter never gets another meaning.

use crate::domain::facts::{ClientKind, Member, Set};

/// The letter of a plain member, and its name if it has one.
pub(super) fn letter_of(member: &Member) -> Option<(char, &str)> {
    Some(match member {
        Member::UserId => ('u', ""),
        Member::NoUserId => ('0', ""),
        Member::GivenName => ('g', ""),
        Member::Surname => ('s', ""),
        Member::Email => ('e', ""),
        Member::SignedUpAt => ('t', ""),
        Member::AvatarUrl => ('a', ""),
        Member::ConversationStarted => ('c', ""),
        Member::ProfileField(name) => ('f', name),
        Member::Other(name) => ('o', name),
        Member::Property(name) => ('p', name),
        Member::Identity(name) => ('i', name),
        Member::Client(..) | Member::SameClient(..) => return None,
    })
}

pub(super) fn member_of(letter: char, name: &str) -> Option<Member> {
    Some(match (letter, name) {
        ('u', "") => Member::UserId,
        ('0', "") => Member::NoUserId,
        ('g', "") => Member::GivenName,
        ('s', "") => Member::Surname,
        ('e', "") => Member::Email,
        ('t', "") => Member::SignedUpAt,
        ('a', "") => Member::AvatarUrl,
        ('c', "") => Member::ConversationStarted,
        ('f', name) => Member::ProfileField(name.into()),
        ('o', name) => Member::Other(name.into()),
        ('p', name) => Member::Property(name.into()),
        ('i', name) => Member::Identity(name.into()),
        _ => return None,
    })
}

pub(super) const fn kind_letter(kind: ClientKind) -> &'static str {
    match kind {
        ClientKind::Channel => "c",
        ClientKind::Pending => "p",
        ClientKind::Install => "i",
        ClientKind::Sdk => "s",
    }
}

pub(super) fn kind_of(letter: &str) -> Option<ClientKind> {
    use ClientKind::{Channel, Install, Pending, Sdk};
    [Channel, Pending, Install, Sdk]
        .into_iter()
        .find(|kind| kind_letter(*kind) == letter)
}

pub(super) const fn closed_code(set: &Set) -> &'static str {
    match set {
        Set::Version1 => "1",
        Set::Version2 => "2",
        Set::Profile => "f",
        Set::Properties => "p",
        Set::Identities => "i",
        Set::Clients(ClientKind::Channel) => "kc",
        Set::Clients(ClientKind::Pending) => "kp",
        Set::Clients(ClientKind::Install) => "ki",
        Set::Clients(ClientKind::Sdk) => "ks",
        Set::RemovedClient(_) => "r",
    }
}

pub(super) fn closed_of(code: &str) -> Option<Set> {
    Some(match code {
        "1" => Set::Version1,
        "2" => Set::Version2,
        "f" => Set::Profile,
        "p" => Set::Properties,
        "i" => Set::Identities,
        _ => Set::Clients(kind_of(code.strip_prefix('k')?)?),
    })
}
