//! Why a file is not safe for a secret, or for the command that prints it.
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
    /// Another user owns it.
    #[error("it belongs to another user")]
    Owner,
    /// Others may read or write it.
    #[error("others on this machine can read or change it (its mode is {0:04o})")]
    Mode(u32),
    /// Others may write it, whether or not they may read it.
    #[error("others on this machine can change it (its mode is {0:04o})")]
    Writable(u32),
}

/// Whether a file may hold a secret, and whether a command in it may be run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Exposures {
    /// Why it must not hold a secret.
    pub(crate) of_secret: Option<Exposure>,
    /// Why no command in it is run: somebody else may have written it there.
    pub(crate) of_command: Option<Exposure>,
}

/// How a path was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reached {
    /// The path is the file itself.
    Directly,
    /// The path is a link to it.
    ByLink,
}

impl Exposures {
    /// Judges a file by its mode, by its owner and by the user who runs the program.
    pub(crate) fn of(reached: Reached, mode: u32, owner: u32, user: u32) -> Self {
        let mode = mode & 0o777;
        let of_owner = (owner != user).then_some(Exposure::Owner);
        let by_link = (reached == Reached::ByLink).then_some(Exposure::Link);
        let by_mode = (mode & 0o077 != 0).then_some(Exposure::Mode(mode));
        let writable = (mode & 0o022 != 0).then_some(Exposure::Writable(mode));
        Self {
            of_secret: by_link.or(of_owner).or(by_mode),
            // A link leads to a file that is judged by itself, so it may name a command.
            of_command: of_owner.or(writable),
        }
    }
}

impl Exposure {
    /// What to do about it.
    pub(crate) fn next_step(self, file: &Path) -> String {
        match self {
            Self::Mode(_) => format!("run: chmod 600 {}", quoted(file)),
            Self::Writable(_) => format!("run: chmod go-w {}", quoted(file)),
            Self::Owner => format!("run: chown \"$USER\" {}", quoted(file)),
            Self::Link => {
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
    fn a_command_needs_a_file_that_nobody_else_could_have_written() {
        let of = |mode, owner| Exposures::of(Reached::Directly, mode, owner, 1000).of_command;
        for mode in [0o600, 0o644, 0o444, 0o755, 0o100_644] {
            assert_eq!(of(mode, 1000), None, "{mode:o}");
        }
        for mode in [0o620, 0o602, 0o664, 0o666] {
            assert_eq!(of(mode, 1000), Some(Exposure::Writable(mode)), "{mode:o}");
        }
        assert_eq!(of(0o600, 1001), Some(Exposure::Owner));
        let linked = Exposures::of(Reached::ByLink, 0o644, 1000, 1000);
        assert_eq!(linked.of_command, None);
        let step = Exposure::Writable(0o664).next_step(Path::new("/home/ana/c.toml"));
        assert_eq!(step, "run: chmod go-w /home/ana/c.toml");
    }

    #[test]
    fn a_secret_needs_a_file_that_nobody_else_can_even_read() {
        let of = |reached, mode, owner| Exposures::of(reached, mode, owner, 1000).of_secret;
        let direct = Reached::Directly;
        assert_eq!(of(direct, 0o100_600, 1000), None);
        assert_eq!(of(direct, 0o100_640, 1000), Some(Exposure::Mode(0o640)));
        assert_eq!(of(direct, 0o600, 1001), Some(Exposure::Owner));
        assert_eq!(of(Reached::ByLink, 0o600, 1000), Some(Exposure::Link));
    }

    #[test]
    fn modes_are_said_as_chmod_takes_them() {
        assert!(Exposure::Mode(0o44).to_string().contains("0044"));
    }
}
