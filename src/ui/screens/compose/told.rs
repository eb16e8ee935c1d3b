//! What is said of filters beside whom they match: what each does, what is odd about it, what was probably meant, and why
//! a contact matches.

use std::sync::Arc;

use super::Compose;
use super::cell::{Cell, Pane};
use super::follow::in_order;
use crate::domain::explain::{Insight, Note, Step as Row, quoted};
use crate::domain::filter::Filter;
use crate::domain::plan::{FormKind, PlanFilter};
use crate::domain::preview::Who;
use crate::domain::problem::{Code, Problem};
use crate::domain::text::shown;
use crate::model::Notice;
use crate::model::effect::RequestId;
use crate::ui::app::Requests;
use crate::ui::overlays::why::{Asked, Why};
use crate::ui::shared::{Shared, Step};

/// What was last said of filters, and of which.
#[derive(Debug, Default)]
pub struct Told {
    filters: Vec<PlanFilter>,
    insight: Insight,
}

impl Told {
    /// What was said of the same rows, if they are still as many, and of the same fields: it stays until the next answer,
    /// so that nothing flickers. What may just not be finished isn't said of the cell that is typed into.
    pub(super) fn notes_on(&self, filters: &[PlanFilter], typed: Option<Cell>) -> Vec<Problem> {
        if self.filters.len() != filters.len() {
            return Vec::new();
        }
        let is_said = |note: &&Note| {
            let row = row_of(&note.problem.at);
            let is_same = row.is_some_and(|row| {
                let fields = (self.filters.get(row), filters.get(row));
                matches!(fields, (Some(before), Some(now))
                    if before.criterion == now.criterion
                        && (before.field == now.field || note.problem.at.ends_with("/field")))
            });
            is_same && !(note.is_begun && is_typed(&note.problem.at, typed))
        };
        let said = self.insight.notes.iter().filter(is_said);
        said.map(|note| note.problem.clone()).collect()
    }

    /// What a row does. As the figures of the count it stays until the next answer, so that no column jumps.
    pub fn step(&self, row: usize) -> Option<Row> {
        self.insight.steps.get(row).copied()
    }

    /// What was probably meant at the place of a problem; nothing once the filters are others.
    fn meant(&self, problem: &Problem, filters: &[PlanFilter]) -> Option<&str> {
        let notes = &self.insight.notes;
        let note = notes.iter().find(|note| note.problem == *problem)?;
        note.meant
            .as_deref()
            .filter(|_| self.filters.as_slice() == filters)
    }
}

/// The row of the filter that a place is in.
fn row_of(at: &str) -> Option<usize> {
    at.strip_prefix("/filters/")?
        .split('/')
        .next()?
        .parse()
        .ok()
}

/// Whether a cell is at a place, or in the row that is the place.
fn is_typed(at: &str, cell: Option<Cell>) -> bool {
    let (row, part) = match cell {
        Some(Cell::Field(row)) => (row, "/field"),
        Some(Cell::Value(row)) => (row, "/value"),
        Some(Cell::Criterion(row)) => (row, "/criterion"),
        _ => return false,
    };
    let of_row = at.strip_prefix(&format!("/filters/{row}"));
    of_row.is_some_and(|rest| rest.is_empty() || rest == part)
}

/// Whether a problem is a note on a filter.
fn is_note(problem: &Problem) -> bool {
    matches!(problem.code, Code::NoMatch | Code::NoEffect) && problem.at.starts_with("/filters/")
}

impl Compose {
    /// Takes what is to be said of the filters; an overtaken answer is dropped.
    pub fn explained(&mut self, id: RequestId, insight: Insight) {
        if id != self.request {
            return;
        }
        self.told = Told {
            filters: self.draft.filters_in_force().to_vec(),
            insight,
        };
        self.say_notes();
    }

    /// Says of the filters what there is to say, now that it changed or another cell is typed into.
    pub(super) fn say_notes(&mut self) {
        self.problems.retain(|problem| !is_note(problem));
        let notes = self.notes();
        self.problems.extend(notes);
        self.problems = in_order(std::mem::take(&mut self.problems));
        self.keep_problem();
    }

    /// What is said of the filters.
    pub(super) fn notes(&self) -> Vec<Problem> {
        let typed = self.editing.as_ref().map(|editing| editing.cell);
        self.told.notes_on(self.draft.filters_in_force(), typed)
    }

    /// Whether the same contacts match without a row.
    pub fn is_idle(&self, row: usize) -> bool {
        let at = format!("/filters/{row}");
        let mut problems = self.problems.iter();
        problems.any(|problem| problem.code == Code::NoEffect && problem.at == at)
    }

    /// What is odd about a field by the last count, unless that field is being typed: it is spoken of elsewhere once it
    /// can't become another.
    pub fn odd_field<'a>(&self, who: &'a Who) -> Option<&'a str> {
        let note = who.note.as_deref()?;
        let editing = self.editing.as_ref().map(|editing| editing.cell);
        let Some(Cell::Field(row)) = editing else {
            return Some(note);
        };
        let typed = self.draft.filters_in_force().get(row);
        let is_of_it = typed.is_some_and(|filter| {
            let before = self.told.filters.get(row);
            let names = [Some(filter), before].into_iter().flatten();
            names
                .map(|filter| format!("{}: ", shown(&filter.field)))
                .any(|name| note.starts_with(&name))
        });
        (!is_of_it).then_some(note)
    }

    /// What was probably meant at the place of a problem.
    pub fn meant(&self, problem: &Problem) -> Option<&str> {
        self.told.meant(problem, self.draft.filters_in_force())
    }

    /// Puts what was probably meant in the place of what stands there: for the problem under the cursor, or in the row
    /// under it, else for the first.
    pub(super) fn take_meant(&mut self, shared: &Shared<'_>, requests: &mut Requests) -> Vec<Step> {
        let Some((at, meant)) = self.meant_here() else {
            return vec![Step::Say(Notice::ok(
                "No name or value is suggested in the place of another.",
            ))];
        };
        let before = self.draft.clone();
        let filter = row_of(&at).and_then(|row| self.draft.filters.get_mut(row));
        let Some(filter) = filter else {
            return Vec::new();
        };
        let is_field = at.ends_with("/field");
        let old = if is_field {
            std::mem::replace(&mut filter.field, meant.clone())
        } else {
            filter.value.replace(meant.clone()).unwrap_or_default()
        };
        self.history.keep(&before);
        let mut steps = self.changed(shared, requests);
        let undo = shared.key_of(
            &[crate::model::Context::Compose],
            crate::model::Action::Undo,
        );
        steps.push(Step::Say(Notice::ok(format!(
            "{} instead of {}. {undo} takes that back.",
            quoted(&meant),
            quoted(&old)
        ))));
        steps
    }

    /// The place and the text that are suggested where the cursor is, else the first.
    pub(super) fn meant_here(&self) -> Option<(String, String)> {
        if self.draft.form != FormKind::Audience {
            return None;
        }
        let with_meant = |problem: &Problem| {
            let meant = self.meant(problem)?;
            Some((problem.at.clone(), meant.to_owned()))
        };
        let is_here = |place: usize, problem: &Problem| match self.focus {
            Pane::Problems => place == self.problem,
            Pane::Who => row_of(&problem.at) == Some(self.who.row),
            _ => false,
        };
        let mut here = self.problems.iter().enumerate();
        let here = here.find_map(|(place, problem)| {
            is_here(place, problem)
                .then(|| with_meant(problem))
                .flatten()
        });
        here.or_else(|| self.problems.iter().find_map(with_meant))
    }

    /// The filters, where they are finished and counted; none for a plan that goes by something else.
    pub(super) fn explained_filters(&self) -> Option<Vec<Filter>> {
        if self.draft.form != FormKind::Audience {
            return Some(Vec::new());
        }
        let rows = self.told.insight.steps.len();
        let filters = self.plan().filters()?;
        (!filters.is_empty() && filters.len() == rows).then_some(filters)
    }

    /// Shows what each filter does and which of them decide of a contact.
    pub(super) fn why(&self, requests: &mut Requests) -> Vec<Step> {
        let who = self.preview.as_ref().map(|preview| &preview.who);
        let Some(filters) = self.explained_filters() else {
            return vec![Step::Say(Notice::warning(
                "Only finished conditions that were counted can be explained.",
            ))];
        };
        let asked = Asked {
            broadcast: self.key.clone(),
            plan: Arc::new(self.plan()),
            filters,
            rows: self.told.insight.steps.clone(),
        };
        Step::open(Why::new(asked, who, requests))
    }
}
