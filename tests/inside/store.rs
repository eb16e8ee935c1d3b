//! The store on real files: what it keeps, what it refuses, and what is left of it after a death.

mod altered;
mod asked;
mod cache;
mod changes;
mod child;
mod columns;
mod copied;
mod damage;
mod drafts;
mod files;
mod held;
mod journal;
mod kill;
mod lock;
mod moved;
mod reached;
mod readonly;
mod reads;
mod rebuilt;
mod renewed;
mod shortened;
mod twins;
mod worker;

use std::path::PathBuf;

use indexmap::IndexMap;
use jiff::Timestamp;
use mylink_console::domain::launch::{CallRecord, LaunchRecord, Named, Outcome};
use mylink_console::domain::record::{Audience, Bot, Broadcast, Contact, ContactId};
use mylink_console::domain::secret::Secret;
use mylink_console::domain::settings::Settings;
use mylink_console::store::journal::{ArmedLaunch, CallEnd, JournalAct, Source, rebuild};
use mylink_console::store::{Cache, Journal, SqliteJournal, StoreError};
use tempfile::TempDir;

/// A second after the start of the tests' time.
fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

/// A folder for databases, gone when it is dropped.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn journal(&self) -> SqliteJournal {
        SqliteJournal::open(&self.file("journal.db")).unwrap()
    }

    /// Makes the journal anew from its copy.
    fn rebuild_from_copy(&self) {
        let rebuilt = rebuild(&self.file("journal.db"), None, &act("")).unwrap();
        assert_eq!(rebuilt.from, Source::Copy);
    }

    /// A cache that knows the bots `k1` and `k2`.
    fn cache(&self) -> Cache {
        let mut cache = Cache::open(&self.file("cache.db")).unwrap();
        cache.replace_bots(&[bot("k1"), bot("k2")]).unwrap();
        cache
    }
}

/// What a person does to the journal itself.
fn act(note: &str) -> JournalAct {
    JournalAct {
        by: "ada@h".to_owned(),
        at: at(900),
        note: note.to_owned(),
    }
}

fn bot(key: &str) -> Bot {
    Bot {
        key: key.to_owned(),
        name: format!("Bot {key}"),
        description: String::new(),
        channels: vec!["WebChannel".to_owned()],
        secret: Secret::new(format!("secret of {key}")),
    }
}

fn broadcast(id: &str) -> Broadcast {
    Broadcast {
        id: id.to_owned(),
        bot_key: "k1".to_owned(),
        name: format!("Broadcast {id}"),
        enabled: Some(true),
        hook: None,
        hook_error: None,
        sent: None,
        delivered: None,
        opened: None,
        scheduling_mode: None,
        trigger_type: None,
        schedule_date: None,
        settings: Settings::default(),
        audience: None,
    }
}

fn audience(id: &str) -> Audience {
    Audience {
        id: id.to_owned(),
        bot_key: "k1".to_owned(),
        name: format!("Audience {id}"),
        kind: "Dynamic".to_owned(),
        synced_at: None,
    }
}

fn contact<'a>(variables: impl IntoIterator<Item = (&'a str, &'a str)>) -> Contact {
    let own = |(name, text): (&str, &str)| (name.to_owned(), text.to_owned());
    Contact {
        variables: variables.into_iter().map(own).collect::<IndexMap<_, _>>(),
    }
}

/// A contact of the web channel with one more variable.
fn web(user_id: &str, name: &str, text: &str) -> Contact {
    contact([
        ("user_id", user_id),
        ("bot_channel", "WebChannel"),
        (name, text),
    ])
}

fn person(user_id: &str) -> ContactId {
    ContactId {
        channel: "WebChannel".to_owned(),
        user_id: user_id.to_owned(),
    }
}

fn call(body: &str) -> CallRecord {
    CallRecord {
        method: "POST".to_owned(),
        url: "https://h.example.com/••••••••".to_owned(),
        with_token: true,
        body: Some(body.to_owned()),
        bytes: body.len() as u64,
        sha256: format!("sha of {body}"),
        targets: Some(1),
        outcome: Outcome::NotSent,
        reason: String::new(),
        status: None,
        answer: None,
        sent_at: None,
        answered_at: None,
    }
}

/// A launch of the broadcast `b1`, armed at `at(second)`, with one call a body: each is to reach the person called as
/// its body.
fn launch(id: &str, second: i64, bodies: &[&str]) -> ArmedLaunch {
    ArmedLaunch {
        record: LaunchRecord {
            id: id.to_owned(),
            bot: Named {
                id: "k1".to_owned(),
                name: "Bot k1".to_owned(),
            },
            broadcast: Named {
                id: "b1".to_owned(),
                name: "Spring".to_owned(),
            },
            host: "h.example.com".to_owned(),
            operator: "ada@h".to_owned(),
            plan: format!("{{\"broadcast\":\"{id}\"}}"),
            targets: Some(bodies.len() as u64),
            reviewed_at: Some(at(second - 1)),
            started_at: at(second),
            ended_at: None,
            outcome: Outcome::Sending,
            reason: String::new(),
            settled: None,
            calls: bodies.iter().map(|body| call(body)).collect(),
        },
        expects: None,
        contacts: bodies.iter().map(|body| vec![person(body)]).collect(),
    }
}

fn end(outcome: Outcome) -> CallEnd {
    CallEnd {
        outcome,
        status: (outcome == Outcome::Accepted).then_some(200),
        reason: format!("it was {outcome}"),
        at: at(100),
    }
}

/// Begins a call and records what became of it.
fn made(
    journal: &mut SqliteJournal,
    launch: &str,
    number: usize,
    outcome: Outcome,
) -> Result<(), StoreError> {
    journal.begin_call(launch, number, at(99))?;
    journal.record_call(launch, number, &end(outcome))
}

/// A launch from arming to its outcome, with one call of the same outcome.
fn launched(journal: &mut SqliteJournal, id: &str, second: i64, outcome: Outcome) {
    journal.arm(&launch(id, second, &[id])).unwrap();
    made(journal, id, 0, outcome).unwrap();
    journal.finish(id, outcome, "done", at(second + 1)).unwrap();
}
