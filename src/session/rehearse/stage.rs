//! The throw-away sandbox: in a folder of its own that is gone when the rehearsal ends, however it ends.

use std::fs::{self, DirBuilder, File};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use crate::sandbox::{Options, Running, Sandbox, SandboxError};
use crate::session::SessionError;

/// What the folder of a rehearsal begins with.
const PREFIX: &str = "rehearsal-";

/// A sandbox that serves on a port of loopback that the system chose, without a throttle and without demo data.
pub(super) struct Stage {
    // Dropped before the folder that it serves.
    running: Running,
    folder: Folder,
}

impl Stage {
    /// Starts one, in a new folder below `parent`.
    pub(super) async fn open(parent: &Path) -> Result<Self, SessionError> {
        sweep(parent);
        let folder = Folder::make(parent)?;
        let options = Options {
            empty: true,
            ..Options::new(&folder.0)
        };
        Ok(Self {
            running: Sandbox::start(options).await?,
            folder,
        })
    }

    /// The sandbox.
    pub(super) fn sandbox(&self) -> &Running {
        &self.running
    }

    /// Stops it, then removes its folder.
    pub(super) async fn close(self) {
        let Self { running, folder } = self;
        running.shutdown().await;
        drop(folder);
    }
}

/// A folder that is removed when it is dropped: it holds a copy of contacts.
struct Folder(PathBuf);

impl Folder {
    fn make(parent: &Path) -> Result<Self, SessionError> {
        let path = parent.join(format!("{PREFIX}{}", uuid::Uuid::new_v4()));
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&path)
            .map_err(|source| SandboxError::Io {
                path: path.clone(),
                source,
            })?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            tracing::error!(%error, "the folder of a rehearsal could not be removed");
        }
        if let Some(parent) = self.0.parent() {
            // Fails while another rehearsal has its folder there.
            let _ = fs::remove_dir(parent);
        }
    }
}

/// Removes what rehearsals left whose process was killed: nobody holds their locks.
fn sweep(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else {
        return;
    };
    for entry in entries.flatten() {
        let is_one = entry.file_name().to_string_lossy().starts_with(PREFIX);
        let lock = File::open(entry.path().join("lock"));
        if is_one && lock.is_ok_and(|lock| lock.try_lock().is_ok()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[tokio::test]
    async fn a_stage_is_private_and_leaves_nothing_behind() {
        let data = tempfile::tempdir().unwrap();
        let parent = data.path().join("rehearsals");
        let stage = Stage::open(&parent).await.unwrap();
        let made = stage.folder.0.clone();
        let mode = fs::metadata(&made).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        assert!(made.join("sandbox.db").exists());
        stage.close().await;
        assert!(!parent.exists());
    }

    #[tokio::test]
    async fn a_stage_that_is_dropped_halfway_leaves_nothing_either() {
        let data = tempfile::tempdir().unwrap();
        let parent = data.path().join("rehearsals");
        drop(Stage::open(&parent).await.unwrap());
        assert!(!parent.exists());
    }

    #[tokio::test]
    async fn what_a_killed_one_left_is_removed_and_what_another_holds_is_not() {
        let data = tempfile::tempdir().unwrap();
        let left = data.path().join("rehearsal-left");
        fs::create_dir(&left).unwrap();
        fs::write(left.join("lock"), "").unwrap();
        let other = Stage::open(data.path()).await.unwrap();
        assert!(!left.exists());
        let stage = Stage::open(data.path()).await.unwrap();
        assert!(other.folder.0.exists());
        stage.close().await;
        other.close().await;
    }
}
