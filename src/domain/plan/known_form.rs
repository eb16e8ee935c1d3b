//! The form that a raw body builds, by the rules of the hook.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{Form, PlanFilter, Target, Variable, whole_minutes};
use crate::domain::criterion::{self, Criterion};
use crate::domain::filter::Join;
use crate::domain::payload::SEPARATOR;
use crate::domain::variable::snake_case;

/// Reads a body as one of the documented forms; `None` for any other JSON, which is forwarded to the flow of the
/// configured audience where no valid filter is required `[I]`.
///
/// What builds a form and what doesn't is our reading `[I]`, the sandbox's as well: keys of two forms together, unknown
/// and repeated keys, lists of different lengths and targets without an identity build none.
pub fn form_of(body: &str) -> Option<Form> {
    let members = Members::read(body)?;
    let known = |name: &str| {
        TEXTS.contains(&name) || ["set_conversation", "targets", "delayminutes"].contains(&name)
    };
    if !members.0.iter().all(|(name, _)| known(name)) {
        return None;
    }
    let texts = Texts::of(&members)?;
    members.get("delayminutes").map_or(Some(0), delay)?;
    let conversation = match members.get("set_conversation").map(RawValue::get) {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return None,
    };
    match members.get("targets") {
        Some(_) if conversation || texts.say_something() => None,
        Some(list) => Some(Form::Targets {
            targets: targets(list)?,
        }),
        None if conversation => Some(Form::Conversation {
            variables: texts.variables()?,
        }),
        None => {
            let (filters, variables) = (texts.filters()?, texts.variables()?);
            Some(if filters.is_empty() {
                Form::Configured { variables }
            } else {
                Form::Audience { filters, variables }
            })
        }
    }
}

/// The members that hold text.
const TEXTS: [&str; 6] = [
    "audience_filters",
    "audience_criteria",
    "audience_values",
    "audience_join",
    "set_variables",
    "set_variables_values",
];

/// An object's members as they are written, none of them twice.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'a> Members<'a> {
    fn read(json: &'a str) -> Option<Self> {
        let Self(members) = serde_json::from_str(json).ok()?;
        let mut names: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        let is_once = names.windows(2).all(|pair| pair[0] != pair[1]);
        is_once.then_some(Self(members))
    }

    fn get(&self, wanted: &str) -> Option<&'a RawValue> {
        let found = self.0.iter().find(|(name, _)| name == wanted);
        found.map(|(_, value)| *value)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor).map(Members)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Vec<(String, &'de RawValue)>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(members)
    }
}

fn text(json: &RawValue) -> Option<String> {
    serde_json::from_str(json.get()).ok()
}

/// Whole minutes, as number or text `[U]`.
fn delay(json: &RawValue) -> Option<u64> {
    whole_minutes(&text(json).unwrap_or_else(|| json.get().to_owned()))
}

fn targets(json: &RawValue) -> Option<Vec<Target>> {
    let list: Vec<&RawValue> = serde_json::from_str(json.get()).ok()?;
    let targets: Option<Vec<Target>> = list.into_iter().map(target).collect();
    targets.filter(|targets| !targets.is_empty())
}

/// A target by the names that the platform gives its variables `[D]`; of two that become one the later counts `[U]`.
fn target(json: &RawValue) -> Option<Target> {
    let members = Members::read(json.get())?.0.into_iter();
    let variables: Option<Vec<(String, String)>> = members
        .map(|(name, value)| Some((named(&name)?, text(value)?)))
        .collect();
    let target: Target = variables?.into_iter().collect();
    target.named_by().is_some().then_some(target)
}

fn named(name: &str) -> Option<String> {
    let name = snake_case(name);
    (!name.is_empty()).then_some(name)
}

/// The six texts, where they are given.
struct Texts([Option<String>; 6]);

impl Texts {
    fn of(members: &Members<'_>) -> Option<Self> {
        let mut texts = <[Option<String>; 6]>::default();
        for (slot, name) in texts.iter_mut().zip(TEXTS) {
            if let Some(value) = members.get(name) {
                *slot = Some(text(value)?);
            }
        }
        Some(Self(texts))
    }

    /// Whether one of them holds anything: an empty text is as if absent `[D]`.
    fn say_something(&self) -> bool {
        self.0.iter().flatten().any(|text| !text.is_empty())
    }

    fn filters(&self) -> Option<Vec<PlanFilter>> {
        let [fields, criteria, values, joins, ..] = self.0.each_ref().map(Option::as_deref);
        let fields = names(fields)?;
        let criteria = entries(criteria, fields.len())?;
        let values = entries(values, fields.len())?;
        let joins = join_words(joins, fields.len())?;
        let rows = fields.into_iter().zip(criteria).zip(values).zip(joins);
        rows.map(|(((field, criterion), value), join)| filter(join, field, criterion, value))
            .collect()
    }

    fn variables(&self) -> Option<Vec<Variable>> {
        let [.., set, values] = self.0.each_ref().map(Option::as_deref);
        let set = names(set)?;
        let values = entries(values, set.len())?;
        set.into_iter()
            .zip(values)
            .map(|(name, value)| {
                Some(Variable {
                    name: named(name)?,
                    value: value.to_owned(),
                })
            })
            .collect()
    }
}

/// Names of a list; one empty last name is dropped, any other builds nothing `[I]`.
fn names(text: Option<&str>) -> Option<Vec<&str>> {
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return Some(Vec::new());
    };
    let text = text.strip_suffix(SEPARATOR).unwrap_or(text);
    let names: Vec<&str> = text.split(SEPARATOR).collect();
    (!names.contains(&"")).then_some(names)
}

/// One entry a name, or one more that is empty `[I]`.
fn entries(text: Option<&str>, count: usize) -> Option<Vec<&str>> {
    let mut list: Vec<&str> = text
        .map(|text| text.split(SEPARATOR).collect())
        .unwrap_or_default();
    if list.len() == count + 1 && list.last() == Some(&"") {
        list.pop();
    }
    (list.len() == count).then_some(list)
}

/// One join a filter, the first without meaning: a missing one is AND `[D]`.
fn join_words(text: Option<&str>, count: usize) -> Option<Vec<Join>> {
    let words = names(text)?;
    let mut joins = vec![Join::And];
    for word in words {
        joins.push(Join::parse(word)?);
    }
    let most = count.max(1);
    (joins.len() <= most).then(|| {
        joins.resize(most, Join::And);
        joins
    })
}

fn filter(join: Join, field: &str, criterion: &str, value: &str) -> Option<PlanFilter> {
    let known = Criterion::parse(criterion)?;
    if known.takes_length() && criterion::length(value).is_none() {
        return None;
    }
    Some(PlanFilter {
        join,
        field: field.to_owned(),
        criterion: known.name().to_owned(),
        value: known.takes_value().then(|| value.to_owned()),
    })
}
