//! A bot's broadcasts: the list, and the one switch that the public API has.

use indexmap::IndexMap;
use reqwest::Method;

use crate::domain::record::{Bot, Broadcast};
use crate::domain::secret::HookUrl;
use crate::domain::settings::Settings;

use super::client::Client;
use super::error::PlatformError;
use super::lenient::{self, Object};
use super::wire::Call;

const DOING: &str = "reading the broadcasts";

impl Client {
    /// A bot's broadcasts: `GET /broadcasts` `[D]`. Of two with one id the later stands, in the first one's place;
    /// one without an id can't be used and is left out.
    ///
    /// # Errors
    /// See [`PlatformError`]. A field of another type is no error: it is as if missing.
    pub async fn broadcasts(&self, bot: &Bot) -> Result<Vec<Broadcast>, PlatformError> {
        let call = Call::read(self.url(&["broadcasts"])?, DOING);
        let body = self
            .read(self.fresh()?, Some(bot), &call)
            .await?
            .text(DOING)?;
        let objects = lenient::objects(&body, DOING)?;
        let by_id: IndexMap<String, Broadcast> = objects
            .iter()
            .filter_map(|object| broadcast(object, &bot.key))
            .map(|broadcast| (broadcast.id.clone(), broadcast))
            .collect();
        Ok(by_id.into_values().collect())
    }

    /// Enables or disables a broadcast: `PUT /broadcasts/{Id}/{true|false}` `[D]`. Sent once. What is queued already
    /// runs on.
    ///
    /// # Errors
    /// See [`PlatformError`]; [`PlatformError::may_have_arrived`] says whether the switch may have moved.
    pub async fn set_enabled(
        &self,
        bot: &Bot,
        id: &str,
        enabled: bool,
    ) -> Result<(), PlatformError> {
        let word = if enabled { "true" } else { "false" };
        let doing = if enabled {
            "enabling the broadcast"
        } else {
            "disabling the broadcast"
        };
        let call = Call::new(
            Method::PUT,
            self.url(&["broadcasts", id, word])?,
            None,
            doing,
        );
        let answer = self.write(bot, &call).await?;
        if answer.is_success() {
            return Ok(());
        }
        Err(PlatformError::of_status(
            doing,
            answer.status,
            &answer.words(),
        ))
    }
}

fn broadcast(object: &Object<'_>, bot_key: &str) -> Option<Broadcast> {
    let Some(id) = object.text("Id").filter(|id| !id.is_empty()) else {
        tracing::warn!("a broadcast without Id was left out");
        return None;
    };
    let (hook, hook_error) = hook(object);
    Some(Broadcast {
        bot_key: bot_key.to_owned(),
        name: object.text("Name").unwrap_or_else(|| id.clone()),
        id,
        enabled: object.boolean("Enabled"),
        hook,
        hook_error,
        sent: object.whole("Sent"),
        delivered: object.whole("Delivered"),
        opened: object.whole("Opened"),
        scheduling_mode: object.whole("SchedulingMode"),
        trigger_type: object.whole("TriggerType"),
        schedule_date: object.text("ScheduleDate"),
        settings: Settings::default(),
        audience: None,
    })
}

/// The hook, or why the one that the platform gave is not used. None at all where it gave none.
fn hook(object: &Object<'_>) -> (Option<HookUrl>, Option<String>) {
    match object.text("OnDemandUrl") {
        Some(text) if !text.trim().is_empty() => match HookUrl::parse(&text) {
            Ok(hook) => (Some(hook), None),
            Err(error) => (None, Some(error.to_string())),
        },
        _ => (None, None),
    }
}
