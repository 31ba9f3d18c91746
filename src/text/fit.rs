//! Lines made to fit a width: shortened or wrapped, always between clusters.
//!
//! In: [`SafeText`] and a width in cells. Out: lines that are never wider. It must not split a
//! cluster, and must lose nothing but the white space where a line breaks.

use super::limits::FIELD_LIMIT;
use super::safe::{Builder, Cluster, SafeText};
use super::sanitise;
use crate::domain::Untrusted;

const ELLIPSIS: &str = "…";
/// Replaces a cluster that is wider than the whole line.
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

    /// A stranger's text of any length as one line of at most `width` cells, cut in its middle with
    /// `…`. [`SafeText::of`] cuts the end off a long text; this keeps it.
    pub(crate) fn of_ends(text: &Untrusted, width: usize) -> SafeText {
        #[expect(
            clippy::disallowed_methods,
            reason = "only shortened before it is made safe"
        )]
        let raw = text.expose();
        let most = FIELD_LIMIT / 4;
        let head_end = raw.char_indices().nth(most);
        let tail_start = raw.char_indices().rev().nth(most);
        let (Some((head_end, _)), Some((tail_start, _))) = (head_end, tail_start) else {
            return SafeText::of(text).middle(width);
        };
        if head_end >= tail_start {
            return SafeText::of(text).middle(width);
        }
        let [head, tail] = [&raw[..head_end], &raw[tail_start..]].map(sanitise::one_line);
        let mut line = Builder::default();
        line.append(&head);
        line.push_tag(ELLIPSIS);
        line.append(&tail);
        line.finish().middle(width)
    }

    /// Breaks the line into lines of at most `width` cells (a width of zero counts as one).
    ///
    /// Lines break at white space, which is dropped there, and beside wide clusters. A word that
    /// is longer than a line breaks between clusters. There is always at least one line.
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

/// Lines under construction. A word is added only when its end is known.
struct Wrapper<'a> {
    width: usize,
    lines: Vec<SafeText>,
    line: Builder,
    /// White space since the last word; it joins the line only if another word follows there.
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

/// White space where a line may break; fixed spaces don't count.
fn is_break_space(cluster: Cluster<'_>) -> bool {
    !cluster.tag
        && cluster
            .text
            .chars()
            .all(|c| c.is_whitespace() && !matches!(c, '\u{A0}' | '\u{2007}' | '\u{202F}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(text: &str) -> SafeText {
        SafeText::own(text)
    }

    fn wrapped(text: &str, width: usize) -> Vec<String> {
        own(text)
            .wrap(width)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn a_line_that_fits_is_unchanged() {
        assert_eq!(own("Mara").ellipsis(4), own("Mara"));
        assert_eq!(own("Mara").middle(4), own("Mara"));
        assert_eq!(wrapped("Mara Quinn", 10), ["Mara Quinn"]);
    }

    #[test]
    fn a_cut_end_is_marked() {
        for (text, width, cut) in [
            ("Mara Quinn", 5, "Mara…"),
            ("Mara", 1, "…"),
            ("Mara", 0, ""),
            ("中文字", 4, "中…"),
            ("中文字", 5, "中文…"),
            ("🇫🇷🇩🇪🇮🇹", 4, "🇫🇷…"),
        ] {
            assert_eq!(own(text).ellipsis(width).as_str(), cut);
        }
    }

    #[test]
    fn a_shortened_id_keeps_both_ends() {
        for (width, cut) in [
            (8, "64be…914"),
            (7, "64b…914"),
            (2, "6…"),
            (1, "…"),
            (0, ""),
        ] {
            assert_eq!(own("64be90d2a7f31c0058e6d914").middle(width).as_str(), cut);
        }
        assert_eq!(own("中文中文").middle(6).as_str(), "中…文");
    }

    #[test]
    fn a_very_long_text_keeps_both_ends() {
        let ends = |text: &str, width| {
            let text = Untrusted::from(text);
            SafeText::of_ends(&text, width).as_str().to_owned()
        };
        assert_eq!(ends(&format!("ab{}yz", "x".repeat(200_000)), 7), "abx…xyz");
        assert_eq!(ends(&format!("ab{}yz", "x".repeat(2_000)), 7), "abx…xyz");
        assert_eq!(ends("64be90d2a7f31c0058e6d914", 8), "64be…914");
        assert_eq!(ends("64be90d2", 8), "64be90d2");
        let invisible = format!("a{}z", "\u{301}".repeat(9_000));
        assert!(own(&ends(&invisible, 30)).width() <= 30);
        assert!(ends(&invisible, 30).contains('…'));
    }

    #[test]
    fn the_ellipsis_is_a_mark_of_the_console() {
        let short = own("Mara Quinn").ellipsis(5);
        let tags: Vec<bool> = short.clusters().map(|cluster| cluster.tag).collect();
        assert_eq!(tags, [false, false, false, false, true]);
    }

    #[test]
    fn lines_break_at_white_space() {
        assert_eq!(
            wrapped("Tracking says delivered", 14),
            ["Tracking says", "delivered"]
        );
        assert_eq!(wrapped("one   two", 4), ["one", "two"]);
        assert_eq!(wrapped("  two", 10), ["  two"]);
        assert_eq!(wrapped("two  ", 10), ["two  "]);
        assert_eq!(wrapped("two     ", 4), ["two "]);
        assert_eq!(wrapped("a\u{A0}b c", 4), ["a\u{A0}b", "c"]);
    }

    #[test]
    fn a_long_word_breaks_between_clusters() {
        assert_eq!(wrapped("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrapped("an abcdefgh", 4), ["an", "abcd", "efgh"]);
        assert_eq!(
            wrapped("e\u{301}e\u{301}e\u{301}", 2),
            ["e\u{301}e\u{301}", "e\u{301}"]
        );
    }

    #[test]
    fn a_line_may_break_before_or_after_a_wide_cluster() {
        assert_eq!(wrapped("中文字中文", 5), ["中文", "字中", "文"]);
        assert_eq!(wrapped("go 中文", 5), ["go 中", "文"]);
    }

    #[test]
    fn a_cluster_wider_than_the_line_is_marked() {
        assert_eq!(wrapped("a中b", 1), ["a", "□", "b"]);
        assert_eq!(wrapped("中", 0), ["□"]);
    }

    #[test]
    fn nothing_wraps_to_one_empty_line() {
        assert_eq!(wrapped("", 5), [""]);
    }
}
