//! The journal's copy: every step a line, each line bound to the one before, both on the disk before a call is made.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{FileExt, PermissionsExt};

use mylink_console::domain::launch::Outcome::{Accepted, NotSent, Refused, Sending};
use mylink_console::domain::text::hex;
use mylink_console::store::journal::{ArmedLaunch, TroubleKind, diagnose};
use mylink_console::store::place::FileSystem;
use mylink_console::store::{Journal, SqliteJournal, StoreError};
use rstest::rstest;
use rusqlite::Connection;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::child::{self, Part};
use super::{Folder, at, call, end, launch, launched, person};

fn lines(folder: &Folder) -> Vec<String> {
    let text = fs::read_to_string(folder.file("journal.jsonl")).unwrap();
    assert!(text.ends_with('\n'));
    text.lines().map(str::to_owned).collect()
}

fn words(folder: &Folder) -> Vec<String> {
    let kind = |line: &String| {
        let line: Value = serde_json::from_str(line).unwrap();
        line["kind"].as_str().unwrap().to_owned()
    };
    lines(folder).iter().map(kind).collect()
}

/// The hash of a line as the module's head describes it, by hand.
fn hash(line: &str) -> String {
    let rest = line.split_once("\",").unwrap().1;
    hex(&Sha256::digest(rest))
}

fn trouble(result: Result<(), StoreError>) -> TroubleKind {
    match result {
        Err(StoreError::Record(trouble)) => trouble.kind,
        other => panic!("no trouble: {other:?}"),
    }
}

#[test]
fn every_step_is_a_line_that_holds_the_hash_of_the_one_before() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    launched(&mut journal, "a", 0, Accepted);
    journal.record_answer("a", 0, "{\"ok\":\u{0}}").unwrap();
    let expected = [
        "journal", "armed", "call", "contacts", "begun", "called", "ended", "answer",
    ];
    assert_eq!(words(&folder), expected);
    let mut previous = "0".repeat(64);
    for (number, line) in lines(&folder).iter().enumerate() {
        let found: Value = serde_json::from_str(line).unwrap();
        assert_eq!(found["n"], number + 1);
        assert_eq!(found["previous"], previous);
        assert_eq!(found["hash"], hash(line));
        previous = hash(line);
    }
    let lines = lines(&folder);
    let line = |number: usize| -> Value { serde_json::from_str(&lines[number]).unwrap() };
    assert_eq!(line(1)["plan"], "{\"broadcast\":\"a\"}");
    assert_eq!(line(2)["body"], "a");
    assert_eq!(line(3)["contacts"][0][1], "a");
    assert_eq!(line(7)["data"]["text"], "{\"ok\":\u{0}}");
    let mode = fs::metadata(folder.file("journal.jsonl")).unwrap();
    assert_eq!(mode.permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_long_list_of_contacts_is_split_into_lines() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    let mut armed = launch("a", 0, &["one", "two"]);
    armed.contacts = vec![
        (0..25_000).map(|n| person(&format!("u{n}"))).collect(),
        vec![person("x")],
    ];
    journal.arm(&armed).unwrap();
    assert_eq!(
        words(&folder)[2..],
        [
            "call", "contacts", "contacts", "contacts", "call", "contacts"
        ]
    );
    let third: Value = serde_json::from_str(&lines(&folder)[5]).unwrap();
    assert_eq!(third["data"]["from"], 20_000);
    assert_eq!(third["contacts"].as_array().unwrap().len(), 5_000);
    assert_eq!(third["contacts"][0][1], "u20000");
    assert_eq!(third["contacts"][4_999][1], "u24999");
}

#[rstest]
#[case::deleted(|folder: &Folder| fs::remove_file(folder.file("journal.jsonl")).unwrap(), TroubleKind::CopyReplaced)]
#[case::replaced(|folder: &Folder| {
    fs::copy(folder.file("journal.jsonl"), folder.file("other")).unwrap();
    fs::rename(folder.file("other"), folder.file("journal.jsonl")).unwrap();
}, TroubleKind::CopyReplaced)]
#[case::emptied(|folder: &Folder| fs::write(folder.file("journal.jsonl"), "").unwrap(), TroubleKind::CopyBroken { line: 1 })]
#[case::shortened(|folder: &Folder| {
    let file = OpenOptions::new().write(true).open(folder.file("journal.jsonl")).unwrap();
    file.set_len(600).unwrap();
}, TroubleKind::CopyBroken { line: 2 })]
#[case::changed(|folder: &Folder| {
    let file = OpenOptions::new().write(true).open(folder.file("journal.jsonl")).unwrap();
    file.write_all_at(b"X", 300).unwrap();
}, TroubleKind::CopyBroken { line: 2 })]
#[case::added_to(|folder: &Folder| {
    let mut file = OpenOptions::new().append(true).open(folder.file("journal.jsonl")).unwrap();
    file.write_all(b"{}\n").unwrap();
}, TroubleKind::CopyBroken { line: 8 })]
fn nothing_is_armed_or_begun_once_the_open_copy_is(
    #[case] spoil: fn(&Folder),
    #[case] expected: TroubleKind,
) {
    let folder = Folder::new();
    let mut journal = folder.journal();
    launched(&mut journal, "a", 0, Accepted);
    let mut other = SqliteJournal::open(&folder.file("journal.db")).unwrap();
    spoil(&folder);
    assert_eq!(trouble(journal.arm(&launch("b", 5, &["x"]))), expected);
    assert!(matches!(
        journal.launch("b"),
        Err(StoreError::NoSuchLaunch { .. })
    ));
    assert_eq!(trouble(other.check()), expected);
    assert_eq!(journal.launch("a").unwrap().outcome, Accepted);
}

#[test]
fn what_is_found_between_arming_and_the_call_keeps_the_call_from_being_made() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    journal.arm(&launch("a", 0, &["x"])).unwrap();
    fs::remove_file(folder.file("journal.jsonl")).unwrap();
    assert_eq!(
        trouble(journal.begin_call("a", 0, at(9))),
        TroubleKind::CopyReplaced
    );
    // It stands in the database as begun; that it was not sent can still be recorded, and the copy takes none of it.
    assert_eq!(journal.launch("a").unwrap().calls[0].outcome, Sending);
    journal.record_call("a", 0, &end(Refused)).unwrap();
    journal.finish("a", Refused, "no copy", at(10)).unwrap();
    assert_eq!(journal.launch("a").unwrap().outcome, Refused);
}

#[test]
fn an_outcome_is_kept_though_its_copy_is_gone() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    journal.arm(&launch("a", 0, &["x"])).unwrap();
    journal.begin_call("a", 0, at(9)).unwrap();
    fs::remove_file(folder.file("journal.jsonl")).unwrap();
    journal.record_call("a", 0, &end(Accepted)).unwrap();
    journal.finish("a", Accepted, "done", at(10)).unwrap();
    drop(journal);
    let journal = folder.journal();
    assert_eq!(journal.launch("a").unwrap().outcome, Accepted);
    assert_eq!(
        journal.trouble().map(|trouble| &trouble.kind),
        Some(&TroubleKind::CopyGone)
    );
}

#[test]
fn a_copy_that_a_death_left_short_is_finished_at_every_byte() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    launched(&mut journal, "a", 0, Accepted);
    journal.arm(&launch("b", 5, &["x"])).unwrap();
    drop(journal);
    let path = folder.file("journal.jsonl");
    let whole = fs::read(&path).unwrap();
    let ends: Vec<usize> = (1..=whole.len())
        .filter(|end| whole[end - 1] == b'\n')
        .collect();
    let cuts = (1..whole.len()).step_by(97).chain(ends);
    for cut in cuts {
        fs::write(&path, &whole[..cut]).unwrap();
        let journal = folder.journal();
        assert_eq!(journal.trouble(), None, "cut at {cut}");
        assert_eq!(fs::read(&path).unwrap(), whole, "cut at {cut}");
    }
}

/// The part: arms and ends launches of its own, as many as it is let.
#[test]
fn a_process_among_others() {
    let Some(folder) = child::folder_of_the_part() else {
        return;
    };
    let mut journal = SqliteJournal::open(&folder.join("journal.db")).unwrap();
    for number in 0..15 {
        let id = format!("{}-{number}", std::process::id());
        launched(&mut journal, &id, number, Accepted);
    }
    child::say("all");
    child::wait_for_the_end();
}

#[test]
fn processes_that_write_together_leave_one_chain() {
    let folder = Folder::new();
    let name = "store::copied::a_process_among_others";
    let mut parts: Vec<_> = (0..3)
        .map(|_| Part::start(name, &folder.file("")))
        .collect();
    for part in &mut parts {
        part.until("all");
    }
    drop(parts);
    let found = diagnose(&folder.file("journal.db")).unwrap();
    assert!(found.is_well(), "{found:?}");
    let journal = folder.journal();
    assert_eq!(journal.mark().unwrap().sequence, 45);
    // The first line, and six a launch.
    assert_eq!(lines(&folder).len(), 1 + 45 * 6);
}

/// The part: no file of it may grow beyond what a file says; it tries to arm, and says how that went.
#[test]
fn a_process_on_a_full_disk() {
    let Some(folder) = child::folder_of_the_part() else {
        return;
    };
    let most = fs::read_to_string(folder.join("most")).unwrap();
    let most = most.parse().unwrap();
    let mut journal = SqliteJournal::open(&folder.join("journal.db")).unwrap();
    child::limit_files(most);
    let armed = journal.arm(&launch("b", 5, &["x"]));
    match armed {
        Err(StoreError::Copy { source, .. }) => child::say(&format!("not arm: {source}")),
        other => child::say(&format!("{other:?}")),
    }
    child::say("the end");
    child::wait_for_the_end();
}

#[rstest]
fn what_does_not_fit_into_the_copy_is_not_armed(#[values(0, 1, 100, 700)] room: u64) {
    let folder = Folder::new();
    let mut journal = folder.journal();
    // A long body, so that the copy is longer than what else is written.
    let mut armed: ArmedLaunch = launch("a", 0, &["x"]);
    armed.record.calls = vec![call(&"x".repeat(900_000))];
    journal.arm(&armed).unwrap();
    journal.finish("a", Refused, "done", at(1)).unwrap();
    drop(journal);
    let whole = fs::read(folder.file("journal.jsonl")).unwrap();
    let most = whole.len() as u64 + room;
    fs::write(folder.file("most"), most.to_string()).unwrap();
    let name = "store::copied::a_process_on_a_full_disk";
    let mut part = Part::start_with_limits(name, &folder.file(""));
    let did = part.until("the end");
    assert_eq!(did[0], "not arm: File too large (os error 27)");
    part.kill();
    assert_eq!(fs::read(folder.file("journal.jsonl")).unwrap(), whole);
    // It is on the record as refused, and the copy catches up where there is room again.
    let mut journal = folder.journal();
    let found = journal.launch("b").unwrap();
    assert_eq!((found.outcome, found.calls[0].outcome), (Refused, NotSent));
    assert_eq!(words(&folder).last().map(String::as_str), Some("ended"));
    journal.arm(&launch("c", 9, &["x"])).unwrap();
}

#[test]
fn on_a_network_file_system_nothing_is_armed_unless_it_is_allowed() {
    let folder = Folder::new();
    let far = || {
        folder
            .journal()
            .lying_on(FileSystem::Network("NFS".to_owned()))
    };
    let mut journal = far();
    let error = journal.arm(&launch("a", 0, &["x"])).unwrap_err();
    assert!(matches!(error, StoreError::NetworkFiles { .. }), "{error}");
    for words in ["NFS", "XDG_DATA_HOME", "allow_network_files"] {
        assert!(error.to_string().contains(words), "{error}");
    }
    assert!(journal.launch("a").is_err());
    let mut journal = far().allowing_network_files(true);
    journal.arm(&launch("a", 0, &["x"])).unwrap();
}

#[test]
fn a_mylink_from_before_the_copy_can_not_write_beside_it() {
    let folder = Folder::new();
    let mut journal = folder.journal();
    journal.arm(&launch("a", 0, &["x"])).unwrap();
    let older = Connection::open(folder.file("journal.db")).unwrap();
    for write in [
        "INSERT INTO launch (id, bot_id, bot_name, broadcast_id, broadcast_name, host, operator, started_at, outcome,
             reason) VALUES ('b', '', '', '', '', '', '', '', 'sending', '')",
        "UPDATE launch SET outcome = 'accepted'",
        "UPDATE call SET outcome = 'accepted'",
        "DELETE FROM event",
        "UPDATE event SET data = ''",
        "UPDATE body SET text = ''",
        "DELETE FROM reached",
    ] {
        assert!(older.execute(write, []).is_err(), "{write}");
    }
    assert_eq!(journal.launch("a").unwrap().outcome, Sending);
}
