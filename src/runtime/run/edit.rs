//! The operator's editor has the terminal meanwhile.

use std::io;
use std::time::Duration;

use super::{Console, PANICKED};
use crate::model::effect::RequestId;
use crate::model::{Message, Notice, Reply};
use crate::runtime::editor::Errand;
use crate::runtime::mistake;
use crate::runtime::signals::{self, Asked};
use crate::runtime::terminal::Screen;

/// How long an editor may take to end when the program is to.
const EDITOR_PATIENCE: Duration = Duration::from_secs(2);

impl Console {
    /// Hands the terminal to the operator's editor until that ends; gives an exit code where a signal ended the program
    /// meanwhile. Launches in flight go on: their answers wait for the loop.
    pub(super) async fn edit(&mut self, id: RequestId, text: &str) -> Option<u8> {
        if !self.reader.pause() {
            let text = "The terminal is still sending a paste. Wait for its end, and try again.";
            self.tell(edited(id, Err(Notice::warning(text))));
            return None;
        }
        Screen::suspend();
        let started = Errand::start(&self.folder, text).and_then(|errand| {
            let editor = errand.open(self.editor.as_deref())?;
            Ok((errand, editor))
        });
        let result = match started {
            Err(notice) => Err(notice),
            Ok((errand, editor)) => match self.until_it_ends(editor).await {
                Ended::Editor(ended) => errand.finish(ended),
                Ended::Program(code) => {
                    errand.abandon();
                    return Some(code);
                }
            },
        };
        if self.screen.resume().is_err() {
            return Some(129);
        }
        self.reader.resume();
        self.app.set_now(self.clocks());
        self.tell(edited(id, result));
        None
    }

    /// Waits for the editor. Interrupts from the keyboard are its own; a signal that ends the program ends it too.
    async fn until_it_ends(&mut self, mut editor: std::process::Child) -> Ended {
        let pid = rustix::process::Pid::from_child(&editor);
        let (send, mut ended) = tokio::sync::oneshot::channel();
        // A thread of its own: an editor that doesn't end must not hold the program up when that is to end.
        std::thread::spawn(move || send.send(editor.wait()));
        loop {
            let asked = tokio::select! {
                ended = &mut ended => {
                    let gone = |_| Err(io::ErrorKind::BrokenPipe.into());
                    return Ended::Editor(ended.unwrap_or_else(gone));
                }
                Some(asked) = self.signals.recv() => asked,
                () = mistake::happened() => Asked::End(PANICKED),
            };
            match asked {
                Asked::End(130 | 131) | Asked::Resize | Asked::Continue => {}
                Asked::Suspend => signals::stop_here(),
                Asked::End(code) => {
                    let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
                    let _ = tokio::time::timeout(EDITOR_PATIENCE, &mut ended).await;
                    return Ended::Program(code);
                }
            }
        }
    }
}

/// Why the terminal is ours again.
enum Ended {
    /// The editor ended.
    Editor(io::Result<std::process::ExitStatus>),
    /// The program is to end, with this exit code.
    Program(u8),
}

fn edited(id: RequestId, result: Result<String, Notice>) -> Message {
    Message::Reply(Box::new(Reply::Edited(id, result)))
}
