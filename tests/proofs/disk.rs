//! Each system call on the journal's files failing once: what isn't durable isn't sent.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use nix::errno::Errno;

use super::lanes::in_lanes;
use super::length::{rounds, skip};
use super::shape::{ONE, PAIR, Shape};
use super::tracer::{self, Call, Fate};
use super::verdict::{Ended, Judged, Trial, conclude};

/// Faults of the short run, spread evenly.
const SHORT: usize = 40;

/// The same of a batch.
const SHORT_BATCH: usize = 10;

/// Of a batch's faults the long run takes every so many: most of them are those of a launch of one call.
const STEP: usize = 3;

/// Faults of the last writes before the first byte, in every run.
const LAST: usize = 6;

/// Calls that write or make durable.
const WRITES: [&str; 8] = [
    "write",
    "writev",
    "pwrite64",
    "pwritev",
    "fsync",
    "fdatasync",
    "ftruncate",
    "fallocate",
];

#[test]
fn a_journal_whose_disk_fails_sends_nothing_that_is_not_durable() {
    struck_anywhere(ONE, "a launch", SHORT, 1);
}

#[test]
fn a_batch_whose_disk_fails_on_the_way_sends_no_call_that_is_not_durable() {
    struck_anywhere(PAIR, "a batch of two calls", SHORT_BATCH, STEP);
}

/// Has so many of its calls on the journal fail, in a long run every `step`-th of what can go wrong.
fn struck_anywhere(shape: Shape, what: &str, short: usize, step: usize) {
    let mut trial = Trial::new();
    trial.rewind();
    let name = trial.next_of(shape);
    let mut calls = Vec::new();
    let mut numbers = Numbers::default();
    let folder = trial.desk.profile();
    let mut unsynced = Unsynced::default();
    let counted = tracer::run(&trial.desk.traced(&name), |call| {
        unsynced.see(call, &folder);
        if numbers.of_the_journal(call, &folder).is_some() {
            let withholds = call.is(&WRITES) && !numbers.is_connected;
            calls.push((withholds, faults(call)));
        }
        Fate::Pass
    });
    let ended = match counted {
        Ok(ended) => ended,
        Err(why) => return skip("disk", &why.0),
    };
    assert_eq!(ended, Ended::Code(0));
    trial.look(name, ended, "traced", false);
    unsynced.assert_none_at_a_first_byte(shape.calls);

    let all: Vec<(usize, Fate)> = calls
        .iter()
        .enumerate()
        .flat_map(|(number, (_, faults))| faults.iter().map(move |fault| (number + 1, *fault)))
        .collect();
    let step = (all.len() / rounds(short, all.len() / step)).max(1);
    let mut struck: Vec<usize> = (0..all.len()).step_by(step).collect();
    // However few there are, some are what is written last before the first byte.
    let withholds = |place: &usize| calls[all[*place].0 - 1].0;
    struck.extend((0..all.len()).rev().filter(withholds).take(LAST));
    struck.sort_unstable();
    struck.dedup();
    let lanes = in_lanes(&struck, |_, struck| {
        let faults = struck.iter().map(|place| all[*place]);
        lane_of(shape, faults)
    });
    let (mut judged, mut hit, mut withheld) = (vec![trial.close()], Hit::new(), 0);
    for (lane, its, before) in lanes {
        judged.push(lane);
        withheld += before;
        for (call, times) in its {
            *hit.entry(call).or_default() += times;
        }
    }
    let words = format!(
        "{what}: {} calls on the journal, {} of {} faults (EIO, ENOSPC, EROFS, short write), every {step}.; hit {hit:?}; {withheld} writes and syncs before the first byte",
        calls.len(),
        struck.len(),
        all.len(),
    );
    conclude("disk", &words, struck.len(), judged);
    assert!(withheld > 0, "no write before the first byte was hit");
}

/// How often each call was hit.
type Hit = BTreeMap<String, usize>;

/// What came of one lane, what it hit, and how many of those were writes and syncs before the first byte.
fn lane_of(shape: Shape, faults: impl Iterator<Item = (usize, Fate)>) -> (Judged, Hit, usize) {
    let mut trial = Trial::new();
    let (mut hit, mut withheld) = (Hit::new(), 0);
    for (number, fault) in faults {
        trial.rewind();
        let name = trial.next_of(shape);
        let struck = strike(&trial, &name, number, fault);
        *hit.entry(struck.call).or_default() += 1;
        withheld += usize::from(struck.must_not_arrive);
        trial.look(name, struck.ended, &struck.place, struck.must_not_arrive);
    }
    trial.launches_still();
    (trial.close(), hit, withheld)
}

/// What of the journal was written and not synced yet, whenever the hook is called.
#[derive(Default)]
struct Unsynced {
    now: BTreeSet<String>,
    /// Since the hook was called last.
    written: BTreeSet<String>,
    /// Of each call of the hook, what was written before it, and what of that was not synced.
    at_the_first_bytes: Vec<[BTreeSet<String>; 2]>,
}

impl Unsynced {
    fn see(&mut self, call: &Call, folder: &Path) {
        if call.is(&["connect"]) {
            let written = std::mem::take(&mut self.written);
            self.at_the_first_bytes.push([written, self.now.clone()]);
        }
        let path = call.path().filter(|_| call.is(&WRITES));
        let Some(file) = path.and_then(|path| is_the_journals(&path, folder)) else {
            return;
        };
        if call.is(&["fsync", "fdatasync"]) {
            self.now.remove(&file);
        } else {
            self.now.insert(file.clone());
            self.written.insert(file);
        }
    }

    /// The index beside the log is made anew where it is lost.
    fn assert_none_at_a_first_byte(&self, calls: usize) {
        assert_eq!(self.at_the_first_bytes.len(), calls, "calls of the hook");
        for [written, left] in &self.at_the_first_bytes {
            let mut left = left.clone();
            left.remove("journal.db-shm");
            assert_eq!(left, BTreeSet::new(), "written, and not synced");
            for file in ["journal.db-wal", "journal.jsonl"] {
                assert!(written.contains(file), "{file}: {written:?}");
            }
        }
    }
}

/// What can go wrong with a call.
fn faults(call: &Call) -> Vec<Fate> {
    let mut faults = vec![Fate::Fail(Errno::EIO)];
    if call.is(&WRITES) || call.is(&["openat"]) {
        faults.extend([Fate::Fail(Errno::ENOSPC), Fate::Fail(Errno::EROFS)]);
    }
    if call.is(&["write", "pwrite64"]) {
        faults.push(Fate::Half);
    }
    faults
}

/// A launch with one call that failed.
struct Struck {
    ended: Ended,
    call: String,
    place: String,
    must_not_arrive: bool,
}

fn strike(trial: &Trial, name: &str, number: usize, fault: Fate) -> Struck {
    let folder = trial.desk.profile();
    let mut numbers = Numbers::default();
    let mut struck = Struck {
        ended: Ended::Killed,
        call: "none".to_owned(),
        place: "nothing was hit".to_owned(),
        must_not_arrive: false,
    };
    let ended = tracer::run(&trial.desk.traced(name), |call| {
        let is_connected = numbers.is_connected;
        let Some(place) = numbers.of_the_journal(call, &folder) else {
            return Fate::Pass;
        };
        if place.number != number {
            return Fate::Pass;
        }
        struck.place = format!("{fault:?} in call {number} on the journal: {}", place.name);
        struck.call = call.name();
        let is_lost = call.is(&WRITES) && fault != Fate::Half;
        struck.must_not_arrive = is_lost && !is_connected;
        fault
    });
    struck.ended = ended.unwrap();
    struck
}

/// Counts the calls on the journal.
#[derive(Default)]
struct Numbers {
    number: usize,
    is_connected: bool,
}

struct Place {
    number: usize,
    name: String,
}

impl Numbers {
    /// The number of a call on the journal among those, and what it is; `None` for any other.
    fn of_the_journal(&mut self, call: &Call, folder: &Path) -> Option<Place> {
        self.is_connected |= call.is(&["connect"]);
        if call.name().starts_with("call ") || call.is(&["connect", "sendto"]) {
            return None;
        }
        let path = call.path()?;
        let file = is_the_journals(&path, folder)?;
        self.number += 1;
        Some(Place {
            number: self.number,
            name: format!("{} of {file}", call.name()),
        })
    }
}

/// The name of one of the journal's files: the database, its log and index, its copies.
fn is_the_journals(path: &Path, folder: &Path) -> Option<String> {
    let path = PathBuf::from(path.to_str()?.trim_end_matches(" (deleted)"));
    let name = path.file_name()?.to_str()?;
    (path.parent()? == folder && name.starts_with("journal")).then(|| name.to_owned())
}
