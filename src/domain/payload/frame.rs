//! What stands around a list of targets in a body, and how large the body may be.

use super::delay_text;
use crate::domain::dialect::Dialect;
use crate::domain::plan::Plan;

const HEAD: &str = "{\"targets\":[";

/// The part of a body that every call of a launch repeats, and the limit on the whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// What follows the list: `],"delayminutes":5}`.
    tail: String,
    /// Bytes of a body at most.
    pub(super) limit: u64,
}

impl Frame {
    /// The frame of a plan's calls.
    pub fn of(plan: &Plan, dialect: &Dialect) -> Self {
        let tail = match delay_text(plan, dialect) {
            Some(delay) => format!("],\"delayminutes\":{delay}}}"),
            None => "]}".to_owned(),
        };
        Self {
            tail,
            limit: dialect.limit_bytes,
        }
    }

    /// Length of a body with `count` targets whose JSON has `sum` bytes in all.
    pub(super) fn length(&self, count: usize, sum: usize) -> u64 {
        (HEAD.len() + sum + count.saturating_sub(1) + self.tail.len()) as u64
    }

    /// Writes a body: `push` adds each of `items` as JSON. `bytes` is its length.
    pub(super) fn body<T>(
        &self,
        bytes: u64,
        items: impl Iterator<Item = T>,
        push: impl Fn(&mut String, T),
    ) -> String {
        let mut body = String::with_capacity(usize::try_from(bytes).unwrap_or_default());
        body.push_str(HEAD);
        for (number, item) in items.enumerate() {
            if number > 0 {
                body.push(',');
            }
            push(&mut body, item);
        }
        body.push_str(&self.tail);
        body
    }
}
