//! What changed between two launches: between their plans, and between the contacts they reach.
//!
//! Plain data with the words for it; how it is drawn is for the screens.

mod contacts;
mod words;

use std::collections::HashMap;

pub use contacts::{ContactChanges, SAMPLE};

use super::plan::{Form, Plan, PlanFilter, Target};
use super::record::ContactId;
use super::text::counted;

/// One difference between two plans. Its `Display` is a line for a person, fit to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Something else stands in a part of the plan: its form, method, broadcast, bot or delay.
    Part {
        /// The part.
        part: Part,
        /// What stood there; `None` for nothing.
        before: Option<String>,
        /// What stands there now; `None` for nothing.
        after: Option<String>,
    },
    /// A filter came in.
    FilterAdded {
        /// Its place now, from 0.
        place: usize,
        /// It.
        filter: PlanFilter,
    },
    /// A filter went.
    FilterRemoved {
        /// Its place before, from 0.
        place: usize,
        /// It.
        filter: PlanFilter,
    },
    /// A filter on the same variable is another now.
    FilterChanged {
        /// Its place now, from 0.
        place: usize,
        /// As it was.
        before: PlanFilter,
        /// As it is.
        after: PlanFilter,
    },
    /// The same filters stand in another order, which can matter where AND and OR are mixed.
    FiltersReordered,
    /// A variable is set that wasn't.
    VariableAdded {
        /// Its name.
        name: String,
        /// Its value.
        value: String,
    },
    /// A variable is no longer set.
    VariableRemoved {
        /// Its name.
        name: String,
        /// The value it was set to.
        value: String,
    },
    /// A variable is set to something else.
    VariableChanged {
        /// Its name.
        name: String,
        /// The value before.
        before: String,
        /// The value now.
        after: String,
    },
    /// The raw body is another text.
    Body,
    /// The targets are others, or set other values.
    Targets {
        /// How many targets name a contact that wasn't named before.
        added: u64,
        /// How many contacts are no longer named.
        gone: u64,
        /// How many name the same contact with other variables or values.
        changed: u64,
    },
}

/// A part of a plan that holds one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// The broadcast.
    Broadcast,
    /// The bot.
    Bot,
    /// The verb.
    Method,
    /// The form.
    Form,
    /// The delay in minutes.
    Delay,
}

impl Part {
    /// Its label.
    pub fn label(self) -> &'static str {
        match self {
            Self::Broadcast => "broadcast",
            Self::Bot => "bot",
            Self::Method => "method",
            Self::Form => "form",
            Self::Delay => "delay",
        }
    }
}

impl Change {
    /// The sign of a line: `+` came, `-` went, `~` is another.
    pub fn sign(&self) -> char {
        match self {
            Self::FilterAdded { .. }
            | Self::VariableAdded { .. }
            | Self::Part { before: None, .. } => '+',
            Self::FilterRemoved { .. }
            | Self::VariableRemoved { .. }
            | Self::Part { after: None, .. } => '-',
            _ => '~',
        }
    }
}

/// What is different in `after`: form and parts first, then filters and variables in their order. Empty where the two
/// say the same; how a criterion's name is written makes no difference.
pub fn plan_changes(before: &Plan, after: &Plan) -> Vec<Change> {
    let mut changes = part_changes(before, after);
    filter_changes(before.form.filters(), after.form.filters(), &mut changes);
    variable_changes(before, after, &mut changes);
    match (&before.form, &after.form) {
        (Form::Raw { body: before }, Form::Raw { body: after }) => {
            let minify = super::payload::minify;
            if minify(before) != minify(after) {
                changes.push(Change::Body);
            }
        }
        (Form::Targets { targets: before }, Form::Targets { targets: after }) => {
            changes.extend(target_changes(before, after));
        }
        _ => {}
    }
    changes
}

fn part_changes(before: &Plan, after: &Plan) -> Vec<Change> {
    let delay = |plan: &Plan| {
        let whole = plan
            .delay_minutes()
            .map(|minutes| counted(minutes, "minute"));
        whole.or_else(|| plan.delay.clone())
    };
    let parts = |plan: &Plan| {
        [
            (Part::Broadcast, Some(plan.broadcast.clone())),
            (Part::Bot, plan.bot.clone()),
            (Part::Method, Some(plan.method.word().to_owned())),
            (Part::Form, Some(plan.form.kind().word().to_owned())),
            (Part::Delay, delay(plan)),
        ]
    };
    let pairs = parts(before).into_iter().zip(parts(after));
    pairs
        .filter(|(before, after)| before != after)
        .map(|((part, before), (_, after))| Change::Part {
            part,
            before,
            after,
        })
        .collect()
}

fn filter_changes(before: &[PlanFilter], after: &[PlanFilter], changes: &mut Vec<Change>) {
    let mut left: Vec<(usize, &PlanFilter)> = before.iter().enumerate().collect();
    let mut new: Vec<(usize, &PlanFilter)> = after.iter().enumerate().collect();
    let mut same: Vec<usize> = Vec::new();
    new.retain(|(place, filter)| {
        let found = left
            .iter()
            .position(|(old, other)| is_same(*old, other, *place, filter));
        found.map(|found| same.push(left.remove(found).0)).is_none()
    });
    for (place, filter) in new {
        let other = left
            .iter()
            .position(|(_, other)| other.field == filter.field);
        changes.push(match other.map(|other| left.remove(other)) {
            Some((_, before)) => Change::FilterChanged {
                place,
                before: before.clone(),
                after: filter.clone(),
            },
            None => Change::FilterAdded {
                place,
                filter: filter.clone(),
            },
        });
    }
    let removed = |(place, filter): (usize, &PlanFilter)| Change::FilterRemoved {
        place,
        filter: filter.clone(),
    };
    changes.extend(left.into_iter().map(removed));
    if !same.is_sorted() {
        changes.push(Change::FiltersReordered);
    }
}

/// Whether two filters mean the same. The join of the first has no meaning.
fn is_same(place: usize, one: &PlanFilter, other_place: usize, other: &PlanFilter) -> bool {
    let joined = |place: usize, filter: &PlanFilter| (place > 0).then_some(filter.join);
    let meaning = |filter: &PlanFilter| {
        filter
            .filter()
            .map(|filter| (filter.field, filter.criterion, filter.value))
    };
    let written =
        one.field == other.field && one.criterion == other.criterion && one.value == other.value;
    let joins = (joined(place, one), joined(other_place, other));
    let is_same_join = match joins {
        (Some(one), Some(other)) => one == other,
        _ => true,
    };
    is_same_join && (written || (meaning(one).is_some() && meaning(one) == meaning(other)))
}

fn variable_changes(before: &Plan, after: &Plan, changes: &mut Vec<Change>) {
    let (before, after) = (before.form.variables(), after.form.variables());
    let mut left: Vec<usize> = (0..before.len()).collect();
    for variable in after {
        let old = left
            .iter()
            .position(|old| before[*old].name == variable.name);
        match old.map(|old| &before[left.remove(old)]) {
            None => changes.push(Change::VariableAdded {
                name: variable.name.clone(),
                value: variable.value.clone(),
            }),
            Some(old) if old.value != variable.value => changes.push(Change::VariableChanged {
                name: variable.name.clone(),
                before: old.value.clone(),
                after: variable.value.clone(),
            }),
            Some(_) => {}
        }
    }
    changes.extend(left.into_iter().map(|old| Change::VariableRemoved {
        name: before[old].name.clone(),
        value: before[old].value.clone(),
    }));
}

fn target_changes(before: &[Target], after: &[Target]) -> Option<Change> {
    let by_contact = |targets: &'_ [Target]| -> HashMap<ContactId, usize> {
        let named = targets.iter().enumerate().rev();
        named
            .filter_map(|(place, target)| Some((target.identity()?, place)))
            .collect()
    };
    let (old, new) = (by_contact(before), by_contact(after));
    let (mut added, mut changed) = (0, 0);
    for (contact, place) in &new {
        match old.get(contact) {
            None => added += 1,
            Some(earlier) => changed += u64::from(before[*earlier] != after[*place]),
        }
    }
    let gone = old
        .keys()
        .filter(|contact| !new.contains_key(contact))
        .count() as u64;
    (added + gone + changed > 0).then_some(Change::Targets {
        added,
        gone,
        changed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn changes(before: &str, after: &str) -> Vec<String> {
        let plan = |json: &str| Plan::from_json(json).unwrap();
        let changes = plan_changes(&plan(before), &plan(after));
        changes
            .iter()
            .map(|change| format!("{} {change}", change.sign()))
            .collect()
    }

    fn audience(filters: &str, variables: &str) -> String {
        format!(
            r#"{{"broadcast":"b","form":"audience","filters":[{filters}],"variables":[{variables}]}}"#
        )
    }

    const RED: &str = r#"{"field":"color","criterion":"Equals","value":"red"}"#;
    const CITY: &str = r#"{"join":"AND","field":"city","criterion":"HasValue"}"#;

    #[rstest]
    #[case::nothing(RED, RED, &[])]
    #[case::another_spelling(RED, r#"{"field":"color","criterion":"equals","value":"red"}"#, &[])]
    #[case::value(RED, r#"{"field":"color","criterion":"Equals","value":"blue"}"#,
        &["~ filter changed: color Equals \"red\" → color Equals \"blue\""])]
    #[case::added(RED, &format!("{RED},{CITY}"), &["+ filter added: AND city HasValue"])]
    #[case::removed(&format!("{RED},{CITY}"), RED, &["- filter removed: AND city HasValue"])]
    #[case::join(&format!("{RED},{CITY}"), &format!("{RED},{}", CITY.replace("AND", "OR")),
        &["~ filter changed: AND city HasValue → OR city HasValue"])]
    fn filters(#[case] before: &str, #[case] after: &str, #[case] expected: &[&str]) {
        assert_eq!(
            changes(&audience(before, ""), &audience(after, "")),
            expected
        );
    }

    #[test]
    fn the_same_filters_in_another_order() {
        let city = CITY.replace(r#""join":"AND","#, "");
        let red = RED.replace(r#"{"field""#, r#"{"join":"AND","field""#);
        let before = audience(&format!("{RED},{CITY}"), "");
        let after = audience(&format!("{city},{red}"), "");
        assert_eq!(
            changes(&before, &after),
            ["~ the filters stand in another order"]
        );
    }

    #[test]
    fn variables() {
        let before = audience(RED, r#"{"name":"a","value":"1"},{"name":"b","value":"2"}"#);
        let after = audience(RED, r#"{"name":"b","value":"3"},{"name":"c","value":"4"}"#);
        let expected = [
            "~ sets b to \"3\" (was \"2\")",
            "+ sets c to \"4\"",
            "- no longer sets a (was \"1\")",
        ];
        assert_eq!(changes(&before, &after), expected);
    }

    #[test]
    fn form_method_and_delay() {
        let before = r#"{"broadcast":"b","form":"configured","delay_minutes":5}"#;
        let after = r#"{"broadcast":"b","form":"configured","method":"GET"}"#;
        assert_eq!(
            changes(before, after),
            ["~ method: POST → GET", "- delay: 5 minutes → none"]
        );
        let raw = r#"{"broadcast":"b","form":"raw","body":{"a": 1}}"#;
        assert_eq!(
            changes(raw, &raw.replace(": 1", ":1")),
            Vec::<String>::new()
        );
        assert_eq!(
            changes(raw, &raw.replace(": 1", ":2")),
            ["~ the body is another"]
        );
    }

    #[test]
    fn targets() {
        let plan =
            |list: &str| format!(r#"{{"broadcast":"b","form":"targets","targets":[{list}]}}"#);
        let before = plan(r#"{"user_id":"1"},{"user_id":"2","x":"a"}"#);
        let after = plan(r#"{"user_id":"2","x":"b"},{"user_id":"3"},{"user_id":"4"}"#);
        let expected = ["~ targets: 2 added, 1 gone, 1 with other values"];
        assert_eq!(changes(&before, &after), expected);
        assert!(changes(&before, &before).is_empty());
    }

    #[test]
    fn nothing_of_a_plan_reaches_the_terminal_as_it_is() {
        let after = audience(RED, r#"{"name":"a","value":"\u001b[2J"}"#);
        assert_eq!(
            changes(&audience(RED, ""), &after),
            ["+ sets a to \"‹U+001B›[2J\""]
        );
    }
}
