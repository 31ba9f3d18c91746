//! A home of one's own, files with dates, and what the program then prints.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::SystemTime;

use jiff::Timestamp;
use serde_json::Value;
use smooch_console::directory::store::{Store, StoreOptions};
use smooch_console::domain::{AppId, KnownUser, LookupId};
use smooch_console::lookup::load_known;
use smooch_console::search::{Request, search_once};
use tempfile::TempDir;

pub const APP: &str = "5f0a00000000000000000001";

/// A file that can be imported.
#[derive(Debug, Clone, Copy)]
pub struct File<'t> {
    pub name: &'t str,
    pub date: &'t str,
    pub text: &'t str,
}

pub const fn file<'t>(name: &'t str, date: &'t str, text: &'t str) -> File<'t> {
    File { name, date, text }
}

/// The text of an input that once ended wrong.
macro_rules! given {
    ($name:literal) => {
        include_str!(concat!("../fixtures/cases/", $name))
    };
}
pub(crate) use given;

/// A home and no network.
pub struct Desk {
    home: TempDir,
}

impl Desk {
    pub fn new() -> Self {
        Self {
            home: TempDir::new().unwrap(),
        }
    }

    /// A home in which files were imported in this order.
    pub fn with(files: &[File<'_>]) -> Self {
        let desk = Self::new();
        for file in files {
            desk.import(file);
        }
        desk
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// The program, to be started with more than arguments.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_smooch-console"));
        command
            .env_clear()
            .env("HOME", self.home.path())
            .env("XDG_DATA_HOME", self.home.path())
            .env("SMOOCH_APP_ID", APP)
            .current_dir(self.home.path())
            .args(arguments);
        command
    }

    /// The folder that the program runs in.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Writes a file as old as it should be.
    pub fn write(&self, file: &File<'_>) {
        let path = self.home.path().join(file.name);
        std::fs::write(&path, file.text).unwrap();
        let date: Timestamp = file.date.parse().unwrap();
        let written = std::fs::File::options().append(true).open(path).unwrap();
        written.set_modified(SystemTime::from(date)).unwrap();
    }

    /// Imports a file; what the program counted.
    pub fn import(&self, file: &File<'_>) -> Value {
        self.write(file);
        let run = self.run(&["import", "--json", file.name]);
        serde_json::from_slice(&run.stdout).unwrap_or_default()
    }

    /// The ids of the users that a query finds.
    pub fn ids(&self, query: &str) -> Vec<String> {
        let known = load_known(&self.store()).unwrap();
        let request = Request::new(query, Timestamp::now(), 100);
        let results = search_once(&known.snapshot(), &request);
        let hits = results.hits.iter();
        let mut ids: Vec<String> = hits.map(|hit| hit.entry.id.expose().to_owned()).collect();
        ids.sort();
        ids
    }

    /// Asserts how many each of several queries finds.
    pub fn finds(&self, expected: &[(&str, usize)]) {
        for (query, count) in expected {
            assert_eq!(self.ids(query).len(), *count, "{query}");
        }
    }

    /// Asserts how many each of several queries finds, as the program prints it.
    pub fn prints(&self, expected: &[(&str, usize)]) {
        for (query, count) in expected {
            let run = self.run(&["search", "--json", "--", query]);
            let record: Value = serde_json::from_slice(&run.stdout)
                .unwrap_or_else(|_| panic!("{query}: {}", String::from_utf8_lossy(&run.stderr)));
            assert_eq!(record["hits"].as_array().unwrap().len(), *count, "{query}");
        }
    }

    pub fn store(&self) -> Store {
        let data = self.home.path().join("smooch-console");
        Store::open(StoreOptions::new(
            data,
            "https://api.smooch.io/",
            AppId::new(APP),
        ))
        .unwrap()
    }

    pub fn find(&self, id: &str) -> Option<KnownUser> {
        self.store().find(&LookupId::new(id)).unwrap()
    }

    /// The person with this id.
    pub fn person(&self, id: &str) -> KnownUser {
        self.find(id).unwrap_or_else(|| panic!("{id} is not known"))
    }

    pub fn email(&self, id: &str) -> Option<String> {
        let email = self.person(id).user.email;
        email.map(|email| email.expose().to_owned())
    }

    pub fn user_id(&self, id: &str) -> Option<String> {
        let user_id = self.person(id).user.user_id;
        user_id.map(|user_id| user_id.expose().to_owned())
    }

    /// A value of custom data.
    pub fn property(&self, id: &str, name: &str) -> Option<String> {
        let user = self.person(id).user;
        let mut found = user.properties.0.iter();
        let (_, value) = found.find(|(its, _)| its.expose() == name)?;
        match value {
            smooch_console::domain::Scalar::Text(text) => Some(text.expose().to_owned()),
            other => Some(format!("{other:?}")),
        }
    }

    /// The platforms by which the person is reached.
    pub fn platforms(&self, id: &str) -> Vec<String> {
        let clients = self.person(id).user.clients;
        let mut platforms: Vec<String> = clients
            .iter()
            .map(|client| client.platform.0.expose().to_owned())
            .collect();
        platforms.sort();
        platforms
    }

    /// The folder in which the app's files are.
    pub fn folder(&self) -> PathBuf {
        let data = self.home.path().join("smooch-console");
        StoreOptions::new(data, "https://api.smooch.io/", AppId::new(APP)).folder()
    }
}

/// Imports the files in every order, each time into a home of its own, and then the first of them
/// once more.
pub fn in_every_order(files: &[File<'_>], check: impl Fn(&Desk)) {
    each_order(files.len(), &mut |order| {
        let desk = Desk::new();
        let mut arguments = vec!["import"];
        for index in order.iter().chain(&order[..1]) {
            desk.write(&files[*index]);
            arguments.push(files[*index].name);
        }
        desk.run(&arguments);
        let checked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| check(&desk)));
        if let Err(failed) = checked {
            eprintln!("{arguments:?}");
            std::panic::resume_unwind(failed);
        }
    });
}

fn each_order(count: usize, take: &mut dyn FnMut(&[usize])) {
    fn go(order: &mut Vec<usize>, count: usize, take: &mut dyn FnMut(&[usize])) {
        if order.len() == count {
            return take(order);
        }
        for next in 0..count {
            if !order.contains(&next) {
                order.push(next);
                go(order, count, take);
                order.pop();
            }
        }
    }
    go(&mut Vec::new(), count, take);
}

/// A call of a v1.1 webhook.
pub fn v11(trigger: &str, rest: &str) -> String {
    format!(r#"{{"trigger":"{trigger}","app":{{"_id":"{APP}"}},"version":"v1.1",{rest}}}"#) + "\n"
}

/// A call of a v2 webhook with one event.
pub fn v2(kind: &str, at: &str, payload: &str) -> String {
    format!(
        r#"{{"app":{{"id":"{APP}"}},"webhook":{{"id":"w","version":"v2"}},"events":[{{"id":"e","type":"{kind}","createdAt":"{at}","payload":{payload}}}]}}"#
    ) + "\n"
}

/// A line of `get --json`.
pub fn answer(fetched_at: &str, api: &str, raw: &str) -> String {
    format!(
        r#"{{"schema":"smooch-console/user/1","matched_by":"_id","api":"{api}","fetched_at":"{fetched_at}","raw":{raw}}}"#
    ) + "\n"
}

/// A line with all that a user of v1.1 has; `rest` comes beside the ids.
pub fn whole(id: &str, rest: &str) -> String {
    let comma = if rest.is_empty() { "" } else { "," };
    let mut line = format!(r#"{{"_id":"{id}"{comma}{rest},"conversationStarted":true"#);
    for (name, empty) in [
        ("properties", "{}"),
        ("clients", "[]"),
        ("pendingClients", "[]"),
    ] {
        if !rest.contains(&format!("\"{name}\"")) {
            line += ",\"";
            line += name;
            line += "\":";
            line += empty;
        }
    }
    line + "}\n"
}
