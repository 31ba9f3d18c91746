//! Lines made to fit a width: shortened or wrapped, always between clusters.
//!
//! In: [`SafeText`] and a width in cells. Out: lines that are never wider. It must not split a
//! cluster, nor lose text other than the white space at which a line is broken.

use super::safe::{Builder, Cluster, SafeText};

const ELLIPSIS: &str = "…";
/// Stands for a cluster that is wider than the whole line.
const TOO_WIDE: &str = "□";

impl SafeText {
    /// The line cut at its end with `…` so that it takes at most `width` cells.
    #[must_use]
    pub fn ellipsis(&self, width: usize) -> SafeText {
        if self.width() <= width {
            return self.clone();
        }
        let mut line = Builder::default();
        if width > 0 {
            push_head(&mut line, self, width - 1);
            line.push_tag(ELLIPSIS);
        }
        line.finish()
    }

    /// The line cut in its middle with `…`, as ids are, so that it takes at most `width` cells.
    #[must_use]
    pub fn middle(&self, width: usize) -> SafeText {
        if self.width() <= width {
            return self.clone();
        }
        let mut line = Builder::default();
        if width > 0 {
            let tail = (width - 1) / 2;
            push_head(&mut line, self, width - 1 - tail);
            line.push_tag(ELLIPSIS);
            push_tail(&mut line, self, tail);
        }
        line.finish()
    }

    /// The line broken into lines of at most `width` cells (a width of zero counts as one).
    ///
    /// Lines break at white space, which is dropped there, and beside wide clusters; a word
    /// that is longer than a line is broken between clusters. There is always one line at least.
    pub fn wrap(&self, width: usize) -> Vec<SafeText> {
        let mut wrapper = Wrapper {
            width: width.max(1),
            lines: Vec::new(),
            line: Builder::default(),
            gap: Vec::new(),
        };
        let mut word = Vec::new();
        for cluster in self.clusters() {
            let space = is_break_space(cluster);
            if space || cluster.width > 1 {
                wrapper.word(&mut word);
            }
            if space {
                wrapper.gap.push(cluster);
            } else {
                word.push(cluster);
                if cluster.width > 1 {
                    wrapper.word(&mut word);
                }
            }
        }
        wrapper.word(&mut word);
        wrapper.finish()
    }
}

/// Lines in the making. A word is put down only when its end is known.
struct Wrapper<'a> {
    width: usize,
    lines: Vec<SafeText>,
    line: Builder,
    /// White space since the last word: part of the line only if a word follows on it.
    gap: Vec<Cluster<'a>>,
}

impl<'a> Wrapper<'a> {
    fn word(&mut self, word: &mut Vec<Cluster<'a>>) {
        if word.is_empty() {
            return;
        }
        let needed = cells(&self.gap) + cells(word);
        if self.line.width() + needed > self.width {
            self.gap.clear();
            if !self.line.is_empty() {
                self.break_line();
            }
        }
        for cluster in self.gap.drain(..) {
            self.line.push_cluster(cluster);
        }
        for cluster in word.drain(..) {
            let wide = usize::from(cluster.width);
            if self.line.width() + wide.min(self.width) > self.width {
                self.break_line();
            }
            if wide > self.width {
                self.line.push_tag(TOO_WIDE);
            } else {
                self.line.push_cluster(cluster);
            }
        }
    }

    fn finish(mut self) -> Vec<SafeText> {
        for cluster in std::mem::take(&mut self.gap) {
            if self.line.width() + usize::from(cluster.width) > self.width {
                break;
            }
            self.line.push_cluster(cluster);
        }
        if !self.line.is_empty() || self.lines.is_empty() {
            self.break_line();
        }
        self.lines
    }

    fn break_line(&mut self) {
        self.lines.push(std::mem::take(&mut self.line).finish());
    }
}

fn push_head(line: &mut Builder, text: &SafeText, width: usize) {
    let mut room = width;
    for cluster in text.clusters() {
        let Some(left) = room.checked_sub(usize::from(cluster.width)) else {
            break;
        };
        room = left;
        line.push_cluster(cluster);
    }
}

fn push_tail(line: &mut Builder, text: &SafeText, width: usize) {
    let mut before = text.width();
    for cluster in text.clusters() {
        if before <= width {
            line.push_cluster(cluster);
        }
        before -= usize::from(cluster.width);
    }
}

fn cells(clusters: &[Cluster<'_>]) -> usize {
    clusters
        .iter()
        .map(|cluster| usize::from(cluster.width))
        .sum()
}

/// White space where a line may be broken, which the fixed spaces are not.
fn is_break_space(cluster: Cluster<'_>) -> bool {
    !cluster.tag
        && cluster
            .text
            .chars()
            .all(|c| c.is_whitespace() && !matches!(c, '\u{A0}' | '\u{2007}' | '\u{202F}'))
}
