//! Deals lines into files in many ways, none of which changes when anything was said: in any order,
//! several times, many in a file or each in its own.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use serde_json::Value;

use super::lines::at;
use super::rules::{Content, Line};
use super::shelf::Shelf;

const DAY: i64 = 86_400_000;

/// The columns of tables, in the order in which they come.
const COLUMNS: [&str; 6] = ["city", "_id", "givenName", "userId", "email", "plan"];

/// Numbers that look random, the same for the same seed.
pub struct Chance(u64);

impl Chance {
    pub const fn of(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let end = u64::try_from(end).unwrap();
        usize::try_from((mixed ^ (mixed >> 31)) % end).unwrap()
    }

    pub fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for end in (1..items.len()).rev() {
            items.swap(end, self.below(end + 1));
        }
    }
}

/// A file that is imported.
#[derive(Debug, Clone)]
pub struct File {
    pub name: String,
    date: i64,
    is_table: bool,
    lines: BTreeMap<u64, Content>,
}

impl File {
    fn new(number: usize, date: i64, content: &Content) -> Self {
        let is_table = matches!(content, Content::Row(_));
        let ending = if is_table { "csv" } else { "jsonl" };
        Self {
            name: format!("{number}.{ending}"),
            date,
            is_table,
            lines: BTreeMap::new(),
        }
    }

    fn takes(&self, date: i64, line: &Line) -> bool {
        let is_table = matches!(line.content, Content::Row(_));
        self.date == date && self.is_table == is_table && !self.lines.contains_key(&line.number)
    }

    /// The bytes, with each line at its number.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut columns: Vec<&str> = Vec::new();
        if self.is_table {
            let rows = self.lines.values().filter_map(|content| match content {
                Content::Row(cells) => Some(cells.keys().copied()),
                Content::Json(_) => None,
            });
            let used: BTreeSet<&str> = rows.flatten().collect();
            columns = COLUMNS.into_iter().filter(|it| used.contains(it)).collect();
            text = columns.join(",") + "\n";
        }
        for (number, content) in &self.lines {
            let before = u64::try_from(text.lines().count()).unwrap();
            text.extend((before + 1..*number).map(|_| '\n'));
            match content {
                Content::Json(value) => writeln!(text, "{value}").unwrap(),
                Content::Row(cells) => {
                    let cells = columns.iter().map(|name| cells.get(name));
                    let row: Vec<&str> = cells.map(|it| it.map_or("", String::as_str)).collect();
                    writeln!(text, "{}", row.join(",")).unwrap();
                }
            }
        }
        text
    }

    /// Writes the file, as old as it should be.
    pub fn write(&self, to: &Shelf) -> PathBuf {
        let path = to.file(&self.name, self.text());
        let date = Duration::from_millis(u64::try_from(self.date).unwrap());
        let file = std::fs::File::options().append(true).open(&path).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH + date).unwrap();
        path
    }

    pub fn words(&self) -> String {
        let date = Timestamp::from_millisecond(self.date).unwrap();
        format!("--- {} of {date}\n{}", self.name, self.text())
    }
}

/// Each line in its own file, in the order of the lines.
pub fn one_by_one(lines: &[Line]) -> Vec<File> {
    let files = lines.iter().enumerate().map(|(number, line)| {
        let mut file = File::new(number, line.date, &line.content);
        file.lines.insert(line.number, line.content.clone());
        file
    });
    files.collect()
}

/// The same lines in other files and in another order; some of them come more than once.
pub fn deal(lines: &[Line], chance: &mut Chance) -> Vec<File> {
    let mut dealt: Vec<&Line> = lines.iter().collect();
    for _ in 0..lines.len() / 3 {
        dealt.push(&lines[chance.below(lines.len())]);
    }
    chance.shuffle(&mut dealt);
    let mut files: Vec<File> = Vec::new();
    let joins = 1 + chance.below(4);
    for line in dealt {
        let date = other_date(line, chance);
        let number = files.len();
        let place = files.iter().position(|file| file.takes(date, line));
        let place = place.filter(|_| !chance.one_in(joins)).unwrap_or_else(|| {
            files.push(File::new(number, date, &line.content));
            number
        });
        files[place].lines.insert(line.number, line.content.clone());
    }
    for _ in 0..chance.below(3) {
        files.push(files[chance.below(files.len())].clone());
    }
    chance.shuffle(&mut files);
    files
}

/// A date of the file with which the line says the same: answers say themselves when they were
/// given, and so do events that are believed.
fn other_date(line: &Line, chance: &mut Chance) -> i64 {
    let Content::Json(value) = &line.content else {
        return line.date;
    };
    let Some(latest) = latest_own_time(value) else {
        return line.date;
    };
    let other = at(u8::try_from(chance.below(12)).unwrap());
    let is_answer = value.get("schema").is_some();
    let is_believed = |date: i64| latest <= date + if is_answer { 0 } else { DAY };
    let is_same = is_believed(other) && (is_answer || is_believed(line.date));
    if is_same { other } else { line.date }
}

/// The latest of the times in it, if there is one for everything that it says.
fn latest_own_time(value: &Value) -> Option<i64> {
    let iso = |value: &Value| Some(value.as_str()?.parse::<Timestamp>().ok()?.as_millisecond());
    if let Some(fetched_at) = value.get("fetched_at") {
        return iso(fetched_at);
    }
    if value.get("trigger").is_some() {
        let received = &value["messages"][0]["received"];
        let seconds = value.get("timestamp").unwrap_or(received);
        return Some(seconds.as_i64()? * 1000);
    }
    let mut latest = None;
    for event in value["events"].as_array()? {
        let received = iso(&event["payload"]["message"]["received"]);
        latest = latest.max(Some(iso(&event["createdAt"])?)).max(received);
    }
    latest
}
