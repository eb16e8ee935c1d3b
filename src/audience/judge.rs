//! A filter's verdicts on many texts at once.
//!
//! The meaning is [`Predicate`]'s: what stands here says the same faster, and a law in the tests holds the two against
//! each other. Texts are compared as bytes; the few whose lower case bytes alone don't give are compared by their
//! prepared lower case ([`Odd`](super::prepared::Odd)).

use std::cmp::Ordering;

use crate::domain::criterion::{Criterion, Instant, Predicate, instant, length, number};
use crate::domain::filter::{Case, Filter};

use super::needle::Needle;
use super::pieces::{PIECE, pack, put, set};
use super::prepared::{Instants, Prepared};
use super::texts::{End, Look, Span, Texts};

/// A filter without case and, where that can matter, with it.
#[derive(Debug)]
pub(super) struct Judge {
    tests: Vec<Test>,
}

impl Judge {
    pub(super) fn new(filter: &Filter) -> Self {
        let mut tests = vec![Test::new(filter, Case::IgnoreCase)];
        if tests[0].predicate.depends_on_case() {
            tests.push(Test::new(filter, Case::MatchCase));
        }
        Self { tests }
    }

    /// The test without case, then the one with it, should that be another.
    pub(super) fn tests(&self) -> &[Test] {
        &self.tests
    }
}

/// A criterion with its value under one reading of case.
#[derive(Debug)]
pub(super) struct Test {
    predicate: Predicate,
    question: Question,
    ignores_case: bool,
    is_negated: bool,
}

/// What is asked of a text; the complements are the same question, negated.
#[derive(Debug)]
enum Question {
    /// The value is no length: nobody matches.
    Nothing,
    Filled,
    Longer(usize),
    Shorter(usize),
    Equals(Needle),
    Starts(Needle),
    Holds(Needle),
    Order(Order),
}

impl Test {
    fn new(filter: &Filter, case: Case) -> Self {
        let (question, is_negated) = question(filter, case);
        Self {
            predicate: Predicate::new(filter.criterion, &filter.value, case),
            question,
            ignores_case: case == Case::IgnoreCase,
            is_negated,
        }
    }

    /// The verdict on a variable that is not set.
    pub(super) fn unset(&self) -> bool {
        self.predicate.holds(None)
    }

    /// Writes the verdicts on a piece of texts; the bits behind its end mean nothing.
    pub(super) fn fill(&self, texts: &Texts, prepared: &Prepared, piece: usize, out: &mut [u64]) {
        out.fill(0);
        let first = piece * PIECE;
        texts.look(
            first..first + PIECE,
            &mut Ask {
                test: self,
                texts,
                prepared,
                piece,
                out,
            },
        );
        if self.ignores_case && self.compares_text() && !texts.is_ascii() {
            self.fill_odd(texts, prepared, piece, out);
        }
        if self.is_negated {
            for word in out {
                *word = !*word;
            }
        }
    }

    fn compares_text(&self) -> bool {
        matches!(
            self.question,
            Question::Equals(_) | Question::Starts(_) | Question::Holds(_) | Question::Order(_)
        )
    }

    /// Writes over the verdicts on texts that are odd. The question is in lower case already, and so is their text:
    /// what is set in a byte to make a small letter of it changes nothing any more.
    fn fill_odd(&self, texts: &Texts, prepared: &Prepared, piece: usize, out: &mut [u64]) {
        let odd = prepared.odd(texts, piece);
        if odd.places.is_empty() {
            return;
        }
        let mut verdicts = vec![0; odd.places.len().div_ceil(64)];
        odd.lower.look(
            0..odd.places.len(),
            &mut Compare(&self.question, &mut verdicts),
        );
        for (number, place) in odd.places.iter().enumerate() {
            let verdict = verdicts[number / 64] >> (number % 64) & 1 == 1;
            put(out, *place as usize, verdict);
        }
    }
}

fn question(filter: &Filter, case: Case) -> (Question, bool) {
    let ignores_case = case == Case::IgnoreCase;
    let text = if ignores_case {
        filter.value.to_lowercase()
    } else {
        filter.value.clone()
    };
    let needle = || Needle::new(&text, ignores_case);
    let length = |question: fn(usize) -> Question| {
        let length = length(&filter.value);
        // No text in memory is longer than the largest `usize`.
        length.map_or(Question::Nothing, |length| {
            question(usize::try_from(length).unwrap_or(usize::MAX))
        })
    };
    let order = |wanted| {
        Question::Order(Order {
            wanted,
            number: number(&filter.value),
            instant: instant(&filter.value),
            text: text.clone().into_bytes(),
            ignores_case,
        })
    };
    match filter.criterion {
        Criterion::Equals => (Question::Equals(needle()), false),
        Criterion::Different => (Question::Equals(needle()), true),
        Criterion::GreaterThan => (order(Ordering::Greater), false),
        Criterion::LesserThan => (order(Ordering::Less), false),
        Criterion::Contains => (Question::Holds(needle()), false),
        Criterion::DoesNotContain => (Question::Holds(needle()), true),
        Criterion::StartsWith => (Question::Starts(needle()), false),
        Criterion::DoesNotStartWith => (Question::Starts(needle()), true),
        Criterion::HasValue => (Question::Filled, false),
        Criterion::EmptyOrUnset => (Question::Filled, true),
        Criterion::IsLongerThan => (length(Question::Longer), false),
        Criterion::IsShorterThan => (length(Question::Shorter), false),
    }
}

/// The verdicts on a piece, from its bytes and what is prepared of it.
struct Ask<'a> {
    test: &'a Test,
    texts: &'a Texts,
    prepared: &'a Prepared,
    piece: usize,
    out: &'a mut [u64],
}

impl Look for Ask<'_> {
    fn look<E: End>(&mut self, span: Span<'_, E>) {
        let Question::Order(order) = &self.test.question else {
            return Compare(&self.test.question, self.out).look(span);
        };
        if let Some(ours) = order.number {
            let numbers = self.prepared.numbers(self.texts, self.piece);
            order.by_number(ours, numbers, span, self.out);
        } else if let Some(ours) = order.instant {
            let instants = self.prepared.instants(self.texts, self.piece);
            order.by_instant(ours, instants, span, self.out);
        } else {
            Compare(&self.test.question, self.out).look(span);
        }
    }
}

/// The verdicts on texts from their bytes alone.
struct Compare<'a>(&'a Question, &'a mut [u64]);

impl Look for Compare<'_> {
    fn look<E: End>(&mut self, span: Span<'_, E>) {
        let out = &mut *self.1;
        let is_ascii = || span.bytes.is_ascii();
        match self.0 {
            Question::Nothing => {}
            Question::Filled => by_bytes(span, out, |length| length > 0),
            Question::Longer(than) if is_ascii() => by_bytes(span, out, |length| length > *than),
            Question::Shorter(than) if is_ascii() => by_bytes(span, out, |length| length < *than),
            Question::Longer(than) => by_text(span, out, |text| characters(text) > *than),
            Question::Shorter(than) => by_text(span, out, |text| characters(text) < *than),
            Question::Equals(needle) => by_text(span, out, |text| needle.equals(text)),
            Question::Starts(needle) => by_text(span, out, |text| needle.starts(text)),
            Question::Holds(needle) => needle.find(span, out),
            Question::Order(order) => by_text(span, out, |text| order.by_text(text)),
        }
    }
}

fn by_text<E: End>(span: Span<'_, E>, out: &mut [u64], holds: impl Fn(&[u8]) -> bool) {
    let mut texts = span.each();
    for word in out {
        let sixty_four = texts.by_ref().take(64).zip(0..);
        *word = sixty_four.fold(0, |bits, (text, bit)| bits | u64::from(holds(text)) << bit);
    }
}

/// Of the length in bytes.
fn by_bytes<E: End>(span: Span<'_, E>, out: &mut [u64], holds: impl Fn(usize) -> bool) {
    let mut start = span.before;
    for (word, ends) in out.iter_mut().zip(span.ends.chunks(64)) {
        let mut found = [0; 64];
        for (found, end) in found.iter_mut().zip(ends) {
            *found = u8::from(holds(end.place() - start));
            start = end.place();
        }
        *word = pack(&found);
    }
}

/// Counts the bytes that begin a character.
fn characters(text: &[u8]) -> usize {
    text.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

/// Greater or less than a value: as numbers if both are, else as dates if both are, else as text.
#[derive(Debug)]
struct Order {
    wanted: Ordering,
    number: Option<f64>,
    instant: Option<Instant>,
    text: Vec<u8>,
    ignores_case: bool,
}

impl Order {
    /// As text, by scalar value, which is the order of UTF-8's bytes.
    fn by_text(&self, text: &[u8]) -> bool {
        let order = if self.ignores_case {
            let lower = text.iter().map(u8::to_ascii_lowercase);
            lower.cmp(self.text.iter().copied())
        } else {
            text.cmp(&self.text)
        };
        order == self.wanted
    }

    fn by_number<E: End>(&self, ours: f64, theirs: &[f64], span: Span<'_, E>, out: &mut [u64]) {
        let is_greater = self.wanted == Ordering::Greater;
        let mut lacking = vec![0; out.len()];
        for ((word, lacks), numbers) in out.iter_mut().zip(&mut lacking).zip(theirs.chunks(64)) {
            *word = if is_greater {
                pack(&each_of(numbers, |number| number > ours))
            } else {
                pack(&each_of(numbers, |number| number < ours))
            };
            *lacks = pack(&each_of(numbers, f64::is_nan));
        }
        self.the_rest(&lacking, span, out);
    }

    fn by_instant<E: End>(
        &self,
        ours: Instant,
        theirs: &Instants,
        span: Span<'_, E>,
        out: &mut [u64],
    ) {
        let mut lacking = vec![0; out.len()];
        for (place, seconds) in theirs.seconds.iter().enumerate() {
            if *seconds == Instants::NONE {
                set(&mut lacking, place);
                continue;
            }
            let fine = theirs.nanoseconds.get(place).copied().unwrap_or(0);
            let order = (*seconds, fine).cmp(&(ours.seconds(), ours.nanoseconds()));
            out[place / 64] |= u64::from(order == self.wanted) << (place % 64);
        }
        self.the_rest(&lacking, span, out);
    }

    /// Compares as text what is not of the value's kind.
    fn the_rest<E: End>(&self, lacking: &[u64], span: Span<'_, E>, out: &mut [u64]) {
        if lacking.iter().all(|word| *word == 0) {
            return;
        }
        for (place, text) in span.each().enumerate() {
            if lacking[place / 64] >> (place % 64) & 1 == 1 {
                put(out, place, self.by_text(text));
            }
        }
    }
}

fn each_of(numbers: &[f64], holds: impl Fn(f64) -> bool) -> [u8; 64] {
    let mut found = [0; 64];
    for (found, number) in found.iter_mut().zip(numbers) {
        *found = u8::from(holds(*number));
    }
    found
}
