//! Where a data folder is served: the lock that one process holds, and `endpoint.json` for the others.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::domain::secret::Secret;

use super::error::SandboxError;

const FILE: &str = "endpoint.json";
const CHECK_TIMEOUT: Duration = Duration::from_secs(2);

/// Where another process serves, and the key to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// `http://127.0.0.1:41873`.
    pub url: String,
    /// The Account API Key.
    pub account_key: Secret,
    /// The process that serves.
    pub pid: u32,
}

#[derive(Serialize, Deserialize)]
struct EndpointFile {
    url: String,
    key: String,
    pid: u32,
}

/// Takes the data folder for this process, making it where it is missing (0700).
///
/// # Errors
/// [`SandboxError::InUse`] where another process holds it.
pub(super) fn lock(folder: &Path) -> Result<File, SandboxError> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(SandboxError::io(folder))?;
    let path = folder.join("lock");
    let file = OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(&path)
        .map_err(SandboxError::io(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(SandboxError::InUse(folder.to_owned())),
        Err(TryLockError::Error(source)) => Err(SandboxError::Io { path, source }),
    }
}

impl Endpoint {
    /// Writes `endpoint.json`, 0600, in one step: nobody reads half of it.
    pub(super) fn write(&self, folder: &Path) -> Result<(), SandboxError> {
        let path = folder.join(FILE);
        let partial = folder.join("endpoint.json.new");
        let text = serde_json::to_string(&EndpointFile {
            url: self.url.clone(),
            key: self.account_key.expose().to_owned(),
            pid: self.pid,
        })?;
        let _ = fs::remove_file(&partial);
        OpenOptions::new()
            .create_new(true)
            .write(true)
            .mode(0o600)
            .open(&partial)
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .and_then(|()| fs::rename(&partial, &path))
            .map_err(SandboxError::io(path))
    }

    /// Reads `endpoint.json`; `None` where there is none that can be read.
    pub fn read(folder: &Path) -> Option<Self> {
        let text = fs::read_to_string(folder.join(FILE)).ok()?;
        let file: EndpointFile = serde_json::from_str(&text).ok()?;
        Some(Self {
            url: file.url,
            account_key: Secret::new(file.key),
            pid: file.pid,
        })
    }

    /// Whether a sandbox with this key answers there: a call that moves the clock by nothing.
    pub async fn answers(&self) -> bool {
        tokio::time::timeout(CHECK_TIMEOUT, self.check())
            .await
            .is_ok_and(|answer| answer.is_ok_and(|head| head == *b"HTTP/1.1 200"))
    }

    async fn check(&self) -> std::io::Result<[u8; 12]> {
        let host = self.url.trim_start_matches("http://");
        let body = r#"{"advance_minutes":0}"#;
        let request = format!(
            "POST /sandbox/clock HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.account_key.expose(),
            body.len()
        );
        let mut stream = TcpStream::connect(host).await?;
        stream.write_all(request.as_bytes()).await?;
        let mut head = [0; 12];
        stream.read_exact(&mut head).await?;
        Ok(head)
    }
}

/// Removes `endpoint.json`: nobody serves, or not yet.
pub(super) fn remove(folder: &Path) {
    let _ = fs::remove_file(folder.join(FILE));
}
