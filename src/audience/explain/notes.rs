//! What is odd about a filter's names and values, said while it is typed.

use std::sync::atomic::AtomicBool;

use crate::domain::criterion::Criterion;
use crate::domain::explain::{is_order, quoted};
use crate::domain::filter::{Case, Filter, Reading};
use crate::domain::plan::PlanFilter;
use crate::domain::problem::{Code, Problem};
use crate::domain::text::{counted, grouped, shown};

use crate::audience::column::Column;
use crate::audience::rows::valid_bits;
use crate::audience::table::Table;

use super::Stopped;
use super::nearest::{Ends, Near, nearest};
use super::order::order_note;

/// The notes on each row, in order; `None` as soon as `stop` is set.
pub fn notes(
    table: &Table,
    filters: &[PlanFilter],
    reading: Reading,
    stop: &AtomicBool,
) -> Option<Vec<Problem>> {
    let mut notes = Vec::new();
    for (row, filter) in filters.iter().enumerate() {
        if filter.field.is_empty() {
            continue;
        }
        let note =
            |at: &str, words| Problem::new(Code::NoMatch, format!("/filters/{row}/{at}"), words);
        if !table.field_is_known(&filter.field) {
            notes.push(note("field", unknown_field(table, &filter.field)));
            continue;
        }
        let value = filter.filter().filter(|filter| !filter.value.is_empty());
        if let Some(filter) = value {
            let words = value_words(table, &filter, reading, stop).ok()?;
            notes.extend(words.map(|words| note("value", words)));
        }
    }
    Some(notes)
}

/// What is said of a field that no contact has.
pub fn unknown_field(table: &Table, field: &str) -> String {
    let name = shown(field);
    let said = match table.unknown(field) {
        Some(unknown) => format!(
            "the cache doesn't hold it of {}, which came without it",
            counted(unknown.count(), "contact")
        ),
        None => "no contact has it".to_owned(),
    };
    match table.nearest_field(field) {
        Some(nearest) => format!("{name}: {said}; did you mean {}?", shown(nearest)),
        None => format!("{name}: {said}."),
    }
}

/// What is said of a value, if anything is.
///
/// # Errors
/// [`Stopped`] as soon as `stop` is set.
fn value_words(
    table: &Table,
    filter: &Filter,
    reading: Reading,
    stop: &AtomicBool,
) -> Result<Option<String>, Stopped> {
    let Some(column) = table.column(&filter.field) else {
        return Ok(None);
    };
    if is_order(filter.criterion) {
        return order_note(column, filter, reading.case, stop);
    }
    let Some(asked) = Asked::of(filter.criterion) else {
        return Ok(None);
    };
    let holding = table.holding(filter, reading.case, stop).ok_or(Stopped)?;
    let with_it = if asked.is_negated {
        u64::from(table.rows()) - holding
    } else {
        holding
    };
    if with_it > 0 {
        return Ok(None);
    }
    let near = nearest(column, &filter.value, asked.ends, stop)?;
    Ok(Some(nobody_words(column, filter, &asked, near.as_ref())))
}

fn nobody_words(column: &Column, filter: &Filter, asked: &Asked, near: Option<&Near>) -> String {
    let name = shown(column.name());
    let (verb, value) = (asked.verb, quoted(&filter.value));
    let everybody = if asked.is_negated {
        ", so this row holds for everybody"
    } else {
        ""
    };
    match near {
        Some(near) => format!(
            "{name}: no contact's value {verb} {value}{everybody}; did you mean {} ({})?",
            quoted(&near.value),
            counted(near.contacts, "contact")
        ),
        None => format!(
            "{name}: no contact's value {verb} {value}{everybody}; {} another.",
            match column.set_count() {
                1 => "1 contact has".to_owned(),
                set => format!("{} contacts have", grouped(set)),
            }
        ),
    }
}

/// What a criterion asks of a text.
struct Asked {
    verb: &'static str,
    ends: Ends,
    /// Whether the row holds for those of whom it doesn't.
    is_negated: bool,
}

impl Asked {
    fn of(criterion: Criterion) -> Option<Self> {
        let (verb, ends) = match criterion {
            Criterion::Equals | Criterion::Different => ("is", Ends::Whole),
            Criterion::StartsWith | Criterion::DoesNotStartWith => ("begins with", Ends::Behind),
            Criterion::Contains | Criterion::DoesNotContain => ("holds", Ends::Both),
            _ => return None,
        };
        let is_negated = matches!(
            criterion,
            Criterion::Different | Criterion::DoesNotStartWith | Criterion::DoesNotContain
        );
        Some(Self {
            verb,
            ends,
            is_negated,
        })
    }
}

impl Table {
    /// For how many contacts a row holds by itself; `None` as soon as `stop` is set.
    fn holding(&self, filter: &Filter, case: Case, stop: &AtomicBool) -> Option<u64> {
        let verdicts = self.verdicts(std::slice::from_ref(filter), stop)?;
        let words = verdicts.first()?.of(case).iter().enumerate();
        let bits = words.map(|(place, word)| word & valid_bits(self.rows(), place));
        Some(bits.map(|word| u64::from(word.count_ones())).sum())
    }
}
