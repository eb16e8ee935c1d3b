//! Verbs whose outputs nobody reads any more: no error, and no word of it.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::Stdio;

use rstest::rstest;

use crate::acts::{BOT, BROADCAST};
use crate::home::Home;

/// What is shorter than a pipe holds is written to one that is closed already.
#[rstest]
#[case::a_long_table(&["contacts"], 1)]
#[case::long_json(&["contacts", "--json"], 0)]
#[case::the_record(&["log"], 0)]
#[case::json_of_the_record(&["log", "--json"], 0)]
#[case::nothing_read(&["broadcasts"], 0)]
#[case::a_preview(&["preview", "all"], 0)]
#[case::a_report(&["doctor", "--offline"], 0)]
#[case::help(&["--help"], 0)]
fn a_closed_pipe_is_no_error(#[case] arguments: &[&str], #[case] lines: usize) {
    let home = Home::new();
    assert!(home.verb(&["sync"]).output().unwrap().status.success());
    let plan = format!(r#"{{"broadcast":"{BROADCAST}","bot":"{BOT}","form":"configured"}}"#);
    home.save_plan("all", &plan);
    let launched = home.verb(&["launch", "all", "--yes"]).output().unwrap();
    assert!(launched.status.success(), "{launched:?}");
    let mut child = home
        .verb(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::with_capacity(16, child.stdout.take().unwrap());
    for _ in 0..lines {
        out.read_line(&mut String::new()).unwrap();
    }
    drop(out);
    let mut said = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0), "{said}");
    for words in ["panicked", "went wrong inside", "pipe"] {
        assert!(!said.contains(words), "{said}");
    }
}

#[test]
fn a_launch_nobody_listens_to_has_its_exit_code_and_its_record() {
    let home = Home::new();
    assert!(home.verb(&["sync"]).output().unwrap().status.success());
    let plan = format!(r#"{{"broadcast":"{BROADCAST}","bot":"{BOT}","form":"configured"}}"#);
    home.save_plan("all", &plan);
    let mut child = home
        .verb(&["launch", "all", "--yes"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop((child.stdout.take(), child.stderr.take()));
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let log = home.verb(&["log", "--json"]).output().unwrap();
    let log: serde_json::Value = serde_json::from_slice(&log.stdout).unwrap();
    assert_eq!(log[0]["outcome"], "accepted");
}
