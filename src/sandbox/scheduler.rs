//! Delivers what is due. It never polls: it sleeps until the next due time, or until something changed.
//!
//! What each target will come to is decided at acceptance; delivering a run marks it as done and moves the counters,
//! so that a run over a million contacts is delivered as quickly as one over ten.

use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, params};
use tokio_util::sync::CancellationToken;

use super::answer::Refusal;
use super::app::App;
use crate::fault;

/// The longest sleep: the system's clock may be moved meanwhile.
const LONGEST: Duration = Duration::from_hours(1);

/// Delivers until the sandbox stops. What fell due while nobody served is delivered at once.
pub(super) async fn run(app: Arc<App>, stop: CancellationToken) {
    loop {
        fault::point("deliver");
        let changed = app.wake.notified();
        let now = app.clock.now();
        let next = app
            .database
            .write(move |transaction| deliver_due(transaction, now))
            .await;
        let sleep = match next {
            Ok(Some(due_at)) => Some(until(due_at - app.clock.now())),
            Ok(None) => None,
            Err(_) => Some(Duration::from_secs(1)),
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = changed => {}
            () = wait(sleep) => {}
        }
    }
}

fn until(milliseconds: i64) -> Duration {
    Duration::from_millis(u64::try_from(milliseconds).unwrap_or(0)).min(LONGEST)
}

async fn wait(sleep: Option<Duration>) {
    match sleep {
        Some(duration) => tokio::time::sleep(duration).await,
        None => std::future::pending().await,
    }
}

/// Delivers every run that is due, and gives the time of the next one.
///
/// # Errors
/// What `SQLite` says.
pub(super) fn deliver_due(connection: &Connection, now: i64) -> Result<Option<i64>, Refusal> {
    let due: Vec<(i64, String, i64, i64)> = connection
        .prepare_cached(
            "SELECT id, broadcast_id, targets, failing FROM runs WHERE done = 0 AND due_at <= ?1 ORDER BY due_at, id",
        )?
        .query_map([now], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })?
        .collect::<Result<_, _>>()?;
    for (run, broadcast, targets, failing) in due {
        connection.execute("UPDATE runs SET done = 1 WHERE id = ?1", [run])?;
        let delivered = targets - failing;
        connection.execute(
            "UPDATE broadcasts SET sent = sent + ?2, delivered = delivered + ?3, opened = opened + ?4 WHERE id = ?1",
            params![broadcast, targets, delivered, opened(run, delivered)],
        )?;
    }
    Ok(connection
        .query_row(
            "SELECT due_at FROM runs WHERE done = 0 ORDER BY due_at LIMIT 1",
            [],
            |row| row.get(0),
        )
        .optional()?)
}

/// How many of the delivered open it: a share between 30 and 69 in a hundred that the run's number decides, at least
/// one of any.
fn opened(run: i64, delivered: i64) -> i64 {
    let share = 30 + (run.wrapping_mul(7919)).rem_euclid(40);
    (delivered * share / 100).max(delivered.min(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_open_it_than_got_it() {
        for run in 0..100 {
            for delivered in [0, 1, 2, 10, 1_000_000] {
                let opened = opened(run, delivered);
                assert!(opened <= delivered);
                assert_eq!(opened == 0, delivered == 0);
            }
        }
    }
}
