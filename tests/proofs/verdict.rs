//! What must hold of a launch, however its process ended.

use super::desk::{Desk, Kept, KeptCall};
use super::figures::Figures;
use super::length::{Counted, report};
use super::shape::{ONE, Shape};

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
    pub shape: Shape,
    /// Where it was hit, for the message of a failure.
    pub place: String,
    pub ended: Ended,
    /// The outcome that it printed.
    pub said: Option<String>,
    /// Its launch on the record, and then that of the rest, where it was sent.
    pub kept: Vec<Kept>,
    /// How many of its requests had arrived before a person had the rest sent.
    pub before_the_rest: Option<usize>,
    /// Whether what was hit had to keep everything from being sent.
    pub must_not_arrive: bool,
}

/// The attempts at one desk, and what was counted of them.
pub struct Trial {
    pub desk: Desk,
    /// Of the attempt that is made now.
    shape: Shape,
    attempts: Vec<Attempt>,
    refused: Vec<String>,
    of_earlier_desks: Figures,
    wrong: Vec<String>,
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
            shape: ONE,
            attempts: Vec::new(),
            refused: Vec::new(),
            of_earlier_desks: Figures::default(),
            wrong: Vec::new(),
        }
    }

    /// The name of the next attempt, of one call.
    pub fn next(&self) -> String {
        format!("a{:06}z", self.attempts.len())
    }

    /// The name of the next attempt, of any form.
    pub fn next_of(&mut self, shape: Shape) -> String {
        let name = self.next();
        self.shape = shape;
        self.desk.write_plan(&name, shape);
        name
    }

    /// The next start after an attempt: the journal is whole, nothing is left in `sending`, and what is unknown blocks
    /// the broadcast until it is settled here. The rest of every second batch that stopped is sent then; that of the
    /// others stays where it is.
    #[track_caller]
    pub fn look(&mut self, name: String, ended: Ended, place: &str, must_not_arrive: bool) {
        self.desk.next_start();
        let shape = std::mem::replace(&mut self.shape, ONE);
        let (said, _) = self.desk.said(&name);
        let mut kept = self.desk.all_kept(&name, shape);
        assert!(
            kept.len() <= 1,
            "{name}, {place}: more than one launch: {kept:?}"
        );
        let mut before_the_rest = None;
        if let Some(kept) = kept.first() {
            assert!(
                kept.is_ended(),
                "{name}, {place}: {kept:?} after the next start"
            );
            if kept.outcome == "unknown" {
                self.settle(&name, &kept.id, shape);
            }
            if shape.is_batch() && kept.has_rest() && self.attempts.len().is_multiple_of(2) {
                before_the_rest = Some(self.requests_of(&name, shape));
                let id = kept.id.clone();
                self.desk.run(&["launch", "--rest", &id, "--yes"], 0);
            }
        }
        if before_the_rest.is_some() {
            kept = self.desk.all_kept(&name, shape);
        }
        if !self.desk.is_whole() {
            self.of_earlier_desks.corrupt += 1;
            self.wrong
                .push(format!("{name}, {place}: the journal is damaged"));
        }
        self.attempts.push(Attempt {
            name,
            shape,
            place: place.to_owned(),
            ended,
            said,
            kept,
            before_the_rest,
            must_not_arrive,
        });
    }

    /// How many requests of an attempt have arrived.
    fn requests_of(&self, name: &str, shape: Shape) -> usize {
        let marks = shape.marks(name);
        let arrived = self.desk.arrived();
        let its = |body: &str| marks.iter().any(|mark| body.contains(mark));
        let of = arrived.iter().filter(|(body, _)| its(body));
        of.map(|(_, times)| times).sum()
    }

    /// Tries another launch of the broadcast, which has to be refused, then settles the unknown one: as sent, so that
    /// what is left is what certainly was not.
    fn settle(&mut self, name: &str, id: &str, shape: Shape) {
        let other = format!("{name}-blocked");
        self.desk.write_plan(&other, Shape { calls: 1, ..shape });
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
        let mut of_attempts = 0;
        for attempt in &self.attempts {
            let its = attempt.its(&arrived);
            of_attempts += its.iter().map(|(_, times)| times).sum::<usize>();
            attempt.judge(&its, &mut figures, &mut self.wrong);
        }
        if of_attempts < arrived.iter().map(|(_, count)| count).sum() {
            self.wrong
                .push(format!("something else arrived: {arrived:?}"));
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

impl Kept {
    fn is_ended(&self) -> bool {
        let ended = ["accepted", "failed", "unknown", "refused", "rejected"];
        let is_ended =
            |call: &KeptCall| call.outcome == "not_sent" || ended.contains(&call.outcome.as_str());
        ended.contains(&self.outcome.as_str()) && self.calls.iter().all(is_ended)
    }

    /// Whether there are calls that certainly were not sent.
    fn has_rest(&self) -> bool {
        let mut calls = self.calls.iter();
        calls.any(|call| !call.may_be_sent())
    }
}

impl KeptCall {
    /// Whether its outcome says that it was sent, or may have been.
    fn may_be_sent(&self) -> bool {
        matches!(self.outcome.as_str(), "accepted" | "unknown")
    }
}

/// Bodies, and how often each arrived.
type Arrived<'a> = [(&'a str, usize)];

impl Attempt {
    /// Of all that arrived, what is of this attempt.
    fn its<'a>(&self, arrived: &'a [(String, usize)]) -> Vec<(&'a str, usize)> {
        let marks = self.shape.marks(&self.name);
        let its = |body: &str| marks.iter().any(|mark| body.contains(mark));
        let of = arrived.iter().filter(|(body, _)| its(body));
        of.map(|(body, times)| (body.as_str(), *times)).collect()
    }

    /// The promises, for one attempt of which this arrived.
    fn judge(&self, arrived: &Arrived, figures: &mut Figures, wrong: &mut Vec<String>) {
        let mut must = |holds: bool, what: &str| {
            if !holds {
                wrong.push(format!("{what} ({arrived:?}), {}: {self:?}", self.place));
            }
            holds
        };
        let sent: usize = arrived.iter().map(|(_, times)| times).sum();
        let (mut doubles, mut got_it) = (0, 0);
        let marks = self.shape.marks(&self.name);
        for mark in &marks {
            let times = times_of(mark, arrived);
            got_it += usize::from(times > 0);
            if !must(times <= 1, "sent twice") {
                doubles += times - 1;
            }
            let is_left_out = times == 0 && self.before_the_rest.is_some();
            must(
                !is_left_out || self.is_unknown(mark),
                "not sent with the rest",
            );
        }
        figures.doubles += doubles;
        for (body, times) in arrived {
            let is_recorded = self
                .calls()
                .any(|call| call.body == **body && call.is_begun && call.may_be_sent());
            if !must(is_recorded, "sent, and the record doesn't say so") {
                figures.unrecorded += times;
            }
        }
        for call in self.calls().filter(|call| call.outcome == "accepted") {
            must(times_of(&call.body, arrived) > 0, "accepted, and not sent");
        }
        must(self.is_in_order(), "sent behind one that was not accepted");
        let by_itself = self.before_the_rest.unwrap_or(sent);
        let is_all = got_it == marks.len();
        let outcome = self.kept.first().map(|kept| kept.outcome.as_str());
        must(outcome != Some("accepted") || is_all, "not all of it sent");
        let is_accepted = self.said.as_deref() == Some("accepted") || self.ended == Ended::Code(0);
        must(!is_accepted || is_all, "said to be accepted");
        must(
            !is_accepted || matches!(outcome, Some("accepted" | "unknown")),
            "said to be accepted, and not on the record",
        );
        // Of a batch 4 says that it stopped on the way.
        let is_unsent = matches!(self.ended, Ended::Code(2 | 5 | 6))
            || self.ended == Ended::Code(4) && !self.shape.is_batch();
        must(!is_unsent || by_itself == 0, "said not to be sent");
        must(!self.must_not_arrive || by_itself == 0, "sent, not durable");
        self.count(arrived, figures);
    }

    /// The calls of all its launches.
    fn calls(&self) -> impl Iterator<Item = &KeptCall> {
        self.kept.iter().flat_map(|kept| &kept.calls)
    }

    /// Whether the call of its launch that holds this is unknown.
    fn is_unknown(&self, mark: &str) -> bool {
        let mut calls = self.kept.first().into_iter().flat_map(|kept| &kept.calls);
        calls.any(|call| call.body.contains(mark) && call.outcome == "unknown")
    }

    /// Whether every call but the last one that began was accepted, and none behind it began.
    fn is_in_order(&self) -> bool {
        self.kept.iter().all(|kept| {
            let began = kept.calls.iter().rposition(|call| call.is_begun);
            let before = &kept.calls[..began.unwrap_or_default()];
            before.iter().all(|call| call.outcome == "accepted")
        })
    }

    fn count(&self, arrived: &Arrived, figures: &mut Figures) {
        figures.attempts += 1;
        figures.killed += usize::from(self.ended == Ended::Killed);
        figures.arrived += arrived.iter().map(|(_, times)| times).sum::<usize>();
        figures.resumed += usize::from(self.before_the_rest.is_some());
        let Some(kept) = self.kept.first() else {
            figures.absent += 1;
            return;
        };
        let may_be_sent = kept.calls.iter().any(KeptCall::may_be_sent);
        figures.parts += usize::from(may_be_sent && kept.has_rest());
        match kept.outcome.as_str() {
            "failed" => figures.failed += 1,
            "accepted" => figures.accepted += 1,
            "unknown" => {
                figures.unknown += 1;
                let mut calls = kept.calls.iter();
                let open = calls.find(|call| call.outcome == "unknown");
                figures.unknown_arrived += open.map_or(0, |call| times_of(&call.body, arrived));
            }
            _ => figures.other += 1,
        }
    }
}

/// How often what holds this arrived.
fn times_of(mark: &str, arrived: &Arrived) -> usize {
    let of = arrived.iter().filter(|(body, _)| body.contains(mark));
    of.map(|(_, times)| times).sum()
}
