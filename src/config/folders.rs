//! Where the program's own files lie, by the rules of the XDG base directories.
//!
//! In: four variables. Out: folders for settings, for what is known and for logs, or none when
//! there is not even a home. Nothing is created or looked at here.

use std::ffi::OsString;
use std::path::PathBuf;

/// The program's folder below each of the base directories.
const OWN: &str = "smooch-console";

/// The folders of the program.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Folders {
    /// Holds `config.toml` and `keymap.toml`.
    pub config: Option<PathBuf>,
    /// Holds what is known of the users of each app.
    pub data: Option<PathBuf>,
    /// Holds logs.
    pub state: Option<PathBuf>,
}

/// The variables that say where base directories are.
#[derive(Debug, Default)]
pub(super) struct BaseDirectories {
    pub(super) home: Option<OsString>,
    pub(super) config_home: Option<OsString>,
    pub(super) data_home: Option<OsString>,
    pub(super) state_home: Option<OsString>,
}

impl BaseDirectories {
    pub(super) fn folders(&self) -> Folders {
        let below_home = |path: &str| Some(absolute(self.home.as_ref())?.join(path));
        let own = |base: Option<PathBuf>| Some(base?.join(OWN));
        Folders {
            config: own(absolute(self.config_home.as_ref()).or_else(|| below_home(".config"))),
            data: own(absolute(self.data_home.as_ref()).or_else(|| below_home(".local/share"))),
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

    fn folders(home: &str, [config_home, data_home, state_home]: [&str; 3]) -> Folders {
        let given = |value: &str| (!value.is_empty()).then(|| OsString::from(value));
        BaseDirectories {
            home: given(home),
            config_home: given(config_home),
            data_home: given(data_home),
            state_home: given(state_home),
        }
        .folders()
    }

    #[test]
    fn folders_lie_below_the_home_unless_said() {
        let found = folders("/home/ana", [""; 3]);
        assert_eq!(
            found.config.unwrap().to_str(),
            Some("/home/ana/.config/smooch-console")
        );
        assert_eq!(
            found.data.unwrap().to_str(),
            Some("/home/ana/.local/share/smooch-console")
        );
        assert_eq!(
            found.state.unwrap().to_str(),
            Some("/home/ana/.local/state/smooch-console")
        );
    }

    #[test]
    fn each_variable_moves_its_own_folder() {
        let found = folders("/home/ana", ["/c", "/d", "/s"]);
        assert_eq!(found.config.unwrap().to_str(), Some("/c/smooch-console"));
        assert_eq!(found.data.unwrap().to_str(), Some("/d/smooch-console"));
        assert_eq!(found.state.unwrap().to_str(), Some("/s/smooch-console"));
    }

    #[test]
    fn relative_paths_are_ignored_and_without_a_home_there_is_nothing() {
        assert_eq!(
            folders("/home/ana", ["here", ".", "x/y"]),
            folders("/home/ana", [""; 3])
        );
        assert_eq!(folders("", [""; 3]), Folders::default());
        assert_eq!(folders("home", [""; 3]), Folders::default());
    }
}
