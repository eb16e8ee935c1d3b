//! What must hold of a launch, however its process ended.

use std::collections::HashMap;

use super::desk::{Desk, Kept};

/// Launches at one desk, before the next one takes over.
const AT_A_DESK: usize = 250;

/// How the process of an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    Killed,
    /// With this exit code.
    Code(i32),
}

/// What is known of one attempt after the next start.
#[derive(Debug, Clone)]
pub struct Attempt {
    pub name: String,
    /// Where it was hit, for the message of a failure.
    pub place: String,
    pub ended: Ended,
    /// The outcome that it printed.
    pub said: Option<String>,
    pub kept: Option<Kept>,
    /// Whether what was hit had to keep everything from being sent.
    pub must_not_arrive: bool,
}

/// The attempts at one desk, and what was counted of them.
pub struct Trial {
    pub desk: Desk,
    attempts: Vec<Attempt>,
    refused: Vec<String>,
    of_earlier_desks: Figures,
}

/// What came out.
#[derive(Debug, Default, Clone, Copy)]
pub struct Figures {
    pub attempts: usize,
    pub killed: usize,
    pub unrecorded: usize,
    pub accepted: usize,
    pub failed: usize,
    pub unknown: usize,
    pub other: usize,
    pub arrived: usize,
    /// Unknown ones that had arrived.
    pub unknown_arrived: usize,
}

impl std::fmt::Display for Figures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} attempts, {} killed: {} not in the journal, {} failed, {} accepted, {} unknown ({} of them had arrived), {} other; {} arrived; 0 double sends, 0 accepted without a record, 0 corrupt journals",
            self.attempts,
            self.killed,
            self.unrecorded,
            self.failed,
            self.accepted,
            self.unknown,
            self.unknown_arrived,
            self.other,
            self.arrived
        )
    }
}

impl Trial {
    pub fn new() -> Self {
        Self {
            desk: Desk::new(),
            attempts: Vec::new(),
            refused: Vec::new(),
            of_earlier_desks: Figures::default(),
        }
    }

    /// The name of the next attempt.
    pub fn next(&self) -> String {
        format!("a{:06}z", self.attempts.len())
    }

    /// The next start after an attempt: the journal is whole, nothing is left in `sending`, and what is unknown blocks
    /// the broadcast until it is settled here.
    #[track_caller]
    pub fn look(&mut self, name: String, ended: Ended, place: &str, must_not_arrive: bool) {
        self.desk.next_start();
        assert!(
            self.desk.is_whole(),
            "{name}, {place}: the journal is damaged"
        );
        let (said, _) = self.desk.said(&name);
        let kept = self.desk.kept(&name);
        if let Some(kept) = &kept {
            assert!(
                ["accepted", "failed", "unknown", "refused", "rejected"]
                    .contains(&kept.outcome.as_str()),
                "{name}, {place}: {kept:?} after the next start"
            );
            if kept.outcome == "unknown" {
                self.settle(&name, &kept.id);
            }
        }
        self.attempts.push(Attempt {
            name,
            place: place.to_owned(),
            ended,
            said,
            kept,
            must_not_arrive,
        });
    }

    /// Tries another launch, which has to be refused, then settles the unknown one.
    fn settle(&mut self, name: &str, id: &str) {
        let other = format!("{name}-blocked");
        let status = self.desk.launch(&other).status().unwrap();
        let (_, said) = self.desk.said(&other);
        assert_eq!(status.code(), Some(4), "{name} is unknown, but: {said}");
        self.refused.push(other);
        self.desk
            .run(&["settle", id, "sent", "--reason", "looked"], 0);
    }

    /// An ordinary launch, which has to be accepted: nothing that was hit before stands in its way.
    #[track_caller]
    pub fn launches_still(&mut self) {
        let name = self.next();
        let status = self.desk.launch(&name).status().unwrap();
        let (_, said) = self.desk.said(&name);
        assert_eq!(status.code(), Some(0), "an ordinary launch: {said}");
        self.look(name, Ended::Code(0), "an ordinary launch", false);
    }

    /// Goes on at a fresh desk where this one has seen many launches, so that journals and lists stay short.
    pub fn freshen(&mut self) {
        if self.attempts.len() < AT_A_DESK {
            return;
        }
        self.launches_still();
        self.of_earlier_desks = self.judge();
        self.desk = Desk::new();
        self.attempts.clear();
        self.refused.clear();
    }

    /// Puts the profile's files back to what they were after the desk's first launch: a launch makes the same calls
    /// then as the one before it.
    pub fn rewind(&mut self) {
        self.freshen();
        if !self.desk.is_kept() {
            self.launches_still();
            self.desk.keep();
        }
        self.desk.put_back();
    }

    /// Holds what arrived against what was said and kept, attempt by attempt.
    pub fn judge(&self) -> Figures {
        let arrived = self.desk.arrived();
        let count = |name: &str| -> usize {
            let of = arrived
                .iter()
                .filter(|(body, _)| body.contains(&format!("\"{name}\"")));
            of.map(|(_, count)| count).sum()
        };
        for name in &self.refused {
            assert_eq!(count(name), 0, "{name} was refused, and arrived");
        }
        let mut figures = self.of_earlier_desks;
        let counts: HashMap<_, _> = self
            .attempts
            .iter()
            .map(|a| (&a.name, count(&a.name)))
            .collect();
        assert_eq!(
            counts.values().sum::<usize>(),
            arrived.iter().map(|(_, count)| count).sum::<usize>(),
            "something else arrived: {arrived:?}"
        );
        for attempt in &self.attempts {
            attempt.judge(counts[&attempt.name], &mut figures);
        }
        figures
    }
}

impl Attempt {
    /// The promises, for one attempt that arrived so often.
    fn judge(&self, arrived: usize, figures: &mut Figures) {
        assert!(arrived <= 1, "sent twice ({}): {self:?}", self.place);
        let outcome = self.kept.as_ref().map(|kept| kept.outcome.as_str());
        match outcome {
            None | Some("failed" | "refused" | "rejected") => {
                assert_eq!(arrived, 0, "sent, and the record doesn't say so: {self:?}");
            }
            Some("accepted") => assert_eq!(arrived, 1, "not sent: {self:?}"),
            Some(_) => {}
        }
        match (self.ended, self.said.as_deref()) {
            (Ended::Code(0), _) | (_, Some("accepted")) => {
                assert_eq!(arrived, 1, "said to be accepted: {self:?}");
            }
            (Ended::Code(2 | 4 | 5 | 6), _) => {
                assert_eq!(arrived, 0, "said not to be sent: {self:?}");
            }
            _ => {}
        }
        assert!(
            !self.must_not_arrive || arrived == 0,
            "sent, not durable: {self:?}"
        );
        figures.count(self, outcome, arrived);
    }
}

impl Figures {
    fn count(&mut self, attempt: &Attempt, outcome: Option<&str>, arrived: usize) {
        self.attempts += 1;
        self.killed += usize::from(attempt.ended == Ended::Killed);
        self.arrived += arrived;
        match outcome {
            None => self.unrecorded += 1,
            Some("failed") => self.failed += 1,
            Some("accepted") => self.accepted += 1,
            Some("unknown") => {
                self.unknown += 1;
                self.unknown_arrived += arrived;
            }
            Some(_) => self.other += 1,
        }
    }
}
