//! What can be wrong between a journal and its copy: read on, launch nothing, and how to come out of it.

use std::fmt;
use std::path::PathBuf;

use crate::domain::text::{counted, grouped, shown};

/// What is wrong with a journal. It can be read; nothing is launched on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// The journal's database.
    pub path: PathBuf,
    /// What is wrong.
    pub kind: TroubleKind,
}

/// What is wrong, one by one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TroubleKind {
    /// The database is gone or empty; its copy is there.
    DatabaseGone,
    /// The database is damaged; its copy is whole.
    DatabaseDamaged {
        /// What `SQLite` found.
        detail: String,
    },
    /// Neither the database nor its copy could be opened, while mylink ran.
    CannotBeOpened {
        /// Why.
        detail: String,
    },
    /// The copy holds steps that the database doesn't: that one was put back, or lost what it had confirmed.
    DatabaseBehind {
        /// Steps in the database.
        database: u64,
        /// Steps in the copy.
        copy: u64,
    },
    /// The copy was begun, and is gone or empty.
    CopyGone,
    /// A line of the copy is not as it was written, or isn't the next.
    CopyBroken {
        /// Which line, from 1.
        line: u64,
    },
    /// The copy was deleted or replaced while it was open.
    CopyReplaced,
    /// The copy was written by a newer version.
    CopyNewer,
    /// Database and copy are of two journals, or took different steps.
    Apart,
    /// A launch, or one of its calls, says something else than the steps that made it.
    RowAltered {
        /// The launch's id.
        launch: String,
        /// The call's number, from 0; `None` for the launch itself.
        call: Option<i64>,
        /// Which field.
        field: String,
    },
    /// A launch, or one of its calls, that the steps tell of is not there.
    RowMissing {
        /// The launch's id.
        launch: String,
        /// The call's number, from 0; `None` for the launch itself.
        call: Option<i64>,
    },
    /// A launch that waits, or one of its calls, is there, and no step tells of it: it was put in.
    RowAdded {
        /// The launch's id.
        launch: String,
        /// The call's number, from 0; `None` for the launch itself.
        call: Option<i64>,
    },
    /// A step is not there.
    StepMissing {
        /// Its number, from 1.
        n: u64,
    },
    /// Triggers that keep rows from being changed were taken away.
    Unguarded,
    /// More steps of this journal were seen on this machine: it was put back with its copy and the cache.
    OlderThanSeen {
        /// Steps that were seen.
        seen: u64,
        /// Steps that are there.
        there: u64,
    },
    /// This journal was seen with another step on this machine: it is there twice, and the other one has gone on.
    OtherThanSeen {
        /// The step's number, from 1.
        step: u64,
    },
    /// The cache has seen another journal here, or more launches in this one.
    NotTheOneOfLastTime {
        /// How many launches that one had counted.
        counted: u64,
        /// Whether it is another journal; else it is this one, with fewer launches.
        is_another: bool,
    },
}

impl TroubleKind {
    /// Whether it may be over in a moment by itself: another process is only writing to the files.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::CannotBeOpened { .. })
    }

    /// Whether a person can take the journal for the record as it is: it is whole, but may lack launches.
    pub fn can_be_accepted(&self) -> bool {
        matches!(
            self,
            Self::OlderThanSeen { .. }
                | Self::OtherThanSeen { .. }
                | Self::NotTheOneOfLastTime { .. }
        )
    }

    /// What is wrong, without what to do.
    fn what(&self) -> String {
        match self {
            Self::DatabaseGone => {
                "is gone or empty, but its copy is there; what you see is read from the copy".into()
            }
            Self::DatabaseDamaged { detail } => format!(
                "is damaged ({}); what you see is read from its copy",
                shown(detail)
            ),
            Self::CannotBeOpened { detail } => format!("can't be opened ({})", shown(detail)),
            Self::DatabaseBehind { database, copy } => format!(
                "is behind its copy: it has {}, the copy {copy}. An older file was put back, or the disk lost what it had confirmed",
                counted(*database, "step")
            ),
            Self::CopyGone => "has lost its copy: that file is gone or empty".into(),
            Self::CopyBroken { line } => {
                format!("has a copy whose line {line} is not as it was written")
            }
            Self::CopyReplaced => {
                "has lost its copy: that file was deleted or replaced while mylink had it open"
                    .into()
            }
            Self::CopyNewer => "has a copy that was written by a newer mylink".into(),
            Self::Apart => "and its copy tell different stories: one of them was replaced".into(),
            Self::RowAltered {
                launch,
                call,
                field,
            } => format!(
                "was changed by hand: {} of the launch {} is not as it was recorded",
                of_call(field, *call),
                shown(launch)
            ),
            Self::RowMissing { launch, call } => format!(
                "was changed by hand: {} is on the record, and its row is gone",
                of_call(&format!("the launch {}", shown(launch)), *call)
            ),
            Self::RowAdded { launch, call } => format!(
                "was changed by hand: {} waits, and was never confirmed",
                of_call(&format!("the launch {}", shown(launch)), *call)
            ),
            Self::StepMissing { n } => format!("was changed by hand: step {n} is gone"),
            Self::Unguarded => {
                "was changed by hand: triggers that keep its rows as they are were taken away"
                    .into()
            }
            Self::OlderThanSeen { seen, there } => format!(
                "is older than it was on this machine: {} were seen, and it has {there}. An older backup was put back",
                counted(*seen, "step")
            ),
            Self::OtherThanSeen { step } => format!(
                "has gone another way than it did on this machine: its step {} is not the one that was seen. Its folder was copied, and the other one is in use, or a backup was put back and used",
                grouped(*step)
            ),
            Self::NotTheOneOfLastTime {
                counted: known,
                is_another: true,
            } => format!(
                "is not the one that was here last time, which had counted {}",
                launches(*known)
            ),
            Self::NotTheOneOfLastTime { counted: known, .. } => format!(
                "had counted {} last time, and has fewer now",
                launches(*known)
            ),
        }
    }

    /// What to do.
    fn way_out(&self) -> &'static str {
        match self {
            Self::CopyNewer => "Update mylink to launch here",
            Self::CannotBeOpened { .. } => {
                "Nothing is launched before it can be: `mylink doctor` says what can be done"
            }
            Self::OlderThanSeen { .. }
            | Self::OtherThanSeen { .. }
            | Self::NotTheOneOfLastTime { .. } => {
                "Launches may be missing from the record: put the right files back, or look for repeats yourself and accept this record with `mylink doctor --accept-journal`"
            }
            _ => "Nothing is launched before it is rebuilt: `mylink doctor --rebuild-journal`",
        }
    }
}

/// What is wrong, without the file and without what to do.
impl fmt::Display for TroubleKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.what())
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "the journal {} {}. {}",
            self.path.display(),
            self.kind.what(),
            self.kind.way_out()
        )
    }
}

/// `outcome`, or `outcome of call 2`.
fn of_call(what: &str, call: Option<i64>) -> String {
    call.map_or_else(
        || shown(what).into_owned(),
        |number| format!("{} of call {}", shown(what), number + 1),
    )
}

/// `1 launch`, `2 launches`.
pub fn launches(count: u64) -> String {
    let noun = if count == 1 { "launch" } else { "launches" };
    format!("{} {noun}", grouped(count))
}
