//! A home to run the program in, and the search for canaries in its files.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::server::{APP_ID, Server};

/// An empty home, and a file of settings outside of it.
pub struct Site {
    home: TempDir,
    settings: TempDir,
}

impl Site {
    /// Settings with one app, where `line` sets the secret.
    pub fn with_app(server: &Server, line: &str) -> Self {
        let site = Self {
            home: TempDir::new().unwrap(),
            settings: TempDir::new().unwrap(),
        };
        let text = format!(
            "[apps.acme]\nbase_url = \"{}\"\napp_id = \"{}\"\nkey_id = \"app_1\"\n{line}\n",
            server.base_url(),
            APP_ID
        );
        fs::write(site.config(), text).unwrap();
        fs::set_permissions(site.config(), fs::Permissions::from_mode(0o600)).unwrap();
        site
    }

    pub fn config(&self) -> PathBuf {
        self.settings.path().join("config.toml")
    }

    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// The program, in this home.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(super::PROGRAM);
        command
            .env_clear()
            .env("HOME", self.home())
            .env("XDG_CONFIG_HOME", self.settings.path().join("nothing"))
            .env("XDG_STATE_HOME", self.home().join("state"))
            .env("XDG_DATA_HOME", self.home().join("data"))
            .env("XDG_CACHE_HOME", self.home().join("cache"))
            .current_dir(self.home())
            .arg("--config")
            .arg(self.config())
            .args(arguments);
        command
    }

    /// The whole log.
    pub fn log(&self) -> String {
        log_below(self.home())
    }
}

/// The text of all logs below a folder.
pub fn log_below(folder: &Path) -> String {
    let mut log = String::new();
    visit(folder, &mut |path| {
        if path.extension().is_some_and(|extension| extension == "log") {
            log.push_str(&fs::read_to_string(path).unwrap());
        }
    });
    log
}

/// Lists everything below a folder, without the folder itself.
pub fn visit(folder: &Path, see: &mut impl FnMut(&Path)) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        see(&path);
        if path.is_dir() {
            visit(&path, see);
        }
    }
}

/// Fails if a file below `folder`, or its name, contains one of the canaries.
pub fn find_in_files(folder: &Path, canaries: &[&str]) {
    visit(folder, &mut |path| {
        assert_clean(path.as_os_str().as_encoded_bytes(), canaries);
        if path.is_file() {
            assert_clean(&fs::read(path).unwrap(), canaries);
        }
    });
}

/// The same, but for the files below another folder.
pub fn find_in_files_outside(folder: &Path, but: &Path, canaries: &[&str]) {
    visit(folder, &mut |path| {
        if path.is_file() && !path.starts_with(but) {
            assert_clean(&fs::read(path).unwrap(), canaries);
        }
    });
}

/// Whether a file below `folder` contains the canary.
pub fn holds(folder: &Path, canary: &str) -> bool {
    let mut found = false;
    visit(folder, &mut |path| {
        found |= path.is_file() && {
            let bytes = fs::read(path).unwrap();
            String::from_utf8_lossy(&bytes).contains(canary)
        };
    });
    found
}

/// Fails if the bytes contain one of the canaries, in any form in which it could leak.
pub fn assert_clean(bytes: &[u8], canaries: &[&str]) {
    let text = String::from_utf8_lossy(bytes);
    for canary in canaries {
        for form in [
            (*canary).to_owned(),
            canary.replace(' ', "%20").replace('@', "%40"),
            base64("app_1:", canary),
        ] {
            assert!(!text.contains(&form), "{form} is in:\n{text}");
        }
    }
}

/// Encoded as in HTTP Basic credentials.
fn base64(key: &str, secret: &str) -> String {
    use base64::Engine as _;
    base64::prelude::BASE64_STANDARD.encode(format!("{key}{secret}"))
}
