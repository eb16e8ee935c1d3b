//! What others did to launches between two looks at the record, in a sentence.

use std::collections::HashMap;

use crate::domain::launch::{LaunchRecord, Outcome};
use crate::domain::text::{counted, shown};
use crate::model::Notice;
use crate::model::message::Overview;

/// What became of launches that this program neither made nor settled; `None` where nothing did.
pub(super) fn news(before: &[LaunchRecord], now: &Overview) -> Option<Notice> {
    let before: HashMap<&str, &LaunchRecord> = before
        .iter()
        .map(|launch| (launch.id.as_str(), launch))
        .collect();
    let others = now
        .launches
        .iter()
        .filter(|launch| !now.own.contains(&launch.id));
    let mut changed = others.filter(|launch| {
        let known = before.get(launch.id.as_str());
        known.is_none_or(|known| known.outcome != launch.outcome || known.settled != launch.settled)
    });
    let newest = changed.next()?;
    Some(told("", newest, changed.count() as u64))
}

/// What became of launches between the last look of an earlier start and this first one; what waits to be settled
/// stands on the screen anyway.
pub(super) fn since_the_last_look(now: &Overview) -> Option<Notice> {
    let looked_at = now.looked_at?;
    let mut ended = now.launches.iter().filter(|launch| {
        let settled_at = launch.settled.as_ref().map(|settlement| settlement.at);
        let changed_at = settled_at.max(launch.ended_at);
        changed_at.is_some_and(|at| at > looked_at)
    });
    let newest = ended.next()?;
    let more = ended.count() as u64;
    Some(told("Since the screen was last open: ", newest, more))
}

fn told(beginning: &str, newest: &LaunchRecord, more: u64) -> Notice {
    let mut text = format!("{beginning}{}", sentence(newest));
    if more > 0 {
        let launches = counted(more, "launch").replace("launchs", "launches");
        text = format!("{text} {launches} more changed: the log has them.");
    }
    match newest.outcome {
        Outcome::Accepted | Outcome::Sending => Notice::ok(text),
        Outcome::Unknown if newest.settled.is_some() => Notice::ok(text),
        _ => Notice::warning(text),
    }
}

fn sentence(launch: &LaunchRecord) -> String {
    let name = shown(&launch.broadcast.name);
    if let Some(settlement) = &launch.settled {
        let word = settlement.settled_as.word().replace('_', " ");
        return format!("{} settled {name} as {word}.", shown(&settlement.by));
    }
    let operator = shown(&launch.operator);
    let targets = launch.targets.map_or_else(
        || "an audience not known here".to_owned(),
        |targets| counted(targets, "target"),
    );
    if launch.outcome == Outcome::Sending {
        return format!("{operator} is launching {name} to {targets}.");
    }
    format!(
        "{operator} launched {name} to {targets}: {}.",
        launch.outcome
    )
}
