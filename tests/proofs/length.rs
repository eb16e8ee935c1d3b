//! How long a proof runs, and where it says what it found.

use std::fs::OpenOptions;
use std::io::Write as _;

/// So many rounds: the first number in an ordinary run, the second one with `MYLINK_PROOFS=long`.
///
/// Another number in `MYLINK_PROOFS` is that many rounds.
pub fn rounds(short: usize, long: usize) -> usize {
    rounds_of(short, long, long)
}

/// The same with a middle number, for `MYLINK_PROOFS=middle`.
pub fn rounds_of(short: usize, middle: usize, long: usize) -> usize {
    match std::env::var("MYLINK_PROOFS").as_deref() {
        Ok("long") => long,
        Ok("middle") => middle,
        Ok(text) => text.parse().unwrap_or(short),
        Err(_) => short,
    }
}

/// What a proof counted. What must not be is counted too, and then fails it.
#[derive(Debug, Default, Clone, Copy)]
pub struct Counted {
    /// Rounds, points or steps.
    pub rounds: usize,
    /// Launches that were tried.
    pub launches: usize,
    /// Requests that arrived.
    pub sends: usize,
    /// Requests that arrived a second time.
    pub doubles: usize,
    /// Requests of which the record doesn't say that they may have been sent.
    pub unrecorded: usize,
    /// Journals that were damaged, or told another story than their copy.
    pub corrupt: usize,
    /// Launches of unknown outcome.
    pub unknown: usize,
}

/// Says what a proof found: in words for whoever runs with `--nocapture`, and as a row for the file that
/// `MYLINK_PROOFS_FIGURES` names, out of which `.ci/figures` makes one table.
pub fn report(name: &str, words: &str, counted: &Counted) {
    eprintln!("PROOF {name}: {words}");
    let Counted {
        rounds,
        launches,
        sends,
        doubles,
        unrecorded,
        corrupt,
        unknown,
    } = counted;
    let is_broken = doubles + unrecorded + corrupt > 0;
    let state = if is_broken { "BROKEN" } else { "held" };
    row(&format!(
        "{name}\t{state}\t{rounds}\t{launches}\t{sends}\t{doubles}\t{unrecorded}\t{corrupt}\t{unknown}\t{words}"
    ));
}

/// Says that a proof, or a part of one, can't be had on this machine: that is no success.
pub fn skip(name: &str, why: &str) {
    eprintln!("PROOF {name}: skipped, {why}");
    row(&format!("{name}\tskipped\t0\t0\t0\t0\t0\t0\t0\t{why}"));
}

/// Several proofs may write at once: each row is one write.
fn row(text: &str) {
    let Ok(file) = std::env::var("MYLINK_PROOFS_FIGURES") else {
        return;
    };
    let mut file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(file)
        .unwrap();
    let line = format!("{}\n", text.replace('\n', " "));
    file.write_all(line.as_bytes()).unwrap();
}
