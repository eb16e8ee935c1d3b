//! Reaching the platform: a client for a profile's URL, or the built-in sandbox, started or attached to.

use std::path::Path;

use url::Url;

use super::{Session, SessionError};
use crate::config::{Kind, Profile};
use crate::domain::record::Broadcast;
use crate::domain::secret::Secret;
use crate::platform::{Client, ClientOptions};
use crate::sandbox::{self, Options, Served};

/// A platform that is reached.
pub struct Connection {
    client: Client,
    served: Option<Served>,
}

impl Connection {
    /// Ends it: a sandbox that is served here stops.
    pub(super) async fn close(self) {
        if let Some(Served::Here(running)) = self.served {
            running.shutdown().await;
        }
    }

    /// Whether it still stands: a sandbox served by another process ends with that process.
    async fn stands(&self) -> bool {
        match &self.served {
            Some(Served::Elsewhere(endpoint)) => endpoint.answers().await,
            Some(Served::Here(_)) | None => true,
        }
    }
}

impl Session {
    /// The client of this profile. The first call resolves the account key, or starts or attaches to the sandbox.
    ///
    /// # Errors
    /// Where there is no account key, or the sandbox can't be served.
    pub async fn client(&self) -> Result<Client, SessionError> {
        let mut connection = self.connection.lock().await;
        if let Some(standing) = connection.as_ref()
            && standing.stands().await
        {
            return Ok(standing.client.clone());
        }
        let made = if self.profile.is_built_in() {
            sandbox_connection(&self.sandbox_folder, &self.profile).await?
        } else {
            live_connection(&self.profile).await?
        };
        let client = made.client.clone();
        // Nobody gets the client before the hooks in the cache are those of its sandbox.
        if self.profile.is_built_in()
            && let Err(error) = self.renew_hooks(&client).await
        {
            made.close().await;
            return Err(error);
        }
        *connection = Some(made);
        Ok(client)
    }

    /// Reads the hook URLs again where the sandbox has another address than those in the cache.
    ///
    /// A bot that the sandbox doesn't know any more (it was started over) keeps what is cached of it: the next sync
    /// brings the new bots, and until then a launch of its broadcasts gets no token.
    async fn renew_hooks(&self, client: &Client) -> Result<(), SessionError> {
        let origin = client.origin();
        let broadcasts = self.broadcasts().await?;
        let is_stale = |broadcast: &Broadcast| {
            broadcast
                .hook
                .as_ref()
                .is_some_and(|hook| hook.origin() != origin)
        };
        if !broadcasts.iter().any(is_stale) {
            return Ok(());
        }
        for bot in self.cache.run(|cache| cache.bots()).await? {
            let broadcasts = match client.broadcasts(&bot).await {
                Ok(broadcasts) => broadcasts,
                Err(error) => {
                    tracing::warn!(%error, "the hooks of a bot could not be read again");
                    continue;
                }
            };
            self.cache
                .run(move |cache| cache.replace_broadcasts(&bot.key, &broadcasts))
                .await?;
        }
        Ok(())
    }

    /// Whether settings can be pushed: the profile's platform is a sandbox of ours.
    pub fn pushes_settings(&self) -> bool {
        self.profile.kind == Kind::Sandbox
    }
}

async fn sandbox_connection(folder: &Path, profile: &Profile) -> Result<Connection, SessionError> {
    let served = sandbox::attach_or_start(Options::new(folder)).await?;
    let endpoint = served.endpoint();
    let url =
        Url::parse(&endpoint.url).map_err(|error| SessionError::Internal(error.to_string()))?;
    let client = client(profile, url, endpoint.account_key.clone())?;
    Ok(Connection {
        client,
        served: Some(served),
    })
}

async fn live_connection(profile: &Profile) -> Result<Connection, SessionError> {
    let Some(url) = profile.url.clone() else {
        return Err(SessionError::Internal("the profile has no address".into()));
    };
    // A command that gives the key may take its time, and blocks.
    let asked = profile.clone();
    let key = tokio::task::spawn_blocking(move || asked.account_key())
        .await
        .map_err(|error| SessionError::Internal(error.to_string()))??;
    Ok(Connection {
        client: client(profile, url, key)?,
        served: None,
    })
}

fn client(profile: &Profile, url: Url, account_key: Secret) -> Result<Client, SessionError> {
    let options = ClientOptions {
        hook_hosts: profile.hook_hosts.clone(),
        proxy: profile.proxy.clone(),
        connect_timeout: profile.connect_timeout,
        total_timeout: profile.timeout,
        sandbox: profile.kind == Kind::Sandbox,
        ..ClientOptions::new(url, account_key)
    };
    Ok(Client::new(options)?)
}
