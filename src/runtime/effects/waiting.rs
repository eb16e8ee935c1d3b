//! Effects of launches that are given a time: let them wait, take them back, and start them when it has come.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::{Timestamp, Zoned};
use tokio::sync::mpsc::UnboundedSender;

use super::{Performer, not_launched, notice_of};
use crate::domain::act::OutsideAct;
use crate::domain::due::{in_zone, moment};
use crate::domain::problem::Surface;
use crate::domain::text::shown;
use crate::domain::waiting::{WaitingLaunch, WaitingState, countdown};
use crate::launcher::Until;
use crate::launcher::{Stop, Word};
use crate::model::effect::{Confirmation, RequestId};
use crate::model::{Notice, Reply};
use crate::runtime::run::Incoming;
use crate::session::serve::{self, Serving};
use crate::session::{Became, Session};

impl Performer {
    /// Lets what was confirmed wait for its time.
    pub(super) fn hold(&self, id: RequestId, confirmation: Confirmation, due: Zoned) {
        let (session, send) = (Arc::clone(&self.session), self.send.clone());
        let nudge = Arc::clone(&self.nudge);
        self.unfinished.spawn(async move {
            let held = try_hold(&session, confirmation, due).await.map(Box::new);
            nudge.tell();
            let _ = send.send(Incoming::reply(Reply::Held(id, held)));
        });
    }

    /// Takes one back, or says that it was too late.
    pub(super) fn take_back(&self, id: String) {
        let session = Arc::clone(&self.session);
        let nudge = Arc::clone(&self.nudge);
        self.act(async move {
            session.allow(OutsideAct::TakeBack).await?;
            let taken = session.launcher.take_back(&id).await;
            nudge.tell();
            let waiting = taken?;
            let name = shown(&waiting.broadcast.name);
            Ok(Reply::Done(Notice::ok(
                if waiting.state() == WaitingState::TakenBack {
                    format!("Taken back: {name} will not be sent.")
                } else {
                    format!("{name}: it is noted that you looked at it.")
                },
            )))
        });
    }

    /// Gives one another time, or says why not.
    pub(super) fn move_waiting(&self, id: String, from: Timestamp, to: Zoned) {
        let session = Arc::clone(&self.session);
        let nudge = Arc::clone(&self.nudge);
        self.act(async move {
            let moved = session.move_waiting(&id, &to, Some(from)).await;
            nudge.tell();
            let waiting = moved?;
            Ok(Reply::Done(Notice::ok(format!(
                "Moved: {} waits until {}.",
                shown(&waiting.broadcast.name),
                moment(&in_zone(waiting.due_at, &waiting.zone))
            ))))
        });
    }

    /// Serves what waits until the program ends; a launch that is on its way then is finished.
    pub(super) fn serve(&self) {
        let (session, send) = (Arc::clone(&self.session), self.send.clone());
        let (ending, nudge) = (self.ending.clone(), Arc::clone(&self.nudge));
        self.unfinished.spawn(async move {
            let trouble = Mutex::new(String::new());
            let tell = |serving| told(&send, serving, &trouble);
            let ended = ending.cancelled();
            let until = serve::Until::Asked;
            let served = session
                .serve_waiting(until, Timestamp::now, &nudge, ended, tell)
                .await;
            if let Err(error) = served {
                let _ = send.send(Incoming::reply(Reply::Say(notice_of(&error))));
            }
        });
    }
}

async fn try_hold(
    session: &Session,
    confirmation: Confirmation,
    due: Zoned,
) -> Result<WaitingLaunch, Notice> {
    session
        .allow(OutsideAct::Hold)
        .await
        .map_err(|error| notice_of(&error))?;
    let client = session.client().await.map_err(|error| notice_of(&error))?;
    let surface = Surface::Console;
    let prepared = session
        .prepare(confirmation.plan, surface)
        .await
        .map_err(|error| notice_of(&error))?;
    let word = Word {
        hash: Some(confirmation.hash),
        number: confirmation.number,
        name: confirmation.name,
        again: confirmation.again,
        reviewed_at: Some(confirmation.reviewed_at),
        held: None,
        stop: Stop::default(),
    };
    let until = Until {
        due,
        expect: confirmation.expect,
        surface,
    };
    let launcher = session
        .launcher_now()
        .await
        .map_err(|error| notice_of(&error))?;
    let held = launcher.hold(&client, &prepared, word, until).await;
    held.map_err(|error| not_launched(&error))
}

/// What happens while launches are served, as answers to the screen. Launches that this screen didn't ask for itself have
/// no request: their id is 0.
/// What goes wrong every second is told once.
fn told(send: &UnboundedSender<Incoming>, serving: Serving, trouble: &Mutex<String>) {
    let reply = match serving {
        Serving::List(list) => Reply::Waiting(list),
        Serving::Starting(waiting) => {
            let name = shown(&waiting.broadcast.name);
            Reply::Say(Notice::warning(format!(
                "{name}: its time has come, sending ..."
            )))
        }
        Serving::Progress(_, done, of) if of > 1 => {
            let text = format!(
                "A launch whose time came: {done} of {of} calls accepted ... X in the log stops it."
            );
            Reply::Say(Notice::warning(text))
        }
        Serving::HeldUp(waiting, why) => {
            let name = shown(&waiting.broadcast.name);
            Reply::Say(Notice::warning(format!("{name} does not start yet: {why}")))
        }
        // What is wrong with the record stands on every screen.
        Serving::Progress(..) | Serving::Became(_, Became::NotYet) | Serving::Record(_) => return,
        Serving::Became(_, Became::Launched(record)) => Reply::Launched(0, Ok(record)),
        Serving::Became(_, Became::Ended(ended)) => Reply::Done(mishap(&ended)),
        Serving::Became(_, Became::Elsewhere(ended)) => {
            let name = shown(&ended.broadcast.name);
            let word = ended.state().word().replace('_', " ");
            Reply::Done(Notice::ok(format!(
                "{name}: it was {word} by another mylink."
            )))
        }
        Serving::SetBack(by) => Reply::Say(Notice::warning(format!(
            "The clock was set back by {}: what waits, waits for its time by the clock.",
            countdown(by)
        ))),
        Serving::Completed(cut) => Reply::Say(Notice::warning(cut.to_string())),
        Serving::Trouble(why) => {
            let mut last = trouble.lock().unwrap_or_else(PoisonError::into_inner);
            if *last == why {
                return;
            }
            last.clone_from(&why);
            Reply::Say(Notice::error(format!("{why}. It is tried again.")))
        }
    };
    let _ = send.send(Incoming::reply(reply));
}

fn mishap(ended: &WaitingLaunch) -> Notice {
    let reason = ended.end.as_ref().map_or("", |end| &end.reason);
    Notice::error(format!(
        "{}, due {}, was {}. {reason}",
        shown(&ended.broadcast.name),
        moment(&in_zone(ended.due_at, &ended.zone)),
        ended.state().word(),
    ))
}
