//! Launches with every outcome.

use jiff::{SignedDuration, Timestamp};
use mylink_console::domain::launch::{
    CallRecord, LaunchRecord, Named, Outcome, SettledAs, Settlement,
};

use super::{BOT, minutes_ago};

const WHY_UNKNOWN: &str = "Time ran out after the call was sent: it may have arrived.";

const PLAN: &str = r#"{"broadcast":"spring","method":"POST","form":"audience","filters":[{"field":"favorite_color","criterion":"Equals","value":"red"},{"join":"AND","field":"city","criterion":"StartsWith","value":"Mil"}],"variables":[{"name":"campaign","value":"spring"}],"delay_minutes":10}"#;

const BODY: &str = r#"{"audience_filters":"favorite_color;city","audience_criteria":"Equals;StartsWith","audience_values":"red;Mil","audience_join":"AND","set_variables":"campaign","set_variables_values":"spring","delayminutes":10}"#;

/// The launches without their bodies, newest first.
pub fn launches() -> Vec<LaunchRecord> {
    let mut launches = recent();
    launches.extend(older());
    launches
}

fn recent() -> Vec<LaunchRecord> {
    use Outcome::{Accepted, NotSent, Rejected, Sending, Unknown};
    let unknown = WHY_UNKNOWN;
    vec![
        LaunchRecord {
            ended_at: None,
            ..launch(
                8,
                "anniversary",
                "Anniversary",
                1,
                Sending,
                "The call is on its way.",
                &[(Sending, None)],
            )
        },
        launch(
            7,
            "order",
            "Order ready",
            18,
            Unknown,
            unknown,
            &[(Unknown, None)],
        ),
        launch(
            6,
            "spring",
            "Spring offer",
            130,
            Accepted,
            "The platform accepted it: scheduled.",
            &[(Accepted, Some(200))],
        ),
        launch(
            5,
            "spring",
            "Spring offer",
            1_600,
            Rejected,
            "Call 2 of 3 was rejected: the body was over the platform's limit. Call 3 was not sent.",
            &[
                (Accepted, Some(200)),
                (Rejected, Some(413)),
                (NotSent, None),
            ],
        ),
        launch(
            4,
            "winter",
            "Winter farewell",
            4_500,
            Rejected,
            "No such broadcast, or it is not enabled.",
            &[(Rejected, Some(404))],
        ),
    ]
}

fn older() -> Vec<LaunchRecord> {
    use Outcome::{Failed, Refused, Unknown};
    let unknown = WHY_UNKNOWN;
    vec![
        LaunchRecord {
            targets: None,
            ..launch(
                3,
                "stamps",
                "Stamp reminder",
                6_000,
                Failed,
                "The host could not be reached.",
                &[(Failed, None)],
            )
        },
        LaunchRecord {
            calls: Vec::new(),
            ..launch(
                2,
                "order",
                "Order ready",
                7_500,
                Refused,
                "The journal could not be written: the disk is full.",
                &[],
            )
        },
        LaunchRecord {
            settled: Some(settlement(
                SettledAs::Sent,
                8_900,
                "Sent moved by 37 on the page",
            )),
            ..launch(
                1,
                "order",
                "Order ready",
                9_000,
                Unknown,
                unknown,
                &[(Unknown, Some(502))],
            )
        },
        LaunchRecord {
            settled: Some(settlement(
                SettledAs::NotSent,
                9_900,
                "the counters did not move",
            )),
            ..launch(
                0,
                "order",
                "Order ready",
                10_000,
                Unknown,
                unknown,
                &[(Unknown, None)],
            )
        },
    ]
}

fn settlement(settled_as: SettledAs, minutes: i64, reason: &str) -> Settlement {
    Settlement {
        settled_as,
        by: "night@bastion".to_owned(),
        at: minutes_ago(minutes),
        reason: reason.to_owned(),
    }
}

fn launch(
    number: u64,
    broadcast: &str,
    name: &str,
    minutes: i64,
    outcome: Outcome,
    reason: &str,
    calls: &[(Outcome, Option<u16>)],
) -> LaunchRecord {
    let started_at = minutes_ago(minutes);
    let sent_at = later(started_at, 12);
    let targets = 1_204 + number * 1_111;
    let share = targets.checked_div(calls.len() as u64);
    let calls: Vec<CallRecord> = calls
        .iter()
        .map(|(outcome, status)| CallRecord {
            targets: share,
            ..call(*outcome, *status, sent_at)
        })
        .collect();
    LaunchRecord {
        id: format!("0197729e-1000-7000-8000-00000000000{number}"),
        bot: Named {
            id: BOT.to_owned(),
            name: "Harbour Coffee".to_owned(),
        },
        broadcast: Named {
            id: broadcast.to_owned(),
            name: name.to_owned(),
        },
        host: "https://publicapi.xenioo.com:443".to_owned(),
        operator: if number.is_multiple_of(2) {
            "ops@bastion"
        } else {
            "night@bastion"
        }
        .to_owned(),
        plan: PLAN.to_owned(),
        targets: Some(targets),
        reviewed_at: Some(later(started_at, -22_400)),
        started_at,
        ended_at: Some(later(started_at, 431)),
        outcome,
        reason: reason.to_owned(),
        settled: None,
        calls,
    }
}

fn call(outcome: Outcome, status: Option<u16>, sent_at: Timestamp) -> CallRecord {
    let was_sent = !matches!(outcome, Outcome::NotSent | Outcome::Failed);
    CallRecord {
        method: "POST".to_owned(),
        url: "https://publicapi.xenioo.com/broadcasts/Sp2x…/••••••••/direct".to_owned(),
        with_token: false,
        body: None,
        bytes: BODY.len() as u64,
        sha256: "9f2c41aa07d3e6b85c1d2e3f405162738495a6b7c8d9eafb0c1d2e3f40516273".to_owned(),
        targets: Some(1_204),
        outcome,
        reason: match outcome {
            Outcome::Accepted => "The platform accepted it: scheduled.",
            Outcome::Unknown => WHY_UNKNOWN,
            Outcome::NotSent => "Its turn did not come.",
            _ => "The platform said no.",
        }
        .to_owned(),
        status,
        answer: None,
        sent_at: was_sent.then_some(sent_at),
        answered_at: status.map(|_| later(sent_at, 412)),
    }
}

/// A launch as the journal gives it: with bodies and answers.
pub fn in_full(id: &str) -> LaunchRecord {
    let mut launch = launches()
        .into_iter()
        .find(|launch| launch.id == id)
        .unwrap();
    for call in &mut launch.calls {
        call.body = Some(BODY.to_owned());
        call.answer = match call.status {
            Some(200) => Some(r#"{"Result":"scheduled","RunId":"r-1"}"#.to_owned()),
            Some(_) => Some("Request Entity Too Large\nnginx".to_owned()),
            None => None,
        };
    }
    launch
}

fn later(at: Timestamp, millis: i64) -> Timestamp {
    at + SignedDuration::from_millis(millis)
}
