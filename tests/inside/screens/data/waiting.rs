//! Launches that wait for their time, and what became of them.

use jiff::{SignedDuration, Timestamp};
use mylink_console::domain::launch::Named;
use mylink_console::domain::waiting::{
    Given, Reviewed, WaitingCall, WaitingEnd, WaitingLaunch, WaitingState,
};

use super::{BOT, now};

/// The id of [`in_minutes`].
pub const ID: &str = "0197729e-2000-7000-8000-000000000001";

/// One of Spring offer that is due in so many minutes.
pub fn in_minutes(minutes: i64) -> WaitingLaunch {
    in_seconds(minutes * 60)
}

/// One of Spring offer that is due in so many seconds.
pub fn in_seconds(seconds: i64) -> WaitingLaunch {
    let confirmed_at = now() - SignedDuration::from_mins(5);
    let due_at = now() + SignedDuration::from_secs(seconds);
    WaitingLaunch {
        bot: named(BOT, "Harbour Coffee"),
        broadcast: named("spring", "Spring offer"),
        host: "https://publicapi.xenioo.com".to_owned(),
        operator: "ops@bastion".to_owned(),
        targets: Some(312),
        calls: vec![WaitingCall {
            method: "POST".to_owned(),
            body: None,
            bytes: 90,
            sha256: "22b4".to_owned(),
            targets: Some(312),
        }],
        ..of_nothing(ID, confirmed_at, due_at)
    }
}

/// One of nothing in particular, without a call; what was reviewed and given says nothing.
pub fn of_nothing(id: &str, confirmed_at: Timestamp, due_at: Timestamp) -> WaitingLaunch {
    WaitingLaunch {
        id: id.to_owned(),
        bot: named("", ""),
        broadcast: named("", ""),
        host: String::new(),
        operator: String::new(),
        plan: String::new(),
        targets: None,
        confirmed_at,
        due_at,
        zone: "UTC".to_owned(),
        moved: None,
        reviewed: Reviewed {
            hash: String::new(),
            address: String::new(),
            bot: String::new(),
            broadcast: String::new(),
            settings: String::new(),
            calls: String::new(),
            contacts: String::new(),
            last_launch: None,
            warnings: Vec::new(),
            before: Vec::new(),
        },
        given: Given {
            number: None,
            name: None,
            again: false,
            expect: None,
            as_integration: false,
            reviewed_at: None,
        },
        end: None,
        seen: None,
        calls: Vec::new(),
    }
}

/// One of Winter sale that nobody served an hour ago.
pub fn missed() -> WaitingLaunch {
    WaitingLaunch {
        id: "0197729e-2000-7000-8000-000000000002".to_owned(),
        broadcast: named("winter", "Winter sale"),
        end: Some(WaitingEnd {
            state: WaitingState::Missed,
            at: now(),
            by: "ops@bastion".to_owned(),
            reason: "No mylink served this profile at its time. A launch may be 30 s late at the most, so it is not sent by itself.".to_owned(),
        }),
        ..in_minutes(-60)
    }
}

fn named(id: &str, name: &str) -> Named {
    Named {
        id: id.to_owned(),
        name: name.to_owned(),
    }
}
