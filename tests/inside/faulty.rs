//! A connection that goes wrong: a proxy on loopback that cuts, resets, stalls, delays, drips and doubles what passes.
//!
//! It doubles answers, and no request: a network can't, since TCP drops what comes a second time, and what something on
//! the way makes up by itself no console can keep from arriving. What a console can do wrong is to ask twice, so what it
//! asked is kept here.

use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use url::Url;

/// How a connection ends before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// Closed, as a program that ends does.
    End,
    /// Reset, as a machine that was started anew does; when what had passed was taken, where the system tells
    /// ([`KNOWS_WHAT_WAS_TAKEN`]).
    Reset,
    /// Nothing passes any more, and nobody says so.
    Stall,
}

/// What happens to the bytes of one direction.
#[derive(Debug, Clone, Copy, Default)]
pub struct Way {
    /// After so many bytes, the whole connection; after 0 as soon as there is a byte that could pass.
    pub cut: Option<(usize, Cut)>,
    /// Before the first byte.
    pub delay: Duration,
    /// One byte at a time.
    pub drips: bool,
    /// Everything passes twice, the second time when the first is through.
    pub doubles: bool,
}

/// What happens to a connection.
#[derive(Debug, Clone, Copy, Default)]
pub struct Fault {
    /// From the console to the platform.
    pub request: Way,
    /// Back.
    pub answer: Way,
}

impl Fault {
    pub fn in_request(at: usize, cut: Cut) -> Self {
        let mut fault = Self::default();
        fault.request.cut = Some((at, cut));
        fault
    }

    pub fn in_answer(at: usize, cut: Cut) -> Self {
        let mut fault = Self::default();
        fault.answer.cut = Some((at, cut));
        fault
    }
}

/// Whether it can be known that a console has taken all that was sent to it. A reset takes away what was not.
pub const KNOWS_WHAT_WAS_TAKEN: bool = cfg!(target_os = "linux");

/// How long a console may take to take it.
const DEADLINE: Duration = Duration::from_secs(10);

/// The proxy; it ends with the test.
pub struct Faulty {
    pub url: Url,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    fault: Mutex<Fault>,
    connections: AtomicUsize,
    asked: Mutex<Vec<u8>>,
}

impl Drop for Faulty {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Faulty {
    /// Passes everything on to the server at `to`, whole.
    pub async fn before(to: &Url) -> Self {
        let to: SocketAddr = to.socket_addrs(|| None).unwrap()[0];
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shared: Arc<Shared> = Arc::default();
        let serving = Arc::clone(&shared);
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                serving.connections.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(pass(client, to, Arc::clone(&serving)));
            }
        });
        Self {
            url: url.parse().unwrap(),
            shared,
            task,
        }
    }

    /// What happens to the connections from now on; what was asked before is forgotten.
    pub fn set(&self, fault: Fault) {
        *self.shared.fault.lock().unwrap() = fault;
        self.shared.asked.lock().unwrap().clear();
    }

    /// How many connections were opened.
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// All that was asked by way of this proxy since [`Faulty::set`], whether it passed or not.
    pub fn asked(&self) -> String {
        let asked = self.shared.asked.lock().unwrap();
        String::from_utf8_lossy(&asked).into_owned()
    }
}

async fn pass(client: TcpStream, to: SocketAddr, shared: Arc<Shared>) {
    let fault = *shared.fault.lock().unwrap();
    let Ok(server) = TcpStream::connect(to).await else {
        return;
    };
    client.set_nodelay(true).unwrap();
    server.set_nodelay(true).unwrap();
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let cut = {
        let keep = |bytes: &[u8]| shared.asked.lock().unwrap().extend_from_slice(bytes);
        let there = travel(&mut from_client, &mut to_server, fault.request, keep);
        let back = travel(&mut from_server, &mut to_client, fault.answer, |_| {});
        tokio::select! {
            Some(cut) = there => Some(cut),
            cut = back => cut,
        }
    };
    match cut {
        Some(Cut::Reset) => {
            let client = from_client.reunite(to_client).unwrap();
            until_taken(&client).await;
            client.set_zero_linger().unwrap();
        }
        Some(Cut::Stall) => std::future::pending().await,
        Some(Cut::End) | None => {}
    }
}

/// Waits until the other end has taken all that was sent to it.
async fn until_taken(client: &TcpStream) {
    let (ours, theirs) = (client.local_addr().unwrap(), client.peer_addr().unwrap());
    let deadline = Instant::now() + DEADLINE;
    let mut times = 0;
    // Twice: both ends are not looked at in one moment.
    while KNOWS_WHAT_WAS_TAKEN && times < 2 && Instant::now() < deadline {
        times = if is_taken(ours, theirs) { times + 1 } else { 0 };
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// Whether nothing waits at either end of a connection, by the system's table of them.
fn is_taken(ours: SocketAddr, theirs: SocketAddr) -> bool {
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
    let hex = |address: SocketAddr| match address.ip() {
        IpAddr::V4(ip) => format!(
            "{:08X}:{:04X}",
            u32::from_le_bytes(ip.octets()),
            address.port()
        ),
        IpAddr::V6(_) => unreachable!("it listens on 127.0.0.1"),
    };
    let (ours, theirs) = (hex(ours), hex(theirs));
    // Number, this end, the other one, state, what waits to be sent and to be read.
    let waits = |this: &str, other: &str| {
        let lines = table.lines().map(|line| line.split_whitespace());
        let mut fields = lines.map(|fields| fields.skip(1).take(4).collect::<Vec<_>>());
        let found = fields.find(|fields| fields.starts_with(&[this, other]));
        found.is_none_or(|fields| fields[3] != "00000000:00000000")
    };
    !waits(&ours, &theirs) && !waits(&theirs, &ours)
}

/// Passes bytes on until they end, or are cut; all that came is told.
async fn travel(
    from: &mut OwnedReadHalf,
    to: &mut OwnedWriteHalf,
    way: Way,
    tell: impl Fn(&[u8]),
) -> Option<Cut> {
    let mut passed = Vec::new();
    let mut buffer = [0; 4096];
    let end = way.cut.map_or(usize::MAX, |(at, _)| at);
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        tell(&buffer[..read]);
        if passed.is_empty() {
            tokio::time::sleep(way.delay).await;
        }
        let bytes = &buffer[..read.min(end - passed.len())];
        passed.extend_from_slice(bytes);
        send(to, bytes, way.drips).await.ok()?;
        if passed.len() == end {
            return way.cut.map(|(_, cut)| cut);
        }
    }
    if way.doubles {
        send(to, &passed, false).await.ok()?;
    }
    let _ = to.shutdown().await;
    None
}

async fn send(to: &mut OwnedWriteHalf, bytes: &[u8], drips: bool) -> std::io::Result<()> {
    if !drips {
        return to.write_all(bytes).await;
    }
    for byte in bytes {
        to.write_all(&[*byte]).await?;
        tokio::task::yield_now().await;
    }
    Ok(())
}
