//! Modules import each other without circles.
#![allow(clippy::unwrap_used)]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// All modules; each imports only modules of earlier rows.
const ROWS: [&[&str]; 7] = [
    &["error", "files", "graph", "kernel", "one_line"],
    &["device", "molecule", "report", "testing"],
    &["data", "evaluate", "nn", "pricing"],
    &["generative", "overparam"],
    &["train"],
    &["study"],
    &["lib"],
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        // Tests may use everything.
        if name == "tests" || name.ends_with("_tests") {
            continue;
        }
        match path.is_dir() {
            true => sources(&path, found),
            false if path.extension().is_some_and(|one| one == "rs") => found.push(path),
            false => {}
        }
    }
}

/// The code of a file without comments and without the tests at its end.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let end = text.find("#[cfg(test)]\nmod tests {");
    let end = end.or_else(|| text.find("#[cfg(test)]\n#[cfg(feature = \"flex\")]\nmod tests {"));
    let lines = text[..end.unwrap_or(text.len())].lines();
    lines
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| [line, "\n"])
        .collect()
}

/// The first names of the paths `crate::a::b` and `crate::{a::b, c}` in the code.
fn imported(code: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (at, start) in code.match_indices("crate::") {
        // Not of a word that ends in "crate", nor a visibility such as pub(in crate::a).
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &code[at + start.len()..];
        let name = |text: &str| -> String {
            let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_'));
            text[..end.unwrap_or(text.len())].into()
        };
        if !rest.starts_with('{') {
            names.insert(name(rest));
            continue;
        }
        let mut depth = 0;
        let mut expected = false;
        for (k, c) in rest.char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                break;
            }
            if depth == 1 && expected && c.is_alphabetic() {
                names.insert(name(&rest[k..]));
                expected = false;
            }
            expected |= depth == 1 && matches!(c, '{' | ',');
        }
    }
    names
}

#[test]
fn modules_import_only_modules_of_earlier_rows() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let row = |name: &str| ROWS.iter().position(|row| row.contains(&name));
    let mut files = Vec::new();
    sources(&root, &mut files);
    assert!(files.len() > 500, "{} files", files.len());
    let mut arrows = 0;
    for path in files {
        let first = path.strip_prefix(&root).unwrap().iter().next().unwrap();
        let module = Path::new(first).file_stem().unwrap().to_str().unwrap();
        let own = row(module).unwrap_or_else(|| panic!("{module} is in no row"));
        for name in imported(&code(&path)) {
            let Some(other) = row(&name).filter(|_| name != module) else {
                continue;
            };
            arrows += 1;
            assert!(
                other < own,
                "{} imports crate::{name}, which is not below {module}",
                path.display()
            );
        }
    }
    assert!(arrows > 300, "{arrows} imports");
}

#[test]
fn imports_are_found() {
    let code = "use crate::{a::{b, c}, d, e::f};\nfn g() { crate::h::i() }\nmycrate::j";
    let names: Vec<String> = imported(code).into_iter().collect();
    assert_eq!(names, ["a", "d", "e", "h"]);
}
