//! Reading the terminal, on a thread of its own: a paste that never ends must not stop the loop.
//!
//! The thread sleeps in `poll` until there is something to read. A terminal that is gone says so there, once; reading on
//! would spin. While another program has the terminal the thread reads nothing: its keys are not ours.

use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crossterm::event::{self, Event};
use rustix::event::{PollFd, PollFlags, poll};

use crate::fault;

/// The least time in which the source of events looks at what it has and at the terminal.
const LOOK: Duration = Duration::from_millis(1);

/// What is one key comes in less time than this, also over a slow connection.
const UNFINISHED: Duration = Duration::from_millis(300);

/// How long the thread may take to stop reading: one that hangs in a paste must not stop the loop.
const PATIENCE: Duration = Duration::from_secs(1);

/// What the terminal says.
#[derive(Debug)]
pub enum Typed {
    /// A key, a paste, the mouse.
    Event(Event),
    /// The terminal is gone.
    Gone,
}

/// The thread that reads, which can be told to leave the terminal alone for a while.
pub struct Reader {
    gate: Arc<Gate>,
    wake: PipeWriter,
}

/// Whether the thread is to wait, and whether it does.
#[derive(Default)]
struct Gate {
    state: Mutex<Waiting>,
    changed: Condvar,
    /// Since when it reads what has begun to come.
    reads_since: Mutex<Option<Instant>>,
}

#[derive(Default)]
struct Waiting {
    is_wanted: bool,
    waits: bool,
}

impl Gate {
    fn state(&self) -> MutexGuard<'_, Waiting> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that it begins to read, or has read all that came.
    fn reads(&self, since: Option<Instant>) {
        *self
            .reads_since
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = since;
    }

    /// Waits as long as that is wanted.
    fn wait(&self) {
        let mut state = self.state();
        state.waits = true;
        self.changed.notify_all();
        while state.is_wanted {
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        state.waits = false;
    }
}

impl Reader {
    /// Has the thread leave the terminal alone; says whether it does. It may hang in a paste that never ends.
    pub fn pause(&mut self) -> bool {
        self.gate.state().is_wanted = true;
        let _ = self.wake.write_all(b"!");
        let state = self.gate.state();
        let waited = self
            .gate
            .changed
            .wait_timeout_while(state, PATIENCE, |state| !state.waits)
            .unwrap_or_else(PoisonError::into_inner);
        let waits = waited.0.waits;
        drop(waited);
        if !waits {
            self.resume();
        }
        waits
    }

    /// Whether something came whose end doesn't come: half a key's sequence, or half a paste. Until its end the thread
    /// hangs, and no key is heard.
    pub fn hangs(&self) -> bool {
        let since = self.gate.reads_since.lock();
        let since = *since.unwrap_or_else(PoisonError::into_inner);
        since.is_some_and(|since| since.elapsed() >= UNFINISHED)
    }

    /// Has the thread read again.
    pub fn resume(&self) {
        self.gate.state().is_wanted = false;
        self.gate.changed.notify_all();
    }
}

/// Starts the thread; it ends when nobody listens any more, or when the terminal is gone.
///
/// # Errors
/// Where the system gives no thread.
pub fn start(send: impl Fn(Typed) -> bool + Send + 'static) -> io::Result<Reader> {
    let gate = Arc::new(Gate::default());
    let (woken, wake) = io::pipe()?;
    let waiting = Arc::clone(&gate);
    thread::Builder::new()
        .name("input".into())
        .spawn(move || read(woken, &waiting, send))?;
    Ok(Reader { gate, wake })
}

fn read(mut woken: PipeReader, gate: &Gate, send: impl Fn(Typed) -> bool) {
    loop {
        match next(&woken) {
            Woken::Asked => {
                let _ = woken.read(&mut [0]);
                gate.wait();
            }
            Woken::Interrupted => {}
            Woken::Typed => {
                fault::point("input");
                gate.reads(Some(Instant::now()));
                let passed = pass_on(&send, gate);
                gate.reads(None);
                match passed {
                    Ok(true) => {}
                    Ok(false) => return,
                    Err(_) => {
                        send(Typed::Gone);
                        return;
                    }
                }
            }
            Woken::Gone => {
                send(Typed::Gone);
                return;
            }
        }
    }
}

/// Why the thread woke up.
enum Woken {
    /// It is to leave the terminal alone, or nobody can ask it to any more.
    Asked,
    Interrupted,
    Typed,
    Gone,
}

/// Waits for input.
fn next(woken: &PipeReader) -> Woken {
    let stdin = io::stdin();
    let mut descriptors = [
        PollFd::new(&stdin, PollFlags::IN),
        PollFd::new(woken, PollFlags::IN),
    ];
    match poll(&mut descriptors, None) {
        Err(rustix::io::Errno::INTR) => return Woken::Interrupted,
        Err(_) => return Woken::Gone,
        Ok(_) => {}
    }
    let asked = descriptors[1].revents();
    if asked.contains(PollFlags::IN) {
        return Woken::Asked;
    }
    let happened = descriptors[0].revents();
    let is_gone = PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL;
    if happened.intersects(is_gone) || asked.intersects(is_gone) {
        return Woken::Gone;
    }
    Woken::Typed
}

/// Passes on what is there, each event at once; says whether somebody listens.
fn pass_on(send: &impl Fn(Typed) -> bool, gate: &Gate) -> io::Result<bool> {
    while event::poll(LOOK)? {
        gate.reads(Some(Instant::now()));
        if !send(Typed::Event(event::read()?)) {
            return Ok(false);
        }
    }
    Ok(true)
}
