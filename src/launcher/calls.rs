//! The calls of one launch, in order: each on the record before its first byte, and the first that isn't accepted ends
//! the launch.

use std::sync::Arc;

use jiff::Timestamp;
use uuid::Uuid;

use super::waiting::Served;
use super::{LaunchError, Launcher, Prepared, Stop, Word, host, named, needs_token, suppressed};
use crate::audience::Matched;
use crate::domain::launch::{CallRecord, Evidence, LaunchRecord, Outcome};
use crate::domain::payload::Payload;
use crate::domain::plan::Method;
use crate::domain::secret::HookUrl;
use crate::domain::settings::Setting;
use crate::domain::text::counted;
use crate::domain::waiting::GRACE;
use crate::platform::{Client, HookAnswer, HookFailure, HookMethod, HookRequest, HookToken};
use crate::store::journal::{ArmedLaunch, CallEnd};
use crate::store::{Journal, StoreError};

/// Arms the launch - one that waited by its id - and makes its calls. The broadcast's lock is held.
pub async fn send(
    launcher: &Launcher,
    client: &Client,
    mut prepared: Prepared,
    word: Word,
    served: Option<Served<'_>>,
    progress: impl Fn(usize, usize) + Send,
) -> Result<LaunchRecord, LaunchError> {
    let hook = super::hook(&prepared)?.clone();
    let waited = served.map(|served| served.waiting);
    let record = LaunchRecord {
        // Whoever serves, the launch is that of the person who confirmed it.
        operator: waited
            .map_or(&launcher.operator, |waited| &waited.operator)
            .clone(),
        id: waited.map_or_else(|| Uuid::now_v7().to_string(), |waited| waited.id.clone()),
        ..record(launcher, &prepared, &hook, &word)
    };
    let matched = std::mem::replace(&mut prepared.matched, Matched::NotKnown);
    let contacts = matched.into_contacts(&prepared.table);
    let armed = ArmedLaunch {
        record: record.clone(),
        contacts,
    };
    launcher
        .arm(armed, waited.map(|waiting| waiting.due_at))
        .await
        .map_err(|error| LaunchError::Local(error.to_string()))?;
    let settings = &prepared.broadcast.settings;
    let mut waiving = [Setting::DirectMode, Setting::LegacyMode].into_iter();
    let mut launch = Flight {
        launcher,
        record,
        hook,
        waived_by: waiving.find(|setting| settings.is_on(*setting)),
        stop: word.stop,
        served,
        notes: Vec::new(),
    };
    let end = launch.fly(client, &Arc::new(prepared), progress).await;
    Ok(launch.land(end).await)
}

/// Without an id: that is its caller's.
fn record(launcher: &Launcher, prepared: &Prepared, hook: &HookUrl, word: &Word) -> LaunchRecord {
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

/// A launch that is armed.
struct Flight<'a> {
    launcher: &'a Launcher,
    record: LaunchRecord,
    hook: HookUrl,
    /// The recorded setting because of which no token is sent.
    waived_by: Option<Setting>,
    stop: Stop,
    /// One that waited: its time may be over before its first byte.
    served: Option<Served<'a>>,
    /// What the reason says besides, in sentences.
    notes: Vec<String>,
}

/// What became of a launch, and why.
struct End {
    outcome: Outcome,
    reason: String,
}

impl Flight<'_> {
    /// Makes the calls, and stops at the first that isn't accepted, or where the next one is not to be sent any more.
    async fn fly(
        &mut self,
        client: &Client,
        prepared: &Arc<Prepared>,
        progress: impl Fn(usize, usize),
    ) -> End {
        let of = prepared.preview.calls.len();
        for (number, call) in prepared.preview.calls.iter().enumerate() {
            if number > 0
                && let Some(reason) = self.held_back(prepared, number).await
            {
                let outcome = Outcome::Failed;
                return End { outcome, reason };
            }
            let token = match self.token(client, prepared).await {
                Ok(token) => token,
                Err(reason) => {
                    let reason =
                        format!("No token could be had, so the hook was not called: {reason}");
                    return self.end_call(number, &Evidence::NoToken, reason).await;
                }
            };
            if self.is_too_late(number) {
                return self.end_call(number, &Evidence::TooLate, too_late()).await;
            }
            let end = self.call(client, number, call, token).await;
            if end.outcome != Outcome::Accepted {
                return end;
            }
            progress(number + 1, of);
            if number + 1 == of {
                return end;
            }
        }
        End {
            outcome: Outcome::Failed,
            reason: "There was nothing to send.".into(),
        }
    }

    /// Why no further call is to be sent, if that is so: the operator's word, or somebody who must not be written to
    /// since. Nothing of these calls is on its way, so what is left of the batch can be launched later.
    async fn held_back(&self, prepared: &Arc<Prepared>, from: usize) -> Option<String> {
        let notebook = &self.launcher.notebook;
        let found = suppressed::in_later_calls(notebook, Arc::clone(prepared), from).await;
        if self.stop.is_asked() {
            return Some("It was stopped by the operator.".to_owned());
        }
        match found {
            Ok(0) => None,
            Ok(count) => Some(format!(
                "It was stopped: {} of the calls to come came onto the suppression list meanwhile.",
                counted(count as u64, "target")
            )),
            Err(error) => Some(format!(
                "It was stopped: the suppression list can't be read any more: {error}."
            )),
        }
    }

    /// Whether the time of one that waited is over, and nothing of it was sent yet. A batch that began goes on.
    fn is_too_late(&self, number: usize) -> bool {
        number == 0 && self.served.is_some_and(|served| served.is_late())
    }

    async fn token(
        &self,
        client: &Client,
        prepared: &Prepared,
    ) -> Result<Option<HookToken>, String> {
        if !needs_token(&prepared.broadcast) {
            return Ok(None);
        }
        client
            .hook_token(&prepared.bot, &self.hook)
            .await
            .map(Some)
            .map_err(|error| error.to_string())
    }

    /// One call: on the record, then sent, its outcome stored at the status line, then its answer read.
    async fn call(
        &mut self,
        client: &Client,
        number: usize,
        call: &Payload,
        token: Option<HookToken>,
    ) -> End {
        // What can be done before is done before: between the record and the first byte nothing else happens.
        let ready = match client.ready_call(self.request(call, token)) {
            Ok(ready) => ready,
            Err(HookFailure { evidence, reason }) => {
                return self.end_call(number, &evidence, reason).await;
            }
        };
        if let Err(error) = self.begin(number).await {
            return self.not_begun(number, &error).await;
        }
        // A machine may have slept, or a disk have been slow, since the look before.
        if self.is_too_late(number) {
            return self.end_call(number, &Evidence::TooLate, too_late()).await;
        }
        match ready.send().await {
            Ok(answer) => self.answered(number, answer).await,
            Err(HookFailure { evidence, reason }) => self.end_call(number, &evidence, reason).await,
        }
    }

    fn request(&self, call: &Payload, token: Option<HookToken>) -> HookRequest {
        let method = match call.method {
            Method::Get => HookMethod::Get,
            Method::Post => HookMethod::Post,
        };
        HookRequest {
            method,
            url: self.hook.clone(),
            body: call.body.clone(),
            token,
        }
    }

    /// Puts on the record that a call begins.
    async fn begin(&mut self, number: usize) -> Result<(), StoreError> {
        let sent_at = Timestamp::now();
        let id = self.record.id.clone();
        let journal = &self.launcher.journal;
        journal
            .run(move |journal| journal.begin_call(&id, number, sent_at))
            .await?;
        self.record.calls[number].sent_at = Some(sent_at);
        Ok(())
    }

    /// Ends a call that could not be put on the record. It may stand in the journal as sending, if not in its copy:
    /// that this one was not sent is certain, and is recorded where that can be. A launch of which calls were accepted
    /// before was not refused as a whole: it failed on the way, and what is left of it can be launched later.
    async fn not_begun(&mut self, number: usize, error: &StoreError) -> End {
        let reason = format!("{error}.");
        let mut end = if matches!(error, StoreError::Copy { .. } | StoreError::Record(_)) {
            self.end_call(number, &Evidence::NotRecorded, reason).await
        } else {
            End {
                outcome: Evidence::NotRecorded.outcome(),
                reason,
            }
        };
        if self.count(Outcome::Accepted) > 0 {
            end.outcome = Outcome::Failed;
        }
        end
    }

    /// How many calls have this outcome.
    fn count(&self, outcome: Outcome) -> usize {
        let calls = self.record.calls.iter();
        calls.filter(|call| call.outcome == outcome).count()
    }

    async fn answered(&mut self, number: usize, answer: HookAnswer) -> End {
        self.record.calls[number].status = Some(answer.status);
        let reason = match (answer.status, self.waived_by) {
            (401, Some(setting)) => unwaived_words(setting),
            (status, _) => status_words(status),
        };
        let evidence = answer.evidence.clone();
        let end = self.end_call(number, &evidence, reason).await;
        match answer.read_body().await {
            Ok(text) => self.keep_answer(number, text).await,
            Err(error) => self
                .notes
                .push(format!("The answer's body could not be read: {error}")),
        }
        end
    }

    /// Keeps the answer's text, and marks one that is no JSON.
    async fn keep_answer(&mut self, number: usize, text: String) {
        let is_json = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
        if !is_json && !text.is_empty() {
            self.notes.push("The answer's body is not JSON.".into());
        }
        let (id, kept) = (self.record.id.clone(), text.clone());
        self.record.calls[number].answer = Some(text);
        let written = self
            .launcher
            .journal
            .run(move |journal| journal.record_answer(&id, number, &kept))
            .await;
        if let Err(error) = written {
            self.notes
                .push(format!("The answer's text could not be kept: {error}."));
        }
    }

    /// Stores what became of a call.
    async fn end_call(&mut self, number: usize, evidence: &Evidence, reason: String) -> End {
        let at = Timestamp::now();
        let outcome = evidence.outcome();
        let status = match evidence {
            Evidence::Status(status) => Some(*status),
            _ => None,
        };
        let call = &mut self.record.calls[number];
        (call.outcome, call.reason, call.answered_at) = (outcome, reason.clone(), Some(at));
        let end = CallEnd {
            outcome,
            status,
            reason: reason.clone(),
            at,
        };
        let id = self.record.id.clone();
        let written = self
            .launcher
            .journal
            .run(move |journal| journal.record_call(&id, number, &end))
            .await;
        End {
            outcome,
            reason: with_failure(reason, written),
        }
    }

    /// Stores what became of the launch.
    async fn land(mut self, end: End) -> LaunchRecord {
        let ended_at = Timestamp::now();
        let id = self.record.id.clone();
        let outcome = end.outcome;
        let reason = self.whole_reason(end);
        let kept = reason.clone();
        let written = self
            .launcher
            .journal
            .run(move |journal| journal.finish(&id, outcome, &kept, ended_at))
            .await;
        self.record.outcome = outcome;
        self.record.ended_at = Some(ended_at);
        self.record.reason = with_failure(reason, written);
        self.record
    }

    /// The reason, what there is to say besides, and how far a batch came: its outcome is that of its last call.
    fn whole_reason(&mut self, end: End) -> String {
        let mut sentences = vec![end.reason];
        sentences.append(&mut self.notes);
        let (accepted, of) = (self.count(Outcome::Accepted), self.record.calls.len());
        if accepted > 0 && end.outcome != Outcome::Accepted {
            sentences.push(format!(
                "{accepted} of {of} calls were accepted before, {} not sent.",
                self.count(Outcome::NotSent)
            ));
        }
        sentences.join(" ")
    }
}

/// A reason, with what the journal failed to keep: the launch will be found as unknown then.
fn with_failure(reason: String, written: Result<(), StoreError>) -> String {
    match written {
        Ok(()) => reason,
        Err(error) => {
            tracing::error!(%error, "the journal could not keep an outcome");
            format!(
                "{reason} The journal could not keep this outcome, so the log may show it as unknown: {error}."
            )
        }
    }
}

/// What a 401 means where no token was sent: what is recorded isn't so on the platform.
fn unwaived_words(waived_by: Setting) -> String {
    let mode = match waived_by {
        Setting::LegacyMode => "legacy mode",
        _ => "direct mode",
    };
    format!(
        "The hook wants a token (401), and none was sent since {mode} is recorded as on here: it is probably off on the platform. Switch it in Settings, then launch again."
    )
}

/// Why the first call of one that waited is not made, though it was armed.
fn too_late() -> String {
    format!(
        "It was armed in time, but {} s after its time the hook was still not called: the machine slept, or the token or the disk took too long. So nothing was sent.",
        GRACE.as_secs()
    )
}

/// What a status means, in a sentence.
fn status_words(status: u16) -> String {
    let words = match status {
        200..=299 => "The platform accepted and scheduled it",
        400 => "The platform could not read the body, or found it invalid",
        401 => "The platform did not accept the token",
        403 => "The platform gives no right to launch",
        404 => "The platform knows no such broadcast, or it is not enabled",
        405 => "The platform doesn't allow this verb for the broadcast",
        413 => "The platform found the body too large",
        429 => "The platform was asked too often",
        300..=399 => {
            "The platform answered with a redirect, which is never followed; whether it launched is not known"
        }
        _ => "The platform's answer doesn't say whether it launched",
    };
    format!("{words} ({status}).")
}
