//! The account's bots.

use crate::domain::record::Bot;
use crate::domain::secret::Secret;

use super::client::Client;
use super::error::PlatformError;
use super::lenient::{self, Object};
use super::wire::Call;

const DOING: &str = "reading the bots";

impl Client {
    /// The account's bots with their keys: `GET /bots` `[D]`. One without a key can't be used and is left out.
    ///
    /// # Errors
    /// See [`PlatformError`].
    pub async fn bots(&self) -> Result<Vec<Bot>, PlatformError> {
        let call = Call::read(self.url(&["bots"])?, DOING);
        let body = self.read(self.fresh()?, None, &call).await?.text(DOING)?;
        let objects = lenient::objects(&body, DOING)?;
        Ok(objects.iter().filter_map(bot).collect())
    }

    /// Whether the platform answers and knows the account key: one fresh authorization, and nothing is kept of it.
    ///
    /// # Errors
    /// See [`PlatformError`].
    pub async fn ping(&self) -> Result<(), PlatformError> {
        let client = Self::new(self.options().clone())?;
        client.token(None).await.map(|_| ())
    }
}

fn bot(object: &Object<'_>) -> Option<Bot> {
    let Some(key) = object.text("APIKey").filter(|key| !key.is_empty()) else {
        tracing::warn!("a bot without APIKey was left out");
        return None;
    };
    Some(Bot {
        name: object.text("Name").unwrap_or_else(|| key.clone()),
        key,
        description: object.text("Description").unwrap_or_default(),
        channels: object
            .field(&["Channels"])
            .map(lenient::texts)
            .unwrap_or_default(),
        secret: Secret::new(object.text("APISecret").unwrap_or_default()),
    })
}
