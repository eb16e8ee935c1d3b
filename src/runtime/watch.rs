//! Notices that another process wrote to the profile's journal or cache, or somebody to the configuration: launches of
//! others and stricter rules appear on this screen.
//!
//! ```text
//! a file changes ─→ a moment's wait for what follows ─→ told once ─→ a pause ─→ the next change
//! ```
//!
//! The thread sleeps in the system until a file changes, so an idle console costs nothing. Where the system can't tell,
//! the files are looked at every `SLOW` seconds. What is written here wakes it up too: whoever is told has to find out
//! whether it was somebody else.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use crate::fault;

/// The files of a profile whose changes count.
const PROFILE: [&str; 5] = [
    "journal.db",
    "journal.db-wal",
    "journal.jsonl",
    "cache.db",
    "cache.db-wal",
];

/// What belongs to one step is written within this time: it is told once.
const MOMENT: Duration = Duration::from_millis(100);

/// After telling, nothing is told for so long. Whoever is told asks for little where little changed: a sync beside this
/// one writes to the cache all the time.
const PAUSE: Duration = Duration::from_millis(700);

/// How often the files are looked at where the system doesn't tell of changes.
const SLOW: Duration = Duration::from_secs(2);

/// Files of one folder.
#[derive(Debug, Clone)]
struct Watched {
    folder: PathBuf,
    names: Vec<OsString>,
}

/// Starts the thread for journal and cache in the folder of a profile; it ends when `tell` says that nobody listens any
/// more.
///
/// # Errors
/// Where the system gives no thread.
pub fn start(folder: PathBuf, tell: impl Fn() -> bool + Send + 'static) -> io::Result<()> {
    let names = PROFILE.into_iter().map(OsString::from).collect();
    begin(Watched { folder, names }, tell)
}

/// The same for one file. Nothing is watched where there is no folder of it.
///
/// # Errors
/// Where the system gives no thread.
pub fn start_on(file: &Path, tell: impl Fn() -> bool + Send + 'static) -> io::Result<()> {
    match (file.parent(), file.file_name()) {
        (Some(folder), Some(name)) if folder.is_dir() => {
            let (folder, names) = (folder.to_owned(), vec![name.to_owned()]);
            begin(Watched { folder, names }, tell)
        }
        _ => Ok(()),
    }
}

fn begin(watched: Watched, tell: impl Fn() -> bool + Send + 'static) -> io::Result<()> {
    let thread = thread::Builder::new().name("watch".into());
    thread.spawn(move || {
        let mut changes = changes::Changes::of(&watched).ok();
        while wait(&mut changes, &watched) {
            fault::point("watch");
            thread::sleep(MOMENT);
            if let Some(changes) = &mut changes {
                changes.drain();
            }
            if !tell() {
                return;
            }
            thread::sleep(PAUSE);
        }
    })?;
    Ok(())
}

/// Waits until a file has changed, or may have; says whether there is anything left to wait for.
fn wait(changes: &mut Option<changes::Changes>, watched: &Watched) -> bool {
    if let Some(found) = changes {
        if found.wait() {
            return true;
        }
        *changes = None;
    }
    poll::until_changed(watched)
}

/// Files looked at again and again.
mod poll {
    use std::ffi::OsString;
    use std::os::unix::fs::MetadataExt;
    use std::thread;

    use super::{SLOW, Watched};

    type Look = Vec<Option<(u64, u64, i64, i64)>>;

    /// Returns once a file is another one than before.
    pub(super) fn until_changed(watched: &Watched) -> bool {
        let before = look(watched);
        loop {
            thread::sleep(SLOW);
            if look(watched) != before {
                return true;
            }
        }
    }

    fn look(watched: &Watched) -> Look {
        let one = |name: &OsString| {
            let found = std::fs::metadata(watched.folder.join(name)).ok()?;
            Some((found.ino(), found.len(), found.mtime(), found.mtime_nsec()))
        };
        watched.names.iter().map(one).collect()
    }
}

/// What the system tells of changes (inotify).
#[cfg(target_os = "linux")]
mod changes {
    use std::ffi::OsString;
    use std::io;
    use std::mem::MaybeUninit;
    use std::os::fd::OwnedFd;
    use std::os::unix::ffi::OsStrExt;

    use rustix::event::{PollFd, PollFlags, poll};
    use rustix::fs::inotify::{self, CreateFlags, ReadFlags, Reader, WatchFlags};
    use rustix::io::Errno;

    use super::Watched;

    /// A folder that is watched.
    pub(super) struct Changes {
        watch: OwnedFd,
        names: Vec<OsString>,
        /// Whether a file has changed that is not told yet.
        is_pending: bool,
    }

    impl Changes {
        pub(super) fn of(watched: &Watched) -> io::Result<Self> {
            let flags = CreateFlags::CLOEXEC | CreateFlags::NONBLOCK;
            let watch = inotify::init(flags)?;
            let wanted = WatchFlags::MODIFY
                | WatchFlags::CREATE
                | WatchFlags::DELETE
                | WatchFlags::MOVED_TO
                | WatchFlags::MOVED_FROM
                | WatchFlags::DELETE_SELF
                | WatchFlags::MOVE_SELF;
            inotify::add_watch(&watch, &watched.folder, wanted)?;
            Ok(Self {
                watch,
                names: watched.names.clone(),
                is_pending: false,
            })
        }

        /// Waits until one of the files has changed; `false` where nothing is told any more.
        pub(super) fn wait(&mut self) -> bool {
            while !self.is_pending {
                match self.sleep() {
                    Ok(()) | Err(Errno::INTR) => {}
                    Err(_) => return false,
                }
                if self.take().is_none() {
                    return false;
                }
            }
            true
        }

        /// Forgets what has been told by now.
        pub(super) fn drain(&mut self) {
            while self.take() == Some(true) {}
            self.is_pending = false;
        }

        fn sleep(&self) -> Result<(), Errno> {
            let mut descriptors = [PollFd::new(&self.watch, PollFlags::IN)];
            poll(&mut descriptors, None).map(drop)
        }

        /// Reads what was told, without waiting; says whether it was of one of the files, `None` where the folder is
        /// gone.
        fn take(&mut self) -> Option<bool> {
            let mut buffer = [MaybeUninit::uninit(); 4096];
            let mut reader = Reader::new(&self.watch, &mut buffer);
            let mut is_seen = false;
            loop {
                match reader.next() {
                    Ok(event)
                        if event
                            .events()
                            .intersects(ReadFlags::IGNORED | ReadFlags::MOVE_SELF) =>
                    {
                        return None;
                    }
                    Ok(event) => {
                        let name = event.file_name().map(std::ffi::CStr::to_bytes);
                        let is_one = |name| self.names.iter().any(|known| known.as_bytes() == name);
                        is_seen |= name.is_none_or(is_one);
                    }
                    Err(Errno::WOULDBLOCK) => {
                        self.is_pending |= is_seen;
                        return Some(is_seen);
                    }
                    Err(Errno::INTR) => {}
                    Err(_) => return None,
                }
            }
        }
    }
}

/// Elsewhere nothing is told.
#[cfg(not(target_os = "linux"))]
mod changes {
    use std::io;

    use super::Watched;

    pub(super) enum Changes {}

    impl Changes {
        pub(super) fn of(_: &Watched) -> io::Result<Self> {
            Err(io::ErrorKind::Unsupported.into())
        }

        pub(super) fn wait(&mut self) -> bool {
            match *self {}
        }

        pub(super) fn drain(&mut self) {
            match *self {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::mpsc::channel;

    use super::*;

    const DEADLINE: Duration = Duration::from_secs(10);

    fn watched(folder: &Path, names: &[&str]) -> Watched {
        Watched {
            folder: folder.to_owned(),
            names: names.iter().map(OsString::from).collect(),
        }
    }

    #[test]
    fn a_file_of_the_profile_that_changes_is_told_and_others_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let (send, told) = channel();
        let watched = watched(folder.path(), &PROFILE);
        let (started, is_started) = channel();
        thread::spawn(move || {
            let mut changes = changes::Changes::of(&watched).unwrap();
            started.send(()).unwrap();
            while changes.wait() {
                changes.drain();
                send.send(()).unwrap();
            }
        });
        is_started.recv_timeout(DEADLINE).unwrap();
        fs::write(folder.path().join("something.else"), "x").unwrap();
        assert!(told.recv_timeout(MOMENT).is_err());
        for name in PROFILE {
            fs::write(folder.path().join(name), "x").unwrap();
            told.recv_timeout(DEADLINE).unwrap();
            while told.recv_timeout(MOMENT).is_ok() {}
        }
    }

    #[test]
    fn a_file_that_is_only_looked_at_is_told_when_it_is_another_one() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("journal.jsonl");
        fs::write(&file, "x").unwrap();
        let (send, told) = channel();
        let watched = watched(folder.path(), &["journal.jsonl"]);
        thread::spawn(move || send.send(poll::until_changed(&watched)));
        let mut text = "x".to_owned();
        while told.recv_timeout(MOMENT).is_err() {
            text.push('x');
            fs::write(&file, &text).unwrap();
        }
    }
}
