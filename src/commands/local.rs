//! The directory on this machine, opened for a command.
//!
//! In: the settings and the folder of the agent's data. Out: the open store; losses are reported.
//! Nothing here asks the API.

use super::failure::note;
use super::{Exit, Failure};
use crate::api::parse_base_url;
use crate::config::{
    self, ConfigError, Environment, Flags, Folders, Missing, Settings, gather_settings,
};
use crate::directory::store::{IdHasher, Keep, Repairs, Store, StoreError, StoreOptions};
use crate::domain::{AppId, Problem, UsageFault};
use crate::log;
use crate::text::SafeText;

/// Where the directory of the configured app is.
pub(super) fn resolve_store(
    environment: Environment,
    flags: Flags,
) -> Result<StoreOptions, Failure> {
    let folders = environment.folders();
    let gathered = gather_settings(environment, flags)?;
    let (Some(base_url), Some(app_id)) = (gathered.base_url, gathered.app_id) else {
        let missing = vec![Missing::AppId];
        return Err(ConfigError::Incomplete { missing }.into());
    };
    let url = parse_base_url(&base_url.value).map_err(|problem| {
        let why = match problem {
            Problem::Usage(UsageFault::BadBaseUrl { why, .. }) => format!(": {why}"),
            _ => String::new(),
        };
        Failure::new(
            Exit::Usage,
            format_args!("the base URL cannot be used{why}"),
            "set SMOOCH_BASE_URL or --base-url to where the API lives",
        )
    })?;
    let keep = keep_of(gathered.store.value);
    store_options(folders, url.as_str(), &app_id.value, keep).ok_or_else(no_home)
}

/// Where the app's users are remembered; `None` if there is no folder for them.
pub(super) fn store_of(folders: Folders, settings: &Settings) -> Option<StoreOptions> {
    let base_url = parse_base_url(&settings.base_url.value).ok()?;
    let keep = keep_of(settings.store.value);
    let app_id = &settings.app_id.value;
    store_options(folders, base_url.as_str(), app_id, keep)
}

/// Where the directory of an app is, and what it stores.
fn store_options(
    folders: Folders,
    base_url: &str,
    app_id: &str,
    keep: Keep,
) -> Option<StoreOptions> {
    // Away from the directory: who has only that cannot find out who was forgotten.
    let hasher = folders
        .state
        .map(|state| IdHasher::new(log::forgotten_hasher(state)));
    Some(StoreOptions {
        keep,
        hasher,
        ..StoreOptions::new(folders.data?, base_url, AppId::new(app_id))
    })
}

/// What the setting says to store.
const fn keep_of(store: config::Store) -> Keep {
    match store {
        config::Store::All => Keep::All,
        config::Store::Ids => Keep::Ids,
    }
}

pub(super) fn no_home() -> Failure {
    Failure::new(
        Exit::Failure,
        "there is no folder to keep the directory in: neither XDG_DATA_HOME nor HOME is set",
        "set HOME, or XDG_DATA_HOME to a folder of your own",
    )
}

/// Runs `act` on the open store. If damage shows, the damaged file is repaired and `act` runs again.
pub(super) fn with_store<T>(
    options: StoreOptions,
    mut act: impl FnMut(&mut Store) -> Result<T, StoreError>,
) -> Result<T, Failure> {
    let mut store = Store::open(options).map_err(|error| failure(&error))?;
    let mut repairs = Repairs::default();
    loop {
        tell_loss(&store);
        let done = act(&mut store);
        let Some(file) = repairs.due(&done) else {
            return done.map_err(|error| failure(&error));
        };
        let reopened = store.reopen_salvaged(file);
        store = reopened.map_err(|unrepaired| failure(&unrepaired.error))?;
    }
}

fn tell_loss(store: &Store) {
    if let Some(loss) = store.loss() {
        note(&SafeText::own(loss.words()));
    }
}

/// An error of the files, in a command's words.
pub(super) fn failure(error: &StoreError) -> Failure {
    Failure::new(Exit::Failure, error, error.next_step())
}
