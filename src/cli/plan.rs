//! A plan out of a file or stdin.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::exit::Failure;
use crate::domain::plan::Plan;
use crate::domain::problem::{Code, Problem, Surface};
use crate::domain::text::shown;

/// Which plan, and on whose behalf.
#[derive(Debug, clap::Args)]
pub struct Source {
    /// The plan: a JSON file, or - for stdin.
    #[arg(value_name = "PLAN|-")]
    file: PathBuf,
    /// Speak as an integration: broadcasts whose execution button is switched off may be launched.
    #[arg(long)]
    as_integration: bool,
}

impl Source {
    /// On whose behalf.
    pub fn surface(&self) -> Surface {
        if self.as_integration {
            Surface::Integration
        } else {
            Surface::Console
        }
    }

    /// Reads the plan; the inner error is what is wrong with its text.
    ///
    /// # Errors
    /// Where the file can't be read at all.
    pub fn read(&self) -> Result<Result<Plan, Vec<Problem>>, Failure> {
        let bytes = bytes(&self.file).map_err(|error| {
            let name = self.file.to_string_lossy().into_owned();
            Failure::usage(format!(
                "The plan {} can't be read: {error}. Give a file, or - for stdin.",
                shown(&name)
            ))
        })?;
        Ok(match String::from_utf8(bytes) {
            Ok(text) => Plan::from_json(&text),
            Err(error) => Err(vec![not_utf8(&error)]),
        })
    }
}

fn bytes(file: &Path) -> io::Result<Vec<u8>> {
    if file != Path::new("-") {
        return fs::read(file);
    }
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn not_utf8(error: &std::string::FromUtf8Error) -> Problem {
    let at = error.utf8_error().valid_up_to();
    let message = format!("The plan is not UTF-8 text, from byte {at} on. Save it as UTF-8.");
    Problem::new(Code::InvalidPlan, "", message)
}
