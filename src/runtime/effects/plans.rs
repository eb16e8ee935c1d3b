//! Effects on plans that are saved by name, and on those made of them.

use std::sync::Arc;

use super::notice_of;
use crate::domain::plan::Plan;
use crate::domain::template::Template;
use crate::domain::text::shown;
use crate::model::effect::BroadcastKey;
use crate::model::message::{NotSaved, PlanRow, PlanSummary};
use crate::model::{Notice, Reply};
use crate::session::{PlansError, SavedPlan, Session, SessionError};

/// The plans that were saved by name.
pub async fn list(session: Arc<Session>) -> Result<Reply, SessionError> {
    let plans = blocking(move || session.plans().list()).await?;
    let rows = plans.map(|plans| plans.into_iter().map(row).collect());
    Ok(Reply::Plans(
        rows.map_err(|error| notice_of(&SessionError::from(error))),
    ))
}

fn row(saved: SavedPlan) -> PlanRow {
    let content = saved.content.map(|content| PlanSummary {
        form: content.form,
        broadcast: content.broadcast,
        bot: content.bot,
        places: content.places,
    });
    PlanRow {
        name: saved.name,
        saved_at: saved.saved_at,
        content,
    }
}

/// Opens a saved plan: as a draft, or, where it is a template, to be filled in.
pub async fn open(session: Arc<Session>, name: String) -> Result<Reply, SessionError> {
    let (plans, wanted) = (Arc::clone(&session), name.clone());
    let text = blocking(move || plans.plans().read(&wanted)).await??;
    let is_template = Template::read(&text).is_ok_and(|template| !template.names().is_empty());
    if is_template {
        return Ok(Reply::Template(name, text));
    }
    let notice = Notice::ok(format!(
        "{} is the draft now; u takes that back.",
        shown(&name)
    ));
    draft(&session, &text, notice).await
}

/// Makes a plan's text the draft of the broadcast that it names.
pub async fn make(session: Arc<Session>, text: String) -> Result<Reply, SessionError> {
    let notice = Notice::ok("The template is filled in and is the draft now; u takes that back.");
    draft(&session, &text, notice).await
}

async fn draft(session: &Session, text: &str, notice: Notice) -> Result<Reply, SessionError> {
    let plan = match Plan::from_json(text) {
        Ok(plan) => plan,
        Err(problems) => return Ok(Reply::Say(Notice::error(told(&problems)))),
    };
    let found = session
        .find_broadcast(&plan.broadcast, plan.bot.as_deref())
        .await?;
    let key = BroadcastKey {
        bot: found.bot.key,
        id: found.broadcast.id,
    };
    Ok(Reply::Planned(key, Box::new(plan), notice))
}

/// The first problem with its place, and how many more there are.
fn told(problems: &[crate::domain::problem::Problem]) -> String {
    let Some(first) = problems.first() else {
        return "This is no plan.".to_owned();
    };
    let place = if first.at.is_empty() {
        String::new()
    } else {
        format!("{}: ", shown(&first.at))
    };
    match problems.len() {
        1 => format!("{place}{}", first.message),
        all => format!("{place}{} ({} more)", first.message, all - 1),
    }
}

/// Saves a plan's text by a name.
pub async fn save(
    session: Arc<Session>,
    name: String,
    text: String,
    replace: bool,
) -> Result<Reply, SessionError> {
    let wanted = name.clone();
    let saved = blocking(move || session.plans().save(&wanted, &text, replace)).await?;
    let result = saved.map_err(|error| match error {
        PlansError::Exists(_) => NotSaved::Exists,
        other => NotSaved::Failed(notice_of(&SessionError::from(other))),
    });
    Ok(Reply::PlanSaved(name, result))
}

/// Deletes a saved plan, and lists those that are left.
pub async fn delete(session: Arc<Session>, name: String) -> Result<Reply, SessionError> {
    let plans = Arc::clone(&session);
    blocking(move || plans.plans().remove(&name)).await??;
    list(session).await
}

/// Runs what reads or writes files on a thread that may wait.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, SessionError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| SessionError::Internal(error.to_string()))
}
