//! Greater and less: numbers among texts, texts among numbers.

use std::sync::atomic::AtomicBool;

use crate::domain::criterion::{Predicate, instant, number};
use crate::domain::explain::{asked, quoted};
use crate::domain::filter::{Case, Filter};
use crate::domain::text::{grouped, shown};

use super::Stopped;
use super::notes::OddValue;
use crate::audience::column::Column;
use crate::audience::prepared::Instants;

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
) -> Result<Option<OddValue>, Stopped> {
    let kind = Kind::of(&filter.value);
    let seen = look(column, filter, case, kind, stop)?;
    let is_most = |count: u64| count * 2 > seen.set;
    let words = match kind {
        Kind::Number | Kind::Date if !is_most(seen.odd) && seen.odd_holding == 0 => None,
        Kind::Number => Some(seen.odd_words(filter, "number", "numbers")),
        Kind::Date => Some(seen.odd_words(filter, "date", "dates")),
        Kind::Text if is_most(seen.numbers) => Some(seen.text_words(filter, "number")),
        Kind::Text if is_most(seen.dates) => {
            Some(seen.text_words(filter, "date such as 2026-01-31"))
        }
        Kind::Text => None,
    };
    Ok(words.map(|words| OddValue {
        words,
        meant: None,
        is_begun: may_become_ordered(&filter.value),
    }))
}

/// Whether a number or a date may come of it yet.
fn may_become_ordered(typed: &str) -> bool {
    let may = |byte: u8| byte.is_ascii_digit() || b"+-.:TZ ".contains(&byte);
    typed.bytes().all(may)
}

fn look(
    column: &Column,
    filter: &Filter,
    case: Case,
    asked: Kind,
    stop: &AtomicBool,
) -> Result<Seen, Stopped> {
    let predicate = Predicate::new(filter.criterion, &filter.value, case);
    let texts = column.texts();
    let mut seen = Seen::default();
    column.look_at_pieces(stop, |piece, first| {
        // What was prepared for the count tells the kind: no text is parsed twice.
        let numbers = column.prepared.numbers(texts, piece);
        for (number, place) in numbers.iter().zip(first..) {
            let contacts = column.contacts_at(place);
            if contacts == 0 {
                continue;
            }
            let is_date = || {
                let instants = column.prepared.instants(texts, piece);
                instants.seconds[place - first] != Instants::NONE
            };
            let kind = if !number.is_nan() {
                Kind::Number
            } else if is_date() {
                Kind::Date
            } else {
                Kind::Text
            };
            seen.take(kind, contacts);
            if kind != asked {
                let value = texts.get(place);
                seen.take_odd(value, contacts, predicate.holds(Some(value)));
            }
        }
    })?;
    Ok(seen)
}

impl Seen {
    fn take(&mut self, kind: Kind, contacts: u64) {
        self.set += contacts;
        match kind {
            Kind::Number => self.numbers += contacts,
            Kind::Date => self.dates += contacts,
            Kind::Text => {}
        }
    }

    fn take_odd(&mut self, value: &str, contacts: u64, holds: bool) {
        self.odd += contacts;
        if (holds && self.odd_holding == 0) || self.example.is_none() {
            self.example = Some(value.to_owned());
        }
        if holds {
            self.odd_holding += contacts;
        }
    }

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
