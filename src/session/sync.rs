//! Everything that the platform tells, into the cache: bots, broadcasts, audiences and their contacts.
//!
//! A part that fails or is throttled is named, what came is kept, and older contacts stay.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use super::{Session, SessionError};
use crate::config::Kind;
use crate::domain::plan::Plan;
use crate::domain::record::{Audience, Bot, STANDARD_VARIABLES};
use crate::domain::text::{counted, grouped, shown};
use crate::platform::{Client, PlatformError};
use crate::store::cache::Members;
use crate::store::lock::Holder;
use crate::store::{BroadcastLock, Cache, StoreError};

/// How far a sync is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncProgress {
    /// What is being read, in words.
    pub words: String,
    /// Whether bots and broadcasts are in the cache by now, so that a screen can show them.
    pub has_broadcasts: bool,
}

/// What a sync brought.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SyncReport {
    /// Bots in the account.
    pub bots: usize,
    /// Broadcasts of all of them.
    pub broadcasts: usize,
    /// Contacts that were read, those of several audiences counted in each.
    pub contacts: usize,
    /// Parts that were throttled or failed, a sentence each.
    pub notes: Vec<String>,
}

/// The platform lets audiences be listed once in this time `[D]`.
const AUDIENCES_EVERY: SignedDuration = SignedDuration::from_mins(30);

/// How long to wait for another process that syncs the profile, and how often to look.
const SYNC_PATIENCE: Duration = Duration::from_mins(2);
const SYNC_RETRY: Duration = Duration::from_millis(200);

/// What is locked while a profile is synced.
pub(super) const SYNC_LOCK: &str = "sync";

/// An audience that had so many members and lost a tenth of them is worth a word.
const WORTH_A_WORD: usize = 100;

impl Session {
    /// Reads everything into the cache.
    ///
    /// # Errors
    /// Where bots or broadcasts don't come. Audiences and contacts that don't are named in the report.
    pub async fn sync(
        &self,
        progress: impl Fn(SyncProgress) + Send + Sync,
    ) -> Result<SyncReport, SessionError> {
        let tell = |words: String, has_broadcasts| {
            progress(SyncProgress {
                words,
                has_broadcasts,
            });
        };
        let client = self.client().await?;
        let _alone = self.sync_alone(|words| tell(words, false)).await?;
        tell("reading bots".into(), false);
        let bots = self.sync_bots(&client).await?;
        let mut report = SyncReport {
            bots: bots.len(),
            ..SyncReport::default()
        };
        for bot in &bots {
            report.broadcasts += self
                .sync_broadcasts(&client, bot, &mut report.notes)
                .await?;
        }
        tell("reading audiences".into(), true);
        for bot in &bots {
            self.sync_contacts(&client, bot, &mut report, &tell).await?;
        }
        Ok(report)
    }

    /// Waits for the right to sync: the cursor of an audience is the server's, so two readers would each get a part
    /// `[D]`.
    async fn sync_alone(&self, tell: impl Fn(String)) -> Result<BroadcastLock, SessionError> {
        let holder = Holder::of_this_process(&self.operator, &self.launcher.machine);
        let deadline = Instant::now() + SYNC_PATIENCE;
        loop {
            match BroadcastLock::take(&self.launcher.locks, "", SYNC_LOCK, &holder) {
                Ok(lock) => return Ok(lock),
                Err(StoreError::Locked { holder }) if Instant::now() >= deadline => {
                    return Err(SessionError::Syncing(holder));
                }
                Err(StoreError::Locked { holder }) => tell(format!("waiting for {holder}")),
                Err(other) => return Err(other.into()),
            }
            tokio::time::sleep(SYNC_RETRY).await;
        }
    }

    /// The bots of the account; those of the profile's file serve accounts that may not list theirs.
    async fn sync_bots(&self, client: &Client) -> Result<Vec<Bot>, SessionError> {
        let configured: Vec<Bot> = self.profile.bots.iter().map(configured_bot).collect();
        let bots = match client.bots().await {
            Ok(mut bots) => {
                for bot in configured {
                    if bots.iter().all(|known| known.key != bot.key) {
                        bots.push(bot);
                    }
                }
                bots
            }
            Err(error) if configured.is_empty() || error.is_unreachable() => {
                return Err(error.into());
            }
            Err(_) => configured,
        };
        let kept = bots.clone();
        self.cache
            .run(move |cache: &mut Cache| cache.replace_bots(&kept))
            .await?;
        Ok(bots)
    }

    async fn sync_broadcasts(
        &self,
        client: &Client,
        bot: &Bot,
        notes: &mut Vec<String>,
    ) -> Result<usize, SessionError> {
        let mut broadcasts = client.broadcasts(bot).await?;
        let count = broadcasts.len();
        if self.profile.kind == Kind::Sandbox {
            for broadcast in broadcasts
                .iter_mut()
                .filter(|broadcast| broadcast.is_on_demand())
            {
                match client.sandbox_settings(&broadcast.id).await {
                    Ok(read) => {
                        (broadcast.settings, broadcast.audience) = (read.settings, read.audience);
                    }
                    Err(error) => notes.push(error.to_string()),
                }
            }
        }
        let key = bot.key.clone();
        self.cache
            .run(move |cache: &mut Cache| cache.replace_broadcasts(&key, &broadcasts))
            .await?;
        Ok(count)
    }

    async fn sync_contacts(
        &self,
        client: &Client,
        bot: &Bot,
        report: &mut SyncReport,
        tell: &(impl Fn(String, bool) + Send + Sync),
    ) -> Result<(), SessionError> {
        let name = shown(&bot.name).into_owned();
        let audiences = match self.sync_audiences(client, bot).await? {
            Ok(audiences) => audiences,
            Err(note) => {
                report.notes.push(format!("Audiences of {name}: {note}"));
                self.cached_audiences(bot).await?
            }
        };
        for audience in audiences {
            let before = report.contacts;
            let count = |contacts: usize| {
                tell(
                    format!("{name}: {}", counted((before + contacts) as u64, "contact")),
                    true,
                );
            };
            match self.read_audience(client, bot, &audience, count).await? {
                Ok(members) => {
                    report.contacts += members.now;
                    report.notes.extend(loss(&audience, &name, members));
                }
                Err(note) => report.notes.push(format!(
                    "Audience {} of {name}: {note}",
                    shown(&audience.name)
                )),
            }
        }
        Ok(())
    }

    /// Lists the audiences, unless the platform would refuse to so soon; the inner error is a note.
    async fn sync_audiences(
        &self,
        client: &Client,
        bot: &Bot,
    ) -> Result<Result<Vec<Audience>, String>, SessionError> {
        let mark = format!("audiences {}", bot.key);
        let now = Timestamp::now();
        if self.profile.kind != Kind::Sandbox {
            let asked = mark.clone();
            let last = self
                .cache
                .run(move |cache: &mut Cache| cache.throttle(&asked))
                .await?;
            if let Some(next) = last
                .map(|last| last + AUDIENCES_EVERY)
                .filter(|next| *next > now)
            {
                return Ok(Err(format!(
                    "the platform lists them once in 30 minutes; the next time at {next}. Those of last time are used."
                )));
            }
            self.cache
                .run(move |cache: &mut Cache| cache.set_throttle(&mark, now))
                .await?;
        }
        match client.audiences(bot).await {
            Ok(audiences) => {
                let (key, kept) = (bot.key.clone(), audiences.clone());
                self.cache
                    .run(move |cache: &mut Cache| cache.replace_audiences(&key, &kept))
                    .await?;
                Ok(Ok(audiences))
            }
            Err(error) => Ok(Err(error.to_string())),
        }
    }

    async fn cached_audiences(&self, bot: &Bot) -> Result<Vec<Audience>, SessionError> {
        let key = bot.key.clone();
        Ok(self
            .cache
            .run(move |cache: &mut Cache| cache.audiences(&key))
            .await?)
    }

    /// Reads an audience to its end; the inner error is a note.
    async fn read_audience(
        &self,
        client: &Client,
        bot: &Bot,
        audience: &Audience,
        count: impl Fn(usize),
    ) -> Result<Result<Members, String>, SessionError> {
        let wanted = with_identity(&self.profile.fields);
        match self
            .read_fields(client, bot, audience, &wanted, &count)
            .await?
        {
            // Where `*` is refused, the names that are known are asked for.
            Err(PlatformError::Throttled { .. } | PlatformError::Refused { .. })
                if wanted.iter().any(|name| name == "*") =>
            {
                let named = self.known_fields().await?;
                Ok(self
                    .read_fields(client, bot, audience, &named, &count)
                    .await?
                    .map_err(|error| error.to_string()))
            }
            result => Ok(result.map_err(|error| error.to_string())),
        }
    }

    async fn read_fields(
        &self,
        client: &Client,
        bot: &Bot,
        audience: &Audience,
        fields: &[String],
        count: &impl Fn(usize),
    ) -> Result<Result<Members, PlatformError>, SessionError> {
        let mut reader = match client.read_audience(bot, &audience.id, fields) {
            Ok(reader) => reader,
            Err(error) => return Ok(Err(error)),
        };
        self.begins_reading(bot, &audience.id).await?;
        let (key, id) = (bot.key.clone(), audience.id.clone());
        self.cache
            .run(move |cache: &mut Cache| cache.start_reading(&key, &id))
            .await?;
        let mut contacts = 0;
        loop {
            let page = match reader.next_page().await {
                Ok(Some(page)) => page,
                Ok(None) => break,
                Err(error) => return Ok(Err(error)),
            };
            contacts += page.len();
            let (key, id, asked) = (bot.key.clone(), audience.id.clone(), fields.to_vec());
            self.cache
                .run(move |cache: &mut Cache| {
                    cache.append_page_asked(&key, &id, &page, &asked).map(drop)
                })
                .await?;
            count(contacts);
        }
        let (key, id) = (bot.key.clone(), audience.id.clone());
        let finished = self
            .cache
            .run(move |cache: &mut Cache| cache.finish_reading(&key, &id, Timestamp::now()));
        Ok(Ok(finished.await?))
    }

    /// The standard names, those of the profile, and those in drafts.
    async fn known_fields(&self) -> Result<Vec<String>, SessionError> {
        let drafts = self.cache.run(|cache: &mut Cache| cache.drafts()).await?;
        let plans = drafts
            .iter()
            .filter_map(|draft| Plan::from_json(&draft.plan).ok());
        let drafted = plans.flat_map(|plan| {
            let fields = plan
                .form
                .filters()
                .iter()
                .map(|filter| filter.field.clone());
            fields
                .chain(
                    plan.form
                        .variables()
                        .iter()
                        .map(|variable| variable.name.clone()),
                )
                .collect::<Vec<_>>()
        });
        let standard = STANDARD_VARIABLES.iter().map(|name| (*name).to_owned());
        let mut names: Vec<String> = Vec::new();
        for name in standard
            .chain(self.profile.fields.iter().cloned())
            .chain(drafted)
        {
            if !name.is_empty() && name != "*" && !names.contains(&name) {
                names.push(name);
            }
        }
        Ok(names)
    }
}

/// The fields that a profile asks for, with those that tell contacts apart: without them what comes is nobody.
fn with_identity(fields: &[String]) -> Vec<String> {
    let is_all = fields.iter().any(|name| name == "*");
    let own = ["user_id", "bot_channel"].map(str::to_owned);
    let lacking = own
        .into_iter()
        .filter(|name| !is_all && !fields.contains(name));
    lacking.chain(fields.iter().cloned()).collect()
}

/// Says that an audience lost many members. The platform keeps one cursor, so a reader beside this one takes pages away
/// from it, and the end comes early: nothing else shows it `[I]`.
fn loss(audience: &Audience, bot: &str, members: Members) -> Option<String> {
    let Members { before, now } = members;
    let is_many = before >= WORTH_A_WORD && now < before - before / 10;
    is_many.then(|| {
        format!(
            "Audience {} of {bot}: {} came, {} last time. If nobody left it, somebody else was reading it at the same time: sync again before you launch.",
            shown(&audience.name),
            counted(now as u64, "contact"),
            grouped(before as u64)
        )
    })
}

fn configured_bot(keys: &crate::config::BotKeys) -> Bot {
    Bot {
        key: keys.api_key.clone(),
        name: keys.name.clone(),
        description: String::new(),
        channels: Vec::new(),
        secret: keys.api_secret.clone(),
    }
}
