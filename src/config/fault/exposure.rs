//! Why a file is not safe for a secret.
//!
//! In: what the system says about the file. Out: words, and the command that fixes it. Nothing is
//! fixed here.

use std::path::Path;

use thiserror::Error;

/// How others could come to read or change a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum Exposure {
    /// The path leads somewhere else.
    #[error("the path is a link")]
    Link,
    /// A pipe, a device, a folder.
    #[error("it is not a regular file")]
    NoFile,
    /// Another user owns it.
    #[error("it belongs to another user")]
    Owner,
    /// Others may read or write it.
    #[error("others on this machine can read or change it (its mode is {0:04o})")]
    Mode(u32),
}

impl Exposure {
    /// What to do about it.
    pub(crate) fn next_step(self, file: &Path) -> String {
        match self {
            Self::Mode(_) => format!("run: chmod 600 {}", quoted(file)),
            Self::Owner => format!("run: chown \"$USER\" {}", quoted(file)),
            Self::Link | Self::NoFile => {
                "put a file of its own there, or keep the secret elsewhere and name the command \
                 that prints it: secret_command = [\"pass\", \"show\", \"smooch\"]"
                    .to_owned()
            }
        }
    }
}

/// The path as a shell takes it.
fn quoted(file: &Path) -> String {
    let path = file.display().to_string();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+,:@".contains(c);
    if path.chars().all(is_plain) && !path.starts_with('-') {
        path
    } else {
        format!("-- '{}'", path.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_can_be_run_as_printed() {
        let step = |path: &str| Exposure::Mode(0o644).next_step(Path::new(path));
        assert_eq!(step("/home/ana/c.toml"), "run: chmod 600 /home/ana/c.toml");
        assert_eq!(
            step("/my files/it's"),
            "run: chmod 600 -- '/my files/it'\\''s'"
        );
        assert_eq!(step("-R"), "run: chmod 600 -- '-R'");
    }

    #[test]
    fn modes_are_said_as_chmod_takes_them() {
        assert!(Exposure::Mode(0o44).to_string().contains("0044"));
    }
}
