//! Killed at a random moment.

use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use super::lanes::{Dice, in_lanes};
use super::length::rounds_of;
use super::shape::{BATCH, ONE, Shape, TOKEN};
use super::verdict::{Ended, Judged, Trial, conclude};

/// In turns, so that each is hit as often.
const SHAPES: [Shape; 3] = [ONE, BATCH, TOKEN];

/// From so many on it can be asked that each thing that may happen did.
const MANY: usize = 300;

#[test]
fn a_launch_or_batch_killed_at_a_random_moment_is_never_sent_twice_or_forgotten() {
    let seed = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_micros();
    let seed = u64::try_from(seed).unwrap();
    let rounds: Vec<usize> = (0..rounds_of(60, 1_000, 10_000)).collect();
    let judged = in_lanes(&rounds, |lane, rounds| {
        let dice = Dice::new(seed + 2 * lane as u64);
        lane_of(rounds, dice)
    });
    let words = format!(
        "kill -9 at {} random moments (seed {seed}), in turns a launch, a batch of {} calls, and a launch with a token",
        rounds.len(),
        BATCH.calls
    );
    let figures = conclude("kill", &words, rounds.len(), judged);
    assert!(figures.killed > 0, "none was killed: {figures}");
    if rounds.len() >= MANY {
        assert!(figures.unknown_arrived > 0, "{figures}");
        assert!(figures.parts > 0 && figures.resumed > 0, "{figures}");
    }
}

fn lane_of(rounds: &[usize], mut dice: Dice) -> Judged {
    let mut trial = Trial::new();
    let wholes = SHAPES.map(|shape| duration_of_a_launch(&mut trial, shape));
    for round in rounds {
        trial.freshen();
        let turn = round % SHAPES.len();
        let (shape, whole) = (SHAPES[turn], wholes[turn]);
        // Half of them are held at the platform, where most of a real launch's time goes.
        let moment = if dice.below(2) == 0 {
            let held = 10 + dice.below(40);
            hold_an_answer(&trial, shape, held, &mut dice);
            whole / 2 + dice.below(whole / 2 + held * 1000)
        } else {
            dice.below(whole)
        };
        let moment = Duration::from_micros(moment);
        let name = trial.next_of(shape);
        let ended = kill_after(&trial, &name, moment);
        trial.look(name, ended, &format!("after {moment:?}"), false);
    }
    trial.launches_still();
    trial.close()
}

/// The answer to any of its calls, or to what is asked before.
fn hold_an_answer(trial: &Trial, shape: Shape, held: u64, dice: &mut Dice) {
    let platform = &trial.desk.platform;
    if shape.with_token && dice.below(2) == 0 {
        return platform.hold_answer("authorization", 0, held);
    }
    let place = dice.below(shape.calls as u64);
    platform.hold_answer("hook", place, held);
}

/// How long an ordinary launch of this form takes when nothing else is done, and a little more, in microseconds.
fn duration_of_a_launch(trial: &mut Trial, shape: Shape) -> u64 {
    let durations = (0..2).map(|_| {
        let name = trial.next_of(shape);
        let start = Instant::now();
        let status = trial.desk.launch(&name).status().unwrap();
        let took = start.elapsed();
        trial.look(name, ended(status), "measured", false);
        took.as_micros()
    });
    u64::try_from(durations.min().unwrap()).unwrap() * 11 / 10
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
