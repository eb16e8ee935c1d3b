//! A launch that waits for its time: killed at each system call of what serves it, and served by many at once.

use std::time::Duration;

use super::kill::ended;
use super::lanes::in_lanes;
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
