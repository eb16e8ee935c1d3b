//! Why a contact matches a filter or doesn't, and what each row of a filter does.
//!
//! ```text
//! rows ─ Judged (asked, held, holds) ─ joined as the reading says ─ the fewest rows that decide ─ a sentence
//! ```

mod contact;
mod decide;
mod words;

pub use contact::{Basis, ContactTold, ContactsTold};
pub use words::{asked, quoted};

use super::criterion::{Criterion, Predicate, instant, number};
use super::filter::{Case, Filter, Reading, combine};
use super::problem::Problem;

/// What is known of a contact's variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    /// Its value.
    Value(String),
    /// It has none.
    Unset,
    /// The contact was read without it: the platform may know a value.
    NotKnown,
}

impl Held {
    /// The value; `None` where it is not set, or not known: then a filter is judged as if it were not set.
    pub fn value(&self) -> Option<&str> {
        match self {
            Self::Value(value) => Some(value),
            Self::Unset | Self::NotKnown => None,
        }
    }
}

/// How two values were compared, where the criterion orders them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compared {
    /// Both are numbers.
    Numbers,
    /// Both are dates.
    Dates,
    /// At least one is neither.
    Text,
}

/// One row of a filter, held against one contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// The row: field, criterion, value asked, and how it is joined to those before.
    pub filter: Filter,
    /// What is known of the contact's variable.
    pub held: Held,
    /// Whether the row holds.
    pub holds: bool,
    /// Whether it belongs to the fewest rows that decide.
    pub decides: bool,
    /// Whether it holds only because letter case is read as it is.
    pub by_case: bool,
    /// How the values were compared; `None` where no order is asked for, or nothing is set.
    pub compared: Option<Compared>,
}

/// Why one contact matches a filter, or doesn't, under one reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The reading.
    pub reading: Reading,
    /// Whether the contact matches.
    pub matches: bool,
    /// Whether it does so whatever the platform knows of the variables that are not known here.
    pub is_sure: bool,
    /// The rows, in order.
    pub rows: Vec<Judged>,
    /// The rows that are told, in order.
    story: Vec<usize>,
    /// The row that makes it match although what stood before it failed.
    saved_by: Option<usize>,
}

impl Explanation {
    /// Explains one contact; `held` tells what is known of its variable of this name.
    ///
    /// The deciding rows are as few as can be: whatever the others were, the verdict would be the same. No filter at
    /// all matches everyone, and nothing decides.
    pub fn new(filters: &[Filter], reading: Reading, held: impl Fn(&str) -> Held) -> Self {
        let judge = |filter: &Filter| Judged::new(filter, held(&filter.field), reading.case);
        let mut rows: Vec<Judged> = filters.iter().map(judge).collect();
        let verdict = |unknown: Option<bool>| {
            let verdicts = rows.iter().map(|row| match (&row.held, unknown) {
                (Held::NotKnown, Some(holds)) => (row.filter.join, holds),
                _ => (row.filter.join, row.holds),
            });
            combine(reading.precedence, verdicts)
        };
        let matches = verdict(None);
        // AND and OR never turn a match into none where one row more holds, so the two ends tell all between.
        let is_sure = verdict(Some(true)) == verdict(Some(false));
        let verdicts = rows.iter().map(|row| (row.filter.join, row.holds));
        let reason = decide::reason(reading.precedence, verdicts);
        for row in &reason.rows {
            rows[*row].decides = true;
        }
        Self {
            reading,
            matches,
            is_sure,
            rows,
            story: reason.story,
            saved_by: reason.saved_by,
        }
    }

    /// The places of the rows that decide, in order.
    pub fn deciding(&self) -> Vec<usize> {
        let rows = self.rows.iter().enumerate();
        rows.filter(|(_, row)| row.decides)
            .map(|(place, _)| place)
            .collect()
    }
}

impl Judged {
    fn new(filter: &Filter, held: Held, case: Case) -> Self {
        let holds =
            |case| Predicate::new(filter.criterion, &filter.value, case).holds(held.value());
        let other = match case {
            Case::IgnoreCase => Case::MatchCase,
            Case::MatchCase => Case::IgnoreCase,
        };
        Self {
            filter: filter.clone(),
            holds: holds(case),
            decides: false,
            by_case: holds(case) != holds(other),
            compared: compared(filter, &held),
            held,
        }
    }
}

fn compared(filter: &Filter, held: &Held) -> Option<Compared> {
    if !is_order(filter.criterion) {
        return None;
    }
    let (ours, theirs) = (filter.value.as_str(), held.value()?);
    Some(if number(ours).is_some() && number(theirs).is_some() {
        Compared::Numbers
    } else if instant(ours).is_some() && instant(theirs).is_some() {
        Compared::Dates
    } else {
        Compared::Text
    })
}

/// Whether a criterion asks which of two values is greater.
pub fn is_order(criterion: Criterion) -> bool {
    matches!(criterion, Criterion::GreaterThan | Criterion::LesserThan)
}

/// What one row of a filter does, in numbers of contacts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Step {
    /// Who match when the filter is read up to this row.
    pub left: u64,
    /// Who came in addition to those of the rows before: an OR adds.
    pub added: u64,
    /// Who went away of those of the rows before: an AND takes away. The first row takes away from everybody.
    pub removed: u64,
    /// For whom the row holds, taken by itself.
    pub alone: u64,
    /// Who of those matched by the whole filter would not be without this row.
    pub lets_in: u64,
    /// Who would be matched without this row.
    pub keeps_out: u64,
}

impl Step {
    /// Whether the whole filter would match others without this row. Of two rows of which either makes the other
    /// needless neither matters, and yet both can't go.
    pub fn matters(&self) -> bool {
        self.lets_in > 0 || self.keeps_out > 0
    }
}

/// What is to be said of a filter, beside whom it matches.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Insight {
    /// What each row does, under the reading of the single figure; none while the filter is unfinished.
    pub steps: Vec<Step>,
    /// Names and values that no contact has, comparisons that are not what they seem, and rows that change nothing.
    pub notes: Vec<Note>,
}

/// Something odd about a row of a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What is odd, and where.
    pub problem: Problem,
    /// The text that was probably meant, raw: to be put in the place of what stands there.
    pub meant: Option<String>,
    /// Whether what stands there may go on to something that isn't odd: not to be spoken of while it is being typed.
    pub is_begun: bool,
}

impl Note {
    /// A note without anything to put in the place.
    pub fn new(problem: Problem) -> Self {
        Self {
            problem,
            meant: None,
            is_begun: false,
        }
    }
}

/// Contacts of whom the cache doesn't hold what a filter asks: unknown is not no.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Unknown {
    /// Not counted, but may match on the platform.
    pub may_match: u64,
    /// Counted, but may not match on the platform.
    pub may_not_match: u64,
    /// The fields that are not held of every contact, each once, in the order of the filter.
    pub fields: Vec<Coverage>,
}

/// Of how many contacts a field is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// The field.
    pub field: String,
    /// Contacts of whom it is known, not being set included.
    pub known: u64,
    /// Contacts in all.
    pub of: u64,
}
