//! A cell that is being typed into, and what opens under it.

use crate::domain::criterion::Criterion;
use crate::model::effect::{RequestId, Wanted};
use crate::model::message::Candidate;
use crate::ui::widgets::input::Input;

use super::cell::Cell;
use super::draft::Draft;

/// A cell that is being typed into.
#[derive(Debug, Clone)]
pub struct Editing {
    /// The cell.
    pub cell: Cell,
    /// What is typed.
    pub input: Input,
    /// What opens under it.
    pub suggestions: Suggestions,
    /// The suggestion that is chosen.
    pub selected: Option<usize>,
    /// The request whose answer brings suggestions.
    pub request: RequestId,
    /// Whether the row is new, so that Enter goes on to its next cell.
    pub is_new_row: bool,
}

/// What opens under a cell.
#[derive(Debug, Clone)]
pub enum Suggestions {
    /// Nothing.
    None,
    /// Names or values with the number of contacts that have them.
    Found(Vec<Candidate>),
    /// Criteria with our reading of them.
    Criteria(Vec<Criterion>),
}

impl Suggestions {
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::None => 0,
            Self::Found(candidates) => candidates.len(),
            Self::Criteria(criteria) => criteria.len(),
        }
    }
}

impl Editing {
    /// Starts with what the cell holds; `None` for cells that are no text.
    pub fn start(cell: Cell, draft: &Draft, is_new_row: bool) -> Option<Self> {
        let text = match cell {
            Cell::Field(row) => &draft.filters.get(row)?.field,
            Cell::Value(row) => draft.filters.get(row)?.value.as_deref().unwrap_or_default(),
            Cell::Criterion(_) => "",
            Cell::Name(row) => &draft.variables.get(row)?.name,
            Cell::Content(row) => &draft.variables.get(row)?.value,
            Cell::Delay => &draft.delay,
            Cell::Join(_) | Cell::NewFilter | Cell::NewVariable => return None,
        };
        let mut editing = Self {
            cell,
            input: Input::new(text),
            suggestions: Suggestions::None,
            selected: None,
            request: 0,
            is_new_row,
        };
        if let Cell::Criterion(row) = cell {
            let current = Criterion::parse(&draft.filters.get(row)?.criterion);
            editing.suggestions = Suggestions::Criteria(Criterion::ALL.to_vec());
            editing.selected = Criterion::ALL
                .iter()
                .position(|criterion| Some(*criterion) == current)
                .or(Some(0));
        }
        Some(editing)
    }

    /// Puts what is typed into the draft; a criterion only once it is taken.
    pub fn write(&self, draft: &mut Draft) {
        let text = self.input.text().to_owned();
        match self.cell {
            Cell::Field(row) => {
                if let Some(filter) = draft.filters.get_mut(row) {
                    filter.field = text;
                }
            }
            Cell::Value(row) => {
                if let Some(filter) = draft.filters.get_mut(row) {
                    filter.value = Some(text);
                }
            }
            Cell::Name(row) => {
                if let Some(variable) = draft.variables.get_mut(row) {
                    variable.name = text;
                }
            }
            Cell::Content(row) => {
                if let Some(variable) = draft.variables.get_mut(row) {
                    variable.value = text;
                }
            }
            Cell::Delay => draft.delay = text,
            Cell::Criterion(_) | Cell::Join(_) | Cell::NewFilter | Cell::NewVariable => {}
        }
    }

    /// Puts the chosen criterion into the draft.
    pub fn write_criterion(&self, draft: &mut Draft) {
        let (Cell::Criterion(row), Suggestions::Criteria(criteria)) =
            (self.cell, &self.suggestions)
        else {
            return;
        };
        let chosen = self.selected.and_then(|selected| criteria.get(selected));
        if let (Some(filter), Some(criterion)) = (draft.filters.get_mut(row), chosen) {
            criterion.name().clone_into(&mut filter.criterion);
            if !criterion.takes_value() {
                filter.value = None;
            } else if filter.value.is_none() {
                filter.value = Some(String::new());
            }
        }
    }

    /// What to ask for, so that suggestions open.
    pub fn wanted(&self, draft: &Draft) -> Option<Wanted> {
        let typed = self.input.text().to_owned();
        match self.cell {
            Cell::Field(_) | Cell::Name(_) => Some(Wanted::Field { typed }),
            Cell::Value(row) => Some(Wanted::Value {
                field: draft.filters.get(row)?.field.clone(),
                typed,
            }),
            Cell::Content(row) => Some(Wanted::Value {
                field: draft.variables.get(row)?.name.clone(),
                typed,
            }),
            _ => None,
        }
    }

    /// Narrows the criteria to those whose name holds what is typed.
    pub fn narrow_criteria(&mut self) {
        if !matches!(self.cell, Cell::Criterion(_)) {
            return;
        }
        let typed = self.input.text().to_lowercase();
        let criteria: Vec<Criterion> = Criterion::ALL
            .into_iter()
            .filter(|criterion| criterion.name().to_lowercase().contains(&typed))
            .collect();
        self.selected = (!criteria.is_empty()).then_some(0);
        self.suggestions = Suggestions::Criteria(criteria);
    }

    /// Moves the choice among the suggestions; above the first is what was typed.
    pub fn choose(&mut self, down: bool) {
        let last = self.suggestions.len().checked_sub(1);
        let first_is_typed = !matches!(self.cell, Cell::Criterion(_));
        self.selected = match (self.selected, down) {
            (None, true) => last.map(|_| 0),
            (None, false) => last,
            (Some(chosen), true) => last.map(|last| (chosen + 1).min(last)),
            (Some(0), false) if first_is_typed => None,
            (Some(chosen), false) => Some(chosen.saturating_sub(1)),
        };
    }

    /// Takes the chosen suggestion into the text; with `first`, the first one where none is chosen. What was typed is
    /// never replaced unless the operator chose or asked to complete.
    pub fn take_suggestion(&mut self, first: bool) -> bool {
        let Suggestions::Found(candidates) = &self.suggestions else {
            return false;
        };
        let chosen = self.selected.or(if first { Some(0) } else { None });
        let Some(candidate) = chosen.and_then(|chosen| candidates.get(chosen)) else {
            return false;
        };
        self.input.set(&candidate.text.clone());
        self.selected = None;
        true
    }
}
