//! Draws the README's pictures with the console's own drawing code, on the sandbox, as SVG.
//!
//! ```sh
//! cargo run --example picture            # writes assets/pictures/
//! cargo run --example picture -- DIR     # writes elsewhere
//! ```

#[path = "../tests/support/script.rs"]
mod script;

use std::fmt::Write as _;
use std::path::Path;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use script::Script;
use smooch_console::sandbox::cast;
use unicode_width::UnicodeWidthStr;

/// A cell in user units of the picture.
const CELL: (f64, f64) = (8.4, 16.5);
const MARGIN: f64 = 12.0;
const BACKGROUND: &str = "#16181d";
const FOREGROUND: &str = "#d7dae0";

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let folder = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "assets/pictures".to_owned());
    let folder = Path::new(&folder);
    std::fs::create_dir_all(folder)?;
    for (width, height) in [(120, 30), (80, 24)] {
        let mut console = Script::start(width, height).await;
        console.keys("/mara").await;
        console.keys("<enter>").await;
        let (buffer, _) = console.draw();
        std::fs::write(
            folder.join(format!("console-{width}x{height}.svg")),
            svg(&buffer),
        )?;
    }
    let mut card = Script::start(120, 30).await;
    card.keys("/").await;
    card.paste(cast::ANONYMOUS_NAMED.id).await;
    card.keys("<enter>i").await;
    std::fs::write(folder.join("identity-120x30.svg"), svg(&card.draw().0))
}

/// A buffer as SVG: a rectangle for each coloured background, and a text for each run of one style.
fn svg(buffer: &Buffer) -> String {
    let (columns, rows) = (f64::from(buffer.area.width), f64::from(buffer.area.height));
    let (width, height) = (
        columns * CELL.0 + 2.0 * MARGIN,
        rows * CELL.1 + 2.0 * MARGIN,
    );
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.1} {height:.1}\" \
         font-family=\"ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace\" \
         font-size=\"14\">\n<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{BACKGROUND}\"/>\n"
    );
    for (y, line) in (0_u32..).zip(buffer.content().chunks(usize::from(buffer.area.width))) {
        draw_line(&mut svg, f64::from(y), line);
    }
    svg.push_str("</svg>\n");
    svg
}

fn draw_line(svg: &mut String, y: f64, line: &[Cell]) {
    let mut x = 0;
    while x < line.len() {
        let style = Look::of(&line[x]);
        let start = x;
        let mut text = String::new();
        // A wide character ends its run, so that the next one starts in its own column again.
        while x < line.len() && Look::of(&line[x]) == style {
            let symbol = line[x].symbol();
            let cells = symbol.width().max(1);
            text.push_str(symbol);
            x += cells;
            if !is_even(symbol) {
                break;
            }
        }
        draw_run(svg, (start, x), y, &style, &text);
    }
}

/// Whether every font draws it as wide as its neighbours: true of ASCII and line drawing.
fn is_even(symbol: &str) -> bool {
    symbol
        .chars()
        .all(|c| c.is_ascii() || ('\u{2500}'..='\u{257F}').contains(&c))
}

fn draw_run(svg: &mut String, (start, end): (usize, usize), y: f64, look: &Look, text: &str) {
    #[allow(clippy::cast_precision_loss, reason = "columns are small")]
    let (left, cells) = (start as f64 * CELL.0 + MARGIN, (end - start) as f64);
    let top = y * CELL.1 + MARGIN;
    if let Some(fill) = look.background {
        let (width, height) = (cells * CELL.0, CELL.1);
        let _ = writeln!(
            svg,
            "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{height}\" fill=\"{fill}\"/>"
        );
    }
    if text.trim().is_empty() {
        return;
    }
    let mut attributes = format!(" fill=\"{}\"", look.foreground);
    if look.modifiers.contains(Modifier::BOLD) {
        attributes.push_str(" font-weight=\"bold\"");
    }
    if look.modifiers.contains(Modifier::DIM) {
        attributes.push_str(" opacity=\"0.6\"");
    }
    if look.modifiers.contains(Modifier::UNDERLINED) {
        attributes.push_str(" text-decoration=\"underline\"");
    }
    let (baseline, width) = (top + 12.8, cells * CELL.0);
    let text = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let _ = writeln!(
        svg,
        "<text x=\"{left:.1}\" y=\"{baseline:.1}\" textLength=\"{width:.1}\" \
         lengthAdjust=\"spacingAndGlyphs\" xml:space=\"preserve\"{attributes}>{text}</text>"
    );
}

/// How a cell looks, with reversed colours worked out.
#[derive(PartialEq)]
struct Look {
    foreground: &'static str,
    background: Option<&'static str>,
    modifiers: Modifier,
}

impl Look {
    fn of(cell: &Cell) -> Self {
        let (front, back) = (colour(cell.fg), colour(cell.bg));
        if cell.modifier.contains(Modifier::REVERSED) {
            let background = Some(front.unwrap_or(FOREGROUND));
            let foreground = back.unwrap_or(BACKGROUND);
            return Self {
                foreground,
                background,
                modifiers: cell.modifier - Modifier::DIM,
            };
        }
        Self {
            foreground: front.unwrap_or(FOREGROUND),
            background: back,
            modifiers: cell.modifier,
        }
    }
}

const fn colour(colour: Color) -> Option<&'static str> {
    Some(match colour {
        Color::Black => "#16181d",
        Color::Red => "#e06c75",
        Color::Yellow => "#e5c07b",
        Color::Blue => "#61afef",
        Color::Magenta => "#c678dd",
        Color::Cyan => "#56b6c2",
        Color::White => "#ffffff",
        _ => return None,
    })
}
