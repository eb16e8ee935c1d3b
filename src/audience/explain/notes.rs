//! What is odd about a filter's names and values, said while it is typed.

use std::sync::atomic::AtomicBool;

use crate::domain::criterion::Criterion;
use crate::domain::explain::{Note, Step, asked, is_order, quoted};
use crate::domain::filter::{Case, Filter, Reading};
use crate::domain::plan::PlanFilter;
use crate::domain::problem::{Code, Problem};
use crate::domain::text::{counted, grouped, shown};

use crate::audience::column::Column;
use crate::audience::rows::valid_bits;
use crate::audience::table::Table;

use super::Stopped;
use super::folded::difference;
use super::nearest::{Ends, Near, closest_beginning, nearest};
use super::order::order_note;

/// The notes on each row, in order.
///
/// # Errors
/// [`Stopped`] as soon as `stop` is set.
pub fn notes(
    table: &Table,
    filters: &[PlanFilter],
    reading: Reading,
    stop: &AtomicBool,
) -> Result<Vec<Note>, Stopped> {
    let mut notes = Vec::new();
    for (row, filter) in filters.iter().enumerate() {
        if filter.field.is_empty() {
            continue;
        }
        if !table.field_is_known(&filter.field) {
            notes.push(field_note(table, row, &filter.field));
            continue;
        }
        let value = filter.filter().filter(|filter| !filter.value.is_empty());
        if let Some(filter) = value
            && let Some(odd) = odd_value(table, &filter, reading, stop)?
        {
            let at = format!("/filters/{row}/value");
            notes.push(Note {
                problem: Problem::new(Code::NoMatch, at, odd.words),
                meant: odd.meant,
                is_begun: odd.is_begun,
            });
        }
    }
    Ok(notes)
}

/// The rows without which the same contacts match. Of a filter of one row there is none: that everybody matches it is
/// what it may be there for. Nor where nobody matches, or of rows that are spoken of already: one mistake is said once.
pub fn idle_rows(filters: &[Filter], steps: &[Step], notes: &[Note]) -> Vec<Note> {
    let matches_somebody = steps.last().is_some_and(|last| last.left > 0);
    if steps.len() < 2 || !matches_somebody {
        return Vec::new();
    }
    let is_told = |row: usize| {
        let at = format!("/filters/{row}/");
        notes.iter().any(|note| note.problem.at.starts_with(&at))
    };
    let idle = filters.iter().zip(steps).enumerate();
    idle.filter(|(row, (_, step))| !step.matters() && !is_told(*row))
        .map(|(row, (filter, _))| {
            let words = idle_words(row, filter);
            Note {
                // A row that is being typed matters only once it is finished.
                is_begun: true,
                ..Note::new(Problem::new(
                    Code::NoEffect,
                    format!("/filters/{row}"),
                    words,
                ))
            }
        })
        .collect()
}

fn idle_words(row: usize, filter: &Filter) -> String {
    let (name, asked) = (shown(&filter.field), asked(filter));
    let number = row + 1;
    format!("Row {number}, {name} {asked}, changes nothing: the same contacts match without it.")
}

fn field_note(table: &Table, row: usize, field: &str) -> Note {
    let at = format!("/filters/{row}/field");
    let typed = field.to_lowercase();
    let begins = |name: &str| name.to_lowercase().starts_with(&typed);
    Note {
        problem: Problem::new(Code::NoMatch, at, unknown_field(table, field)),
        meant: table.nearest_field(field).map(str::to_owned),
        is_begun: table.columns().iter().any(|column| begins(column.name())),
    }
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

/// What is odd about a value.
pub struct OddValue {
    /// What, in a sentence.
    pub words: String,
    /// What was probably meant.
    pub meant: Option<String>,
    /// Whether it may just not be finished.
    pub is_begun: bool,
}

/// What is said of a value, if anything is.
fn odd_value(
    table: &Table,
    filter: &Filter,
    reading: Reading,
    stop: &AtomicBool,
) -> Result<Option<OddValue>, Stopped> {
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
    let found = nearest(column, &filter.value, asked.ends, stop)?;
    let near = found.near.as_ref();
    let meant = near.and_then(|near| asked.meant(&filter.value, near));
    Ok(Some(OddValue {
        words: nobody_words(column, filter, &asked, near, meant.as_deref()),
        meant,
        is_begun: found.is_begun,
    }))
}

fn nobody_words(
    column: &Column,
    filter: &Filter,
    asked: &Asked,
    near: Option<&Near>,
    meant: Option<&str>,
) -> String {
    let name = shown(column.name());
    let (verb, value) = (asked.verb, quoted(&filter.value));
    let everybody = if asked.is_negated {
        ", so this row holds for everybody"
    } else {
        ""
    };
    let guess = match (near, meant) {
        (Some(near), Some(meant)) => {
            let contacts = counted(near.contacts, "contact");
            let of = if meant == near.value {
                contacts
            } else {
                format!("as in {}, {contacts}", quoted(&near.value))
            };
            let differ = difference(&filter.value, meant).filter(|_| near.is_same);
            let differ = differ.map(|what| format!(" They differ in {what} alone."));
            format!(
                "did you mean {} ({of})?{}",
                quoted(meant),
                differ.unwrap_or_default()
            )
        }
        (Some(near), None) => format!(
            "the nearest is {} ({}).",
            quoted(&near.value),
            counted(near.contacts, "contact")
        ),
        (None, _) => match column.set_count() {
            1 => "1 contact has another.".to_owned(),
            set => format!("{} contacts have another.", grouped(set)),
        },
    };
    format!("{name}: no contact's value {verb} {value}{everybody}; {guess}")
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

    /// What was meant, if a value is near: the whole of it, or its beginning; which part of it isn't known.
    fn meant(&self, typed: &str, near: &Near) -> Option<String> {
        match self.ends {
            Ends::Whole => Some(near.value.clone()),
            Ends::Behind => {
                let letters: Vec<char> = typed.to_lowercase().chars().collect();
                Some(closest_beginning(&letters, &near.value))
            }
            Ends::Both => None,
        }
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
