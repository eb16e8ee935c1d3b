//! The launches that were to reach one contact.

use rusqlite::{Connection, Row, params};

use crate::domain::contact::{Reached, ReachedBy};
use crate::domain::launch::{Named, SettledAs};
use crate::domain::record::ContactId;
use crate::store::StoreError;
use crate::store::sql::{Count, Time};

use super::read::MAY_HAVE_ARRIVED;
use super::row::Word;

/// Contacts are put on the record by call, so this goes through all of them: a tenth of a second for a million.
pub(super) fn launches_to(
    connection: &Connection,
    bot: &str,
    contact: &ContactId,
) -> Result<Reached, StoreError> {
    let launches = connection
        .prepare_cached(
            "SELECT launch.id, launch.broadcast_id, launch.broadcast_name, launch.started_at, call.outcome,
                    launch.settled_as
             FROM reached
             JOIN channel ON channel.id = reached.channel
             JOIN launch ON launch.sequence = reached.launch
             JOIN call ON call.launch = reached.launch AND call.number = reached.number
             WHERE reached.user_id = ?1 AND channel.name = ?2 AND launch.bot_id = ?3
             ORDER BY launch.sequence DESC",
        )?
        .query_map(params![contact.user_id, contact.channel, bot], by)?
        .collect::<rusqlite::Result<_>>()?;
    let not_recorded = connection.query_row(
        &format!(
            "SELECT count(*) FROM launch WHERE bot_id = ?1
             AND EXISTS (SELECT 1 FROM call WHERE call.launch = launch.sequence AND {MAY_HAVE_ARRIVED})
             AND NOT EXISTS (SELECT 1 FROM reached JOIN channel ON channel.id = reached.channel
                             WHERE reached.launch = launch.sequence AND reached.user_id = ?2 AND channel.name = ?3)
             AND launch.targets IS NULL"
        ),
        params![bot, contact.user_id, contact.channel],
        |row| row.get::<_, Count>(0),
    )?;
    Ok(Reached {
        launches,
        not_recorded: not_recorded.0,
    })
}

fn by(row: &Row<'_>) -> rusqlite::Result<ReachedBy> {
    let settled: Option<String> = row.get(5)?;
    Ok(ReachedBy {
        launch: row.get(0)?,
        broadcast: Named {
            id: row.get(1)?,
            name: row.get(2)?,
        },
        at: row.get::<_, Time>(3)?.0,
        outcome: row.get::<_, Word>(4)?.0,
        settled: settled.as_deref().and_then(SettledAs::parse),
    })
}
