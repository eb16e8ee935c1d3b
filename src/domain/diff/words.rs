//! A change as a line for a person.

use std::fmt;

use super::Change;
use crate::domain::criterion::Criterion;
use crate::domain::plan::PlanFilter;
use crate::domain::text::{grouped, shown};

impl fmt::Display for Change {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Part {
                part,
                before,
                after,
            } => {
                let text = |value: &Option<String>| {
                    value.as_deref().map_or("none".into(), shown).into_owned()
                };
                write!(
                    formatter,
                    "{}: {} → {}",
                    part.label(),
                    text(before),
                    text(after)
                )
            }
            Self::FilterAdded { place, filter } => {
                write!(formatter, "filter added: {}", words(*place, filter))
            }
            Self::FilterRemoved { place, filter } => {
                write!(formatter, "filter removed: {}", words(*place, filter))
            }
            Self::FilterChanged {
                place,
                before,
                after,
            } => {
                write!(
                    formatter,
                    "filter changed: {} → {}",
                    words(*place, before),
                    words(*place, after)
                )
            }
            Self::FiltersReordered => formatter.write_str("the filters stand in another order"),
            Self::VariableAdded { name, value } => {
                write!(formatter, "sets {} to \"{}\"", shown(name), shown(value))
            }
            Self::VariableRemoved { name, value } => {
                write!(
                    formatter,
                    "no longer sets {} (was \"{}\")",
                    shown(name),
                    shown(value)
                )
            }
            Self::VariableChanged {
                name,
                before,
                after,
            } => write!(
                formatter,
                "sets {} to \"{}\" (was \"{}\")",
                shown(name),
                shown(after),
                shown(before)
            ),
            Self::Body => formatter.write_str("the body is another"),
            Self::Targets {
                added,
                gone,
                changed,
            } => write!(
                formatter,
                "targets: {} added, {} gone, {} with other values",
                grouped(*added),
                grouped(*gone),
                grouped(*changed)
            ),
        }
    }
}

/// A filter as a line: `AND city StartsWith "Mil"`; the first has no join.
fn words(place: usize, filter: &PlanFilter) -> String {
    let join = if place == 0 { "" } else { filter.join.word() };
    let criterion = Criterion::parse(&filter.criterion);
    let value = filter
        .value
        .as_deref()
        .filter(|_| criterion.is_none_or(Criterion::takes_value));
    let value = value.map(|value| format!("\"{}\"", shown(value)));
    let parts = [
        join.to_owned(),
        shown(&filter.field).into_owned(),
        criterion.map_or_else(
            || shown(&filter.criterion).into_owned(),
            |criterion| criterion.name().to_owned(),
        ),
        value.unwrap_or_default(),
    ];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}
