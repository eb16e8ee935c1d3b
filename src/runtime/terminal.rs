//! The terminal, and its way back: whatever was switched on is switched off again, at the end, in a panic, at a signal.

use std::io::{self, BufWriter, Stdout, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture,
};
use crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::{cursor, execute};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::layout::{Position, Rect};

/// Whether modes are switched on now: the panic hook has to know.
static ENTERED: AtomicBool = AtomicBool::new(false);

/// Whether the terminal was given back to its end.
static GIVEN_BACK: AtomicBool = AtomicBool::new(true);

/// Bytes of a frame that are written at once.
const FRAME_BYTES: usize = 1 << 16;

/// The terminal in full-screen mode, until it is dropped.
#[must_use = "the terminal goes back to how it was when this is dropped"]
pub struct Screen {
    /// Where frames are drawn.
    pub terminal: Terminal<CrosstermBackend<BufWriter<Out>>>,
    mouse: bool,
}

/// Where frames go while the modes are on; afterwards what is written is dropped.
///
/// Ratatui's terminal shows the cursor once more when it is dropped, and where that fails says so on stderr. On a
/// terminal that is gone that would be a panic, while a launch may still be in flight.
#[derive(Debug)]
pub struct Out(Stdout);

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if ENTERED.load(Ordering::SeqCst) {
            self.0.write(bytes)
        } else {
            Ok(bytes.len())
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        if ENTERED.load(Ordering::SeqCst) {
            self.0.flush()
        } else {
            Ok(())
        }
    }
}

impl Screen {
    /// Switches to full-screen mode.
    ///
    /// # Errors
    /// Where the terminal can't be read or written.
    pub fn enter(mouse: bool) -> io::Result<Self> {
        // Otherwise, with NO_COLOR set, crossterm would drop reverse and bold too, and with them the selected row.
        crossterm::style::force_color_output(true);
        switch_on(mouse)?;
        let backend =
            CrosstermBackend::new(BufWriter::with_capacity(FRAME_BYTES, Out(io::stdout())));
        Ok(Self {
            terminal: Terminal::new(backend)?,
            mouse,
        })
    }

    /// Gives the terminal back for a while: [`Screen::resume`] takes it again.
    pub fn suspend() {
        switch_off();
    }

    /// Takes the terminal again and draws everything anew.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub fn resume(&mut self) -> io::Result<()> {
        switch_on(self.mouse)?;
        // `Terminal::clear` would ask the terminal where its cursor is, and wait for an answer that the input thread takes.
        self.terminal
            .resize(Rect::from((Position::ORIGIN, self.terminal.size()?)))
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        switch_off();
    }
}

/// Whether the terminal is as it was: nothing of ours is still being written to it.
pub fn is_given_back() -> bool {
    GIVEN_BACK.load(Ordering::SeqCst)
}

/// Lets go of a write to a terminal that takes nothing any more (ctrl-s, a network that stalls): what it has not taken
/// is thrown away.
pub fn unblock() {
    let out = io::stdout();
    let _ = rustix::termios::tcflow(&out, rustix::termios::Action::OOn);
    let _ = rustix::termios::tcflush(&out, rustix::termios::QueueSelector::OFlush);
}

/// Gives the terminal back for good, from any thread; says whether any modes were on.
pub fn give_back() -> bool {
    let was_on = ENTERED.load(Ordering::SeqCst);
    switch_off();
    was_on
}

fn switch_on(mouse: bool) -> io::Result<()> {
    enable_raw_mode()?;
    GIVEN_BACK.store(false, Ordering::SeqCst);
    ENTERED.store(true, Ordering::SeqCst);
    let mut out = io::stdout();
    execute!(
        out,
        EnterAlternateScreen,
        EnableBracketedPaste,
        cursor::Hide
    )?;
    if mouse {
        execute!(out, EnableMouseCapture)?;
    }
    Ok(())
}

/// Switches off whatever may be on. A terminal that is gone can't be switched, and needn't be.
fn switch_off() {
    if !ENTERED.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut out = io::stdout();
    let _ = execute!(
        out,
        DisableMouseCapture,
        DisableBracketedPaste,
        LeaveAlternateScreen,
        cursor::Show
    );
    let _ = out.flush();
    let _ = disable_raw_mode();
    GIVEN_BACK.store(true, Ordering::SeqCst);
}
