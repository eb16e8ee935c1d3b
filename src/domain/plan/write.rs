//! A plan as JSON: the file format, and what the journal keeps.

use serde::ser::{SerializeMap, Serializer};
use serde::{Serialize, ser::Error as _};
use serde_json::value::RawValue;

use super::{Form, Method, Plan, PlanFilter, Variable};

impl Plan {
    /// Writes the plan as compact JSON; [`Plan::from_json`] reads it back as the same plan.
    ///
    /// An unfinished raw body that is no JSON yet is written as a text under `body_text`, which drafts alone have.
    pub fn to_json(&self) -> String {
        // Every part is text or a list of texts, which can't fail to serialise.
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Serialize for Plan {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("broadcast", &self.broadcast)?;
        if let Some(bot) = &self.bot {
            map.serialize_entry("bot", bot)?;
        }
        map.serialize_entry("method", self.method.word())?;
        map.serialize_entry("form", self.form.kind().word())?;
        match &self.form {
            Form::Configured { variables } | Form::Conversation { variables } => {
                write_variables(&mut map, variables)?;
            }
            Form::Audience { filters, variables } => {
                let filters: Vec<WrittenFilter> = filters
                    .iter()
                    .enumerate()
                    .map(|(index, filter)| WrittenFilter(filter, index == 0))
                    .collect();
                map.serialize_entry("filters", &filters)?;
                write_variables(&mut map, variables)?;
            }
            Form::Targets { targets } => map.serialize_entry("targets", targets)?,
            Form::Raw { body } => match RawValue::from_string(body.clone()) {
                Ok(raw) => map.serialize_entry("body", &raw)?,
                Err(_) => map.serialize_entry("body_text", body)?,
            },
        }
        if let Some(delay) = &self.delay {
            let raw = super::whole_minutes(delay)
                .map_or_else(
                    || serde_json::to_string(delay),
                    |minutes| Ok(minutes.to_string()),
                )
                .and_then(RawValue::from_string)
                .map_err(S::Error::custom)?;
            map.serialize_entry("delay_minutes", &raw)?;
        }
        map.end()
    }
}

fn write_variables<M: SerializeMap>(map: &mut M, variables: &[Variable]) -> Result<(), M::Error> {
    if variables.is_empty() {
        Ok(())
    } else {
        map.serialize_entry("variables", variables)
    }
}

impl Serialize for Variable {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("name", &self.name)?;
        map.serialize_entry("value", &self.value)?;
        map.end()
    }
}

/// A filter, and whether it is the first, which has no join.
struct WrittenFilter<'a>(&'a PlanFilter, bool);

impl Serialize for WrittenFilter<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(filter, is_first) = self;
        let mut map = serializer.serialize_map(None)?;
        if !is_first {
            map.serialize_entry("join", filter.join.word())?;
        }
        map.serialize_entry("field", &filter.field)?;
        map.serialize_entry("criterion", &filter.criterion)?;
        if let Some(value) = &filter.value {
            map.serialize_entry("value", value)?;
        }
        map.end()
    }
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            broadcast: String::new(),
            bot: None,
            method: Method::Post,
            form: Form::Audience {
                filters: Vec::new(),
                variables: Vec::new(),
            },
            delay: None,
        }
    }
}
