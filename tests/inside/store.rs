//! The store on real files.

mod cache;
mod contacts;
mod journal;
mod opening;
mod process;

use std::path::PathBuf;

use jiff::Timestamp;
use mylink_console::domain::launch::{CallRecord, LaunchRecord, Named, Outcome};
use mylink_console::domain::record::{Audience, Bot, Contact, ContactId};
use mylink_console::domain::secret::Secret;
use mylink_console::store::journal::{ArmedLaunch, CallEnd};
use mylink_console::store::{Cache, SqliteJournal};
use tempfile::TempDir;

/// A profile's folder, gone when it is dropped.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join("profile").join(name)
    }

    fn journal(&self) -> SqliteJournal {
        SqliteJournal::open(&self.path("journal.db")).unwrap()
    }

    fn cache(&self) -> Cache {
        Cache::open(&self.path("cache.db")).unwrap()
    }

    /// A cache with one bot, `b1`, and its audiences.
    fn cache_with_audiences(&self, ids: &[&str]) -> Cache {
        let mut cache = self.cache();
        cache.replace_bots(&[bot("b1")]).unwrap();
        let audiences: Vec<Audience> = ids.iter().map(|id| audience(id)).collect();
        cache.replace_audiences("b1", &audiences).unwrap();
        cache
    }
}

/// A time so many seconds after an arbitrary one.
fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

fn bot(key: &str) -> Bot {
    Bot {
        key: key.to_owned(),
        name: format!("Bot {key}"),
        description: "d".to_owned(),
        channels: vec!["WhatsApp".to_owned(), "Web".to_owned()],
        secret: Secret::new(format!("secret of {key}")),
    }
}

fn audience(id: &str) -> Audience {
    Audience {
        id: id.to_owned(),
        bot_key: "b1".to_owned(),
        name: format!("Audience {id}"),
        kind: "broadcast_target".to_owned(),
        synced_at: None,
    }
}

/// A contact on the web channel with further variables.
fn contact(user_id: &str, variables: &[(&str, &str)]) -> Contact {
    let own = [("user_id", user_id), ("bot_channel", "WebChannel")];
    Contact {
        variables: own
            .iter()
            .chain(variables)
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect(),
    }
}

fn id(user_id: &str) -> ContactId {
    ContactId {
        channel: "WebChannel".to_owned(),
        user_id: user_id.to_owned(),
    }
}

/// A launch of broadcast `x1` at second `second`, with one call a body.
fn launch(id: &str, second: i64, bodies: &[&str]) -> ArmedLaunch {
    ArmedLaunch {
        record: LaunchRecord {
            id: id.to_owned(),
            bot: named("b1", "Bot"),
            broadcast: named("x1", "Spring"),
            host: "https://example.com:443".to_owned(),
            operator: "ada@desk".to_owned(),
            plan: "{\"broadcast\":\"x1\"}".to_owned(),
            targets: Some(2),
            reviewed_at: Some(at(second - 5)),
            started_at: at(second),
            ended_at: None,
            outcome: Outcome::Sending,
            reason: String::new(),
            settled: None,
            calls: bodies.iter().map(|body| call(body)).collect(),
        },
        contacts: Vec::new(),
    }
}

fn named(id: &str, name: &str) -> Named {
    Named {
        id: id.to_owned(),
        name: name.to_owned(),
    }
}

fn call(body: &str) -> CallRecord {
    CallRecord {
        method: "POST".to_owned(),
        url: "https://example.com/••••••••".to_owned(),
        with_token: true,
        body: Some(body.to_owned()),
        bytes: body.len() as u64,
        sha256: format!("hash of {body}"),
        targets: Some(1),
        outcome: Outcome::NotSent,
        reason: String::new(),
        status: None,
        answer: None,
        sent_at: None,
        answered_at: None,
    }
}

fn end(outcome: Outcome, status: Option<u16>) -> CallEnd {
    CallEnd {
        outcome,
        status,
        reason: format!("because {outcome}"),
        at: at(900),
    }
}
