//! A bot's audiences, and the reader that goes through the contacts of one.

use crate::domain::record::{Audience, Bot, Contact};

use super::client::Client;
use super::error::{PlatformError, said};
use super::lenient::{self, Object};
use super::transport::{self, Connections};
use super::wire::{Answer, Call};

const LISTING: &str = "reading the audiences";
const READING: &str = "reading the contacts of an audience";

impl Client {
    /// A bot's audiences of every kind: `GET /peoples/audiences/*`, throttled to one call in 30 minutes `[D]`.
    ///
    /// # Errors
    /// See [`PlatformError`]; a 400 is most likely [`PlatformError::Throttled`].
    pub async fn audiences(&self, bot: &Bot) -> Result<Vec<Audience>, PlatformError> {
        let call = Call::read(self.url(&["peoples", "audiences", "*"])?, LISTING);
        let answer = self.read(self.fresh()?, Some(bot), &call).await?;
        let body = not_throttled(answer, LISTING)?.text(LISTING)?;
        let objects = lenient::objects(&body, LISTING)?;
        Ok(objects
            .iter()
            .filter_map(|object| audience(object, &bot.key))
            .collect())
    }

    /// Prepares reading an audience's contacts; nothing is asked before the first page. `fields` are names of
    /// variables, or `*`.
    ///
    /// The cursor is the server's `[D]`: one reader at a time for a bot.
    ///
    /// # Errors
    /// Where id or fields can't stand in a URL, or the HTTP client can't be set up.
    pub fn read_audience(
        &self,
        bot: &Bot,
        id: &str,
        fields: &[String],
    ) -> Result<AudienceReader, PlatformError> {
        let start = self.url(&["peoples", "audiences", id, &fields.join(",")])?;
        let next = self.url(&["peoples", "audiences", id, "readnext"])?;
        Ok(AudienceReader {
            client: self.clone(),
            http: transport::build(self.options(), Connections::Kept)?,
            bot: bot.clone(),
            start: Call::read(start, READING),
            next: Call::read(next, READING),
            position: Position::Start,
        })
    }
}

/// Goes through the contacts of an audience, 256 a page `[D]`.
#[must_use = "nothing is read before a page is asked for"]
pub struct AudienceReader {
    client: Client,
    /// Its own, so that the connection it keeps goes with it.
    http: reqwest::Client,
    bot: Bot,
    start: Call,
    next: Call,
    position: Position,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Position {
    /// Before the start call, which rewinds.
    Start,
    /// At least one page came.
    Within,
    End,
}

impl AudienceReader {
    /// The next page; `None` at the end, which the platform says with a 400 `[D]`. A page with nobody is the end too.
    ///
    /// # Errors
    /// See [`PlatformError`]. After one the reader does not go on: whether the cursor moved is not known.
    pub async fn next_page(&mut self) -> Result<Option<Vec<Contact>>, PlatformError> {
        let position = std::mem::replace(&mut self.position, Position::End);
        let call = match position {
            Position::Start => &self.start,
            Position::Within => &self.next,
            Position::End => return Ok(None),
        };
        let answer = self.client.read(&self.http, Some(&self.bot), call).await?;
        if answer.status == 400 && position == Position::Within {
            return Ok(None);
        }
        let contacts = contacts(&not_throttled(answer, READING)?.text(READING)?)?;
        if contacts.is_empty() {
            return Ok(None);
        }
        self.position = Position::Within;
        Ok(Some(contacts))
    }
}

fn contacts(body: &str) -> Result<Vec<Contact>, PlatformError> {
    let objects = lenient::objects(body, READING)?;
    Ok(objects
        .into_iter()
        .map(|object| Contact {
            variables: object.into_texts(),
        })
        .collect())
}

/// A throttled call answers 400 `[D]`.
fn not_throttled(answer: Answer, doing: &str) -> Result<Answer, PlatformError> {
    if answer.status != 400 {
        return Ok(answer);
    }
    Err(PlatformError::Throttled {
        doing: doing.to_owned(),
        status: answer.status,
        answer: said(&answer.words()),
    })
}

fn audience(object: &Object<'_>, bot_key: &str) -> Option<Audience> {
    let Some(id) = object.text("Id").filter(|id| !id.is_empty()) else {
        tracing::warn!("an audience without Id was left out");
        return None;
    };
    Some(Audience {
        bot_key: bot_key.to_owned(),
        name: object.text("Name").unwrap_or_else(|| id.clone()),
        id,
        kind: object.text("Type").unwrap_or_default(),
        synced_at: None,
    })
}
