//! Effects that make targets: of whom filters match, and of a list without those who were reached.

use super::{Performer, notice_of};
use crate::domain::plan::Plan;
use crate::domain::text::{counted, grouped};
use crate::model::effect::BroadcastKey;
use crate::model::{Notice, Reply};

impl Performer {
    /// Makes the contacts that a plan reaches now its targets.
    pub(super) fn freeze(&self, key: BroadcastKey, plan: Plan) {
        self.look(move |session| async move {
            let frozen = match session.freeze(&plan).await {
                Ok(frozen) => frozen,
                // The draft stays as it is.
                Err(error) => return Ok(Reply::Say(notice_of(&error))),
            };
            let count = frozen.form.targets().len() as u64;
            let text = format!(
                "{} frozen as targets; u takes it back.",
                counted(count, "contact")
            );
            let notice = match session.left_open(&plan).await? {
                Some(words) => Notice::warning(format!("{text} {words}")),
                None => Notice::ok(text),
            };
            Ok(Reply::Planned(key, Box::new(frozen), notice))
        });
    }

    /// Takes those out of a plan who got its broadcast within the repeat window.
    pub(super) fn without_reached(&self, key: BroadcastKey, plan: Plan) {
        self.look(move |session| async move {
            let (left, gone) = match session.without_reached(&plan).await {
                Ok((_, 0)) => {
                    let text = "Nobody among them got this broadcast within the repeat window.";
                    return Ok(Reply::Say(Notice::ok(text)));
                }
                Ok(left) => left,
                // The draft stays as it is.
                Err(error) => return Ok(Reply::Say(notice_of(&error))),
            };
            let text = format!(
                "{} taken out who got this broadcast already, {} left as targets; u takes it back.",
                counted(gone, "contact"),
                grouped(left.form.targets().len() as u64)
            );
            Ok(Reply::Planned(key, Box::new(left), Notice::ok(text)))
        });
    }
}
