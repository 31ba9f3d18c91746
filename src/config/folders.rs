//! Where the program's own files lie, by the rules of the XDG base directories.
//!
//! In: three variables. Out: a folder for settings and one for logs, or none when there is not
//! even a home. Nothing is created or looked at here.

use std::ffi::OsString;
use std::path::PathBuf;

/// The program's folder below each of the base directories.
const OWN: &str = "smooch-console";

/// The folders of the program.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folders {
    /// Holds `config.toml` and `keymap.toml`.
    pub config: Option<PathBuf>,
    /// Holds logs.
    pub state: Option<PathBuf>,
}

/// The variables that say where base directories are.
#[derive(Debug, Default)]
pub(super) struct BaseDirectories {
    pub(super) home: Option<OsString>,
    pub(super) config_home: Option<OsString>,
    pub(super) state_home: Option<OsString>,
}

impl BaseDirectories {
    pub(super) fn folders(&self) -> Folders {
        let below_home = |path: &str| Some(absolute(self.home.as_ref())?.join(path));
        let own = |base: Option<PathBuf>| Some(base?.join(OWN));
        Folders {
            config: own(absolute(self.config_home.as_ref()).or_else(|| below_home(".config"))),
            state: own(absolute(self.state_home.as_ref()).or_else(|| below_home(".local/state"))),
        }
    }
}

/// A relative path would depend on where the program was started, so the rules ignore it.
fn absolute(value: Option<&OsString>) -> Option<PathBuf> {
    value.map(PathBuf::from).filter(|path| path.is_absolute())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn folders(home: &str, config_home: &str, state_home: &str) -> Folders {
        let given = |value: &str| (!value.is_empty()).then(|| OsString::from(value));
        BaseDirectories {
            home: given(home),
            config_home: given(config_home),
            state_home: given(state_home),
        }
        .folders()
    }

    #[test]
    fn folders_lie_below_the_home_unless_said() {
        let found = folders("/home/ana", "", "");
        assert_eq!(
            found.config.unwrap().to_str(),
            Some("/home/ana/.config/smooch-console")
        );
        assert_eq!(
            found.state.unwrap().to_str(),
            Some("/home/ana/.local/state/smooch-console")
        );
    }

    #[test]
    fn each_variable_moves_its_own_folder() {
        let found = folders("/home/ana", "/c", "/s");
        assert_eq!(found.config.unwrap().to_str(), Some("/c/smooch-console"));
        assert_eq!(found.state.unwrap().to_str(), Some("/s/smooch-console"));
    }

    #[test]
    fn relative_paths_are_ignored_and_without_a_home_there_is_nothing() {
        assert_eq!(
            folders("/home/ana", "here", "."),
            folders("/home/ana", "", "")
        );
        assert_eq!(folders("", "", ""), Folders::default());
        assert_eq!(folders("home", "", ""), Folders::default());
    }
}
