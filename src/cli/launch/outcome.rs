//! What became of a launch: JSON, words, exit code.

use serde::Serialize;

use crate::cli::exit::{self, Failure};
use crate::cli::output;
use crate::domain::launch::{CallRecord, LaunchRecord, Outcome};
use crate::domain::text::{counted, shown};

/// The result as JSON. Other programs read it: names and nulls are fixed.
#[derive(Serialize)]
pub struct Shape<'a> {
    launch_id: Option<&'a str>,
    outcome: Outcome,
    reason: &'a str,
    calls: Vec<Call<'a>>,
}

#[derive(Serialize)]
struct Call<'a> {
    status: Option<u16>,
    bytes: u64,
    sha256: &'a str,
    outcome: Outcome,
}

impl<'a> Shape<'a> {
    /// Of a launch that is on the record.
    fn of(record: &'a LaunchRecord) -> Self {
        Self {
            launch_id: Some(&record.id),
            outcome: record.outcome,
            reason: &record.reason,
            calls: record.calls.iter().map(Call::of).collect(),
        }
    }

    /// Of a launch that was not begun: refused, or failed where the platform could not be reached.
    pub fn not_begun(failure: &'a Failure) -> Self {
        Self {
            launch_id: None,
            outcome: match failure.code {
                exit::UNREACHABLE => Outcome::Failed,
                exit::UNKNOWN => Outcome::Unknown,
                _ => Outcome::Refused,
            },
            reason: &failure.message,
            calls: Vec::new(),
        }
    }
}

impl<'a> Call<'a> {
    fn of(call: &'a CallRecord) -> Self {
        Self {
            status: call.status,
            bytes: call.bytes,
            sha256: &call.sha256,
            outcome: call.outcome,
        }
    }
}

/// The exit code of an outcome.
pub fn code(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Accepted => exit::DONE,
        Outcome::Rejected => exit::REJECTED,
        Outcome::Unknown | Outcome::Sending => exit::UNKNOWN,
        Outcome::Failed => exit::UNREACHABLE,
        Outcome::Refused | Outcome::NotSent => exit::LOCAL,
    }
}

/// The exit code of a launch. Of a batch that ended on the way, part was sent: codes that say that nothing was would
/// have somebody launch all of it again. What somebody stopped before anything was sent was taken back.
pub fn code_of(record: &LaunchRecord, was_stopped: bool) -> u8 {
    let has_begun = record
        .calls
        .iter()
        .any(|call| call.outcome == Outcome::Accepted);
    match code(record.outcome) {
        exit::UNREACHABLE if has_begun || was_stopped => exit::GUARD,
        exit::LOCAL if has_begun => exit::GUARD,
        code => code,
    }
}

/// Prints the result. Where it can't be printed the outcome's exit code stays: it is what counts, and it is recorded.
pub fn print(record: &LaunchRecord, json: bool) {
    let printed = if json {
        output::json(&Shape::of(record))
    } else {
        words(record)
    };
    if let Err(failure) = printed {
        output::note(&format!("mylink: {}", failure.message));
    }
}

fn words(record: &LaunchRecord) -> Result<(), Failure> {
    let targets = record.targets.map_or_else(
        || "an audience not known here".to_owned(),
        |targets| counted(targets, "contact"),
    );
    output::line(&format!(
        "{}  {} to {targets}  launch {}",
        record.outcome,
        shown(&record.broadcast.name),
        record.id
    ))?;
    output::line(&shown(&record.reason))?;
    let accepted = record
        .calls
        .iter()
        .filter(|call| call.outcome == Outcome::Accepted)
        .count();
    if record.calls.len() > 1 {
        output::line(&format!(
            "{accepted} of {} calls were accepted.",
            record.calls.len()
        ))?;
    }
    if record.is_unsettled() {
        output::note(&format!(
            "It blocks this broadcast until somebody finds out and says: mylink settle {} sent|not-sent --reason TEXT",
            record.id
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::launch::Named;
    use rstest::rstest;

    fn record(outcome: Outcome, calls: &[Outcome]) -> LaunchRecord {
        let named = Named {
            id: String::new(),
            name: String::new(),
        };
        let call = |outcome: &Outcome| CallRecord {
            method: "POST".to_owned(),
            url: String::new(),
            with_token: true,
            body: None,
            bytes: 0,
            sha256: String::new(),
            targets: None,
            outcome: *outcome,
            reason: String::new(),
            status: None,
            answer: None,
            sent_at: None,
            answered_at: None,
        };
        LaunchRecord {
            id: String::new(),
            bot: named.clone(),
            broadcast: named,
            host: String::new(),
            operator: String::new(),
            plan: String::new(),
            targets: None,
            reviewed_at: None,
            started_at: jiff::Timestamp::UNIX_EPOCH,
            ended_at: None,
            outcome,
            reason: String::new(),
            settled: None,
            calls: calls.iter().map(call).collect(),
        }
    }

    #[rstest]
    #[case::all_accepted(Outcome::Accepted, &[Outcome::Accepted, Outcome::Accepted], exit::DONE)]
    #[case::rejected(Outcome::Rejected, &[Outcome::Rejected], exit::REJECTED)]
    #[case::rejected_on_the_way(Outcome::Rejected, &[Outcome::Accepted, Outcome::Rejected], exit::REJECTED)]
    #[case::unknown_on_the_way(Outcome::Unknown, &[Outcome::Accepted, Outcome::Unknown], exit::UNKNOWN)]
    #[case::nothing_could_be_sent(Outcome::Failed, &[Outcome::Failed, Outcome::NotSent], exit::UNREACHABLE)]
    #[case::nothing_could_be_recorded(Outcome::Refused, &[Outcome::Refused, Outcome::NotSent], exit::LOCAL)]
    #[case::stopped_on_the_way(Outcome::Failed, &[Outcome::Accepted, Outcome::NotSent], exit::GUARD)]
    #[case::not_reached_on_the_way(Outcome::Failed, &[Outcome::Accepted, Outcome::Failed], exit::GUARD)]
    #[case::not_recorded_on_the_way(Outcome::Failed, &[Outcome::Accepted, Outcome::Refused], exit::GUARD)]
    fn no_code_says_that_nothing_was_sent_where_a_part_was(
        #[case] outcome: Outcome,
        #[case] calls: &[Outcome],
        #[case] code: u8,
    ) {
        assert_eq!(code_of(&record(outcome, calls), false), code);
    }

    #[rstest]
    #[case::before_anything_was_sent(Outcome::Failed, &[Outcome::Failed, Outcome::NotSent], exit::GUARD)]
    #[case::while_its_only_call_was_on_its_way(Outcome::Accepted, &[Outcome::Accepted], exit::DONE)]
    #[case::while_it_could_not_be_recorded(Outcome::Refused, &[Outcome::Refused], exit::LOCAL)]
    #[case::while_a_call_was_lost(Outcome::Unknown, &[Outcome::Unknown], exit::UNKNOWN)]
    fn a_launch_that_was_stopped_was_taken_back_where_nothing_of_it_went_out(
        #[case] outcome: Outcome,
        #[case] calls: &[Outcome],
        #[case] code: u8,
    ) {
        assert_eq!(code_of(&record(outcome, calls), true), code);
    }
}
