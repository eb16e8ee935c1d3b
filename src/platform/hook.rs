//! The Launch Web Hook: one call, one fresh connection, evidence at the status line.
//!
//! A repeated call sends again `[D]`, so nothing here ever repeats, follows or renews. The answer's body is read only
//! after the caller has stored what the status line said.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::time::{Instant, timeout, timeout_at};
use url::Url;

use crate::domain::launch::Evidence;
use crate::domain::record::Bot;
use crate::domain::secret::{self, HookUrl};

use super::authorization::Token;
use super::client::Client;
use super::error::PlatformError;
use super::gate;
use super::transport;

/// The most bytes that are read of an answer.
const ANSWER_LIMIT: usize = 64_000;
const DOING: &str = "calling the hook";
const READING: &str = "reading the hook's answer";

/// Longer than any call is waited for: the limits are kept here.
const NO_LIMIT: Duration = Duration::from_hours(24 * 365);
/// A wait that ends so much later than it should was a standstill of the whole process.
const LATE: Duration = Duration::from_millis(100);
/// How long is looked for what came during a standstill.
const SECOND_LOOK: Duration = Duration::from_secs(1);

/// The verb of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HookMethod {
    /// To the configured audience, without a body.
    Get,
    /// With a JSON body, or none.
    Post,
}

/// A bot's token, to go with one call of the hook.
#[derive(Debug, Clone)]
pub struct HookToken {
    token: Token,
    bot_key: String,
}

/// One call of the hook, as it will be sent.
#[derive(Debug, Clone)]
pub struct HookRequest {
    /// The verb.
    pub method: HookMethod,
    /// The hook.
    pub url: HookUrl,
    /// The exact bytes of the body; `None` for none.
    pub body: Option<String>,
    /// From [`Client::hook_token`]; `None` where the settings waive it.
    pub token: Option<HookToken>,
}

/// A call of the hook that only has to be sent: the client stands, its certificates are read, the request is built.
///
/// Made before the journal is told that the call begins, so that nothing but the sending itself lies between that and
/// the first byte: a process that dies there leaves a call of which nobody knows.
#[must_use = "nothing was sent yet"]
pub struct ReadyCall {
    client: Client,
    builder: reqwest::RequestBuilder,
    host: String,
    token: Option<HookToken>,
}

/// Why no status line came: what it is evidence of, and a sentence without the URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct HookFailure {
    /// What was seen.
    pub evidence: Evidence,
    /// In words.
    pub reason: String,
}

/// An answer whose status line was read, and its body not yet.
#[derive(Debug)]
#[must_use = "the status is the outcome of the launch"]
pub struct HookAnswer {
    /// The status.
    pub status: u16,
    /// The status as evidence.
    pub evidence: Evidence,
    response: reqwest::Response,
    /// When the call has taken as long as it may, its answer's body included.
    until: Instant,
    client: Client,
    /// The token that was not accepted: forgotten once the status is on the record, since that may have to wait.
    refused: Option<HookToken>,
}

impl Client {
    /// A bot's token for its hook, asked for before anything goes to the hook. A failure is [`Evidence::NoToken`].
    ///
    /// # Errors
    /// [`PlatformError::ForeignOrigin`] where the hook is neither at the base URL's origin nor at one of `hook_hosts`;
    /// else what authorization gives.
    pub async fn hook_token(&self, bot: &Bot, hook: &HookUrl) -> Result<HookToken, PlatformError> {
        self.check_hook(hook.expose(), &self.origin())?;
        let token = self.token(Some(bot)).await?;
        Ok(HookToken {
            token,
            bot_key: bot.key.clone(),
        })
    }

    /// Whether a hook may be called at all, with or without a token: contacts' data go to the platform's own host, and
    /// to those that the profile names.
    ///
    /// # Errors
    /// [`PlatformError::ForeignOrigin`].
    pub fn check_hook_host(&self, hook: &HookUrl) -> Result<(), PlatformError> {
        let own = self.options().base_url.host() == hook.expose().host();
        if own || self.is_named(hook.expose()) {
            return Ok(());
        }
        Err(PlatformError::ForeignOrigin {
            ours: self.origin(),
            theirs: hook.origin(),
        })
    }

    fn is_named(&self, hook: &Url) -> bool {
        let hosts = &self.options().hook_hosts;
        hosts.iter().any(|host| names(host, hook))
    }

    /// Makes a call of the hook ready; no socket is opened.
    ///
    /// # Errors
    /// [`HookFailure`] where the request can't be built, or the token doesn't belong to the hook.
    pub fn ready_call(&self, request: HookRequest) -> Result<ReadyCall, HookFailure> {
        Ok(ReadyCall {
            builder: self.prepare(&request)?,
            client: self.clone(),
            host: request.url.origin(),
            token: request.token,
        })
    }

    fn prepare(&self, request: &HookRequest) -> Result<reqwest::RequestBuilder, HookFailure> {
        let http = self
            .fresh()
            .map_err(|error| failure(Evidence::NotBuilt, &error))?;
        let method = match request.method {
            HookMethod::Get => reqwest::Method::GET,
            HookMethod::Post => reqwest::Method::POST,
        };
        let mut builder = http.request(method, request.url.expose().clone());
        if let Some(HookToken { token, .. }) = &request.token {
            self.check_hook(request.url.expose(), &token.origin)
                .map_err(|error| failure(Evidence::NoToken, &error))?;
            builder = builder.bearer_auth(token.text.expose());
        }
        if request.method == HookMethod::Post {
            builder = builder.header(reqwest::header::CONTENT_TYPE, "application/json");
        }
        Ok(match &request.body {
            Some(body) => builder.body(body.clone()),
            None => builder,
        })
    }

    /// Whether a token of `ours` may go to a hook: its own origin, or a host that the profile names.
    fn check_hook(&self, hook: &Url, ours: &str) -> Result<(), PlatformError> {
        let theirs = secret::origin(hook);
        let own = ours == self.origin();
        if own && (theirs == ours || self.is_named(hook)) {
            return Ok(());
        }
        Err(PlatformError::ForeignOrigin {
            ours: ours.to_owned(),
            theirs,
        })
    }
}

impl ReadyCall {
    /// Calls the hook once and returns at the status line.
    ///
    /// # Errors
    /// [`HookFailure`] where no status line came; its evidence decides the outcome.
    pub async fn send(self) -> Result<HookAnswer, HookFailure> {
        self.send_if(|| true).await
    }

    /// As [`ReadyCall::send`]; but once the connection stands, and before a byte of the request leaves, it is asked
    /// whether the call is still to be made.
    ///
    /// # Errors
    /// As there; [`Evidence::HeldBack`] where the word was no.
    pub async fn send_if(self, may_go: impl Fn() -> bool) -> Result<HookAnswer, HookFailure> {
        let until = Instant::now() + self.client.options().total_timeout;
        // After a standstill in connecting nothing goes out that has taken as long as it may.
        let is_over = || Instant::now() >= until;
        let went = AtomicBool::new(false);
        let may_go = || {
            let goes = !is_over() && may_go();
            went.store(goes, Ordering::Relaxed);
            goes
        };
        let call = Box::pin(gate::asked(self.builder.timeout(NO_LIMIT).send(), may_go));
        let asked = within(until, call)
            .await
            .ok_or_else(|| failure(Evidence::TimedOut, &timed_out(DOING)))?;
        let sent = asked.ok_or_else(|| not_let_go(is_over()))?;
        let response = sent.map_err(|error| {
            let evidence = match transport::evidence(&error) {
                // Once it was let go nothing is certain any more.
                Evidence::NotConnected if went.load(Ordering::Relaxed) => Evidence::ConnectionLost,
                evidence => evidence,
            };
            failure(evidence, &transport::explain(error, DOING, &self.host))
        })?;
        let status = response.status().as_u16();
        Ok(HookAnswer {
            status,
            evidence: Evidence::Status(status),
            response,
            until,
            client: self.client,
            refused: self.token.filter(|_| status == 401),
        })
    }
}

impl HookAnswer {
    /// The body as text, at most 64 kB of it, never trusted. What is not UTF-8 becomes `U+FFFD`.
    ///
    /// # Errors
    /// Where the body ended early or in no time. The outcome stays what the status line said.
    pub async fn read_body(mut self) -> Result<String, PlatformError> {
        if let Some(HookToken { token, bot_key }) = &self.refused {
            self.client.forget(Some(bot_key), token).await;
        }
        let until = self.until;
        within(until, self.read_bytes())
            .await
            .ok_or_else(|| timed_out(READING))?
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    async fn read_bytes(&mut self) -> Result<Vec<u8>, PlatformError> {
        let mut bytes = Vec::new();
        while bytes.len() < ANSWER_LIMIT {
            let chunk = self.response.chunk().await;
            match chunk.map_err(|error| transport::explain(error, READING, ""))? {
                Some(chunk) => bytes.extend_from_slice(&chunk),
                None => break,
            }
        }
        bytes.truncate(ANSWER_LIMIT);
        Ok(bytes)
    }
}

/// Waits for an answer until a time; `None` where none came by then. After a standstill (a process that was stopped, a
/// machine that slept) the time is over before what came meanwhile was read: that is looked for first.
async fn within<T>(until: Instant, answer: impl Future<Output = T>) -> Option<T> {
    let mut answer = pin!(answer);
    match timeout_at(until, &mut answer).await {
        Ok(answer) => Some(answer),
        Err(_) if until.elapsed() > LATE => timeout(SECOND_LOOK, answer).await.ok(),
        Err(_) => None,
    }
}

/// The word at the standing connection was no: nothing was sent.
fn not_let_go(is_over: bool) -> HookFailure {
    if is_over {
        return HookFailure {
            evidence: Evidence::NotConnected,
            reason: "Connecting took as long as a whole call may take, so nothing was sent."
                .to_owned(),
        };
    }
    HookFailure {
        evidence: Evidence::HeldBack,
        reason: "It was not to be sent any more.".to_owned(),
    }
}

fn timed_out(doing: &str) -> PlatformError {
    PlatformError::TimedOut {
        doing: doing.to_owned(),
    }
}

fn failure(evidence: Evidence, error: &PlatformError) -> HookFailure {
    HookFailure {
        evidence,
        reason: error.to_string(),
    }
}

/// Whether an entry of `hook_hosts` names the host of a hook, or its host and port.
fn names(entry: &str, hook: &Url) -> bool {
    let host = hook.host_str().unwrap_or_default();
    let port = hook.port_or_known_default().unwrap_or_default();
    entry.eq_ignore_ascii_case(host) || entry.eq_ignore_ascii_case(&format!("{host}:{port}"))
}
