//! [`SafeText`]: one line whose clusters are known to be harmless and whose widths are known.
//!
//! In: clusters that the sanitiser accepted. Out: the characters, their widths, joined lines.
//! Only [`Builder`], which is private to the room, adds clusters, so none can bypass the sanitiser.

use std::fmt;
use std::sync::Arc;

/// One line that is safe to draw: a sequence of clusters with known widths. Cheap to clone.
#[derive(Clone, PartialEq, Eq)]
pub struct SafeText {
    text: Arc<str>,
    width: usize,
    layout: Layout,
}

/// Where the clusters of a text begin and end.
#[derive(Clone, PartialEq, Eq)]
enum Layout {
    /// Every byte is a cluster of one cell.
    Ascii,
    /// One piece for each cluster.
    Pieces(Arc<[Piece]>),
}

/// The measures of one cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) bytes: u8,
    pub(super) width: u8,
    pub(super) tag: bool,
}

/// What one or two neighbouring cells show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cluster<'a> {
    /// The characters of exactly one cluster.
    pub text: &'a str,
    /// One or two cells.
    pub width: u16,
    /// Whether the console made this mark, rather than the stranger.
    pub tag: bool,
}

impl SafeText {
    /// The safe characters.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// How many cells the line takes.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Whether there is nothing to draw.
    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The clusters in logical order.
    pub fn clusters(&self) -> impl Iterator<Item = Cluster<'_>> {
        let mut rest = &*self.text;
        let mut next = 0;
        std::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            let piece = match &self.layout {
                Layout::Ascii => Piece {
                    bytes: 1,
                    width: 1,
                    tag: false,
                },
                Layout::Pieces(pieces) => *pieces.get(next)?,
            };
            next += 1;
            let (text, tail) = rest.split_at(usize::from(piece.bytes));
            rest = tail;
            Some(Cluster {
                text,
                width: u16::from(piece.width),
                tag: piece.tag,
            })
        })
    }

    /// Joins lines into one, keeping which clusters are the console's marks.
    pub fn join(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut line = Builder::default();
        for part in parts {
            line.append(&part);
        }
        line.finish()
    }
}

impl Default for SafeText {
    fn default() -> Self {
        Builder::default().finish()
    }
}

impl fmt::Display for SafeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not `pad`: it counts characters, not cells, and would cut inside a cluster.
        f.write_str(&self.text)
    }
}

impl fmt::Debug for SafeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SafeText({:?})", &*self.text)
    }
}

/// A line under construction.
#[derive(Default)]
pub(super) struct Builder {
    text: String,
    pieces: Vec<Piece>,
    width: usize,
}

impl Builder {
    /// Adds a cluster of the stranger's text.
    pub(super) fn push(&mut self, cluster: &str, width: usize) {
        self.add(cluster, width, false);
    }

    /// Adds a mark of the console, each character in one cell.
    pub(super) fn push_tag(&mut self, mark: &str) {
        let mut buffer = [0; 4];
        for c in mark.chars() {
            self.add(c.encode_utf8(&mut buffer), 1, true);
        }
    }

    /// Adds a cluster that another line already holds.
    pub(super) fn push_cluster(&mut self, cluster: Cluster<'_>) {
        self.add(cluster.text, usize::from(cluster.width), cluster.tag);
    }

    /// Adds all clusters of another line.
    pub(super) fn append(&mut self, line: &SafeText) {
        for cluster in line.clusters() {
            self.push_cluster(cluster);
        }
    }

    /// Adds a character to the last cluster, which is then `width` cells wide.
    pub(super) fn extend_last(&mut self, c: char, width: usize) {
        if let Some(last) = self.pieces.last_mut() {
            self.width = self.width - usize::from(last.width) + width;
            last.bytes = small(usize::from(last.bytes) + c.len_utf8());
            last.width = small(width);
            self.text.push(c);
        }
    }

    /// Removes `c` from the end, where it takes no cell.
    pub(super) fn drop_last_char(&mut self, c: char) {
        if let Some(last) = self.pieces.last_mut()
            && self.text.ends_with(c)
        {
            self.text.pop();
            last.bytes -= small(c.len_utf8());
        }
    }

    /// The last cluster.
    pub(super) fn last(&self) -> Option<Cluster<'_>> {
        let piece = self.pieces.last()?;
        let start = self.text.len() - usize::from(piece.bytes);
        Some(Cluster {
            text: &self.text[start..],
            width: u16::from(piece.width),
            tag: piece.tag,
        })
    }

    /// How many cells there are so far.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// How many clusters there are so far.
    pub(super) fn clusters(&self) -> usize {
        self.pieces.len()
    }

    /// Whether there is nothing so far.
    pub(super) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// The finished line.
    pub(super) fn finish(self) -> SafeText {
        let plain = self.text.is_ascii() && self.pieces.iter().all(|piece| !piece.tag);
        SafeText {
            text: self.text.into(),
            width: self.width,
            layout: if plain {
                Layout::Ascii
            } else {
                Layout::Pieces(self.pieces.into())
            },
        }
    }

    /// A line of printable ASCII, which needs no pieces.
    pub(super) fn ascii(text: &str) -> SafeText {
        SafeText {
            text: text.into(),
            width: text.len(),
            layout: Layout::Ascii,
        }
    }

    fn add(&mut self, cluster: &str, width: usize, tag: bool) {
        self.text.push_str(cluster);
        self.pieces.push(Piece {
            bytes: small(cluster.len()),
            width: small(width),
            tag,
        });
        self.width += width;
    }
}

/// Measures of a cluster fit a byte: at most 48 bytes and two cells.
fn small(n: usize) -> u8 {
    u8::try_from(n).unwrap_or(u8::MAX)
}
