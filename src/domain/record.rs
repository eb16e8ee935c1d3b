//! Bots, broadcasts, audiences and contacts as the cache holds them.

use indexmap::IndexMap;
use jiff::Timestamp;

use super::secret::{HookUrl, Secret};
use super::settings::Settings;

/// A chatbot of the account. `key` (the Bot API Key) identifies it: the platform gives no id `[D]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bot {
    /// The Bot API Key.
    pub key: String,
    /// Its name; not promised to be unique.
    pub name: String,
    /// The operator's description of it.
    pub description: String,
    /// Where it talks: `WhatsApp`, `Web` ...
    pub channels: Vec<String>,
    /// The Bot API Secret.
    pub secret: Secret,
}

/// A broadcast of a bot, On Demand or not. The platform leaves out or nulls any field `[D]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broadcast {
    /// Its id; text.
    pub id: String,
    /// The key of its bot.
    pub bot_key: String,
    /// Its name; not promised to be unique.
    pub name: String,
    /// Whether it is enabled; `None` where the platform does not say.
    pub enabled: Option<bool>,
    /// Its Launch Web Hook: a broadcast with one is On Demand `[I]`.
    pub hook: Option<HookUrl>,
    /// Why a hook that the platform gave is not used.
    pub hook_error: Option<String>,
    /// Messages sent.
    pub sent: Option<u64>,
    /// Messages delivered.
    pub delivered: Option<u64>,
    /// Messages opened.
    pub opened: Option<u64>,
    /// The undocumented `SchedulingMode` `[U]`, shown as it is.
    pub scheduling_mode: Option<i64>,
    /// The undocumented `TriggerType` `[U]`, shown as it is.
    pub trigger_type: Option<i64>,
    /// The undocumented `ScheduleDate` `[U]`, shown as it is.
    pub schedule_date: Option<String>,
    /// What is recorded of its settings.
    pub settings: Settings,
    /// The audience it is configured for, where that is known.
    pub audience: Option<AudienceRef>,
}

impl Broadcast {
    /// Whether it has a Launch Web Hook `[I]`.
    pub fn is_on_demand(&self) -> bool {
        self.hook.is_some() || self.hook_error.is_some()
    }
}

/// The id and name of an audience.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AudienceRef {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A stored filter over contacts, kept by the platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audience {
    /// Its id.
    pub id: String,
    /// The key of its bot.
    pub bot_key: String,
    /// Its name.
    pub name: String,
    /// `broadcast_target` or `custom_filter` `[D]`.
    pub kind: String,
    /// When its contacts were last read to the end.
    pub synced_at: Option<Timestamp>,
}

/// One person on one channel of one bot: variables by name, in the order in which they came.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Contact {
    /// The variables, all of them text `[D]`; `user_id` and `bot_channel` among them.
    pub variables: IndexMap<String, String>,
}

impl Contact {
    /// A variable's value; `None` where it is not set.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }

    /// What tells it from every other contact of its bot: `bot_channel` and `user_id`.
    pub fn id(&self) -> ContactId {
        ContactId {
            channel: self.get("bot_channel").unwrap_or_default().to_owned(),
            user_id: self.get("user_id").unwrap_or_default().to_owned(),
        }
    }
}

/// What tells a contact from the others of its bot. A `user_id` is unique in its channel alone `[D]`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContactId {
    /// The `bot_channel`; empty where it is not known.
    pub channel: String,
    /// The `user_id`.
    pub user_id: String,
}

/// The standard variables of a contact `[D]`.
pub const STANDARD_VARIABLES: [&str; 12] = [
    "user_id",
    "user_phone_number",
    "user_name",
    "first_name",
    "last_name",
    "user_email",
    "locale",
    "bot_name",
    "bot_channel",
    "last_user_message",
    "chat_state",
    "timezone",
];

/// The channels on which `user_id` equals `user_phone_number` `[D]`.
pub fn is_phone_channel(channel: &str) -> bool {
    let name = channel.strip_suffix("Channel").unwrap_or(channel);
    ["WhatsApp", "SMS", "RCS"]
        .iter()
        .any(|phone| phone.eq_ignore_ascii_case(name))
}

/// The class names that `bot_channel` holds: suggestions, any text is accepted.
pub const CHANNELS: [&str; 8] = [
    "WhatsAppChannel",
    "SMSChannel",
    "RCSChannel",
    "TelegramChannel",
    "WebChannel",
    "FacebookChannel",
    "InstagramChannel",
    "ViberChannel",
];
