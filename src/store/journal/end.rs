//! How a launch comes to its end in the journal: by its own process, by one that finds it dead, or by a person.

use jiff::Timestamp;
use rusqlite::{Transaction, params};

use crate::domain::launch::{Outcome, Settlement};
use crate::domain::text;
use crate::store::StoreError;
use crate::store::sql::{Time, one};

use super::event;
use super::line::kind;
use super::row::Word;
use super::write::{State, check_is_an_end, expect_outcome, state_of};

pub(super) fn finish(
    transaction: &Transaction<'_>,
    launch: &str,
    outcome: Outcome,
    reason: &str,
    ended_at: Timestamp,
) -> Result<(), StoreError> {
    let step = || format!("Recording it as {outcome}");
    check_is_an_end(outcome)?;
    let state = state_of(transaction, launch)?;
    expect_outcome(launch, state.outcome, &[Outcome::Sending], step)?;
    if let Some(open) = open_call(transaction, &state)?.filter(|_| outcome != Outcome::Unknown) {
        return Err(StoreError::OpenCall {
            step: step(),
            id: launch.to_owned(),
            call: open,
        });
    }
    close_calls(transaction, launch, &state)?;
    set_outcome(transaction, &state, outcome, reason, ended_at)?;
    event::launch(transaction, kind::ENDED, launch, state.sequence)
}

/// A call that may have arrived and of which nobody knows: a launch with one is unknown itself, whatever became of
/// the others.
fn open_call(transaction: &Transaction<'_>, state: &State) -> Result<Option<Outcome>, StoreError> {
    one(transaction.query_row(
        "SELECT outcome FROM call WHERE launch = ?1 AND outcome IN ('sending', 'unknown') LIMIT 1",
        [state.sequence],
        |row| Ok(row.get::<_, Word>(0)?.0),
    ))
}

fn set_outcome(
    transaction: &Transaction<'_>,
    state: &State,
    outcome: Outcome,
    reason: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    transaction.execute(
        "UPDATE launch SET outcome = ?2, reason = ?3, ended_at = ?4 WHERE sequence = ?1",
        params![state.sequence, Word(outcome), reason, Time(at)],
    )?;
    Ok(())
}

pub(super) fn settle(
    transaction: &Transaction<'_>,
    launch: &str,
    settlement: &Settlement,
) -> Result<(), StoreError> {
    let state = state_of(transaction, launch)?;
    if state.outcome != Outcome::Unknown {
        return Err(StoreError::NotUnknown {
            id: launch.to_owned(),
            outcome: state.outcome,
        });
    }
    if let Some((settled_as, by)) = state.settled {
        return Err(StoreError::AlreadySettled {
            id: launch.to_owned(),
            settled_as: if settled_as == "sent" {
                "sent"
            } else {
                "not sent"
            },
            by: text::shown(&by).into_owned(),
        });
    }
    transaction.execute(
        "UPDATE launch SET settled_as = ?2, settled_by = ?3, settled_at = ?4, settled_reason = ?5 WHERE sequence = ?1",
        params![
            state.sequence,
            settlement.settled_as.word(),
            settlement.by,
            Time(settlement.at),
            settlement.reason
        ],
    )?;
    event::launch(transaction, kind::SETTLED, launch, state.sequence)
}

pub(super) fn mark_died(
    transaction: &Transaction<'_>,
    launch: &str,
    at: Timestamp,
) -> Result<Option<Outcome>, StoreError> {
    let state = state_of(transaction, launch)?;
    if state.outcome != Outcome::Sending {
        return Ok(None);
    }
    close_calls(transaction, launch, &state)?;
    let outcomes = transaction
        .prepare("SELECT outcome FROM call WHERE launch = ?1 ORDER BY number")?
        .query_map([state.sequence], |row| Ok(row.get::<_, Word>(0)?.0))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    let (outcome, reason) = after_death(&outcomes);
    set_outcome(transaction, &state, outcome, &reason, at)?;
    event::launch(transaction, kind::DIED, launch, state.sequence)?;
    Ok(Some(outcome))
}

/// Calls left in `sending` become unknown, so that settling their launch settles them.
fn close_calls(
    transaction: &Transaction<'_>,
    launch: &str,
    state: &State,
) -> Result<(), StoreError> {
    let open = transaction
        .prepare(
            "SELECT number FROM call WHERE launch = ?1 AND outcome = 'sending' ORDER BY number",
        )?
        .query_map([state.sequence], |row| row.get(0))?
        .collect::<rusqlite::Result<Vec<i64>>>()?;
    for number in open {
        transaction.execute(
            "UPDATE call SET outcome = 'unknown', reason = ?3 WHERE launch = ?1 AND number = ?2",
            params![
                state.sequence,
                number,
                "mylink could not record what became of it, so the platform may have got it"
            ],
        )?;
        event::call(transaction, kind::CLOSED, launch, state.sequence, number)?;
    }
    Ok(())
}

/// The outcome of a launch whose process died, from those of its calls: none of them is `sending` any more.
fn after_death(calls: &[Outcome]) -> (Outcome, String) {
    let ended = |outcome: &&Outcome| **outcome != Outcome::NotSent;
    let begun = calls.iter().filter(ended).count();
    let last = calls.iter().rfind(ended).copied();
    let is_open = calls.contains(&Outcome::Unknown);
    let accepted = calls.iter().filter(|call| **call == Outcome::Accepted);
    let accepted = accepted.count();
    match last.map(|last| if is_open { Outcome::Unknown } else { last }) {
        // Where a part arrived, the launch as a whole was neither accepted nor refused.
        Some(last @ (Outcome::Failed | Outcome::Refused)) => (
            if accepted > 0 { Outcome::Failed } else { last },
            format!(
                "mylink ended when its last call was not sent: {accepted} of {} were accepted, the rest was not sent",
                calls.len()
            ),
        ),
        Some(Outcome::Accepted) if begun < calls.len() => (
            Outcome::Failed,
            format!(
                "mylink ended between two calls: {begun} of {} were accepted, the rest was not sent",
                calls.len()
            ),
        ),
        Some(Outcome::Unknown) => (
            Outcome::Unknown,
            "mylink ended before an answer came, so the platform may have got it".to_owned(),
        ),
        Some(outcome) => (
            outcome,
            format!("mylink ended after the platform's answer; the call was {outcome}"),
        ),
        None => (
            Outcome::Failed,
            "mylink ended before the first call; nothing was sent".to_owned(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    use Outcome::{Accepted, Failed, NotSent, Refused, Rejected, Unknown};

    #[rstest]
    #[case::before_the_first_call(&[NotSent], Failed)]
    #[case::during_the_call(&[Unknown], Unknown)]
    #[case::after_the_status_line(&[Accepted], Accepted)]
    #[case::after_a_rejection(&[Rejected], Rejected)]
    #[case::between_two_calls(&[Accepted, NotSent], Failed)]
    #[case::after_the_last_call(&[Accepted, Accepted], Accepted)]
    #[case::during_the_second(&[Accepted, Unknown, NotSent], Unknown)]
    #[case::one_is_unknown_among_others(&[Unknown, Accepted, NotSent], Unknown)]
    #[case::the_second_was_refused(&[Accepted, Refused, NotSent], Failed)]
    #[case::the_last_failed(&[Accepted, Failed], Failed)]
    #[case::the_first_was_refused(&[Refused, NotSent], Refused)]
    #[case::the_first_failed(&[Failed, NotSent], Failed)]
    #[case::after_the_second_was_rejected(&[Accepted, Rejected, NotSent], Rejected)]
    fn a_death_leaves_the_outcome_that_is_known(
        #[case] calls: &[Outcome],
        #[case] expected: Outcome,
    ) {
        assert_eq!(after_death(calls).0, expected);
    }
}
