//! What is read out of a column's texts once and kept: numbers, dates, lower case.
//!
//! Each is made piece by piece when a filter first needs it, so that a column is prepared for the questions that are
//! really asked, and a question that is overtaken leaves what it has made to the next.

use std::sync::{Arc, OnceLock};

use crate::domain::criterion::{Instant, instant, number};

use super::pieces::PIECE;
use super::texts::Texts;

/// What is prepared of a column's texts.
#[derive(Debug, Default)]
pub(super) struct Prepared {
    numbers: Pieces<Box<[f64]>>,
    instants: Pieces<Instants>,
    odd: Pieces<Odd>,
}

impl Prepared {
    /// The numbers of a piece; `NaN`, which the grammar doesn't have, where a text is none.
    pub(super) fn numbers(&self, texts: &Texts, piece: usize) -> &[f64] {
        self.numbers.get(texts, piece, || {
            let number = |text| number(text).unwrap_or(f64::NAN);
            of_piece(texts, piece).map(number).collect()
        })
    }

    /// The instants of a piece.
    pub(super) fn instants(&self, texts: &Texts, piece: usize) -> &Instants {
        self.instants.get(texts, piece, || {
            Instants::new(of_piece(texts, piece).map(instant))
        })
    }

    /// The texts of a piece whose lower case is not their ASCII lower case.
    pub(super) fn odd(&self, texts: &Texts, piece: usize) -> &Odd {
        self.odd
            .get(texts, piece, || Odd::new(of_piece(texts, piece)))
    }

    /// What is prepared of those pieces that are the same in other texts, of which there are so many.
    pub(super) fn carried(&self, texts: usize, is_same: impl Fn(usize) -> bool) -> Self {
        Self {
            numbers: self.numbers.carried(texts, &is_same),
            instants: self.instants.carried(texts, &is_same),
            odd: self.odd.carried(texts, &is_same),
        }
    }

    /// How many bytes of memory it takes so far.
    pub(super) fn bytes(&self) -> usize {
        self.numbers.bytes(|numbers| numbers.len() * 8)
            + self.instants.bytes(Instants::bytes)
            + self.odd.bytes(Odd::bytes)
    }
}

fn of_piece(texts: &Texts, piece: usize) -> impl Iterator<Item = &str> {
    let first = piece * PIECE;
    (first..texts.len().min(first + PIECE)).map(|text| texts.get(text))
}

/// One thing a piece, made when it is first asked for.
#[derive(Debug)]
struct Pieces<T>(OnceLock<Box<[OnceLock<Arc<T>>]>>);

impl<T> Default for Pieces<T> {
    fn default() -> Self {
        Self(OnceLock::new())
    }
}

impl<T> Pieces<T> {
    fn get(&self, texts: &Texts, piece: usize, make: impl FnOnce() -> T) -> &T {
        let pieces = self.0.get_or_init(|| {
            let count = texts.len().div_ceil(PIECE);
            (0..count).map(|_| OnceLock::new()).collect()
        });
        pieces[piece].get_or_init(|| Arc::new(make()))
    }

    fn carried(&self, texts: usize, is_same: impl Fn(usize) -> bool) -> Self {
        let Some(pieces) = self.0.get() else {
            return Self::default();
        };
        let carry = |piece: usize| {
            let made = pieces.get(piece).and_then(OnceLock::get);
            made.filter(|_| is_same(piece))
                .map_or_else(OnceLock::new, |made| OnceLock::from(Arc::clone(made)))
        };
        let carried: Box<[_]> = (0..texts.div_ceil(PIECE)).map(carry).collect();
        Self(OnceLock::from(carried))
    }

    fn bytes(&self, of: impl Fn(&T) -> usize) -> usize {
        let made = self.0.get().into_iter().flatten();
        made.filter_map(OnceLock::get)
            .map(|made| of(made) + size_of::<OnceLock<Arc<T>>>())
            .sum()
    }
}

/// Dates and date-times, seconds apart from what is finer: hardly any have that.
#[derive(Debug)]
pub(super) struct Instants {
    /// Seconds since 1970; [`Instants::NONE`] where a text is no date.
    pub(super) seconds: Box<[i64]>,
    /// Nanoseconds within the second; empty where all are 0.
    pub(super) nanoseconds: Box<[u32]>,
}

impl Instants {
    /// Stands for a text that is no date: far before the year 0.
    pub(super) const NONE: i64 = i64::MIN;

    fn new(instants: impl Iterator<Item = Option<Instant>>) -> Self {
        let parts = |instant: Instant| (instant.seconds(), instant.nanoseconds());
        let (seconds, nanoseconds): (Vec<i64>, Vec<u32>) = instants
            .map(|instant| instant.map_or((Self::NONE, 0), parts))
            .unzip();
        let is_fine = nanoseconds.iter().any(|fine| *fine > 0);
        Self {
            seconds: seconds.into(),
            nanoseconds: if is_fine {
                nanoseconds.into()
            } else {
                Box::default()
            },
        }
    }

    fn bytes(&self) -> usize {
        self.seconds.len() * 8 + self.nanoseconds.len() * 4
    }
}

/// Texts that bytes alone can't be compared with where case is ignored: `İ` grows, `Ñ` has another small letter.
#[derive(Debug)]
pub(super) struct Odd {
    /// Their places in the piece.
    pub(super) places: Vec<u32>,
    /// Their lower case, in the same order.
    pub(super) lower: Texts,
}

impl Odd {
    fn new<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let (mut places, mut lower) = (Vec::new(), Texts::new());
        for (place, text) in (0..).zip(texts) {
            if text.is_ascii() {
                continue;
            }
            let folded = text.to_lowercase();
            if folded != text.to_ascii_lowercase() {
                places.push(place);
                lower.push(&folded);
            }
        }
        places.shrink_to_fit();
        lower.shrink();
        Self { places, lower }
    }

    fn bytes(&self) -> usize {
        self.places.capacity() * 4 + self.lower.bytes()
    }
}
