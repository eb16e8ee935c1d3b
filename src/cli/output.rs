//! What is written to stdout and stderr. A closed pipe is no error.

use std::io::{self, Write};
use std::process::ExitCode;

use super::exit::{self, Failure};

/// Writes a line of result to stdout.
///
/// # Errors
/// Where stdout can't be written, but for a pipe that was closed.
pub fn line(text: &str) -> Result<(), Failure> {
    write(text).or_else(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => Ok(()),
        _ => Err(Failure::local(format!(
            "The result could not be written: {error}."
        ))),
    })
}

fn write(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.write_all(b"\n")?;
    out.flush()
}

/// Writes a note to stderr.
pub fn note(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Says why a verb did not do what it was asked for.
pub fn fail(failure: &Failure) -> ExitCode {
    note(&format!("mylink: {}", failure.message));
    ExitCode::from(failure.code)
}

/// Shows help or version, or says what is wrong with the arguments.
pub fn usage(error: &clap::Error) -> ExitCode {
    let _ = error.print();
    ExitCode::from(if error.use_stderr() {
        exit::USAGE
    } else {
        exit::DONE
    })
}
