//! What waits for its time, in words and as JSON.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use super::output;
use crate::domain::due::{in_zone, moment};
use crate::domain::launch::{CallRecord, LaunchRecord, Named};
use crate::domain::payload::minify;
use crate::domain::text::{counted, grouped, shown};
use crate::domain::waiting::{Timing, WaitingCall, WaitingLaunch, WaitingState, countdown};
use crate::session::Session;
use crate::store::serving::is_served;

/// What is said of one whose time is over where nobody has noted why it did not start: on a read-only profile nobody does.
const OVERDUE: &str =
    "Its time is over, and it is not noted yet why it did not start. It is not sent by itself.";

/// A launch that waits or waited, as JSON. Other programs read it: names and nulls are fixed; what a launch has besides
/// begins as `mylink launch --json` prints it.
#[derive(Serialize)]
pub struct Shape<'a> {
    launch_id: &'a str,
    outcome: &'static str,
    reason: &'a str,
    calls: Vec<Call<'a>>,
    broadcast: &'a Named,
    operator: &'a str,
    targets: Option<u64>,
    confirmed_at: Timestamp,
    due_at: Timestamp,
    zone: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    moved: Option<MovedShape<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expect: Option<String>,
    ended_at: Option<Timestamp>,
    ended_by: Option<&'a str>,
    seen: Option<Seen<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<Box<RawValue>>,
}

/// That its time is another one than was confirmed.
#[derive(Serialize)]
struct MovedShape<'a> {
    from: Timestamp,
    by: &'a str,
    at: Timestamp,
}

#[derive(Serialize)]
struct Seen<'a> {
    by: &'a str,
    at: Timestamp,
}

#[derive(Serialize)]
struct Call<'a> {
    status: Option<u16>,
    bytes: u64,
    sha256: &'a str,
    outcome: &'static str,
    #[serde(flatten)]
    request: Option<Request<'a>>,
}

/// What the list leaves out of a call.
#[derive(Serialize)]
struct Request<'a> {
    method: &'a str,
    body: Option<&'a str>,
}

impl<'a> Shape<'a> {
    /// As lists have it.
    pub fn listed(waiting: &'a WaitingLaunch) -> Self {
        let end = waiting.end.as_ref();
        Self {
            launch_id: &waiting.id,
            outcome: waiting.state().word(),
            reason: end.map_or("", |end| &end.reason),
            calls: waiting.calls.iter().map(Call::of).collect(),
            broadcast: &waiting.broadcast,
            operator: &waiting.operator,
            targets: waiting.targets,
            confirmed_at: waiting.confirmed_at,
            due_at: waiting.due_at,
            zone: &waiting.zone,
            moved: waiting.moved.as_ref().map(|moved| MovedShape {
                from: moved.from,
                by: &moved.by,
                at: moved.at,
            }),
            expect: waiting.given.expect.map(|expected| expected.to_string()),
            ended_at: end.map(|end| end.at),
            ended_by: end.map(|end| end.by.as_str()),
            seen: waiting.seen.as_ref().map(|(by, at)| Seen { by, at: *at }),
            plan: None,
        }
    }

    /// As lists have it; of one that was started with the calls and contacts of its launch.
    pub fn with(waiting: &'a WaitingLaunch, launch: Option<&'a LaunchRecord>) -> Self {
        let listed = Self::listed(waiting);
        match launch {
            Some(launch) => Self {
                targets: launch.targets,
                calls: launch.calls.iter().map(Call::made).collect(),
                ..listed
            },
            None => listed,
        }
    }

    /// As it is at a moment: one whose time is over is missed, noted or not.
    pub fn at(self, waiting: &WaitingLaunch, now: Timestamp) -> Self {
        if !is_overdue(waiting, now) {
            return self;
        }
        Self {
            outcome: word(waiting, now),
            reason: OVERDUE,
            ..self
        }
    }

    /// With plan and bodies.
    pub fn whole(waiting: &'a WaitingLaunch) -> Self {
        let with_body = |call: &'a WaitingCall| Call {
            request: Some(Request {
                method: &call.method,
                body: call.body.as_deref(),
            }),
            ..Call::of(call)
        };
        Self {
            calls: waiting.calls.iter().map(with_body).collect(),
            plan: RawValue::from_string(minify(&waiting.plan))
                .or_else(|_| to_raw_value(&waiting.plan))
                .ok(),
            ..Self::listed(waiting)
        }
    }
}

impl<'a> Call<'a> {
    fn made(call: &'a CallRecord) -> Self {
        Self {
            status: call.status,
            bytes: call.bytes,
            sha256: &call.sha256,
            outcome: call.outcome.word(),
            request: None,
        }
    }

    fn of(call: &'a WaitingCall) -> Self {
        Self {
            status: None,
            bytes: call.bytes,
            sha256: &call.sha256,
            outcome: "not_sent",
            request: None,
        }
    }
}

/// The time in the zone that it was given in: `Tue 24 Nov 2026 09:00 CET (Europe/Rome)`.
pub fn due(waiting: &WaitingLaunch) -> String {
    moment(&in_zone(waiting.due_at, &waiting.zone))
}

/// What became of it, and while it waits what is left.
pub fn state(waiting: &WaitingLaunch, now: Timestamp) -> String {
    match waiting.state() {
        WaitingState::Waiting => match waiting.timing(now) {
            Timing::Early(left) => format!("waiting, {} left", countdown(left)),
            Timing::Due => "waiting, due now".to_owned(),
            Timing::Late => "missed, not noted yet".to_owned(),
        },
        other => other.word().replace('_', " "),
    }
}

/// What became of it in one word, as JSON has it; one whose time is over is missed, noted or not.
pub fn word(waiting: &WaitingLaunch, now: Timestamp) -> &'static str {
    if is_overdue(waiting, now) {
        return WaitingState::Missed.word();
    }
    waiting.state().word()
}

/// Whether its time is over, though nobody has put that on the record.
fn is_overdue(waiting: &WaitingLaunch, now: Timestamp) -> bool {
    waiting.is_waiting() && waiting.timing(now) == Timing::Late
}

/// How many contacts.
pub fn contacts(waiting: &WaitingLaunch) -> String {
    waiting
        .targets
        .map_or_else(|| "not known".to_owned(), grouped)
}

/// What it is, to whom, and when: `Spring offer to 312 contacts`.
pub fn what(waiting: &WaitingLaunch) -> String {
    let to = waiting.targets.map_or_else(
        || "an audience not known here".to_owned(),
        |targets| counted(targets, "contact"),
    );
    format!("{} to {to}", shown(&waiting.broadcast.name))
}

/// One of them, whole, fit to be shown.
pub fn lines(waiting: &WaitingLaunch, now: Timestamp) -> Vec<String> {
    let mut lines = vec![
        format!("launch     {}", waiting.id),
        format!(
            "broadcast  {} ({}) of {}",
            shown(&waiting.broadcast.name),
            shown(&waiting.broadcast.id),
            shown(&waiting.bot.name)
        ),
        format!("outcome    {}", state(waiting, now)),
        format!("due        {}", due(waiting)),
    ];
    if let Some(moved) = &waiting.moved {
        let from = moment(&in_zone(moved.from, &waiting.zone));
        let by = shown(&moved.by);
        lines.push(format!("moved      {} by {by}, from {from}", moved.at));
    }
    if let Some(expected) = waiting.given.expect {
        lines.push(format!("expected   {expected} contacts at its time"));
    }
    if let Some(end) = &waiting.end {
        lines.push(format!(
            "ended      {} by {}: {}",
            end.at,
            shown(&end.by),
            shown(&end.reason)
        ));
    }
    if let Some((by, at)) = &waiting.seen {
        lines.push(format!("seen       {at} by {}", shown(by)));
    }
    lines.extend([
        format!("by         {}", shown(&waiting.operator)),
        format!("confirmed  {:.0}", waiting.confirmed_at),
        format!("contacts   {}", contacts(waiting)),
        format!("plan       {}", shown(&waiting.plan)),
    ]);
    for call in &waiting.calls {
        lines.push(format!(
            "call       {}, {} bytes, SHA-256 {}",
            shown(&call.method),
            grouped(call.bytes),
            shown(&call.sha256)
        ));
        let body = call.body.as_deref();
        lines.extend(body.map(|body| format!("body       {}", shown(body))));
    }
    lines
}

/// Says on stderr that nobody would send what waits, if that is so.
pub fn tell_unserved(session: &Session) {
    if !is_served(&session.launcher.locks) {
        output::note(&format!(
            "No mylink serves this profile now: leave a console open, or run `nohup mylink run --pending --profile {} &`. A time that nobody serves is missed, and nothing is sent.",
            shown(&session.profile.name)
        ));
    }
}
