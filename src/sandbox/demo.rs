//! Demo data: three bots, a dozen broadcasts and believable contacts, the same every time but for the keys.
//!
//! Nobody in them is real: numbers are counted up from 3932010000.

use indexmap::IndexMap;
use rusqlite::Transaction;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::domain::settings::Setting;

use super::contact::{Identity, Variables};
use super::error::SandboxError;
use super::resolve::{self, Stored};
use super::rows::{self, NewBroadcast};

const ACCOUNT: &str = include_str!("../../assets/demo/account.json");
const WORDS: &str = include_str!("../../assets/demo/words.json");
/// The first phone number; every contact has the next one.
const FIRST_NUMBER: u64 = 3_932_010_000;

#[derive(Deserialize)]
struct Account {
    bots: Vec<Bot>,
}

#[derive(Deserialize)]
struct Bot {
    name: String,
    description: String,
    channels: Vec<String>,
    /// Its part of all contacts, of a hundred.
    share: usize,
    broadcasts: Vec<Broadcast>,
}

#[derive(Deserialize)]
struct Broadcast {
    name: String,
    #[serde(default = "yes")]
    enabled: bool,
    #[serde(default = "yes")]
    on_demand: bool,
    audience: Option<Map<String, Value>>,
    #[serde(default)]
    settings: IndexMap<String, bool>,
    schedule: Option<(i64, i64, Option<String>)>,
    counters: [i64; 3],
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
struct Words {
    people: Vec<People>,
    colors: Vec<String>,
    plans: Vec<String>,
}

#[derive(Deserialize)]
struct People {
    locale: String,
    language: String,
    first: Vec<String>,
    last: Vec<String>,
    cities: Vec<String>,
}

/// Fills an empty database with so many contacts in all.
///
/// # Errors
/// What `SQLite` says.
pub(super) fn fill(transaction: &Transaction<'_>, contacts: usize) -> Result<(), SandboxError> {
    let account: Account = serde_json::from_str(ACCOUNT)?;
    let words: Words = serde_json::from_str(WORDS)?;
    let mut random = Random(0x6d79_6c69_6e6b);
    let mut number = FIRST_NUMBER;
    let mut left = contacts;
    let last = account.bots.len().saturating_sub(1);
    for (index, bot) in account.bots.iter().enumerate() {
        let row = rows::create_bot(transaction, &bot.name, &bot.description, &bot.channels)?;
        for broadcast in &bot.broadcasts {
            add_broadcast(transaction, row.id, broadcast)?;
        }
        let count = if index == last {
            left
        } else {
            contacts * bot.share / 100
        };
        left -= count;
        for _ in 0..count {
            let contact = contact(&mut random, &words, bot, number);
            add_contact(transaction, row.id, &contact)?;
            number += 1;
        }
    }
    Ok(())
}

fn add_broadcast(
    transaction: &Transaction<'_>,
    bot_id: i64,
    broadcast: &Broadcast,
) -> Result<(), SandboxError> {
    let audience_id = match &broadcast.audience {
        None => rows::everyone(transaction, bot_id)?,
        Some(fields) => {
            let filter = serde_json::to_string(fields)?;
            rows::create_audience(
                transaction,
                bot_id,
                &broadcast.name,
                "custom_filter",
                Some(&filter),
            )?
        }
    };
    let mut settings = rows::default_settings();
    for (key, on) in &broadcast.settings {
        if let Some(setting) = Setting::parse(key) {
            settings.set(setting, Some(*on));
        }
    }
    let schedule = broadcast.schedule.as_ref();
    rows::create_broadcast(
        transaction,
        &NewBroadcast {
            bot_id,
            name: &broadcast.name,
            enabled: broadcast.enabled,
            on_demand: broadcast.on_demand,
            audience_id: &audience_id,
            settings,
            schedule: schedule.map_or((2, 0, None), |(mode, trigger, date)| {
                (*mode, *trigger, date.as_deref())
            }),
            counters: broadcast.counters,
        },
    )?;
    Ok(())
}

fn add_contact(
    transaction: &Transaction<'_>,
    bot_id: i64,
    contact: &Variables,
) -> Result<(), SandboxError> {
    let identity = Identity::of(contact);
    let stored = Stored {
        channel: &identity.channel,
        user_id: identity.user_id.as_deref().unwrap_or_default(),
        phone: identity.phone.as_deref(),
    };
    resolve::add(
        transaction,
        bot_id,
        &stored,
        &serde_json::to_string(contact)?,
    )?;
    Ok(())
}

/// One contact. Some variables are missing or empty in some of them, as in life.
fn contact(random: &mut Random, words: &Words, bot: &Bot, number: u64) -> Variables {
    let people = random.weighted(&words.people);
    let (first, last) = (random.pick(&people.first), random.pick(&people.last));
    // Most talk on the first channel of their bot.
    let channel = &bot.channels[usize::from(random.chance(20) && bot.channels.len() > 1)];
    let phone = matches!(channel.as_str(), "WhatsApp" | "SMS" | "RCS");
    let mut variables = Variables::with_capacity(14);
    let mut set = |name: &str, value: String| {
        variables.insert(name.to_owned(), value);
    };
    set("user_id", number.to_string());
    if phone {
        set("user_phone_number", number.to_string());
    }
    set("bot_channel", format!("{channel}Channel"));
    set("bot_name", bot.name.clone());
    set("user_name", format!("{first} {last}"));
    set("first_name", first.clone());
    if random.chance(95) {
        set("last_name", last.clone());
    }
    set("locale", people.locale.clone());
    set("language", people.language.clone());
    if random.chance(94) {
        let city = random.pick(&people.cities).clone();
        set(
            "city",
            if random.chance(4) {
                String::new()
            } else {
                city
            },
        );
    }
    if random.chance(90) {
        set("favorite_color", random.pick(&words.colors).clone());
    }
    if random.chance(92) {
        set("plan", random.pick(&words.plans).clone());
    }
    if random.chance(88) {
        set("age", (18 + random.below(68)).to_string());
    }
    if random.chance(80) {
        let (month, day) = (1 + random.below(11), 1 + random.below(28));
        set("last_order", format!("2026-{month:02}-{day:02}"));
    }
    variables
}

/// splitmix64: small, and the same numbers every time.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to below `limit`.
    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn chance(&mut self, of_a_hundred: u64) -> bool {
        self.below(100) < of_a_hundred
    }

    fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        let index = self.below(list.len().max(1) as u64);
        &list[usize::try_from(index).unwrap_or(0)]
    }

    /// Picks, the earlier the likelier.
    fn weighted<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        let length = list.len().max(1) as u64;
        let index = self.below(length).min(self.below(length));
        &list[usize::try_from(index).unwrap_or(0)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::database::Database;

    fn filled() -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(folder.path()).unwrap();
        database
            .write_here(|transaction| {
                fill(transaction, 500)?;
                let texts = transaction
                    .prepare("SELECT variables FROM contacts ORDER BY id")?
                    .query_map([], |row| row.get(0))?
                    .collect::<Result<Vec<String>, _>>()?;
                for audience in transaction
                    .prepare("SELECT filter FROM audiences WHERE filter IS NOT NULL")?
                    .query_map([], |row| row.get::<_, String>(0))?
                {
                    assert!(crate::sandbox::audience::read_filter(&audience?).is_ok());
                }
                Ok::<_, SandboxError>(texts)
            })
            .unwrap()
    }

    #[test]
    fn the_demo_is_the_same_every_time_and_its_settings_and_audiences_are_valid() {
        let contacts = filled();
        assert_eq!(contacts.len(), 500);
        assert_eq!(contacts, filled());
        let account: Account = serde_json::from_str(ACCOUNT).unwrap();
        let broadcasts: Vec<&Broadcast> = account
            .bots
            .iter()
            .flat_map(|bot| &bot.broadcasts)
            .collect();
        assert_eq!((account.bots.len(), broadcasts.len()), (3, 12));
        assert!(
            broadcasts
                .iter()
                .flat_map(|broadcast| broadcast.settings.keys())
                .all(|key| Setting::parse(key).is_some())
        );
    }
}
