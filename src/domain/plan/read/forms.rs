//! What belongs to a form of the plan alone: filters, variables, targets, or a body.

use serde_json::value::RawValue;

use super::Reader;
use super::entries::{Entries, without_position};
use crate::domain::filter::Join;
use crate::domain::plan::{Form, FormKind, PlanFilter, Target, Variable};
use crate::domain::text::shown;

impl FormKind {
    /// The keys that belong to this form alone.
    pub(super) fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Configured | Self::Conversation => &["variables"],
            Self::Audience => &["filters", "variables"],
            Self::Targets => &["targets"],
            Self::Raw => &["body", "body_text"],
        }
    }
}

impl Reader {
    pub(super) fn form(&mut self, kind: FormKind, entries: &Entries<'_>) -> Option<Form> {
        Some(match kind {
            FormKind::Configured => Form::Configured {
                variables: self.variables(entries)?,
            },
            FormKind::Conversation => Form::Conversation {
                variables: self.variables(entries)?,
            },
            FormKind::Audience => Form::Audience {
                filters: self.filters(entries)?,
                variables: self.variables(entries)?,
            },
            FormKind::Targets => Form::Targets {
                targets: self.targets(entries)?,
            },
            FormKind::Raw => Form::Raw {
                body: self.body(entries)?,
            },
        })
    }

    fn body(&mut self, entries: &Entries<'_>) -> Option<String> {
        match (entries.get("body"), entries.get("body_text")) {
            (Some(raw), _) => Some(raw.get().to_owned()),
            (None, Some(raw)) => self.text("/body_text", raw),
            (None, None) => self.wrong(
                "",
                "A raw plan has no body. Add \"body\": any JSON, sent as it is.".into(),
            ),
        }
    }

    fn targets(&mut self, entries: &Entries<'_>) -> Option<Vec<Target>> {
        // A list that was left out is an empty one: `no-targets`, as a form without filters is `no-filters`.
        let Some(list) = entries.get("targets") else {
            return Some(Vec::new());
        };
        let items = self.list("/targets", list)?;
        let targets = items.into_iter().enumerate().map(|(index, raw)| {
            let read = serde_json::from_str::<Target>(raw.get());
            read.map_err(|error| {
                let what = without_position(&error);
                let at = format!("/targets/{index}");
                self.wrong::<()>(
                    &at,
                    format!(
                        "This target is no flat object of texts: {what}. Write every value as text."
                    ),
                );
            })
            .ok()
        });
        let targets: Vec<Option<Target>> = targets.collect();
        targets.into_iter().collect()
    }

    fn variables(&mut self, entries: &Entries<'_>) -> Option<Vec<Variable>> {
        let Some(raw) = entries.get("variables") else {
            return Some(Vec::new());
        };
        let mut variables = Vec::new();
        for (index, raw) in self.list("/variables", raw)?.into_iter().enumerate() {
            let at = format!("/variables/{index}");
            let entries = self.object(&at, raw)?;
            self.unknown_keys(&at, &entries, &["name", "value"]);
            variables.push(Variable {
                name: self.required(&at, &entries, "name")?,
                value: self.required(&at, &entries, "value")?,
            });
        }
        Some(variables)
    }

    fn filters(&mut self, entries: &Entries<'_>) -> Option<Vec<PlanFilter>> {
        let Some(raw) = entries.get("filters") else {
            return Some(Vec::new());
        };
        let mut filters = Vec::new();
        for (index, raw) in self.list("/filters", raw)?.into_iter().enumerate() {
            filters.push(self.filter(index, raw)?);
        }
        Some(filters)
    }

    fn filter(&mut self, index: usize, raw: &RawValue) -> Option<PlanFilter> {
        let at = format!("/filters/{index}");
        let entries = self.object(&at, raw)?;
        self.unknown_keys(&at, &entries, &["join", "field", "criterion", "value"]);
        let field = entries.get("field").map_or(Some(String::new()), |raw| {
            self.text(&format!("{at}/field"), raw)
        })?;
        let criterion = self.required(&at, &entries, "criterion")?;
        let value = match entries.get("value") {
            Some(raw) if raw.get() != "null" => Some(self.text(&format!("{at}/value"), raw)?),
            _ => None,
        };
        Some(PlanFilter {
            join: self.join(index, &at, &entries)?,
            field,
            criterion,
            value,
        })
    }

    fn join(&mut self, index: usize, at: &str, entries: &Entries<'_>) -> Option<Join> {
        let place = format!("{at}/join");
        match (index, entries.get("join")) {
            (0, None) => Some(Join::And),
            (0, Some(_)) => self.wrong(
                &place,
                "The first filter has nothing to be joined to. Remove its \"join\".".into(),
            ),
            (_, None) => self.wrong(
                at,
                "This filter has no join. Add \"join\": AND or OR.".into(),
            ),
            (_, Some(raw)) => match self.text(&place, raw)?.as_str() {
                "AND" => Some(Join::And),
                "OR" => Some(Join::Or),
                other => self.wrong(
                    &place,
                    format!("\"{}\" is no join. Take AND or OR.", shown(other)),
                ),
            },
        }
    }
}
