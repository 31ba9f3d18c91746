//! The text of all records in one piece, found by number.

/// Strings one after the other; each is found by its number in one step.
#[derive(Debug, Clone, Default)]
#[cfg_attr(test, derive(PartialEq))]
pub(crate) struct TextArena {
    text: String,
    /// Where each string ends.
    ends: Vec<u32>,
}

/// Pieces of bytes one after the other; each is found by its number in one step.
#[derive(Debug, Clone, Default)]
#[cfg_attr(test, derive(PartialEq))]
pub(crate) struct ByteArena {
    bytes: Vec<u8>,
    ends: Vec<u32>,
}

/// Where the n-th piece is.
fn piece(ends: &[u32], at: usize) -> std::ops::Range<usize> {
    let start = at.checked_sub(1).map_or(0, |before| ends[before]);
    start as usize..ends[at] as usize
}

/// Adds the ends of pieces that follow `before` bytes; returns whether offsets of 32 bits reach that
/// far.
fn append_ends(ends: &mut Vec<u32>, before: usize, others: &[u32]) -> bool {
    let last = others.last().map_or(0, |last| *last as usize);
    let (Ok(before), Ok(_)) = (u32::try_from(before), u32::try_from(before + last)) else {
        return false;
    };
    ends.extend(others.iter().map(|end| before + end));
    true
}

impl TextArena {
    /// Adds what `write` appends. What passes 4 GiB is left out: offsets are 32 bits wide.
    pub(crate) fn push(&mut self, write: impl FnOnce(&mut String)) {
        let before = self.text.len();
        write(&mut self.text);
        if u32::try_from(self.text.len()).is_err() {
            self.text.truncate(before);
        }
        self.ends
            .push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }

    /// Adds all strings of another arena.
    pub(crate) fn append(&mut self, other: Self) {
        if append_ends(&mut self.ends, self.text.len(), &other.ends) {
            drop(other.ends);
            self.text.push_str(&other.text);
        } else {
            (0..other.ends.len()).for_each(|at| self.push(|to| to.push_str(other.get(at))));
        }
    }

    pub(crate) fn get(&self, at: usize) -> &str {
        &self.text[piece(&self.ends, at)]
    }

    /// Where the n-th string starts in the whole text.
    pub(crate) fn start(&self, at: usize) -> usize {
        at.checked_sub(1)
            .map_or(0, |before| self.ends[before] as usize)
    }

    /// Where the n-th string ends in the whole text.
    pub(crate) fn end(&self, at: usize) -> usize {
        self.ends[at] as usize
    }

    /// The number of the string that holds a byte of the whole text, not before number `from`.
    pub(crate) fn holder(&self, byte: usize, from: usize) -> usize {
        // Hits are often near each other: look ahead in growing steps first.
        let (mut low, mut step) = (from, 1);
        while low + step < self.ends.len() && self.ends[low + step] as usize <= byte {
            low += step;
            step *= 2;
        }
        let high = (low + step + 1).min(self.ends.len());
        low + self.ends[low..high].partition_point(|end| *end as usize <= byte)
    }

    /// The whole text.
    pub(crate) fn all(&self) -> &str {
        &self.text
    }

    pub(crate) fn shrink(&mut self) {
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
    }
}

impl ByteArena {
    /// Adds what `write` appends. What passes 4 GiB is left out: offsets are 32 bits wide.
    pub(crate) fn push(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        let before = self.bytes.len();
        write(&mut self.bytes);
        if u32::try_from(self.bytes.len()).is_err() {
            self.bytes.truncate(before);
        }
        self.ends
            .push(u32::try_from(self.bytes.len()).unwrap_or(u32::MAX));
    }

    /// Adds all pieces of another arena.
    pub(crate) fn append(&mut self, other: Self) {
        if append_ends(&mut self.ends, self.bytes.len(), &other.ends) {
            drop(other.ends);
            self.bytes.extend(other.bytes);
        } else {
            (0..other.ends.len()).for_each(|at| self.push(|to| to.extend(other.get(at))));
        }
    }

    pub(crate) fn get(&self, at: usize) -> &[u8] {
        &self.bytes[piece(&self.ends, at)]
    }

    pub(crate) fn shrink(&mut self) {
        self.bytes.shrink_to_fit();
        self.ends.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_holder_of_every_byte_is_found_from_anywhere_before_it() {
        let mut arena = TextArena::default();
        for text in ["ab", "", "c", "", "", "defgh", "i"] {
            arena.push(|to| to.push_str(text));
        }
        for (byte, c) in arena.all().char_indices() {
            for from in 0.. {
                if arena.start(from) > byte {
                    break;
                }
                let holder = arena.holder(byte, from);
                if from <= holder {
                    assert!(arena.get(holder).contains(c), "{byte} from {from}");
                }
                if from == 6 {
                    break;
                }
            }
        }
    }
}
