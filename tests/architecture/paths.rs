//! Rust source, read only as far as paths go.
//!
//! In: the text of a file. Out: every path in it, groups spread out and `super` resolved. Comments,
//! literals and items under `#[cfg(test)]` are left out. This is no parser: macros are read like
//! code, and a path inside a literal is never seen.

/// A file, or a part of one, as words and signs.
pub struct Source {
    tokens: Vec<String>,
}

/// One `use` item.
pub struct Import {
    /// Its paths.
    pub source: Source,
    /// Whether it passes its names on to others.
    pub is_public: bool,
}

impl Source {
    /// Splits a file into words and signs.
    pub fn read(text: &str) -> Self {
        Self {
            tokens: without_tests(&tokens(text)),
        }
    }

    /// Whether the words and signs of `needle` follow each other somewhere.
    pub fn contains(&self, needle: &str) -> bool {
        let needle = tokens(needle);
        self.tokens
            .windows(needle.len())
            .any(|window| window == needle)
    }

    /// The file's `use` items, and the rest of it.
    pub fn split_imports(&self) -> (Vec<Import>, Self) {
        let mut imports = Vec::new();
        let mut rest = Vec::new();
        let mut at = 0;
        while at < self.tokens.len() {
            if self.is(at, "use") {
                let end = self.tokens[at..].iter().position(|token| token == ";");
                let end = end.map_or(self.tokens.len(), |offset| at + offset);
                let before = rest.last().map(String::as_str);
                imports.push(Import {
                    source: Self {
                        tokens: self.tokens[at + 1..end].to_vec(),
                    },
                    is_public: matches!(before, Some("pub" | ")")),
                });
                at = end;
            } else {
                rest.push(self.tokens[at].clone());
                at += 1;
            }
        }
        (imports, Self { tokens: rest })
    }

    /// Every path of the file, seen from `module` (its path below the crate's root).
    pub fn paths(&self, module: &str) -> Vec<String> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < self.tokens.len() {
            let starts = is_word(&self.tokens[at]) || self.tokens[at] == "::";
            if starts {
                at = self.path(at, &[], &mut found);
            } else {
                at += 1;
            }
        }
        found.iter().map(|path| absolute(module, path)).collect()
    }

    /// Reads the path that starts at `at`, spreading groups out; returns where it ends.
    fn path(&self, mut at: usize, before: &[String], found: &mut Vec<Vec<String>>) -> usize {
        let mut segments = before.to_vec();
        if self.is(at, "::") {
            at += 1;
        }
        loop {
            if self.is(at, "{") && (self.is(at.wrapping_sub(1), "::")) {
                at += 1;
                while at < self.tokens.len() && !self.is(at, "}") {
                    let word = is_word(&self.tokens[at]) || self.is(at, "::");
                    at = if word {
                        self.path(at, &segments, found)
                    } else {
                        at + 1
                    };
                }
                return at + 1;
            }
            let Some(word) = self.tokens.get(at).filter(|token| is_word(token)) else {
                break;
            };
            segments.push(word.clone());
            at += 1;
            if !self.is(at, "::") {
                break;
            }
            at += 1;
        }
        if segments.len() > before.len() {
            found.push(segments);
        }
        at
    }

    fn is(&self, at: usize, sign: &str) -> bool {
        self.tokens.get(at).is_some_and(|token| token == sign)
    }
}

/// Puts a path in terms of the crate's root where it begins with `crate`, `self` or `super`.
fn absolute(module: &str, path: &[String]) -> String {
    let mut here: Vec<&str> = module.split("::").filter(|part| !part.is_empty()).collect();
    let mut rest = path.iter().map(String::as_str).peekable();
    match rest.peek() {
        Some(&"self") => {
            rest.next();
        }
        Some(&"super") => {
            while rest.next_if_eq(&"super").is_some() {
                here.pop();
            }
        }
        _ => return path.join("::"),
    }
    std::iter::once("crate")
        .chain(here)
        .chain(rest)
        .collect::<Vec<_>>()
        .join("::")
}

fn is_word(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Words, `::` and single signs; comments, literals and lifetimes are gone.
fn tokens(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let c = chars[at];
        let next = chars.get(at + 1).copied().unwrap_or_default();
        if c == '/' && next == '/' {
            at = find(&chars, at, |c| c == '\n');
        } else if c == '/' && next == '*' {
            at = after_block_comment(&chars, at);
        } else if let Some(end) = after_raw_string(&chars, at) {
            at = end;
        } else if c == '"' {
            at = after_quoted(&chars, at, '"');
        } else if c == '\'' {
            at = after_char_or_lifetime(&chars, at);
        } else if c.is_alphanumeric() || c == '_' {
            let end = find(&chars, at, |c| !(c.is_alphanumeric() || c == '_'));
            tokens.push(chars[at..end].iter().collect());
            at = end;
        } else if c == ':' && next == ':' {
            tokens.push("::".to_owned());
            at += 2;
        } else {
            if !c.is_whitespace() {
                tokens.push(c.to_string());
            }
            at += 1;
        }
    }
    tokens
}

fn find(chars: &[char], from: usize, is_end: impl Fn(char) -> bool) -> usize {
    chars[from..]
        .iter()
        .position(|c| is_end(*c))
        .map_or(chars.len(), |offset| from + offset)
}

fn after_block_comment(chars: &[char], from: usize) -> usize {
    let mut depth = 0_usize;
    let mut at = from;
    while at < chars.len() {
        match (chars[at], chars.get(at + 1)) {
            ('/', Some('*')) => (depth, at) = (depth + 1, at + 2),
            ('*', Some('/')) => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

/// The end of `r"…"`, `r#"…"#`, `br"…"` and the like, if one begins here.
fn after_raw_string(chars: &[char], from: usize) -> Option<usize> {
    let inside_word = from > 0 && (chars[from - 1].is_alphanumeric() || chars[from - 1] == '_');
    if inside_word {
        return None;
    }
    let prefix = usize::from(matches!(chars[from], 'b' | 'c'));
    if chars.get(from + prefix) != Some(&'r') {
        return None;
    }
    let hashes_from = from + prefix + 1;
    let open = find(chars, hashes_from.min(chars.len()), |c| c != '#');
    if chars.get(open) != Some(&'"') {
        return None;
    }
    let hashes = open - hashes_from;
    let mut at = open + 1;
    while at < chars.len() {
        let closed = chars[at] == '"'
            && chars[at + 1..]
                .iter()
                .take(hashes)
                .filter(|c| **c == '#')
                .count()
                == hashes;
        if closed {
            return Some(at + 1 + hashes);
        }
        at += 1;
    }
    Some(at)
}

fn after_quoted(chars: &[char], from: usize, quote: char) -> usize {
    let mut at = from + 1;
    while at < chars.len() && chars[at] != quote {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

fn after_char_or_lifetime(chars: &[char], from: usize) -> usize {
    let escaped = chars.get(from + 1) == Some(&'\\');
    if escaped || chars.get(from + 2) == Some(&'\'') {
        after_quoted(chars, from, '\'')
    } else {
        // A lifetime: its name would otherwise be taken for a word of its own.
        find(chars, from + 1, |c| !(c.is_alphanumeric() || c == '_'))
    }
}

/// Drops every item under `#[cfg(test)]`.
fn without_tests(tokens: &[String]) -> Vec<String> {
    const MARK: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut kept = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        let marked = tokens[at..]
            .iter()
            .map(String::as_str)
            .take(MARK.len())
            .eq(MARK);
        if marked {
            at = after_item(tokens, at + MARK.len());
        } else {
            kept.push(tokens[at].clone());
            at += 1;
        }
    }
    kept
}

/// Where the item ends that begins at `from`: at its `;`, or at the brace that closes its body.
fn after_item(tokens: &[String], from: usize) -> usize {
    let mut depth = 0_usize;
    for (offset, token) in tokens[from..].iter().enumerate() {
        match token.as_str() {
            "{" => depth += 1,
            "}" => depth -= 1,
            _ => {}
        }
        let body_closed = token == "}" && depth == 0;
        if body_closed || (token == ";" && depth == 0) {
            return from + offset + 1;
        }
    }
    tokens.len()
}
