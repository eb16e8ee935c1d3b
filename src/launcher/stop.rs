//! A batch that is to end early: after the call that is on its way, before the next one.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Asks a launch to send no further call. Every clone asks the same launch; the first call is sent even so.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Asks for it; says whether this was the first time.
    pub fn ask(&self) -> bool {
        !self.0.swap(true, Ordering::SeqCst)
    }

    /// Whether it was asked for.
    pub fn is_asked(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}
