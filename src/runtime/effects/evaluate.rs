//! Whom a draft would reach, counted on the thread for it: as soon as the contacts' variables are there that it asks for,
//! and once more when all are.

use std::sync::Arc;

use super::{Performer, look, notice_of};
use crate::domain::plan::Plan;
use crate::domain::problem::Surface;
use crate::model::Reply;
use crate::model::effect::{BroadcastKey, RequestId};
use crate::runtime::run::Incoming;
use crate::session::{Basis, SessionError};

impl Performer {
    /// Loads what counting needs, then hands it to the counting thread. From now on older requests are of no use.
    pub(super) fn evaluate(&self, id: RequestId, key: BroadcastKey, plan: Arc<Plan>) {
        self.counter.announce(id);
        let performer = self.clone();
        tokio::spawn(async move {
            if let Err(error) = performer.count(id, &key, plan).await {
                let say = Reply::Say(notice_of(&error));
                drop(performer.send.send(Incoming::reply(say)));
            }
        });
    }

    async fn count(
        &self,
        id: RequestId,
        key: &BroadcastKey,
        plan: Arc<Plan>,
    ) -> Result<(), SessionError> {
        let basis = look::first_facts(&self.session, key, &plan).await?;
        let is_whole = basis.contacts.unread.is_none();
        self.put_count(id, basis, Arc::clone(&plan));
        if !is_whole && self.counter.is_newest(id) {
            let basis = look::facts(&self.session, key).await?;
            self.put_count(id, basis, plan);
        }
        Ok(())
    }

    fn put_count(&self, id: RequestId, basis: Basis, plan: Arc<Plan>) {
        let (session, send) = (Arc::clone(&self.session), self.send.clone());
        self.counter.put(id, move |stop| {
            let dialect = &session.profile.dialect;
            let Some((preview, _)) = basis.hold(&plan, dialect, Surface::Console, stop) else {
                return;
            };
            let _ = send.send(Incoming::reply(Reply::Evaluated(id, Box::new(preview))));
            // What explains a count names fields and values that may not be read yet.
            if basis.contacts.unread.is_some() {
                return;
            }
            // The count is on the screen by now; what explains it gives way to the next one.
            if let Some(insight) = basis.insight(&plan, dialect, stop) {
                let _ = send.send(Incoming::reply(Reply::Explained(id, Box::new(insight))));
            }
        });
    }
}
