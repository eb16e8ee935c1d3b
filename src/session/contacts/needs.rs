//! Which variables a preview can't do without.

use crate::domain::plan::{Form, Plan};

/// They tell a contact from others, and whether it is on the suppression list or was reached before.
const IDENTITY: [&str; 3] = ["user_id", "bot_channel", "user_phone_number"];

/// What of a bot's contacts a question needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needs {
    fields: Vec<String>,
    audiences: bool,
}

impl Needs {
    /// What a preview of a plan needs to count: the fields of its filters and what tells contacts apart; the members of
    /// audiences where it goes to a configured one.
    pub fn of(plan: &Plan) -> Self {
        let filters = plan.form.filters().iter();
        Self {
            fields: filters.map(|filter| filter.field.clone()).collect(),
            audiences: matches!(plan.form, Form::Configured { .. } | Form::Raw { .. }),
        }
    }

    /// What a question to one field needs.
    pub fn field(name: &str) -> Self {
        Self {
            fields: vec![name.to_owned()],
            audiences: false,
        }
    }

    /// Whether a variable is among it.
    pub(super) fn has_field(&self, name: &str) -> bool {
        IDENTITY.contains(&name) || self.fields.iter().any(|field| field == name)
    }

    /// Whether the members of audiences are.
    pub(super) fn has_audiences(&self) -> bool {
        self.audiences
    }
}
