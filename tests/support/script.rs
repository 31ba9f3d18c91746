//! Plays a string of keys on the console: the real `update`, the real client over HTTP, the real
//! sandbox, the real drawing; only the terminal and the clock are played. Runs until no effect is
//! left; timers fire only when the script says so.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::missing_panics_doc
)]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use crossterm::event::{KeyCode, KeyModifiers};
use futures_util::FutureExt;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use smooch_console::api::{ApiSettings, ApiV11, parse_base_url};
use smooch_console::console::effect::{Effect, TerminalEffect};
use smooch_console::console::keymap::{Key, Keymap};
use smooch_console::console::layout::Size;
use smooch_console::console::msg::{Msg, Stamped, Timer};
use smooch_console::console::runtime::world::{Connected, World};
use smooch_console::console::state::{Clock, Directory, State};
use smooch_console::console::theme::Theme;
use smooch_console::console::update::update;
use smooch_console::console::view;
use smooch_console::directory::store::{StoreHandle, StoreOptions};
use smooch_console::domain::{ApiVersion, AppId, Connection, Region, SmoochId, Stage, Untrusted};
use smooch_console::sandbox::{Sandbox, SandboxOptions};

/// The moment at which every script is played.
pub const NOW: &str = "2026-03-04T12:41:00Z";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

/// A console that is played.
pub struct Script {
    /// What the screen is drawn from.
    pub state: State,
    /// The server that answers.
    pub sandbox: Arc<Sandbox>,
    world: World,
    /// Timers that were asked for and have not fired.
    timers: Vec<Timer>,
    /// What was copied, in order.
    pub copied: Vec<String>,
    /// Whether the console has ended.
    pub ended: bool,
}

impl Script {
    /// Opens the console on a fresh sandbox and waits until nothing is under way.
    pub async fn start(width: u16, height: u16) -> Self {
        let mut script = Self::before_first_frame(width, height).await;
        script.tell(Msg::Started).await;
        let connected = script.world.connect().await;
        script.tell(connected).await;
        script
    }

    /// The console before anything has happened.
    pub async fn before_first_frame(width: u16, height: u16) -> Self {
        let sandbox = Arc::new(Sandbox::start(SandboxOptions::at(now())).await.unwrap());
        let settings = ApiSettings::new(
            parse_base_url(sandbox.base_url()).unwrap(),
            AppId::new(sandbox.app_id()),
            sandbox.key_id().to_owned(),
            sandbox.secret().into(),
        );
        Self::with(sandbox, settings, Stage::Sandbox, width, height)
    }

    /// A console on a server of which one thing or another is different.
    pub fn with(
        sandbox: Arc<Sandbox>,
        settings: ApiSettings,
        stage: Stage,
        width: u16,
        height: u16,
    ) -> Self {
        let connection = Connection {
            app_label: Untrusted::from(sandbox.app_name()),
            app_id: settings.app_id.clone(),
            region: if stage == Stage::Sandbox {
                Region::Sandbox
            } else {
                Region::Eu
            },
            base_url: Untrusted::from("https://api.example.org"),
            api: ApiVersion::V11,
            key_id: Untrusted::from("app_5f1e"),
            key_source: Untrusted::from("SMOOCH_KEY_SECRET"),
            stage,
        };
        let known_ids = match stage {
            Stage::Sandbox => sandbox.user_ids().into_iter().map(SmoochId::new).collect(),
            _ => Vec::new(),
        };
        let told = connection.clone();
        let connecting = async move {
            let api = Arc::new(ApiV11::new(settings)?);
            Ok(Connected {
                api,
                connection: told,
                known_ids,
                kept: None,
            })
        };
        let clock = Clock::new(now(), TimeZone::UTC);
        let size = Size { width, height };
        let keymap = Keymap::built_in().unwrap();
        let shown = State::new(connection, keymap, size, clock);
        let world = World::new(connecting.boxed(), now);
        Self {
            state: shown,
            sandbox,
            world,
            timers: Vec::new(),
            copied: Vec::new(),
            ended: false,
        }
    }

    /// The same console, which remembers in a folder.
    pub fn remembering(mut self, options: StoreOptions) -> Self {
        self.world = self.world.remembering(StoreHandle::open(options).unwrap());
        self.state.directory = Directory::Reading;
        self
    }

    /// Brings back what is remembered, and connects.
    pub async fn open(&mut self) {
        self.tell(Msg::Started).await;
        let said = Mutex::new(Vec::new());
        self.world
            .recall(|msg| said.lock().unwrap().push(msg))
            .await;
        for msg in said.into_inner().unwrap() {
            self.tell(msg).await;
        }
        let connected = self.world.connect().await;
        self.tell(connected).await;
    }

    /// Closes the directory once everything that was learnt is written.
    pub fn close(&self) {
        self.world.close();
    }

    /// Something happens; everything that follows from it is carried out.
    pub async fn tell(&mut self, msg: Msg) {
        let mut waiting = VecDeque::from([msg]);
        while let Some(msg) = waiting.pop_front() {
            for effect in update(&mut self.state, Stamped { at: now(), msg }) {
                waiting.extend(self.carry_out(effect).await);
            }
        }
    }

    async fn carry_out(&mut self, effect: Effect) -> Vec<Msg> {
        let said = Mutex::new(Vec::new());
        let say = |msg| said.lock().unwrap().push(msg);
        match effect {
            Effect::Terminal(TerminalEffect::Quit) => self.ended = true,
            Effect::Terminal(TerminalEffect::CopyText { what, text }) => {
                self.copied.push(text);
                say(Msg::Copied { what, error: None });
            }
            Effect::Terminal(TerminalEffect::Suspend | TerminalEffect::Redraw)
            | Effect::Cancel(_) => {}
            Effect::Wake { timer, .. } => self.timers.push(timer),
            Effect::Search { ticket, text, most } => {
                self.world.search(ticket, text, most, &say).await;
            }
            Effect::Ask(ask) => self.world.ask_api(ask, say).await,
            Effect::Directory(effect) => self.world.use_directory(effect, say).await,
        }
        said.into_inner().unwrap()
    }

    /// Presses keys, written as `/mara<enter>` or `<ctrl-d>`.
    pub async fn keys(&mut self, keys: &str) {
        for key in parse_keys(keys) {
            self.tell(Msg::KeyPressed(key)).await;
        }
    }

    /// Pastes text in one piece.
    pub async fn paste(&mut self, text: &str) {
        self.tell(Msg::Pasted(text.to_owned())).await;
    }

    /// Lets every timer that was asked for fire once.
    pub async fn rest(&mut self) {
        for timer in std::mem::take(&mut self.timers) {
            self.tell(Msg::TimerFired(timer)).await;
        }
    }

    /// Gives the terminal another size.
    pub async fn resize(&mut self, width: u16, height: u16) {
        self.tell(Msg::Resized { width, height }).await;
    }

    /// Draws the screen.
    pub fn draw(&self) -> (Buffer, Option<Position>) {
        let Size { width, height } = self.state.size;
        let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
        let cursor = view::draw(&mut buffer, &self.state, Theme::Ansi);
        (buffer, cursor)
    }

    /// The characters on the screen, a line each, blanks at the end of lines cut.
    pub fn screen(&self) -> String {
        let (buffer, _) = self.draw();
        text_of(&buffer)
    }
}

/// The characters of a buffer. A cell that a wide character covers has none of its own.
pub fn text_of(buffer: &Buffer) -> String {
    let width = usize::from(buffer.area.width.max(1));
    let mut text = String::new();
    for line in buffer.content().chunks(width) {
        let mut row = String::new();
        let mut covered = 0;
        for cell in line {
            if covered > 0 {
                covered -= 1;
                continue;
            }
            row.push_str(cell.symbol());
            covered = unicode_width::UnicodeWidthStr::width(cell.symbol()).saturating_sub(1);
        }
        text.push_str(row.trim_end());
        text.push('\n');
    }
    text
}

fn parse_keys(keys: &str) -> Vec<Key> {
    let mut parsed = Vec::new();
    let mut rest = keys;
    while let Some(c) = rest.chars().next() {
        if let Some((name, after)) = rest.strip_prefix('<').and_then(|r| r.split_once('>')) {
            parsed.push(named_key(name));
            rest = after;
        } else {
            parsed.push(Key::new(KeyCode::Char(c), KeyModifiers::NONE));
            rest = &rest[c.len_utf8()..];
        }
    }
    parsed
}

fn named_key(name: &str) -> Key {
    let (modifiers, name) = match name.strip_prefix("ctrl-") {
        Some(name) => (KeyModifiers::CONTROL, name),
        None => (KeyModifiers::NONE, name),
    };
    let code = match name {
        "enter" => KeyCode::Enter,
        "esc" => KeyCode::Esc,
        "tab" => KeyCode::Tab,
        "backtab" => KeyCode::BackTab,
        "backspace" => KeyCode::Backspace,
        "up" => KeyCode::Up,
        "down" => KeyCode::Down,
        "pgup" => KeyCode::PageUp,
        "pgdn" => KeyCode::PageDown,
        "home" => KeyCode::Home,
        "end" => KeyCode::End,
        "f1" => KeyCode::F(1),
        other => KeyCode::Char(other.chars().next().expect("a key has a name")),
    };
    Key::new(code, modifiers)
}
