//! What a step leaves on the record, as the copy keeps it: read from the rows after the step, and written back into
//! rows when the journal is rebuilt. Texts and times stand as they do in the rows.

mod columns;
mod launched;
mod waiting;

pub(super) use launched::{Answer, Call, CallState, Launch, LaunchState};
pub(super) use waiting::{Held, HeldCall, Moved, WaitingState};
