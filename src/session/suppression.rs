//! The suppression list, held against the contacts that are loaded and kept until either of them changes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Contacts, Session, SessionError};
use crate::audience::Suppression;
use crate::domain::record::Bot;

/// What was held against each other: the generation that the table was made at, and the notebook's revision.
type Mark = (i64, (i64, i64));

/// The lists that are ready, by the bot's key.
#[derive(Default)]
pub(super) struct Ready(Mutex<HashMap<String, (Mark, Arc<Suppression>)>>);

impl Ready {
    fn get(&self, bot: &str, mark: Mark) -> Option<Arc<Suppression>> {
        let ready = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (known, suppression) = ready.get(bot)?;
        (*known == mark).then(|| Arc::clone(suppression))
    }

    fn put(&self, bot: &str, mark: Mark, suppression: Arc<Suppression>) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(bot.to_owned(), (mark, suppression));
    }
}

impl Session {
    /// Who of a bot's contacts must not be written to.
    ///
    /// # Errors
    /// Those of the notebook: a list that can't be read is never taken for an empty one.
    pub async fn suppression(
        &self,
        bot: &Bot,
        contacts: &Arc<Contacts>,
    ) -> Result<Arc<Suppression>, SessionError> {
        let notebook = self.notebook().await?;
        let revision = notebook.run(|book| book.revision()).await?;
        let mark = (contacts.made_at, revision);
        if let Some(ready) = self.suppression.get(&bot.key, mark) {
            return Ok(ready);
        }
        if let Some((made_at, change)) = &contacts.change
            && let Some(ready) = self.suppression.get(&bot.key, (*made_at, revision))
        {
            let held = Arc::new(ready.changed(change, &contacts.table));
            self.suppression.put(&bot.key, mark, Arc::clone(&held));
            return Ok(held);
        }
        let keys = notebook.run(|book| book.suppressed_keys()).await?;
        let table = Arc::clone(&contacts.table);
        let held = tokio::task::spawn_blocking(move || Suppression::new(keys, &table)).await;
        let held = held.map_err(|error| SessionError::Internal(error.to_string()))?;
        let held = Arc::new(held);
        self.suppression.put(&bot.key, mark, Arc::clone(&held));
        Ok(held)
    }
}
