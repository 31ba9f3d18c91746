//! Plays a string of keys on the console: the real `update`, dispatcher and executors, the real
//! client over HTTP, the real sandbox, the real drawing; only the terminal and the clock are
//! played. Runs until no effect is left; timers fire only when the script says so.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::missing_panics_doc
)]

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use crossterm::event::{KeyCode, KeyModifiers};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use smooch_console::api::{ApiSettings, UserApi, open_api, parse_base_url};
use smooch_console::console::effect::TerminalEffect;
use smooch_console::console::geometry::Size;
use smooch_console::console::keymap::{Key, Keymap};
use smooch_console::console::msg::{Clipboard, Msg, Stamped, Timer};
use smooch_console::console::runtime::{Answers, Connected, Dispatcher, Host, Next, Sources};
use smooch_console::console::state::{Clock, Directory, State};
use smooch_console::console::theme::Theme;
use smooch_console::console::update::update;
use smooch_console::console::view;
use smooch_console::directory::store::{StoreHandle, StoreOptions};
use smooch_console::domain::{
    ApiVersion, App, AppId, Connection, ConversationKey, Found, LookupId, MessagePage, PageRequest,
    Pause, Problem, Region, Stage, Untrusted, User,
};
use smooch_console::sandbox::{Sandbox, SandboxOptions};
use smooch_console::wire::v11::parse_user;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::watch;

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
    /// The terminal and the clock.
    pub host: Played,
    dispatcher: Dispatcher,
    /// Trouble with the files comes here, whatever asked for them.
    trouble: UnboundedReceiver<Msg>,
}

/// A terminal that notes what is asked of it, and a clock that stands still.
#[derive(Default)]
pub struct Played {
    /// What was copied, in order.
    pub copied: Vec<String>,
    /// Timers that were asked for and have not fired.
    timers: Vec<Timer>,
}

impl Host for Played {
    async fn carry_out(&mut self, effect: TerminalEffect, answers: &Answers) -> io::Result<Next> {
        match effect {
            TerminalEffect::Quit => return Ok(Next::End),
            TerminalEffect::Suspend | TerminalEffect::Redraw => {}
            TerminalEffect::CopyText { what, text } => {
                let (size, result) = (text.len(), Ok(Clipboard::Terminal));
                self.copied.push(text);
                answers.send(Msg::Copied { what, size, result });
            }
        }
        Ok(Next::GoOn)
    }

    fn wake(&mut self, timer: Timer, _: Duration, _: &Answers) {
        self.timers.push(timer);
    }
}

/// An API that is asked at the moment of the script: the sandbox's own answers carry the real time.
struct AskedNow(Arc<dyn UserApi>);

impl UserApi for AskedNow {
    fn fetch_user(&self, id: LookupId) -> BoxFuture<'_, Result<Found, Problem>> {
        let asking = self.0.fetch_user(id);
        let stamp = |found| Found {
            asked_at: now(),
            ..found
        };
        asking.map(move |answer| answer.map(stamp)).boxed()
    }

    fn fetch_messages(
        &self,
        conversation: ConversationKey,
        page: PageRequest,
    ) -> BoxFuture<'_, Result<MessagePage, Problem>> {
        self.0.fetch_messages(conversation, page)
    }

    fn fetch_app(&self) -> BoxFuture<'_, Result<App, Problem>> {
        self.0.fetch_app()
    }

    fn pauses(&self) -> watch::Receiver<Option<Pause>> {
        self.0.pauses()
    }
}

impl Script {
    /// Opens the console on a fresh sandbox and waits until nothing is under way.
    pub async fn start(width: u16, height: u16) -> Self {
        let mut script = Self::before_first_frame(width, height).await;
        script.open().await;
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
        Self::with(sandbox, settings, Stage::Sandbox, None, width, height)
    }

    /// A console on a server of which one thing or another is different, and which remembers in
    /// `store` if there is one.
    pub fn with(
        sandbox: Arc<Sandbox>,
        settings: ApiSettings,
        stage: Stage,
        store: Option<StoreOptions>,
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
        let people = match stage {
            Stage::Sandbox => people_of(&sandbox),
            _ => Vec::new(),
        };
        let described = connection.clone();
        let connecting = async move {
            let api = open_api(described.api, settings)?;
            Ok(Connected {
                api: Arc::new(AskedNow(api)),
                connection: described,
                people,
                kept: None,
            })
        };
        let clock = Clock::new(now(), TimeZone::UTC);
        let size = Size { width, height };
        let keymap = Keymap::built_in().unwrap();
        let mut shown = State::new(connection, keymap, size, clock);
        if store.is_some() {
            shown.directory = Directory::Reading;
        }
        let sources = Sources {
            connecting: connecting.boxed(),
            store: store.map(|options| StoreHandle::open(options).unwrap()),
            now,
        };
        let (answers, trouble) = Answers::channel();
        Self {
            state: shown,
            sandbox,
            host: Played::default(),
            dispatcher: Dispatcher::new(sources, answers),
            trouble,
        }
    }

    /// Brings back what is remembered, and connects.
    pub async fn open(&mut self) {
        self.tell(Msg::Started).await;
        self.begin(Dispatcher::recall).await;
        self.begin(Dispatcher::connect).await;
    }

    async fn begin(&mut self, begin: impl FnOnce(&Dispatcher, &Answers)) {
        let (answers, inbox) = Answers::channel();
        begin(&self.dispatcher, &answers);
        drop(answers);
        for msg in self.gather(inbox).await {
            self.tell(msg).await;
        }
    }

    /// Closes the directory once everything that was learnt is written.
    pub fn close(&self) {
        self.dispatcher.close();
    }

    /// Something happens; everything that follows from it is carried out, one thing at a time.
    pub async fn tell(&mut self, msg: Msg) {
        let mut waiting = VecDeque::from([msg]);
        while let Some(msg) = waiting.pop_front() {
            for effect in update(&mut self.state, Stamped { at: now(), msg }) {
                let (answers, inbox) = Answers::channel();
                let host = &mut self.host;
                let next = self.dispatcher.carry_out(effect, host, &answers).await;
                if next.unwrap() == Next::End {
                    return;
                }
                drop(answers);
                waiting.extend(self.gather(inbox).await);
            }
        }
    }

    /// Every answer until nothing is at work any more, which could send another.
    async fn gather(&mut self, mut inbox: UnboundedReceiver<Msg>) -> Vec<Msg> {
        let mut gathered = Vec::new();
        while let Some(msg) = inbox.recv().await {
            gathered.push(msg);
        }
        gathered.extend(std::iter::from_fn(|| self.trouble.try_recv().ok()));
        gathered
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
        for timer in std::mem::take(&mut self.host.timers) {
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

/// The people of a sandbox, as its export describes them.
fn people_of(sandbox: &Sandbox) -> Vec<User> {
    let lines = sandbox.export_users();
    let people = lines.iter().map(|line| parse_user(line.as_bytes()));
    people.map(Result::unwrap).collect()
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
