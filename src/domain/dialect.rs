//! What the platform's documentation leaves open `[U]`, as configuration.

use serde::Deserialize;

use super::filter::{Case, Precedence, Reading};

/// How a profile writes and reads what is undocumented.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Dialect {
    /// The spelling of the criterion that the vendor prints as `Cointains`.
    pub contains: ContainsSpelling,
    /// How `delayminutes` is written.
    pub delay_as: DelayAs,
    /// The most bytes one body may have; "1 MB" is not defined, so the smaller reading is the default.
    pub limit_bytes: u64,
    /// The order in which AND and OR are read, for the single figure.
    pub precedence: Precedence,
    /// Whether letter case matters, for the single figure.
    pub case: Case,
}

impl Default for Dialect {
    fn default() -> Self {
        Self {
            contains: ContainsSpelling::Contains,
            delay_as: DelayAs::Number,
            limit_bytes: 1_000_000,
            precedence: Precedence::LeftToRight,
            case: Case::IgnoreCase,
        }
    }
}

impl Dialect {
    /// The reading under which the single figure is counted.
    pub fn reading(&self) -> Reading {
        Reading {
            precedence: self.precedence,
            case: self.case,
        }
    }
}

/// `Contains`, or as the vendor prints it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum ContainsSpelling {
    /// `Contains`.
    Contains,
    /// `Cointains`, as printed `[D]`.
    Cointains,
}

/// Whether `delayminutes` is a JSON number or a JSON text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DelayAs {
    /// `"delayminutes":5`.
    Number,
    /// `"delayminutes":"5"`.
    Text,
}
