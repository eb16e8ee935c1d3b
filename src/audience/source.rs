//! Where the verdict of one filter comes from, row by row.
//!
//! The meaning is [`Predicate`]'s alone. Where values repeat it is asked once a value and then looked up; a text
//! that nobody shares is asked for, row by row, where the verdict can still change something.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

use crate::domain::criterion::Predicate;
use crate::domain::filter::Case;
use crate::domain::filter::Filter;

use super::column::{Codes, Column, Data};
use super::rows::bits;
use super::table::Table;
use super::texts::Texts;

/// From so many different values on, two threads share them.
const SHARED_FROM: usize = 50_000;

/// Values judged between two looks at the stop token.
const STEP: usize = 4096;

/// The verdicts on 64 rows: without case, and with it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Word {
    pub(super) ignore: u64,
    pub(super) exact: u64,
}

/// A filter made ready for a table.
#[derive(Debug)]
pub(super) struct Source<'a> {
    judge: Judge,
    kind: Kind<'a>,
}

#[derive(Debug)]
enum Kind<'a> {
    /// Nobody has the variable: the same verdict for all.
    Constant(u8),
    /// A verdict a code.
    Codes { verdicts: Vec<u8>, codes: &'a Codes },
    /// Texts to be judged.
    Raw { column: &'a Column },
}

/// The predicate in both cases; a verdict's bit 0 is without case, bit 1 with it.
#[derive(Debug)]
pub(super) struct Judge {
    ignore: Predicate,
    exact: Option<Predicate>,
}

impl Judge {
    fn new(filter: &Filter) -> Self {
        let ignore = Predicate::new(filter.criterion, &filter.value, Case::IgnoreCase);
        let exact = ignore
            .depends_on_case()
            .then(|| Predicate::new(filter.criterion, &filter.value, Case::MatchCase));
        Self { ignore, exact }
    }

    fn verdict(&self, value: Option<&str>) -> u8 {
        let ignore = self.ignore.holds(value);
        let exact = self
            .exact
            .as_ref()
            .map_or(ignore, |exact| exact.holds(value));
        u8::from(ignore) | u8::from(exact) << 1
    }
}

impl<'a> Source<'a> {
    /// Makes a filter ready, judging every different value; `None` when stopped.
    pub(super) fn new(table: &'a Table, filter: &Filter, stop: &AtomicBool) -> Option<Self> {
        let judge = Judge::new(filter);
        let kind = match table.column(&filter.field) {
            None => Kind::Constant(judge.verdict(None)),
            Some(column) => match &column.data {
                Data::Dictionary { values, codes, .. } => Kind::Codes {
                    verdicts: verdicts(&judge, values, stop)?,
                    codes,
                },
                Data::Raw { .. } => Kind::Raw { column },
            },
        };
        Some(Self { judge, kind })
    }

    /// Whether letter case can change a verdict.
    pub(super) fn depends_on_case(&self) -> bool {
        self.judge.exact.is_some()
    }

    /// The verdicts on the rows `64 * word ..`, for those whose bit is in `open`; the others' mean nothing.
    pub(super) fn word(&self, word: usize, open: u64) -> Word {
        if open == 0 {
            return Word::default();
        }
        match &self.kind {
            Kind::Constant(verdict) => Word {
                ignore: all_if(verdict & 1),
                exact: all_if(verdict >> 1),
            },
            Kind::Codes { verdicts, codes } => {
                let found = match codes {
                    Codes::One(codes) => {
                        look_up(chunk(codes, word), |code| verdicts[usize::from(code)])
                    }
                    Codes::Two(codes) => {
                        look_up(chunk(codes, word), |code| verdicts[usize::from(code)])
                    }
                    Codes::Four(codes) => {
                        look_up(chunk(codes, word), |code| verdicts[code as usize])
                    }
                };
                found.behind_the_end(verdicts[0], chunk_len(codes, word))
            }
            Kind::Raw { column } => self.judge_rows(column, word, open),
        }
    }

    fn judge_rows(&self, column: &Column, word: usize, open: u64) -> Word {
        let first = u32::try_from(word * 64).unwrap_or(u32::MAX);
        bits(open).fold(Word::default(), |mut found, bit| {
            let verdict = self.judge.verdict(column.get(first + bit));
            found.ignore |= u64::from(verdict & 1) << bit;
            found.exact |= u64::from(verdict >> 1) << bit;
            found
        })
    }
}

impl Word {
    /// Fills the rows that a column shorter than its table lacks: they are unset.
    fn behind_the_end(mut self, unset: u8, length: usize) -> Self {
        if length < 64 {
            let lacking = u64::MAX << length;
            self.ignore |= all_if(unset & 1) & lacking;
            self.exact |= all_if(unset >> 1) & lacking;
        }
        self
    }
}

fn all_if(bit: u8) -> u64 {
    if bit == 1 { u64::MAX } else { 0 }
}

fn chunk<T>(codes: &[T], word: usize) -> &[T] {
    let start = (word * 64).min(codes.len());
    &codes[start..(start + 64).min(codes.len())]
}

fn chunk_len(codes: &Codes, word: usize) -> usize {
    match codes {
        Codes::One(codes) => chunk(codes, word).len(),
        Codes::Two(codes) => chunk(codes, word).len(),
        Codes::Four(codes) => chunk(codes, word).len(),
    }
}

fn look_up<T: Copy>(codes: &[T], verdict: impl Fn(T) -> u8) -> Word {
    let mut word = Word::default();
    for (bit, code) in codes.iter().enumerate() {
        let verdict = verdict(*code);
        word.ignore |= u64::from(verdict & 1) << bit;
        word.exact |= u64::from(verdict >> 1) << bit;
    }
    word
}

/// The verdict on every code, 0 (unset) first and never fewer than 256; `None` when stopped.
fn verdicts(judge: &Judge, values: &Texts, stop: &AtomicBool) -> Option<Vec<u8>> {
    let mut verdicts = vec![0; (values.len() + 1).max(256)];
    verdicts[0] = judge.verdict(None);
    let known = &mut verdicts[1..=values.len()];
    let fill = |first: usize, part: &mut [u8]| {
        for (step, places) in part.chunks_mut(STEP).enumerate() {
            if stop.load(Ordering::Relaxed) {
                return;
            }
            for (place, number) in places.iter_mut().zip(first + step * STEP..) {
                *place = judge.verdict(Some(values.get(number)));
            }
        }
    };
    if known.len() < SHARED_FROM {
        fill(0, known);
    } else {
        let half = known.len() / 2;
        let (left, right) = known.split_at_mut(half);
        std::thread::scope(|scope| {
            scope.spawn(|| fill(0, left));
            fill(half, right);
        });
    }
    (!stop.load(Ordering::Relaxed)).then_some(verdicts)
}
