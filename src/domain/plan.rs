//! The launch plan: the one value that the builder edits, the preview shows, the command line reads and the journal
//! keeps.
//!
//! A plan may be unfinished: its texts stand as they were typed, and [`super::problem`] says what is wrong with them.
//! Only a plan without errors becomes calls.

mod duplicates;
mod known_form;
mod places;
mod read;
mod target;
mod write;

use std::borrow::Cow;
use std::fmt;

use super::criterion::Criterion;
use super::filter::{Filter, Join};

pub use duplicates::Seen;
pub use known_form::form_of;
pub(super) use places::Places;
pub(super) use read::pointer_token;
pub use target::Target;

/// Minutes of delay at most: ten years of 365.25 days, as the sandbox takes them.
pub const MAX_DELAY_MINUTES: u64 = 5_256_000;

/// A launch as it is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The broadcast's id or name.
    pub broadcast: String,
    /// The bot's name or API key, where the broadcast's name is not unique.
    pub bot: Option<String>,
    /// The verb of the call.
    pub method: Method,
    /// Who gets it, in one of the five forms.
    pub form: Form,
    /// Minutes to wait, as written: digits where it is right.
    pub delay: Option<String>,
}

/// The verb of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Method {
    /// With a body, or without.
    #[default]
    Post,
    /// Never with a body.
    Get,
}

impl Method {
    /// `POST` or `GET`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Post => "POST",
            Self::Get => "GET",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.word())
    }
}

/// Who gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// The audience that the broadcast is configured for.
    Configured {
        /// Set on everyone.
        variables: Vec<Variable>,
    },
    /// The contacts that match filters.
    Audience {
        /// The filters, in order.
        filters: Vec<PlanFilter>,
        /// Set on everyone.
        variables: Vec<Variable>,
    },
    /// A list of contacts, each with variables of its own.
    Targets {
        /// The list.
        targets: Vec<Target>,
    },
    /// One conversation, looked up or created from the variables. Deprecated `[D]`.
    Conversation {
        /// The contact.
        variables: Vec<Variable>,
    },
    /// Any JSON, as it is written.
    Raw {
        /// The text.
        body: String,
    },
}

/// The name of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum FormKind {
    /// `configured`.
    Configured,
    /// `audience`.
    #[default]
    Audience,
    /// `targets`.
    Targets,
    /// `conversation`.
    Conversation,
    /// `raw`.
    Raw,
}

impl FormKind {
    /// All five, the most used first.
    pub const ALL: [Self; 5] = [
        Self::Audience,
        Self::Configured,
        Self::Targets,
        Self::Conversation,
        Self::Raw,
    ];

    /// Its word in plans.
    pub fn word(self) -> &'static str {
        match self {
            Self::Configured => "configured",
            Self::Audience => "audience",
            Self::Targets => "targets",
            Self::Conversation => "conversation",
            Self::Raw => "raw",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

impl Form {
    /// Its name.
    pub fn kind(&self) -> FormKind {
        match self {
            Self::Configured { .. } => FormKind::Configured,
            Self::Audience { .. } => FormKind::Audience,
            Self::Targets { .. } => FormKind::Targets,
            Self::Conversation { .. } => FormKind::Conversation,
            Self::Raw { .. } => FormKind::Raw,
        }
    }

    /// The variables it sets on everyone; empty for the forms without.
    pub fn variables(&self) -> &[Variable] {
        match self {
            Self::Configured { variables }
            | Self::Audience { variables, .. }
            | Self::Conversation { variables } => variables,
            Self::Targets { .. } | Self::Raw { .. } => &[],
        }
    }

    /// Its filters; empty for the forms without.
    pub fn filters(&self) -> &[PlanFilter] {
        match self {
            Self::Audience { filters, .. } => filters,
            _ => &[],
        }
    }

    /// The contacts that it names by itself: its targets, or the one that a conversation is with.
    pub fn contacts(&self) -> Cow<'_, [Target]> {
        match self {
            Self::Targets { targets } => Cow::Borrowed(targets),
            Self::Conversation { variables } => {
                let pair = |variable: &Variable| (variable.name.clone(), variable.value.clone());
                Cow::Owned(vec![variables.iter().map(pair).collect()])
            }
            _ => Cow::Borrowed(&[]),
        }
    }

    /// Its targets; empty for the forms without.
    pub fn targets(&self) -> &[Target] {
        match self {
            Self::Targets { targets } => targets,
            _ => &[],
        }
    }
}

/// A variable set on every contact that is reached.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// A filter as it is written: the criterion may be none, the value may be missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanFilter {
    /// How it is joined to those before it; without meaning on the first.
    pub join: Join,
    /// The variable's name.
    pub field: String,
    /// The criterion's name.
    pub criterion: String,
    /// The value; `None` where it was left out.
    pub value: Option<String>,
}

impl PlanFilter {
    /// The filter it means, if its criterion is one. A value beside a criterion that takes none is dropped.
    pub fn filter(&self) -> Option<Filter> {
        let criterion = Criterion::parse(&self.criterion)?;
        let value = self
            .value
            .clone()
            .filter(|_| criterion.takes_value())
            .unwrap_or_default();
        Some(Filter {
            join: self.join,
            field: self.field.clone(),
            criterion,
            value,
        })
    }
}

impl Plan {
    /// The minutes of delay; `None` for none, and for one that is not whole.
    pub fn delay_minutes(&self) -> Option<u64> {
        self.delay.as_deref().and_then(whole_minutes)
    }

    /// The filters it means; `None` if one of them has no such criterion, or the form has no filters.
    pub fn filters(&self) -> Option<Vec<Filter>> {
        match &self.form {
            Form::Audience { filters, .. } => filters.iter().map(PlanFilter::filter).collect(),
            _ => None,
        }
    }
}

/// Reads whole minutes from 0 to [`MAX_DELAY_MINUTES`].
pub fn whole_minutes(text: &str) -> Option<u64> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse()
        .ok()
        .filter(|minutes| *minutes <= MAX_DELAY_MINUTES)
}
