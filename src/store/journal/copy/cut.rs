//! A copy that lacks steps of the database: what a death explains, and what it doesn't.
//!
//! Lines follow on their commit, so a death, or a disk that is full, leaves a copy that lacks the last ones. They are
//! added from the rows, and nothing is to be said of it. But a call is made only when its launch and its beginning stand
//! in both: a copy that lacks the steps before a call that was made was whole once, and somebody shortened it. It is
//! completed too - the database has all steps, and the chain shows that the rest is as it was - but that is told, and put
//! on the record: whoever shortened the one may have meant to change the other.

use std::collections::HashSet;

use rusqlite::{Connection, params};
use serde::Deserialize;

use crate::domain::text::counted;
use crate::store::StoreError;
use crate::store::journal::event::Head;
use crate::store::journal::line::kind;
use crate::store::sql::Count;

/// Steps that a copy lacked though it had held them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut {
    /// The first of them.
    pub from: u64,
    /// How many were added from the database.
    pub steps: u64,
}

impl std::fmt::Display for Cut {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            formatter,
            "The journal's copy had lost {} from step {} on, and had held them: calls were made after that, so no crash explains it. It was completed from the database.",
            counted(self.steps, "step"),
            self.from
        )
    }
}

/// What a step says of a call or of a launch that waited.
#[derive(Deserialize)]
struct Said {
    outcome: Option<String>,
    state: Option<String>,
}

/// The steps of the database after `head`, if a copy that ends there held more of them once.
///
/// # Errors
/// Those of the database.
pub(super) fn cut_after(connection: &Connection, head: &Head) -> Result<Option<Cut>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT kind, launch, call, data FROM event WHERE n > ?1 ORDER BY n")?;
    let mut rows = statement.query(params![Count(head.n)])?;
    let (mut lacking, mut steps, mut is_cut) = (HashSet::new(), 0, false);
    while let Some(row) = rows.next()? {
        steps += 1;
        let (kind, launch): (String, Option<String>) = (row.get(0)?, row.get(1)?);
        let of = |kind: &'static str, call| (kind, launch.clone(), call);
        let call: Option<i64> = row.get(2)?;
        let said = || -> Result<Said, StoreError> {
            let data: String = row.get(3)?;
            Ok(serde_json::from_str(&data).unwrap_or(Said {
                outcome: None,
                state: None,
            }))
        };
        match kind.as_str() {
            kind::ARMED => drop(lacking.insert(of(kind::ARMED, None))),
            kind::HELD => drop(lacking.insert(of(kind::HELD, None))),
            kind::BEGUN => {
                is_cut |= lacking.contains(&of(kind::ARMED, None));
                lacking.insert(of(kind::BEGUN, call));
            }
            // What could not be copied as begun is recorded as refused.
            kind::CALLED if lacking.contains(&of(kind::BEGUN, call)) => {
                is_cut |= said()?.outcome.is_some_and(|outcome| outcome != "refused");
            }
            kind::WAITED if lacking.contains(&of(kind::HELD, None)) => {
                is_cut |= said()?.state.is_some_and(|state| state == "started");
            }
            _ => {}
        }
    }
    let from = head.n + 1;
    Ok(is_cut.then_some(Cut { from, steps }))
}
