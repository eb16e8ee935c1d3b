//! Where data lie: `<data>/<profile>/...`, `<data>/sandbox/`, `<data>/mylink.log`.

use std::path::{Path, PathBuf};

/// The data folder and what is in it. Profile names are safe as folder names: a `Config` has checked them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    data: PathBuf,
    state: Option<PathBuf>,
}

impl Paths {
    /// The paths below a data folder.
    pub fn new(data: PathBuf) -> Self {
        Self { data, state: None }
    }

    /// With a folder for state, apart from the data.
    #[must_use]
    pub fn with_state(mut self, state: Option<PathBuf>) -> Self {
        self.state = state;
        self
    }

    /// Where it is noted, apart from the journals, how far each had come; `None` where there is no folder for state.
    pub fn witnesses(&self) -> Option<PathBuf> {
        self.state.as_ref().map(|state| state.join("journals"))
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// A profile's folder.
    pub fn profile_dir(&self, name: &str) -> PathBuf {
        self.data.join(name)
    }

    /// A profile's journal: precious.
    pub fn journal(&self, name: &str) -> PathBuf {
        self.profile_dir(name).join("journal.db")
    }

    /// The journal's copy, beside it.
    pub fn journal_copy(&self, name: &str) -> PathBuf {
        self.profile_dir(name).join("journal.jsonl")
    }

    /// A profile's cache: can be thrown away.
    pub fn cache(&self, name: &str) -> PathBuf {
        self.profile_dir(name).join("cache.db")
    }

    /// A profile's notebook: precious.
    pub fn notebook(&self, name: &str) -> PathBuf {
        self.profile_dir(name).join("profile.db")
    }

    /// The folder of the plans of a profile that were saved by name.
    pub fn plans(&self, name: &str) -> PathBuf {
        self.profile_dir(name).join("plans")
    }

    /// The folder of a profile's locks, one a broadcast.
    pub fn locks(&self, name: &str) -> PathBuf {
        self.profile_dir(name).join("locks")
    }

    /// The sandbox's own data.
    pub fn sandbox(&self) -> PathBuf {
        self.data.join(super::SANDBOX)
    }

    /// Where the folders of rehearsals lie, while there are any. No profile has a name with a dot.
    pub fn rehearsals(&self) -> PathBuf {
        self.data.join(".rehearsals")
    }

    /// The log file.
    pub fn log_file(&self) -> PathBuf {
        self.data.join("mylink.log")
    }
}
