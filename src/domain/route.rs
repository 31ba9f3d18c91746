//! Where things are in the API: paths by version, in which one id is one segment whatever it
//! holds (API document, section 0.3).
//!
//! In: ids as they were typed. Out: a path with each id encoded once, or why an id cannot be in a
//! path. It builds no host and no query.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{ApiVersion, AppId, IdFault, LookupId};

/// The longest id that the API takes, in characters.
const LONGEST_ID: usize = 1024;

/// Everything but the characters that need no encoding in a segment.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

impl ApiVersion {
    /// The path of an app.
    pub(crate) fn app_path(self, app: &AppId) -> Result<String, IdFault> {
        Ok(format!(
            "/{}/apps/{}",
            self.as_str(),
            encode_segment(app.expose())?
        ))
    }

    /// The path of a user, by either id.
    pub(crate) fn user_path(self, app: &AppId, user: &LookupId) -> Result<String, IdFault> {
        let users = match self {
            Self::V11 => "appusers",
            Self::V2 => "users",
        };
        let (app, user) = (self.app_path(app)?, encode_segment(user.expose())?);
        Ok(format!("{app}/{users}/{user}"))
    }
}

/// Encodes an id as one segment.
fn encode_segment(id: &str) -> Result<String, IdFault> {
    match id {
        "" => Err(IdFault::Empty),
        // Every URL library resolves these away, so that another resource would be asked for.
        "." | ".." => Err(IdFault::DotSegment),
        _ if id.chars().count() > LONGEST_ID => Err(IdFault::TooLong),
        _ => Ok(utf8_percent_encode(id, RESERVED).to_string()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use percent_encoding::percent_decode_str;
    use proptest::prelude::*;
    use url::Url;

    use super::*;

    #[test]
    fn ugly_ids_are_encoded_once() {
        for (id, segment) in [
            ("crm-000417", "crm-000417"),
            ("a/b?c#d", "a%2Fb%3Fc%23d"),
            ("../x", "..%2Fx"),
            ("100%", "100%25"),
            ("%2F", "%252F"),
            ("%2e%2e", "%252e%252e"),
            ("mara+work@example.org", "mara%2Bwork%40example.org"),
            ("ü", "%C3%BC"),
            ("a b", "a%20b"),
            ("\n", "%0A"),
            ("🦊", "%F0%9F%A6%8A"),
            ("!$&'()*,;=:", "%21%24%26%27%28%29%2A%2C%3B%3D%3A"),
            ("...", "..."),
            ("\\", "%5C"),
        ] {
            assert_eq!(encode_segment(id).unwrap(), segment);
        }
    }

    #[test]
    fn an_id_that_cannot_be_a_segment_is_refused() {
        assert_eq!(encode_segment(""), Err(IdFault::Empty));
        assert_eq!(encode_segment("."), Err(IdFault::DotSegment));
        assert_eq!(encode_segment(".."), Err(IdFault::DotSegment));
        assert_eq!(encode_segment(&"ü".repeat(1025)), Err(IdFault::TooLong));
        assert!(encode_segment(&"ü".repeat(1024)).is_ok());
    }

    #[test]
    fn each_version_has_its_paths() {
        let (app, user) = (AppId::new("a/1"), LookupId::new("m b"));
        for (version, app_path, user_path) in [
            (
                ApiVersion::V11,
                "/v1.1/apps/a%2F1",
                "/v1.1/apps/a%2F1/appusers/m%20b",
            ),
            (
                ApiVersion::V2,
                "/v2/apps/a%2F1",
                "/v2/apps/a%2F1/users/m%20b",
            ),
        ] {
            assert_eq!(version.app_path(&app).unwrap(), app_path);
            assert_eq!(version.user_path(&app, &user).unwrap(), user_path);
        }
        let nobody = LookupId::new("..");
        let refused = ApiVersion::V11.user_path(&app, &nobody);
        assert_eq!(refused, Err(IdFault::DotSegment));
    }

    proptest! {
        #[test]
        fn any_id_stays_one_segment_and_decodes_to_itself(id in any::<String>()) {
            let Ok(segment) = encode_segment(&id) else { return Ok(()) };
            let mut url = Url::parse("https://api.example/sc").unwrap();
            url.set_path(&format!("/sc/v1.1/apps/a/appusers/{segment}/messages"));
            let segments: Vec<&str> = url.path_segments().unwrap().collect();
            prop_assert_eq!(segments.len(), 7);
            prop_assert_eq!(percent_decode_str(segments[5]).decode_utf8().unwrap(), id);
            prop_assert!(url.query().is_none() && url.fragment().is_none());
        }
    }
}
