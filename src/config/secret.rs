//! The key's secret, or the way to it.
//!
//! In: what the environment or the file says. Out: a secret, when somebody needs it and not
//! before. Neither the secret nor the words of a command are ever put into text.

mod command;

use std::fmt;

use secrecy::SecretString;

pub(crate) use command::{COMMAND_LIMIT, SecretError};

use super::Origin;
use command::SecretCommand;

/// The key's secret, or the way to it, and where that was found.
#[derive(Debug, Clone)]
pub(crate) struct KeySecret {
    way: Way,
    origin: Origin,
}

#[derive(Clone)]
enum Way {
    Known(SecretString),
    Command(SecretCommand),
}

impl fmt::Debug for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Known(_) => "Known",
            Self::Command(_) => "Command",
        })
    }
}

impl KeySecret {
    /// A secret that is known already.
    pub(crate) fn known(secret: SecretString, origin: Origin) -> Self {
        let way = Way::Known(secret);
        Self { way, origin }
    }

    pub(super) fn of_command(argv: Vec<String>, origin: Origin) -> Self {
        let way = Way::Command(SecretCommand::new(argv));
        Self { way, origin }
    }

    /// Whether it was found in plain text.
    pub(super) fn is_known(&self) -> bool {
        matches!(self.way, Way::Known(_))
    }

    /// Where the secret, or the command, was found.
    pub(crate) fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The secret. It may run a command, so it may take [`COMMAND_LIMIT`]: not for the UI's
    /// thread.
    pub(crate) fn fetch(&self) -> Result<SecretString, SecretError> {
        match &self.way {
            Way::Known(secret) => Ok(secret.clone()),
            Way::Command(command) => command.run(COMMAND_LIMIT).map_err(|kind| SecretError {
                origin: self.origin.clone(),
                program: command.program().to_owned(),
                kind,
            }),
        }
    }
}
