//! Batches whose disk takes no more in the middle: filled up for real, or by a limit on the length of a file.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::desk::{Desk, program};
use super::length::{Counted, report, rounds, skip};
use super::room::{PAGE, Room};

/// Calls of a batch: each holds one target.
const CALLS: usize = 8;
/// So small that it does.
const SMALL: &str = "repeat_window = \"0s\"\n[profiles.test.dialect]\nlimit_bytes = 110\n";
/// More than a launch wants free, and a little for the files.
const ROOM: u64 = 32_000_000 + 16_000_000;
/// How long an arrival may take.
const DEADLINE: Duration = Duration::from_secs(20);

/// One batch, with targets of its own.
struct Batch<'a> {
    desk: &'a Desk,
    name: String,
}

/// What became of batches.
#[derive(Default)]
struct Found {
    counted: Counted,
    /// How often each exit code came, with so many calls sent, and this outcome on the record.
    ends: BTreeMap<(i32, usize, String), usize>,
    /// How many stopped on the way, and went on by `--rest`.
    resumed: usize,
}

impl<'a> Batch<'a> {
    fn new(desk: &'a Desk, number: usize) -> Self {
        let name = format!("r{number:03}");
        let target = |place: usize| json!({"user_id": format!("{name}-{place}"), "bot_channel": "WhatsAppChannel"});
        let targets: Vec<Value> = (0..CALLS).map(target).collect();
        let plan = json!({"broadcast": desk.broadcast, "form": "targets", "targets": targets});
        fs::write(desk.folder().join(format!("{name}.json")), plan.to_string()).unwrap();
        Self { desk, name }
    }

    fn arguments(&self) -> Vec<String> {
        let file = self.desk.folder().join(format!("{}.json", self.name));
        let file = file.to_str().unwrap().to_owned();
        vec!["launch".into(), file, "--yes".into(), "--json".into()]
    }

    fn command(&self) -> Command {
        let arguments = self.arguments();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        self.desk.command(&arguments)
    }

    /// How often each of its targets has arrived, in their order.
    fn arrived(&self) -> Vec<usize> {
        let arrived = self.desk.arrived();
        let times = |place: usize| {
            let target = format!("\"{}-{place}\"", self.name);
            let of = arrived.iter().filter(|(body, _)| body.contains(&target));
            of.map(|(_, times)| times).sum()
        };
        (0..CALLS).map(times).collect()
    }

    fn wait_for_the_first(&self) {
        let deadline = Instant::now() + DEADLINE;
        while self.arrived()[0] == 0 {
            assert!(Instant::now() < deadline, "{}: nothing arrived", self.name);
        }
    }

    /// Its launch on the record, if it is there.
    fn on_record(&self) -> Option<Value> {
        let read = |arguments: &[&str]| -> Value {
            serde_json::from_slice(&self.desk.run(arguments, 0).stdout).unwrap()
        };
        let log = read(&["log", "--json"]);
        let mut ids = log.as_array().unwrap().iter().map(|l| &l["launch_id"]);
        ids.find_map(|id| {
            let launch = read(&["log", id.as_str().unwrap(), "--json"]);
            let is_it = launch["plan"]
                .to_string()
                .contains(&format!("{}-0", self.name));
            is_it.then_some(launch)
        })
    }

    /// Holds what arrived against what was said and kept, has the rest sent, and looks that each was sent once.
    fn judge(&self, ended: ExitStatus, said: &str, found: &mut Found) {
        let place = format!("{}, {ended:?}, {said}", self.name);
        assert_eq!(ended.signal(), None, "it was killed: {place}");
        let code = ended.code().unwrap();
        assert!(!said.contains("went wrong inside"), "{place}");
        found.counted.rounds += 1;
        found.counted.launches += 1;
        let arrived = self.arrived();
        let sent: usize = arrived.iter().sum();
        let counted = &mut found.counted;
        counted.doubles += sent - arrived.iter().filter(|times| **times > 0).count();
        let launch = self.on_record();
        let outcome = launch
            .as_ref()
            .map_or("none", |launch| launch["outcome"].as_str().unwrap());
        let end = (code, sent, outcome.to_owned());
        *found.ends.entry(end).or_default() += 1;
        let Some(launch) = launch.as_ref() else {
            counted.unrecorded += sent;
            assert_eq!(code, 6, "nothing is on the record: {place}");
            found.finish(self, None);
            return;
        };
        let calls = launch["calls"].as_array().unwrap();
        for (call, times) in calls.iter().zip(&arrived) {
            match call["outcome"].as_str().unwrap() {
                "accepted" => assert_eq!(*times, 1, "{place}: {call}"),
                "unknown" => {}
                _ => counted.unrecorded += times,
            }
        }
        // The table: nothing that says that all was sent or that nothing was, where a part was.
        match code {
            0 => assert_eq!(sent, CALLS, "{place}"),
            3 | 4 => assert!(sent > 0, "{place}"),
            6 => assert_eq!(sent, 0, "{place}"),
            _ => panic!("{place}"),
        }
        let id = launch["launch_id"].as_str().unwrap();
        if outcome == "unknown" {
            counted.unknown += 1;
            let open = calls.iter().position(|call| call["outcome"] == "unknown");
            let has_arrived = open.is_some_and(|place| arrived[place] > 0);
            let word = if has_arrived { "sent" } else { "not-sent" };
            self.desk
                .run(&["settle", id, word, "--reason", "looked"], 0);
        }
        let is_left = sent < CALLS;
        found.finish(self, is_left.then_some(id));
    }
}

impl Found {
    /// What is left goes out, everybody got it once, and nothing is wrong with the record.
    fn finish(&mut self, batch: &Batch, left: Option<&str>) {
        let desk = batch.desk;
        if let Some(id) = left {
            desk.run(&["launch", "--rest", id, "--yes"], 0);
            self.resumed += 1;
            assert_eq!(batch.arrived(), [1; CALLS], "{}", batch.name);
        }
        self.counted.sends += batch.arrived().iter().sum::<usize>();
        self.counted.corrupt += usize::from(!desk.is_whole());
        desk.run(&["doctor", "--offline"], 0);
    }

    fn words(&self, what: &str) -> String {
        let ends: Vec<String> = self
            .ends
            .iter()
            .map(|((code, sent, outcome), times)| {
                format!("{times} x exit {code} with {sent} sent, {outcome}")
            })
            .collect();
        let ends = ends.join(", ");
        format!(
            "{} batches of {CALLS} calls, {what}; {ends}; {} went on by --rest, and everybody got it once",
            self.counted.rounds, self.resumed
        )
    }

    fn conclude(&self, name: &str, what: &str) {
        report(name, &self.words(what), &self.counted);
        let Counted {
            doubles,
            unrecorded,
            corrupt,
            ..
        } = self.counted;
        assert_eq!((doubles, unrecorded, corrupt), (0, 0, 0));
        assert!(self.resumed > 0, "none was stopped: {:?}", self.ends);
    }
}

#[test]
fn a_batch_whose_disk_fills_up_on_the_way_stops_and_goes_on_when_there_is_space() {
    let room = match Room::of(ROOM) {
        Ok(room) => room,
        Err(why) => return skip("full", &why),
    };
    let desk = Desk::with(SMALL, Some(room));
    let mut found = Found::default();
    for number in 0..rounds(6, 40) {
        let batch = Batch::new(&desk, number);
        desk.platform.hold_next_answer(400);
        let child = batch
            .command()
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        batch.wait_for_the_first();
        // A little more is left each time, so that it is over at another place.
        desk.room().fill(number as u64 * PAGE / 2);
        let output = child.wait_with_output().unwrap();
        assert_takes_nothing_more(&desk, number);
        desk.room().free();
        let said = String::from_utf8_lossy(&output.stderr).into_owned()
            + &String::from_utf8_lossy(&output.stdout);
        batch.judge(output.status, &said, &mut found);
    }
    found.conclude("full", "the disk full behind the first");
}

/// On the full disk nothing more is launched, with a sentence; and what can be read is read.
fn assert_takes_nothing_more(desk: &Desk, number: usize) {
    let other = Batch::new(desk, 500 + number);
    let refused = other.command().output().unwrap();
    let said = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(6), "{said}");
    assert!(said.contains("mylink: "), "{said}");
    assert!(!said.contains("went wrong inside"), "{said}");
    assert_eq!(other.arrived(), [0; CALLS]);
    for verb in ["log", "broadcasts", "doctor"] {
        let ran = desk.command(&[verb]).output().unwrap();
        let said = String::from_utf8_lossy(&ran.stderr);
        assert!(
            [Some(0), Some(6)].contains(&ran.status.code()),
            "{verb}: {ran:?}"
        );
        assert!(!said.contains("went wrong inside"), "{said}");
        assert!(ran.status.code() == Some(0) || verb == "doctor" || !said.is_empty());
    }
}

/// Blocks of 512 bytes, as `ulimit -f` counts.
const BLOCK: u64 = 512;

#[test]
fn a_batch_whose_files_must_not_grow_on_the_way_stops_and_goes_on_when_they_may() {
    let desk = Desk::with(SMALL, None);
    let mut found = Found::default();
    let first = Batch::new(&desk, 999);
    let status = first.command().output().unwrap().status;
    first.judge(status, "the first", &mut found);
    desk.keep();
    let number = rounds(12, 120);
    for round in 0..number {
        desk.put_back();
        let batch = Batch::new(&desk, round);
        // From less than it takes to arm one to more than all calls need.
        let limited = limited(
            &batch,
            (40_000 + 200_000 * round as u64 / number as u64) / BLOCK,
        );
        let said = String::from_utf8_lossy(&limited.stderr).into_owned()
            + &String::from_utf8_lossy(&limited.stdout);
        batch.judge(limited.status, &said, &mut found);
    }
    found.conclude(
        "limit",
        "no file longer than a limit, another one each time",
    );
}

/// Runs the batch where no file gets longer than so many blocks.
fn limited(batch: &Batch, blocks: u64) -> std::process::Output {
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", r#"ulimit -f "$1" && shift && exec "$@""#, "sh"]);
    shell.arg(blocks.to_string()).arg(program());
    shell.args(batch.arguments());
    batch.desk.environment(&mut shell);
    shell.stdout(Stdio::piped()).stderr(Stdio::piped());
    shell.output().unwrap()
}
