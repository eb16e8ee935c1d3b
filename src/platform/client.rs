//! The client of one profile: its options, its clock, its connections, and how a call gets its token.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use url::Url;

use crate::domain::record::Bot;
use crate::domain::secret::{self, HookUrlError, Secret};

use super::authorization::{Slot, Token};
use super::error::{PlatformError, quoted};
use super::transport::{self, Connections};
use super::wire::{Answer, Call};

/// Where the time comes from.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What a profile says of its platform.
#[derive(Clone)]
pub struct ClientOptions {
    /// The base URL; https, or http to 127.0.0.1 and `[::1]`.
    pub base_url: Url,
    /// The Account API Key.
    pub account_key: Secret,
    /// Further hosts (`host`, or `host:port`) that a bot token may go to with a hook.
    pub hook_hosts: Vec<String>,
    /// The proxy to use. The environment's is never used.
    pub proxy: Option<Url>,
    /// How long connecting may take.
    pub connect_timeout: Duration,
    /// How long a whole call may take, the answer's body included.
    pub total_timeout: Duration,
    /// Whether it is a sandbox of ours, with endpoints of its own.
    pub sandbox: bool,
}

impl std::fmt::Debug for ClientOptions {
    /// Without the proxy's user name and password.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("ClientOptions")
            .field("base_url", &secret::origin(&self.base_url))
            .field("hook_hosts", &self.hook_hosts)
            .field("proxy", &self.proxy.as_ref().map(secret::origin))
            .field("sandbox", &self.sandbox)
            .finish_non_exhaustive()
    }
}

impl ClientOptions {
    /// Options with the default limits: 10 s to connect, 60 s in all, no proxy, no further hosts, no sandbox.
    pub fn new(base_url: Url, account_key: Secret) -> Self {
        Self {
            base_url,
            account_key,
            hook_hosts: Vec::new(),
            proxy: None,
            connect_timeout: Duration::from_secs(10),
            total_timeout: Duration::from_mins(1),
            sandbox: false,
        }
    }
}

/// The client of one profile. Clones share tokens and connections.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    options: ClientOptions,
    clock: Clock,
    /// Built at the first call: reading the machine's certificates has no place in a start.
    fresh: OnceLock<Result<reqwest::Client, PlatformError>>,
    slots: Mutex<HashMap<Option<String>, Arc<Slot>>>,
    expires_at: Mutex<Option<Timestamp>>,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Client({})", self.origin())
    }
}

impl Client {
    /// Makes a client; opens no socket and reads no file.
    ///
    /// # Errors
    /// [`PlatformError::BaseUrl`] where a token can't be trusted to the base URL.
    pub fn new(options: ClientOptions) -> Result<Self, PlatformError> {
        Self::with_clock(options, Arc::new(Timestamp::now))
    }

    /// The same with a clock of one's own.
    ///
    /// # Errors
    /// As [`Client::new`].
    pub fn with_clock(options: ClientOptions, clock: Clock) -> Result<Self, PlatformError> {
        check_base(&options.base_url)?;
        Ok(Self(Arc::new(Inner {
            options,
            clock,
            fresh: OnceLock::new(),
            slots: Mutex::default(),
            expires_at: Mutex::default(),
        })))
    }

    /// When the token that came last expires; `None` before the first.
    pub fn token_expires_at(&self) -> Option<Timestamp> {
        *self
            .0
            .expires_at
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Scheme, host and port of the platform, for the record.
    pub fn origin(&self) -> String {
        secret::origin(&self.0.options.base_url)
    }

    pub(super) fn options(&self) -> &ClientOptions {
        &self.0.options
    }

    pub(super) fn now(&self) -> Timestamp {
        (self.0.clock)()
    }

    pub(super) fn note_expiry(&self, at: Timestamp) {
        *self
            .0
            .expires_at
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(at);
    }

    pub(super) fn slot(&self, bot: Option<&str>) -> Arc<Slot> {
        let mut slots = self.0.slots.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slots.entry(bot.map(str::to_owned)).or_default())
    }

    /// The HTTP client that opens a connection for every call.
    pub(super) fn fresh(&self) -> Result<&reqwest::Client, PlatformError> {
        self.0
            .fresh
            .get_or_init(|| transport::build(self.options(), Connections::Fresh))
            .as_ref()
            .map_err(Clone::clone)
    }

    /// A URL below the base. A segment that would be dropped or climb up is refused.
    pub(super) fn url(&self, segments: &[&str]) -> Result<Url, PlatformError> {
        let mut url = self.options().base_url.clone();
        for segment in segments {
            if segment.is_empty() || matches!(*segment, "." | "..") {
                return Err(PlatformError::BadSegment(quoted(segment)));
            }
        }
        url.path_segments_mut()
            .map_err(|()| PlatformError::BaseUrl("it has no path"))?
            .pop_if_empty()
            .extend(segments);
        Ok(url)
    }

    /// Reads with the account's or a bot's token; a 401 is answered once with a new one.
    pub(super) async fn read(
        &self,
        http: &reqwest::Client,
        bot: Option<&Bot>,
        call: &Call,
    ) -> Result<Answer, PlatformError> {
        let token = self.token(bot).await?;
        let answer = call.exchange(http, Some(&token)).await?;
        if answer.status != 401 {
            return Ok(answer);
        }
        self.forget(bot.map(|bot| bot.key.as_str()), &token).await;
        let token = self.token(bot).await?;
        call.exchange(http, Some(&token)).await
    }

    /// Changes something with a bot's token: sent once, whatever the answer.
    pub(super) async fn write(&self, bot: &Bot, call: &Call) -> Result<Answer, PlatformError> {
        let token = self.token(Some(bot)).await?;
        let answer = call.exchange(self.fresh()?, Some(&token)).await?;
        if answer.status == 401 {
            self.forget(Some(&bot.key), &token).await;
        }
        Ok(answer)
    }

    /// Calls an endpoint that only our sandbox has, with the account key itself.
    pub(super) async fn sandbox(&self, call: &Call) -> Result<Answer, PlatformError> {
        if !self.options().sandbox {
            return Err(PlatformError::NotASandbox);
        }
        let key = Token::raw(self.options().account_key.clone(), self.origin());
        call.exchange(self.fresh()?, Some(&key)).await
    }
}

fn check_base(url: &Url) -> Result<(), PlatformError> {
    if url.query().is_some() {
        return Err(PlatformError::BaseUrl("it holds a query (?...)"));
    }
    secret::check_url(url).map_err(|error| {
        PlatformError::BaseUrl(match error {
            HookUrlError::NotAUrl => "it is not an absolute http or https URL",
            HookUrlError::UserInfo => "it holds a user name or password",
            HookUrlError::Fragment => "it holds a fragment (#...)",
            HookUrlError::PlainHttp => {
                "it is plain http, which is accepted only for 127.0.0.1 and [::1]"
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_show_neither_key_nor_the_proxys_password() {
        let base = "https://example.com/".parse().unwrap();
        let mut options = ClientOptions::new(base, Secret::new("hunter2"));
        options.proxy = Some("http://me:pw99@proxy.example.com:3128/".parse().unwrap());
        let shown = format!("{options:?}");
        assert!(shown.contains("proxy.example.com:3128"), "{shown}");
        assert!(
            !shown.contains("hunter2") && !shown.contains("pw99"),
            "{shown}"
        );
    }

    #[test]
    fn urls_stay_below_the_base_with_or_without_a_slash() {
        for base in ["https://example.com/api", "https://example.com/api/"] {
            let options = ClientOptions::new(base.parse().unwrap(), Secret::new("k"));
            let client = Client::new(options).unwrap();
            let url = client.url(&["broadcasts", "a/../b?c#d"]).unwrap();
            assert_eq!(
                url.as_str(),
                "https://example.com/api/broadcasts/a%2F..%2Fb%3Fc%23d"
            );
        }
    }
}
