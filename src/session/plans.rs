//! Plans saved by name: `<data>/<profile>/plans/NAME.json`, templates among them. They are files as any other, so that
//! they can be kept under version control, copied and sent to somebody.

use std::fs;
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use thiserror::Error;

use super::Session;
use crate::domain::plan::{FormKind, Plan};
use crate::domain::problem::Problem;
use crate::domain::template::Template;
use crate::domain::text::{shown, size};

/// Bytes of a name at most: a file's name has 255, of which the extension and that of the file being written take some.
const LONGEST_NAME: usize = 200;

/// Bytes of a plan's file at most that are read.
const LARGEST: u64 = 2_000_000_000;

/// What a saved plan's file is called behind its name.
const EXTENSION: &str = ".json";

/// The plans of a profile that were saved by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plans {
    folder: PathBuf,
}

/// A plan that was saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedPlan {
    /// Its name.
    pub name: String,
    /// When it was saved last.
    pub saved_at: Option<Timestamp>,
    /// What it is; a sentence where it can't be read.
    pub content: Result<PlanContent, String>,
}

/// What a saved plan is, in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanContent {
    /// Its form.
    pub form: FormKind,
    /// The broadcast, as it is written there.
    pub broadcast: String,
    /// The bot, as it is written there.
    pub bot: Option<String>,
    /// The names of the places to fill in, each once; none where it is no template.
    pub places: Vec<String>,
}

/// Why a plan could not be saved, read or removed, in a sentence.
#[derive(Debug, Error)]
pub enum PlansError {
    /// The name can't be that of a file of ours.
    #[error("\"{}\" can't be the name of a plan: {why}.", shown(name))]
    Name {
        /// The name.
        name: String,
        /// What is wrong with it, and what would be right.
        why: &'static str,
    },
    /// There is no such plan.
    #[error("No plan is saved as \"{}\". mylink plan list names those that are.", shown(.0))]
    Unknown(String),
    /// There is one of that name already.
    #[error("A plan is saved as \"{}\" already. Take another name, or replace it.", shown(.0))]
    Exists(String),
    /// What was to be saved is no plan.
    #[error("{}", first_of(.0))]
    Invalid(Vec<Problem>),
    /// The file or folder can't be used.
    #[error("{action} {} failed: {source}.", path.display())]
    Io {
        /// What was tried: `Saving the plan`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

fn first_of(problems: &[Problem]) -> String {
    match problems.first() {
        Some(problem) => problem.message.clone(),
        None => "This is no plan.".to_owned(),
    }
}

impl Session {
    /// The plans of this profile that were saved by name.
    pub fn plans(&self) -> &Plans {
        &self.plans
    }
}

impl Plans {
    /// Those of a folder, which need not be there.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Saves a plan's text as it stands, by a name. A template is fine.
    ///
    /// The file is there as a whole or not at all: 0600, in a folder that is 0700.
    ///
    /// # Errors
    /// [`PlansError::Name`], [`PlansError::Invalid`], [`PlansError::Exists`] unless it is to be replaced.
    pub fn save(&self, name: &str, text: &str, replace: bool) -> Result<(), PlansError> {
        let path = self.path(name)?;
        content(text).map_err(PlansError::Invalid)?;
        if !replace && path.exists() {
            return Err(PlansError::Exists(name.to_owned()));
        }
        self.write(&path, text).map_err(|source| PlansError::Io {
            action: "Saving the plan in",
            path,
            source,
        })
    }

    fn write(&self, path: &Path, text: &str) -> io::Result<()> {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.folder)?;
        let draft = self
            .folder
            .join(format!(".{}.writing", uuid::Uuid::now_v7()));
        let written = write_new(&draft, text).and_then(|()| fs::rename(&draft, path));
        if written.is_err() {
            let _ = fs::remove_file(&draft);
        }
        written?;
        fs::File::open(&self.folder)?.sync_all()
    }

    /// A saved plan's text, as it was saved.
    ///
    /// # Errors
    /// [`PlansError::Name`], [`PlansError::Unknown`], [`PlansError::Io`].
    pub fn read(&self, name: &str) -> Result<String, PlansError> {
        let path = self.path(name)?;
        read(&path).map_err(|source| self.failed(name, "Reading the plan", source))
    }

    /// Whether a plan is saved by this name.
    pub fn has(&self, name: &str) -> bool {
        self.path(name).is_ok_and(|path| path.is_file())
    }

    /// Removes a saved plan.
    ///
    /// # Errors
    /// As [`Plans::read`].
    pub fn remove(&self, name: &str) -> Result<(), PlansError> {
        let path = self.path(name)?;
        fs::remove_file(&path).map_err(|source| self.failed(name, "Removing the plan", source))
    }

    /// All of them, by name. One that can't be read is listed with the reason, and hides none of the others.
    ///
    /// # Errors
    /// [`PlansError::Io`] where the folder can't be read.
    pub fn list(&self) -> Result<Vec<SavedPlan>, PlansError> {
        let failed = |source| PlansError::Io {
            action: "Reading the folder",
            path: self.folder.clone(),
            source,
        };
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed(error)),
        };
        let mut plans = Vec::new();
        for entry in entries {
            let path = entry.map_err(failed)?.path();
            let file = path.file_name().unwrap_or_default().to_string_lossy();
            if let Some(name) = file.strip_suffix(EXTENSION)
                && !name.starts_with('.')
                && !name.is_empty()
            {
                plans.push(listed(name, &path));
            }
        }
        plans.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(plans)
    }

    fn path(&self, name: &str) -> Result<PathBuf, PlansError> {
        check_name(name).map_err(|why| PlansError::Name {
            name: name.to_owned(),
            why,
        })?;
        Ok(self.folder.join(format!("{name}{EXTENSION}")))
    }

    fn failed(&self, name: &str, action: &'static str, source: io::Error) -> PlansError {
        match source.kind() {
            io::ErrorKind::NotFound => PlansError::Unknown(name.to_owned()),
            _ => PlansError::Io {
                action,
                path: self.folder.join(format!("{name}{EXTENSION}")),
                source,
            },
        }
    }
}

fn check_name(name: &str) -> Result<(), &'static str> {
    if name.is_empty() {
        Err("it is empty. Give it one")
    } else if name.len() > LONGEST_NAME {
        Err("it is longer than 200 bytes. Take a shorter one")
    } else if name.contains(['/', '\\']) {
        Err("it holds / or \\, so it would be a path. Take letters and digits")
    } else if name.starts_with(['.', '-']) {
        Err("it begins with a dot or a dash. Begin with a letter")
    } else if name.chars().any(char::is_control) || shown(name) != name {
        Err("it holds characters that can't be seen. Take letters and digits")
    } else if name.trim() != name {
        Err("it begins or ends with a blank. Leave that out")
    } else {
        Ok(())
    }
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Reads a plan's file. What is no file (a pipe would never end) and what is too large is not read.
fn read(path: &Path) -> io::Result<String> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    if metadata.len() > LARGEST {
        let found = size(metadata.len());
        return Err(io::Error::other(format!(
            "it has {found}, which is no plan"
        )));
    }
    let mut bytes = Vec::new();
    fs::File::open(path)?
        .take(LARGEST)
        .read_to_end(&mut bytes)?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        io::Error::other(format!("it is no UTF-8 text, from byte {at} on"))
    })
}

fn listed(name: &str, path: &Path) -> SavedPlan {
    let modified = fs::metadata(path).and_then(|metadata| metadata.modified());
    let content = match read(path) {
        Ok(text) => content(&text).map_err(|problems| first_of(&problems)),
        Err(error) => Err(format!("It can't be read: {error}.")),
    };
    SavedPlan {
        name: name.to_owned(),
        saved_at: modified
            .ok()
            .and_then(|time| Timestamp::try_from(time).ok()),
        content,
    }
}

/// What a plan's text is, in short. The places of a template stand within its texts, so it reads as a plan.
///
/// # Errors
/// What is wrong with it.
pub fn content(text: &str) -> Result<PlanContent, Vec<Problem>> {
    let template = Template::read(text)?;
    let plan = Plan::from_json(text)?;
    Ok(PlanContent {
        form: plan.form.kind(),
        broadcast: plan.broadcast,
        bot: plan.bot,
        places: template.names().into_iter().map(str::to_owned).collect(),
    })
}
