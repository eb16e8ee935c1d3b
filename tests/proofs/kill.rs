//! Killed at a random moment.

use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use super::lanes::{Dice, in_lanes};
use super::length::rounds_of;
use super::verdict::{Ended, Judged, Trial, conclude};

#[test]
fn a_launch_killed_at_a_random_moment_is_never_sent_twice_or_forgotten() {
    let seed = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_micros();
    let seed = u64::try_from(seed).unwrap();
    let rounds: Vec<usize> = (0..rounds_of(40, 1_000, 10_000)).collect();
    let judged = in_lanes(&rounds, |lane, rounds| {
        let dice = Dice::new(seed + 2 * lane as u64);
        lane_of(rounds.len(), dice)
    });
    let words = format!("kill -9 at {} random moments (seed {seed})", rounds.len());
    let figures = conclude("kill", &words, rounds.len(), judged);
    assert!(figures.killed > 0, "none was killed: {figures}");
}

fn lane_of(launches: usize, mut dice: Dice) -> Judged {
    let mut trial = Trial::new();
    let whole = duration_of_a_launch(&mut trial);
    for _ in 0..launches {
        trial.freshen();
        // Half of them are held at the platform, where most of a real launch's time goes.
        let moment = if dice.below(2) == 0 {
            let held = 10 + dice.below(40);
            trial.desk.platform.hold_next_answer(held);
            whole / 2 + dice.below(whole / 2 + held * 1000)
        } else {
            dice.below(whole)
        };
        let moment = Duration::from_micros(moment);
        let name = trial.next();
        let ended = kill_after(&trial, &name, moment);
        trial.look(name, ended, &format!("after {moment:?}"), false);
    }
    trial.launches_still();
    trial.close()
}

/// How long an ordinary launch takes, and a little more, in microseconds.
fn duration_of_a_launch(trial: &mut Trial) -> u64 {
    trial.launches_still();
    let name = trial.next();
    let start = Instant::now();
    let status = trial.desk.launch(&name).status().unwrap();
    let took = start.elapsed();
    trial.look(name, ended(status), "measured", false);
    u64::try_from(took.as_micros()).unwrap() * 11 / 10
}

fn kill_after(trial: &Trial, name: &str, moment: Duration) -> Ended {
    let mut child = trial.desk.launch(name).spawn().unwrap();
    thread::sleep(moment);
    child.kill().unwrap();
    ended(child.wait().unwrap())
}

pub fn ended(status: ExitStatus) -> Ended {
    match status.signal() {
        Some(_) => Ended::Killed,
        None => Ended::Code(status.code().unwrap()),
    }
}
