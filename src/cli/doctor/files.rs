//! Configuration, folders, permissions, space, and the databases that are not the journal.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::Check;
use crate::config::Config;
use crate::store::place::FileSystem;
use crate::store::{Access, Cache, Notebook, StoreError, guard};

/// The rights of others than the owner in a file's mode.
const OTHERS: u32 = 0o077;

/// All of them.
pub fn checks(config: &Config) -> Vec<Check> {
    let name = &config.start;
    let mut checks = vec![configuration(config)];
    checks.extend(
        config
            .warnings
            .iter()
            .map(|warning| Check::warn("configuration", warning)),
    );
    checks.push(folder(config));
    checks.push(file_system(config));
    checks.push(permissions(config));
    checks.extend(not_writable(config));
    checks.push(cache(&config.paths.cache(name)));
    checks.extend(notebook(&config.paths.notebook(name)));
    checks
}

fn configuration(config: &Config) -> Check {
    let file = config.file.display();
    let message = if config.file.exists() {
        format!("{file} is read and holds together")
    } else {
        format!("{file} is not there: the defaults hold")
    };
    Check::ok("configuration", message)
}

/// The nearest folder that is there: what is missing under it is made on the way.
fn existing(path: &Path) -> PathBuf {
    let mut folders = path.ancestors();
    let there = folders.find(|folder| folder.is_dir());
    there.unwrap_or(Path::new("/")).to_owned()
}

fn folder(config: &Config) -> Check {
    const NAME: &str = "data folder";
    let data = config.paths.data();
    let there = existing(data);
    if let Err(error) = rustix::fs::access(&there, rustix::fs::Access::WRITE_OK) {
        return Check::fail(
            NAME,
            format!(
                "{} can't be written: {error}. Launches can't be recorded; check whose it is",
                there.display()
            ),
        );
    }
    match guard::check_space(&there, guard::NEEDED_SPACE) {
        Ok(()) => Check::ok(NAME, format!("{} can be written", data.display())),
        Err(error) => Check::fail(NAME, error.to_string()),
    }
}

fn file_system(config: &Config) -> Check {
    const NAME: &str = "file system";
    let data = config.paths.data();
    match FileSystem::of(&existing(data)) {
        FileSystem::Local => Check::ok(NAME, "it lies on this machine"),
        FileSystem::Network(kind) if config.allow_network_files => Check::warn(
            NAME,
            format!(
                "it lies on a network file system ({kind}), which allow_network_files allows: see that one machine alone uses it"
            ),
        ),
        FileSystem::Network(kind) => {
            let path = config.paths.journal(&config.start);
            Check::fail(NAME, StoreError::NetworkFiles { path, kind }.to_string())
        }
    }
}

fn permissions(config: &Config) -> Check {
    const NAME: &str = "permissions";
    let exposed: Vec<String> = private_paths(config)
        .iter()
        .filter(|path| is_exposed(path))
        .map(|path| path.display().to_string())
        .collect();
    if exposed.is_empty() {
        return Check::ok(NAME, "folders and files are for you alone");
    }
    let list = exposed.join(", ");
    Check::warn(
        NAME,
        format!("others can use, or own, {list}. Run `chmod go-rwx` on them, or `chown`"),
    )
}

/// What is there and can't be written: what a launch needs, and what it only misses.
fn not_writable(config: &Config) -> Vec<Check> {
    const NAME: &str = "permissions";
    let (paths, name) = (&config.paths, &config.start);
    let is_closed = |path: &PathBuf| {
        path.exists() && rustix::fs::access(path, rustix::fs::Access::WRITE_OK).is_err()
    };
    let folders = [paths.profile_dir(name), paths.locks(name)];
    let files = [
        paths.journal(name),
        paths.journal_copy(name),
        paths.cache(name),
        paths.notebook(name),
    ];
    let needed = folders.into_iter().chain(files);
    let needed = needed.filter(is_closed).map(|path| {
        let words = "can't be written, so nothing is launched. Check whose it is";
        Check::fail(NAME, format!("{} {words}", path.display()))
    });
    let log = Some(paths.log_file()).filter(is_closed).map(|path| {
        let words = "can't be written: what goes wrong is not kept for later. Check whose it is";
        Check::warn(NAME, format!("{} {words}", path.display()))
    });
    needed.chain(log).collect()
}

/// What is there of the folders and files of a profile.
fn private_paths(config: &Config) -> Vec<PathBuf> {
    let (paths, name) = (&config.paths, &config.start);
    let mut private = vec![paths.data().to_owned(), paths.profile_dir(name)];
    private.extend([paths.log_file(), paths.sandbox(), paths.locks(name)]);
    for folder in [paths.profile_dir(name), paths.sandbox()] {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        private.extend(entries.map(|entry| entry.path()));
    }
    private.retain(|path| path.exists());
    private.sort();
    private.dedup();
    private
}

fn is_exposed(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| {
        metadata.permissions().mode() & OTHERS != 0
            || metadata.uid() != rustix::process::getuid().as_raw()
    })
}

fn cache(path: &Path) -> Check {
    const NAME: &str = "cache";
    if !path.exists() {
        return Check::ok(NAME, "there is none yet: `mylink sync` fills it");
    }
    let opened = Cache::open(path).and_then(|cache| cache.check_structure().map(|()| cache));
    match opened {
        Err(error) => Check::fail(NAME, error.to_string()),
        Ok(cache) if !cache.notices().is_empty() => Check::warn(NAME, cache.notices().join(" ")),
        Ok(cache) => of_version(NAME, path, cache.access()),
    }
}

fn notebook(path: &Path) -> Option<Check> {
    const NAME: &str = "notebook";
    if !path.exists() && !Notebook::was_written(path) {
        return None;
    }
    let opened =
        Notebook::open(path).and_then(|notebook| notebook.check_structure().map(|()| notebook));
    Some(match opened {
        Err(error) => Check::fail(NAME, error.to_string()),
        Ok(notebook) => of_version(NAME, path, notebook.access()),
    })
}

fn of_version(name: &'static str, path: &Path, access: Access) -> Check {
    match access {
        Access::ReadWrite => Check::ok(name, format!("{} is whole", path.display())),
        Access::NewerVersion { .. } => Check::warn(
            name,
            format!(
                "{} was written by a newer mylink, and can only be read. Update mylink",
                path.display()
            ),
        ),
    }
}
