//! A sandbox that serves: started, attached to, stopped, started over.

use std::collections::HashMap;
use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rusqlite::Transaction;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::domain::secret::Secret;

use super::app::{App, Memory};
use super::clock::Clock;
use super::database::{self, Database, meta, set_meta};
use super::endpoint::{self, Endpoint};
use super::error::SandboxError;
use super::faults::Faults;
use super::throttle::Throttle;
use super::token::{Tokens, random_key};
use super::{demo, rows, scheduler, serve};

/// How long to wait for the process that holds a folder to answer.
const ATTACH: Duration = Duration::from_secs(10);

/// What a sandbox is started with.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where its files lie; made where it is missing.
    pub data_dir: PathBuf,
    /// A loopback address; port 0 is the port of last time, or any.
    pub listen: SocketAddr,
    /// Whether a new database starts without demo data.
    pub empty: bool,
    /// How many demo contacts a new database gets in all.
    pub contacts: usize,
    /// Whether calls are throttled as the platform does.
    pub throttle: bool,
}

impl Options {
    /// The demo with 5,000 contacts on 127.0.0.1, not throttled.
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            empty: false,
            contacts: 5000,
            throttle: false,
        }
    }
}

/// A bot's name and keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BotKeys {
    /// Its name.
    pub name: String,
    /// The Bot API Key.
    pub api_key: String,
    /// The Bot API Secret.
    pub api_secret: Secret,
}

/// A sandbox served by this process until [`Running::shutdown`], or until it is dropped.
#[derive(Debug)]
#[must_use = "the sandbox stops when this is dropped"]
pub struct Running {
    endpoint: Endpoint,
    bots: Vec<BotKeys>,
    data_dir: PathBuf,
    /// What it serves, for whoever stages something in it.
    pub(super) database: Database,
    stop: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
    /// Released last, when nothing serves the folder any more.
    _lock: File,
}

impl Running {
    /// See [`super::Sandbox::start`].
    pub(super) async fn start(options: Options) -> Result<Self, SandboxError> {
        if !options.listen.ip().is_loopback() {
            return Err(SandboxError::NotLoopback(options.listen));
        }
        let lock = endpoint::lock(&options.data_dir)?;
        endpoint::remove(&options.data_dir);
        let database = Database::open(&options.data_dir)?;
        let kept = database.write_here(|transaction| Kept::read_or_make(transaction, &options))?;
        let (listener, address) = listen(options.listen, kept.port).await?;
        database
            .write_here(|transaction| set_meta(transaction, "port", &address.port().to_string()))?;
        let endpoint = Endpoint {
            url: format!("http://{address}"),
            account_key: Secret::new(kept.account_key),
            pid: std::process::id(),
        };
        endpoint.write(&options.data_dir)?;
        let app = Arc::new(app(
            database.clone(),
            kept.clock_offset,
            &endpoint,
            options.throttle,
        ));
        let stop = CancellationToken::new();
        let tasks = vec![
            tokio::spawn(serve::run(app.clone(), listener, stop.clone())),
            tokio::spawn(scheduler::run(app, stop.clone())),
        ];
        tracing::info!(url = endpoint.url, "the sandbox serves");
        Ok(Self {
            endpoint,
            bots: kept.bots,
            data_dir: options.data_dir,
            database,
            stop,
            tasks,
            _lock: lock,
        })
    }

    /// Where it listens: `http://127.0.0.1:41873`.
    pub fn url(&self) -> &str {
        &self.endpoint.url
    }

    /// The Account API Key.
    pub fn account_key(&self) -> &Secret {
        &self.endpoint.account_key
    }

    /// The bots that were there at the start, in creation order.
    pub fn bots(&self) -> &[BotKeys] {
        &self.bots
    }

    /// Where it is served, as others read it.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Returns once a task of it has ended though nobody asked it to: it serves no more, or delivers nothing.
    pub async fn ended(&mut self) {
        if self.tasks.is_empty() {
            return;
        }
        let (ended, place, _) = futures_util::future::select_all(&mut self.tasks).await;
        self.tasks.remove(place);
        if let Err(error) = ended {
            tracing::error!(%error, "a task of the sandbox ended badly");
        }
    }

    /// Stops: no new calls, those in progress end (5 seconds at most), then the folder is free.
    pub async fn shutdown(mut self) {
        self.stop.cancel();
        for task in std::mem::take(&mut self.tasks) {
            if let Err(error) = task.await {
                tracing::error!(%error, "a task of the sandbox ended badly");
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.cancel();
        endpoint::remove(&self.data_dir);
    }
}

/// What the handlers share, with nothing remembered yet.
fn app(database: Database, clock_offset: i64, endpoint: &Endpoint, throttle: bool) -> App {
    App {
        database,
        clock: Clock::new(clock_offset),
        wake: Notify::new(),
        account_key: endpoint.account_key.expose().to_owned(),
        url: endpoint.url.clone(),
        memory: Mutex::new(Memory {
            tokens: Tokens::default(),
            throttle: Throttle::new(throttle),
            cursors: HashMap::new(),
            faults: Faults::default(),
        }),
    }
}

/// What a database remembers from one start to the next.
struct Kept {
    account_key: String,
    clock_offset: i64,
    port: u16,
    bots: Vec<BotKeys>,
}

impl Kept {
    fn read_or_make(
        transaction: &Transaction<'_>,
        options: &Options,
    ) -> Result<Self, SandboxError> {
        let account_key = match meta(transaction, "account_key")? {
            Some(key) => key,
            None => first_start(transaction, options)?,
        };
        let number = |key| -> rusqlite::Result<i64> {
            Ok(meta(transaction, key)?
                .and_then(|text| text.parse().ok())
                .unwrap_or(0))
        };
        let bots = rows::bots(transaction)?
            .into_iter()
            .map(|bot| BotKeys {
                name: bot.name,
                api_key: bot.api_key,
                api_secret: Secret::new(bot.api_secret),
            })
            .collect();
        Ok(Self {
            account_key,
            clock_offset: number("clock_offset")?,
            port: u16::try_from(number("port")?).unwrap_or(0),
            bots,
        })
    }
}

fn first_start(transaction: &Transaction<'_>, options: &Options) -> Result<String, SandboxError> {
    let key = random_key();
    set_meta(transaction, "account_key", &key)?;
    if !options.empty {
        demo::fill(transaction, options.contacts)?;
    }
    Ok(key)
}

/// Listens, on last time's port where any will do and it is free.
async fn listen(
    mut address: SocketAddr,
    last: u16,
) -> Result<(TcpListener, SocketAddr), SandboxError> {
    let any = address.port() == 0;
    if any {
        address.set_port(last);
    }
    let listener = match TcpListener::bind(address).await {
        Err(_) if any => {
            address.set_port(0);
            TcpListener::bind(address).await
        }
        other => other,
    };
    listener
        .and_then(|listener| {
            let bound = listener.local_addr()?;
            Ok((listener, bound))
        })
        .map_err(|source| SandboxError::Listen { address, source })
}

/// Who serves the data folder.
#[derive(Debug)]
pub enum Served {
    /// This process, until it is dropped.
    Here(Running),
    /// Another one.
    Elsewhere(Endpoint),
}

impl Served {
    /// Where, whoever it is.
    pub fn endpoint(&self) -> &Endpoint {
        match self {
            Self::Here(running) => running.endpoint(),
            Self::Elsewhere(endpoint) => endpoint,
        }
    }
}

/// Uses the process that serves the folder, or serves it where nobody does.
///
/// The lock decides, so of two processes that start at the same instant one serves and one attaches.
///
/// # Errors
/// [`SandboxError::NoAnswer`] where a process holds the folder for 10 seconds without answering.
pub async fn attach_or_start(options: Options) -> Result<Served, SandboxError> {
    let deadline = Instant::now() + ATTACH;
    loop {
        match Running::start(options.clone()).await {
            Ok(running) => return Ok(Served::Here(running)),
            Err(SandboxError::InUse(folder)) => {
                if let Some(endpoint) = Endpoint::read(&folder)
                    && endpoint.answers().await
                {
                    return Ok(Served::Elsewhere(endpoint));
                }
                if Instant::now() >= deadline {
                    return Err(SandboxError::NoAnswer(folder));
                }
            }
            Err(other) => return Err(other),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Throws a folder's database away, so that the next start makes new keys and demo data.
///
/// # Errors
/// [`SandboxError::InUse`] while a process serves it.
pub fn reset(data_dir: &Path) -> Result<(), SandboxError> {
    let _lock = endpoint::lock(data_dir)?;
    endpoint::remove(data_dir);
    for suffix in ["", "-wal", "-shm"] {
        let path = data_dir.join(format!("{}{suffix}", database::FILE));
        match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(SandboxError::Io {
                    path,
                    source: error,
                });
            }
            _ => {}
        }
    }
    Ok(())
}
