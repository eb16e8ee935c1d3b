//! What keeps launches off the record, in the few words that stand on every screen.

use crate::domain::standing::RecordTrouble;
use crate::domain::text::{shown, size};
use crate::store::StoreError;

use super::TroubleKind;

/// Where everything is said in full, and mended where that can be done.
const DOCTOR: &str = "mylink doctor";
const REBUILD: &str = "mylink doctor --rebuild-journal";

impl StoreError {
    /// What stands in the way of every launch where [`super::SqliteJournal::check`] says this; `None` where it passes
    /// by itself.
    pub fn standing(&self) -> Option<RecordTrouble> {
        let (what, way_out) = match self {
            Self::Busy { .. } => return None,
            Self::Record(trouble) => (trouble.kind.in_short(), trouble.kind.way_out_in_short()),
            Self::NewerVersion { .. } => {
                ("the journal is of a newer mylink".into(), "update mylink")
            }
            Self::NoSpace { free, .. } => (
                format!("only {} are free where the journal lies", size(*free)),
                "free some space",
            ),
            Self::Replaced { .. } => ("the journal was deleted or replaced".into(), DOCTOR),
            Self::Copy { source, .. } => (
                format!("the journal's copy can't be used ({source})"),
                DOCTOR,
            ),
            Self::Io { source, .. } => (format!("the journal can't be used ({source})"), DOCTOR),
            Self::NetworkFiles { kind, .. } => (
                format!("the journal lies on a network ({kind})"),
                "set XDG_DATA_HOME to a local disk",
            ),
            Self::Distrusted { .. } => (
                "a write to the journal was not confirmed".into(),
                "check the disk, restart mylink",
            ),
            other => (other.to_string(), DOCTOR),
        };
        Some(RecordTrouble {
            what: shown(&what).into_owned(),
            way_out: way_out.to_owned(),
        })
    }
}

impl TroubleKind {
    fn in_short(&self) -> String {
        match self {
            Self::DatabaseGone => "the journal is gone, this is its copy".into(),
            Self::DatabaseDamaged { .. } => "the journal is damaged, this is its copy".into(),
            Self::DatabaseBehind { .. } => "the journal is behind its copy".into(),
            Self::CopyGone => "the journal has lost its copy".into(),
            Self::CopyBroken { line } => format!("line {line} of the journal's copy is broken"),
            Self::CopyReplaced => "the journal's copy was replaced".into(),
            Self::CopyNewer => "the journal's copy is of a newer mylink".into(),
            Self::Apart => "the journal and its copy differ".into(),
            Self::RowAltered { .. }
            | Self::RowMissing { .. }
            | Self::StepMissing { .. }
            | Self::Unguarded => "the journal was changed by hand".into(),
            Self::NotTheOneOfLastTime {
                is_another: true, ..
            } => "this is not the journal of last time".into(),
            Self::OlderThanSeen { .. } => "an older journal was put back".into(),
            Self::NotTheOneOfLastTime { .. } => "launches are missing from the journal".into(),
        }
    }

    fn way_out_in_short(&self) -> &'static str {
        match self {
            Self::CopyNewer => "update mylink",
            Self::OlderThanSeen { .. } | Self::NotTheOneOfLastTime { .. } => DOCTOR,
            _ => REBUILD,
        }
    }
}
