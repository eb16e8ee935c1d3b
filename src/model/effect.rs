//! What the screen wants done. Effects are data: `runtime` performs them, and answers with messages.

use std::time::Duration;

use std::sync::Arc;

use crate::domain::act::OutsideAct;
use crate::domain::expect::Expected;
use crate::domain::launch::SettledAs;
use crate::domain::plan::Plan;
use crate::domain::plan::Target;
use crate::domain::settings::Setting;

use super::browse::BrowseWork;
use super::file::FileWork;
use super::start::StartWork;
use super::suppression::SuppressionWork;

/// The number of a request; an answer that carries an old one is dropped.
pub type RequestId = u64;

/// A broadcast by its bot's key and its id.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BroadcastKey {
    /// The bot's key.
    pub bot: String,
    /// The broadcast's id.
    pub id: String,
}

/// Something to be done outside of the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Read bots, broadcasts and launches from cache and journal.
    LoadOverview,
    /// Ask the platform for bots, broadcasts and contacts.
    Sync,
    /// Read the draft of a broadcast.
    LoadDraft(BroadcastKey),
    /// Keep the draft of a broadcast; a large one not at once, unless [`Effect::KeepDrafts`] asks for it.
    SaveDraft(BroadcastKey, Arc<Plan>),
    /// Let the draft of a broadcast stand on the kept one of this mark, which another program wrote: what is kept from
    /// now on may replace it.
    TakeDraft {
        /// The broadcast.
        broadcast: BroadcastKey,
        /// The mark.
        mark: String,
        /// Whether that one is set aside, since it gives way to what is kept next.
        gives_way: bool,
    },
    /// Keep at once whatever drafts are not kept yet.
    KeepDrafts,
    /// Count and list whom a plan would reach; a newer one overtakes.
    Evaluate(RequestId, BroadcastKey, Arc<Plan>),
    /// Find names or values that continue what was typed; a newer one overtakes.
    Complete(RequestId, BroadcastKey, Wanted),
    /// Explain by a plan the cached contacts of a name: an id, a phone number, or `CHANNEL:ID`.
    Explain(RequestId, BroadcastKey, Arc<Plan>, String),
    /// Make the contacts that a plan reaches now its targets; answered by a plan that was made.
    Freeze(RequestId, BroadcastKey, Box<Plan>),
    /// Take the contacts out of a plan who got its broadcast within the repeat window; answered likewise.
    WithoutReached(RequestId, BroadcastKey, Box<Plan>),
    /// Send the calls of a plan to a throw-away sandbox; a newer one stops it.
    Rehearse(RequestId, BroadcastKey, Box<Plan>),
    /// Stop the rehearsal that is under way.
    StopRehearsal,
    /// Make the review of a plan.
    Review(RequestId, BroadcastKey, Box<Plan>),
    /// Launch what was reviewed.
    Launch(RequestId, Box<Confirmation>),
    /// Let what was reviewed wait for a time.
    Hold(RequestId, Box<Confirmation>, Box<jiff::Zoned>),
    /// Take a waiting launch (its id) back; of one that was missed or refused it is noted that somebody looked.
    TakeBack(String),
    /// Give a waiting launch another time.
    MoveWaiting {
        /// The launch.
        launch: String,
        /// When it was seen to be due.
        from: jiff::Timestamp,
        /// When it is to be due.
        to: Box<jiff::Zoned>,
    },
    /// Send waiting launches of the profile at their time, as long as the program runs.
    ServeWaiting,
    /// Send no further call of the launch that was asked for under this id.
    StopBatch(RequestId),
    /// Send no further call of a launch on the record, where it is sent from here; else say who sends it.
    StopSending {
        /// The launch.
        launch: String,
        /// Its broadcast.
        broadcast: BroadcastKey,
    },
    /// Settle an unknown launch.
    Settle {
        /// The launch.
        launch: String,
        /// Sent, or not.
        settled_as: SettledAs,
        /// Why.
        reason: String,
    },
    /// Enable or disable a broadcast on the platform.
    SetEnabled(BroadcastKey, bool),
    /// Change a setting: pushed where that is possible, else recorded.
    SetSetting(BroadcastKey, Setting, bool),
    /// Read one launch with its bodies and answers.
    LoadLaunch(String),
    /// Do something with contacts that are looked through.
    Browse(RequestId, BrowseWork),
    /// Do something with files.
    File(RequestId, FileWork),
    /// Do something with the suppression list.
    Suppression(RequestId, SuppressionWork),
    /// Do something with what a draft can start from.
    Start(RequestId, StartWork),
    /// Put a call of a launch (from 0) on the terminal's clipboard as curl, secrets replaced by variables.
    CopyCurl(String, usize),
    /// Find the cached contact that a conversation names; a newer one overtakes.
    FindContact(RequestId, BroadcastKey, Box<Target>),
    /// Open a launch on the record as a new draft.
    LaunchAgain(String),
    /// Open what a stopped batch has not sent as a new draft.
    LaunchRest(String),
    /// Find what changed between a launch on the record and the one of the same broadcast before it.
    LoadSince(String),
    /// Write a launch with its bodies to a file.
    ExportLaunch(String),
    /// List the plans that were saved by name.
    ListPlans,
    /// Open a saved plan: as the draft of its broadcast, or, where it is a template, to be filled in.
    OpenPlan(String),
    /// Make the text of a plan, filled in by now, the draft of its broadcast.
    MakePlan(String),
    /// Save a plan's text by a name.
    SavePlan {
        /// The name.
        name: String,
        /// The text.
        text: String,
        /// Whether a plan of that name is replaced.
        replace: bool,
    },
    /// Delete a saved plan.
    DeletePlan(String),
    /// Hand the terminal to the operator's editor with a text of JSON in it, until that ends.
    EditText(RequestId, String),
    /// Wake the screen once, after this many milliseconds.
    Wake(u64),
    /// End the program.
    Quit,
}

impl Effect {
    /// The act outside of this machine that it asks for, if it is one.
    pub fn outside(&self) -> Option<OutsideAct> {
        match self {
            Self::Launch(..) => Some(OutsideAct::Launch),
            Self::Hold(..) => Some(OutsideAct::Hold),
            Self::TakeBack(_) => Some(OutsideAct::TakeBack),
            Self::MoveWaiting { .. } => Some(OutsideAct::Move),
            Self::ServeWaiting => Some(OutsideAct::Serve),
            Self::SetEnabled(..) => Some(OutsideAct::SetEnabled),
            Self::SetSetting(..) => Some(OutsideAct::ChangeSettings),
            _ => None,
        }
    }
}

/// What to complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// Names of variables.
    Field {
        /// What was typed.
        typed: String,
    },
    /// Values of a variable.
    Value {
        /// The variable.
        field: String,
        /// What was typed.
        typed: String,
    },
}

/// A person's word on a review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmation {
    /// The broadcast.
    pub broadcast: BroadcastKey,
    /// The plan that was reviewed.
    pub plan: Plan,
    /// The hash of everything that was reviewed.
    pub hash: String,
    /// The number that was typed.
    pub number: Option<u64>,
    /// The name that was typed.
    pub name: Option<String>,
    /// Whether a repeat of the same body is meant.
    pub again: bool,
    /// Of a launch with a time: how many contacts it may reach then.
    pub expect: Option<Expected>,
    /// When the review was opened.
    pub reviewed_at: jiff::Timestamp,
    /// How long the review held it before, for somebody to take it back.
    pub held: Duration,
}
