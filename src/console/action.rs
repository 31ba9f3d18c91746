//! What a key may ask for, and when. The names are the names in `keymap.toml`.

use super::geometry::{Step, Stride, Toward};

/// When a table of keys applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Moving about.
    Normal,
    /// Typing into the search box.
    Typing,
    /// An overlay is open.
    Overlay,
    /// Typing into the text box of an overlay. What this table and the box leave goes to the
    /// table of the overlay.
    Filter,
}

impl Mode {
    /// Every mode.
    pub(crate) const ALL: [Self; 4] = [Self::Normal, Self::Typing, Self::Overlay, Self::Filter];

    /// The name of its table in `keymap.toml`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Typing => "typing",
            Self::Overlay => "overlay",
            Self::Filter => "filter",
        }
    }
}

/// Declares the actions with their names in `keymap.toml` and their words in the help.
macro_rules! actions {
    ($($variant:ident $words:literal,)+) => {
        /// What a key may ask for.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Action {
            $(#[doc = $words] $variant,)+
        }

        impl Action {
            /// Every action, in the order of the help.
            pub(crate) const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The name in `keymap.toml`.
            pub fn name(self) -> String {
                snake_case(match self {
                    $(Self::$variant => stringify!($variant),)+
                })
            }

            /// What the action does, in the words of the help.
            pub const fn words(self) -> &'static str {
                match self {
                    $(Self::$variant => $words,)+
                }
            }
        }
    };
}

actions! {
    Search "search users",
    SearchUsers "search users, from anywhere",
    GoIn "open the user, or go in",
    Back "one step back",
    Down "move down",
    Up "move up",
    HalfPageDown "half a page down",
    HalfPageUp "half a page up",
    PageDown "a page down",
    PageUp "a page up",
    Top "to the top",
    Bottom "to the bottom",
    NextPane "next pane",
    PreviousPane "previous pane",
    UsersPane "users pane",
    ProfilePane "profile pane",
    MessagesPane "messages pane",
    NextUser "open the next user of the list",
    PreviousUser "open the previous user of the list",
    Sort "sort by last seen, name, opened or match",
    HistoryBack "back to the user opened before",
    HistoryForward "forward to the user opened after",
    LookUp "look the text up in the API as an id",
    IdentityCard "who is this: identity, access and trust",
    RawJson "the raw JSON; of a user every report",
    Refresh "fetch again",
    Pin "pin or unpin the user",
    CopySmoochId "copy the _id",
    CopyUserId "copy the userId",
    CopyName "copy the name",
    CopyEmail "copy the e-mail",
    CopyPhone "copy the phone number",
    CopyMessage "copy the message",
    CopyLink "copy the message's link or media address",
    CopyChannelId "copy the channel's id of the user",
    CopyTranscript "copy the loaded messages as a transcript",
    CopyCurl "copy a curl line, without the secret",
    CopyJson "copy the JSON that is shown",
    NextMatch "the next match in raw JSON",
    PreviousMatch "the match before in raw JSON",
    Palette "every command by its name",
    KnownUsers "what is known of users on this machine",
    Help "help for these keys",
    Cancel "cancel what is loading, else quit",
    Suspend "suspend to the shell",
    Redraw "redraw the screen",
    Quit "close the overlay, else quit",
}

impl Action {
    /// What the action does in a mode, in the words of the help.
    pub(crate) const fn words_in(self, mode: Mode) -> &'static str {
        match (mode, self) {
            (Mode::Typing, Self::GoIn) => "open the highlighted user, or ask the API",
            (Mode::Overlay, Self::Search) => {
                "find a key or a word in this help, or a text in raw JSON"
            }
            (Mode::Filter, Self::GoIn) => "run the command, or keep what was typed",
            (Mode::Filter, Self::Back) => "close the card, or drop what was typed",
            _ => self.words(),
        }
    }
}

impl Action {
    /// Where the action moves to, if it moves.
    pub(crate) const fn step(self) -> Option<Step> {
        let (stride, toward) = match self {
            Self::Down => (Stride::Row, Toward::End),
            Self::Up => (Stride::Row, Toward::Start),
            Self::HalfPageDown => (Stride::HalfPage, Toward::End),
            Self::HalfPageUp => (Stride::HalfPage, Toward::Start),
            Self::PageDown => (Stride::Page, Toward::End),
            Self::PageUp => (Stride::Page, Toward::Start),
            Self::Top => (Stride::Whole, Toward::Start),
            Self::Bottom => (Stride::Whole, Toward::End),
            _ => return None,
        };
        Some(Step { stride, toward })
    }
}

/// `CopyUserId` as `copy_user_id`.
fn snake_case(variant: &str) -> String {
    let mut name = String::with_capacity(variant.len() + 4);
    for letter in variant.chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_has_words_of_its_own() {
        let mut words: Vec<_> = Action::ALL.iter().map(|action| action.words()).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), Action::ALL.len());
    }

    #[test]
    fn names_are_those_of_the_file() {
        assert_eq!(Action::CopyUserId.name(), "copy_user_id");
        assert_eq!(Action::Up.name(), "up");
    }
}
