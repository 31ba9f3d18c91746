//! Everything that the program wrote, taken apart: text, and the sequences between.

/// What takes the terminal over: title kept and set, alternate screen, bracketed paste, cursor.
pub const ENTER: &str =
    "\u{1b}[22;0t\u{1b}]0;smooch-console\u{7}\u{1b}[?1049h\u{1b}[?2004h\u{1b}[?25l";

/// What gives the terminal back: all of that, and the cursor's own shape.
pub const LEAVE: &str = "\u{1b}[?2004l\u{1b}[0m\u{1b}[?1049l\u{1b}[0 q\u{1b}[?25h\u{1b}[23;0t";

/// A control sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sequence {
    /// `ESC [`, what is between, and the last character.
    Csi(String, char),
    /// `ESC ]` up to BEL or ST.
    Osc(String),
}

/// What the program wrote.
#[derive(Debug, Default)]
pub struct Log {
    /// The printed characters, without the sequences.
    pub text: String,
    /// The sequences, in order.
    pub sequences: Vec<Sequence>,
}

impl Log {
    /// Takes bytes apart; panics on an escape that begins neither a CSI nor an OSC.
    pub fn of(bytes: &[u8]) -> Self {
        let all = std::str::from_utf8(bytes).expect("only whole characters are written");
        let mut log = Self::default();
        let mut rest = all;
        while let Some((text, after)) = rest.split_once('\u{1b}') {
            log.text.push_str(text);
            rest = if let Some(csi) = after.strip_prefix('[') {
                let end = csi.find(|c| matches!(c, '@'..='~')).expect("a CSI ends");
                let (body, finale) = csi.split_at(end);
                let last = finale.chars().next().unwrap();
                log.sequences.push(Sequence::Csi(body.to_owned(), last));
                &finale[1..]
            } else if let Some(osc) = after.strip_prefix(']') {
                let end = osc.find(['\u{7}', '\u{1b}']).expect("an OSC ends");
                log.sequences.push(Sequence::Osc(osc[..end].to_owned()));
                let end = &osc[end..];
                end.strip_prefix('\u{7}')
                    .or_else(|| end.strip_prefix("\u{1b}\\"))
                    .expect("an OSC ends with BEL or ST")
            } else {
                panic!("an escape of a strange kind: {:?}", after.get(..8));
            };
        }
        log.text.push_str(rest);
        log
    }

    /// What a whole run wrote between taking the terminal and giving it back.
    pub fn between(bytes: &[u8]) -> Self {
        let inner = bytes.strip_prefix(ENTER.as_bytes()).expect("it begins");
        let inner = inner.strip_suffix(LEAVE.as_bytes()).expect("it ends");
        Self::of(inner)
    }

    /// The payloads of OSC 52, in order.
    pub fn clipboard(&self) -> Vec<&str> {
        self.sequences
            .iter()
            .filter_map(|sequence| match sequence {
                Sequence::Osc(body) => body.strip_prefix("52;c;"),
                Sequence::Csi(..) => None,
            })
            .collect()
    }

    /// The numbers of every SGR sequence.
    pub fn styles(&self) -> Vec<u16> {
        self.sequences
            .iter()
            .filter_map(|sequence| match sequence {
                Sequence::Csi(body, 'm') => Some(body),
                _ => None,
            })
            .flat_map(|body| body.split([';', ':']))
            .map(|number| number.parse().unwrap_or(0))
            .collect()
    }

    /// Frames only: cursor, colour, erasing, and printable characters that move nothing.
    pub fn assert_only_frames(&self) {
        for sequence in &self.sequences {
            let known = match sequence {
                Sequence::Csi(body, 'H') => body.split(';').all(is_number),
                Sequence::Csi(body, 'm') => {
                    body.split([';', ':']).all(is_number) || body.is_empty()
                }
                Sequence::Csi(body, 'J' | 'K') => is_number(body) || body.is_empty(),
                Sequence::Csi(body, 'h' | 'l') => body == "?25",
                _ => false,
            };
            assert!(known, "a sequence that is not ours: {sequence:?}");
        }
        let raw = self.text.chars().find(|c| is_unsafe(*c));
        assert!(raw.is_none(), "U+{:04X} left raw", u32::from(raw.unwrap()));
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_digit())
}

/// Controls (C1 too), separators that break lines, and marks that reorder a line.
pub fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{2028}' | '\u{2029}' | '\u{61c}' | '\u{200e}' | '\u{200f}'
        )
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[test]
fn a_log_is_taken_apart() {
    let log = Log::of(b"a\x1b[1;31mb\x1b]0;t\x07c\x1b]52;c;eA==\x1b\\d");
    assert_eq!(log.text, "abcd");
    assert_eq!(log.styles(), [1, 31]);
    assert_eq!(log.clipboard(), ["eA=="]);
}

#[test]
#[should_panic(expected = "not ours")]
fn a_strange_mode_is_found() {
    Log::of(b"text\x1b[?1003h").assert_only_frames();
}

#[test]
#[should_panic(expected = "U+009B left raw")]
fn a_raw_control_is_found() {
    Log::of("text\u{9b}31m".as_bytes()).assert_only_frames();
}
