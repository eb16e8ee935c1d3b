//! What happens to the screen: input, time, and answers to effects.

use std::collections::{HashMap, HashSet};

use crossterm::event::Event;
use jiff::Timestamp;

use super::browse::BrowseReply;
use super::effect::{BroadcastKey, RequestId};
use super::file::FileReply;
use super::notice::Notice;
use super::start::StartReply;
use super::suppression::SuppressionReply;
use crate::domain::explain::{ContactsTold, Insight};
use crate::domain::gate::Gate;
use crate::domain::hold::Clocks;
use crate::domain::launch::LaunchRecord;
use crate::domain::plan::FormKind;
use crate::domain::plan::Plan;
use crate::domain::preview::{Preview, Review};
use crate::domain::record::{Bot, Broadcast, Contact};
use crate::domain::rehearsal::{Rehearsal, RehearsalStep};
use crate::domain::since::Since;
use crate::domain::standing::RecordTrouble;
use crate::domain::waiting::WaitingLaunch;

/// Something that happened.
#[derive(Debug)]
pub enum Message {
    /// A key, a paste, the mouse, a new size.
    Input(Event),
    /// The time went on.
    Now(Clocks),
    /// The program was suspended, or goes on after that.
    Suspended,
    /// An effect was performed, or says how far it is.
    Reply(Box<Reply>),
}

/// The answer to an effect.
#[derive(Debug)]
pub enum Reply {
    /// What cache and journal hold.
    Overview(Overview),
    /// How far a sync is.
    Syncing(String),
    /// A sync ended.
    Synced(SyncReport),
    /// The draft of a broadcast, if there is one.
    Draft(BroadcastKey, Option<Box<Plan>>),
    /// A draft was kept, or why it was not.
    DraftSaved(BroadcastKey, Result<(), Notice>),
    /// Another program changed the draft of a broadcast.
    DraftElsewhere(BroadcastKey, Box<OtherDraft>),
    /// Whom a plan would reach.
    Evaluated(RequestId, Box<Preview>),
    /// What each filter of a plan does, and what is odd about it; comes behind [`Reply::Evaluated`].
    Explained(RequestId, Box<Insight>),
    /// Why the contacts of a name are reached or aren't, or why that can't be said.
    ContactsTold(RequestId, Result<Box<ContactsTold>, Notice>),
    /// What continues the typed text.
    Completed(RequestId, Vec<Candidate>),
    /// A review, or why there is none.
    Reviewed(RequestId, Result<Box<Review>, Notice>),
    /// How far a rehearsal is.
    Rehearsing(RequestId, RehearsalStep),
    /// What came of a rehearsal, or why there was none.
    Rehearsed(RequestId, Result<Box<Rehearsal>, Notice>),
    /// How far a launch is: calls answered, calls in all.
    Launching(RequestId, usize, usize),
    /// What became of a launch, or why none was made.
    Launched(RequestId, Result<Box<LaunchRecord>, Notice>),
    /// A launch that was given a time waits, or why it doesn't.
    Held(RequestId, Result<Box<WaitingLaunch>, Notice>),
    /// What waits now, and what was missed or refused and nobody has looked at.
    Waiting(Vec<WaitingLaunch>),
    /// Why nothing can be put on the record at present, where that is all that could be found out.
    Record(Option<RecordTrouble>),
    /// One launch with its bodies and answers; the second is the call as curl, secrets out.
    Launch(Box<LaunchRecord>, String),
    /// A plan was made (from contacts, a file, an earlier launch): it becomes the draft of its broadcast.
    Planned(BroadcastKey, Box<Plan>, Notice),
    /// What came of something that was wanted of contacts that are looked through.
    Browse(RequestId, BrowseReply),
    /// What came of something that was wanted of files.
    File(RequestId, FileReply),
    /// What came of something that was wanted of the suppression list.
    Suppression(RequestId, SuppressionReply),
    /// What came of something that was wanted of what a draft can start from.
    Start(RequestId, StartReply),
    /// Something was done, or not; the overview follows if it changed.
    Done(Notice),
    /// Something is to be said.
    Say(Notice),
    /// A sync has brought bots and broadcasts, and goes on.
    HasBroadcasts,
    /// There is nothing to say.
    Nothing,
    /// What changed from the launch before a launch on the record (its id) to it.
    Since(String, Box<Since>),
    /// What changed from the last launch of a broadcast to what is being reviewed.
    ReviewSince(RequestId, Box<Since>),
    /// The cached contact that a conversation names, if there is one.
    ContactFound(RequestId, Option<Contact>),
    /// The plans that were saved by name.
    Plans(Result<Vec<PlanRow>, Notice>),
    /// A saved plan (its name, its text) has places to be filled in.
    Template(String, String),
    /// A plan was saved under a name, or why it was not.
    PlanSaved(String, Result<(), NotSaved>),
    /// What the operator made of a text in the editor, or why nothing came back.
    Edited(RequestId, Result<String, Notice>),
    /// The time until which the account's token is valid.
    TokenUntil(Option<Timestamp>),
}

/// A draft as another program left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherDraft {
    /// Its plan.
    pub plan: Plan,
    /// What tells it from all others that were kept.
    pub mark: String,
    /// Who wrote it, in words.
    pub by: String,
    /// Whether a draft of this program could not be kept because of it, and was set aside.
    pub is_conflict: bool,
}

/// What cache and journal hold.
#[derive(Debug, Clone, Default)]
pub struct Overview {
    /// The bots, with what is cached of them.
    pub bots: Vec<BotRow>,
    /// The broadcasts of all bots.
    pub broadcasts: Vec<Broadcast>,
    /// Launches, newest first, without bodies.
    pub launches: Vec<LaunchRecord>,
    /// Launches that wait, soonest first; after them those that were missed or refused and nobody has looked at.
    pub waiting: Vec<WaitingLaunch>,
    /// What became of those that waited.
    pub waited: Box<Waited>,
    /// Those of the launches, by their ids, that this program made or settled itself.
    pub own: HashSet<String>,
    /// Why nothing can be put on the record at present.
    pub trouble: Option<RecordTrouble>,
    /// The limits of the profile, as its configuration has them by now: of each the stricter one, that of the start or
    /// that of now. `None` where nobody has looked.
    pub gate: Option<Box<Gate>>,
    /// When a screen of this profile was last shown what became of launches, before this time.
    pub looked_at: Option<Timestamp>,
}

/// What became of launches that waited for their time.
#[derive(Debug, Clone, Default)]
pub struct Waited {
    /// Those that never became launches and that nobody has to look at any more: taken back, or missed or refused and
    /// seen; newest first.
    pub not_sent: Vec<WaitingLaunch>,
    /// When those were confirmed that became launches, by their ids.
    pub confirmed: HashMap<String, Timestamp>,
}

/// A bot, and what is cached of it.
#[derive(Debug, Clone)]
pub struct BotRow {
    /// The bot.
    pub bot: Bot,
    /// Contacts in the cache.
    pub contacts: u64,
    /// When they came.
    pub as_of: Option<Timestamp>,
}

/// What a sync brought.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SyncReport {
    /// Parts that were throttled or failed, a sentence each.
    pub notes: Vec<String>,
    /// Why nothing came at all.
    pub error: Option<String>,
}

/// Something to complete with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The text, raw.
    pub text: String,
    /// How many contacts have it.
    pub contacts: u64,
}

/// A plan that was saved by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanRow {
    /// Its name.
    pub name: String,
    /// When it was saved last.
    pub saved_at: Option<Timestamp>,
    /// What it is; a sentence where it can't be read.
    pub content: Result<PlanSummary, String>,
}

/// What a saved plan is, in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanSummary {
    /// Its form.
    pub form: FormKind,
    /// The broadcast, as it is written there.
    pub broadcast: String,
    /// The bot, as it is written there.
    pub bot: Option<String>,
    /// The names of the places to fill in; none where it is no template.
    pub places: Vec<String>,
}

/// Why a plan was not saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotSaved {
    /// One of that name is there already.
    Exists,
    /// Something else, in a sentence.
    Failed(Notice),
}
