//! Files that use each other in a circle.
//!
//! A file uses the file in which a name is defined, also where another file passes the name on
//! with `pub use`; passing on is no use. Circles are harder to change than the sum of their files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use super::paths::Source;
use super::{is_test_file, modules};

/// Which file uses which, by module path.
pub struct Graph {
    uses: BTreeMap<String, BTreeSet<String>>,
}

/// A file's own code, its imports, and the names that it passes on.
struct File {
    imports: Vec<Vec<String>>,
    passed_on: Vec<Vec<String>>,
    code: Vec<Vec<String>>,
}

impl Graph {
    /// Reads files, given by module path and source.
    pub fn of(files: &[(String, String)]) -> Self {
        let files: BTreeMap<&str, File> = files
            .iter()
            .map(|(module, source)| (module.as_str(), File::read(module, source)))
            .collect();
        let uses = files.iter().map(|(module, file)| {
            let targets = file.uses(&files, module).into_iter();
            let targets = targets.filter(|target| target != module);
            ((*module).to_owned(), targets.collect())
        });
        Self {
            uses: uses.collect(),
        }
    }

    /// Every use that is part of a circle, as `from → to`.
    pub fn circles(&self) -> Vec<String> {
        let mut found = Vec::new();
        for (from, targets) in &self.uses {
            for to in targets {
                if self.reach(to).contains(from) {
                    found.push(format!("{from} → {to}"));
                }
            }
        }
        found
    }

    /// Every file that is reached from one, itself included.
    fn reach(&self, from: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let mut open = vec![from.to_owned()];
        while let Some(module) = open.pop() {
            if found.insert(module.clone()) {
                open.extend(self.uses.get(&module).into_iter().flatten().cloned());
            }
        }
        found
    }
}

impl File {
    fn read(module: &str, source: &str) -> Self {
        let source = Source::read(source);
        let (imports, code) = source.split_imports();
        let split = |path: &String| path.split("::").map(str::to_owned).collect();
        let paths = |source: &Source| source.paths(module).iter().map(split).collect();
        let mut file = Self {
            imports: Vec::new(),
            passed_on: Vec::new(),
            code: paths(&code),
        };
        for import in imports {
            let list = if import.is_public {
                &mut file.passed_on
            } else {
                &mut file.imports
            };
            let paths: Vec<Vec<String>> = paths(&import.source);
            list.extend(paths);
        }
        file
    }

    /// The files that this one uses, without those that it only passes names on from.
    fn uses(&self, files: &BTreeMap<&str, Self>, module: &str) -> BTreeSet<String> {
        let is_named = |name: Option<&String>| self.code.iter().any(|used| used.first() == name);
        let mut found = BTreeSet::new();
        for path in &self.code {
            // A module that is imported says nothing yet; the names that are taken from it do.
            let import = self
                .imports
                .iter()
                .find(|import| import.last() == path.first());
            let path = match (import, path.split_first()) {
                (Some(import), Some((_, rest))) => [import.as_slice(), rest].concat(),
                _ => path.clone(),
            };
            found.extend(resolve(files, module, &path, 8).and_then(Place::of_a_name));
        }
        for path in &self.imports {
            found.extend(
                resolve(files, module, path, 8).and_then(|place| match place.name {
                    Name::Module if is_named(path.last()) => None,
                    _ => Some(place.module),
                }),
            );
        }
        for path in self.passed_on.iter().filter(|path| is_named(path.last())) {
            found.extend(resolve(files, module, path, 8).and_then(Place::of_a_name));
        }
        found
    }

    /// The path behind a name that the file imports or passes on.
    fn behind(&self, name: &str) -> Option<&[String]> {
        let mut paths = self.passed_on.iter().chain(&self.imports);
        let found = paths.find(|path| path.len() > 1 && path.last().is_some_and(|l| l == name));
        found.map(Vec::as_slice)
    }
}

/// Where a path leads.
struct Place {
    module: String,
    name: Name,
}

/// What of a file a path names.
#[derive(PartialEq, Eq)]
enum Name {
    /// The file itself.
    Module,
    /// Something in it.
    Item,
}

impl Place {
    /// The file, if something in it is named.
    fn of_a_name(self) -> Option<String> {
        (self.name == Name::Item).then_some(self.module)
    }
}

/// Where a path of `module` leads, names that are passed on followed to their source.
fn resolve(
    files: &BTreeMap<&str, File>,
    module: &str,
    path: &[String],
    hops: usize,
) -> Option<Place> {
    let inside: Vec<&str> = match path.split_first() {
        Some((first, rest)) if first == "crate" => rest.iter().map(String::as_str).collect(),
        // A path may begin with a module of this file's own.
        _ => {
            let here = module.split("::").filter(|part| !part.is_empty());
            let below: Vec<&str> = here.chain(path.iter().map(String::as_str)).collect();
            let child = below[..=below.len() - path.len()].join("::");
            files.contains_key(child.as_str()).then_some(below)?
        }
    };
    let is_file = |length: &usize| files.contains_key(inside[..*length].join("::").as_str());
    let length = (0..=inside.len()).rev().find(is_file)?;
    let found = inside[..length].join("::");
    let Some(name) = inside.get(length) else {
        let name = Name::Module;
        return Some(Place {
            module: found,
            name,
        });
    };
    let behind = files.get(found.as_str()).and_then(|file| file.behind(name));
    let behind = behind.filter(|_| hops > 0);
    let behind = behind.and_then(|path| resolve(files, &found, path, hops - 1));
    let here = Place {
        module: found,
        name: Name::Item,
    };
    Some(behind.unwrap_or(here))
}

#[test]
fn no_files_use_each_other_in_a_circle() {
    let files: Vec<(String, String)> = modules()
        .into_iter()
        .filter(|(module, _)| !is_test_file(module))
        .map(|(module, path)| (module, fs::read_to_string(path).unwrap()))
        .collect();
    let found = Graph::of(&files).circles();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn a_circle_is_found_also_through_names_that_are_passed_on() {
    let circles = |files: &[(&str, &str)]| {
        let files = files.iter();
        let files = files.map(|(module, source)| ((*module).to_owned(), (*source).to_owned()));
        Graph::of(&files.collect::<Vec<_>>()).circles()
    };
    let direct = circles(&[
        ("a::b", "use super::c::C; pub struct B(C);"),
        ("a::c", "pub struct C; fn f() { super::b::g(); }"),
    ]);
    assert_eq!(direct, ["a::b → a::c", "a::c → a::b"]);
    let passed_on = circles(&[
        ("a", "mod b; mod c; pub use b::B; pub use c::C;"),
        ("a::b", "use super::C;"),
        ("a::c", "use crate::a::B;"),
    ]);
    assert_eq!(passed_on, ["a::b → a::c", "a::c → a::b"]);
    let through_the_parent = circles(&[
        ("a", "mod b; pub use b::B; pub struct A; fn f(b: &B) {}"),
        ("a::b", "use super::A; pub struct B;"),
    ]);
    assert_eq!(through_the_parent, ["a → a::b", "a::b → a"]);
    let none = circles(&[
        ("a", "mod b; mod c; pub use b::B; fn f() { c::g(); }"),
        ("a::b", "pub struct B;"),
        ("a::c", "use super::B; pub fn g() {}"),
    ]);
    assert_eq!(none, [""; 0]);
}
