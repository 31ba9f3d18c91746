//! What common exports call their columns, in six languages.
//!
//! In: the text of a header's cell. Out: the field that it names, and how clearly. A name that is
//! not here is custom data.

use crate::domain::ColumnField;
use crate::search::names_phones;
use crate::text::fold;

/// A field that a column's name leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Named {
    /// This field; of several columns for one field, the lowest rank has it.
    Field(ColumnField, usize),
    /// Merely `id`: its values say whether it is an `_id`.
    BareId,
    /// A phone number, which is custom data that is searched as a number.
    Phone,
    /// Custom data.
    Other,
}

/// Names of the `_id` beside `_id` itself.
const ID: [&str; 4] = ["smoochid", "appuserid", "sunshineid", "smoochappuserid"];

const USER_ID: [&str; 30] = [
    "userid",
    "externalid",
    "externaluserid",
    "customerid",
    "usuarioid",
    "nutzerid",
    "benutzerid",
    "externeid",
    "kundenid",
    "kundennummer",
    "idexterne",
    "identifiantexterne",
    "identifiantutilisateur",
    "idutilisateur",
    "idclient",
    "numeroclient",
    "idexterno",
    "identificadorexterno",
    "idusuario",
    "iddeusuario",
    "idcliente",
    "numerodecliente",
    "gebruikersid",
    "gebruikerid",
    "klantid",
    "klantnummer",
    "kundennr",
    "klantnr",
    "iddousuario",
    "iddocliente",
];

const GIVEN_NAME: [&str; 12] = [
    "givenname",
    "firstname",
    "forename",
    "vorname",
    "prenom",
    "nombredepila",
    "primernombre",
    "nomeproprio",
    "primeironome",
    "voornaam",
    "rufname",
    "first",
];

const SURNAME: [&str; 17] = [
    "surname",
    "lastname",
    "familyname",
    "nachname",
    "familienname",
    "zuname",
    "nomdefamille",
    "apellidos",
    "apellido",
    "primerapellido",
    "sobrenome",
    "apelido",
    "ultimonome",
    "achternaam",
    "familienaam",
    "cognome",
    "last",
];

const NAME: [&str; 27] = [
    "fullname",
    "firstandlastname",
    "kundenname",
    "vorundnachname",
    "nometprenom",
    "prenometnom",
    "nomeesobrenome",
    "nomeeapelido",
    "voorenachternaam",
    "klantnaam",
    "displayname",
    "name",
    "vollstandigername",
    "vollername",
    "anzeigename",
    "nomcomplet",
    "nom",
    "nombrecompleto",
    "nombreyapellidos",
    "nombreyapellido",
    "nombre",
    "nomecompleto",
    "nome",
    "volledigenaam",
    "weergavenaam",
    "naam",
    "fileas",
];

const EMAIL: [&str; 32] = [
    "email",
    "mail",
    "emailaddress",
    "mailaddress",
    "email1address",
    "emailid",
    "primaryemail",
    "emailprimary",
    "emailadresse",
    "mailadresse",
    "adresseemail",
    "adressemail",
    "adressedemessagerie",
    "adresseelectronique",
    "adressecourriel",
    "courriel",
    "courrierelectronique",
    "correo",
    "correoelectronico",
    "direcciondecorreoelectronico",
    "direcciondecorreo",
    "direccionemail",
    "enderecodeemail",
    "enderecodecorreioeletronico",
    "correioeletronico",
    "correioelectronico",
    "emailadres",
    "mailadres",
    "emailwork",
    "workemail",
    "businessemail",
    "personalemail",
];

/// What follows the name of the first of several values in the exports of address books.
const VALUES: [&str; 5] = ["value", "wert", "valeur", "valor", "waarde"];

/// What stands before a member where JSON was made flat.
const PATHS: [&str; 8] = [
    "appUser.",
    "appUser/",
    "appUsers.",
    "user.",
    "user/",
    "users.",
    "profile.",
    "profile/",
];

/// Whose name, e-mail or phone a column says it holds.
const OWNERS: [&str; 12] = [
    "contact", "customer", "user", "client", "lead", "person", "kunde", "kunden", "kontakt",
    "contacto", "cliente", "klant",
];

/// Takes the path off a member's name.
pub(super) fn without_path(mut text: &str) -> &str {
    while let Some(rest) = PATHS.iter().find_map(|path| text.strip_prefix(path)) {
        text = rest;
    }
    // The mark of Salesforce's own fields.
    text.strip_suffix("__c").unwrap_or(text)
}

/// The letters and digits of a name, without case and accents.
pub(super) fn plain(text: &str) -> String {
    fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The words of a name, without case and accents; `firstName` has two.
fn words(text: &str) -> Vec<String> {
    let mut apart = String::with_capacity(text.len() + 4);
    let mut was_lower = false;
    for c in text.chars() {
        if was_lower && c.is_uppercase() {
            apart.push(' ');
        }
        was_lower = c.is_lowercase();
        apart.push(c);
    }
    let apart = fold(&apart);
    let words = apart.split(|c: char| !c.is_alphanumeric());
    words
        .filter(|it| !it.is_empty())
        .map(str::to_owned)
        .collect()
}

/// What a column's name says that it holds.
pub(super) fn named(text: &str) -> Named {
    let text = without_path(text);
    if text == "_id" {
        return Named::Field(ColumnField::Id, 0);
    }
    let plain = plain(text);
    if plain == "id" {
        return Named::BareId;
    }
    let known = |text: &str| {
        let of = |names: &[&str], field: ColumnField| {
            let rank = names.iter().position(|name| *name == text)?;
            Some(Named::Field(field, rank + 1))
        };
        of(&GIVEN_NAME, ColumnField::GivenName)
            .or_else(|| of(&SURNAME, ColumnField::Surname))
            .or_else(|| of(&NAME, ColumnField::Name))
            .or_else(|| of(&EMAIL, ColumnField::Email))
    };
    let ids = |names: &[&str], field| {
        let rank = names.iter().position(|name| *name == plain)?;
        Some(Named::Field(field, rank + 1))
    };
    let plain_fields = || match plain.as_str() {
        "avatarurl" => Some(Named::Field(ColumnField::AvatarUrl, 1)),
        "signedupat" => Some(Named::Field(ColumnField::SignedUpAt, 1)),
        "conversationstarted" => Some(Named::Field(ColumnField::ConversationStarted, 1)),
        _ => None,
    };
    let words = words(text);
    let first_value = || match words.as_slice() {
        [name @ .., number, value] if number == "1" && VALUES.contains(&value.as_str()) => {
            Some(name.concat())
        }
        _ => None,
    };
    let without_owner = || {
        let (first, rest) = words.split_first()?;
        // What a user logs in with is no name.
        let is_owner = OWNERS.contains(&first.as_str()) && plain != "username";
        (is_owner && !rest.is_empty()).then(|| rest.concat())
    };
    ids(&ID, ColumnField::Id)
        .or_else(|| ids(&USER_ID, ColumnField::UserId))
        .or_else(plain_fields)
        .or_else(|| known(&plain))
        .or_else(|| known(&first_value()?))
        .or_else(|| known(&without_owner()?))
        .or_else(|| names_phones(text).then_some(Named::Phone))
        .unwrap_or(Named::Other)
}

/// What a column with a whole name really holds, given whether others hold the given name and the
/// surname: beside a `Vorname`, a column `Name` is the surname.
pub(super) fn beside(text: &str, has: Parts<'_>) -> ColumnField {
    let is = |one: &str, other: &str| {
        plain(without_path(text)) == one && has.given.is_some_and(|given| plain(given) == other)
    };
    let is_surname = is("name", "vorname") || is("nom", "prenom") || is("naam", "voornaam");
    let is_given = has.surname.is_some()
        && has.given.is_none()
        && ["nombre", "nome"].contains(&plain(without_path(text)).as_str());
    match has.surname {
        None if is_surname => ColumnField::Surname,
        Some(_) if is_given => ColumnField::GivenName,
        _ => ColumnField::Name,
    }
}

/// The names of the columns with the parts of a name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parts<'t> {
    pub(super) given: Option<&'t str>,
    pub(super) surname: Option<&'t str>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(text: &str) -> Option<ColumnField> {
        match named(text) {
            Named::Field(field, _) => Some(field),
            _ => None,
        }
    }

    #[test]
    fn headers_of_common_exports_are_known() {
        use ColumnField::{Email, GivenName, Id, Name, Surname, UserId};
        for (field_of, texts) in [
            (Id, &["_id", "Smooch ID", "appUserId", "appUser._id"][..]),
            (
                UserId,
                &[
                    "user_id",
                    "External_ID__c",
                    "user.externalId",
                    "Kundennummer",
                    "Kunden-Nr.",
                    "Kundennr",
                    "ID do usuário",
                ],
            ),
            (
                GivenName,
                &["First Name", "Given Name", "Vorname", "Prénom", "Voornaam"],
            ),
            (
                Surname,
                &[
                    "Last Name",
                    "Family Name",
                    "Nachname",
                    "Apellidos",
                    "Achternaam",
                    "Sobrenome",
                ],
            ),
            (
                Name,
                &[
                    "Name",
                    "Full Name",
                    "Display Name",
                    "Nom complet",
                    "Contact Name",
                    "Nome",
                ],
            ),
            (
                Email,
                &[
                    "E-mail 1 - Value",
                    "E-Mail 1 – Wert",
                    "Correo electrónico 1 - Valor",
                    "E-mail Address",
                    "E-Mail-Adresse",
                    "Courriel",
                    "Correo electrónico",
                    "E-mailadres",
                    "Customer Email",
                    "profile.email",
                ],
            ),
        ] {
            for text in texts {
                assert_eq!(field(text).as_ref(), Some(&field_of), "{text}");
            }
        }
    }

    #[test]
    fn numbers_are_known_and_what_is_only_about_them_is_not() {
        for text in [
            "phone",
            "Phone 1 - Value",
            "Mobile Phone",
            "mobilePhone",
            "phone_number",
            "Téléphone",
            "Teléfono móvil",
            "Telefon geschäftlich",
            "Handy",
            "Telemóvel",
            "WhatsApp Phone Number",
        ] {
            assert_eq!(named(text), Named::Phone, "{text}");
        }
        for text in [
            "Phone 1 - Type",
            "Mobile OS",
            "phone_verified",
            "Cellar",
            "plan",
        ] {
            assert_eq!(named(text), Named::Other, "{text}");
        }
    }

    #[test]
    fn an_id_of_another_system_is_no_id() {
        assert_eq!(named("ID"), Named::BareId);
        assert_eq!(named("user.id"), Named::BareId);
        for text in [
            "Record ID",
            "Contact ID",
            "Zendesk ID",
            "Username",
            "User Name",
        ] {
            assert_eq!(named(text), Named::Other, "{text}");
        }
    }

    #[test]
    fn beside_a_part_of_the_name_the_rest_is_the_other_part() {
        let parts = |given, surname| Parts { given, surname };
        for (text, has, field) in [
            ("Name", parts(Some("Vorname"), None), ColumnField::Surname),
            ("Nom", parts(Some("Prénom"), None), ColumnField::Surname),
            (
                "Nombre",
                parts(None, Some("Apellidos")),
                ColumnField::GivenName,
            ),
            ("Name", parts(Some("First Name"), None), ColumnField::Name),
            (
                "Name",
                parts(Some("Vorname"), Some("Nachname")),
                ColumnField::Name,
            ),
            ("Nombre", parts(None, None), ColumnField::Name),
        ] {
            assert_eq!(beside(text, has), field, "{text} {has:?}");
        }
    }
}
