//! Problems that the plan shows by itself.

use std::collections::HashSet;

use super::{Capped, Code, Problem, identity};
use crate::domain::criterion::{self, Criterion};
use crate::domain::dialect::Dialect;
use crate::domain::filter::Join;
use crate::domain::payload::same::groups;
use crate::domain::payload::{Payload, SEPARATOR};
use crate::domain::plan::{
    Form, MAX_DELAY_MINUTES, Method, Plan, PlanFilter, Target, Variable, form_of, pointer_token,
};
use crate::domain::record::is_phone_channel;
use crate::domain::text::{grouped, shown};
use crate::domain::variable::{MAX_VALUE_BYTES, MAX_VARIABLES, is_e164, is_snake_case, snake_case};

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

fn variables_problems(variables: &[Variable], problems: &mut Vec<Problem>) {
    let mut seen = HashSet::new();
    for (index, variable) in variables.iter().enumerate() {
        let at = format!("/variables/{index}");
        if variable.name.is_empty() {
            problems.push(Problem::new(
                Code::MissingField,
                format!("{at}/name"),
                "This variable has no name. Type one.",
            ));
            continue;
        }
        separator_problems(&format!("{at}/name"), &variable.name, problems);
        separator_problems(&format!("{at}/value"), &variable.value, problems);
        problems.extend(name_problem(&format!("{at}/name"), &variable.name));
        problems.extend(length_problem(
            &format!("{at}/value"),
            &variable.name,
            &variable.value,
        ));
        if !seen.insert(snake_case(&variable.name)) {
            let message = format!(
                "{} is set twice, and nobody says which value stays. Remove one.",
                shown(&variable.name)
            );
            problems.push(Problem::new(
                Code::DuplicateVariable,
                format!("{at}/name"),
                message,
            ));
        }
    }
    if variables.len() > MAX_VARIABLES {
        problems.push(too_many("/variables", variables.len()));
    }
}

fn too_many(at: &str, count: usize) -> Problem {
    let message = format!(
        "{} variables are set, and a contact holds at most {MAX_VARIABLES}. Remove some.",
        grouped(count as u64)
    );
    Problem::new(Code::TooManyVariables, at, message)
}

fn name_problem(at: &str, name: &str) -> Option<Problem> {
    if is_snake_case(name) {
        return None;
    }
    let message = format!(
        "The platform forces names to snake_case: \"{}\" becomes \"{}\". Write it so.",
        shown(name),
        shown(&snake_case(name))
    );
    Some(Problem::new(Code::VariableNotSnakeCase, at, message))
}

fn length_problem(at: &str, name: &str, value: &str) -> Option<Problem> {
    (value.len() > MAX_VALUE_BYTES).then(|| {
        let size = grouped(value.len() as u64);
        let message = format!(
            "The value of {} has {size} bytes; the platform takes at most 64 kB. Shorten it.",
            shown(name)
        );
        Problem::new(Code::VariableTooLong, at, message)
    })
}

fn separator_problems(at: &str, text: &str, problems: &mut Vec<Problem>) {
    if text.contains(SEPARATOR) {
        let message = format!(
            "\"{}\" holds a \";\", which separates values and can't be escaped. Use the form targets for it.",
            shown(text)
        );
        problems.push(Problem::new(Code::SeparatorInValue, at, message));
    }
}

fn targets_problems(targets: &[Target]) -> Vec<Problem> {
    if targets.is_empty() {
        return vec![Problem::new(
            Code::NoTargets,
            "/targets",
            "There are no targets. Add at least one contact.",
        )];
    }
    let mut unidentified = Capped::new(Code::TargetNotIdentified);
    let mut nameless = Capped::new(Code::MissingField);
    let mut duplicate = Capped::new(Code::DuplicateTarget);
    let mut phone = Capped::new(Code::PhoneNotE164);
    let mut too_long = Capped::new(Code::VariableTooLong);
    let mut many = Capped::new(Code::TooManyVariables);
    let repeated = repeated(targets);
    for (index, target) in targets.iter().enumerate() {
        let row = || format!("/targets/{index}");
        let cell = |name: &str| format!("/targets/{index}/{}", pointer_token(name));
        if let Some((name, message)) = identity::hidden_identity(target) {
            unidentified.push(|| cell(name), || message);
        }
        match target.named_by() {
            None => unidentified.push(
                || cell(identity_cell(target)),
                || "This target has neither user_id nor user_phone_number. Add one.".to_owned(),
            ),
            Some(name) if repeated.contains(&index) => duplicate.push(row, || {
                format!("{} stands in the list before. Remove one.", shown(name))
            }),
            Some(_) => {}
        }
        if let Some((name, number)) = phone_number(target).filter(|(_, number)| !is_e164(number)) {
            phone.push(|| cell(name), || phone_message(number));
        }
        for (name, value) in target.iter() {
            if let Some(problem) = length_problem("", name, value) {
                too_long.push(|| cell(name), || problem.message);
            }
            if name.is_empty() {
                let message = || "A variable of this target has no name. Type one.".to_owned();
                nameless.push(|| cell(name), message);
            }
        }
        if target.len() > MAX_VARIABLES {
            many.push(row, || too_many("", target.len()).message);
        }
    }
    let capped = [unidentified, nameless, duplicate, phone, too_long, many];
    capped
        .into_iter()
        .flat_map(Capped::into_problems)
        .chain(target_names(targets))
        .collect()
}

/// Where a target that names nobody would be named: the empty cell that it has.
fn identity_cell(target: &Target) -> &'static str {
    if target.get("user_id").is_none() && target.get("user_phone_number").is_some() {
        "user_phone_number"
    } else {
        "user_id"
    }
}

/// The targets that name a contact which one before them names, by id or by phone number. A `user_id` is unique in its
/// channel alone `[D]`; where a target gives no channel, it may be any.
fn repeated(targets: &[Target]) -> HashSet<usize> {
    let mut repeated = HashSet::new();
    for group in groups(targets) {
        let mut channels = HashSet::new();
        for index in group {
            let channel = targets[index].filled("bot_channel").unwrap_or_default();
            let may_be_any = channel.is_empty() && !channels.is_empty();
            if may_be_any || channels.contains(channel) || channels.contains("") {
                repeated.insert(index);
            }
            channels.insert(channel);
        }
    }
    repeated
}

fn phone_message(number: &str) -> String {
    format!(
        "\"{}\" is not E.164: country code and number in digits, such as 393201234567, with or without +. Correct it.",
        shown(number)
    )
}

/// The text of a target that should be a phone number, with the name of its variable.
fn phone_number(target: &Target) -> Option<(&'static str, &str)> {
    if let Some(number) = target.filled("user_phone_number") {
        return Some(("user_phone_number", number));
    }
    let on_phone = target.get("bot_channel").is_some_and(is_phone_channel);
    target
        .filled("user_id")
        .filter(|_| on_phone)
        .map(|number| ("user_id", number))
}

/// Names that the platform will spell otherwise: once each, at the first target that has one.
fn target_names(targets: &[Target]) -> Vec<Problem> {
    let mut seen = HashSet::new();
    let mut problems = Vec::new();
    for (index, target) in targets.iter().enumerate() {
        let before = index.checked_sub(1).map(|before| &targets[before]);
        if before.is_some_and(|before| has_same_names(before, target)) {
            continue;
        }
        for (name, _) in target.iter().filter(|(name, _)| !name.is_empty()) {
            if seen.insert(name) {
                let at = format!("/targets/{index}/{}", pointer_token(name));
                problems.extend(name_problem(&at, name));
            }
        }
    }
    problems.truncate(super::LISTED_PER_CODE);
    problems
}

/// As nearly all targets of a list have.
fn has_same_names(one: &Target, other: &Target) -> bool {
    let names = |target| Target::iter(target).map(|(name, _)| name);
    one.len() == other.len() && names(one).eq(names(other))
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
