//! What operators decided themselves: who must not be written to, filters saved by name, and what the columns of files
//! are taken for.
//!
//! The notebook is opened when it is first asked for: whoever only reads the log needs none.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio::sync::OnceCell;

use super::{Session, SessionError};
use crate::audience::ColumnMapping;
use crate::domain::plan::{Form, Plan, PlanFilter};
use crate::domain::record::Bot;
use crate::store::notebook::{SavedFilter, Suppressed};
use crate::store::{Notebook, StoreError, Worker};

/// People of the suppression list that are read at a time.
const PAGE: u64 = 10_000;

/// The notebook of a profile, not opened before somebody asks for it.
pub(super) struct Lazy {
    file: PathBuf,
    opened: OnceCell<Arc<Worker<Notebook>>>,
}

impl Lazy {
    pub(super) fn new(file: PathBuf) -> Self {
        Self {
            file,
            opened: OnceCell::new(),
        }
    }

    async fn get(&self) -> Result<&Arc<Worker<Notebook>>, StoreError> {
        let open = || async {
            let file = self.file.clone();
            let opened = tokio::task::spawn_blocking(move || Notebook::open(&file)).await;
            let notebook = opened.map_err(|_| gone())??;
            for notice in notebook.notices() {
                tracing::warn!(notice, "the notebook was opened");
            }
            Worker::start("notebook", notebook).map(Arc::new)
        };
        self.opened.get_or_try_init(open).await
    }
}

fn gone() -> StoreError {
    StoreError::WorkerGone {
        name: "notebook".to_owned(),
    }
}

impl Session {
    /// The profile's notebook, for what has no function of its own here. The first call opens it.
    ///
    /// # Errors
    /// A notebook that is damaged, or lost, is an error: it is never taken for an empty one.
    pub async fn notebook(&self) -> Result<Arc<Worker<Notebook>>, SessionError> {
        Ok(Arc::clone(self.notebook.get().await?))
    }

    /// Puts people on the suppression list; returns how many weren't on it before.
    ///
    /// # Errors
    /// [`SessionError::ReadOnly`]: the list decides whom launches of this profile reach. Those of the notebook.
    pub async fn suppress(
        &self,
        identities: Vec<String>,
        reason: &str,
    ) -> Result<u64, SessionError> {
        self.check_writable()?;
        let at = Timestamp::now();
        let person = |identity| Suppressed {
            identity,
            reason: reason.to_owned(),
            added_by: self.operator.clone(),
            added_at: at,
        };
        let people: Vec<Suppressed> = identities.into_iter().map(person).collect();
        let notebook = self.notebook().await?;
        Ok(notebook.run(move |book| book.suppress(&people)).await?)
    }

    /// Takes people off the suppression list; returns how many were on it.
    ///
    /// # Errors
    /// As [`Session::suppress`].
    pub async fn unsuppress(&self, identities: Vec<String>) -> Result<u64, SessionError> {
        self.check_writable()?;
        let notebook = self.notebook().await?;
        Ok(notebook
            .run(move |book| book.unsuppress(&identities))
            .await?)
    }

    /// The whole suppression list, the newest first.
    ///
    /// # Errors
    /// Those of the notebook.
    pub async fn suppressions(&self) -> Result<Vec<Suppressed>, SessionError> {
        let notebook = self.notebook().await?;
        let read = |book: &mut Notebook| {
            let mut all = Vec::new();
            loop {
                let page = book.suppressed(all.len() as u64, PAGE)?;
                if page.is_empty() {
                    return Ok(all);
                }
                all.extend(page);
            }
        };
        Ok(notebook.run(read).await?)
    }

    /// Which of the identities are on the suppression list, in their normal form
    /// ([`crate::domain::suppression::key`]).
    ///
    /// # Errors
    /// Those of the notebook.
    pub async fn suppressed_among(
        &self,
        identities: HashSet<String>,
    ) -> Result<HashSet<String>, SessionError> {
        let notebook = self.notebook().await?;
        Ok(notebook
            .run(move |book| book.suppressed_among(&identities))
            .await?)
    }

    /// Saves filters for the contacts of a bot by a name, in the place of those of that name.
    ///
    /// # Errors
    /// Those of the notebook.
    pub async fn save_filter(
        &self,
        bot: &Bot,
        name: &str,
        filters: &[PlanFilter],
    ) -> Result<(), SessionError> {
        let saved = SavedFilter {
            bot_key: bot.key.clone(),
            name: name.to_owned(),
            filters: filters_json(filters),
            saved_at: Timestamp::now(),
        };
        let notebook = self.notebook().await?;
        Ok(notebook.run(move |book| book.save_filter(&saved)).await?)
    }

    /// The filters that were saved for the contacts of a bot, by name.
    ///
    /// # Errors
    /// Those of the notebook.
    pub async fn saved_filters(&self, bot: &Bot) -> Result<Vec<SavedFilter>, SessionError> {
        let key = bot.key.clone();
        let notebook = self.notebook().await?;
        Ok(notebook.run(move |book| book.filters(&key)).await?)
    }

    /// The filters of a name; `None` where there are none, or where they can't be read.
    ///
    /// # Errors
    /// Those of the notebook.
    pub async fn saved_filter(
        &self,
        bot: &Bot,
        name: &str,
    ) -> Result<Option<Vec<PlanFilter>>, SessionError> {
        let (key, name) = (bot.key.clone(), name.to_owned());
        let notebook = self.notebook().await?;
        let saved = notebook.run(move |book| book.filter(&key, &name)).await?;
        Ok(saved.and_then(|saved| filters_of(&saved)))
    }

    /// Removes the filters of a name; whether there were any.
    ///
    /// # Errors
    /// Those of the notebook.
    pub async fn remove_filter(&self, bot: &Bot, name: &str) -> Result<bool, SessionError> {
        let (key, name) = (bot.key.clone(), name.to_owned());
        let notebook = self.notebook().await?;
        Ok(notebook
            .run(move |book| book.delete_filter(&key, &name))
            .await?)
    }

    /// What the columns of a header were taken for last time.
    ///
    /// # Errors
    /// Those of the notebook.
    pub async fn remembered_mapping(
        &self,
        columns: &[String],
    ) -> Result<Option<ColumnMapping>, SessionError> {
        let columns = columns.to_vec();
        let notebook = self.notebook().await?;
        Ok(notebook.run(move |book| book.mapping(&columns)).await?)
    }

    /// Remembers what the columns of a header are taken for.
    ///
    /// # Errors
    /// Those of the notebook.
    pub async fn remember_mapping(
        &self,
        columns: &[String],
        mapping: &ColumnMapping,
    ) -> Result<(), SessionError> {
        let (columns, mapping) = (columns.to_vec(), mapping.clone());
        let save =
            move |book: &mut Notebook| book.save_mapping(&columns, &mapping, Timestamp::now());
        Ok(self.notebook().await?.run(save).await?)
    }
}

/// Of a plan, its filters as they stand.
#[derive(Deserialize)]
struct WithFilters<'a> {
    #[serde(borrow)]
    filters: &'a RawValue,
}

/// A plan that is nothing but its filters.
#[derive(Serialize)]
struct Around<'a> {
    broadcast: &'a str,
    form: &'a str,
    filters: &'a RawValue,
}

/// Filters as a plan writes them.
fn filters_json(filters: &[PlanFilter]) -> String {
    let plan = Plan {
        form: Form::Audience {
            filters: filters.to_vec(),
            variables: Vec::new(),
        },
        ..Plan::default()
    };
    let text = plan.to_json();
    // A plan of that form always has filters.
    let read = serde_json::from_str::<WithFilters<'_>>(&text);
    read.map_or_else(|_| "[]".to_owned(), |plan| plan.filters.get().to_owned())
}

/// Filters as they were saved; `None` where they can't be read.
pub fn filters_of(saved: &SavedFilter) -> Option<Vec<PlanFilter>> {
    let filters = serde_json::from_str::<&RawValue>(&saved.filters).ok()?;
    let around = Around {
        broadcast: "",
        form: "audience",
        filters,
    };
    let plan = Plan::from_json(&serde_json::to_string(&around).ok()?).ok()?;
    Some(plan.form.filters().to_vec())
}
