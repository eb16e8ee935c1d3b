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
    /// Whether the row is new, so that Enter goes on: to its next cell, in the grid to another new row.
    pub is_new_row: bool,
    /// Whether the draft as it was before is kept, so that it can be gone back to.
    pub is_kept: bool,
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
            Cell::Name(row) => &draft.variables().get(row)?.name,
            Cell::Content(row) => &draft.variables().get(row)?.value,
            Cell::Delay => &draft.delay,
            // What the grid types into is started by Self::of.
            _ => return None,
        };
        let mut editing = Self {
            is_new_row,
            ..Self::of(cell, text)
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

    /// Starts with a text.
    pub fn of(cell: Cell, text: &str) -> Self {
        Self {
            cell,
            input: Input::new(text),
            suggestions: Suggestions::None,
            selected: None,
            request: 0,
            is_new_row: false,
            is_kept: false,
        }
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
                if let Some(variable) = draft.variables_mut().get_mut(row) {
                    variable.name = text;
                }
            }
            Cell::Content(row) => {
                if let Some(variable) = draft.variables_mut().get_mut(row) {
                    variable.value = text;
                }
            }
            Cell::Delay => draft.delay = text,
            _ => {}
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
                field: draft.variables().get(row)?.name.clone(),
                typed,
            }),
            _ => None,
        }
    }

    /// Narrows the criteria to those whose name holds what is typed.
    fn narrow_criteria(&mut self) {
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

    /// Takes a suggestion into the text: the chosen one; with `complete` and none chosen, the first that holds what is
    /// typed, unless that is one of them already. What was typed is never replaced by anything else.
    pub fn take_suggestion(&mut self, complete: bool) -> bool {
        let Suggestions::Found(candidates) = &self.suggestions else {
            return false;
        };
        let chosen = self.selected.and_then(|chosen| candidates.get(chosen));
        let typed = self.input.text();
        let is_one = candidates.iter().any(|candidate| candidate.text == typed);
        let lower = typed.to_lowercase();
        let completes = |candidate: &&Candidate| candidate.text.to_lowercase().contains(&lower);
        let first = || candidates.iter().find(completes);
        let wants_first = complete && !typed.is_empty() && !is_one;
        let Some(candidate) = chosen.or_else(|| first().filter(|_| wants_first)) else {
            return false;
        };
        let text = candidate.text.clone();
        self.input.set(&text);
        self.selected = None;
        true
    }

    /// Takes note that the text changed: what was chosen for the old one is chosen no more.
    pub fn text_changed(&mut self) {
        if matches!(self.cell, Cell::Criterion(_)) {
            self.narrow_criteria();
        } else {
            self.selected = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn typing(typed: &str, candidates: &[&str]) -> Editing {
        let mut draft = Draft::default();
        draft.add_filter(0);
        let mut editing = Editing::start(Cell::Value(0), &draft, false).unwrap();
        editing.input.set(typed);
        let candidate = |text: &&str| Candidate {
            text: (*text).to_owned(),
            contacts: 1,
        };
        editing.suggestions = Suggestions::Found(candidates.iter().map(candidate).collect());
        editing
    }

    #[rstest]
    #[case::the_first_that_begins_so("fav", &["favorite_color"], "favorite_color")]
    #[case::in_any_case("RED", &["red"], "red")]
    #[case::what_is_one_already_stays("red", &["Red", "red"], "red")]
    #[case::an_answer_to_less_that_no_longer_fits("fax", &["favorite_color"], "fax")]
    #[case::the_first_that_still_fits("fi", &["favorite_color", "first_name"], "first_name")]
    #[case::nothing_typed_is_nothing_to_complete("", &["red"], "")]
    fn completing_never_puts_in_what_does_not_hold_the_typed_text(
        #[case] typed: &str,
        #[case] candidates: &[&str],
        #[case] expected: &str,
    ) {
        let mut editing = typing(typed, candidates);
        editing.take_suggestion(true);
        assert_eq!(editing.input.text(), expected);
    }

    #[test]
    fn only_a_chosen_suggestion_replaces_without_completing() {
        let mut editing = typing("re", &["red"]);
        assert!(!editing.take_suggestion(false));
        editing.choose(true);
        editing.text_changed();
        assert!(!editing.take_suggestion(false), "it was for another text");
        editing.choose(true);
        assert!(editing.take_suggestion(false));
        assert_eq!(editing.input.text(), "red");
    }
}
