//! A fixed account: bots, broadcasts with settings of all kinds, and launches with every outcome.

mod contacts;
mod launches;
pub mod reviews;
pub mod waiting;

use jiff::{SignedDuration, Timestamp};
use mylink_console::domain::record::{AudienceRef, Bot, Broadcast};
use mylink_console::domain::secret::{HookUrl, Secret};
use mylink_console::domain::settings::{Setting, Settings};
use mylink_console::model::effect::BroadcastKey;
use mylink_console::model::message::{BotRow, Overview};

pub use contacts::{candidates, contacts, contacts_told, insight, not_matching, previewed};
pub use launches::in_full;
use launches::launches;

/// The bot that the tests look into.
pub const BOT: &str = "BOT-harbour";

/// The launch that was accepted.
pub const ACCEPTED: &str = "0197729e-1000-7000-8000-000000000006";

/// The launch whose outcome nobody knows.
pub const UNKNOWN: &str = "0197729e-1000-7000-8000-000000000007";

/// The launch of three calls, the second of which was rejected.
pub const BATCH: &str = "0197729e-1000-7000-8000-000000000005";

/// The moment at which everything is looked at. No time zone has its midnight in the half hour before it.
pub fn now() -> Timestamp {
    "2026-06-15T10:30:00Z".parse().unwrap()
}

/// So many minutes before [`now`].
pub fn minutes_ago(minutes: i64) -> Timestamp {
    now() - SignedDuration::from_mins(minutes)
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
        ..Overview::default()
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
