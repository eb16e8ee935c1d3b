//! Effects that make targets.

use super::Performer;
use crate::domain::plan::Plan;
use crate::model::effect::BroadcastKey;
use crate::model::{Notice, Reply};

impl Performer {
    /// Makes the contacts that a plan reaches now its targets.
    pub(super) fn freeze(&self, _key: BroadcastKey, _plan: Plan) {
        self.look(|_| async { Ok(Reply::Say(Notice::warning("Not yet."))) });
    }

    /// Takes those out of a plan who got its broadcast within the repeat window.
    pub(super) fn without_reached(&self, _key: BroadcastKey, _plan: Plan) {
        self.look(|_| async { Ok(Reply::Say(Notice::warning("Not yet."))) });
    }
}
