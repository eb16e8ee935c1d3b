//! What the body of a launch says, and whether it is valid, by the rules of the hook. Pure.
//!
//! Nothing here knows of contacts or storage. Everything that isn't exactly one of the documented forms is refused,
//! unless the broadcast doesn't require a valid filter: then any other JSON is forwarded (section 5.4 `[I]`).

use thiserror::Error;

use crate::domain::criterion::{Criterion, length};
use crate::domain::filter::{Filter, Join};

use super::contact::{Variables, snake_case};
use super::json::{Json, repeated_key};

/// The longest delay: ten years in minutes.
const MAX_DELAY: u64 = 5_256_000;
/// The most bytes of one value: 64 kB `[D]`.
pub(super) const MAX_VALUE: usize = 64_000;
/// The keys that hold text: the six of section 5.1.
const TEXT_KEYS: [&str; 6] = [
    "audience_filters",
    "audience_criteria",
    "audience_values",
    "audience_join",
    "set_variables",
    "set_variables_values",
];

/// Whom a launch goes to.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Form {
    /// To the configured audience.
    Configured,
    /// To the contacts that match; replaces the configured audience `[D]`.
    Filters(Vec<Filter>),
    /// To the contacts named, which are created where unknown `[D]`.
    Targets(Vec<Variables>),
    /// To the one contact that the variables describe; deprecated `[D]`.
    Conversation,
}

/// What a body asks for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Order {
    /// Whom it goes to.
    pub(super) form: Form,
    /// What is set on every targeted contact, by names in snake case.
    pub(super) variables: Variables,
    /// Minutes until delivery, 0 to 5,256,000.
    pub(super) delay_minutes: u64,
}

impl Order {
    /// The launch of a call without a body.
    pub(super) fn configured() -> Self {
        Self {
            form: Form::Configured,
            variables: Variables::new(),
            delay_minutes: 0,
        }
    }
}

/// Why a body is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum BodyError {
    /// It is not one JSON value in UTF-8.
    #[error("the body is not one JSON value in UTF-8: {0}")]
    NotJson(String),
    /// It builds none of the forms.
    #[error("the body is not valid: {0}")]
    Invalid(String),
}

fn invalid<T>(why: impl Into<String>) -> Result<T, BodyError> {
    Err(BodyError::Invalid(why.into()))
}

/// Reads a body; none at all is the configured audience.
///
/// # Errors
/// [`BodyError::NotJson`] always; [`BodyError::Invalid`] only where a valid filter is required, or where a variable is
/// longer than 64,000 bytes.
pub(super) fn read(bytes: &[u8], require_valid_filter: bool) -> Result<Order, BodyError> {
    if bytes.is_empty() {
        return Ok(Order::configured());
    }
    let json = Json::read(bytes).map_err(|error| BodyError::NotJson(error.to_string()))?;
    let order = match build(&json) {
        Err(BodyError::Invalid(_)) if !require_valid_filter => forwarded(&json),
        other => other?,
    };
    check_lengths(&order)?;
    Ok(order)
}

/// Any JSON goes to the configured audience; a delay in it is obeyed where it is one.
fn forwarded(json: &Json) -> Order {
    let delay_minutes = match json {
        Json::Object(entries) if repeated_key(entries).is_none() => {
            delay(find(entries, "delayminutes")).unwrap_or(0)
        }
        _ => 0,
    };
    Order {
        delay_minutes,
        ..Order::configured()
    }
}

fn check_lengths(order: &Order) -> Result<(), BodyError> {
    let targets: &[Variables] = match &order.form {
        Form::Targets(targets) => targets,
        _ => &[],
    };
    for (name, value) in targets.iter().flatten().chain(&order.variables) {
        if value.len() > MAX_VALUE {
            return invalid(format!(
                "the variable {name} has {} bytes, {MAX_VALUE} is the most",
                value.len()
            ));
        }
    }
    Ok(())
}

/// Builds exactly one of the forms.
fn build(json: &Json) -> Result<Order, BodyError> {
    let Json::Object(entries) = json else {
        return invalid("it is not an object");
    };
    if let Some(key) = repeated_key(entries) {
        return invalid(format!("the key {key} comes twice"));
    }
    if let Some((key, _)) = entries.iter().find(|(key, _)| !is_known(key)) {
        return invalid(format!("the key {key} is not known"));
    }
    let texts = Texts::read(entries)?;
    let delay_minutes = delay(find(entries, "delayminutes"))?;
    let form = form(entries, &texts)?;
    let variables = match form {
        Form::Targets(_) => Variables::new(),
        _ => texts.variables()?,
    };
    Ok(Order {
        form,
        variables,
        delay_minutes,
    })
}

fn form(entries: &[(String, Json)], texts: &Texts<'_>) -> Result<Form, BodyError> {
    let conversation = match find(entries, "set_conversation") {
        None => false,
        Some(Json::Bool(on)) => *on,
        Some(_) => return invalid("set_conversation is not true or false"),
    };
    match find(entries, "targets") {
        Some(_) if conversation || texts.any() => {
            invalid("targets stand beside the keys of another form")
        }
        Some(list) => Ok(Form::Targets(targets(list)?)),
        None if conversation => Ok(Form::Conversation),
        None => Ok(match texts.filters()? {
            filters if filters.is_empty() => Form::Configured,
            filters => Form::Filters(filters),
        }),
    }
}

fn is_known(key: &str) -> bool {
    TEXT_KEYS.contains(&key) || ["set_conversation", "targets", "delayminutes"].contains(&key)
}

fn find<'a>(entries: &'a [(String, Json)], key: &str) -> Option<&'a Json> {
    entries
        .iter()
        .find(|(name, _)| name == key)
        .map(|(_, value)| value)
}

/// Whole minutes as number or text `[U]`; none is 0.
fn delay(value: Option<&Json>) -> Result<u64, BodyError> {
    let minutes = match value {
        None => Some(0),
        Some(Json::Whole(minutes)) => Some(*minutes),
        Some(Json::Text(text)) => {
            length(text).map(|minutes| u64::try_from(minutes).unwrap_or(u64::MAX))
        }
        Some(_) => None,
    };
    match minutes {
        Some(minutes) if minutes <= MAX_DELAY => Ok(minutes),
        _ => invalid(format!(
            "delayminutes is not a whole number from 0 to {MAX_DELAY}"
        )),
    }
}

fn targets(list: &Json) -> Result<Vec<Variables>, BodyError> {
    match list {
        Json::List(items) if items.is_empty() => invalid("the list of targets is empty"),
        Json::List(items) => items
            .iter()
            .enumerate()
            .map(|(index, item)| target(index, item))
            .collect(),
        _ => invalid("targets is not a list"),
    }
}

fn target(index: usize, item: &Json) -> Result<Variables, BodyError> {
    let Json::Object(entries) = item else {
        return invalid(format!("target {index} is not an object"));
    };
    if let Some(key) = repeated_key(entries) {
        return invalid(format!("the key {key} comes twice in target {index}"));
    }
    let mut variables = Variables::with_capacity(entries.len());
    for (name, value) in entries {
        let Json::Text(value) = value else {
            return invalid(format!("{name} of target {index} is not text"));
        };
        variables.insert(variable_name(name)?, value.clone());
    }
    let identified = ["user_id", "user_phone_number"]
        .iter()
        .any(|key| variables.get(*key).is_some_and(|value| !value.is_empty()));
    if identified {
        Ok(variables)
    } else {
        invalid(format!(
            "target {index} has neither user_id nor user_phone_number"
        ))
    }
}

fn variable_name(name: &str) -> Result<String, BodyError> {
    match snake_case(name) {
        name if name.is_empty() => invalid("the name of a variable is empty"),
        name => Ok(name),
    }
}

/// The six text fields, `None` where one is absent.
struct Texts<'a>([Option<&'a str>; 6]);

impl<'a> Texts<'a> {
    fn read(entries: &'a [(String, Json)]) -> Result<Self, BodyError> {
        let mut texts = [None; 6];
        for (slot, key) in texts.iter_mut().zip(TEXT_KEYS) {
            *slot = match find(entries, key) {
                None => None,
                Some(Json::Text(text)) => Some(text.as_str()),
                Some(_) => return invalid(format!("{key} is not text")),
            };
        }
        Ok(Self(texts))
    }

    /// Whether one of them says something: empty text is as if absent.
    fn any(&self) -> bool {
        self.0.iter().flatten().any(|text| !text.is_empty())
    }

    fn filters(&self) -> Result<Vec<Filter>, BodyError> {
        let [fields, criteria, values, joins, ..] = self.0;
        let fields = names(fields, "audience_filters")?;
        let criteria = entries(criteria, fields.len(), "audience_criteria")?;
        let values = entries(values, fields.len(), "audience_values")?;
        let joins = join_words(joins, fields.len())?;
        let rows = fields.into_iter().zip(criteria).zip(values).zip(joins);
        rows.map(|(((field, criterion), value), join)| filter(join, field, criterion, value))
            .collect()
    }

    fn variables(&self) -> Result<Variables, BodyError> {
        let [.., set, values] = self.0;
        let set = names(set, "set_variables")?;
        let values = entries(values, set.len(), "set_variables_values")?;
        set.into_iter()
            .zip(values)
            .map(|(name, value)| Ok((variable_name(name)?, value.to_owned())))
            .collect()
    }
}

/// Splits a list of names; one empty last name is dropped, any other is refused `[I]`.
fn names<'a>(text: Option<&'a str>, key: &str) -> Result<Vec<&'a str>, BodyError> {
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return Ok(Vec::new());
    };
    let names: Vec<&str> = text.strip_suffix(';').unwrap_or(text).split(';').collect();
    if names.contains(&"") {
        return invalid(format!("{key} holds an empty name"));
    }
    Ok(names)
}

/// Splits a list that has one entry a name, or one more of which the last is empty `[I]`.
fn entries<'a>(text: Option<&'a str>, count: usize, key: &str) -> Result<Vec<&'a str>, BodyError> {
    let mut list: Vec<&str> = text
        .map(|text| text.split(';').collect())
        .unwrap_or_default();
    if list.len() == count + 1 && list.last() == Some(&"") {
        list.pop();
    }
    if list.len() == count {
        return Ok(list);
    }
    invalid(format!(
        "{key} has {} entries for {count} names",
        list.len()
    ))
}

/// One join a filter, the first without meaning: a missing one is AND `[D]`, more than the neighbours are refused.
fn join_words(text: Option<&str>, count: usize) -> Result<Vec<Join>, BodyError> {
    let text = text.unwrap_or_default();
    let mut joins = vec![Join::And];
    if !text.is_empty() {
        for word in text.strip_suffix(';').unwrap_or(text).split(';') {
            match Join::parse(word) {
                Some(join) => joins.push(join),
                None => return invalid(format!("{word} in audience_join is not AND or OR")),
            }
        }
    }
    if joins.len() > count.max(1) {
        return invalid(format!(
            "audience_join has {} entries for {count} filters",
            joins.len() - 1
        ));
    }
    joins.resize(count.max(1), Join::And);
    Ok(joins)
}

fn filter(join: Join, field: &str, criterion: &str, value: &str) -> Result<Filter, BodyError> {
    let Some(criterion) = Criterion::parse(criterion) else {
        return invalid(format!("{criterion} is not a criterion"));
    };
    if criterion.takes_length() && length(value).is_none() {
        return invalid(format!(
            "{} takes a whole number, not {value:?}",
            criterion.name()
        ));
    }
    Ok(Filter {
        join,
        field: field.to_owned(),
        criterion,
        value: value.to_owned(),
    })
}

#[cfg(test)]
mod tests;
