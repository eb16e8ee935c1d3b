//! Problems of a list of targets.

use std::collections::HashSet;

use super::variables::{length_problem, name_problem, too_many};
use crate::domain::payload::same::groups;
use crate::domain::plan::{Target, pointer_token};
use crate::domain::problem::{Capped, Code, LISTED_PER_CODE, Problem, identity};
use crate::domain::record::is_phone_channel;
use crate::domain::text::shown;
use crate::domain::variable::{MAX_VARIABLES, is_e164};

/// What is wrong with a list of targets.
pub(super) fn targets_problems(targets: &[Target]) -> Vec<Problem> {
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
    problems.truncate(LISTED_PER_CODE);
    problems
}

/// As nearly all targets of a list have.
fn has_same_names(one: &Target, other: &Target) -> bool {
    let names = |target| Target::iter(target).map(|(name, _)| name);
    one.len() == other.len() && names(one).eq(names(other))
}
