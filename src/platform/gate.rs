//! A last question between a connection that stands and the first byte of the request: name, address and TLS may have
//! taken their time, and what was to go out by then may not be meant any more.

use std::cell::RefCell;
use std::error::Error;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::sync::oneshot;
use tower_layer::Layer;
use tower_service::Service;

type BoxError = Box<dyn Error + Send + Sync>;

tokio::task_local! {
    /// The gate of the call that this task makes.
    static GATE: RefCell<State>;
}

/// How far the question has come.
enum State {
    NotAsked(Gate),
    /// While it is asked, and after a no: no connection is given out.
    Shut,
    Open,
}

/// Says that the connection stands, and waits for the word.
struct Gate {
    connected: oneshot::Sender<()>,
    may_go: oneshot::Receiver<bool>,
}

/// The word was no: nothing was written to the connection.
#[derive(Debug, thiserror::Error)]
#[error("it was not to be sent any more")]
struct Refused;

/// Drives `call`, whose client was built with [`AfterConnecting`], and asks once its connection stands: `None` where the
/// word was no, so that no byte of the request left.
///
/// A call that fails before, or needs no connection of its own, is not asked about.
pub(super) async fn asked<T, E>(
    call: impl Future<Output = Result<T, E>>,
    may_go: impl Fn() -> bool,
) -> Option<Result<T, E>> {
    let (connected, is_connected) = oneshot::channel();
    let (word, heard) = oneshot::channel();
    let gate = Gate {
        connected,
        may_go: heard,
    };
    // A request is large, and this lies in every future above it.
    let mut call = Box::pin(GATE.scope(RefCell::new(State::NotAsked(gate)), call));
    tokio::select! {
        biased;
        result = &mut call => return Some(result),
        Ok(()) = is_connected => {}
    }
    let may_go = may_go();
    let _ = word.send(may_go);
    match call.await {
        Err(_) if !may_go => None,
        result => Some(result),
    }
}

/// Asks at the gate of this task, if it has one.
async fn pass() -> Result<(), Refused> {
    let gate = match GATE.try_with(|state| state.replace(State::Shut)) {
        Ok(State::NotAsked(gate)) => gate,
        Ok(State::Shut) => return Err(Refused),
        Ok(State::Open) => {
            open();
            return Ok(());
        }
        Err(_) => return Ok(()),
    };
    // Nobody asks any more: then nobody waits for the call either.
    let _ = gate.connected.send(());
    match gate.may_go.await {
        Ok(true) => {
            open();
            Ok(())
        }
        Ok(false) | Err(_) => Err(Refused),
    }
}

fn open() {
    let _ = GATE.try_with(|state| state.replace(State::Open));
}

/// Puts the question behind everything that connecting is.
#[derive(Debug, Clone, Copy)]
pub(super) struct AfterConnecting;

impl<S> Layer<S> for AfterConnecting {
    type Service = Gated<S>;

    fn layer(&self, connector: S) -> Gated<S> {
        Gated(connector)
    }
}

/// A connector, and the question after it.
#[derive(Debug, Clone)]
pub(super) struct Gated<S>(S);

impl<S, To> Service<To> for Gated<S>
where
    S: Service<To, Error = BoxError>,
    S::Response: Send,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, to: To) -> Self::Future {
        let connecting = self.0.call(to);
        Box::pin(async move {
            let connection = connecting.await?;
            pass().await?;
            Ok(connection)
        })
    }
}
