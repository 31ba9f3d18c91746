//! The proxy that the environment names, checked before anything is sent.
//!
//! In: the variables that lead to a proxy for https. Out: the first of them that is set and cannot
//! be used. The HTTP library passes such a variable over and connects directly, which a network that
//! requires the proxy answers with a timeout that nobody can explain. Values are never repeated,
//! because they may hold a password.

use std::ffi::OsString;

use url::Url;

use crate::domain::UsageFault;

/// The variables, in the order of the HTTP library: the second pair counts only without the first,
/// and of each pair the second one only if the first is not set.
const VARIABLES: [[&str; 2]; 2] = [["HTTPS_PROXY", "https_proxy"], ["ALL_PROXY", "all_proxy"]];

/// Checks the proxy for https that a lookup of variables gives, if it gives one.
pub(super) fn check_proxy(find: impl Fn(&str) -> Option<OsString>) -> Result<(), UsageFault> {
    for pair in VARIABLES {
        let set = pair
            .into_iter()
            .find_map(|name| Some((name, find(name)?)))
            .filter(|(_, value)| !value.is_empty());
        if let Some((variable, value)) = set {
            let checked = value.to_str().ok_or("it is not valid UTF-8");
            let checked = checked.and_then(check_address);
            return checked.map_err(|why| UsageFault::BadProxy { variable, why });
        }
    }
    Ok(())
}

/// Takes what the HTTP library takes: a host with perhaps a port, a scheme and credentials.
fn check_address(value: &str) -> Result<(), &'static str> {
    if !value.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("it has blanks, control characters or letters outside of ASCII");
    }
    let (scheme, rest) = value.split_once("://").unwrap_or(("http", value));
    if !["http", "https"].contains(&scheme.to_ascii_lowercase().as_str()) {
        return Err("its scheme is neither http nor https");
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let place = match authority.split_once('@') {
        Some((_, place)) if place.contains('@') => {
            return Err("its user name or password has an @, which has to be written as %40");
        }
        Some((_, place)) => place,
        None => authority,
    };
    let is_place = !place.is_empty() && Url::parse(&format!("http://{place}/")).is_ok();
    if is_place {
        Ok(())
    } else {
        Err("it names no host, or no valid port")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(variables: &[(&str, &str)]) -> Option<(&'static str, &'static str)> {
        let find = |name: &str| {
            let found = variables.iter().find(|(set, _)| *set == name);
            found.map(|(_, value)| OsString::from(value))
        };
        match check_proxy(find) {
            Err(UsageFault::BadProxy { variable, why }) => Some((variable, why)),
            _ => None,
        }
    }

    #[test]
    fn proxies_as_people_write_them_are_accepted() {
        for value in [
            "",
            "proxy",
            "proxy:3128",
            "http://proxy.example:3128",
            "http://proxy.example:3128/",
            "HTTPS://proxy.example",
            "http://ana:s3cret@proxy.example:3128",
            "http://ana:p%40ss@10.0.0.1:80",
            "http://[::1]:3128",
        ] {
            assert_eq!(refused(&[("HTTPS_PROXY", value)]), None, "{value}");
        }
        assert_eq!(refused(&[]), None);
    }

    #[test]
    fn what_the_library_would_pass_over_is_refused() {
        for (value, why) in [
            ("http://", "names no host"),
            (":3128", "names no host"),
            ("http://proxy:99999", "no valid port"),
            ("http://proxy:port", "no valid port"),
            ("http://ana:s3cret@", "names no host"),
            ("http://ana:p@ss@proxy:3128", "%40"),
            ("socks5://proxy:1080", "scheme"),
            ("htp://proxy:3128", "scheme"),
            ("http://pro xy:3128", "blanks"),
            (" http://proxy:3128", "blanks"),
            ("http://pröxy:3128", "ASCII"),
        ] {
            let said = refused(&[("HTTPS_PROXY", value)]);
            assert!(
                said.is_some_and(|(name, said)| name == "HTTPS_PROXY" && said.contains(why)),
                "{value}: {said:?}"
            );
        }
    }

    #[test]
    fn only_the_variable_that_would_be_used_is_checked() {
        let (good, bad) = ("http://proxy:3128", "http://");
        for (variables, refusal) in [
            (vec![("HTTPS_PROXY", good), ("ALL_PROXY", bad)], None),
            (vec![("HTTPS_PROXY", good), ("https_proxy", bad)], None),
            (vec![("HTTP_PROXY", bad)], None),
            (vec![("https_proxy", bad)], Some("https_proxy")),
            (vec![("all_proxy", bad)], Some("all_proxy")),
            (
                vec![("HTTPS_PROXY", ""), ("ALL_PROXY", bad)],
                Some("ALL_PROXY"),
            ),
        ] {
            let said = refused(&variables).map(|(name, _)| name);
            assert_eq!(said, refusal, "{variables:?}");
        }
    }
}
