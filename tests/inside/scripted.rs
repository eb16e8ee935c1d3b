//! An HTTP server that answers by a script, byte for byte, and counts what arrived.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use url::Url;

/// What is done with a request that was read whole.
#[derive(Clone)]
pub enum Reply {
    /// These bytes; the connection stays open if `keep` is set.
    Bytes { bytes: Vec<u8>, keep: bool },
    /// These bytes, one at a time, then the end.
    Drip(Vec<u8>),
    /// The connection is closed without a byte.
    Close,
    /// Nothing, for as long as the client waits.
    Hold,
}

impl Reply {
    /// A whole answer with a JSON body, after which the connection is closed.
    pub fn json(status: u16, body: &str) -> Self {
        Self::raw(&format!(
            "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        ))
    }

    /// These bytes, after which the connection is closed.
    pub fn raw(text: &str) -> Self {
        Self::Bytes {
            bytes: text.as_bytes().to_vec(),
            keep: false,
        }
    }

    /// The same, and the connection stays open.
    pub fn kept(self) -> Self {
        match self {
            Self::Bytes { bytes, .. } => Self::Bytes { bytes, keep: true },
            other => other,
        }
    }
}

/// A request as it arrived.
#[derive(Debug, Clone)]
pub struct Received {
    /// `GET /bots`.
    pub line: String,
    /// The head in lower case.
    pub head: String,
    pub body: String,
}

impl Received {
    /// The Authorization header.
    pub fn authorization(&self) -> Option<&str> {
        self.head
            .lines()
            .find_map(|line| line.strip_prefix("authorization: "))
    }
}

type Script = Arc<dyn Fn(&Received, usize) -> Reply + Send + Sync>;

#[derive(Default)]
struct Seen {
    connections: AtomicUsize,
    requests: Mutex<Vec<Received>>,
}

/// The server; it ends with the test.
pub struct Scripted {
    pub url: Url,
    seen: Arc<Seen>,
    task: JoinHandle<()>,
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Scripted {
    /// Serves a script, which gets each request and how many came before it.
    pub async fn serve(script: impl Fn(&Received, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Seen::default());
        let (script, shared): (Script, _) = (Arc::new(script), Arc::clone(&seen));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                shared.connections.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(converse(stream, Arc::clone(&script), Arc::clone(&shared)));
            }
        });
        Self {
            url: url.parse().unwrap(),
            seen,
            task,
        }
    }

    pub fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::SeqCst)
    }

    pub fn requests(&self) -> Vec<Received> {
        self.seen.requests.lock().unwrap().clone()
    }

    /// How many requests began with this line.
    pub fn count(&self, line: &str) -> usize {
        self.requests()
            .iter()
            .filter(|request| request.line.starts_with(line))
            .count()
    }
}

async fn converse(mut stream: TcpStream, script: Script, seen: Arc<Seen>) {
    while let Some(request) = read(&mut stream).await {
        let before = {
            let mut requests = seen.requests.lock().unwrap();
            requests.push(request.clone());
            requests.len() - 1
        };
        match script(&request, before) {
            Reply::Bytes { bytes, keep } => {
                if stream.write_all(&bytes).await.is_err() || !keep {
                    return;
                }
            }
            Reply::Drip(bytes) => {
                stream.set_nodelay(true).unwrap();
                for byte in bytes {
                    if stream.write_all(&[byte]).await.is_err() {
                        return;
                    }
                    tokio::task::yield_now().await;
                }
                return;
            }
            Reply::Close => return,
            Reply::Hold => {
                let _ = stream.read(&mut [0]).await;
                return;
            }
        }
    }
}

async fn read(stream: &mut TcpStream) -> Option<Received> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let (line, _) = head.split_once(" HTTP/1.1").unwrap_or((head, ""));
            let (line, head) = (
                line.to_owned(),
                head.to_ascii_lowercase().replace("bearer", "Bearer"),
            );
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok())
                .unwrap_or(0);
            if body.len() >= length {
                let body = body.to_owned();
                return Some(Received { line, head, body });
            }
        }
        let mut buffer = [0; 4096];
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return None,
            Ok(read) => bytes.extend_from_slice(&buffer[..read]),
        }
    }
}
