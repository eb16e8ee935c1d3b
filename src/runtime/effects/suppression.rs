//! Effects on the suppression list.

use std::sync::Arc;

use super::{Performer, notice_of};
use crate::domain::text::{counted, grouped, shown};
use crate::model::effect::RequestId;
use crate::model::suppression::{SuppressedRow, SuppressionReply, SuppressionWork};
use crate::model::{Notice, Reply};
use crate::session::{Session, SessionError};
use crate::store::notebook::Suppressed;

impl Performer {
    pub(super) fn suppression(&self, id: RequestId, work: SuppressionWork) {
        let session = Arc::clone(&self.session);
        self.act(async move {
            let reply = match work {
                SuppressionWork::List => SuppressionReply::Listed(list(&session).await),
                SuppressionWork::Add { identities, reason } => {
                    changed(add(&session, identities, &reason).await)
                }
                SuppressionWork::Remove(identity) => changed(remove(&session, identity).await),
            };
            Ok(Reply::Suppression(id, reply))
        });
    }
}

fn changed(result: Result<Notice, SessionError>) -> SuppressionReply {
    SuppressionReply::Changed(result.map_err(|error| notice_of(&error)))
}

async fn list(session: &Session) -> Result<Arc<Vec<SuppressedRow>>, Notice> {
    let people = session
        .suppressions()
        .await
        .map_err(|error| notice_of(&error))?;
    Ok(Arc::new(people.into_iter().map(row).collect()))
}

fn row(person: Suppressed) -> SuppressedRow {
    SuppressedRow {
        identity: person.identity,
        reason: person.reason,
        by: person.added_by,
        at: person.added_at,
    }
}

/// Puts people on the list, and says who was there already.
pub(super) async fn add(
    session: &Session,
    mut identities: Vec<String>,
    reason: &str,
) -> Result<Notice, SessionError> {
    for identity in &mut identities {
        *identity = crate::domain::suppression::key(identity);
    }
    identities.sort_unstable();
    identities.dedup();
    let named = identities.len() as u64;
    let added = session.suppress(identities, reason).await?;
    let mut said = format!("{} put on the suppression list.", counted(added, "contact"));
    if named > added {
        said = format!("{said} {} were on it already.", grouped(named - added));
    }
    Ok(Notice::ok(said))
}

async fn remove(session: &Session, identity: String) -> Result<Notice, SessionError> {
    let name = shown(&identity).into_owned();
    let removed = session.unsuppress(vec![identity]).await?;
    Ok(if removed == 0 {
        Notice::warning(format!("{name} was not on the list any more."))
    } else {
        Notice::ok(format!(
            "{name} is off the list: launches reach them again."
        ))
    })
}
