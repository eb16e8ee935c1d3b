//! A launch that waits for its time: killed at each system call of what serves it, and served by many at once.

use std::time::Duration;

use super::kill::ended;
use super::length::{rounds, say};
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
use super::tracer::{self, Fate};
use super::verdict::{Ended, Trial};

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
    let figures = trial.judge();
    assert_eq!(
        (figures.arrived, figures.accepted),
        (number, number),
        "{figures}"
    );
    say(&format!(
        "races of servers: {number} rounds of {PROCESSES} processes, {} sent",
        figures.arrived
    ));
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
        Err(why) => return say(&format!("kill of a server: skipped, {}", why.0)),
    };
    assert_eq!(whole, Ended::Code(0));
    trial.look(name, whole, "traced", false);
    let last = all + all / 10;
    let step = (last / rounds(SHORT, last)).max(1);
    let (mut points, mut taken_over) = (0, 0);
    for point in (1..=last).step_by(step) {
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
        points += 1;
        taken_over += usize::from(trial.desk.state_of_waiting(&name) == "waiting");
        // Whoever serves next starts what still waits, and nothing else.
        let next = trial.desk.serve(&format!("{name}-next")).status().unwrap();
        assert_eq!(next.code(), Some(0), "{place}");
        assert_eq!(trial.desk.state_of_waiting(&name), "started", "{place}");
        assert!(trial.desk.kept(&name).is_some(), "lost: {place}");
        trial.look(name, ended.unwrap(), &place, false);
    }
    trial.launches_still();
    say(&format!(
        "kill at every system call of a server (it makes {all} in all its threads; {points} points, up to {last}, every {step}.; {taken_over} still waited and were sent by the next server): {}",
        trial.judge()
    ));
}
