//! A launch as it goes on the record: every call with its exact bytes, and none of them begun.

use jiff::Timestamp;

use crate::domain::launch::{CallRecord, LaunchRecord, Outcome};
use crate::domain::payload::Payload;
use crate::domain::secret::HookUrl;
use crate::launcher::{Launcher, Prepared, Word, host, named, needs_token};

/// Without an id: that is its caller's.
pub(super) fn record(
    launcher: &Launcher,
    prepared: &Prepared,
    hook: &HookUrl,
    word: &Word,
) -> LaunchRecord {
    let with_token = needs_token(&prepared.broadcast);
    let count = prepared.preview.who.count();
    let calls = prepared
        .preview
        .calls
        .iter()
        .map(|call| call_record(call, hook, with_token, count))
        .collect();
    LaunchRecord {
        id: String::new(),
        bot: named(&prepared.bot.key, &prepared.bot.name),
        broadcast: named(&prepared.broadcast.id, &prepared.broadcast.name),
        host: host(prepared),
        operator: launcher.operator.clone(),
        plan: prepared.plan.to_json(),
        targets: count,
        reviewed_at: word.reviewed_at,
        started_at: Timestamp::now(),
        ended_at: None,
        outcome: Outcome::Sending,
        reason: String::new(),
        settled: None,
        calls,
    }
}

fn call_record(call: &Payload, hook: &HookUrl, with_token: bool, count: Option<u64>) -> CallRecord {
    CallRecord {
        method: call.method.word().to_owned(),
        url: hook.masked(),
        with_token,
        body: call.body.clone(),
        bytes: call.bytes(),
        sha256: call.sha256(),
        targets: call
            .targets
            .as_ref()
            .map_or(count, |list| Some(list.len() as u64)),
        outcome: Outcome::NotSent,
        reason: String::new(),
        status: None,
        answer: None,
        sent_at: None,
        answered_at: None,
    }
}
