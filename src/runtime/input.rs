//! Reading the terminal, on a thread of its own: a paste that never ends must not stop the loop.
//!
//! The thread sleeps in `poll` until there is something to read. A terminal that is gone says so there, once; reading on
//! would spin.

use std::io;
use std::thread;
use std::time::Duration;

use crossterm::event::{self, Event};
use rustix::event::{PollFd, PollFlags, poll};

/// What the terminal says.
#[derive(Debug)]
pub enum Typed {
    /// A key, a paste, the mouse.
    Event(Event),
    /// The terminal is gone.
    Gone,
}

/// Starts the thread; it ends when nobody listens any more, or when the terminal is gone.
///
/// # Errors
/// Where the system gives no thread.
pub fn start(send: impl Fn(Typed) -> bool + Send + 'static) -> io::Result<()> {
    thread::Builder::new().name("input".into()).spawn(move || {
        while let Some(typed) = next_events() {
            for event in typed {
                if !send(Typed::Event(event)) {
                    return;
                }
            }
        }
        send(Typed::Gone);
    })?;
    Ok(())
}

/// Waits for input and reads what is there; `None` once the terminal is gone.
fn next_events() -> Option<Vec<Event>> {
    let stdin = io::stdin();
    let mut descriptors = [PollFd::new(&stdin, PollFlags::IN)];
    match poll(&mut descriptors, None) {
        Err(rustix::io::Errno::INTR) => return Some(Vec::new()),
        Err(_) => return None,
        Ok(_) => {}
    }
    let happened = descriptors[0].revents();
    if happened.intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL) {
        return None;
    }
    let mut events = Vec::new();
    while event::poll(Duration::ZERO).ok()? {
        events.push(event::read().ok()?);
    }
    Some(events)
}
