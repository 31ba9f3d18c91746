//! The map of the house: the import table of every room.

/// One line of the map.
pub struct Rule {
    /// Paths of modules below the crate's root, such as `console::view`; the longest match counts.
    pub rooms: &'static [&'static str],
    /// Other rooms that may be used, or single names of them.
    pub may: &'static [&'static str],
    /// Outside crates that may be used, beside the plain ones.
    pub crates: &'static [&'static str],
    /// Parts of paths, or types behind `&`, that must not occur.
    pub never: &'static [&'static str],
}

/// Crates without I/O, which every room may use.
pub const PLAIN: &[&str] = &[
    "serde",
    "serde_json",
    "thiserror",
    "url",
    "jiff",
    "base64",
    "futures_util",
    "percent_encoding",
    "strsim",
    "unicode_normalization",
    "unicode_segmentation",
    "unicode_width",
];

const CLOCK: &[&str] = &[
    "Instant::now",
    "SystemTime::now",
    "Timestamp::now",
    "Zoned::now",
];

/// Beside plain rooms the console knows what a search is asked and what it answers, but neither
/// the index nor the ranking.
const CONSOLE_MAY: &[&str] = &[
    "domain",
    "text",
    "search::Asked",
    "search::Entry",
    "search::Extent",
    "search::Hit",
    "search::HitField",
    "search::MatchedField",
    "search::Order",
    "search::Pasted",
    "search::Rank",
    "search::Results",
    "search::Summary",
    "search::PAGE",
    "search::is_email",
    // The palette finds commands with the matcher that finds people: one rule for both, over text
    // alone.
    "search::Scorer",
];

pub const RULES: &[Rule] = &[
    Rule {
        rooms: &["domain"],
        may: &[],
        crates: &[],
        never: CLOCK,
    },
    Rule {
        rooms: &["text"],
        may: &["domain"],
        crates: &[],
        never: CLOCK,
    },
    Rule {
        rooms: &["wire"],
        may: &["domain"],
        crates: &["secrecy"],
        never: CLOCK,
    },
    Rule {
        rooms: &["log"],
        may: &["domain"],
        crates: &["ring", "tracing", "tracing_subscriber"],
        never: &["std::env"],
    },
    Rule {
        rooms: &["api"],
        may: &["domain", "log", "wire"],
        crates: &["reqwest", "ring", "rustls", "secrecy", "tokio"],
        never: &[],
    },
    Rule {
        rooms: &["search"],
        may: &["domain", "text"],
        crates: &["fuzzy_matcher", "memchr"],
        never: &[],
    },
    Rule {
        rooms: &["directory"],
        may: &["domain", "wire", "text", "search"],
        crates: &["rusqlite", "memchr", "flate2", "ruzstd"],
        never: &[],
    },
    Rule {
        rooms: &["lookup"],
        may: &["domain", "api", "directory", "search"],
        crates: &["tokio"],
        never: &[],
    },
    Rule {
        rooms: &["config"],
        may: &["domain"],
        crates: &["rustix", "secrecy", "toml"],
        never: &["std::env"],
    },
    Rule {
        rooms: &["cli"],
        may: &["config", "domain"],
        crates: &["clap", "clap_complete"],
        never: &["std::env::vars", "std::env::var"],
    },
    Rule {
        rooms: &["sandbox"],
        may: &["text"],
        crates: &["axum", "ring", "tokio"],
        never: &[],
    },
    Rule {
        rooms: &["console"],
        may: CONSOLE_MAY,
        crates: &["crokey", "crossterm", "ratatui", "toml", "tui_input"],
        never: &[
            "Instant::now",
            "SystemTime::now",
            "Timestamp::now",
            "ratatui::widgets",
            "Canvas",
            "crossterm::terminal",
            "crossterm::execute",
            "console::runtime",
            "console::view",
        ],
    },
    Rule {
        rooms: &["console::view"],
        may: CONSOLE_MAY,
        crates: &["ratatui"],
        never: &[
            "Instant::now",
            "SystemTime::now",
            "Timestamp::now",
            "console::runtime",
            "console::update",
            "&mut State",
        ],
    },
    Rule {
        rooms: &["commands"],
        may: &["*"],
        crates: &["*"],
        never: &["crate::console"],
    },
    Rule {
        // The command that opens the console, and the one that prints its keys.
        rooms: &["commands::console", "commands::keys"],
        may: &["*"],
        crates: &["*"],
        never: &[],
    },
    Rule {
        rooms: &["console::runtime", "main", ""],
        may: &["*"],
        crates: &["*"],
        never: &[],
    },
];
