//! What is said of filters beside whom they match: what each does, what is odd about it, and why a contact matches.

use super::Compose;
use super::follow::in_order;
use crate::domain::explain::{Insight, Step as Row};
use crate::domain::plan::PlanFilter;
use crate::domain::preview::Preview;
use crate::domain::problem::{Code, Problem};
use crate::domain::text::shown;
use crate::model::Notice;
use crate::model::effect::RequestId;
use crate::ui::overlays::Overlay;
use crate::ui::shared::Step;

/// What was last said of filters, and of which.
#[derive(Debug, Default)]
pub struct Told {
    filters: Vec<PlanFilter>,
    insight: Insight,
}

impl Told {
    /// What was said of those filters that are still the same: it stays until the next answer, so that nothing flickers.
    pub(super) fn notes_on(&self, filters: &[PlanFilter]) -> Vec<Problem> {
        let is_same = |note: &&Problem| {
            let row = note.at.split('/').nth(2).and_then(|row| row.parse().ok());
            row.is_some_and(|row: usize| {
                self.filters.get(row).is_some() && self.filters.get(row) == filters.get(row)
            })
        };
        self.insight.notes.iter().filter(is_same).cloned().collect()
    }

    /// What a row does. As the figures of the count it stays until the next answer, so that no column jumps.
    pub fn step(&self, row: usize) -> Option<Row> {
        self.insight.steps.get(row).copied()
    }
}

/// Whether a problem is a note on a filter.
fn is_note(problem: &Problem) -> bool {
    problem.code == Code::NoMatch && problem.at.starts_with("/filters/")
}

impl Compose {
    /// Takes what is to be said of the filters; an overtaken answer is dropped.
    pub fn explained(&mut self, id: RequestId, insight: Insight) {
        if id != self.request {
            return;
        }
        let filters = self.draft.filters_in_force();
        self.problems.retain(|problem| !is_note(problem));
        self.problems.extend(insight.notes.iter().cloned());
        self.told = Told {
            filters: filters.to_vec(),
            insight,
        };
        self.problems = in_order(std::mem::take(&mut self.problems));
        self.keep_problem();
    }

    /// A field that no contact has, at its place, so that it is seen there and can be gone to.
    pub(super) fn mistyped_field(&self, preview: &Preview) -> Option<Problem> {
        let note = preview
            .who
            .note
            .as_ref()
            .filter(|_| preview.who.counts.is_some())?;
        let row = self.draft.filters_in_force().iter().position(|filter| {
            note.strip_prefix(&filter.field)
                .is_some_and(|rest| rest.starts_with(": "))
        })?;
        let at = format!("/filters/{row}/field");
        Some(Problem::new(Code::NoMatch, at, shown(note)))
    }

    /// Shows what each filter does and which of them decide of a contact.
    pub(super) fn why(&self) -> Vec<Step> {
        let who = self.preview.as_ref().map(|preview| &preview.who);
        let steps = self.told.insight.steps.clone();
        match (self.plan().filters(), who) {
            (Some(filters), Some(who)) if !filters.is_empty() && filters.len() == steps.len() => {
                vec![Step::Show(Box::new(Overlay::why(filters, steps, who)))]
            }
            _ => vec![Step::Say(Notice::warning(
                "Only finished conditions that were counted can be explained.",
            ))],
        }
    }
}
