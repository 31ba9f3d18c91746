//! Cuts JSON over any number of lines into records, without ever holding more than one of them.
//!
//! In: bytes from the beginning of a file: values one after the other, lists of them, and lists
//! inside what an API, a queue or a tool puts around them. Out: each object by itself, with its
//! number, or why it cannot be taken. A record may still turn out not to be JSON when it is read.

use std::io::{self, BufRead as _};

use super::input::Input;
use super::progress::Place;
use super::raw::{Numbered, Raw, too_long};

/// Members that hold a list of records.
const LISTS: [&[u8]; 9] = [
    b"users",
    b"appUsers",
    b"Records",
    b"records",
    b"Messages",
    b"items",
    b"results",
    b"data",
    b"body",
];

/// Members that hold the object with such a list.
const AROUND: [&[u8]; 6] = [b"body", b"data", b"result", b"response", b"json", b"detail"];

/// Members of records: the object that has one is a record itself, whatever else is in it.
const OF_RECORDS: [&[u8]; 7] = [
    b"_id",
    b"userId",
    b"externalId",
    b"appUser",
    b"trigger",
    b"events",
    b"schema",
];

/// Something that was opened and not closed yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    /// A list of records.
    List,
    /// An object around a list of records.
    Around,
}

/// Where in a document the reading is.
#[derive(Debug, Default)]
pub(super) struct Document {
    open: Vec<Open>,
}

/// Where reading a value came to.
enum Reached {
    /// Its end.
    End,
    /// The beginning of a list of records in it, so many objects deep.
    List(usize),
    /// The end of the file, which is not its end.
    EndOfFile,
}

impl Document {
    /// The next record, added to `bytes`.
    pub(super) fn next(
        &mut self,
        from: &mut Input,
        place: &mut Place,
        bytes: &mut Vec<u8>,
        longest: u64,
    ) -> io::Result<Option<Numbered>> {
        loop {
            let Some(byte) = next_sign(from, place)? else {
                if self.open.is_empty() {
                    return Ok(None);
                }
                self.open.clear();
                return Ok(Some(refused(place, "it ends in the middle")));
            };
            match (self.open.last(), byte) {
                (Some(Open::List), b']') | (Some(Open::Around), b'}') => {
                    step(from, place);
                    self.open.pop();
                }
                // It closes nothing that is open.
                (_, b']' | b'}') => {
                    step(from, place);
                    return Ok(Some(refused(place, "it is not JSON")));
                }
                (Some(Open::Around), b'"') => self.next_member(from, place)?,
                (Some(Open::List) | None, b'[') => {
                    step(from, place);
                    self.open.push(Open::List);
                }
                (Some(Open::List) | None, b'{' | b'"') | (Some(Open::List), _) => {
                    if let Some(record) = self.next_value(from, place, bytes, longest)? {
                        return Ok(Some(record));
                    }
                }
                (Some(Open::Around) | None, _) => {
                    skip_line(from, place)?;
                    return Ok(Some(refused(place, "it is not JSON")));
                }
            }
        }
    }

    /// Reads a value; `None` if it is not the record, but has a list of them in it.
    fn next_value(
        &mut self,
        from: &mut Input,
        place: &mut Place,
        bytes: &mut Vec<u8>,
        longest: u64,
    ) -> io::Result<Option<Numbered>> {
        let start = bytes.len();
        let longest = usize::try_from(longest).unwrap_or(usize::MAX);
        let mut value = Value::default();
        let mut is_too_long = false;
        let reached = value.read(from, place, |part| {
            if bytes.len() - start + part.len() > longest {
                is_too_long = true;
                bytes.truncate(start);
            } else if !is_too_long {
                bytes.extend_from_slice(part);
            }
        })?;
        if let Reached::List(depth) = reached {
            bytes.truncate(start);
            self.open.extend(std::iter::repeat_n(Open::Around, depth));
            self.open.push(Open::List);
            return Ok(None);
        }
        place.line += 1;
        let record = if is_too_long {
            Err(too_long())
        } else {
            Ok(Raw(start..bytes.len()))
        };
        Ok(Some((place.line, record)))
    }

    /// Reads a member beside a list of records, which may be another one.
    fn next_member(&mut self, from: &mut Input, place: &mut Place) -> io::Result<()> {
        let mut key = Vec::new();
        let mut value = Value::default();
        value.read(from, place, |part| key.extend_from_slice(part))?;
        let key = key.get(1..key.len().saturating_sub(1)).unwrap_or_default();
        match next_sign(from, place)? {
            Some(b'[') if LISTS.contains(&key) => {
                step(from, place);
                self.open.push(Open::List);
            }
            Some(b'{') if AROUND.contains(&key) => {
                step(from, place);
                self.open.push(Open::Around);
            }
            Some(b'}' | b']') | None => {}
            Some(_) => {
                Value::plain().read(from, place, |_| {})?;
            }
        }
        Ok(())
    }
}

fn refused(place: &mut Place, why: &str) -> Numbered {
    place.line += 1;
    (place.line, Err(why.to_owned()))
}

/// Goes on to the next byte that is neither white space nor a sign between values.
fn next_sign(from: &mut Input, place: &mut Place) -> io::Result<Option<u8>> {
    loop {
        let waiting = from.fill_buf()?;
        if waiting.is_empty() {
            return Ok(None);
        }
        let is_between = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b',' | b':');
        let found = waiting.iter().position(|byte| !is_between(byte));
        let byte = found.and_then(|at| waiting.get(at)).copied();
        let used = found.unwrap_or(waiting.len());
        from.consume(used);
        place.offset += length(used);
        if byte.is_some() {
            return Ok(byte);
        }
    }
}

fn step(from: &mut Input, place: &mut Place) {
    from.consume(1);
    place.offset += 1;
}

fn skip_line(from: &mut Input, place: &mut Place) -> io::Result<()> {
    let used = from.skip_until(b'\n')?;
    place.offset += length(used);
    Ok(())
}

fn length(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// A value that is being read.
#[derive(Debug, Default)]
struct Value {
    depth: usize,
    is_text: bool,
    is_escaped: bool,
    /// How many objects are open that may be around a list of records; the outermost is one.
    around: usize,
    /// The key that is being read, of one of those.
    key: Vec<u8>,
    expects: Expects,
    /// Whether it is a record, or nobody looks for lists in it.
    is_plain: bool,
}

/// What comes next in an object that may be around a list of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Expects {
    #[default]
    Nothing,
    Key,
    /// The rest of a key.
    KeyEnd,
    List,
    Object,
    /// A list, or an object with a list in it.
    Either,
}

impl Value {
    /// A value in which no list is looked for.
    fn plain() -> Self {
        Self {
            is_plain: true,
            ..Self::default()
        }
    }

    /// Reads on to the end of the value and hands on its bytes.
    fn read(
        &mut self,
        from: &mut Input,
        place: &mut Place,
        mut take: impl FnMut(&[u8]),
    ) -> io::Result<Reached> {
        let mut has_begun = false;
        loop {
            let waiting = from.fill_buf()?;
            if waiting.is_empty() {
                return Ok(if has_begun && self.depth == 0 && !self.is_text {
                    Reached::End
                } else {
                    Reached::EndOfFile
                });
            }
            let mut end = None;
            let mut used = waiting.len();
            for (at, byte) in waiting.iter().enumerate() {
                if let Some((reached, counts)) = self.step(*byte, has_begun) {
                    used = at + usize::from(counts);
                    end = Some(reached);
                    break;
                }
                has_begun = true;
            }
            take(waiting.get(..used).unwrap_or_default());
            from.consume(used);
            place.offset += length(used);
            if let Some(reached) = end {
                return Ok(reached);
            }
        }
    }

    /// Takes in a byte. At the end it says so, and whether the byte belongs to the value.
    fn step(&mut self, byte: u8, has_begun: bool) -> Option<(Reached, bool)> {
        if self.is_text {
            return self.step_in_text(byte);
        }
        match byte {
            b'"' => {
                if has_begun && self.depth == 0 {
                    return Some((Reached::End, false));
                }
                self.is_text = true;
                self.expects = match self.expects {
                    Expects::Key if self.is_at_key_depth() => {
                        self.key.clear();
                        Expects::KeyEnd
                    }
                    _ => Expects::Nothing,
                };
            }
            b'{' => self.open_object(),
            b'[' => {
                let is_list = matches!(self.expects, Expects::List | Expects::Either);
                if is_list && self.is_at_key_depth() {
                    return Some((Reached::List(self.depth), true));
                }
                self.depth += 1;
                self.expects = Expects::Nothing;
            }
            b'}' | b']' => {
                if self.depth == 0 {
                    return Some((Reached::End, false));
                }
                self.depth -= 1;
                self.around = self.around.min(self.depth);
                if self.depth == 0 {
                    return Some((Reached::End, true));
                }
            }
            b',' if self.depth == 0 => return Some((Reached::End, false)),
            b',' if self.is_at_key_depth() => self.expects = Expects::Key,
            byte if byte.is_ascii_whitespace() => {
                if self.depth == 0 {
                    return Some((Reached::End, false));
                }
            }
            b':' => {}
            _ => self.expects = Expects::Nothing,
        }
        None
    }

    fn step_in_text(&mut self, byte: u8) -> Option<(Reached, bool)> {
        if std::mem::take(&mut self.is_escaped) {
            return None;
        }
        match byte {
            b'\\' => self.is_escaped = true,
            b'"' => {
                self.is_text = false;
                if self.depth == 0 {
                    return Some((Reached::End, true));
                }
                if self.expects == Expects::KeyEnd {
                    self.expects = self.after_key();
                }
            }
            _ if self.expects == Expects::KeyEnd && self.key.len() < 32 => self.key.push(byte),
            _ => {}
        }
        None
    }

    const fn is_at_key_depth(&self) -> bool {
        !self.is_plain && self.depth > 0 && self.depth == self.around
    }

    fn open_object(&mut self) {
        let is_around = self.depth == 0 || self.is_at_key_depth() && self.expects_object();
        self.depth += 1;
        self.expects = Expects::Nothing;
        if is_around && !self.is_plain {
            self.around = self.depth;
            self.expects = Expects::Key;
        }
    }

    const fn expects_object(&self) -> bool {
        matches!(self.expects, Expects::Object | Expects::Either)
    }

    /// What the value of the key may be.
    fn after_key(&mut self) -> Expects {
        let is_one_of = |known: &[&[u8]]| known.contains(&self.key.as_slice());
        if is_one_of(&OF_RECORDS) {
            self.is_plain = true;
            return Expects::Nothing;
        }
        match (is_one_of(&LISTS), is_one_of(&AROUND)) {
            (true, true) => Expects::Either,
            (true, false) => Expects::List,
            (false, true) => Expects::Object,
            (false, false) => Expects::Nothing,
        }
    }
}

#[cfg(test)]
mod tests;
