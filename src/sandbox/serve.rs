//! The loop under axum: timeouts, limits, who may call, and closing without an answer.
//!
//! `axum::serve` has no timeout for headers, and hyper drops a handler when its client leaves: here every call runs
//! in a task of its own, to its end.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::Request;
use axum::http::header::{CONTENT_LENGTH, HOST, HeaderMap, HeaderValue, ORIGIN};
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt, stream};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use thiserror::Error;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::answer::Refusal;
use super::api;
use super::app::App;
use super::faults::{Drop as DropFault, Fault};
use crate::fault;

const CONNECTIONS: usize = 256;
const HEAD_BYTES: usize = 16 * 1024;
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// How long calls in progress may take when the server stops.
const GRACE: Duration = Duration::from_secs(5);

/// The connection is closed without an answer.
#[derive(Debug, Error)]
#[error("the connection is closed on purpose")]
struct Closed;

/// What each connection needs.
#[derive(Clone)]
struct Server {
    app: Arc<App>,
    router: Router,
    /// Held by every call in progress.
    working: mpsc::Sender<()>,
}

/// Serves until told to stop, then lets the calls in progress end.
pub(super) async fn run(app: Arc<App>, listener: TcpListener, stop: CancellationToken) {
    let (working, mut ended) = mpsc::channel(1);
    let server = Server {
        router: api::router(app.clone()),
        app,
        working,
    };
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            Some(_) = connections.join_next() => continue,
            accepted = accept(&listener, &room) => accepted,
        };
        fault::point("sandbox");
        if let Some((stream, permit)) = accepted {
            let (server, stop) = (server.clone(), stop.clone());
            connections.spawn(async move {
                serve(server, stream, stop).await;
                drop(permit);
            });
        }
    }
    drop((listener, server));
    let rest = async {
        while connections.join_next().await.is_some() {}
        ended.recv().await;
    };
    if tokio::time::timeout(GRACE, rest).await.is_err() {
        tracing::warn!("the sandbox stops though a call is not yet answered");
    }
}

async fn accept(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> Option<(TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let permit = room.clone().acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, _)) => Some((stream, permit)),
        Err(error) => {
            // Out of file handles: another try at once would spin.
            tracing::warn!(%error, "the sandbox could not accept a connection");
            tokio::time::sleep(Duration::from_millis(100)).await;
            None
        }
    }
}

async fn serve(server: Server, stream: TcpStream, stop: CancellationToken) {
    let service = service_fn(move |request| {
        let server = server.clone();
        async move { server.call(request).await }
    });
    let _ = stream.set_nodelay(true);
    let mut connection = std::pin::pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIMEOUT)
            .max_buf_size(HEAD_BYTES)
            // A client that has sent everything and leaves is still handled to its end.
            .half_close(true)
            .serve_connection(TokioIo::new(stream), service)
    );
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection to the sandbox ended early");
    }
}

impl Server {
    async fn call(&self, request: Request<Incoming>) -> Result<Response, Closed> {
        if let Err(refusal) = self.admit(request.headers()) {
            return Ok(refusal.into_response());
        }
        let Some(fault) = self.app.memory().faults.take(request.uri().path()) else {
            return Ok(self.handle(request).await);
        };
        if fault.drop == Some(DropFault::Before) {
            return Err(Closed);
        }
        let response = match fault.status() {
            Some(status) => {
                api::drain(Body::new(request.into_body())).await;
                let sentence = serde_json::json!({"Error": "a fault was asked for"});
                (status, axum::Json(sentence)).into_response()
            }
            None => self.handle(request).await,
        };
        spoil(&fault, response).await
    }

    /// Handles a call in a task of its own, so that it ends even if its client is gone.
    async fn handle(&self, request: Request<Incoming>) -> Response {
        let service = TowerToHyperService::new(self.router.clone());
        let working = self.working.clone();
        let handled = tokio::spawn(async move {
            fault::point("answer");
            let response = service.call(request).await;
            drop(working);
            response
        });
        match handled.await {
            Ok(Ok(response)) => response,
            Ok(Err(never)) => match never {},
            Err(error) => Refusal::internal(error).into_response(),
        }
    }

    /// Loopback is no boundary for a browser: only calls for this host, from no page.
    fn admit(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        if headers.contains_key(ORIGIN) {
            return Err(Refusal::forbidden("calls from web pages are refused"));
        }
        let own = self.app.url.trim_start_matches("http://");
        let port = own.rsplit(':').next().unwrap_or_default();
        let host = headers
            .get(HOST)
            .and_then(|host| host.to_str().ok())
            .unwrap_or_default();
        let known = host == own
            || ["127.0.0.1", "[::1]", "localhost"].iter().any(|name| {
                host.strip_prefix(name)
                    .and_then(|rest| rest.strip_prefix(':'))
                    == Some(port)
            });
        if known {
            Ok(())
        } else {
            Err(Refusal::forbidden("the Host header names another host"))
        }
    }
}

/// Holds, drops or cuts an answer.
async fn spoil(fault: &Fault, response: Response) -> Result<Response, Closed> {
    if fault.delay_ms > 0 {
        tokio::time::sleep(Duration::from_millis(fault.delay_ms)).await;
    }
    if fault.drop == Some(DropFault::After) {
        return Err(Closed);
    }
    if fault.truncate {
        return Ok(truncated(response).await);
    }
    Ok(response)
}

/// Announces the whole body, sends half of it, and breaks off.
async fn truncated(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let whole = body
        .collect()
        .await
        .map(http_body_util::Collected::to_bytes)
        .unwrap_or_default();
    parts
        .headers
        .insert(CONTENT_LENGTH, HeaderValue::from(whole.len().max(1)));
    let half = whole.slice(..whole.len() / 2);
    let body = stream::once(async move { Ok::<Bytes, Closed>(half) }).chain(stream::once(async {
        // What was sent so far leaves the buffer only while there is nothing more to send.
        tokio::time::sleep(Duration::from_millis(50)).await;
        Err(Closed)
    }));
    Response::from_parts(parts, Body::from_stream(body))
}
