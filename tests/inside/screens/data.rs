//! A fixed account: bots, broadcasts with settings of all kinds, and launches with every outcome.

use jiff::{SignedDuration, Timestamp};
use mylink_console::domain::launch::{
    CallRecord, LaunchRecord, Named, Outcome, SettledAs, Settlement,
};
use mylink_console::domain::record::{AudienceRef, Bot, Broadcast};
use mylink_console::domain::secret::{HookUrl, Secret};
use mylink_console::domain::settings::{Setting, Settings};
use mylink_console::model::effect::BroadcastKey;
use mylink_console::model::message::{BotRow, Overview};

/// The bot that the tests look into.
pub const BOT: &str = "BOT-harbour";

/// The launch that was accepted.
pub const ACCEPTED: &str = "0197729e-1000-7000-8000-000000000006";

/// The launch whose outcome nobody knows.
pub const UNKNOWN: &str = "0197729e-1000-7000-8000-000000000007";

/// The launch of three calls, the second of which was rejected.
pub const BATCH: &str = "0197729e-1000-7000-8000-000000000005";

const PLAN: &str = r#"{"broadcast":"spring","method":"POST","form":"audience","filters":[{"field":"favorite_color","criterion":"Equals","value":"red"},{"join":"AND","field":"city","criterion":"StartsWith","value":"Mil"}],"variables":[{"name":"campaign","value":"spring"}],"delay_minutes":10}"#;

const BODY: &str = r#"{"audience_filters":"favorite_color;city","audience_criteria":"Equals;StartsWith","audience_values":"red;Mil","audience_join":"AND","set_variables":"campaign","set_variables_values":"spring","delayminutes":10}"#;

/// The moment at which everything is looked at. No time zone has its midnight in the half hour before it.
pub fn now() -> Timestamp {
    "2026-06-15T10:30:00Z".parse().unwrap()
}

/// So many minutes before [`now`].
pub fn minutes_ago(minutes: i64) -> Timestamp {
    now() - SignedDuration::from_mins(minutes)
}

fn later(at: Timestamp, millis: i64) -> Timestamp {
    at + SignedDuration::from_millis(millis)
}

/// The key of a broadcast of [`BOT`].
pub fn key(id: &str) -> BroadcastKey {
    BroadcastKey {
        bot: BOT.to_owned(),
        id: id.to_owned(),
    }
}

/// Everything.
pub fn overview() -> Overview {
    Overview {
        bots: vec![
            bot(BOT, "Harbour Coffee", &["WhatsApp", "Web"], 5_000, Some(2)),
            bot("BOT-night", "Night Market", &["Telegram"], 812, Some(65)),
            bot("BOT-zoe", "Zoë's Pâtisserie", &["RCS", "SMS"], 0, None),
        ],
        broadcasts: broadcasts(),
        launches: launches(),
    }
}

fn bot(key: &str, name: &str, channels: &[&str], contacts: u64, synced: Option<i64>) -> BotRow {
    BotRow {
        bot: Bot {
            key: key.to_owned(),
            name: name.to_owned(),
            description: String::new(),
            channels: channels.iter().map(|name| (*name).to_owned()).collect(),
            secret: Secret::new("secret"),
        },
        contacts,
        as_of: synced.map(minutes_ago),
    }
}

fn broadcasts() -> Vec<Broadcast> {
    use Setting::{
        AllowGet, AllowPost, DirectMode, DisableExecutionButton, LegacyMode, RequireValidFilter,
        SingleContact, VisibleToMobile,
    };
    let all_but = |on: &[Setting]| -> Settings {
        Setting::ALL
            .into_iter()
            .map(|setting| (setting, on.contains(&setting)))
            .collect()
    };
    let spring = all_but(&[
        DirectMode,
        AllowGet,
        AllowPost,
        RequireValidFilter,
        VisibleToMobile,
    ]);
    let order = all_but(&[AllowPost, RequireValidFilter]);
    let winter = all_but(&[AllowPost, SingleContact, DisableExecutionButton, LegacyMode]);
    let some: Settings = [(AllowPost, true), (DirectMode, false)]
        .into_iter()
        .collect();
    vec![
        broadcast(
            "spring",
            "Spring offer",
            Some(true),
            spring,
            [2_921, 2_895, 619],
        ),
        broadcast(
            "order",
            "Order ready",
            Some(true),
            order,
            [8_100, 7_857, 5_028],
        ),
        broadcast(
            "winter",
            "Winter farewell",
            Some(false),
            winter,
            [310, 310, 125],
        ),
        broadcast(
            "stamps",
            "Stamp reminder",
            None,
            Settings::default(),
            [0, 0, 0],
        ),
        broadcast(
            "anniversary",
            "Anniversary",
            Some(true),
            some,
            [1_204, 1_193, 370],
        ),
        Broadcast {
            hook: None,
            schedule_date: Some("2026-06-22 09:00".to_owned()),
            ..broadcast(
                "digest",
                "Weekly digest",
                Some(true),
                Settings::default(),
                [9, 9, 9],
            )
        },
    ]
}

fn broadcast(
    id: &str,
    name: &str,
    enabled: Option<bool>,
    settings: Settings,
    [sent, delivered, opened]: [u64; 3],
) -> Broadcast {
    let hook = format!("https://publicapi.xenioo.com/broadcasts/{id}0001/s3cr3t/direct");
    Broadcast {
        id: id.to_owned(),
        bot_key: BOT.to_owned(),
        name: name.to_owned(),
        enabled,
        hook: Some(HookUrl::parse(&hook).unwrap()),
        hook_error: None,
        sent: Some(sent),
        delivered: Some(delivered),
        opened: Some(opened),
        scheduling_mode: None,
        trigger_type: None,
        schedule_date: None,
        settings,
        audience: Some(AudienceRef {
            id: "all".to_owned(),
            name: "All contacts".to_owned(),
        }),
    }
}

/// The launches without their bodies, newest first.
fn launches() -> Vec<LaunchRecord> {
    use Outcome::{Accepted, Failed, NotSent, Refused, Rejected, Sending, Unknown};
    let unknown = "Time ran out after the call was sent: it may have arrived.";
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
            Outcome::Unknown => "Time ran out after the call was sent: it may have arrived.",
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

/// Every point in time that may stand on a screen to the second.
pub fn times() -> Vec<Timestamp> {
    let mut times = Vec::new();
    for launch in launches() {
        times.push(launch.started_at);
        times.extend(launch.reviewed_at);
        times.extend(launch.ended_at);
        times.extend(launch.settled.map(|settlement| settlement.at));
        for call in launch.calls {
            times.extend(call.sent_at);
            times.extend(call.answered_at);
        }
    }
    times
}
