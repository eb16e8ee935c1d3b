//! The calls of one launch, in order: each on the record before its first byte, and the first that isn't accepted ends
//! the launch.

mod armed;
mod kept;
mod watch;
mod words;

use std::sync::Arc;
use std::time::Instant;

use uuid::Uuid;

use super::waiting::Served;
use super::{LaunchError, Launcher, Prepared, Stop, Word, needs_token, suppressed};
use crate::audience::Matched;
use crate::domain::launch::{Evidence, LaunchRecord, Outcome};
use crate::domain::payload::Payload;
use crate::domain::plan::Method;
use crate::domain::secret::HookUrl;
use crate::domain::settings::Setting;
use crate::domain::text::counted;
use crate::fault;
use crate::platform::{Client, HookAnswer, HookFailure, HookMethod, HookRequest, HookToken};
use crate::store::StoreError;
use crate::store::journal::{ArmedLaunch, Newest};
use armed::record;
use kept::End;
use watch::Watch;
use words::{in_doubt, status_words, stood_still, stopped, too_late, unwaived_words};

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
    let contacts = matched.may_reach(&prepared.table);
    let armed = ArmedLaunch {
        record: record.clone(),
        contacts,
        expects: Some(Newest(prepared.last_launch.clone())),
    };
    launcher
        .arm(armed, waited.map(|waiting| waiting.due_at))
        .await
        .map_err(not_armed)?;
    fault::point("armed");
    let settings = &prepared.broadcast.settings;
    let mut waiving = [Setting::DirectMode, Setting::LegacyMode].into_iter();
    let mut launch = Flight {
        launcher,
        record,
        hook,
        waived_by: waiving.find(|setting| settings.is_on(*setting)),
        stop: word.stop,
        served,
        waits_until: None,
        watch: Watch::begin(),
        notes: prepared
            .preview
            .who
            .doubt()
            .and_then(in_doubt)
            .into_iter()
            .collect(),
    };
    let end = launch.fly(client, &Arc::new(prepared), progress).await;
    Ok(launch.land(end).await)
}

/// Why nothing was armed: another launch that came first is no failure of this machine.
fn not_armed(error: StoreError) -> LaunchError {
    match error {
        StoreError::Overtaken { .. } => LaunchError::Guard(format!("{error}. Nothing was sent.")),
        error => LaunchError::local(error),
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
    /// Until when the journal is waited for that can't be written at the moment.
    waits_until: Option<Instant>,
    /// Whether it stood still on the way.
    watch: Watch,
    /// What the reason says besides, in sentences.
    notes: Vec<String>,
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
            let token = match self.token(client, prepared).await {
                Ok(token) => token,
                Err(reason) => {
                    let reason =
                        format!("No token could be had, so the hook was not called: {reason}");
                    return self.end_call(number, &Evidence::NoToken, reason).await;
                }
            };
            // A token may take a minute: who is not to be written to is asked behind it.
            if number > 0
                && let Some(reason) = self.held_back(prepared, number).await
            {
                let outcome = Outcome::Failed;
                return End { outcome, reason };
            }
            if let Some(reason) = self.why_not(number) {
                return self.end_call(number, &Evidence::HeldBack, reason).await;
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
        if let Some(reason) = self.stricter_by_now(prepared).await {
            return Some(format!("It was stopped: {reason}"));
        }
        let notebook = &self.launcher.notebook;
        let found = suppressed::in_later_calls(notebook, Arc::clone(prepared), from).await;
        if let Some(reason) = self.why_not(from) {
            return Some(reason);
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

    /// What the profile says against the rest of a batch that it did not say at its beginning.
    async fn stricter_by_now(&self, prepared: &Prepared) -> Option<String> {
        let rules = Arc::clone(&self.launcher.rules);
        let read = tokio::task::spawn_blocking(move || rules()).await;
        let gate = match read.map_err(|error| error.to_string()).flatten() {
            Ok(gate) => self.launcher.gate.stricter(&gate),
            Err(reason) => return Some(reason),
        };
        let now = Launcher {
            gate,
            ..self.launcher.clone()
        };
        match now.asks(prepared) {
            Err(error) => Some(error.to_string()),
            asks if asks == self.launcher.asks(prepared) => None,
            _ => Some("The profile asks more of such a launch by now.".to_owned()),
        }
    }

    /// Why a call that isn't on its way yet is not to be made any more, if that is so: somebody stopped it, it stood still,
    /// or the time of one that waited is over. A batch that began in its time goes on.
    fn why_not(&self, number: usize) -> Option<String> {
        if let Some(still) = self.watch.look() {
            return Some(stood_still(still));
        }
        if self.stop.holds_back(self.record.calls.len()) {
            return Some(stopped(self.stop.is_left()));
        }
        let is_late = number == 0 && self.served.is_some_and(|served| served.is_late());
        is_late.then(too_late)
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
        if let Some(reason) = self.why_not(number) {
            return self.end_call(number, &Evidence::HeldBack, reason).await;
        }
        // So may connecting.
        fault::point("sending");
        let sent = ready.send_if(|| self.why_not(number).is_none()).await;
        match sent {
            Ok(answer) => self.answered(number, answer).await,
            Err(HookFailure { evidence, reason }) => {
                let is_held_back = evidence == Evidence::HeldBack;
                let why = self.why_not(number).filter(|_| is_held_back);
                self.end_call(number, &evidence, why.unwrap_or(reason))
                    .await
            }
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

    async fn answered(&mut self, number: usize, answer: HookAnswer) -> End {
        fault::point("answered");
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
}
