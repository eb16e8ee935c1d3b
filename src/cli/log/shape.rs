//! A launch on the record as JSON. Other programs read it: names and nulls are fixed.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use crate::domain::launch::{CallRecord, LaunchRecord, Named, Outcome, SettledAs, Settlement};
use crate::domain::payload::minify;
use crate::domain::waiting::WaitingLaunch;

/// A launch: as the list has it, or whole.
#[derive(Serialize)]
pub struct Shape<'a> {
    launch_id: &'a str,
    broadcast: &'a Named,
    outcome: Outcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    settled: Option<Settled<'a>>,
    operator: &'a str,
    started_at: Timestamp,
    ended_at: Option<Timestamp>,
    targets: Option<u64>,
    calls: Vec<Call<'a>>,
    /// The plan as it is in the journal: every number keeps its digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<Box<RawValue>>,
    /// Of one that waited for its time.
    #[serde(skip_serializing_if = "Option::is_none")]
    waited: Option<Waited<'a>>,
}

#[derive(Serialize)]
struct Waited<'a> {
    confirmed_at: Timestamp,
    due_at: Timestamp,
    zone: &'a str,
    served_by: Option<&'a str>,
}

#[derive(Serialize)]
struct Settled<'a> {
    r#as: &'static str,
    by: &'a str,
    at: Timestamp,
    reason: &'a str,
}

#[derive(Serialize)]
struct Call<'a> {
    status: Option<u16>,
    bytes: u64,
    sha256: &'a str,
    outcome: Outcome,
    answer: Option<&'a str>,
    #[serde(flatten)]
    request: Option<Request<'a>>,
}

/// What the list leaves out of a call.
#[derive(Serialize)]
struct Request<'a> {
    method: &'a str,
    url: &'a str,
    body: Option<&'a str>,
}

impl<'a> Shape<'a> {
    /// As the list has it.
    pub fn listed(launch: &'a LaunchRecord) -> Self {
        Self {
            launch_id: &launch.id,
            broadcast: &launch.broadcast,
            outcome: launch.outcome,
            reason: None,
            settled: launch.settled.as_ref().map(Settled::of),
            operator: &launch.operator,
            started_at: launch.started_at,
            ended_at: launch.ended_at,
            targets: launch.targets,
            calls: launch.calls.iter().map(Call::listed).collect(),
            plan: None,
            waited: None,
        }
    }

    /// With how it waited, if it did.
    #[must_use]
    pub fn waited(mut self, waited: Option<&'a WaitingLaunch>) -> Self {
        self.waited = waited.map(|waiting| Waited {
            confirmed_at: waiting.confirmed_at,
            due_at: waiting.due_at,
            zone: &waiting.zone,
            served_by: waiting.end.as_ref().map(|end| end.by.as_str()),
        });
        self
    }

    /// With reason, plan and requests.
    pub fn whole(launch: &'a LaunchRecord) -> Self {
        Self {
            reason: Some(&launch.reason),
            calls: launch.calls.iter().map(Call::whole).collect(),
            plan: RawValue::from_string(minify(&launch.plan))
                .or_else(|_| to_raw_value(&launch.plan))
                .ok(),
            ..Self::listed(launch)
        }
    }
}

impl<'a> Settled<'a> {
    /// The words are those that `mylink settle` takes.
    fn of(settlement: &'a Settlement) -> Self {
        Self {
            r#as: match settlement.settled_as {
                SettledAs::Sent => "sent",
                SettledAs::NotSent => "not-sent",
            },
            by: &settlement.by,
            at: settlement.at,
            reason: &settlement.reason,
        }
    }
}

impl<'a> Call<'a> {
    fn listed(call: &'a CallRecord) -> Self {
        Self {
            status: call.status,
            bytes: call.bytes,
            sha256: &call.sha256,
            outcome: call.outcome,
            answer: call.answer.as_deref(),
            request: None,
        }
    }

    fn whole(call: &'a CallRecord) -> Self {
        Self {
            request: Some(Request {
                method: &call.method,
                url: &call.url,
                body: call.body.as_deref(),
            }),
            ..Self::listed(call)
        }
    }
}
