//! What must hold of a launch, however its process ended.

use std::collections::HashMap;

use super::desk::{Desk, Kept};
use super::length::{Counted, report};

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
    wrong: Vec<String>,
}

/// What came out. What must not be is counted too.
#[derive(Debug, Default, Clone, Copy)]
pub struct Figures {
    pub attempts: usize,
    pub killed: usize,
    /// Attempts that left nothing in the journal.
    pub absent: usize,
    pub accepted: usize,
    pub failed: usize,
    pub unknown: usize,
    pub other: usize,
    pub arrived: usize,
    /// Unknown ones that had arrived.
    pub unknown_arrived: usize,
    /// Requests that arrived a second time.
    pub doubles: usize,
    /// Requests of which the record doesn't say that they may have been sent.
    pub unrecorded: usize,
    pub corrupt: usize,
}

impl std::fmt::Display for Figures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} attempts, {} killed: {} not in the journal, {} failed, {} accepted, {} unknown ({} of them had arrived), {} other; {} arrived; {} double sends, {} accepted without a record, {} corrupt journals",
            self.attempts,
            self.killed,
            self.absent,
            self.failed,
            self.accepted,
            self.unknown,
            self.unknown_arrived,
            self.other,
            self.arrived,
            self.doubles,
            self.unrecorded,
            self.corrupt
        )
    }
}

impl std::ops::Add for Figures {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            attempts: self.attempts + other.attempts,
            killed: self.killed + other.killed,
            absent: self.absent + other.absent,
            accepted: self.accepted + other.accepted,
            failed: self.failed + other.failed,
            unknown: self.unknown + other.unknown,
            other: self.other + other.other,
            arrived: self.arrived + other.arrived,
            unknown_arrived: self.unknown_arrived + other.unknown_arrived,
            doubles: self.doubles + other.doubles,
            unrecorded: self.unrecorded + other.unrecorded,
            corrupt: self.corrupt + other.corrupt,
        }
    }
}

/// What a trial came to: its figures, and what was wrong, in sentences.
pub type Judged = (Figures, Vec<String>);

/// Reports what all lanes of a proof came to, and fails it where anything was wrong; gives the sum.
#[track_caller]
pub fn conclude(name: &str, words: &str, rounds: usize, judged: Vec<Judged>) -> Figures {
    let (figures, wrong): (Vec<_>, Vec<_>) = judged.into_iter().unzip();
    let sum = figures
        .into_iter()
        .fold(Figures::default(), |sum, one| sum + one);
    let counted = Counted {
        rounds,
        launches: sum.attempts,
        sends: sum.arrived,
        doubles: sum.doubles,
        unrecorded: sum.unrecorded,
        corrupt: sum.corrupt,
        unknown: sum.unknown,
    };
    report(name, &format!("{words}: {sum}"), &counted);
    let wrong = wrong.concat();
    assert!(
        wrong.is_empty(),
        "{name}: {} promises broken, among them:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(10)].join("\n")
    );
    sum
}

impl Trial {
    pub fn new() -> Self {
        Self {
            desk: Desk::new(),
            attempts: Vec::new(),
            refused: Vec::new(),
            of_earlier_desks: Figures::default(),
            wrong: Vec::new(),
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
        if !self.desk.is_whole() {
            self.of_earlier_desks.corrupt += 1;
            self.wrong
                .push(format!("{name}, {place}: the journal is damaged"));
        }
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
        self.weigh();
        self.desk = Desk::new();
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
    fn weigh(&mut self) {
        let arrived = self.desk.arrived();
        let count = |name: &str| -> usize {
            let of = arrived
                .iter()
                .filter(|(body, _)| body.contains(&format!("\"{name}\"")));
            of.map(|(_, count)| count).sum()
        };
        let mut figures = self.of_earlier_desks;
        for name in &self.refused {
            if count(name) > 0 {
                figures.unrecorded += count(name);
                self.wrong.push(format!("{name} was refused, and arrived"));
            }
        }
        let counts: HashMap<_, _> = self
            .attempts
            .iter()
            .map(|a| (&a.name, count(&a.name)))
            .collect();
        if counts.values().sum::<usize>() < arrived.iter().map(|(_, count)| count).sum() {
            self.wrong
                .push(format!("something else arrived: {arrived:?}"));
        }
        for attempt in &self.attempts {
            attempt.judge(counts[&attempt.name], &mut figures, &mut self.wrong);
        }
        self.of_earlier_desks = figures;
        self.attempts.clear();
        self.refused.clear();
    }

    /// What it came to.
    pub fn close(mut self) -> Judged {
        self.weigh();
        (self.of_earlier_desks, self.wrong)
    }
}

impl Attempt {
    /// The promises, for one attempt that arrived so often.
    fn judge(&self, arrived: usize, figures: &mut Figures, wrong: &mut Vec<String>) {
        let mut must = |holds: bool, what: &str| {
            if !holds {
                wrong.push(format!(
                    "{what} ({arrived} arrived), {}: {self:?}",
                    self.place
                ));
            }
            holds
        };
        if !must(arrived <= 1, "sent twice") {
            figures.doubles += arrived - 1;
        }
        let outcome = self.kept.as_ref().map(|kept| kept.outcome.as_str());
        let may_be_sent = matches!(outcome, Some("accepted" | "unknown"));
        if !must(
            may_be_sent || arrived == 0,
            "sent, and the record doesn't say so",
        ) {
            figures.unrecorded += arrived;
        }
        must(outcome != Some("accepted") || arrived > 0, "not sent");
        let is_accepted = self.said.as_deref() == Some("accepted") || self.ended == Ended::Code(0);
        must(!is_accepted || arrived > 0, "said to be accepted");
        must(
            !is_accepted || may_be_sent,
            "said to be accepted, and not on the record",
        );
        let is_unsent = matches!(self.ended, Ended::Code(2 | 4 | 5 | 6));
        must(!is_unsent || arrived == 0, "said not to be sent");
        must(!self.must_not_arrive || arrived == 0, "sent, not durable");
        figures.count(self, outcome, arrived);
    }
}

impl Figures {
    fn count(&mut self, attempt: &Attempt, outcome: Option<&str>, arrived: usize) {
        self.attempts += 1;
        self.killed += usize::from(attempt.ended == Ended::Killed);
        self.arrived += arrived;
        match outcome {
            None => self.absent += 1,
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
