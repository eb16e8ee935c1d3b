//! The effect that explains contacts by name.

use std::sync::Arc;

use super::notice_of;
use crate::domain::plan::Plan;
use crate::model::Reply;
use crate::model::effect::{BroadcastKey, RequestId};
use crate::session::{Session, SessionError};

/// Explains the contacts of a name by a plan. That it couldn't be done is an answer too: somebody waits for it.
pub async fn contacts(
    session: Arc<Session>,
    id: RequestId,
    key: BroadcastKey,
    plan: Arc<Plan>,
    name: String,
) -> Result<Reply, SessionError> {
    let plan = Plan {
        broadcast: key.id,
        bot: Some(key.bot),
        ..Arc::unwrap_or_clone(plan)
    };
    let told = session.explain(plan, name).await;
    let told = told.map(Box::new).map_err(|error| notice_of(&error));
    Ok(Reply::ContactsTold(id, told))
}
