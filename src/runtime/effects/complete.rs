//! What continues the typed text, found on a thread of its own: the newest question wins, as with counting.

use super::{Performer, look, notice_of};
use crate::model::Reply;
use crate::model::effect::{BroadcastKey, RequestId, Wanted};
use crate::runtime::run::Incoming;

impl Performer {
    /// Finds names of variables, or values of one. From now on older requests are of no use.
    pub(super) fn complete(&self, id: RequestId, key: BroadcastKey, wanted: Wanted) {
        self.completer.announce(id);
        let performer = self.clone();
        tokio::spawn(async move {
            let send = performer.send.clone();
            match look::named(&performer.session, &key, &wanted).await {
                Ok(contacts) => performer.completer.put(id, move |stop| {
                    if let Some(candidates) = look::candidates(&contacts, &wanted, stop) {
                        let reply = Reply::Completed(id, candidates);
                        drop(send.send(Incoming::reply(reply)));
                    }
                }),
                Err(error) => {
                    let say = Reply::Say(notice_of(&error));
                    drop(send.send(Incoming::reply(say)));
                }
            }
        });
    }
}
