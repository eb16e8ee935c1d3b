//! Holds the layers to the direction they point: each may use only what its row names.

use std::fs;
use std::path::{Path, PathBuf};

/// A layer, the layers it may use, and the crates that only some layers may use.
const LAYERS: [(&str, &[&str]); 13] = [
    ("fault", &[]),
    ("domain", &[]),
    ("audience", &["domain"]),
    ("config", &["domain"]),
    ("platform", &["domain"]),
    ("store", &["domain", "audience", "fault"]),
    (
        "launcher",
        &["domain", "audience", "platform", "store", "fault"],
    ),
    ("sandbox", &["domain", "audience", "fault"]),
    (
        "session",
        &[
            "domain", "audience", "config", "platform", "store", "launcher", "sandbox", "fault",
        ],
    ),
    ("model", &["domain", "audience"]),
    ("ui", &["domain", "audience", "model"]),
    (
        "runtime",
        &[
            "domain", "audience", "config", "platform", "store", "launcher", "sandbox", "session",
            "model", "ui", "fault",
        ],
    ),
    (
        "cli",
        &[
            "domain", "audience", "config", "platform", "store", "launcher", "sandbox", "session",
            "model", "ui", "runtime", "fault",
        ],
    ),
];

/// A crate, and the layers that may use it.
const CRATES: [(&str, &[&str]); 7] = [
    ("reqwest", &["platform"]),
    ("rusqlite", &["store", "sandbox"]),
    ("axum", &["sandbox"]),
    ("hyper", &["sandbox"]),
    ("ratatui", &["ui", "runtime"]),
    ("crossterm", &["model", "ui", "runtime"]),
    (
        "tokio",
        &[
            "platform", "store", "launcher", "sandbox", "session", "runtime", "cli",
        ],
    ),
];

#[test]
fn every_layer_uses_only_the_layers_of_its_row() {
    let mut wrong = Vec::new();
    for (layer, allowed) in LAYERS {
        for file in files_of(layer) {
            for (number, line) in code_lines(&file) {
                for used in layers_named_in(&line) {
                    if used != layer && !allowed.contains(&used.as_str()) {
                        wrong.push(format!("{}:{number} uses {used}: {line}", file.display()));
                    }
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "a layer points the wrong way:\n{}",
        wrong.join("\n")
    );
}

/// A group over several lines would hide the layers it names from the other tests.
#[test]
fn every_use_of_the_crate_names_its_layer_on_its_own_line() {
    let mut wrong = Vec::new();
    for (layer, _) in LAYERS {
        for file in files_of(layer) {
            for (number, line) in code_lines(&file) {
                if line.trim_end().ends_with("crate::{") {
                    wrong.push(format!("{}:{number}", file.display()));
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "write one use a layer:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn every_crate_stays_in_the_layers_that_own_it() {
    let mut wrong = Vec::new();
    for (layer, _) in LAYERS {
        for file in files_of(layer) {
            for (number, line) in code_lines(&file) {
                for (name, owners) in CRATES {
                    if names_crate(&line, name) && !owners.contains(&layer) {
                        wrong.push(format!("{}:{number} uses {name}: {line}", file.display()));
                    }
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "a crate is used outside of its layers:\n{}",
        wrong.join("\n")
    );
}

/// The launcher calls the hook, since only it puts the call on the record first. A rehearsal calls one too: that of the
/// sandbox which it made itself a moment before, and the same file refuses every other.
#[test]
fn the_launcher_is_the_only_code_that_calls_a_hook_that_is_not_its_own_sandboxs() {
    let allowed = ["src/launcher/calls.rs", "src/session/rehearse/calls.rs"];
    let mut callers = Vec::new();
    for (layer, _) in LAYERS.into_iter().filter(|(layer, _)| *layer != "platform") {
        for file in files_of(layer) {
            let calls = |(_, line): &(usize, String)| {
                ["ready_call", "HookRequest"]
                    .iter()
                    .any(|name| line.contains(name))
            };
            if code_lines(&file).iter().any(calls) {
                let path = file.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap();
                callers.push(path.to_str().unwrap().to_owned());
            }
        }
    }
    assert_eq!(callers, allowed);
    let rehearsal = fs::read_to_string(source().join("session/rehearse/calls.rs")).unwrap();
    assert_eq!(
        rehearsal.matches("ready_call(").count(),
        1,
        "one place, behind the check that the hook is of its own sandbox"
    );
    assert!(
        !rehearsal.contains("broadcast.hook"),
        "a rehearsal has no use for the hook of a real broadcast"
    );
}

#[test]
fn every_module_of_the_crate_is_a_layer() {
    let names = LAYERS.map(|(layer, _)| layer);
    for entry in fs::read_dir(source()).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
        assert!(
            ["lib", "main"].contains(&stem.as_str()) || names.contains(&stem.as_str()),
            "{stem} is in no row of the table of layers"
        );
    }
}

#[test]
fn the_check_sees_a_layer_that_points_the_wrong_way() {
    assert_eq!(layers_named_in("use crate::store::Cache;"), ["store"]);
    assert_eq!(
        layers_named_in("use crate::{domain::plan::Plan, ui::App};"),
        ["domain", "ui"]
    );
    assert_eq!(
        layers_named_in("let x = crate::platform::Client::new();"),
        ["platform"]
    );
    assert!(names_crate("use reqwest::Client;", "reqwest"));
    assert!(names_crate("fn f() -> rusqlite::Result<()> {", "rusqlite"));
    assert!(!names_crate("use hyper_util::rt::TokioIo;", "hyper"));
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn files_of(layer: &str) -> Vec<PathBuf> {
    let mut files = vec![source().join(format!("{layer}.rs"))];
    let mut folders = vec![source().join(layer)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(folder) else {
            continue;
        };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files
}

/// The lines that are code, with their numbers: comments can name what they like.
fn code_lines(file: &Path) -> Vec<(usize, String)> {
    let text =
        fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .map(|(index, line)| (index + 1, line.to_owned()))
        .collect()
}

fn layers_named_in(line: &str) -> Vec<String> {
    let mut named = Vec::new();
    for (start, _) in line.match_indices("crate::") {
        let rest = &line[start + "crate::".len()..];
        let list = rest.strip_prefix('{').map_or(rest, |list| list);
        let items: Vec<&str> = if rest.starts_with('{') {
            list.split(',').collect()
        } else {
            vec![list]
        };
        for item in items {
            let name: String = item
                .trim()
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
                .collect();
            if LAYERS.iter().any(|(layer, _)| *layer == name) {
                named.push(name);
            }
        }
    }
    named
}

fn names_crate(line: &str, name: &str) -> bool {
    line.match_indices(&format!("{name}::")).any(|(start, _)| {
        !line[..start].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':')
    })
}
