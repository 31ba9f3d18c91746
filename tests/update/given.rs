//! Makes states, plays the world that answers, and turns strings into keys.

use std::collections::HashMap;

use crossterm::event::{KeyCode, KeyModifiers};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use smooch_console::console::effect::{Ask, Effect, Slot};
use smooch_console::console::geometry::Size;
use smooch_console::console::keymap::{Key, Keymap};
use smooch_console::console::msg::{Msg, Stamped, Ticket, Timer};
use smooch_console::console::state::{Clock, Selection, State, Thread};
use smooch_console::console::theme::Theme;
use smooch_console::console::update::update;
use smooch_console::console::view;
use smooch_console::domain::{Found, MatchedBy, Message, MessagePage, Problem, SmoochId, User};
use smooch_console::search::{KnownUsers, PAGE, Request, Results, search_once};

pub(crate) use crate::ask;
use crate::ask::numberless;
pub use crate::invented::*;

/// A state, the moment, and a world that answers on demand.
pub struct Desk {
    pub state: State,
    pub now: Timestamp,
    /// Who is known; searches are answered from here.
    pub known: KnownUsers,
    /// Every number that was given to a request, in order.
    pub numbers: Vec<Ticket>,
    asked: HashMap<Slot, Effect>,
    rest: Option<Ticket>,
}

impl Desk {
    /// A desk at 120x30 that knows nobody and is connected.
    pub fn new() -> Self {
        Self::sized(120, 30)
    }

    /// The same at another size.
    pub fn sized(width: u16, height: u16) -> Self {
        let clock = Clock::new(noon(), TimeZone::UTC);
        let map = Keymap::built_in().unwrap();
        let mut desk = Self {
            state: State::new(connection(), map, Size { width, height }, clock),
            now: noon(),
            known: KnownUsers::default(),
            numbers: Vec::new(),
            asked: HashMap::new(),
            rest: None,
        };
        desk.send(Msg::Started);
        desk.send(Msg::Connected(Ok(Box::new(connection()))));
        desk.hits();
        desk
    }

    /// A desk that knows people by copies an hour old; the cursor rests on the first.
    pub fn knowing(people: &[User]) -> Self {
        Self::new().and_knows(people)
    }

    /// The desk once it has got to know more people.
    pub fn and_knows(mut self, people: &[User]) -> Self {
        for user in people {
            self.known.learn(user.clone(), noon() - hours(1));
        }
        self.send(Msg::DirectoryChanged);
        self.hits();
        self
    }

    /// A desk where a user was opened by their row and everything came.
    pub fn reading(user: &User, messages: Vec<Message>) -> Self {
        Self::knowing(std::slice::from_ref(user)).and_reads(user, messages)
    }

    /// The desk once the first row was opened and everything came.
    pub fn and_reads(mut self, user: &User, messages: Vec<Message>) -> Self {
        self.keys("1g g<enter>");
        self.found(user);
        self.newest(messages, false);
        self
    }

    /// Lets something happen; answers the effects with every number replaced by 0.
    pub fn send(&mut self, msg: Msg) -> Vec<Effect> {
        let at = self.now;
        let effects = update(&mut self.state, Stamped { at, msg });
        for effect in &effects {
            self.note(effect);
        }
        effects.into_iter().map(numberless).collect()
    }

    fn note(&mut self, effect: &Effect) {
        let (slot, ticket) = match effect {
            Effect::Search { ticket, .. } => (Slot::Search, *ticket),
            Effect::Ask(Ask::FetchUser { ticket, .. }) => (Slot::Profile, *ticket),
            Effect::Ask(Ask::FetchMessages { ticket, slot, .. }) => (*slot, *ticket),
            Effect::Wake {
                timer: Timer::Rest(ticket),
                ..
            } => {
                self.rest = Some(*ticket);
                return self.numbers.push(*ticket);
            }
            Effect::Cancel(slot) => {
                self.asked.remove(slot);
                return;
            }
            _ => return,
        };
        self.numbers.push(ticket);
        self.asked.insert(slot, effect.clone());
    }

    /// The number of the last request in a slot, if it was not cancelled.
    pub fn number(&self, slot: Slot) -> Option<Ticket> {
        match self.asked.get(&slot)? {
            Effect::Search { ticket, .. }
            | Effect::Ask(Ask::FetchUser { ticket, .. } | Ask::FetchMessages { ticket, .. }) => {
                Some(*ticket)
            }
            _ => None,
        }
    }

    /// The last request in a slot, if it was not cancelled.
    pub fn request(&self, slot: Slot) -> Option<&Effect> {
        self.asked.get(&slot)
    }

    /// The number of the last rest that was asked for.
    pub fn rest_number(&self) -> Ticket {
        self.rest.expect("the cursor came to no row")
    }

    /// Lets time pass.
    pub fn wait(&mut self, millis: i64) -> &mut Self {
        self.now += jiff::SignedDuration::from_millis(millis);
        self
    }

    /// Presses keys: `/mara<enter>`, `<c-o>`, `y i` (blanks between keys outside of `<>` are
    /// typed as `<space>`).
    pub fn keys(&mut self, keys: &str) -> Vec<Effect> {
        let mut effects = Vec::new();
        for key in parse_keys(keys) {
            effects.extend(self.send(Msg::KeyPressed(key)));
        }
        effects
    }

    /// Pastes.
    pub fn paste(&mut self, text: &str) -> Vec<Effect> {
        self.send(Msg::Pasted(text.to_owned()))
    }

    /// Types into the search box and lets the hits come.
    pub fn search(&mut self, text: &str) -> Vec<Effect> {
        if self.state.users.is_typing() {
            self.keys("<esc>");
        }
        self.keys("s");
        self.paste(text);
        self.hits()
    }

    /// The answer to a text, whatever was searched for.
    pub fn results(&self, text: &str) -> Results {
        let request = Request::new(text, self.now, PAGE);
        search_once(&self.known.snapshot(), &request)
    }

    /// Answers the last search.
    pub fn hits(&mut self) -> Vec<Effect> {
        let Some(Effect::Search {
            ticket,
            text,
            most,
            order,
        }) = self.request(Slot::Search).cloned()
        else {
            panic!("nothing is searched");
        };
        let request = Request {
            order,
            ..Request::new(&text, self.now, most)
        };
        let results = search_once(&self.known.snapshot(), &request);
        self.send(Msg::SearchDone { ticket, results })
    }

    /// Goes back (`H`) or forth (`L`), to a user who is still known.
    pub fn revisits(&mut self, key: &str, id: &str) -> Vec<Effect> {
        assert_eq!(self.keys(key), [ask::check(id)], "{key}");
        self.send(Msg::StillKnown(SmoochId::new(id)))
    }

    /// Answers the last look-up with a user.
    pub fn found(&mut self, user: &User) -> Vec<Effect> {
        let Some(Effect::Ask(Ask::FetchUser { id, .. })) = self.request(Slot::Profile) else {
            panic!("nobody is looked up");
        };
        let matched_by = MatchedBy::of(id, user);
        self.known.learn(user.clone(), self.now);
        let user = user.clone();
        let asked_at = self.now;
        self.looked_up(Ok(Found {
            user,
            matched_by,
            asked_at,
        }))
    }

    /// Answers the last look-up.
    pub fn looked_up(&mut self, result: Result<Found, Problem>) -> Vec<Effect> {
        let ticket = self.number(Slot::Profile).expect("nobody is looked up");
        let result = Box::new(result);
        self.send(Msg::UserLoaded { ticket, result })
    }

    /// Answers the last request for the newest messages.
    pub fn newest(&mut self, messages: Vec<Message>, has_older: bool) -> Vec<Effect> {
        self.page(Slot::Messages, Ok(page(messages, has_older)))
    }

    /// Answers the last request for older messages.
    pub fn older(&mut self, messages: Vec<Message>, has_older: bool) -> Vec<Effect> {
        self.page(Slot::Older, Ok(page(messages, has_older)))
    }

    /// Answers the last request for messages in a slot.
    pub fn page(&mut self, slot: Slot, result: Result<MessagePage, Problem>) -> Vec<Effect> {
        let ticket = self.number(slot).expect("no messages are asked for");
        self.send(Msg::MessagesLoaded { ticket, result })
    }

    /// The directory has changed, and the search that follows is answered.
    pub fn directory_changes(&mut self) -> Vec<Effect> {
        let mut effects = self.send(Msg::DirectoryChanged);
        effects.extend(self.hits());
        effects
    }

    /// The cursor has rested on its row.
    pub fn rests(&mut self) -> Vec<Effect> {
        let rest = self.rest_number();
        self.wait(120).send(Msg::TimerFired(Timer::Rest(rest)))
    }

    pub fn resize(&mut self, width: u16, height: u16) -> Vec<Effect> {
        self.send(Msg::Resized { width, height })
    }

    /// The thread of the user who is shown.
    pub fn thread(&self) -> &Thread {
        self.state.thread().expect("no conversation is shown")
    }

    /// The text of the first message on the screen.
    pub fn first_visible(&self) -> usize {
        self.thread().wrapped.message_at(self.thread().top)
    }

    /// The `_id` of the user under the cursor.
    pub fn selected(&self) -> Option<&str> {
        match self.state.users.selection.as_ref()? {
            Selection::User(id) => Some(id.expose()),
            Selection::Offer(id) => Some(id.expose()),
            Selection::LookUp => Some("(look up)"),
        }
    }

    /// The `_id` of the user in the profile pane.
    pub fn shown(&self) -> Option<&str> {
        Some(self.state.profile.shown()?.user.id.expose())
    }

    /// The last line's words.
    pub fn notice(&self) -> &str {
        let notice = self.state.notice.as_ref();
        notice.map_or("", |notice| notice.words.as_str())
    }

    /// What is drawn, row by row.
    pub fn screen(&self) -> String {
        let buffer = self.drawn();
        let width = usize::from(buffer.area.width.max(1));
        let rows = buffer.content().chunks(width);
        let rows = rows.map(|row| row.iter().map(ratatui::buffer::Cell::symbol).collect());
        rows.collect::<Vec<String>>().join("\n")
    }

    /// The cells that are drawn.
    pub fn drawn(&self) -> Buffer {
        let Size { width, height } = self.state.size;
        let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
        view::draw(&mut buffer, &self.state, Theme::Plain);
        buffer
    }
}

fn parse_keys(keys: &str) -> Vec<Key> {
    let mut parsed = Vec::new();
    let mut rest = keys;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        let named = rest.split_once('>').filter(|_| c == '<');
        if let Some((name, tail)) = named {
            parsed.push(parse_named(name));
            rest = tail;
        } else if c != ' ' {
            parsed.push(Key::new(KeyCode::Char(c), KeyModifiers::NONE));
        }
    }
    parsed
}

fn parse_named(name: &str) -> Key {
    if let Some(c) = name.strip_prefix("c-") {
        let c = c.chars().next().unwrap();
        return Key::new(KeyCode::Char(c), KeyModifiers::CONTROL);
    }
    if let Some(c) = name.strip_prefix("a-") {
        let c = c.chars().next().unwrap();
        return Key::new(KeyCode::Char(c), KeyModifiers::ALT);
    }
    let code = match name {
        "enter" => KeyCode::Enter,
        "esc" => KeyCode::Esc,
        "tab" => KeyCode::Tab,
        "backtab" => KeyCode::BackTab,
        "up" => KeyCode::Up,
        "down" => KeyCode::Down,
        "left" => KeyCode::Left,
        "right" => KeyCode::Right,
        "home" => KeyCode::Home,
        "end" => KeyCode::End,
        "pageup" => KeyCode::PageUp,
        "pagedown" => KeyCode::PageDown,
        "bs" => KeyCode::Backspace,
        "del" => KeyCode::Delete,
        "space" => KeyCode::Char(' '),
        "f1" => KeyCode::F(1),
        other => panic!("no key is called {other}"),
    };
    Key::new(code, KeyModifiers::NONE)
}
