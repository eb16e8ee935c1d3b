//! An operator's desk: a session on a profile of its own, with what it needs in its cache.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use mylink_console::config::{Config, Environment, Flags};
use mylink_console::domain::launch::{LaunchRecord, SettledAs, Settlement};
use mylink_console::domain::plan::Plan;
use mylink_console::domain::preview::Preview;
use mylink_console::domain::problem::Surface;
use mylink_console::domain::record::{Audience, Bot, Broadcast, Contact};
use mylink_console::domain::secret::{HookUrl, Secret};
use mylink_console::domain::settings::{Setting, Settings};
use mylink_console::launcher::{LaunchError, Prepared, Word};
use mylink_console::session::Session;
use mylink_console::store::Cache;
use mylink_console::store::journal::LaunchFilter;
use serde_json::Value;
use tempfile::TempDir;
use url::Url;

use crate::sandbox::harness::Harness;
use crate::scripted::{Received, Reply, Scripted};

/// The path of the hook of the broadcast `Offer`.
pub const HOOK: &str = "POST /broadcasts/b1/s3cr3t/direct";

/// A session, and the folder it lies in.
pub struct Desk {
    pub session: Session,
    folder: Arc<TempDir>,
}

/// A server whose tokens are given, and whose hook answers by a script: it gets how many calls of a hook came before.
pub async fn platform(
    hook: impl Fn(&Received, usize) -> Reply + Send + Sync + 'static,
) -> Scripted {
    let calls = std::sync::atomic::AtomicUsize::new(0);
    Scripted::serve(move |request, _| {
        if request.line.contains("/authorization/") {
            return Reply::json(200, r#"{"token":"t0k3n","expires":60}"#);
        }
        hook(
            request,
            calls.fetch_add(1, std::sync::atomic::Ordering::SeqCst),
        )
    })
    .await
}

/// A server that accepts every launch.
pub async fn accepting() -> Scripted {
    platform(|_, _| Reply::json(200, r#"{"Result":"scheduled"}"#)).await
}

/// How many calls of any hook arrived.
pub fn hooks(server: &Scripted) -> usize {
    server.count("POST /broadcasts/") + server.count("GET /broadcasts/")
}

pub fn bot(key: &str) -> Bot {
    Bot {
        key: key.to_owned(),
        name: format!("Bot {key}"),
        description: String::new(),
        channels: vec!["WhatsApp".to_owned()],
        secret: Secret::new("s"),
    }
}

/// An enabled broadcast of a bot, whose hook is at `url`, its id `id` and its settings unknown.
pub fn broadcast(bot: &str, id: &str, name: &str, url: &Url) -> Broadcast {
    Broadcast {
        id: id.to_owned(),
        bot_key: bot.to_owned(),
        name: name.to_owned(),
        enabled: Some(true),
        hook: Some(HookUrl::parse(&format!("{url}broadcasts/{id}/s3cr3t/direct")).unwrap()),
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

/// Puts an audience into the cache that was read to its end, and has no members.
pub fn read_nobody(cache: &mut Cache, bot: &str) -> Result<(), mylink_console::store::StoreError> {
    let everybody = Audience {
        id: "all".to_owned(),
        bot_key: bot.to_owned(),
        name: "All contacts".to_owned(),
        kind: "broadcast_target".to_owned(),
        synced_at: None,
    };
    cache.replace_audiences(bot, &[everybody])?;
    cache.start_reading(bot, "all")?;
    cache.finish_reading(bot, "all", Timestamp::now()).map(drop)
}

pub fn contact(variables: &Value) -> Contact {
    let variable =
        |(name, value): (&String, &Value)| (name.clone(), value.as_str().unwrap().to_owned());
    Contact {
        variables: variables
            .as_object()
            .unwrap()
            .iter()
            .map(variable)
            .collect(),
    }
}

impl Desk {
    /// A desk on a profile of these lines, with an empty cache.
    pub fn open(profile: &str) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let file = folder.path().join("config.toml");
        std::fs::write(
            &file,
            format!("profile = \"test\"\n[profiles.test]\n{profile}\n"),
        )
        .unwrap();
        Self::in_folder(folder)
    }

    fn in_folder(folder: Arc<TempDir>) -> Self {
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        let environment = Environment::of(
            [
                ("MYLINK_CONFIG", path("config.toml").as_str()),
                ("MYLINK_DATA_DIR", path("data").as_str()),
                ("MYLINK_OPERATOR", "ops@here"),
            ],
            "here",
        );
        let config = Config::load(&environment, &Flags::default()).unwrap();
        Self {
            session: Session::open(&config, "test").unwrap(),
            folder,
        }
    }

    /// Has the configuration say something else from now on.
    pub fn reconfigure(&self, change: impl FnOnce(String) -> String) {
        let file = self.folder.path().join("config.toml");
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(file, change(text)).unwrap();
    }

    /// A second session on the same files, as another process would have.
    pub fn another(&self) -> Self {
        Self::in_folder(Arc::clone(&self.folder))
    }

    /// A desk before a scripted server: bot `k1` with the broadcasts `Offer` (b1) and `News` (b2), both in direct mode,
    /// and the red contacts 1 and 2 and the blue contact 3. Safe, unless the lines say otherwise.
    pub async fn before(server: &Scripted, lines: &str) -> Self {
        Self::at(&server.url, lines).await
    }

    /// As [`Desk::before`], with the platform at a URL.
    pub async fn at(url: &Url, lines: &str) -> Self {
        let danger = if lines.contains("danger") {
            ""
        } else {
            "danger = \"safe\"\n"
        };
        let desk = Self::open(&format!(
            "url = \"{url}\"\naccount_key = \"acc\"\n{danger}{lines}"
        ));
        let broadcasts =
            [("b1", "Offer"), ("b2", "News")].map(|(id, name)| broadcast("k1", id, name, url));
        desk.put_broadcasts("k1", broadcasts.to_vec()).await;
        desk.record("b1", &[(Setting::DirectMode, true)]).await;
        desk.record("b2", &[(Setting::DirectMode, true)]).await;
        for (id, colour) in [("1", "red"), ("2", "red"), ("3", "blue")] {
            desk.put_contact(id, colour).await;
        }
        desk
    }

    /// A desk before a sandbox, synced.
    pub async fn synced(sandbox: &Harness, lines: &str) -> Self {
        let desk = Self::open(&format!(
            "url = \"{}\"\naccount_key = \"{}\"\nkind = \"sandbox\"\n{lines}",
            sandbox.url, sandbox.account_key
        ));
        desk.sync().await;
        desk
    }

    pub async fn sync(&self) {
        let report = self.session.sync(|_| {}).await.unwrap();
        assert_eq!(report.notes, Vec::<String>::new());
    }

    pub async fn cached<R: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Cache) -> Result<R, mylink_console::store::StoreError> + Send + 'static,
    ) -> R {
        self.session.cache().run(work).await.unwrap()
    }

    /// Puts broadcasts into the cache, below a bot that is made where it is missing: its contacts were read, and are none.
    pub async fn put_broadcasts(&self, key: &'static str, broadcasts: Vec<Broadcast>) {
        if self.put_unsynced(key, broadcasts).await {
            self.cached(move |cache| read_nobody(cache, key)).await;
        }
    }

    /// As [`Desk::put_broadcasts`], below a bot whose contacts were never read; whether the bot is new.
    pub async fn put_unsynced(&self, key: &'static str, broadcasts: Vec<Broadcast>) -> bool {
        self.cached(move |cache| {
            let mut bots = cache.bots()?;
            let is_new = bots.iter().all(|known| known.key != key);
            if is_new {
                bots.push(bot(key));
                cache.replace_bots(&bots)?;
            }
            cache.replace_broadcasts(key, &broadcasts)?;
            Ok(is_new)
        })
        .await
    }

    /// Records settings of a broadcast of the bot `k1`.
    pub async fn record(&self, id: &'static str, settings: &[(Setting, bool)]) {
        let settings: Settings = settings.iter().copied().collect();
        self.cached(move |cache| cache.record_settings("k1", id, settings))
            .await;
    }

    pub async fn put_contact(&self, id: &str, colour: &str) {
        let one = serde_json::json!({"user_id": id, "bot_channel": "WhatsAppChannel", "favorite_color": colour});
        self.import("k1", vec![contact(&one)], Timestamp::now())
            .await;
    }

    pub async fn import(&self, key: &'static str, contacts: Vec<Contact>, at: Timestamp) {
        self.cached(move |cache| cache.import_contacts(key, "test", &contacts, at))
            .await;
    }

    pub async fn preview(&self, plan: &str) -> Preview {
        let plan = Plan::from_json(plan).unwrap();
        self.session.preview(&plan, Surface::Console).await.unwrap()
    }

    pub async fn prepare(&self, plan: &str) -> Prepared {
        let plan = Plan::from_json(plan).unwrap();
        self.session.prepare(plan, Surface::Console).await.unwrap()
    }

    /// Prepares and launches a plan without a word.
    pub async fn launch(&self, plan: &str) -> Result<LaunchRecord, LaunchError> {
        self.launch_with(plan, Word::default()).await
    }

    pub async fn launch_with(&self, plan: &str, word: Word) -> Result<LaunchRecord, LaunchError> {
        let prepared = self.prepare(plan).await;
        self.send(prepared, word).await
    }

    pub async fn send(&self, prepared: Prepared, word: Word) -> Result<LaunchRecord, LaunchError> {
        let client = self.session.client().await.unwrap();
        self.session
            .launcher
            .launch(&client, prepared, word, |_, _| {})
            .await
    }

    /// What the journal says, newest first, with plan and bodies.
    pub async fn log(&self) -> Vec<LaunchRecord> {
        let launcher = &self.session.launcher;
        let list = launcher.launches(LaunchFilter::default()).await.unwrap();
        let mut whole = Vec::new();
        for launch in list {
            let journal = &launcher.journal;
            let read = journal.run(move |journal| {
                use mylink_console::store::Journal;
                journal.launch(&launch.id)
            });
            whole.push(read.await.unwrap());
        }
        whole
    }

    pub async fn settle(&self, id: &str, settled_as: SettledAs) -> LaunchRecord {
        let settlement = Settlement {
            settled_as,
            by: "ops@here".to_owned(),
            at: Timestamp::now(),
            reason: "looked".to_owned(),
        };
        self.session.launcher.settle(id, settlement).await.unwrap()
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub fn journal(&self) -> PathBuf {
        self.folder.path().join("data/test/journal.db")
    }
}

/// The refusal of a guard.
pub fn guarded(result: Result<LaunchRecord, LaunchError>) -> String {
    match result {
        Err(LaunchError::Guard(message)) => message,
        Err(LaunchError::Against(against)) => against.to_string(),
        other => panic!("not refused by a guard: {other:?}"),
    }
}

/// To everyone who is red.
pub const RED: &str = r#"{"broadcast":"Offer","form":"audience","filters":[{"field":"favorite_color","criterion":"Equals","value":"red"}]}"#;

/// The same of the other broadcast.
pub const RED_NEWS: &str = r#"{"broadcast":"News","form":"audience","filters":[{"field":"favorite_color","criterion":"Equals","value":"red"}]}"#;

/// The body of [`RED`].
pub const RED_BODY: &str =
    r#"{"audience_filters":"favorite_color","audience_criteria":"Equals","audience_values":"red"}"#;
