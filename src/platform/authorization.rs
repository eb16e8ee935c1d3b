//! Tokens: asked for once however many callers want one, kept per bot, renewed some minutes early.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex;
use url::Url;

use crate::domain::record::Bot;
use crate::domain::secret::{self, Secret};

use super::client::Client;
use super::error::{PlatformError, said};
use super::lenient;
use super::wire::Call;

/// How long a token lasts where the answer does not say, in minutes `[D]`.
const DEFAULT_MINUTES: f64 = 60.0;
/// Longer than this is not believed: "about 60 minutes" is documented `[D]`.
const MOST_MINUTES: f64 = 1440.0;
/// A token is renewed this long before it expires, or after half its life if that is later.
const MARGIN: SignedDuration = SignedDuration::from_mins(5);
/// The most bytes of an answer with a token.
const LIMIT: u64 = 1_000_000;

/// A token, bound to where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) text: Secret,
    /// Scheme, host and port.
    pub(super) origin: String,
    pub(super) expires_at: Timestamp,
    renew_at: Timestamp,
}

impl Token {
    /// A key that is sent as it is, to our sandbox alone.
    pub(super) fn raw(text: Secret, origin: String) -> Self {
        Self {
            text,
            origin,
            expires_at: Timestamp::MAX,
            renew_at: Timestamp::MAX,
        }
    }

    /// Refuses a URL of another scheme, host or port.
    pub(super) fn check(&self, url: &Url) -> Result<(), PlatformError> {
        let theirs = secret::origin(url);
        if theirs == self.origin {
            return Ok(());
        }
        Err(PlatformError::ForeignOrigin {
            ours: self.origin.clone(),
            theirs,
        })
    }
}

/// The token of the account or of one bot. Whoever holds the lock asks for it; the others wait and share what came,
/// a refusal too.
#[derive(Default)]
pub(super) struct Slot {
    attempts: AtomicU64,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    token: Option<Token>,
    refusal: Option<PlatformError>,
}

impl Client {
    /// A token that is good for some minutes: the account's, or a bot's.
    pub(super) async fn token(&self, bot: Option<&Bot>) -> Result<Token, PlatformError> {
        let slot = self.slot(bot.map(|bot| bot.key.as_str()));
        let seen = slot.attempts.load(Ordering::Acquire);
        let mut held = slot.held.lock().await;
        if let Some(token) = held
            .token
            .as_ref()
            .filter(|token| self.now() < token.renew_at)
        {
            return Ok(token.clone());
        }
        if slot.attempts.load(Ordering::Acquire) != seen
            && let Some(refusal) = &held.refusal
        {
            return Err(refusal.clone());
        }
        let answer = self.authorize(bot).await;
        slot.attempts.fetch_add(1, Ordering::AcqRel);
        held.token = answer.as_ref().ok().cloned();
        held.refusal = answer.as_ref().err().cloned();
        drop(held);
        if let Ok(token) = &answer {
            self.note_expiry(token.expires_at);
        }
        answer
    }

    /// Drops a token that was refused, unless it was renewed meanwhile.
    pub(super) async fn forget(&self, bot: Option<&str>, refused: &Token) {
        let slot: Arc<Slot> = self.slot(bot);
        let mut held = slot.held.lock().await;
        if held.token.as_ref() == Some(refused) {
            held.token = None;
        }
    }

    /// Asks for a token: `POST {base}/authorization/integration` `[D]`.
    async fn authorize(&self, bot: Option<&Bot>) -> Result<Token, PlatformError> {
        let mut keys = serde_json::json!({"AccountAPIKey": self.options().account_key.expose()});
        if let Some(bot) = bot {
            keys["BotAPIKey"] = bot.key.as_str().into();
            keys["BotAPISecret"] = bot.secret.expose().into();
        }
        let call = Call {
            limit: LIMIT,
            ..Call::new(
                reqwest::Method::POST,
                self.url(&["authorization", "integration"])?,
                Some(keys.to_string()),
                "authorization",
            )
        };
        let asked_at = self.now();
        let answer = call.exchange(self.fresh()?, None).await?;
        if matches!(answer.status, 401 | 404) {
            return Err(PlatformError::UnknownKey {
                whose: bot.map_or_else(|| "account key".to_owned(), whose),
                status: answer.status,
                answer: said(&answer.words()),
            });
        }
        read_token(&answer.text(&call.doing)?, asked_at, self.origin())
    }
}

fn whose(bot: &Bot) -> String {
    let name = super::error::quoted(&bot.name);
    format!("account key, or the keys of bot \"{name}\"")
}

/// Reads the answer with all its documented spellings: `token` or `Token`, any key that starts with `expir`.
fn read_token(body: &str, asked_at: Timestamp, origin: String) -> Result<Token, PlatformError> {
    let missing = || PlatformError::Unexpected {
        doing: "authorization".to_owned(),
        missing: "token",
    };
    let object = lenient::object(body, "authorization")?;
    let text = object
        .text("token")
        .filter(|text| !text.trim().is_empty())
        .ok_or_else(missing)?;
    let minutes = object
        .find(|key| {
            key.get(..5)
                .is_some_and(|start| start.eq_ignore_ascii_case("expir"))
        })
        .and_then(lenient::text)
        .and_then(|text| text.trim().parse::<f64>().ok())
        .filter(|minutes| *minutes > 0.0 && *minutes <= MOST_MINUTES)
        .unwrap_or(DEFAULT_MINUTES);
    let life = SignedDuration::from_secs_f64(minutes * 60.0);
    let early = MARGIN.min(life / 2);
    Ok(Token {
        text: Secret::new(text),
        origin,
        expires_at: asked_at.saturating_add(life).unwrap_or(Timestamp::MAX),
        renew_at: asked_at
            .saturating_add(life - early)
            .unwrap_or(Timestamp::MAX),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::now(r#"{"token":"t","expiresIn":30}"#, 30)]
    #[case::before(r#"{"Token":"t","Expires":45}"#, 45)]
    #[case::text(r#"{"token":"t","EXPIRATION":"20"}"#, 20)]
    #[case::nothing_said(r#"{"token":"t"}"#, 60)]
    #[case::null(r#"{"token":"t","expires":null}"#, 60)]
    #[case::a_date(r#"{"token":"t","expires":"2026-01-01T00:00:00Z"}"#, 60)]
    #[case::negative(r#"{"token":"t","expires":-5}"#, 60)]
    #[case::absurd(r#"{"token":"t","expires":360000}"#, 60)]
    #[case::under_result(r#"{"Result":{"Token":"t","Expires":10}}"#, 10)]
    #[case::under_data(r#"{"Data":{"token":"t","expire":"12"}}"#, 12)]
    fn every_spelling_of_an_answer_is_read(#[case] body: &str, #[case] minutes: i64) {
        let token = read_token(body, Timestamp::UNIX_EPOCH, "o".to_owned()).unwrap();
        assert_eq!(token.text.expose(), "t");
        assert_eq!(token.expires_at.as_second(), minutes * 60);
        assert!(token.renew_at < token.expires_at && token.renew_at > Timestamp::UNIX_EPOCH);
    }

    #[rstest]
    #[case::missing(r#"{"expires":60}"#)]
    #[case::empty(r#"{"token":""}"#)]
    #[case::not_json("<html>")]
    #[case::not_an_object("[]")]
    fn an_answer_without_a_token_is_an_error(#[case] body: &str) {
        assert!(read_token(body, Timestamp::UNIX_EPOCH, String::new()).is_err());
    }
}
