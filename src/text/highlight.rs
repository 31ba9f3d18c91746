//! [`Highlighted`]: one line of a stranger's text in which some characters stand out.
//!
//! In: a text, and ranges of its original characters. Out: the clusters that show it, each with
//! whether it stands out, cut to a width so that the highlighted part stays visible. The ranges
//! count characters, not clusters: a tab takes several clusters, an invisible character takes a
//! whole mark, and an accent takes none.

use std::ops::Range;

use super::safe::{Builder, Cluster, SafeText};
use super::sanitise;
use crate::domain::Untrusted;

const ELLIPSIS: &str = "…";

/// One line of a stranger's text, safe to draw, in which some clusters stand out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Highlighted {
    line: SafeText,
    /// For each cluster, whether it stands out.
    marks: Vec<bool>,
}

impl Highlighted {
    /// Makes a text safe as [`SafeText::of`] does, and highlights the characters (Unicode scalars)
    /// within `spans`. A cluster is highlighted as a whole; a mark of the console never is.
    pub(crate) fn of(text: &Untrusted, spans: &[Range<usize>]) -> Self {
        #[expect(clippy::disallowed_methods, reason = "made safe with the way back")]
        let (line, sources) = sanitise::one_line_traced(text.expose());
        let stands_out = |source: &Range<usize>| {
            let mut spans = spans.iter();
            spans.any(|span| span.start < source.end && source.start < span.end)
        };
        let clusters = line.clusters().enumerate();
        let marks = clusters
            .map(|(at, cluster)| !cluster.tag && sources.get(at).is_some_and(stands_out))
            .collect();
        Self { line, marks }
    }

    /// A line in which nothing stands out.
    pub(crate) fn nothing_in(line: SafeText) -> Self {
        let marks = line.clusters().map(|_| false).collect();
        Self { line, marks }
    }

    /// How many cells the line takes.
    pub(crate) fn width(&self) -> usize {
        self.line.width()
    }

    /// How many clusters stand out.
    pub(crate) fn lit_count(&self) -> usize {
        self.marks.iter().filter(|lit| **lit).count()
    }

    /// The clusters, each with whether it stands out.
    pub(crate) fn clusters(&self) -> impl Iterator<Item = (Cluster<'_>, bool)> {
        self.line.clusters().zip(self.marks.iter().copied())
    }

    /// The line cut with `…` so that it takes at most `width` cells: at its end if the highlights
    /// remain, otherwise at its beginning, otherwise at both. Highlights that are too wide show
    /// their beginning.
    #[must_use]
    pub(crate) fn window(&self, width: usize) -> Self {
        let all = self.width();
        let Some(lit) = self.lit().filter(|_| all > width && width > 2) else {
            return self.cut(0..width.saturating_sub(1), width);
        };
        // The cells of a window that is cut at its end, at its beginning, or at both.
        let (head, tail, both) = (width - 1, all + 1 - width, width - 2);
        let kept = if lit.end <= head || lit.start == 0 {
            0..head
        } else if lit.start >= tail {
            tail..all
        } else {
            let spare = both.saturating_sub(lit.len());
            let start = lit.start.saturating_sub(spare / 2).clamp(1, tail);
            start..start + both
        };
        self.cut(kept, width)
    }

    /// The cells from the first to the last highlighted one.
    fn lit(&self) -> Option<Range<usize>> {
        let mut lit: Option<Range<usize>> = None;
        let mut at = 0;
        for (cluster, marked) in self.clusters() {
            let end = at + usize::from(cluster.width);
            if marked {
                lit = Some(lit.map_or(at, |lit| lit.start)..end);
            }
            at = end;
        }
        lit
    }

    /// The clusters that lie entirely within some cells, with `…` where others are missing; all
    /// clusters if they fit into `width` cells.
    fn cut(&self, kept: Range<usize>, width: usize) -> Self {
        if self.width() <= width {
            return self.clone();
        }
        let mut line = Builder::default();
        let mut marks = Vec::new();
        if kept.start > 0 {
            line.push_tag(ELLIPSIS);
            marks.push(false);
        }
        let mut at = 0;
        for (cluster, marked) in self.clusters() {
            let end = at + usize::from(cluster.width);
            if at >= kept.start && end <= kept.end {
                line.push_cluster(cluster);
                marks.push(marked);
            }
            at = end;
        }
        if kept.end < at && width > 0 {
            line.push_tag(ELLIPSIS);
            marks.push(false);
        }
        let line = line.finish();
        Self { line, marks }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The line, with brackets around the highlights.
    fn shown(line: &Highlighted) -> String {
        let mut shown = String::new();
        let mut inside = false;
        for (cluster, marked) in line.clusters() {
            if marked != inside {
                shown.push(if marked { '[' } else { ']' });
            }
            inside = marked;
            shown.push_str(cluster.text);
        }
        if inside {
            shown.push(']');
        }
        shown
    }

    fn lit(text: &str, span: Range<usize>) -> Highlighted {
        Highlighted::of(&Untrusted::from(text), &[span])
    }

    #[test]
    fn highlights_follow_characters_that_safe_text_replaces() {
        for (text, span, expected) in [
            ("mara", 1..3, "m[ar]a"),
            ("chan\tname zulu", 10..14, "chan    name [zulu]"),
            ("a\tb", 1..2, "a[   ]b"),
            ("e\u{200B}vil@x.org", 0..6, "[e]‹ZWSP›[vil@]x.org"),
            ("\u{200B}evil", 1..3, "‹ZWSP›[ev]il"),
            ("a\r\nbc", 3..4, "a⏎[b]c"),
            ("佐藤 花", 1..2, "佐[藤] 花"),
            ("e\u{301}x", 0..1, "[e\u{301}]x"),
            ("e\u{301}x", 2..3, "e\u{301}[x]"),
            ("hi\u{E0050}\u{E0057}x", 4..5, "hi‹TAG PW›[x]"),
            ("👩\u{200D}👧a", 2..4, "[👩\u{200D}👧a]"),
            ("", 0..1, ""),
        ] {
            assert_eq!(shown(&lit(text, span)), expected, "{text:?}");
        }
    }

    #[test]
    fn the_window_shows_the_highlights() {
        for (text, span, width, expected) in [
            (
                "64be90d2a7f31c0058e6d914",
                0..2,
                24,
                "[64]be90d2a7f31c0058e6d914",
            ),
            ("64be90d2a7f31c0058e6d914", 0..4, 10, "[64be]90d2a…"),
            ("64be90d2a7f31c0058e6d914", 20..24, 10, "…058e6[d914]"),
            ("64be90d2a7f31c0058e6d914", 10..13, 9, "…a7[f31]c0…"),
            ("64be90d2a7f31c0058e6d914", 2..22, 9, "…[be90d2a]…"),
            ("64be90d2a7f31c0058e6d914", 0..24, 9, "[64be90d2]…"),
            ("64be90d2a7f31c0058e6d914", 7..8, 9, "64be90d[2]…"),
            ("中文字中文字", 5..6, 7, "…中文[字]"),
            ("中文字中文字", 5..6, 6, "…文[字]"),
            ("中文字中文字中文", 3..4, 7, "…[中]文…"),
            ("mara", 0..0, 3, "ma…"),
            ("mara", 3..4, 2, "m…"),
            ("mara", 3..4, 0, ""),
        ] {
            let window = lit(text, span).window(width);
            assert_eq!(shown(&window), expected, "{text} in {width}");
            assert!(window.width() <= width);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_window_is_never_wider_than_asked_and_shows_what_fits_of_what_stands_out(
            text in "[a-c\t\u{200B}\u{301}佐é👩]{0,40}",
            start in 0_usize..40,
            length in 1_usize..4,
            width in 0_usize..30,
        ) {
            let line = lit(&text, start..start + length);
            let window = line.window(width);
            prop_assert!(window.width() <= width);
            prop_assert!(line.width() > width || window == line);
            let is_lit = |line: &Highlighted| line.clusters().any(|(_, marked)| marked);
            prop_assert!(width < 4 || is_lit(&window) == is_lit(&line));
        }
    }
}
