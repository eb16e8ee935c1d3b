//! What the builder edits: a plan in the making, all its texts as they were typed.

use std::sync::Arc;

use super::targets::TargetList;
use crate::domain::criterion::Criterion;
use crate::domain::dialect::Dialect;
use crate::domain::filter::Join;
use crate::domain::payload::Frame;
use crate::domain::plan::{Form, FormKind, Method, Plan, PlanFilter, Variable};
use crate::model::effect::BroadcastKey;

/// Targets that are gone through at once when a key is pressed; it takes less than a millisecond.
const AT_ONCE: usize = 500;

/// A plan in the making. What was written for one form stays when another is chosen, so that one can go back to it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Draft {
    /// The verb.
    pub method: Method,
    /// The form that is chosen.
    pub form: FormKind,
    /// The filters of an audience.
    pub filters: Vec<PlanFilter>,
    /// Set on everyone, where filters or the configured audience say who that is.
    pub set: Vec<Variable>,
    /// The contact of a conversation.
    pub contact: Vec<Variable>,
    /// The list of targets, shared by all drafts that can be gone back to.
    pub targets: TargetList,
    /// The raw body, shared likewise: it may be a megabyte.
    pub body: Arc<str>,
    /// Minutes of delay; empty for none.
    pub delay: String,
}

impl Draft {
    /// The draft of a plan.
    pub fn of_plan(plan: Plan) -> Self {
        let mut draft = Self {
            method: plan.method,
            form: plan.form.kind(),
            delay: plan.delay.unwrap_or_default(),
            ..Self::default()
        };
        match plan.form {
            Form::Configured { variables } => draft.set = variables,
            Form::Audience { filters, variables } => {
                draft.filters = filters;
                draft.set = variables;
            }
            Form::Targets { targets } => draft.targets = targets.into_iter().collect(),
            Form::Conversation { variables } => draft.contact = variables,
            Form::Raw { body } => draft.body = body.into(),
        }
        draft
    }

    /// The plan it makes now.
    pub fn plan(&self, key: &BroadcastKey) -> Plan {
        let variables = self.variables().to_vec();
        let form = match self.form {
            FormKind::Configured => Form::Configured { variables },
            FormKind::Audience => Form::Audience {
                filters: self.filters.clone(),
                variables,
            },
            FormKind::Targets => Form::Targets {
                targets: self.targets.to_vec(),
            },
            FormKind::Conversation => Form::Conversation { variables },
            FormKind::Raw => Form::Raw {
                body: self.body.to_string(),
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

    /// What stands around the targets in each call.
    pub fn frame(&self, dialect: &Dialect) -> Frame {
        let plan = Plan {
            delay: Some(self.delay.clone()),
            ..Plan::default()
        };
        Frame::of(&plan, dialect)
    }

    /// Whether its targets are too many to be gone through at every key: that is for the counting thread.
    pub fn is_large(&self) -> bool {
        self.form == FormKind::Targets && self.targets.len() > AT_ONCE
    }

    /// The variables of the form that is chosen: those set on everyone, or the contact of a conversation.
    pub fn variables(&self) -> &[Variable] {
        match self.form {
            FormKind::Configured | FormKind::Audience => &self.set,
            FormKind::Conversation => &self.contact,
            FormKind::Targets | FormKind::Raw => &[],
        }
    }

    /// The variables of the form that is chosen, to be changed; those set on everyone where it has none.
    pub fn variables_mut(&mut self) -> &mut Vec<Variable> {
        match self.form {
            FormKind::Conversation => &mut self.contact,
            _ => &mut self.set,
        }
    }

    /// Whether the form that is chosen has variables of its own.
    pub fn takes_variables(&self) -> bool {
        !matches!(self.form, FormKind::Targets | FormKind::Raw)
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
        let variables = self.variables_mut();
        let row = (behind + 1).min(variables.len());
        variables.insert(row, Variable::default());
        row
    }

    /// The filters that decide who gets it; none where another form is chosen.
    pub fn filters_in_force(&self) -> &[PlanFilter] {
        match self.form {
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
        self.variables().get(row) == Some(&Variable::default())
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

    /// Whether there is something to go back to.
    pub fn can_undo(&self) -> bool {
        !self.before.is_empty()
    }

    /// Whether there is something to go forward to again.
    pub fn can_redo(&self) -> bool {
        !self.after.is_empty()
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
    use rstest::rstest;

    fn key() -> BroadcastKey {
        BroadcastKey {
            bot: "k".into(),
            id: "b".into(),
        }
    }

    #[rstest]
    #[case::audience(r#"{"broadcast":"b","bot":"k","form":"audience","filters":[{"field":"city","criterion":"Equals","value":"Rome"}],"variables":[{"name":"a","value":"1"}],"delay_minutes":5}"#)]
    #[case::configured(
        r#"{"broadcast":"b","bot":"k","form":"configured","variables":[{"name":"a","value":"1"}]}"#
    )]
    #[case::get(r#"{"broadcast":"b","bot":"k","method":"GET","form":"configured"}"#)]
    #[case::targets(r#"{"broadcast":"b","bot":"k","form":"targets","targets":[{"user_id":"1"}],"delay_minutes":5}"#)]
    #[case::conversation(r#"{"broadcast":"b","bot":"k","form":"conversation","variables":[{"name":"user_id","value":"1"}]}"#)]
    #[case::raw(r#"{"broadcast":"b","bot":"k","form":"raw","body":{"a":[1]}}"#)]
    fn every_form_survives_as_a_draft(#[case] json: &str) {
        let plan = Plan::from_json(json).unwrap();
        assert_eq!(Draft::of_plan(plan.clone()).plan(&key()), plan);
    }

    #[test]
    fn what_was_written_for_one_form_stays_when_another_is_chosen() {
        let mut draft = Draft::default();
        draft.add_variable(0);
        draft.variables_mut()[0].name = "campaign".into();
        draft.form = FormKind::Conversation;
        assert!(draft.variables().is_empty());
        draft.add_variable(0);
        draft.variables_mut()[0].name = "user_id".into();
        draft.form = FormKind::Audience;
        assert_eq!(draft.variables()[0].name, "campaign");
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
