//! Effects on launches of the record: again, the rest of a stopped batch, what changed, a file of one.

use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::json;

use crate::domain::launch::{LaunchRecord, Named};
use crate::domain::plan::Plan;
use crate::domain::text::{counted, shown};
use crate::model::effect::BroadcastKey;
use crate::model::{Notice, Reply};
use crate::session::{Session, SessionError};

/// A launch on the record as a new draft, of exactly its broadcast; one that waits, or that never became a launch, too.
pub async fn again(session: Arc<Session>, id: String) -> Result<Reply, SessionError> {
    let again = session.again(&id).await?;
    let notice = Notice::ok("The launch is the draft now, as it was made; u takes that back.");
    Ok(planned(&again.bot, &again.broadcast, again.plan, notice))
}

/// What a stopped batch has not sent as a new draft.
pub async fn rest(session: Arc<Session>, id: String) -> Result<Reply, SessionError> {
    let launch = session.logged(&id).await?;
    let rest = session.rest(&id).await?;
    let left = rest.plan.form.targets().len() as u64;
    let left = counted(left, "target");
    let notice = match &rest.repeats {
        None => Notice::ok(format!(
            "{left} not sent: they are the draft now. Review it to send the rest; u takes that back."
        )),
        Some(repeats) => Notice::warning(format!(
            "{left} not sent are the draft now. {}",
            shown(repeats)
        )),
    };
    Ok(planned(&launch.bot, &launch.broadcast, rest.plan, notice))
}

/// What changed from the launch before a launch to it.
pub async fn since(session: Arc<Session>, id: String) -> Result<Reply, SessionError> {
    let launch = session.logged(&id).await?;
    let since = session.since_the_one_before(&launch).await?;
    Ok(Reply::Since(launch.id, Box::new(since)))
}

fn planned(bot: &Named, broadcast: &Named, plan: Plan, notice: Notice) -> Reply {
    let key = BroadcastKey {
        bot: bot.id.clone(),
        id: broadcast.id.clone(),
    };
    Reply::Planned(key, Box::new(plan), notice)
}

/// Writes a launch with its plan, bodies and answers to a file of its own.
pub async fn export(session: Arc<Session>, id: String) -> Result<Reply, SessionError> {
    let launch = session.logged(&id).await?;
    // The profile's folder: the locks lie in it.
    let folder = session.launcher.locks.parent().map(PathBuf::from);
    let folder = folder.unwrap_or_default();
    let path = folder.join(format!("launch-{}.json", launch.id));
    let text = exported(&launch);
    let target = path.clone();
    let written = tokio::task::spawn_blocking(move || write(&target, &text)).await;
    let written = written.map_err(|error| SessionError::Internal(error.to_string()))?;
    let path = shown(&path.display().to_string()).into_owned();
    Ok(Reply::Say(match written {
        Ok(()) => Notice::ok(format!(
            "Written to {path}, readable by you alone: it holds contacts' data."
        )),
        Err(error) => Notice::error(format!("{path} could not be written: {error}.")),
    }))
}

/// One JSON object with the names of `mylink log ID --json`; nothing in it moves a terminal.
fn exported(launch: &LaunchRecord) -> String {
    let calls: Vec<_> = launch
        .calls
        .iter()
        .map(|call| {
            json!({
                "method": call.method, "url": call.url, "status": call.status, "bytes": call.bytes,
                "sha256": call.sha256, "targets": call.targets, "outcome": call.outcome.word(),
                "reason": call.reason, "sent_at": call.sent_at, "answered_at": call.answered_at,
                "answer": call.answer, "body": call.body,
            })
        })
        .collect();
    let launch = json!({
        "launch_id": launch.id, "bot": launch.bot, "broadcast": launch.broadcast, "host": launch.host,
        "operator": launch.operator, "outcome": launch.outcome.word(), "reason": launch.reason,
        "settled": launch.settled, "targets": launch.targets, "reviewed_at": launch.reviewed_at,
        "started_at": launch.started_at, "ended_at": launch.ended_at,
        "plan": serde_json::from_str::<serde_json::Value>(&launch.plan).ok(), "calls": calls,
    });
    crate::domain::text::json(&launch).unwrap_or_default()
}

/// The file is there as a whole or not at all, for its owner alone.
fn write(path: &PathBuf, text: &str) -> io::Result<()> {
    let draft = path.with_extension(format!("{}.writing", uuid::Uuid::now_v7()));
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&draft)?;
    let written = writeln!(file, "{text}")
        .and_then(|()| file.sync_all())
        .and_then(|()| std::fs::rename(&draft, path));
    if written.is_err() {
        let _ = std::fs::remove_file(&draft);
    }
    written
}
