//! What the builder edits: a plan in the making, all its texts as they were typed.

use std::sync::Arc;

use crate::domain::criterion::Criterion;
use crate::domain::filter::Join;
use crate::domain::plan::{Form, FormKind, Method, Plan, PlanFilter, Variable};
use crate::model::effect::BroadcastKey;

/// A plan in the making. Filters stay when the configured audience is chosen, so that one can go back to them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Draft {
    /// The verb.
    pub method: Method,
    /// Whether the configured audience is chosen, not the filters.
    pub configured: bool,
    /// The filters.
    pub filters: Vec<PlanFilter>,
    /// Set on everyone.
    pub variables: Vec<Variable>,
    /// Minutes of delay; empty for none.
    pub delay: String,
    /// A form that is written in a file, not here: shown, previewed and launched as it is.
    /// Shared by all drafts that can be gone back to: it may be a megabyte.
    pub from_file: Option<Arc<Form>>,
}

impl Draft {
    /// The draft of a plan.
    pub fn of_plan(plan: Plan) -> Self {
        let mut draft = Self {
            method: plan.method,
            delay: plan.delay.unwrap_or_default(),
            ..Self::default()
        };
        match plan.form {
            Form::Configured { variables } => {
                draft.configured = true;
                draft.variables = variables;
            }
            Form::Audience { filters, variables } => {
                draft.filters = filters;
                draft.variables = variables;
            }
            other => draft.from_file = Some(Arc::new(other)),
        }
        draft
    }

    /// The plan it makes now.
    pub fn plan(&self, key: &BroadcastKey) -> Plan {
        let variables = self.variables.clone();
        let form = match (&self.from_file, self.configured) {
            (Some(form), _) => Form::clone(form),
            (None, true) => Form::Configured { variables },
            (None, false) => Form::Audience {
                filters: self.filters.clone(),
                variables,
            },
        };
        Plan {
            broadcast: key.id.clone(),
            bot: Some(key.bot.clone()),
            method: self.method,
            form,
            delay: Some(self.delay.clone()).filter(|delay| !delay.is_empty()),
        }
    }

    /// The form that is chosen.
    pub fn kind(&self) -> FormKind {
        match (&self.from_file, self.configured) {
            (Some(form), _) => form.kind(),
            (None, true) => FormKind::Configured,
            (None, false) => FormKind::Audience,
        }
    }

    /// Adds an empty filter behind a row; returns its row.
    pub fn add_filter(&mut self, behind: usize) -> usize {
        let row = (behind + 1).min(self.filters.len());
        let filter = PlanFilter {
            join: Join::And,
            field: String::new(),
            criterion: Criterion::Equals.name().to_owned(),
            value: Some(String::new()),
        };
        self.filters.insert(row, filter);
        row
    }

    /// Adds an empty variable behind a row; returns its row.
    pub fn add_variable(&mut self, behind: usize) -> usize {
        let row = (behind + 1).min(self.variables.len());
        self.variables.insert(row, Variable::default());
        row
    }

    /// The filters that decide who gets it; none where another form is chosen.
    pub fn filters_in_force(&self) -> &[PlanFilter] {
        match self.kind() {
            FormKind::Audience => &self.filters,
            _ => &[],
        }
    }

    /// Whether nothing was typed into a filter.
    pub fn is_blank_filter(&self, row: usize) -> bool {
        self.filters.get(row).is_some_and(|filter| {
            filter.field.is_empty() && filter.value.as_deref().unwrap_or_default().is_empty()
        })
    }

    /// Whether nothing was typed into a variable.
    pub fn is_blank_variable(&self, row: usize) -> bool {
        self.variables.get(row) == Some(&Variable::default())
    }

    /// Swaps GET and POST.
    pub fn swap_method(&mut self) {
        self.method = match self.method {
            Method::Get => Method::Post,
            Method::Post => Method::Get,
        };
    }
}

/// Drafts that can be gone back to.
#[derive(Debug, Clone, Default)]
pub struct History {
    before: Vec<Draft>,
    after: Vec<Draft>,
}

/// Steps that can be taken back at most.
const DEPTH: usize = 200;

impl History {
    /// Keeps a draft that is about to change.
    pub fn keep(&mut self, draft: &Draft) {
        if self.before.last() != Some(draft) {
            self.before.push(draft.clone());
            self.after.clear();
            if self.before.len() > DEPTH {
                self.before.remove(0);
            }
        }
    }

    /// Goes back to the draft before; says whether there was one.
    pub fn undo(&mut self, draft: &mut Draft) -> bool {
        Self::step(&mut self.before, &mut self.after, draft)
    }

    /// Goes forward again; says whether there was something to go to.
    pub fn redo(&mut self, draft: &mut Draft) -> bool {
        Self::step(&mut self.after, &mut self.before, draft)
    }

    fn step(from: &mut Vec<Draft>, to: &mut Vec<Draft>, draft: &mut Draft) -> bool {
        while let Some(other) = from.pop() {
            if other != *draft {
                to.push(std::mem::replace(draft, other));
                return true;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> BroadcastKey {
        BroadcastKey {
            bot: "k".into(),
            id: "b".into(),
        }
    }

    #[test]
    fn a_draft_survives_as_a_plan() {
        let mut draft = Draft {
            delay: "5".into(),
            ..Draft::default()
        };
        draft.add_filter(0);
        draft.filters[0].field = "city".into();
        draft.add_variable(0);
        assert_eq!(Draft::of_plan(draft.plan(&key())), draft);
    }

    #[test]
    fn going_back_and_forward_ends_where_it_began() {
        let (mut draft, mut history) = (Draft::default(), History::default());
        history.keep(&draft);
        draft.delay = "1".into();
        history.keep(&draft);
        draft.delay = "2".into();
        assert!(history.undo(&mut draft));
        assert_eq!(draft.delay, "1");
        assert!(history.undo(&mut draft));
        assert_eq!(draft.delay, "");
        assert!(!history.undo(&mut draft));
        assert!(history.redo(&mut draft) && history.redo(&mut draft));
        assert_eq!(draft.delay, "2");
        assert!(!history.redo(&mut draft));
    }
}
