//! A terminal with the program in it: keys go in, the emulator's rows come out.
//!
//! Nothing sleeps: whoever waits blocks on the output of the program until what is waited for stands on the screen.

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};

use crate::effort::{self, Effort};
use crate::keys;

/// How long anything may take. The machine may be busy with other journeys.
pub const DEADLINE: Duration = Duration::from_secs(20);

/// What is looked at for a program at rest.
const REST: Duration = Duration::from_millis(600);

/// Columns and rows.
pub type Size = (u16, u16);

/// A program in a pseudo terminal.
pub struct Terminal {
    emulator: vt100::Parser,
    output: Receiver<Vec<u8>>,
    reader: Option<JoinHandle<()>>,
    is_closing: Arc<AtomicBool>,
    writer: Option<Box<dyn Write + Send>>,
    master: Option<Box<dyn MasterPty + Send>>,
    child: Box<dyn Child + Send + Sync>,
    modes_before: String,
}

impl Terminal {
    /// Starts a command in a terminal of this size.
    pub fn start(size: Size, command: CommandBuilder) -> Self {
        let pair = native_pty_system().openpty(pty_size(size)).unwrap();
        let modes_before = format!("{:?}", pair.master.get_termios().unwrap());
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let (send, output) = channel();
        let is_closing = Arc::new(AtomicBool::new(false));
        let source = pair.master.try_clone_reader().unwrap();
        let closing = Arc::clone(&is_closing);
        let reader = thread::spawn(move || read(source, &send, &closing));
        Self {
            emulator: emulator(size),
            output,
            reader: Some(reader),
            is_closing,
            writer: Some(pair.master.take_writer().unwrap()),
            master: Some(pair.master),
            child,
            modes_before,
        }
    }

    /// Sends bytes, all in one write.
    pub fn send(&mut self, bytes: &[u8]) -> &mut Self {
        let writer = self.writer.as_mut().unwrap();
        writer.write_all(bytes).unwrap();
        writer.flush().unwrap();
        self
    }

    /// Presses a key: `enter`, `f5`, `q`.
    pub fn press(&mut self, key: &str) -> &mut Self {
        self.send(&keys::bytes(key))
    }

    /// Types a text, character by character.
    pub fn type_text(&mut self, text: &str) -> &mut Self {
        self.send(text.as_bytes())
    }

    /// Pastes a text.
    pub fn paste(&mut self, text: &str) -> &mut Self {
        self.send(&keys::paste(text))
    }

    /// Waits until a text stands in one of the rows.
    pub fn wait_for(&mut self, text: &str) -> &mut Self {
        self.wait_until(&format!("{text:?} on the screen"), |screen| {
            screen.has(text)
        })
    }

    /// Waits until a text stands in none of the rows.
    pub fn wait_until_gone(&mut self, text: &str) -> &mut Self {
        self.wait_until(&format!("{text:?} gone from the screen"), |screen| {
            !screen.has(text)
        })
    }

    /// Waits until something holds of the screen; shows the screen where it never does.
    pub fn wait_until(&mut self, what: &str, holds: impl Fn(&Screen) -> bool) -> &mut Self {
        let deadline = Instant::now() + DEADLINE;
        loop {
            let screen = self.screen();
            if holds(&screen) {
                return self;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(bytes) => self.emulator.process(&bytes),
                Err(error) => panic!("no {what} ({error}):\n{screen}"),
            }
        }
    }

    /// The screen as it is now; takes what the program has written meanwhile.
    pub fn screen(&mut self) -> Screen {
        while let Ok(bytes) = self.output.try_recv() {
            self.emulator.process(&bytes);
        }
        Screen(self.emulator.screen().clone())
    }

    /// Gives the terminal another size.
    pub fn resize(&mut self, size: Size) -> &mut Self {
        self.master
            .as_ref()
            .unwrap()
            .resize(pty_size(size))
            .unwrap();
        let (columns, rows) = non_zero(size);
        self.emulator.screen_mut().set_size(rows, columns);
        self
    }

    /// Sends the program a signal.
    pub fn signal(&mut self, signal: Signal) -> &mut Self {
        kill_process(self.pid(), signal).unwrap();
        self
    }

    /// Waits until the system has stopped the program: a signal to continue is lost on one that still runs.
    pub fn wait_until_stopped(&mut self) -> &mut Self {
        let status = format!("/proc/{}/stat", self.pid().as_raw_nonzero());
        let deadline = Instant::now() + DEADLINE;
        loop {
            let stat = std::fs::read_to_string(&status).unwrap();
            if stat
                .rsplit(')')
                .next()
                .unwrap()
                .trim_start()
                .starts_with('T')
            {
                return self;
            }
            assert!(Instant::now() < deadline, "it was not stopped: {stat}");
            std::thread::yield_now();
        }
    }

    /// Waits until the program rests: for a good half second it draws nothing, uses no measurable time, and hardly wakes
    /// up.
    pub fn wait_until_at_rest(&mut self) -> &mut Self {
        let deadline = Instant::now() + DEADLINE;
        loop {
            let before = effort::of(self.pid());
            let is_quiet = match self.output.recv_timeout(REST) {
                Ok(bytes) => {
                    self.emulator.process(&bytes);
                    false
                }
                Err(_) => true,
            };
            let spent = effort::of(self.pid()) - before;
            if is_quiet && spent.is_little() {
                return self;
            }
            assert!(Instant::now() < deadline, "it does not rest: {spent:?}");
        }
    }

    /// What the program spends in a time, in which it draws what it likes.
    pub fn spent_in(&mut self, time: Duration) -> Effort {
        let before = effort::of(self.pid());
        let until = Instant::now() + time;
        while let Some(left) = until.checked_duration_since(Instant::now()) {
            if let Ok(bytes) = self.output.recv_timeout(left) {
                self.emulator.process(&bytes);
            }
        }
        effort::of(self.pid()) - before
    }

    /// Closes the terminal's own end, as a terminal window that is closed does.
    pub fn hang_up(&mut self) {
        self.is_closing.store(true, Ordering::SeqCst);
        // Another size makes the program draw, which wakes up the reader, so that it lets go of its end.
        let (rows, columns) = self.emulator.screen().size();
        self.resize((columns.get() - 1, rows.get()));
        self.reader.take().unwrap().join().unwrap();
        self.master = None;
        self.writer = None;
    }

    /// Reads no more, and has the program draw until its terminal takes nothing.
    pub fn fill_up(&mut self) {
        self.is_closing.store(true, Ordering::SeqCst);
        let (rows, columns) = self.emulator.screen().size();
        let call = format!("/proc/{}/syscall", self.pid().as_raw_nonzero());
        let is_stuck =
            || std::fs::read_to_string(&call).is_ok_and(|call| call.starts_with("1 0x1 "));
        let deadline = Instant::now() + DEADLINE;
        for step in 0.. {
            // Each size is another picture; it is stuck where it is still in the same write after some of them.
            self.resize((columns.get() - step % 2, rows.get()));
            thread::sleep(Duration::from_millis(20));
            if step > 20 && (0..20).all(|_| is_stuck()) {
                return;
            }
            assert!(Instant::now() < deadline, "it is not stuck");
        }
    }

    /// The same while the program is stopped and draws nothing: the reader is woken up by a line of our own.
    pub fn hang_up_while_stopped(&mut self) {
        self.is_closing.store(true, Ordering::SeqCst);
        // The line echoes what is typed, now that the program has given it back.
        self.send(b"\n");
        self.reader.take().unwrap().join().unwrap();
        self.master = None;
        self.writer = None;
    }

    /// Waits until the program has ended; gives its exit code.
    pub fn exit_code(&mut self) -> u32 {
        let deadline = Instant::now() + DEADLINE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                self.take_the_rest();
                return status.exit_code();
            }
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "the program goes on:\n{}", self.screen());
            // The end of the output is the end of the program, or just before it.
            match self.output.recv_timeout(left) {
                Ok(bytes) => self.emulator.process(&bytes),
                Err(_) => thread::yield_now(),
            }
        }
    }

    /// Whether the terminal is in every respect as it was before the program started.
    pub fn assert_as_it_was(&mut self) {
        let modes = format!("{:?}", self.master.as_ref().unwrap().get_termios().unwrap());
        assert_eq!(modes, self.modes_before, "the modes of the line");
        let screen = self.screen();
        let emulated = &screen.0;
        assert!(
            !emulated.alternate_screen(),
            "the alternate screen:\n{screen}"
        );
        assert!(!emulated.bracketed_paste(), "bracketed paste");
        assert!(!emulated.hide_cursor(), "the cursor");
        assert!(!emulated.application_cursor(), "application keys");
        let mouse = emulated.mouse_protocol_mode();
        assert_eq!(mouse, vt100::MouseProtocolMode::None, "the mouse");
    }

    /// Whether the line passes keys on as they are typed.
    pub fn is_raw(&self) -> bool {
        let modes = self.master.as_ref().unwrap().get_termios().unwrap();
        !format!("{:?}", modes.local_flags).contains("ICANON")
    }

    fn pid(&self) -> Pid {
        let pid = self.child.process_id().and_then(|pid| pid.try_into().ok());
        pid.and_then(Pid::from_raw).unwrap()
    }

    fn take_the_rest(&mut self) {
        while let Ok(bytes) = self.output.recv_timeout(DEADLINE) {
            self.emulator.process(&bytes);
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            let _ = kill_process(self.pid(), Signal::KILL);
            let _ = self.child.wait();
        }
    }
}

/// Passes on what the program writes, until it ends or the terminal is closed.
fn read(mut source: Box<dyn Read + Send>, send: &Sender<Vec<u8>>, is_closing: &AtomicBool) {
    let mut buffer = vec![0; 1 << 16];
    while let Ok(count @ 1..) = source.read(&mut buffer) {
        let is_heard = send.send(buffer[..count].to_vec()).is_ok();
        if !is_heard || is_closing.load(Ordering::SeqCst) {
            return;
        }
    }
}

fn pty_size((cols, rows): Size) -> PtySize {
    PtySize {
        rows,
        cols,
        ..PtySize::default()
    }
}

fn non_zero((columns, rows): Size) -> (NonZeroU16, NonZeroU16) {
    let some = |number| NonZeroU16::new(number).unwrap();
    (some(columns), some(rows))
}

fn emulator(size: Size) -> vt100::Parser {
    let (columns, rows) = non_zero(size);
    vt100::Parser::new(rows, columns, 0)
}

/// What stands on the screen at one moment.
pub struct Screen(vt100::Screen);

impl Screen {
    /// The rows, top to bottom, without what is blank at their ends.
    pub fn rows(&self) -> Vec<String> {
        let (_, columns) = self.0.size();
        let rows = self.0.rows(0, columns.get());
        rows.map(|row| row.trim_end().to_owned()).collect()
    }

    /// Whether a text stands in one of the rows.
    pub fn has(&self, text: &str) -> bool {
        self.row(text).is_some()
    }

    /// The first row in which a text stands.
    pub fn row(&self, text: &str) -> Option<String> {
        self.rows().into_iter().find(|row| row.contains(text))
    }

    /// All rows as one text, frames and runs of blanks as single blanks: for sentences that may be wrapped.
    pub fn text(&self) -> String {
        let rows = self.rows().join(" ");
        let words = rows.split(|letter: char| letter.is_whitespace() || is_frame(letter));
        let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        words.join(" ")
    }

    /// Whether it is the one that vanishes when the program ends.
    pub fn is_alternate(&self) -> bool {
        self.0.alternate_screen()
    }

    /// All cells, row by row.
    pub fn cells(&self) -> impl Iterator<Item = ((u16, u16), &vt100::Cell)> {
        let (rows, columns) = self.0.size();
        let places = (0..rows.get()).flat_map(move |row| (0..columns.get()).map(move |x| (row, x)));
        places.filter_map(|(row, x)| Some(((row, x), self.0.cell(row, x)?)))
    }
}

/// Whether a character draws a frame.
fn is_frame(letter: char) -> bool {
    ('\u{2500}'..='\u{257f}').contains(&letter)
}

impl std::fmt::Display for Screen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (_, columns) = self.0.size();
        let edge = "·".repeat(usize::from(columns.get()));
        let mut text = format!("{edge}\n");
        for row in self.rows() {
            writeln!(text, "{row}")?;
        }
        f.write_str(&(text + &edge))
    }
}
