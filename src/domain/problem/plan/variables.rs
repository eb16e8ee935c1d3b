//! Problems of names and values that are set.

use std::collections::HashSet;

use crate::domain::payload::SEPARATOR;
use crate::domain::plan::Variable;
use crate::domain::problem::{Code, Problem};
use crate::domain::text::{grouped, shown};
use crate::domain::variable::{MAX_VALUE_BYTES, MAX_VARIABLES, is_snake_case, snake_case};

/// What is wrong with variables that are set on everyone.
pub(super) fn variables_problems(variables: &[Variable], problems: &mut Vec<Problem>) {
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

/// More variables than a contact holds.
pub(super) fn too_many(at: &str, count: usize) -> Problem {
    let message = format!(
        "{} variables are set, and a contact holds at most {MAX_VARIABLES}. Remove some.",
        grouped(count as u64)
    );
    Problem::new(Code::TooManyVariables, at, message)
}

/// A name that the platform will spell otherwise.
pub(super) fn name_problem(at: &str, name: &str) -> Option<Problem> {
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

/// A value over the limit.
pub(super) fn length_problem(at: &str, name: &str, value: &str) -> Option<Problem> {
    (value.len() > MAX_VALUE_BYTES).then(|| {
        let size = grouped(value.len() as u64);
        let message = format!(
            "The value of {} has {size} bytes; the platform takes at most 64 kB. Shorten it.",
            shown(name)
        );
        Problem::new(Code::VariableTooLong, at, message)
    })
}

/// A text that can't be told from two.
pub(super) fn separator_problems(at: &str, text: &str, problems: &mut Vec<Problem>) {
    if text.contains(SEPARATOR) {
        let message = format!(
            "\"{}\" holds a \";\", which separates values and can't be escaped. Use the form targets for it.",
            shown(text)
        );
        problems.push(Problem::new(Code::SeparatorInValue, at, message));
    }
}
