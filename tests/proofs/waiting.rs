//! A launch that waits for its time: killed at each system call of what serves it, served by many at once, and served
//! while the record is lost, put back or rebuilt.

use std::fs::{self, OpenOptions};
use std::path::Path;
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use rustix::process::{Pid, Signal, kill_process};

use super::desk::Desk;
use super::kill::ended;
use super::lanes::{Dice, in_lanes};
use super::length::rounds;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
use super::length::skip;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
use super::tracer::{self, Fate};
use super::verdict::{Ended, Judged, Trial, conclude};

/// So long an attempt waits before it is due.
const WAIT: Duration = Duration::from_millis(150);

/// Points of the short run, spread evenly over the whole serving.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
const SHORT: usize = 30;

/// Processes that serve at once.
const PROCESSES: usize = 8;

#[test]
fn of_eight_processes_that_serve_one_waiting_launch_exactly_one_sends() {
    let mut trial = Trial::new();
    let number = rounds(4, 200);
    for _ in 0..number {
        trial.freshen();
        let name = trial.next();
        trial.desk.hold(&name, Duration::from_millis(600));
        let mut serving: Vec<_> = (0..PROCESSES)
            .map(|place| {
                let printed = if place == 0 {
                    name.clone()
                } else {
                    format!("{name}-{place}")
                };
                trial.desk.serve(&printed).spawn().unwrap()
            })
            .collect();
        for child in &mut serving {
            assert_eq!(ended(child.wait().unwrap()), Ended::Code(0));
        }
        assert_eq!(trial.desk.state_of_waiting(&name), "started");
        trial.look(name, Ended::Killed, "a race of servers", false);
    }
    let words = format!("{number} rounds of {PROCESSES} processes that serve one waiting launch");
    let figures = conclude("servers", &words, number, vec![trial.close()]);
    assert_eq!(
        (figures.arrived, figures.accepted),
        (number, number),
        "{figures}"
    );
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[test]
fn a_waiting_launch_whose_server_is_killed_anywhere_is_never_sent_twice_or_lost() {
    let mut trial = Trial::new();
    trial.rewind();
    let mut all = 0;
    let name = trial.next();
    trial.desk.hold(&name, WAIT);
    let counted = tracer::run(&trial.desk.serve_traced(&name), |call| {
        all = call.number;
        Fate::Pass
    });
    let whole = match counted {
        Ok(ended) => ended,
        Err(why) => return skip("serving", &why.0),
    };
    assert_eq!(whole, Ended::Code(0));
    trial.look(name, whole, "traced", false);
    let last = all + all / 10;
    let step = (last / rounds(SHORT, last)).max(1);
    let points: Vec<usize> = (1..=last).step_by(step).collect();
    let lanes = in_lanes(&points, |_, points| killed_at(points));
    let mut judged = vec![trial.close()];
    let mut taken_over = 0;
    for (lane, its) in lanes {
        judged.push(lane);
        taken_over += its;
    }
    let words = format!(
        "a server makes {all} system calls in all its threads; killed before {} of {last}, every {step}.; {taken_over} launches still waited and were sent by the next server",
        points.len()
    );
    conclude("serving", &words, points.len(), judged);
}

/// What came of it, and how many still waited after the kill.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn killed_at(points: &[usize]) -> (Judged, usize) {
    let mut trial = Trial::new();
    let mut taken_over = 0;
    for point in points.iter().copied() {
        trial.rewind();
        let name = trial.next();
        trial.desk.hold(&name, WAIT);
        let mut place = String::new();
        let ended = tracer::run(&trial.desk.serve_traced(&name), |call| {
            if call.number == point {
                place = format!("before call {point}, {}", call.name());
                return Fate::Kill;
            }
            Fate::Pass
        });
        taken_over += usize::from(trial.desk.state_of_waiting(&name) == "waiting");
        // Whoever serves next starts what still waits, and nothing else.
        let next = trial.desk.serve(&format!("{name}-next")).status().unwrap();
        assert_eq!(next.code(), Some(0), "{place}");
        assert_eq!(trial.desk.state_of_waiting(&name), "started", "{place}");
        assert!(trial.desk.kept(&name).is_some(), "lost: {place}");
        trial.look(name, ended.unwrap(), &place, false);
    }
    trial.launches_still();
    (trial.close(), taken_over)
}

/// What happens to the record under a server, and how it is mended.
#[derive(Debug, Clone, Copy)]
enum Blow {
    /// The copy is away for a while; the same file comes back.
    CopyAway,
    /// `cp` over the copy: it is empty, then half there, then whole.
    CopyWrittenOver,
    /// `mv` onto the copy: another file with the same lines.
    CopyReplaced,
    /// The copy is cut, and stays so: the database has the rest.
    CopyCut,
    /// The copy is deleted, and made anew by the doctor.
    CopyRebuilt,
    /// The database is changed by hand, and made anew by the doctor.
    DatabaseRebuilt,
    /// The database is deleted, and made anew by the doctor.
    DatabaseGone,
    /// `mv` onto the database and its log: others with the same bytes.
    DatabaseReplaced,
}

const BLOWS: [Blow; 8] = [
    Blow::CopyAway,
    Blow::CopyWrittenOver,
    Blow::CopyReplaced,
    Blow::CopyCut,
    Blow::CopyRebuilt,
    Blow::DatabaseRebuilt,
    Blow::DatabaseGone,
    Blow::DatabaseReplaced,
];

/// A launch that could not start for longer than this would be missed.
const IN_TIME: Duration = Duration::from_secs(25);

/// A server that stays, ended when it is dropped.
struct Staying(Child);

impl Staying {
    fn start(desk: &Desk) -> Self {
        Self(desk.serve("server").arg("--stay").spawn().unwrap())
    }

    /// Asks it to end, which it does at once.
    fn end(mut self) {
        let pid = Pid::from_child(&self.0);
        kill_process(pid, Signal::TERM).unwrap();
        wait_until("the server ends", || self.0.try_wait().unwrap().is_some());
        assert_eq!(ended(self.0.wait().unwrap()), Ended::Code(0));
    }
}

impl Drop for Staying {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[track_caller]
fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < IN_TIME, "not in time: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// Writes other files of these names with the same bytes, and moves them in.
fn move_in(files: &[std::path::PathBuf]) {
    let beside = |file: &Path| file.with_extension("beside");
    // There is no log for a moment where the last one who had it open let go.
    for file in files.iter().filter(|file| file.exists()) {
        fs::copy(file, beside(file)).unwrap();
        fs::rename(beside(file), file).unwrap();
    }
}

/// Has the doctor mend what it can; not while a launch is on its way.
fn doctor(desk: &Desk) {
    wait_until("the doctor rebuilds", || {
        let mut doctor = Command::new(super::desk::program());
        doctor.args(["doctor", "--rebuild-journal", "--yes"]);
        desk.environment(&mut doctor);
        doctor.output().unwrap().status.success()
    });
}

fn strike(desk: &Desk, blow: Blow, dice: &mut Dice) {
    let file = |name: &str| desk.profile().join(name);
    let (copy, journal) = (file("journal.jsonl"), file("journal.db"));
    let pause = Duration::from_millis(dice.below(300));
    match blow {
        Blow::CopyAway => {
            fs::rename(&copy, file("away")).unwrap();
            thread::sleep(pause);
            fs::rename(file("away"), &copy).unwrap();
        }
        Blow::CopyWrittenOver => {
            let bytes = fs::read(&copy).unwrap();
            let (first, second) = bytes.split_at(bytes.len() / 2);
            fs::write(&copy, first).unwrap();
            thread::sleep(pause);
            fs::write(&copy, [first, second].concat()).unwrap();
        }
        Blow::CopyReplaced => move_in(&[copy]),
        Blow::CopyCut => {
            let file = OpenOptions::new().write(true).open(&copy).unwrap();
            let length = file.metadata().unwrap().len();
            file.set_len(length - dice.below(length / 2)).unwrap();
        }
        Blow::CopyRebuilt => {
            fs::remove_file(&copy).unwrap();
            thread::sleep(pause);
            doctor(desk);
        }
        Blow::DatabaseRebuilt => {
            let rows = rusqlite::Connection::open(&journal).unwrap();
            rows.busy_timeout(Duration::from_secs(5)).unwrap();
            rows.execute_batch("DROP TRIGGER IF EXISTS launch_step_is_copied")
                .unwrap();
            drop(rows);
            thread::sleep(pause);
            doctor(desk);
        }
        Blow::DatabaseGone => {
            for name in ["journal.db", "journal.db-wal", "journal.db-shm"] {
                let _ = fs::remove_file(file(name));
            }
            thread::sleep(pause);
            doctor(desk);
        }
        Blow::DatabaseReplaced => {
            let files = [journal, file("journal.db-wal")];
            move_in(&files);
        }
    }
}

#[test]
fn a_server_goes_on_whatever_happens_to_the_record_and_sends_each_launch_once() {
    let seed = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_micros();
    let mut dice = Dice::new(u64::try_from(seed).unwrap());
    let mut trial = Trial::new();
    let server = Staying::start(&trial.desk);
    let number = rounds(2 * BLOWS.len(), 400);
    let mut slowest = Duration::ZERO;
    for round in 0..number {
        let blow = BLOWS[round % BLOWS.len()];
        let name = trial.next();
        trial.desk.hold(&name, Duration::from_millis(300));
        // Before its time, while it is sent, or after that.
        thread::sleep(Duration::from_millis(dice.below(450)));
        strike(&trial.desk, blow, &mut dice);
        let start = Instant::now();
        let place = format!("{blow:?}, round {round}, seed {seed}");
        wait_until(&format!("it starts: {place}"), || {
            trial.desk.state_of_waiting(&name) == "started"
        });
        wait_until(&format!("it ends: {place}"), || {
            let kept = trial.desk.kept(&name);
            kept.is_some_and(|kept| kept.outcome != "sending")
        });
        slowest = slowest.max(start.elapsed());
        trial.look(name, Ended::Killed, &place, false);
    }
    server.end();
    let words = format!(
        "seed {seed}; the slowest launch came {} ms after the blow",
        slowest.as_millis()
    );
    let figures = conclude("struck", &words, number, vec![trial.close()]);
    // What was armed at that very moment was refused, or failed: that is on the record, and it certainly did not arrive.
    let not_sent = figures.other + figures.failed;
    assert_eq!(figures.arrived + not_sent, number, "{figures}");
    assert!(figures.arrived > number / 2, "{figures}");
}
