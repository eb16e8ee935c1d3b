//! A server of this process: what it tells while something is done under it.

use std::sync::Arc;

use jiff::Timestamp;
use mylink_console::domain::launch::{LaunchRecord, Outcome};
use mylink_console::domain::waiting::WaitingLaunch;
use mylink_console::session::Became;
use mylink_console::session::serve::{self, Nudge, Serving};
use tokio::sync::Notify;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::launcher::desk::Desk;

/// A server of this process, and what it tells.
pub struct Running {
    told: UnboundedReceiver<Serving>,
    pub nudge: Arc<Nudge>,
}

impl Running {
    /// The next that it tells.
    pub async fn next(&mut self) -> Serving {
        let limit = std::time::Duration::from_mins(1);
        let told = tokio::time::timeout(limit, self.told.recv()).await;
        told.expect("nothing was told in time").expect("it ended")
    }

    /// Waits for something that it tells.
    pub async fn until<T>(&mut self, wanted: impl Fn(Serving) -> Option<T>) -> T {
        loop {
            if let Some(found) = wanted(self.next().await) {
                return found;
            }
        }
    }

    pub async fn until_in_trouble(&mut self) -> String {
        self.nudge.tell();
        self.until(|told| match told {
            Serving::Record(Some(trouble)) => Some(trouble.what),
            _ => None,
        })
        .await
    }

    pub async fn until_mended(&mut self) {
        self.nudge.tell();
        let mended = |told| matches!(told, Serving::Record(None)).then_some(());
        self.until(mended).await;
    }

    pub async fn until_launched(&mut self) -> Outcome {
        self.until(|told| launched(told).map(|record| record.outcome))
            .await
    }

    pub async fn until_listed(&mut self, count: usize) {
        let is_it = |told| matches!(told, Serving::List(list) if list.len() == count);
        self.until(|told| is_it(told).then_some(())).await;
    }

    /// What does not start though its time has come, and why.
    pub async fn until_held_up(&mut self) -> (WaitingLaunch, String) {
        self.until(|told| match told {
            Serving::HeldUp(waits, why) => Some((*waits, why)),
            _ => None,
        })
        .await
    }
}

/// What was launched, if that is told.
pub fn launched(told: Serving) -> Option<LaunchRecord> {
    match told {
        Serving::Became(_, Became::Launched(record)) => Some(*record),
        _ => None,
    }
}

/// Serves by a clock while `work` is done; gives how many are left, and what came of the work.
pub async fn serving_by<T>(
    desk: &Desk,
    clock: impl Fn() -> Timestamp + Copy + Send + Sync,
    work: impl AsyncFnOnce(&mut Running) -> T,
) -> (usize, T) {
    let (send, told) = unbounded_channel();
    let nudge = Arc::new(Nudge::default());
    let mut running = Running {
        told,
        nudge: Arc::clone(&nudge),
    };
    let over = Notify::new();
    let served = desk.session.serve_waiting(
        serve::Until::Asked,
        clock,
        &nudge,
        over.notified(),
        move |serving| drop(send.send(serving)),
    );
    let working = async {
        let done = work(&mut running).await;
        over.notify_one();
        done
    };
    let (left, done) = tokio::join!(served, working);
    (left.unwrap(), done)
}

/// As [`serving_by`], by the clock on the wall.
pub async fn serving<T>(desk: &Desk, work: impl AsyncFnOnce(&mut Running) -> T) -> (usize, T) {
    serving_by(desk, Timestamp::now, work).await
}

/// Serves until nothing waits; gives how many are left.
pub async fn serve_out(
    desk: &Desk,
    clock: impl Fn() -> Timestamp + Copy + Send + Sync,
    nudge: &Nudge,
    tell: impl Fn(Serving) + Send + Sync,
) -> usize {
    let never = std::future::pending();
    let until = serve::Until::NothingWaits;
    let served = desk.session.serve_waiting(until, clock, nudge, never, tell);
    served.await.unwrap()
}
