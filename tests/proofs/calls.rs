//! Killed before each of its system calls.

use super::lanes::in_lanes;
use super::length::{rounds, skip};
use super::shape::{ONE, PAIR_WITH_TOKEN, Shape};
use super::tracer::{self, Fate};
use super::verdict::{Ended, Judged, Trial, conclude};

/// Points of the short run, spread evenly over the whole launch.
const SHORT: usize = 40;

/// The same of a batch.
const SHORT_BATCH: usize = 15;

/// Of a batch's calls the long run takes every so many: most of them are those of a launch of one call.
const STEP: usize = 3;

#[test]
fn a_launch_killed_before_any_of_its_system_calls_is_never_sent_twice_or_forgotten() {
    killed_anywhere(ONE, "a launch", SHORT, 1);
}

#[test]
fn a_batch_with_a_token_killed_before_its_system_calls_is_never_sent_twice_or_forgotten() {
    let what = "a batch of two calls with a token";
    killed_anywhere(PAIR_WITH_TOKEN, what, SHORT_BATCH, STEP);
}

/// Kills it at so many points, in a long run before every `step`-th call.
fn killed_anywhere(shape: Shape, what: &str, short: usize, step: usize) {
    let mut trial = Trial::new();
    trial.rewind();
    let mut all = 0;
    let name = trial.next_of(shape);
    let counted = tracer::run(&trial.desk.traced(&name), |call| {
        all = call.number;
        Fate::Pass
    });
    let ended = match counted {
        Ok(ended) => ended,
        Err(why) => return skip("calls", &why.0),
    };
    assert_eq!(ended, Ended::Code(0));
    trial.look(name, ended, "traced", false);
    // How many calls a launch makes varies a little with how its threads take turns.
    let last = all + all / 10;
    let step = (last / rounds(short, last / step)).max(1);
    let points: Vec<usize> = (1..=last).step_by(step).collect();
    let mut judged = in_lanes(&points, |_, points| lane_of(shape, points));
    judged.push(trial.close());
    let words = format!(
        "{what} makes {all} system calls in all its threads; killed before {} of {last}, every {step}.",
        points.len()
    );
    conclude("calls", &words, points.len(), judged);
}

fn lane_of(shape: Shape, points: &[usize]) -> Judged {
    let mut trial = Trial::new();
    for point in points.iter().copied() {
        trial.rewind();
        let name = trial.next_of(shape);
        let mut place = String::new();
        let ended = tracer::run(&trial.desk.traced(&name), |call| {
            if call.number == point {
                place = format!("before call {point}, {}", call.name());
                return Fate::Kill;
            }
            Fate::Pass
        });
        trial.look(name, ended.unwrap(), &place, false);
    }
    trial.launches_still();
    trial.close()
}
