//! Mistakes of the program itself without a screen: one sentence in the place of Rust's own, the exit code of what is
//! certain, and no server that looks as if it served.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Output, Stdio};
use std::time::Instant;

use rstest::rstest;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::acts::{BOT, BROADCAST};
use crate::home::Home;
use crate::platform::Platform;
use crate::terminal::DEADLINE;

/// Runs a verb that panics at a place.
fn run(home: &Home, place: &str, arguments: &[&str]) -> Output {
    home.write("now", "");
    let mut verb = home.verb(arguments);
    verb.env("MYLINK_PANIC_AT", fault(home, place));
    verb.output().unwrap()
}

fn fault(home: &Home, place: &str) -> String {
    format!("{place}:{}", home.path("now").display())
}

/// One sentence, with where the details lie, and nothing of Rust's own.
#[track_caller]
fn assert_says_so(home: &Home, said: &str, place: &str) {
    let log = home.path("data/mylink-console/mylink.log");
    for words in [
        "mylink: something went wrong inside (",
        &format!("a fault on purpose in {place}"),
        "What was sent is in: mylink log.",
        log.to_str().unwrap(),
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert_eq!(said.matches("something went wrong").count(), 1, "{said}");
    for words in ["panicked", "RUST_BACKTRACE", "\x1b"] {
        assert!(!said.contains(words), "{words}: {said}");
    }
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// The outcomes on the record.
fn outcomes(home: &Home) -> Vec<String> {
    let output = home.verb(&["log", "--json"]).output().unwrap();
    let log: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    let outcomes = log.iter().map(|launch| &launch["outcome"]);
    outcomes
        .map(|outcome| outcome.as_str().unwrap().to_owned())
        .collect()
}

fn save_plan(home: &Home) {
    let plan = format!(r#"{{"broadcast":"{BROADCAST}","bot":"{BOT}","form":"configured"}}"#);
    home.save_plan("all", &plan);
}

#[rstest]
#[case(&["bots"])]
#[case(&["broadcasts"])]
#[case(&["contacts"])]
#[case(&["doctor"])]
#[case(&["import", "people.csv"])]
#[case(&["launch", "all"])]
#[case(&["launch", "all", "--yes"])]
#[case(&["log"])]
#[case(&["pending"])]
#[case(&["plan", "list"])]
#[case(&["preview", "all"])]
#[case(&["run", "--pending"])]
#[case(&["sandbox"])]
#[case(&["settings", BROADCAST])]
#[case(&["settle", "0", "sent", "--reason", "x"])]
#[case(&["suppress", "list"])]
#[case(&["sync"])]
#[case(&["take-back", "0"])]
fn a_verb_that_panics_says_so_in_a_sentence(#[case] arguments: &[&str]) {
    let home = Home::new();
    let output = run(&home, "verb", arguments);
    assert_eq!(output.status.code(), Some(6), "{output:?}");
    assert_says_so(&home, text(&output.stderr), "verb");
    assert!(output.stdout.is_empty(), "{output:?}");
}

#[rstest]
#[case::of_the_journal("journal", "log")]
#[case::of_the_cache("cache", "sync")]
#[case::of_the_lookups("lookups", "bots")]
fn a_verb_beside_which_something_panics_is_not_done(#[case] place: &str, #[case] verb: &str) {
    let home = Home::new();
    home.verb(&["sync"]).output().unwrap();
    let output = run(&home, place, &[verb]);
    assert_eq!(output.status.code(), Some(6), "{output:?}");
    assert_says_so(&home, text(&output.stderr), place);
}

#[rstest]
#[case::a_store_before_it("journal", 6, 0, None)]
#[case::before_its_first_call("armed", 3, 0, Some("failed"))]
#[case::before_the_first_byte("sending", 3, 0, Some("unknown"))]
#[case::before_its_outcome_is_kept("answered", 3, 1, Some("unknown"))]
fn a_launch_that_panics_says_no_more_than_is_certain(
    #[case] place: &str,
    #[case] code: i32,
    #[case] arrived: usize,
    #[case] outcome: Option<&str>,
) {
    let home = Home::new();
    let platform = Platform::of(&home.sandbox());
    let broadcast = platform.broadcast(BOT, BROADCAST);
    home.verb(&["sync"]).output().unwrap();
    save_plan(&home);
    let output = run(&home, place, &["launch", "all", "--yes", "--json"]);
    assert_eq!(output.status.code(), Some(code), "{output:?}");
    assert_says_so(&home, text(&output.stderr), place);
    let result: Value = serde_json::from_slice(&output.stdout).unwrap();
    let said = if code == 3 { "unknown" } else { "refused" };
    assert_eq!(result["outcome"], said);
    assert_eq!(platform.runs(&broadcast).len(), arrived);
    let outcome: Vec<String> = outcome.map(str::to_owned).into_iter().collect();
    assert_eq!(outcomes(&home), outcome);
}

/// A program that serves, and what it has said so far.
struct Server {
    child: Child,
}

impl Server {
    /// Starts it, and waits until it has said something on stdout or stderr.
    fn start(home: &Home, place: &str, arguments: &[&str]) -> (Self, String) {
        let mut verb = home.verb(arguments);
        let mut child = verb
            .env("MYLINK_PANIC_AT", fault(home, place))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        if arguments[0] == "sandbox" {
            let mut out = BufReader::new(child.stdout.as_mut().unwrap());
            out.read_line(&mut line).unwrap();
        } else {
            let mut err = BufReader::with_capacity(1, child.stderr.as_mut().unwrap());
            err.read_line(&mut line).unwrap();
        }
        (Self { child }, line)
    }

    fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Waits for its end; gives exit code and stderr.
    fn end(&mut self) -> (Option<i32>, String) {
        let deadline = Instant::now() + DEADLINE;
        while self.is_running() {
            assert!(Instant::now() < deadline, "it looks as if it served");
            std::thread::yield_now();
        }
        let mut said = String::new();
        let mut err = self.child.stderr.take().unwrap();
        err.read_to_string(&mut said).unwrap();
        (self.child.wait().unwrap().code(), said)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[rstest]
#[case::of_the_serving_itself("serve")]
#[case::of_what_watches_the_files("watch")]
#[case::of_the_journals_thread("journal")]
fn a_server_of_which_a_part_dies_ends_and_what_waits_is_sent_by_the_next(#[case] place: &str) {
    let home = Home::new();
    let platform = Platform::of(&home.sandbox());
    let broadcast = platform.broadcast(BOT, BROADCAST);
    home.verb(&["sync"]).output().unwrap();
    save_plan(&home);
    let held = home.verb(&["launch", "all", "--yes", "--at", "in 2 hours"]);
    assert!({ held }.output().unwrap().status.success());
    let (mut server, said) = Server::start(&home, place, &["run", "--pending"]);
    assert!(said.starts_with("Waiting for"), "{said}");
    home.write("now", "");
    // Another launch is let wait, which every part of a server has to hear of.
    let held = home.verb(&["launch", "all", "--yes", "--at", "in 8 s", "--again"]);
    assert!({ held }.output().unwrap().status.success());
    let (code, said) = server.end();
    assert_eq!(code, Some(3), "{said}");
    assert_says_so(&home, &said, place);
    assert!(platform.runs(&broadcast).is_empty());
    let (mut next, _) = Server::start(&home, "nothing", &["run", "--pending"]);
    platform.wait_for_run(&broadcast);
    next.signal(Signal::TERM);
    let (code, said) = next.end();
    assert_eq!(code, Some(0), "{said}");
    platform.only_run(&broadcast);
    assert_eq!(outcomes(&home), ["accepted"]);
}

#[test]
fn a_server_whose_launch_panics_leaves_it_unknown_and_ends() {
    let home = Home::new();
    let platform = Platform::of(&home.sandbox());
    let broadcast = platform.broadcast(BOT, BROADCAST);
    home.verb(&["sync"]).output().unwrap();
    save_plan(&home);
    home.write("now", "");
    let held = home.verb(&["launch", "all", "--yes", "--at", "in 2 s"]);
    assert!({ held }.output().unwrap().status.success());
    let (mut server, _) = Server::start(&home, "answered", &["run", "--pending", "--stay"]);
    let (code, said) = server.end();
    assert_eq!(code, Some(3), "{said}");
    assert_says_so(&home, &said, "answered");
    platform.only_run(&broadcast);
    assert_eq!(outcomes(&home), ["unknown"]);
}

#[rstest]
#[case::what_takes_calls("sandbox")]
#[case::what_delivers("deliver")]
fn a_sandbox_of_which_a_part_dies_ends(#[case] place: &str) {
    let home = Home::new();
    let arguments = ["sandbox", "--no-throttle"];
    let (mut server, _) = Server::start(&home, place, &arguments);
    home.write("now", "");
    // Calls of another process: what is due is looked for again with every launch.
    save_plan(&home);
    home.verb(&["sync"]).output().unwrap();
    home.verb(&["launch", "all", "--yes"]).output().unwrap();
    let (code, said) = server.end();
    assert_eq!(code, Some(6), "{said}");
    assert_says_so(&home, &said, place);
}

#[test]
fn a_call_that_panics_in_the_sandbox_is_answered_and_the_others_go_on() {
    let home = Home::new();
    let (mut server, _) = Server::start(&home, "answer", &["sandbox", "--no-throttle"]);
    home.write("now", "");
    // The first call of it is answered, though not with what was asked for.
    home.verb(&["sync"]).output().unwrap();
    let synced = home.verb(&["sync"]).output().unwrap();
    assert_eq!(synced.status.code(), Some(0), "{synced:?}");
    assert!(server.is_running());
    server.signal(Signal::TERM);
    let (code, said) = server.end();
    assert_eq!(code, Some(6), "{said}");
    assert_says_so(&home, &said, "answer");
}
