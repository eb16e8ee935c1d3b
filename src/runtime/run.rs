//! The loop: take what is ready, change the state, draw once, sleep.

mod edit;

use std::io::{self, Write as _};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use crossterm::event::{Event, KeyCode};
use jiff::Timestamp;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{Instant, timeout};

use super::clipboard;
use super::effects::Performer;
use super::input::{self, Reader, Typed};
use super::mistake;
use super::signals::{self, Asked};
use super::terminal::Screen;
use super::watch;
use crate::domain::hold::Clocks;
use crate::domain::plan::Plan;
use crate::fault;
use crate::model::effect::BroadcastKey;
use crate::model::effect::RequestId;
use crate::model::{Effect, Keymap, Message, Notice, Reply};
use crate::session::Session;
use crate::ui::{App, Environment, Theme};

/// Frames that follow each other are at least this far apart; the first after a rest comes at once.
const FRAME: Duration = Duration::from_millis(16);

/// After so long a wait at the end, it is said what is waited for.
const PATIENCE: Duration = Duration::from_millis(300);

/// The exit code of a screen that ended by a mistake of its own.
pub const PANICKED: u8 = 101;

/// How the screen is to look.
pub struct Options {
    /// Colours and marks.
    pub theme: Theme,
    /// Whether the mouse is listened to.
    pub mouse: bool,
    /// Where a copied text goes that is too long for a terminal.
    pub folder: std::path::PathBuf,
    /// The operator's editor, as `$VISUAL` or `$EDITOR` names it.
    pub editor: Option<String>,
    /// The plan that the builder is to be opened on, and its broadcast.
    pub open: Option<(BroadcastKey, Plan)>,
}

/// What comes to the loop.
pub(super) enum Incoming {
    /// From the terminal.
    Typed(Typed),
    /// From an effect.
    Reply(Box<Reply>),
    /// A time that was asked for has come.
    Wake,
    /// Journal, cache or configuration were written to, perhaps by another process.
    Touched,
    /// A text for the clipboard.
    Copy(String),
}

impl Incoming {
    /// An answer to an effect.
    pub(super) fn reply(reply: Reply) -> Self {
        Self::Reply(Box::new(reply))
    }
}

/// Runs the screen until the operator leaves it, the terminal is gone, or a signal ends it; returns the exit code.
///
/// # Errors
/// Where the terminal can't be used at all.
pub async fn run(session: Arc<Session>, keymap: Keymap, options: Options) -> io::Result<u8> {
    let (send, receive) = unbounded_channel();
    let (send_signal, signals) = unbounded_channel();
    signals::listen(&send_signal)?;
    let performer = Performer::new(Arc::clone(&session), send.clone())?;
    let app = App::new(
        environment(&session),
        options.theme,
        keymap,
        Timestamp::now(),
    );
    let screen = Screen::enter(options.mouse)?;
    let reader = input::start({
        let send = send.clone();
        move |typed| send.send(Incoming::Typed(typed)).is_ok()
    });
    watch::start(options.folder.clone(), {
        let send = send.clone();
        move || send.send(Incoming::Touched).is_ok()
    })?;
    watch::start_on(session.config_file(), {
        let send = send.clone();
        move || send.send(Incoming::Touched).is_ok()
    })?;
    let mut console = Console {
        app,
        screen,
        performer,
        receive,
        signals,
        send,
        folder: options.folder,
        reader: reader?,
        editor: options.editor,
        wanted_edit: None,
        started: Instant::now(),
    };
    console.start(&session, options.open);
    let code = survive(console.live()).await;
    let Console {
        screen, performer, ..
    } = console;
    drop(screen);
    finish(performer).await;
    if mistake::has_happened() {
        // A launch whose own task panicked has no outcome yet: it gets the one that is certain.
        let _ = session.launcher.recover().await;
    }
    session.close().await;
    Ok(code)
}

/// Lives on after a panic of the loop itself, at least as long as a launch is on its way: its outcome is recorded.
async fn survive(live: impl Future<Output = u8>) -> u8 {
    mistake::caught(live).await.unwrap_or(PANICKED)
}

/// Waits for what must be finished, and says so on the terminal that was given back, where it takes its time.
async fn finish(performer: Performer) {
    let mut finished = pin!(performer.finish());
    if timeout(PATIENCE, &mut finished).await.is_err() {
        let _ = writeln!(
            io::stderr(),
            "A launch is on its way. mylink ends as soon as its outcome is on the record; of a batch, no further call is sent."
        );
        finished.await;
    }
}

fn environment(session: &Session) -> Environment {
    Environment {
        profile: session.profile.name.clone(),
        danger: session.profile.danger,
        readonly: session.profile.readonly,
        pushes_settings: session.pushes_settings(),
        operator: session.operator.clone(),
        dialect: session.profile.dialect.clone(),
    }
}

struct Console {
    app: App,
    screen: Screen,
    performer: Performer,
    receive: UnboundedReceiver<Incoming>,
    signals: UnboundedReceiver<Asked>,
    send: UnboundedSender<Incoming>,
    folder: std::path::PathBuf,
    reader: Reader,
    editor: Option<String>,
    /// A text that is to be edited in the operator's editor, as soon as the loop is free.
    wanted_edit: Option<(RequestId, String)>,
    /// What the steady clock counts from.
    started: Instant,
}

/// Why the loop wakes up.
enum Woken {
    Incoming(Box<Incoming>),
    Signal(Asked),
    Minute,
    Frame,
}

impl Console {
    /// The first effects: what is cached is shown at once, and the sandbox syncs by itself.
    fn start(&mut self, session: &Session, open: Option<(BroadcastKey, Plan)>) {
        let effects = match open {
            Some((key, plan)) => self.app.start_on(key, plan),
            None => self.app.start(),
        };
        self.perform(effects);
        for notice in &session.notices {
            let _ = self
                .send
                .send(Incoming::reply(Reply::Say(Notice::warning(notice.clone()))));
        }
    }

    /// Lives until somebody ends it; returns the exit code.
    async fn live(&mut self) -> u8 {
        let mut drawn = Instant::now() - FRAME;
        let mut is_due = true;
        loop {
            if is_due && drawn.elapsed() >= FRAME {
                if self.draw().is_err() {
                    return 129;
                }
                drawn = Instant::now();
                is_due = false;
            }
            let frame_at = is_due.then_some(drawn + FRAME);
            match self.wait(frame_at).await {
                Woken::Frame => continue,
                Woken::Signal(Asked::End(code)) => return code,
                Woken::Signal(Asked::Suspend) => {
                    self.tell(Message::Suspended);
                    Screen::suspend();
                    signals::stop_here();
                    if self.screen.resume().is_err() {
                        return 129;
                    }
                }
                Woken::Signal(Asked::Continue) => {
                    self.app.set_now(self.clocks());
                    self.tell(Message::Suspended);
                }
                Woken::Signal(Asked::Resize) => {}
                Woken::Minute => {
                    self.tell(Message::Now(self.clocks()));
                    // A disk fills up without a word.
                    self.performer.look_again();
                }
                Woken::Incoming(incoming) => {
                    if let Some(code) = self.take_all(*incoming) {
                        return code;
                    }
                }
            }
            if self.app.is_quitting() {
                return 0;
            }
            if let Some((id, text)) = self.wanted_edit.take()
                && let Some(code) = self.edit(id, &text).await
            {
                return code;
            }
            is_due = true;
        }
    }

    async fn wait(&mut self, frame_at: Option<Instant>) -> Woken {
        let minute = tokio::time::sleep(until_next_minute(Timestamp::now()));
        let frame = async {
            match frame_at {
                Some(at) => tokio::time::sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            Some(asked) = self.signals.recv() => Woken::Signal(asked),
            // Launches in flight are finished even so.
            () = mistake::happened() => Woken::Signal(Asked::End(PANICKED)),
            incoming = self.receive.recv() => Woken::Incoming(Box::new(incoming.unwrap_or(Incoming::Typed(Typed::Gone)))),
            () = frame => Woken::Frame,
            () = minute => Woken::Minute,
        }
    }

    /// Takes what came and everything else that is ready; gives an exit code where the terminal is gone.
    fn take_all(&mut self, first: Incoming) -> Option<u8> {
        self.app.set_now(self.clocks());
        let mut next = Some(first);
        while let Some(incoming) = next {
            match incoming {
                Incoming::Typed(Typed::Gone) => return Some(129),
                Incoming::Typed(Typed::Event(event)) => self.take_event(event),
                Incoming::Reply(reply) => self.tell(Message::Reply(reply)),
                Incoming::Wake => {
                    self.hear_unfinished();
                    self.tell(Message::Now(self.clocks()));
                }
                Incoming::Touched => self.performer.look_again(),
                Incoming::Copy(text) => {
                    let notice = clipboard::copy(&text, &self.folder);
                    self.tell(Message::Reply(Box::new(Reply::Say(notice))));
                }
            }
            // A signal is not kept waiting by thousands of keys.
            if self.app.is_quitting() || !self.signals.is_empty() {
                return None;
            }
            next = self.receive.try_recv().ok();
        }
        None
    }

    /// While a launch can be taken back by any key, half a key is one: behind it none is heard until its other half comes.
    fn hear_unfinished(&mut self) {
        if self.app.is_taken_back_by_any_key() && self.reader.hangs() {
            self.take_event(Event::Key(KeyCode::Null.into()));
        }
    }

    fn take_event(&mut self, event: Event) {
        fault::point("loop");
        self.tell(Message::Input(event));
    }

    fn clocks(&self) -> Clocks {
        Clocks {
            wall: Timestamp::now(),
            steady: self.started.elapsed(),
        }
    }

    fn tell(&mut self, message: Message) {
        let effects = self.app.update(message);
        self.perform(effects);
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::EditText(id, text) => self.wanted_edit = Some((id, text)),
                other => self.performer.perform(other),
            }
        }
    }

    fn draw(&mut self) -> io::Result<()> {
        fault::point("draw");
        let mut picture = None;
        self.screen
            .terminal
            .draw(|frame| picture = Some(self.app.view(frame)))?;
        if let Some(picture) = picture {
            self.app.remember(picture);
        }
        Ok(())
    }
}

/// Time until the minute changes, when relative times on the screen move.
fn until_next_minute(now: Timestamp) -> Duration {
    let into = now.as_millisecond().rem_euclid(60_000).unsigned_abs();
    Duration::from_millis(60_000 - into)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_loop_that_panics_ends_with_its_exit_code_and_lets_the_rest_be_finished() {
        let panics = async {
            tokio::task::yield_now().await;
            "no number".parse().expect("a mistake in the loop")
        };
        assert_eq!(survive(panics).await, 101);
        assert_eq!(survive(async { 130 }).await, 130);
    }
}
