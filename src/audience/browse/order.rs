//! Rows in the order of a field's values.
//!
//! Where values repeat, the different ones are sorted and the rows dealt out by their rank. Else each row gets a key of
//! eight bytes, pieces are sorted by two threads, and the runs are merged; only where keys are equal are texts compared.

use std::cmp::Ordering;
use std::sync::Arc;
use std::sync::atomic::{self, AtomicBool};

use super::kind::Kind;
use crate::audience::column::Data;
use crate::audience::pieces::{Cost, share};
use crate::audience::{Column, RowSet, Table};
use crate::domain::criterion::{instant, number};

/// Rows that are sorted between two looks at the stop token.
const RUN: usize = 1 << 15;

/// Whole numbers up to here are doubles without rounding.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// By which field, and in which direction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sort {
    /// The field.
    pub field: String,
    /// Whether the greatest comes first.
    pub descending: bool,
}

/// Rows in order: numbers by size and dates by time where the field's values are mostly such ([`Kind`]), those of its
/// values that are none behind them, as text; else text, case ignored. Rows without the field come last in either
/// direction, and equal ones in the order of the table. Without `sort` it is that order. `None` as soon as `stop` is set.
pub fn arranged(
    table: &Table,
    rows: &RowSet,
    sort: Option<&Sort>,
    stop: &AtomicBool,
) -> Option<Vec<u32>> {
    let all: Vec<u32> = rows.iter().collect();
    let column = sort.and_then(|sort| Some((sort, table.column(&sort.field)?)));
    let Some((sort, column)) = column else {
        return Some(all);
    };
    let order = Order {
        kind: Kind::of(column),
        descending: sort.descending,
    };
    let Data::Dictionary { values, codes, .. } = &column.data else {
        return order.sorted(all, &Arc::new(Own(Arc::clone(column))), stop);
    };
    let different = Arc::new(Different(Arc::clone(column)));
    let count = u32::try_from(values.len()).unwrap_or(u32::MAX);
    let sorted = order.sorted((0..count).collect(), &different, stop)?;
    let ranks = order.ranks(&sorted, &*different);
    let rank = |row: u32| {
        let value = codes.get(row as usize).checked_sub(1);
        value.map_or(ranks.len(), |value| ranks[value] as usize)
    };
    dealt(&all, ranks.len() + 1, rank, stop)
}

/// Texts by number.
trait Texts: Send + Sync + 'static {
    /// The text of a number; `None` where it has none.
    fn text(&self, number: u32) -> Option<&str>;
}

/// The value of each row.
struct Own(Arc<Column>);

impl Texts for Own {
    fn text(&self, row: u32) -> Option<&str> {
        self.0.get(row)
    }
}

/// The different values of a column in which they repeat.
struct Different(Arc<Column>);

impl Texts for Different {
    fn text(&self, number: u32) -> Option<&str> {
        match &self.0.data {
            Data::Dictionary { values, .. } => Some(values.get(number as usize)),
            Data::Raw { .. } => None,
        }
    }
}

/// Which of two values comes first, as rows are sorted by them.
pub(super) fn compare(kind: Kind, sort: &Sort, left: &str, right: &str) -> Ordering {
    let order = Order {
        kind,
        descending: sort.descending,
    };
    order.compare(left, right)
}

/// Deals rows out by their rank, those of one rank in their order.
fn dealt(
    rows: &[u32],
    ranks: usize,
    rank: impl Fn(u32) -> usize,
    stop: &AtomicBool,
) -> Option<Vec<u32>> {
    let mut next = vec![0_u32; ranks + 1];
    for piece in rows.chunks(RUN) {
        go_on(stop)?;
        for row in piece {
            next[rank(*row) + 1] += 1;
        }
    }
    for place in 1..next.len() {
        next[place] += next[place - 1];
    }
    let mut dealt = vec![0; rows.len()];
    for piece in rows.chunks(RUN) {
        go_on(stop)?;
        for row in piece {
            let place = &mut next[rank(*row)];
            dealt[*place as usize] = *row;
            *place += 1;
        }
    }
    Some(dealt)
}

fn go_on(stop: &AtomicBool) -> Option<()> {
    (!stop.load(atomic::Ordering::Relaxed)).then_some(())
}

/// How values are compared.
#[derive(Debug, Clone, Copy)]
struct Order {
    kind: Kind,
    descending: bool,
}

/// A row with a key that decides wherever it differs.
type Keyed = (u64, u32);

/// A piece of the rows, each part in order.
#[derive(Default)]
struct Run {
    typed: Vec<Keyed>,
    texts: Vec<Keyed>,
    unset: Vec<u32>,
}

/// A value as it is compared.
enum Typed {
    Number(f64),
    Date(i64, u32),
    Text,
}

impl Order {
    fn typed(self, value: &str) -> Typed {
        match self.kind {
            Kind::Number => number(value).map_or(Typed::Text, Typed::Number),
            Kind::Date => instant(value).map_or(Typed::Text, |at| {
                Typed::Date(at.seconds(), at.nanoseconds())
            }),
            Kind::Text => Typed::Text,
        }
    }

    /// Which of two values comes first; texts behind numbers and dates in either direction.
    fn compare(self, left: &str, right: &str) -> Ordering {
        let order = match (self.typed(left), self.typed(right)) {
            (Typed::Number(one), Typed::Number(other)) => {
                one.total_cmp(&other).then_with(|| beyond(one, left, right))
            }
            (Typed::Date(one, fine), Typed::Date(other, finer)) => (one, fine).cmp(&(other, finer)),
            (Typed::Text, Typed::Text) => folded(left, right),
            (Typed::Text, _) => return Ordering::Greater,
            (_, _) => return Ordering::Less,
        };
        if self.descending {
            order.reverse()
        } else {
            order
        }
    }

    /// Numbers in the order of their texts, those of equal texts rising, those without one last.
    fn sorted<T: Texts>(
        self,
        numbers: Vec<u32>,
        texts: &Arc<T>,
        stop: &AtomicBool,
    ) -> Option<Vec<u32>> {
        let jobs = numbers.len().div_ceil(RUN);
        let numbers: Arc<[u32]> = numbers.into();
        let common = match self.kind {
            Kind::Text => common_start(&numbers, &**texts, stop)?,
            Kind::Number | Kind::Date => 0,
        };
        let (own, of) = (Arc::clone(&numbers), Arc::clone(texts));
        let work = move |job: usize| {
            let end = own.len().min((job + 1) * RUN);
            self.run(&own[job * RUN..end], &*of, common)
        };
        let mut runs: Vec<Option<Run>> = (0..jobs).map(|_| None).collect();
        share(jobs, Cost::Large, stop, work, |job, run| {
            runs[job] = Some(run);
        })?;
        let (mut typed, mut plain, mut sorted) = (Vec::new(), Vec::new(), Vec::new());
        let mut unset = Vec::new();
        for run in runs.into_iter().flatten() {
            typed.push(run.typed);
            plain.push(run.texts);
            unset.extend(run.unset);
        }
        for runs in [typed, plain] {
            let merged = merged(runs, |left, right| self.before(left, right, &**texts), stop)?;
            sorted.extend(merged.into_iter().map(|(_, number)| number));
        }
        sorted.extend(unset);
        Some(sorted)
    }

    /// Gives a piece of the numbers their keys and sorts them.
    fn run(self, numbers: &[u32], texts: &impl Texts, common: usize) -> Run {
        let mut run = Run::default();
        for &number in numbers {
            let Some(text) = texts.text(number) else {
                run.unset.push(number);
                continue;
            };
            match self.typed(text) {
                Typed::Number(size) => run.typed.push((self.key(of_number(size)), number)),
                Typed::Date(seconds, _) => run.typed.push((self.key(of_seconds(seconds)), number)),
                Typed::Text => run.texts.push((self.key(of_text(text, common)), number)),
            }
        }
        for part in [&mut run.typed, &mut run.texts] {
            part.sort_unstable_by(|left, right| self.before(left, right, texts));
        }
        run
    }

    fn key(self, rising: u64) -> u64 {
        if self.descending { !rising } else { rising }
    }

    fn before(self, left: &Keyed, right: &Keyed, texts: &impl Texts) -> Ordering {
        let text = |keyed: &Keyed| texts.text(keyed.1).unwrap_or_default();
        left.0
            .cmp(&right.0)
            .then_with(|| self.compare(text(left), text(right)))
            .then(left.1.cmp(&right.1))
    }

    /// The rank of each number, by number: equal texts share one.
    fn ranks(self, sorted: &[u32], texts: &impl Texts) -> Vec<u32> {
        let mut ranks = vec![0; sorted.len()];
        let (mut rank, mut last) = (0, None);
        for &number in sorted {
            let text = texts.text(number).unwrap_or_default();
            if last.is_some_and(|last| self.compare(last, text) != Ordering::Equal) {
                rank += 1;
            }
            last = Some(text);
            ranks[number as usize] = rank;
        }
        ranks
    }
}

/// Bits that are ordered as doubles are.
fn of_number(number: f64) -> u64 {
    let bits = number.to_bits();
    if bits >> 63 == 1 {
        !bits
    } else {
        bits | 1 << 63
    }
}

fn of_seconds(seconds: i64) -> u64 {
    seconds.cast_unsigned() ^ 1 << 63
}

/// Eight bytes of a text's lower case, behind those that all texts begin with.
fn of_text(text: &str, common: usize) -> u64 {
    let mut key = [0; 8];
    let fill = |key: &mut [u8; 8], bytes: &mut dyn Iterator<Item = u8>| {
        for (place, byte) in key.iter_mut().zip(bytes) {
            *place = byte;
        }
    };
    if text.is_ascii() {
        let rest = text.as_bytes().get(common..).unwrap_or_default();
        fill(&mut key, &mut rest.iter().map(u8::to_ascii_lowercase));
    } else {
        let lower = text.to_lowercase();
        fill(&mut key, &mut lower.bytes().skip(common));
    }
    u64::from_be_bytes(key)
}

/// How many bytes of their lower case all texts begin with alike.
fn common_start(numbers: &[u32], texts: &impl Texts, stop: &AtomicBool) -> Option<usize> {
    let mut start: Option<Vec<u8>> = None;
    for piece in numbers.chunks(RUN) {
        go_on(stop)?;
        for text in piece.iter().filter_map(|number| texts.text(*number)) {
            match &mut start {
                None => start = Some(text.to_lowercase().into_bytes()),
                Some(start) if start.is_empty() => return Some(0),
                Some(start) => start.truncate(alike(start, text)),
            }
        }
    }
    Some(start.map_or(0, |start| start.len()))
}

fn alike(start: &[u8], text: &str) -> usize {
    let count = |bytes: &mut dyn Iterator<Item = u8>| {
        let pairs = start.iter().zip(bytes);
        pairs.take_while(|(one, other)| **one == *other).count()
    };
    if text.is_ascii() {
        count(&mut text.bytes().map(|byte| byte.to_ascii_lowercase()))
    } else {
        count(&mut text.to_lowercase().bytes())
    }
}

/// The order of two texts, case ignored.
fn folded(left: &str, right: &str) -> Ordering {
    if left.is_ascii() && right.is_ascii() {
        let (left, right) = (left.bytes(), right.bytes());
        let lower = |byte: u8| byte.to_ascii_lowercase();
        return left.map(lower).cmp(right.map(lower));
    }
    left.to_lowercase().cmp(&right.to_lowercase())
}

/// The order of two whole numbers that are the same double although their digits differ: ids have more digits than a
/// double holds.
fn beyond(number: f64, left: &str, right: &str) -> Ordering {
    if number.abs() < EXACT || left.contains('.') || right.contains('.') {
        return Ordering::Equal;
    }
    let signs = ['+', '-', '0'];
    let (left, right) = (
        left.trim_start_matches(signs),
        right.trim_start_matches(signs),
    );
    let order = (left.len(), left).cmp(&(right.len(), right));
    if number < 0.0 { order.reverse() } else { order }
}

/// Sorted runs as one.
fn merged(
    mut runs: Vec<Vec<Keyed>>,
    before: impl Fn(&Keyed, &Keyed) -> Ordering,
    stop: &AtomicBool,
) -> Option<Vec<Keyed>> {
    runs.retain(|run| !run.is_empty());
    while runs.len() > 1 {
        let mut fewer = Vec::with_capacity(runs.len().div_ceil(2));
        let mut pairs = runs.into_iter();
        while let Some(one) = pairs.next() {
            go_on(stop)?;
            fewer.push(match pairs.next() {
                Some(other) => merge(&one, &other, &before),
                None => one,
            });
        }
        runs = fewer;
    }
    Some(runs.pop().unwrap_or_default())
}

fn merge(
    mut one: &[Keyed],
    mut other: &[Keyed],
    before: &impl Fn(&Keyed, &Keyed) -> Ordering,
) -> Vec<Keyed> {
    let mut merged = Vec::with_capacity(one.len() + other.len());
    while let (Some(left), Some(right)) = (one.first(), other.first()) {
        if before(left, right) == Ordering::Greater {
            merged.push(*right);
            other = &other[1..];
        } else {
            merged.push(*left);
            one = &one[1..];
        }
    }
    merged.extend_from_slice(one);
    merged.extend_from_slice(other);
    merged
}
