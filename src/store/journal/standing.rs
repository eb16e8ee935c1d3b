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
                format!("the journal's copy can't be used ({})", system(source)),
                DOCTOR,
            ),
            Self::Io { source, .. } => (
                format!("the journal can't be used ({})", system(source)),
                DOCTOR,
            ),
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

/// What the system says, without its number.
fn system(error: &std::io::Error) -> String {
    let said = error.to_string();
    said.split(" (os error")
        .next()
        .unwrap_or_default()
        .to_owned()
}

impl TroubleKind {
    fn in_short(&self) -> String {
        match self {
            Self::DatabaseGone => "the journal is gone, this is its copy".into(),
            Self::DatabaseDamaged { .. } => "the journal is damaged, this is its copy".into(),
            Self::CannotBeOpened { .. } => "the journal can't be opened".into(),
            Self::DatabaseBehind { .. } => "the journal is behind its copy".into(),
            Self::CopyGone => "the journal has lost its copy".into(),
            Self::CopyBroken { line } => format!("line {line} of the journal's copy is broken"),
            Self::CopyReplaced => "the journal's copy was replaced".into(),
            Self::CopyNewer => "the journal's copy is of a newer mylink".into(),
            Self::Apart => "the journal and its copy differ".into(),
            Self::RowAltered { .. }
            | Self::RowAdded { .. }
            | Self::RowMissing { .. }
            | Self::StepMissing { .. }
            | Self::Unguarded => "the journal was changed by hand".into(),
            Self::NotTheOneOfLastTime {
                is_another: true, ..
            } => "this is not the journal of last time".into(),
            Self::OlderThanSeen { .. } => "an older journal was put back".into(),
            Self::OtherThanSeen { .. } => "the journal is there twice".into(),
            Self::NotTheOneOfLastTime { .. } => "launches are missing from the journal".into(),
        }
    }

    fn way_out_in_short(&self) -> &'static str {
        match self {
            Self::CopyNewer => "update mylink",
            Self::CannotBeOpened { .. }
            | Self::OlderThanSeen { .. }
            | Self::OtherThanSeen { .. }
            | Self::NotTheOneOfLastTime { .. } => DOCTOR,
            _ => REBUILD,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::path::PathBuf;

    use super::*;
    use crate::store::journal::Trouble;
    use rstest::rstest;

    fn record(kind: TroubleKind) -> StoreError {
        StoreError::Record(Trouble {
            path: PathBuf::from("/data/journal.db"),
            kind,
        })
    }

    fn full() -> io::Error {
        io::Error::from_raw_os_error(28)
    }

    #[rstest]
    #[case::gone(record(TroubleKind::DatabaseGone), "gone", REBUILD)]
    #[case::damaged(record(TroubleKind::DatabaseDamaged { detail: "x".into() }), "damaged", REBUILD)]
    #[case::not_opened(record(TroubleKind::CannotBeOpened { detail: "x".into() }), "can't be opened", DOCTOR)]
    #[case::behind(record(TroubleKind::DatabaseBehind { database: 1, copy: 2 }), "behind its copy", REBUILD)]
    #[case::copy_gone(record(TroubleKind::CopyGone), "lost its copy", REBUILD)]
    #[case::copy_broken(record(TroubleKind::CopyBroken { line: 7 }), "line 7", REBUILD)]
    #[case::copy_replaced(record(TroubleKind::CopyReplaced), "copy was replaced", REBUILD)]
    #[case::apart(record(TroubleKind::Apart), "differ", REBUILD)]
    #[case::altered(record(TroubleKind::RowAltered { launch: "a".into(), call: None, field: "outcome".into() }), "by hand", REBUILD)]
    #[case::missing(record(TroubleKind::RowMissing { launch: "a".into(), call: Some(1) }), "by hand", REBUILD)]
    #[case::step_missing(record(TroubleKind::StepMissing { n: 9 }), "by hand", REBUILD)]
    #[case::unguarded(record(TroubleKind::Unguarded), "by hand", REBUILD)]
    #[case::another(record(TroubleKind::NotTheOneOfLastTime { counted: 3, is_another: true }), "not the journal of last time", DOCTOR)]
    #[case::fewer(record(TroubleKind::NotTheOneOfLastTime { counted: 3, is_another: false }), "missing", DOCTOR)]
    #[case::twice(record(TroubleKind::OtherThanSeen { step: 9 }), "twice", DOCTOR)]
    #[case::older(record(TroubleKind::OlderThanSeen { seen: 9, there: 3 }), "older", DOCTOR)]
    #[case::newer_copy(record(TroubleKind::CopyNewer), "newer mylink", "update mylink")]
    #[case::newer(StoreError::NewerVersion { path: PathBuf::new(), found: 9, known: 2 }, "newer mylink", "update mylink")]
    #[case::disk(StoreError::NoSpace { path: PathBuf::new(), free: 3_000_000, needed: 32_000_000 }, "only 3.0 MB are free", "free some space")]
    #[case::network(StoreError::NetworkFiles { path: PathBuf::new(), kind: "NFS".into() }, "network (NFS)", "set XDG_DATA_HOME to a local disk")]
    #[case::replaced(StoreError::Replaced { path: PathBuf::new() }, "deleted or replaced", DOCTOR)]
    #[case::distrusted(StoreError::Distrusted { path: PathBuf::new() }, "not confirmed", "check the disk, restart mylink")]
    #[case::copy_unwritable(StoreError::Copy { path: PathBuf::new(), source: full() }, "can't be used (No space", DOCTOR)]
    #[case::folder(StoreError::Io { action: "Writing to", path: PathBuf::new(), source: full() }, "can't be used (No space", DOCTOR)]
    fn each_trouble_is_said_in_a_line_with_its_way_out(
        #[case] error: StoreError,
        #[case] what: &str,
        #[case] way_out: &str,
    ) {
        let trouble = error.standing().unwrap();
        assert!(trouble.what.contains(what), "{}", trouble.what);
        assert_eq!(trouble.way_out, way_out);
        assert!(!trouble.what.ends_with('.') && trouble.what.starts_with(char::is_lowercase));
        // Behind `No launches: `, in 80 columns.
        assert!(trouble.what.chars().count() <= 64, "{}", trouble.what);
    }

    #[test]
    fn another_process_that_writes_just_now_is_no_trouble() {
        assert_eq!(StoreError::Busy { action: "Writing" }.standing(), None);
    }
}
