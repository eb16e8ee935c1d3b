//! Greater and less: numbers among texts, texts among numbers.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::domain::criterion::{Predicate, instant, number};
use crate::domain::explain::{asked, quoted};
use crate::domain::filter::{Case, Filter};
use crate::domain::text::{grouped, shown};

use super::Stopped;
use crate::audience::column::Column;

/// Values looked at between two looks at the stop token.
const BETWEEN: usize = 1024;

/// What a value is compared as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Date,
    Text,
}

impl Kind {
    fn of(text: &str) -> Self {
        if number(text).is_some() {
            Self::Number
        } else if instant(text).is_some() {
            Self::Date
        } else {
            Self::Text
        }
    }
}

/// How a column's values compare with one that is asked, in numbers of contacts.
#[derive(Debug, Default)]
struct Seen {
    set: u64,
    numbers: u64,
    dates: u64,
    /// Values of another kind than the asked one: compared as text.
    odd: u64,
    /// Those of them for whom the row holds.
    odd_holding: u64,
    /// The first of those, or else the first odd one.
    example: Option<String>,
}

/// Says where an order is asked that most values don't have, or that some contacts pass as text alone.
///
/// # Errors
/// [`Stopped`] as soon as `stop` is set.
pub fn order_note(
    column: &Column,
    filter: &Filter,
    case: Case,
    stop: &AtomicBool,
) -> Result<Option<String>, Stopped> {
    let kind = Kind::of(&filter.value);
    let seen = look(column, filter, case, kind, stop)?;
    let is_most = |count: u64| count * 2 > seen.set;
    let (one, many) = match kind {
        Kind::Number => ("number", "numbers"),
        Kind::Date => ("date", "dates"),
        Kind::Text if is_most(seen.numbers) => {
            return Ok(Some(seen.text_words(filter, "number")));
        }
        Kind::Text if is_most(seen.dates) => {
            return Ok(Some(seen.text_words(filter, "date such as 2026-01-31")));
        }
        Kind::Text => return Ok(None),
    };
    let is_worth_it = is_most(seen.odd) || seen.odd_holding > 0;
    Ok(is_worth_it.then(|| seen.odd_words(filter, one, many)))
}

fn look(
    column: &Column,
    filter: &Filter,
    case: Case,
    asked: Kind,
    stop: &AtomicBool,
) -> Result<Seen, Stopped> {
    let predicate = Predicate::new(filter.criterion, &filter.value, case);
    let mut seen = Seen::default();
    for (place, (value, contacts)) in column.counted().enumerate() {
        if place % BETWEEN == 0 && stop.load(Ordering::Relaxed) {
            return Err(Stopped);
        }
        let kind = Kind::of(value);
        seen.set += contacts;
        match kind {
            Kind::Number => seen.numbers += contacts,
            Kind::Date => seen.dates += contacts,
            Kind::Text => {}
        }
        if kind == asked {
            continue;
        }
        seen.odd += contacts;
        let holds = predicate.holds(Some(value));
        if (holds && seen.odd_holding == 0) || seen.example.is_none() {
            seen.example = Some(value.to_owned());
        }
        if holds {
            seen.odd_holding += contacts;
        }
    }
    Ok(seen)
}

impl Seen {
    /// The asked value has an order of its own that values lack.
    fn odd_words(&self, filter: &Filter, one: &str, many: &str) -> String {
        let name = shown(&filter.field);
        let (odd, set) = (grouped(self.odd), grouped(self.set));
        let example = self.example.as_deref().map(quoted).unwrap_or_default();
        let are = match self.odd {
            1 => format!("is no {one}"),
            _ => format!("are no {many}"),
        };
        let holding = match self.odd_holding {
            0 => "none of them passes".to_owned(),
            1 => "1 of them passes".to_owned(),
            holding => format!("{} of them pass", grouped(holding)),
        };
        format!(
            "{name}: {odd} of {set} values {are} ({example}), so {} compares them as text; {holding}.",
            asked(filter)
        )
    }

    /// The asked value is text, and the values have an order of their own.
    fn text_words(&self, filter: &Filter, kind: &str) -> String {
        let count = if kind.starts_with("number") {
            self.numbers
        } else {
            self.dates
        };
        format!(
            "{}: {} is no {kind}, but {} of {} values are, so {} compares them as text.",
            shown(&filter.field),
            quoted(&filter.value),
            grouped(count),
            grouped(self.set),
            filter.criterion.name()
        )
    }
}
