//! Problems that the plan shows by itself.

mod targets;
mod variables;

use std::collections::HashSet;

use super::{Code, Problem, identity};
use crate::domain::criterion::{self, Criterion};
use crate::domain::dialect::Dialect;
use crate::domain::filter::Join;
use crate::domain::payload::Payload;
use crate::domain::plan::{
    Form, MAX_DELAY_MINUTES, Method, Plan, PlanFilter, Target, Variable, form_of,
};
use crate::domain::text::{grouped, shown};
use targets::targets_problems;
use variables::{separator_problems, variables_problems};

/// Finds what is wrong with a plan and with the calls that were built from it.
pub fn plan_problems(plan: &Plan, calls: &[Payload], dialect: &Dialect) -> Vec<Problem> {
    let mut problems = Vec::new();
    match &plan.form {
        Form::Configured { variables } => variables_problems(variables, &mut problems),
        Form::Audience { filters, variables } => {
            filters_problems(filters, &mut problems);
            variables_problems(variables, &mut problems);
        }
        Form::Targets { targets } => problems.extend(targets_problems(targets)),
        Form::Conversation { variables } => conversation_problems(variables, &mut problems),
        Form::Raw { body } => raw_problems(body, &mut problems),
    }
    delay_problems(plan, &mut problems);
    get_problems(plan, &mut problems);
    size_problems(plan, calls, dialect, &mut problems);
    problems
}

fn filters_problems(filters: &[PlanFilter], problems: &mut Vec<Problem>) {
    if filters.is_empty() {
        problems.push(Problem::new(
            Code::NoFilters,
            "/filters",
            "There is no filter, so everybody would be reached. Add one, or choose the configured audience.",
        ));
    }
    for (index, filter) in filters.iter().enumerate() {
        filter_problems(&format!("/filters/{index}"), filter, problems);
    }
    let joins: HashSet<Join> = filters.iter().skip(1).map(|filter| filter.join).collect();
    if joins.len() > 1 {
        problems.push(Problem::new(
            Code::MixedJoin,
            "/filters",
            "AND and OR are mixed, and the platform doesn't say which it reads first. Reorder the rows, or accept the range.",
        ));
    }
}

fn filter_problems(at: &str, filter: &PlanFilter, problems: &mut Vec<Problem>) {
    if filter.field.is_empty() {
        problems.push(Problem::new(
            Code::MissingField,
            format!("{at}/field"),
            "This filter names no variable. Type its name.",
        ));
    }
    separator_problems(&format!("{at}/field"), &filter.field, problems);
    let Some(criterion) = Criterion::parse(&filter.criterion) else {
        let names: Vec<&str> = Criterion::ALL.into_iter().map(Criterion::name).collect();
        let message = format!(
            "\"{}\" is no criterion. Take one of: {}.",
            shown(&filter.criterion),
            names.join(", ")
        );
        problems.push(Problem::new(
            Code::UnknownCriterion,
            format!("{at}/criterion"),
            message,
        ));
        return;
    };
    value_problems(
        &format!("{at}/value"),
        criterion,
        filter.value.as_deref().unwrap_or_default(),
        problems,
    );
}

fn value_problems(at: &str, criterion: Criterion, value: &str, problems: &mut Vec<Problem>) {
    let name = criterion.name();
    if !criterion.takes_value() {
        if !value.is_empty() {
            let message = format!(
                "{name} takes no value; \"{}\" is not sent. Remove it.",
                shown(value)
            );
            problems.push(Problem::new(Code::UnexpectedValue, at, message));
        }
        return;
    }
    if value.is_empty() {
        let hint = if criterion.takes_length() {
            "Type a whole number."
        } else {
            "Type one; for contacts without a value take EmptyOrUnset."
        };
        problems.push(Problem::new(
            Code::MissingValue,
            at,
            format!("{name} has no value to compare with. {hint}"),
        ));
    } else if criterion.takes_length() && criterion::length(value).is_none() {
        let message = format!(
            "{name} takes a whole number of characters from 0, and \"{}\" is none. Type one.",
            shown(value)
        );
        problems.push(Problem::new(Code::NotALength, at, message));
    }
    separator_problems(at, value, problems);
}

fn conversation_problems(variables: &[Variable], problems: &mut Vec<Problem>) {
    problems.push(Problem::new(
        Code::DeprecatedForm,
        "/form",
        "set_conversation is deprecated and serves legacy bots only. Take the form targets instead.",
    ));
    variables_problems(variables, problems);
    let target: Target = variables
        .iter()
        .map(|variable| (variable.name.clone(), variable.value.clone()))
        .collect();
    problems.extend(unclear_identity(variables));
    if target.identity().is_none() {
        problems.push(Problem::new(
            Code::TargetNotIdentified,
            "/variables",
            "The conversation has neither user_id nor user_phone_number, so nobody would be reached. Add one.",
        ));
    }
}

/// Variables that leave open who the conversation is with: the platform doesn't say which of two values counts `[U]`.
fn unclear_identity(variables: &[Variable]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (index, Variable { name, .. }) in variables.iter().enumerate() {
        let stands_before = || variables[..index].iter().any(|other| other.name == *name);
        let message = identity::message(name).or_else(|| {
            (identity::is_identity(name) && stands_before()).then(|| {
                format!("{name} is given twice, so it isn't clear who is meant. Remove one.")
            })
        });
        if let Some(message) = message {
            let at = format!("/variables/{index}/name");
            problems.push(Problem::new(Code::TargetNotIdentified, at, message));
        }
    }
    problems
}

fn raw_problems(body: &str, problems: &mut Vec<Problem>) {
    if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(body) {
        let message = if body.trim().is_empty() {
            "Nothing is written yet: type JSON.".to_owned()
        } else {
            format!("The body is not JSON: {error}. Correct it there.")
        };
        problems.push(Problem::new(Code::InvalidJson, "/body", message));
    }
    if let Some(Form::Targets { targets }) = form_of(body) {
        let of_list = targets_problems(&targets).into_iter();
        let duplicates = of_list.filter(|problem| problem.code == Code::DuplicateTarget);
        problems.extend(duplicates.map(|mut problem| {
            "/body".clone_into(&mut problem.at);
            problem
        }));
    }
}

fn delay_problems(plan: &Plan, problems: &mut Vec<Problem>) {
    if let Some(delay) = plan
        .delay
        .as_deref()
        .filter(|_| plan.delay_minutes().is_none())
    {
        let most = grouped(MAX_DELAY_MINUTES);
        let message = format!(
            "The delay takes whole minutes from 0 to {most}, and {} is none. Type a whole number, or none for no delay.",
            shown(delay)
        );
        problems.push(Problem::new(Code::DelayNotWhole, "/delay_minutes", message));
    }
    if plan.delay.is_some() && matches!(plan.form, Form::Raw { .. }) {
        problems.push(Problem::new(
            Code::InvalidPlan,
            "/delay_minutes",
            "A raw body is sent as it is. Write \"delayminutes\" into the body instead.",
        ));
    }
}

fn get_problems(plan: &Plan, problems: &mut Vec<Problem>) {
    if plan.method != Method::Get {
        return;
    }
    let (at, what) = match &plan.form {
        Form::Configured { variables } if !variables.is_empty() => ("/variables", "variables"),
        Form::Configured { .. } if plan.delay.is_some() => ("/delay_minutes", "a delay"),
        Form::Configured { .. } => return,
        form => ("/form", form.kind().word()),
    };
    let message = format!("A GET takes no parameters, so it can't carry {what}. Take POST.");
    problems.push(Problem::new(Code::GetWithBody, at, message));
}

fn size_problems(plan: &Plan, calls: &[Payload], dialect: &Dialect, problems: &mut Vec<Problem>) {
    let limit = dialect.limit_bytes;
    for call in calls.iter().filter(|call| call.bytes() > limit) {
        let (at, hint) = match (&plan.form, &call.targets) {
            (_, Some(list)) => (
                format!("/targets/{}", list.first().unwrap_or_default()),
                if list.len() > 1 {
                    "These targets name one contact, which has to be in one call. Remove the repetitions, or shorten the values."
                } else {
                    "This one target is too large alone. Shorten its values."
                },
            ),
            (Form::Raw { .. }, _) => ("/body".to_owned(), "Shorten it."),
            _ => (
                String::new(),
                "Shorten it, or send the values to targets, which can be split.",
            ),
        };
        let message = format!(
            "The body has {} bytes; the platform takes at most {}. {hint}",
            grouped(call.bytes()),
            grouped(limit)
        );
        problems.push(Problem::new(Code::TooLarge, at, message));
    }
}
