//! What reaches a serving from outside: that something changed, and that a launch is to be stopped.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::launcher::Stop;

/// Wakes a serving up: the journal may have changed.
#[derive(Debug, Default)]
pub struct Nudge {
    pub(super) told: Notify,
    /// Whether every change is told: then little is looked at in between while nothing waits.
    pub(super) tells_all: bool,
    /// What takes the calls back that are not sent yet, of those that are being started, by their ids.
    stops: Mutex<HashMap<String, Stop>>,
}

impl Nudge {
    /// One that tells of every change.
    pub fn of_all() -> Self {
        Self {
            tells_all: true,
            ..Self::default()
        }
    }

    /// Stops a launch that is served before its next call; says whether it is under way.
    pub fn stop(&self, id: &str) -> bool {
        self.stops().get(id).map(Stop::ask).is_some()
    }

    fn stops(&self) -> MutexGuard<'_, HashMap<String, Stop>> {
        self.stops.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn begin(&self, id: &str) -> Stop {
        let stop = Stop::default();
        self.stops().insert(id.to_owned(), stop.clone());
        stop
    }

    pub(super) fn end(&self, id: &str) {
        self.stops().remove(id);
    }

    pub(super) fn leave_all(&self) {
        for stop in self.stops().values() {
            stop.leave();
        }
    }

    /// Wakes it up.
    pub fn tell(&self) {
        self.told.notify_one();
    }
}
