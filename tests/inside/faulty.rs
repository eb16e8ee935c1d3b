//! A connection that goes wrong: a proxy on loopback that cuts, resets, stalls, delays, drips and doubles what passes.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

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
    /// Reset, as a machine that was started anew does.
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

/// The proxy; it ends with the test.
pub struct Faulty {
    pub url: Url,
    fault: Arc<Mutex<Fault>>,
    connections: Arc<AtomicUsize>,
    task: JoinHandle<()>,
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
        let fault: Arc<Mutex<Fault>> = Arc::default();
        let connections: Arc<AtomicUsize> = Arc::default();
        let (shared, counted) = (Arc::clone(&fault), Arc::clone(&connections));
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                let fault = *shared.lock().unwrap();
                tokio::spawn(pass(client, to, fault));
            }
        });
        Self {
            url: url.parse().unwrap(),
            fault,
            connections,
            task,
        }
    }

    /// What happens to the connections from now on.
    pub fn set(&self, fault: Fault) {
        *self.fault.lock().unwrap() = fault;
    }

    /// How many connections were opened.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

async fn pass(client: TcpStream, to: SocketAddr, fault: Fault) {
    let Ok(server) = TcpStream::connect(to).await else {
        return;
    };
    client.set_nodelay(true).unwrap();
    server.set_nodelay(true).unwrap();
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let cut = {
        let there = travel(&mut from_client, &mut to_server, fault.request);
        let back = travel(&mut from_server, &mut to_client, fault.answer);
        tokio::select! {
            Some(cut) = there => Some(cut),
            cut = back => cut,
        }
    };
    match cut {
        Some(Cut::Reset) => {
            let client = from_client.reunite(to_client).unwrap();
            client.set_zero_linger().unwrap();
        }
        Some(Cut::Stall) => std::future::pending().await,
        Some(Cut::End) | None => {}
    }
}

/// Passes bytes on until they end, or are cut.
async fn travel(from: &mut OwnedReadHalf, to: &mut OwnedWriteHalf, way: Way) -> Option<Cut> {
    let mut passed = Vec::new();
    let mut buffer = [0; 4096];
    let end = way.cut.map_or(usize::MAX, |(at, _)| at);
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
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
