//! Several processes at once, on one broadcast: with one body, with a body each, or told to send it once more.

use std::fs;
use std::process::Child;
use std::thread;
use std::time::{Duration, SystemTime};

use serde_json::Value;

use super::desk::Desk;
use super::lanes::Dice;
use super::length::{Counted, report, rounds};

const PROCESSES: usize = 8;

/// Rounds at one desk, before the next one takes over.
const AT_A_DESK: usize = 60;

#[test]
fn of_eight_processes_with_one_body_exactly_one_sends_and_the_others_are_refused() {
    let found = race(Kind::OneBody, rounds(5, 200));
    found.conclude("with one body");
    assert_eq!(found.counted.sends, found.counted.rounds);
}

/// Who comes when another one has ended may send: it is another body, and was reviewed after the other had gone out.
#[test]
fn of_eight_processes_with_a_body_each_one_is_under_way_at_a_time_and_none_is_sent_twice() {
    let found = race(Kind::BodyEach, rounds(4, 200));
    found.conclude("with a body each");
}

/// Each that is told so may send once more; who isn't sends only where nobody has before.
#[test]
fn of_eight_processes_half_told_again_each_of_those_sends_once_at_most_and_of_the_rest_only_a_first()
 {
    let found = race(Kind::HalfAgain, rounds(4, 200));
    found.conclude("with one body, half with --again");
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    OneBody,
    BodyEach,
    HalfAgain,
}

/// What came of the rounds.
#[derive(Default)]
struct Found {
    counted: Counted,
    wrong: Vec<String>,
    /// Refused because another one was under way, had gone out since the review, or had the same body.
    refused: [usize; 3],
    /// Rounds in which more than one sent.
    several: usize,
    /// Launches that began before the one before them had ended.
    at_once: usize,
}

/// One process of a race.
struct Racer {
    /// Names its plan: racers of one body share one.
    plan: String,
    /// Names what it prints.
    printed: String,
    is_told_again: bool,
}

/// How it ended.
#[derive(Debug)]
struct Ran {
    is_told_again: bool,
    code: Option<i32>,
    /// The launch that it says was accepted.
    accepted: Option<String>,
    said: String,
}

/// A launch as the journal has it; its times are text that sorts.
#[derive(Debug)]
struct Row {
    id: String,
    outcomes: [String; 2],
    started_at: String,
    ended_at: Option<String>,
    is_begun: bool,
    body: String,
}

fn race(kind: Kind, number: usize) -> Found {
    let seed = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_micros();
    let mut dice = Dice::new(u64::try_from(seed).unwrap());
    let mut desk = Desk::new();
    let mut found = Found::default();
    for round in 0..number {
        if round % AT_A_DESK == AT_A_DESK - 1 {
            desk = Desk::new();
        }
        let name = format!("r{round:05}");
        // In every second round they come one after the other, so that some find what others have done.
        let pause = (round % 2) as u64 * 40_000;
        let ran = run(&desk, kind, &name, || {
            thread::sleep(Duration::from_micros(dice.below(pause)));
        });
        found.judge(kind, &desk, &name, &ran);
    }
    found
}

fn run(desk: &Desk, kind: Kind, name: &str, mut pause: impl FnMut()) -> Vec<Ran> {
    let racers = (0..PROCESSES).map(|place| Racer {
        plan: match kind {
            Kind::BodyEach => format!("{name}-{place}z"),
            Kind::OneBody | Kind::HalfAgain => format!("{name}z"),
        },
        printed: format!("{name}-printed-{place}"),
        is_told_again: kind == Kind::HalfAgain && place % 2 == 1,
    });
    let racing: Vec<_> = racers
        .map(|racer| {
            pause();
            let child = racer.start(desk);
            (racer, child)
        })
        .collect();
    racing
        .into_iter()
        .map(|(racer, child)| racer.end(desk, child))
        .collect()
}

impl Racer {
    fn start(&self, desk: &Desk) -> Child {
        let mut command = desk.launch_as(&self.plan, &self.printed);
        if self.is_told_again {
            command.arg("--again");
        }
        command.spawn().unwrap()
    }

    fn end(self, desk: &Desk, mut child: Child) -> Ran {
        let code = child.wait().unwrap().code();
        let (outcome, said) = desk.said(&self.printed);
        let out = desk.folder().join(format!("{}.out", self.printed));
        let accepted = outcome.filter(|outcome| outcome == "accepted").map(|_| {
            let out: Value = serde_json::from_slice(&fs::read(out).unwrap()).unwrap();
            out["launch_id"].as_str().unwrap().to_owned()
        });
        Ran {
            is_told_again: self.is_told_again,
            code,
            accepted,
            said,
        }
    }
}

impl Found {
    fn judge(&mut self, kind: Kind, desk: &Desk, name: &str, ran: &[Ran]) {
        let rows = rows(desk, name);
        let mut must = |holds: bool, what: &str| {
            if !holds {
                self.wrong.push(format!("{what}: {ran:?} {rows:?}"));
            }
            holds
        };
        let counted = &mut self.counted;
        counted.rounds += 1;
        counted.launches += ran.len();
        if !must(desk.is_whole(), "the journal is damaged") {
            counted.corrupt += 1;
        }
        let ends = ran.iter().all(|ran| match ran.code {
            Some(0) => ran.accepted.is_some(),
            Some(4) => ran.accepted.is_none(),
            _ => false,
        });
        must(ends, "one neither sent nor was refused");
        let mut ids: Vec<_> = ran.iter().filter_map(|ran| ran.accepted.clone()).collect();
        let mut kept: Vec<_> = rows.iter().map(|row| row.id.clone()).collect();
        ids.sort_unstable();
        kept.sort_unstable();
        must(ids == kept, "the record has others than were accepted");
        must(!rows.is_empty(), "none sent");
        must(rows.iter().all(Row::is_accepted), "one was not accepted");
        // What arrived is what is on the record: as many, of each body.
        for (body, times) in arrived(desk, name) {
            let recorded = rows.iter().filter(|row| row.body == body).count();
            counted.sends += times;
            if !must(times <= recorded, "sent, and the record doesn't say so") {
                counted.unrecorded += times - recorded;
            }
            must(times == recorded, "accepted, and not sent");
            let meant = meant(kind, ran, &rows);
            if !must(times <= meant, "sent more often than was meant") {
                counted.doubles += times - meant;
            }
        }
        let overlap = |pair: &&[Row]| {
            let end = pair[0].ended_at.as_ref();
            end.is_none_or(|end| *end > pair[1].started_at)
        };
        let at_once = rows.windows(2).filter(overlap).count();
        must(at_once == 0, "two were under way at once");
        self.at_once += at_once;
        self.several += usize::from(rows.len() > 1);
        self.count_refused(ran);
    }

    fn count_refused(&mut self, ran: &[Ran]) {
        let words = [
            "is being launched by",
            "was made meanwhile",
            "went to this broadcast",
        ];
        for ran in ran.iter().filter(|ran| ran.code == Some(4)) {
            let why = words.iter().position(|words| ran.said.contains(words));
            // A review that another one's launch has changed is one that it has overtaken.
            self.refused[why.unwrap_or(1)] += 1;
        }
    }

    fn conclude(&self, what: &str) {
        let [locked, overtaken, repeated] = self.refused;
        let words = format!(
            "{} rounds of {PROCESSES} processes {what}: {} sent, in {} rounds more than one, {} times two at once; refused were {locked} since another was under way, {overtaken} since one had gone out meanwhile, {repeated} as repeats",
            self.counted.rounds, self.counted.sends, self.several, self.at_once
        );
        report("race", &words, &self.counted);
        let wrong = &self.wrong;
        assert!(
            wrong.is_empty(),
            "race {what}: {} promises broken, among them:\n{}",
            wrong.len(),
            wrong[..wrong.len().min(5)].join("\n")
        );
    }
}

/// How often a body may arrive in a round: once, and where it may go out again, once for each that was told so and
/// sent; and for one that wasn't if it was the first.
fn meant(kind: Kind, ran: &[Ran], rows: &[Row]) -> usize {
    if kind != Kind::HalfAgain {
        return 1;
    }
    let sent = |ran: &&Ran| ran.accepted.is_some();
    let again = ran.iter().filter(|ran| ran.is_told_again).filter(sent);
    let first = rows.first().map(|row| row.id.as_str());
    let is_first = |ran: &Ran| !ran.is_told_again && ran.accepted.as_deref() == first;
    again.count() + usize::from(first.is_some() && ran.iter().any(is_first))
}

impl Row {
    fn is_accepted(&self) -> bool {
        self.is_begun && self.outcomes.iter().all(|outcome| outcome == "accepted")
    }
}

/// The round's launches in the order in which they were written down, read by `SQLite` alone.
fn rows(desk: &Desk, name: &str) -> Vec<Row> {
    let journal = desk.journal();
    let mut rows = journal
        .prepare(
            "SELECT launch.id, launch.outcome, call.outcome, started_at, ended_at, sent_at IS NOT NULL, body.text FROM launch
             JOIN call ON call.launch = launch.sequence
             JOIN body ON body.launch = launch.sequence AND body.number = call.number
             WHERE instr(body.text, ?1) > 0
             ORDER BY launch.sequence",
        )
        .unwrap();
    let row = |row: &rusqlite::Row<'_>| {
        Ok(Row {
            id: row.get(0)?,
            outcomes: [row.get(1)?, row.get(2)?],
            started_at: row.get(3)?,
            ended_at: row.get(4)?,
            is_begun: row.get(5)?,
            body: row.get(6)?,
        })
    };
    let rows = rows.query_map([name], row).unwrap();
    rows.map(Result::unwrap).collect()
}

/// How often each body of the round arrived.
fn arrived(desk: &Desk, name: &str) -> Vec<(String, usize)> {
    let mut arrived = desk.arrived();
    arrived.retain(|(body, _)| body.contains(name));
    arrived
}
