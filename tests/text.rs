//! Properties of the text room: whatever a stranger writes, the result is safe to draw.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "tests state what must hold and compare raw text"
)]

use std::num::NonZero;

use proptest::prelude::*;
use ratatui::buffer::CellWidth;
use smooch_console::domain::Untrusted;
use smooch_console::text::{SafeText, fold, safe_lines};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Characters that matter: controls, directions, joiners, marks, wide ones, conjuncts, emoji.
const NASTY: &[char] = &[
    'a',
    ' ',
    '1',
    '#',
    '-',
    '\t',
    '\n',
    '\r',
    '\0',
    '\x1B',
    '\x07',
    '\x7F',
    '\u{85}',
    '\u{9B}',
    '\u{9D}',
    '\u{A0}',
    '\u{A9}',
    '\u{AD}',
    '\u{300}',
    '\u{301}',
    '\u{338}',
    '\u{34F}',
    '\u{5D0}',
    '\u{5DC}',
    '\u{600}',
    '\u{605}',
    '\u{61C}',
    '\u{627}',
    '\u{644}',
    '\u{64B}',
    '\u{6DD}',
    '\u{70F}',
    '\u{915}',
    '\u{937}',
    '\u{93F}',
    '\u{940}',
    '\u{94D}',
    '\u{BCA}',
    '\u{D4E}',
    '\u{D15}',
    '\u{E01}',
    '\u{E33}',
    '\u{E34}',
    '\u{1100}',
    '\u{115F}',
    '\u{1160}',
    '\u{1161}',
    '\u{11A8}',
    '\u{1780}',
    '\u{17A4}',
    '\u{17B4}',
    '\u{17D2}',
    '\u{17D8}',
    '\u{180B}',
    '\u{180E}',
    '\u{1A15}',
    '\u{1A17}',
    '\u{2000}',
    '\u{200B}',
    '\u{200C}',
    '\u{200D}',
    '\u{200E}',
    '\u{200F}',
    '\u{2028}',
    '\u{2029}',
    '\u{202A}',
    '\u{202E}',
    '\u{2039}',
    '\u{203A}',
    '\u{2060}',
    '\u{2066}',
    '\u{2069}',
    '\u{20E3}',
    '\u{231A}',
    '\u{25CC}',
    '\u{2640}',
    '\u{2764}',
    '\u{2D31}',
    '\u{2D7F}',
    '\u{2E3B}',
    '\u{2800}',
    '\u{3000}',
    '\u{3042}',
    '\u{3099}',
    '\u{3164}',
    '\u{4E00}',
    '\u{A4F8}',
    '\u{A4FC}',
    '\u{A8FA}',
    '\u{AC00}',
    '\u{AC01}',
    '\u{D7B0}',
    '\u{D7CB}',
    '\u{E000}',
    '\u{FDD0}',
    '\u{FE00}',
    '\u{FE0E}',
    '\u{FE0F}',
    '\u{FEFF}',
    '\u{FF76}',
    '\u{FF9E}',
    '\u{FFA0}',
    '\u{FFF9}',
    '\u{FFFC}',
    '\u{FFFD}',
    '\u{FFFE}',
    '\u{110BD}',
    '\u{111C2}',
    '\u{16D63}',
    '\u{16D67}',
    '\u{1D173}',
    '\u{1F1E6}',
    '\u{1F1E7}',
    '\u{1F3FB}',
    '\u{1F3FD}',
    '\u{1F3F4}',
    '\u{1F44B}',
    '\u{1F466}',
    '\u{1F469}',
    '\u{1F600}',
    '\u{E0001}',
    '\u{E0067}',
    '\u{E007F}',
    '\u{E0100}',
    '\u{F0000}',
    '\u{10FFFF}',
];

fn strangers_text() -> impl Strategy<Value = String> {
    let nasty = prop::collection::vec(prop::sample::select(NASTY), 0..40);
    let any = prop::collection::vec(any::<char>(), 0..40);
    let runs = prop::collection::vec((prop::sample::select(NASTY), 1_usize..30), 0..6);
    prop_oneof![
        4 => nasty.prop_map(String::from_iter),
        2 => any.prop_map(String::from_iter),
        2 => runs.prop_map(|runs| runs.iter().flat_map(|(c, n)| std::iter::repeat_n(*c, *n)).collect()),
        1 => "[ -~]{0,60}",
    ]
}

fn of(text: &str) -> SafeText {
    SafeText::of(&Untrusted::from(text))
}

fn is_dangerous(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{AD}' | '\u{61C}' | '\u{200B}' | '\u{200E}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{115F}'..='\u{1160}' | '\u{3164}' | '\u{FFA0}' | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}' | '\u{E000}'..='\u{F8FF}' | '\u{E0000}'..='\u{E0FFF}')
        || u32::from(c) >= 0xF_0000
        || u32::from(c) & 0xFFFE == 0xFFFE
}

fn assert_safe(line: &SafeText) {
    let mut width = 0;
    let mut text = String::new();
    for cluster in line.clusters() {
        assert!(!cluster.text.chars().any(is_dangerous), "{cluster:?}");
        assert!(cluster.width == 1 || cluster.width == 2, "{cluster:?}");
        assert_eq!(
            cluster.text.width(),
            usize::from(cluster.width),
            "{cluster:?}"
        );
        // What the drawing library puts into the cell.
        assert_eq!(cluster.text.cell_width(), cluster.width, "{cluster:?}");
        assert!(cluster.text.chars().count() <= 12, "{cluster:?}");
        assert!(cluster.text.len() <= 48, "{cluster:?}");
        width += usize::from(cluster.width);
        text.push_str(cluster.text);
    }
    assert_eq!(width, line.width());
    assert_eq!(text, line.as_str());
}

/// Lines without the white space that breaks may drop, and without marks of the console.
fn words(lines: &[SafeText]) -> String {
    lines
        .iter()
        .flat_map(SafeText::clusters)
        .map(|cluster| cluster.text.to_owned())
        .filter(|text| text.chars().any(|c| !c.is_whitespace()))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_comes_out_safe(text in strangers_text()) {
        assert_safe(&of(&text));
        for line in safe_lines(&Untrusted::from(text.as_str())) {
            assert_safe(&line);
        }
    }

    #[test]
    fn safe_text_passes_the_sanitiser_unchanged(text in strangers_text()) {
        let once = of(&text);
        prop_assert_eq!(SafeText::own(&once).to_string(), once.to_string());
        for line in safe_lines(&Untrusted::from(text.as_str())) {
            prop_assert_eq!(SafeText::own(&line).to_string(), line.to_string());
        }
    }

    #[test]
    fn wrapping_is_never_wider_and_loses_nothing(text in strangers_text(), width in 2_usize..20) {
        let line = of(&text);
        let wrapped = line.wrap(width);
        for part in &wrapped {
            assert_safe(part);
            prop_assert!(part.width() <= width);
        }
        prop_assert_eq!(words(&wrapped), words(&[line]));
    }

    #[test]
    fn wrapping_to_one_cell_ends_and_fits(text in strangers_text(), width in 0_usize..2) {
        for part in of(&text).wrap(width) {
            assert_safe(&part);
            prop_assert!(part.width() <= 1);
        }
    }

    #[test]
    fn shortening_is_never_wider(text in strangers_text(), width in 0_usize..20) {
        let line = of(&text);
        for short in [line.ellipsis(width), line.middle(width)] {
            assert_safe(&short);
            prop_assert!(short.width() <= width);
            prop_assert!(line.width() > width || short == line);
        }
    }

    #[test]
    fn joined_lines_are_as_wide_as_their_parts(a in strangers_text(), b in strangers_text()) {
        let (a, b) = (of(&a), of(&b));
        let joined = SafeText::join([a.clone(), b.clone()]);
        assert_safe(&joined);
        prop_assert_eq!(joined.width(), a.width() + b.width());
        prop_assert_eq!(joined.as_str(), format!("{a}{b}"));
    }

    #[test]
    fn folding_works_character_by_character(a in strangers_text(), b in strangers_text()) {
        prop_assert_eq!(fold(&format!("{a}{b}")), fold(&a) + &fold(&b));
        prop_assert_eq!(fold(&fold(&a)), fold(&a));
    }

    #[test]
    fn a_terminal_moves_its_cursor_by_exactly_the_width(text in strangers_text()) {
        let line = of(&text);
        // The emulator adds up characters, so it measures emoji of several parts differently. It
        // skips U+FFFD, which it takes for a broken byte.
        let agreed = line.clusters().all(|cluster| {
            !cluster.text.contains('\u{FFFD}')
                && cluster.text.chars().map(|c| c.width().unwrap_or(9)).sum::<usize>() == usize::from(cluster.width)
        });
        if !agreed || line.width() >= 4_000 {
            return Ok(());
        }
        let mut terminal = vt100::Parser::new(NonZero::new(2).unwrap(), NonZero::new(4_000).unwrap(), 0);
        terminal.process(line.as_str().as_bytes());
        prop_assert_eq!(terminal.screen().cursor_position(), (0, u16::try_from(line.width()).unwrap()));
    }
}

#[test]
fn every_character_is_made_safe_alone_and_after_a_letter() {
    // The planes with characters; the others are all "unassigned" or "private".
    let all = ('\0'..='\u{1FFFF}').chain('\u{E0000}'..='\u{E0FFF}');
    for c in all.chain('\u{10FFF0}'..=char::MAX) {
        let line = of(&format!("{c}a{c}b"));
        assert_safe(&line);
        assert_eq!(
            SafeText::own(&line).as_str(),
            line.as_str(),
            "U+{:04X}",
            u32::from(c)
        );
    }
}

/// What a terminal shows after printing the texts one after the other, and its final state.
fn printed(texts: &[SafeText]) -> (String, (u16, u16), String) {
    let mut terminal = vt100::Parser::new(NonZero::new(3).unwrap(), NonZero::new(80).unwrap(), 0);
    for text in texts {
        terminal.process(text.as_str().as_bytes());
    }
    let screen = terminal.screen();
    (
        screen.contents(),
        screen.cursor_position(),
        screen.attributes_formatted(),
    )
}

#[test]
fn no_text_from_a_stranger_moves_the_cursor_or_changes_the_terminal() {
    let (_, _, untouched) = printed(&[]);
    for attack in [
        "\x1B[H\x1B[2J ACME READ-ONLY",
        "\u{9B}1;1HIDENTIFIED",
        "name\r\nIDENTIFIED",
        "\x08\x08\x08ID",
        "\x1B]0;owned",
        "\x1BPq unterminated",
        "\u{9D}52;c;cm0gLXJm\u{9C}",
        "\x1B[?1049h\x1B[31mred",
        "\u{85}next line",
        "\x0B\x0C\x1Bc",
    ] {
        let text = of(attack);
        let (_, cursor, attributes) = printed(&[of("ok "), text.clone(), of(" ok")]);
        assert_eq!(
            cursor,
            (0, u16::try_from(text.width() + 6).unwrap()),
            "{attack:?}"
        );
        assert_eq!(attributes, untouched, "{attack:?}");
    }
}

#[test]
fn a_direction_override_does_not_change_the_order_on_screen() {
    let (screen, _, _) = printed(&[of("invoice\u{202E}gpj.exe"), of(" | next")]);
    assert_eq!(screen, "invoice‹RLO›gpj.exe | next");
}

#[test]
fn an_escape_split_over_two_fields_changes_nothing() {
    let (screen, cursor, _) = printed(&[of("Mara\x1B"), of("[2JQuinn")]);
    assert_eq!(screen, "Mara␛[2JQuinn");
    assert_eq!(cursor, (0, 13));
}
