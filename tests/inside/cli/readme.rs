//! The README's command line: its commands work as they stand, pasted from the first line on.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use assert_cmd::cargo::cargo_bin;

/// The `sh` blocks of a section, in order.
fn blocks(section: &str) -> Vec<String> {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let text = fs::read_to_string(readme).unwrap();
    let from = text.find(section).unwrap() + section.len();
    let section = text[from..].split("\n## ").next().unwrap();
    let fenced = section.split("```sh\n").skip(1);
    fenced
        .map(|block| block.split("```").next().unwrap().to_owned())
        .collect()
}

/// Runs a script as somebody does who pastes it, but that it stops at the first command that fails; the profile is the
/// built-in sandbox of a home of its own.
fn paste(script: &str) -> std::process::Output {
    let home = tempfile::tempdir().unwrap();
    let binary = cargo_bin("mylink");
    // What it left in the background ends with it, also where a command fails.
    let script = format!("trap 'kill $(jobs -p) 2> /dev/null || true' EXIT\n{script}");
    Command::new("bash")
        .args(["-e", "-u", "-x", "-o", "pipefail", "-c", &script])
        .env_clear()
        .env("HOME", home.path())
        // Times are told with their zone, which is not UTC for most.
        .env("TZ", "Europe/Rome")
        .env("XDG_CONFIG_HOME", home.path().join("config"))
        .env("XDG_DATA_HOME", home.path().join("data"))
        .env(
            "PATH",
            format!("{}:/usr/bin:/bin", binary.parent().unwrap().display()),
        )
        .current_dir(home.path())
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

#[test]
fn every_command_of_the_readme_works_when_pasted_in_order() {
    let mut blocks = blocks("\n## Command line\n");
    assert!(blocks.len() >= 4, "{blocks:?}");
    // The tests need no curl; the rehearsal, which is the last block, does.
    let has_curl = Path::new("/usr/bin/curl").exists();
    blocks.retain(|block| has_curl || !block.contains("\ncurl "));
    let script = blocks.concat();
    for verb in ["launch plan.json --yes", "plan freeze", "suppress import"] {
        assert!(script.contains(verb), "no {verb} in the README");
    }
    let ran = paste(&script);
    let told = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{}: {told}", ran.status);
    assert!(!told.contains("mylink: "), "a verb failed unseen: {told}");
}
