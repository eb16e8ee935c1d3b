//! What a session does with the cache: the first count, everything, and coming up to date after an import.

use std::path::PathBuf;
use std::time::Duration;

use mylink_console::config::{Config, Environment, Flags};
use mylink_console::domain::plan::Plan;
use mylink_console::domain::record::{Bot, Contact};
use mylink_console::domain::secret::Secret;
use mylink_console::session::{Needs, Session};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::contacts::NAMES;
use super::measure::{median, milliseconds, timed};
use super::{contacts, ours};

/// Contacts of an import that changes some values.
const CHANGED: u32 = 1000;

/// The filter of the first count.
const PLAN: &str = r#"{"broadcast":"b","form":"audience","filters":[
    {"field":"city","criterion":"StartsWith","value":"city 2"}]}"#;

/// A home folder whose sandbox profile has a cache.
pub struct Home {
    folder: TempDir,
    config: Config,
    runtime: Runtime,
}

impl Home {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().to_str().unwrap();
        let environment = Environment::of([("HOME", home), ("USER", "bench")], "bench");
        let config = Config::load(&environment, &Flags::default()).unwrap();
        let runtime = Runtime::new().unwrap();
        Self {
            folder,
            config,
            runtime,
        }
    }

    /// Where the cache lies.
    pub fn cache(&self) -> PathBuf {
        let cache = self.config.paths.cache(&self.config.start);
        assert!(cache.starts_with(self.folder.path()));
        cache
    }

    fn session(&self) -> Session {
        Session::open(&self.config, &self.config.start).unwrap()
    }

    /// Prints the times of a session.
    pub fn measure(&self) -> Value {
        let loads: Vec<[Duration; 2]> = (0..3).map(|_| self.load()).collect();
        let middle = |which: usize| {
            let times = loads.iter().map(|times| times[which]).collect();
            milliseconds(median(times))
        };
        let (first, whole) = (middle(0), middle(1));
        let session = self.session();
        let asked = self.runtime.block_on(session.contacts(&bot())).unwrap();
        let filters = Plan::from_json(PLAN).unwrap().filters().unwrap();
        ours(&asked.table, &filters);
        let nothing = self.updates(&session, |_| None);
        let changed = self.updates(&session, |round| Some(import(asked.table.rows(), round)));
        println!(
            "  in a session, on two threads: first count after {first:.1} ms, everything after {whole:.1} ms"
        );
        println!(
            "  up to date after an import: {nothing:.1} ms with nothing new, {changed:.1} ms with {CHANGED} changed contacts"
        );
        json!({"first": first, "whole": whole, "nothing_new": nothing, "changed": changed})
    }

    /// How long it takes until the first count with its sample is there, and until everything is.
    fn load(&self) -> [Duration; 2] {
        let (session, bot) = (self.session(), bot());
        let plan = Plan::from_json(PLAN).unwrap();
        let filters = plan.filters().unwrap();
        let (whole, first) = timed(|| {
            let (first, _) = timed(|| {
                let needs = Needs::of(&plan);
                let contacts = session.contacts_for(&bot, &needs);
                let contacts = self.runtime.block_on(contacts).unwrap();
                ours(&contacts.table, &filters)
            });
            let contacts = self.runtime.block_on(session.contacts(&bot)).unwrap();
            assert_eq!(contacts.unread, None);
            first
        });
        [first, whole]
    }

    /// How long it takes to come up to date after imports.
    fn updates(&self, session: &Session, import: impl Fn(u32) -> Option<Vec<Contact>>) -> f64 {
        let bot = bot();
        let times = (0..5).map(|round| {
            let contacts = import(round).unwrap_or_default();
            let imported = session.import_contacts(&bot, "bench.csv", contacts);
            self.runtime.block_on(imported).unwrap();
            let update = || self.runtime.block_on(session.contacts(&bot)).unwrap();
            timed(update).0
        });
        milliseconds(median(times.collect()))
    }
}

/// Contacts all over the table with other values, those of another round with others again.
fn import(rows: u32, round: u32) -> Vec<Contact> {
    let changed = CHANGED.min(rows / 20);
    let contact = |number: u32| {
        let row = number * (rows / changed);
        let own = |column: usize| Some((NAMES[column].to_owned(), contacts::value(column, row)?));
        let city = ("city".to_owned(), format!("City {}", 3000 + round));
        let amount = ("amount".to_owned(), format!("{number}.{round}"));
        Contact {
            variables: (0..2).filter_map(own).chain([city, amount]).collect(),
        }
    };
    (0..changed).map(contact).collect()
}

fn bot() -> Bot {
    Bot {
        key: super::sqlite::BOT.to_owned(),
        name: "Bench".to_owned(),
        description: String::new(),
        channels: Vec::new(),
        secret: Secret::new(""),
    }
}
