//! The On Demand settings of a broadcast, which only our sandbox lets one read and change.

use reqwest::Method;

use crate::domain::record::AudienceRef;
use crate::domain::settings::{Setting, Settings};

use super::client::Client;
use super::error::PlatformError;
use super::lenient;
use super::wire::Call;

const READING: &str = "reading the settings";
const CHANGING: &str = "changing the settings";

/// What the sandbox says of a broadcast's settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SandboxSettings {
    /// The eight settings.
    pub settings: Settings,
    /// The audience it is configured for.
    pub audience: Option<AudienceRef>,
}

impl Client {
    /// The settings of a broadcast of our sandbox: `GET /sandbox/broadcasts/{Id}/settings`.
    ///
    /// # Errors
    /// See [`PlatformError`]; [`PlatformError::NotASandbox`] on any other platform.
    pub async fn sandbox_settings(&self, id: &str) -> Result<SandboxSettings, PlatformError> {
        let call = Call::read(
            self.url(&["sandbox", "broadcasts", id, "settings"])?,
            READING,
        );
        let body = self.sandbox(&call).await?.text(READING)?;
        let object = lenient::object(&body, READING)?;
        let mut settings = Settings::default();
        for setting in Setting::ALL {
            settings.set(setting, object.boolean(setting.key()));
        }
        let audience = object.text("audience_id").map(|id| AudienceRef {
            name: object.text("audience_name").unwrap_or_else(|| id.clone()),
            id,
        });
        Ok(SandboxSettings { settings, audience })
    }

    /// Changes settings of a broadcast of our sandbox: `PATCH /sandbox/broadcasts/{Id}/settings`. Sent once.
    ///
    /// # Errors
    /// See [`PlatformError`]; [`PlatformError::NotASandbox`] on any other platform.
    pub async fn set_sandbox_settings(
        &self,
        id: &str,
        changes: &[(Setting, bool)],
    ) -> Result<(), PlatformError> {
        let object: serde_json::Map<String, serde_json::Value> = changes
            .iter()
            .map(|(setting, on)| (setting.key().to_owned(), (*on).into()))
            .collect();
        let call = Call::new(
            Method::PATCH,
            self.url(&["sandbox", "broadcasts", id, "settings"])?,
            Some(serde_json::Value::Object(object).to_string()),
            CHANGING,
        );
        let answer = self.sandbox(&call).await?;
        if answer.is_success() {
            return Ok(());
        }
        Err(PlatformError::of_status(
            CHANGING,
            answer.status,
            &answer.words(),
        ))
    }
}
