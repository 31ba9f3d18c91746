//! The world of the sandbox: its apps, and for each its people, files and settings.
//!
//! In: a seed and a time. Out: the same world every time, and the changes that requests make to
//! it. Its time stands still. It knows nothing about HTTP.

use serde_json::{Map, Value, json};

use super::auth::Keyring;
use super::chance::Chance;
use super::channels::integration_id;
use super::crowd::Crowd;
use super::files::Files;
use super::naming::UnnamedUsers;
use super::population::{Population, Script};
use super::writing::Pen;

const APP: &str = include_str!("../../assets/sandbox/app.json");
const INTEGRATIONS: &str = include_str!("../../assets/sandbox/integrations.json");

/// What a world derives from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Origin {
    /// The source of all ids and other draws.
    pub seed: u64,
    /// The time, in unix milliseconds.
    pub now: i64,
    /// How many people are added to the scripted ones.
    pub crowd: u64,
    /// How messages name a user without a name.
    pub unnamed: UnnamedUsers,
}

/// Everything that the sandbox knows.
#[derive(Debug)]
pub(crate) struct World {
    /// What it derives from.
    pub origin: Origin,
    /// The apps, the one with people first.
    pub apps: Vec<App>,
    /// The keys that give access.
    pub keys: Keyring,
    /// How many apps requests have created.
    pub apps_made: u64,
}

/// One app and everything in it.
#[derive(Debug)]
pub(crate) struct App {
    /// The `app` object.
    pub facts: Map<String, Value>,
    /// Its people.
    pub people: Population,
    /// Its channels.
    pub integrations: Vec<Map<String, Value>>,
    /// Its webhooks.
    pub webhooks: Vec<Map<String, Value>>,
    /// Its uploads.
    pub files: Files,
    origin: Origin,
    id: String,
    made: u64,
}

impl World {
    /// Builds the world as it is before the first request.
    pub(crate) fn build(origin: Origin) -> Result<Self, serde_json::Error> {
        let id = Chance::about(origin.seed, "app").hex(24);
        let mut facts: Map<String, Value> = serde_json::from_str(APP)?;
        if let Some(settings) = facts.get_mut("settings") {
            settings["useAnimalNames"] = json!(origin.unnamed == UnnamedUsers::Animal);
        }
        let script = Script::parse(origin.seed, Crowd::new(origin.seed, origin.crowd)?)?;
        let mut app = App::new(origin, id, facts, Some(script));
        app.integrations = serde_json::from_str(INTEGRATIONS)?;
        for integration in &mut app.integrations {
            let platform = integration.get("type").and_then(Value::as_str);
            let id = integration_id(origin.seed, platform.unwrap_or_default());
            integration.shift_insert(0, "_id".to_owned(), json!(id));
        }
        Ok(Self {
            keys: Keyring::of_seed(origin.seed, app.id()),
            origin,
            apps: vec![app],
            apps_made: 0,
        })
    }

    /// The id of the app with people in it.
    pub(crate) fn first_app_id(&self) -> String {
        self.apps
            .first()
            .map(|app| app.id.clone())
            .unwrap_or_default()
    }

    /// What the uploads of all apps take, in bytes.
    pub(crate) fn uploaded(&self) -> usize {
        self.apps.iter().map(|app| app.files.size()).sum()
    }

    /// The app with that id.
    pub(crate) fn app(&mut self, id: &str) -> Option<&mut App> {
        self.apps.iter_mut().find(|app| app.id == id)
    }
}

impl App {
    /// An app without channels or webhooks.
    pub(crate) fn new(
        origin: Origin,
        id: String,
        mut facts: Map<String, Value>,
        script: Option<Script>,
    ) -> Self {
        facts.shift_insert(0, "_id".to_owned(), json!(id));
        Self {
            people: Population::new(origin.seed, origin.now, origin.unnamed, script),
            facts,
            integrations: Vec::new(),
            webhooks: Vec::new(),
            files: Files::default(),
            origin,
            id,
            made: 0,
        }
    }

    /// Its id.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Whether a setting is on.
    pub(crate) fn is_set(&self, setting: &str) -> bool {
        let settings = self.facts.get("settings");
        settings.and_then(|settings| settings.get(setting)) == Some(&json!(true))
    }

    /// Everything needed to write new messages.
    pub(crate) fn pen(&self) -> Pen {
        Pen {
            seed: self.origin.seed,
            now: self.origin.now,
            unnamed: if self.is_set("useAnimalNames") {
                UnnamedUsers::Animal
            } else {
                UnnamedUsers::Placeholder
            },
        }
    }

    /// The draws for the next thing that a request creates in the app.
    pub(crate) fn next_chance(&mut self, about: &str) -> Chance {
        self.made += 1;
        let about = format!("{about} {} {}", self.id, self.made);
        Chance::about(self.origin.seed, &about)
    }
}
