//! Writes manual pages into a folder, and never over a file that somebody else put there.
//!
//! All names are checked before the first page is written. Each page is written beside its place
//! and then moved there, so that nobody ever reads half a page.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;

use super::page::Page;
use crate::commands::{Exit, Failure};

/// Makes the folder if there is none, and writes the pages into it.
pub(super) fn write_pages(folder: &Path, pages: &[Page]) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(|error| {
        let what = format_args!("the folder {} cannot be made: {error}", folder.display());
        Failure::new(Exit::Failure, what, "give another folder")
    })?;
    for page in pages {
        check_place(&folder.join(&page.file_name), page)?;
    }
    for page in pages {
        let path = folder.join(&page.file_name);
        write_page(folder, page).map_err(|error| {
            let what = format_args!("{} cannot be written: {error}", path.display());
            Failure::new(Exit::Failure, what, "check the folder, or give another one")
        })?;
    }
    Ok(())
}

/// Refuses a place that holds anything but an earlier version of the same page.
fn check_place(path: &Path, page: &Page) -> Result<(), Failure> {
    let is_ours = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => true,
        Err(error) => {
            let what = format_args!("{} cannot be read: {error}", path.display());
            return Err(Failure::new(Exit::Failure, what, "give another folder"));
        }
        Ok(found) => found.is_file() && fs::read(path).is_ok_and(|old| is_page(&old, page)),
    };
    if is_ours {
        return Ok(());
    }
    let what = format_args!("{} is not a page of this program", path.display());
    let next = "nothing was written; move that file away, or give another folder";
    Err(Failure::new(Exit::Failure, what, next))
}

/// Whether `old` is this page, of whatever version: its title says so.
fn is_page(old: &[u8], page: &Page) -> bool {
    let old = String::from_utf8_lossy(old);
    let title = format!(".TH {} 1 ", page.file_name.trim_end_matches(".1"));
    let found = old.lines().find(|line| line.starts_with(".TH "));
    found.is_some_and(|line| line.starts_with(&title))
}

fn write_page(folder: &Path, page: &Page) -> io::Result<()> {
    let new = folder.join(format!(".{}.{}", page.file_name, std::process::id()));
    let mut file = OpenOptions::new().write(true).create_new(true).open(&new)?;
    let written = file
        .write_all(page.text.as_bytes())
        .and_then(|()| fs::rename(&new, folder.join(&page.file_name)));
    if written.is_err() {
        // The error is reported already; a leftover is only untidy.
        let _ = fs::remove_file(&new);
    }
    written
}
