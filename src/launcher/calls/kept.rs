//! What is put on the record of a launch under way: that a call begins, what became of it, its answer, and the end.

use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::Flight;
use super::words::with_failure;
use crate::domain::launch::{Evidence, LaunchRecord, Outcome};
use crate::store::journal::CallEnd;
use crate::store::{Journal, SqliteJournal, StoreError};

/// For how long an outcome is tried to be written while another process writes to the journal; each attempt waits for it
/// some seconds.
const PATIENCE: Duration = Duration::from_mins(1);
/// How long between two attempts.
const PAUSE: Duration = Duration::from_millis(100);

/// What became of a launch, or of a call, and why.
pub(super) struct End {
    pub(super) outcome: Outcome,
    pub(super) reason: String,
}

impl End {
    /// Of a call that may have arrived and whose outcome the journal could not keep: by the record, which is what
    /// everybody else goes by, it is not known. A call that surely didn't arrive stays what it is.
    fn unless_kept(self, written: Result<(), StoreError>) -> Self {
        let Err(error) = written else {
            return self;
        };
        tracing::error!(%error, "the journal could not keep an outcome");
        let may_have_arrived = matches!(
            self.outcome,
            Outcome::Accepted | Outcome::Rejected | Outcome::Unknown
        );
        let reason = format!(
            "{} The journal could not keep this outcome: {error}.",
            self.reason
        );
        let outcome = if may_have_arrived {
            Outcome::Unknown
        } else {
            self.outcome
        };
        Self { outcome, reason }
    }
}

impl Flight<'_> {
    /// Puts on the record that a call begins.
    pub(super) async fn begin(&mut self, number: usize) -> Result<(), StoreError> {
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
    pub(super) async fn not_begun(&mut self, number: usize, error: &StoreError) -> End {
        let reason = format!("{error}.");
        let mut end = self.end_call(number, &Evidence::NotRecorded, reason).await;
        if self.count(Outcome::Accepted) > 0 {
            end.outcome = Outcome::Failed;
        }
        end
    }

    /// Keeps the answer's text, and marks one that is no JSON.
    pub(super) async fn keep_answer(&mut self, number: usize, text: String) {
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
    pub(super) async fn end_call(
        &mut self,
        number: usize,
        evidence: &Evidence,
        reason: String,
    ) -> End {
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
            .insist(move |journal| journal.record_call(&id, number, &end))
            .await;
        let end = End { outcome, reason }.unless_kept(written);
        self.record.calls[number].outcome = end.outcome;
        end
    }

    /// Writes what is known now and is lost for good if it isn't kept: another process that writes for long is waited
    /// for, and a journal that can't be opened at the moment is opened anew. The broadcast's lock is held meanwhile.
    async fn insist(
        &mut self,
        write: impl Fn(&mut SqliteJournal) -> Result<(), StoreError> + Clone + Send + 'static,
    ) -> Result<(), StoreError> {
        loop {
            let written = self.launcher.journal.run(write.clone()).await;
            let is_passing = match &written {
                Err(StoreError::Busy { .. }) => true,
                Err(StoreError::Record(trouble)) => trouble.kind.may_pass(),
                _ => false,
            };
            if !is_passing {
                self.waits_until = None;
                return written;
            }
            // Of the launch, not of each write: what lasts is waited for once.
            let now = Instant::now();
            let until = *self.waits_until.get_or_insert(now + PATIENCE);
            if now >= until {
                return written;
            }
            tokio::time::sleep(PAUSE).await;
            // What it says of the journal the write says again.
            let _ = self.launcher.journal.run(SqliteJournal::check_anew).await;
        }
    }

    /// Stores what became of the launch.
    pub(super) async fn land(mut self, end: End) -> LaunchRecord {
        let ended_at = Timestamp::now();
        let id = self.record.id.clone();
        let outcome = end.outcome;
        let reason = self.whole_reason(end);
        let kept = reason.clone();
        let written = self
            .insist(move |journal| journal.finish(&id, outcome, &kept, ended_at))
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

    /// How many calls have this outcome.
    fn count(&self, outcome: Outcome) -> usize {
        let calls = self.record.calls.iter();
        calls.filter(|call| call.outcome == outcome).count()
    }
}
