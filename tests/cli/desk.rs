//! A place to run the program in: a sandbox, a home, and the results of a run.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Output, Stdio};

use assert_cmd::Command;
use jiff::Timestamp;
use serde_json::Value;
use smooch_console::sandbox::{RequestRecord, Sandbox, SandboxOptions};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// The sandbox's current time.
pub const NOW: &str = "2026-01-01T00:00:00Z";

/// A sandbox that serves while the program runs.
pub struct Desk {
    // Declared before the runtime, which must outlive it.
    sandbox: Sandbox,
    _runtime: Runtime,
    home: TempDir,
}

/// The results of a run.
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Desk {
    /// Starts its own sandbox.
    pub fn open() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let now: Timestamp = NOW.parse().unwrap();
        let sandbox = runtime
            .block_on(Sandbox::start(SandboxOptions::at(now)))
            .unwrap();
        Self {
            sandbox,
            _runtime: runtime,
            home: TempDir::new().unwrap(),
        }
    }

    /// The program, set up to reach the sandbox.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = bare_command(&self.home, arguments);
        command
            .env("SMOOCH_BASE_URL", self.sandbox.base_url())
            .env("SMOOCH_APP_ID", self.sandbox.app_id())
            .env("SMOOCH_KEY_ID", self.sandbox.key_id())
            .env("SMOOCH_KEY_SECRET", self.sandbox.secret());
        command
    }

    /// Runs the program to its end.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(&mut self.command(arguments))
    }

    /// Starts the program with pipes for its standard streams.
    pub fn spawn_piped(&self, arguments: &[&str]) -> Child {
        let prepared = self.command(arguments);
        std::process::Command::new(prepared.get_program())
            .args(prepared.get_args())
            .env_clear()
            .envs(
                prepared
                    .get_envs()
                    .filter_map(|(name, value)| Some((name, value?))),
            )
            .current_dir(self.home.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// The program without the variables that lead to the sandbox.
    pub fn bare(&self, arguments: &[&str]) -> Command {
        bare_command(&self.home, arguments)
    }

    /// The home of every run.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Writes `config.toml` where the program looks for it, readable only by its owner.
    pub fn write_config(&self, text: &str) -> PathBuf {
        self.write_setting("config.toml", text)
    }

    /// Writes a file beside `config.toml`.
    pub fn write_setting(&self, name: &str, text: &str) -> PathBuf {
        let folder = self.home().join(".config/smooch-console");
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        path
    }

    /// The settings of an app that leads to the sandbox; `secret` is the line about the secret.
    pub fn app_table(&self, name: &str, secret: &str) -> String {
        format!(
            "[apps.{name}]\nbase_url = \"{}\"\napp_id = \"{}\"\nkey_id = \"{}\"\n{secret}\n",
            self.sandbox.base_url(),
            self.sandbox.app_id(),
            self.sandbox.key_id(),
        )
    }

    /// The sandbox's own secret.
    pub fn secret(&self) -> &str {
        self.sandbox.secret()
    }

    /// The requests that the sandbox received.
    pub fn requests(&self) -> Vec<RequestRecord> {
        self.sandbox.requests()
    }

    /// Every user's `_id`.
    pub fn user_ids(&self) -> Vec<String> {
        self.sandbox.user_ids()
    }
}

impl Ran {
    /// Runs a command to its end.
    pub fn of(command: &mut Command) -> Self {
        let Output {
            status,
            stdout,
            stderr,
        } = command.output().unwrap();
        Self {
            code: status.code().expect("the program ended by itself"),
            stdout: String::from_utf8(stdout).unwrap(),
            stderr: String::from_utf8(stderr).unwrap(),
        }
    }

    /// The JSON documents on standard output, one per line.
    pub fn records(&self) -> Vec<Value> {
        self.stdout
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// The one JSON document of a run that succeeded.
    pub fn record(&self) -> Value {
        assert_eq!(self.code, 0, "{}", self.stderr);
        let mut records = self.records();
        assert_eq!(records.len(), 1, "{}", self.stdout);
        records.remove(0)
    }

    /// Standard error, after checking that it says what to do next.
    pub fn complaint(&self) -> &str {
        assert!(
            self.stderr.starts_with("smooch-console: "),
            "{}",
            self.stderr
        );
        assert!(self.stderr.contains("\n  next: "), "{}", self.stderr);
        &self.stderr
    }
}

/// The program in an empty environment.
pub fn bare_command(home: &TempDir, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_smooch-console"));
    command
        .env_clear()
        .env("HOME", home.path())
        .current_dir(home.path())
        .args(arguments);
    command
}

/// Runs the program in an empty environment.
pub fn run_bare(arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
    let home = TempDir::new().unwrap();
    let mut command = bare_command(&home, arguments);
    command.envs(variables.iter().copied());
    Ran::of(&mut command)
}

/// A port of this machine that is taken but where nobody listens, so that no other test can start
/// to serve there.
pub struct ClosedPort {
    pub base_url: String,
    _taken: (TcpListener, TcpStream),
}

impl ClosedPort {
    /// Takes the near end of a connection, because nobody can connect to that.
    pub fn take() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        Self {
            base_url: format!("http://{}", stream.local_addr().unwrap()),
            _taken: (listener, stream),
        }
    }
}
