//! Launches for people.

use jiff::Timestamp;

use crate::cli::{table, waiting};
use crate::domain::launch::{CallRecord, LaunchRecord, Outcome};
use crate::domain::tally::Tally;
use crate::domain::text::{grouped, shown, size};
use crate::domain::waiting::WaitingLaunch;

/// The headings of the list.
pub const HEADINGS: [&str; 6] = [
    "STARTED",
    "LAUNCH",
    "BROADCAST",
    "OUTCOME",
    "CONTACTS",
    "BY",
];

/// Launches, the newest first, and behind them those that wait or never started, the latest first: the first row stays
/// the newest launch, whatever waits.
pub fn rows(launches: &[LaunchRecord], waiting: &[WaitingLaunch]) -> Vec<Vec<String>> {
    let now = Timestamp::now();
    let mut behind: Vec<&WaitingLaunch> = waiting.iter().collect();
    behind.sort_by_key(|waiting| std::cmp::Reverse(waiting.stands_at()));
    let behind = behind.into_iter().map(|waiting| waiting_row(waiting, now));
    launches.iter().map(row).chain(behind).collect()
}

fn waiting_row(waiting: &WaitingLaunch, now: Timestamp) -> Vec<String> {
    vec![
        table::minute(waiting.stands_at()),
        waiting.id.clone(),
        waiting.broadcast.name.clone(),
        waiting::word(waiting, now).to_owned(),
        targets(waiting.targets),
        waiting.operator.clone(),
    ]
}

/// A launch in the list.
pub fn row(launch: &LaunchRecord) -> Vec<String> {
    vec![
        table::minute(launch.started_at),
        launch.id.clone(),
        launch.broadcast.name.clone(),
        outcome(launch),
        targets(launch.targets),
        launch.operator.clone(),
    ]
}

/// The outcome, and of a batch that stopped how far it came.
fn outcome(launch: &LaunchRecord) -> String {
    let outcome = match &launch.settled {
        Some(settlement) => format!("unknown, settled: {}", word(settlement.settled_as.word())),
        None => launch.outcome.to_string(),
    };
    match Tally::of(launch) {
        Some(tally) if launch.outcome != Outcome::Accepted => format!("{outcome} ({tally})"),
        _ => outcome,
    }
}

fn word(settled_as: &str) -> String {
    settled_as.replace('_', " ")
}

fn targets(targets: Option<u64>) -> String {
    targets.map_or_else(|| "not known".to_owned(), grouped)
}

/// How many contacts, and of a batch what became of them.
fn contacts(launch: &LaunchRecord) -> String {
    Tally::of(launch).map_or_else(|| targets(launch.targets), |tally| tally.to_string())
}

/// One launch, whole, fit to be shown.
pub fn lines(launch: &LaunchRecord, waited: Option<&WaitingLaunch>) -> Vec<String> {
    let ended = launch
        .ended_at
        .map_or_else(String::new, |at| format!(" to {at:.3}"));
    let mut lines = vec![
        format!("launch     {}", launch.id),
        format!(
            "broadcast  {} ({}) of {}",
            shown(&launch.broadcast.name),
            shown(&launch.broadcast.id),
            shown(&launch.bot.name)
        ),
        format!("outcome    {}: {}", launch.outcome, shown(&launch.reason)),
    ];
    if let Some(settlement) = &launch.settled {
        lines.push(format!(
            "settled    {} by {} at {:.0}: {}",
            word(settlement.settled_as.word()),
            shown(&settlement.by),
            settlement.at,
            shown(&settlement.reason)
        ));
    }
    lines.extend([
        format!("by         {}", shown(&launch.operator)),
        format!("time       {:.3}{ended}", launch.started_at),
        format!("contacts   {}", contacts(launch)),
        format!("plan       {}", shown(&launch.plan)),
    ]);
    lines.extend(waited.map(|waiting| {
        format!(
            "waited     from {:.0} for {}, served by {}",
            waiting.confirmed_at,
            waiting::due(waiting),
            shown(waiting.end.as_ref().map_or("", |end| &end.by))
        )
    }));
    lines.extend(launch.calls.iter().flat_map(call));
    lines
}

fn call(call: &CallRecord) -> Vec<String> {
    let status = call
        .status
        .map_or_else(|| "no answer".to_owned(), |status| status.to_string());
    let mut lines = vec![
        format!("call       {} {}", shown(&call.method), shown(&call.url)),
        format!(
            "           {}, {status}, {}, SHA-256 {}",
            word(call.outcome.word()),
            size(call.bytes),
            shown(&call.sha256)
        ),
    ];
    let body = call.body.as_deref().map(|body| ("body", body));
    let answer = call.answer.as_deref().map(|answer| ("answer", answer));
    let texts = body.into_iter().chain(answer);
    lines.extend(texts.map(|(label, text)| format!("{label:<9}  {}", shown(text))));
    lines
}
