//! The HTTP calls: paths and verbs to handlers, and how bodies are read.

mod audiences;
mod authorization;
pub(super) mod broadcasts;
pub(super) mod contacts;
mod control;
mod conversations;
mod hook;
mod statistics;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::routing::{any, delete, get, post, put};
use http_body_util::BodyExt;

use super::answer::Refusal;
use super::app::App;

/// How long a body may take.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);
/// The most bytes of a body that is small by nature.
const SMALL_BODY: usize = 4_000_000;
/// How much of a body that is refused is still read, so that its sender sees the answer and not a reset.
const DRAIN: usize = 64_000_000;

/// All paths.
pub(super) fn router(app: Arc<App>) -> Router {
    Router::new()
        .route(
            "/authorization/integration",
            post(authorization::integration),
        )
        .route("/bots", get(authorization::bots))
        .route("/broadcasts", get(broadcasts::list))
        .route("/broadcasts/{id}/{state}", put(broadcasts::enable))
        .route("/broadcasts/{id}/{secret}/direct", any(hook::launch))
        .route("/peoples/audiences/{kind}", get(audiences::list))
        .route("/peoples/audiences/{id}/readnext", get(audiences::next))
        .route("/peoples/audiences/{id}/{fields}", get(audiences::start))
        .route("/peoples/conversations/{id}", get(conversations::entries))
        .route(
            "/peoples/conversations/variables/{id}/{fields}",
            get(conversations::variables),
        )
        .route(
            "/analytics/statistics/dlr/{unit}/{days}",
            get(statistics::deliveries),
        )
        .route("/sandbox/bots", post(control::create_bot))
        .route(
            "/sandbox/bots/{key}/contacts",
            get(contacts::list).put(contacts::replace),
        )
        .route(
            "/sandbox/bots/{key}/broadcasts",
            post(control::create_broadcast),
        )
        .route(
            "/sandbox/broadcasts/{id}/settings",
            get(control::settings).patch(control::change_settings),
        )
        .route("/sandbox/broadcasts/{id}/runs", get(control::runs))
        .route("/sandbox/faults", put(control::set_faults))
        .route("/sandbox/faults", delete(control::clear_faults))
        .route("/sandbox/clock", post(control::advance))
        .fallback(async || Refusal::not_found("the page"))
        .with_state(app)
}

/// What came of reading a body.
enum Read {
    Whole(Bytes),
    TooLarge,
}

/// Reads a body of at most `limit` bytes. What is larger is read on for a while and thrown away.
///
/// # Errors
/// 408 after 30 seconds; 400 where the connection breaks.
async fn read(mut body: Body, limit: usize) -> Result<Read, Refusal> {
    let reading = async {
        let mut bytes = Vec::new();
        let mut length = 0;
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|_| Refusal::invalid("the body broke off"))?;
            let Some(data) = frame.data_ref() else {
                continue;
            };
            length += data.len();
            if length <= limit {
                bytes.extend_from_slice(data);
            } else {
                bytes = Vec::new();
                if length > limit + DRAIN {
                    break;
                }
            }
        }
        Ok(if length <= limit {
            Read::Whole(bytes.into())
        } else {
            Read::TooLarge
        })
    };
    tokio::time::timeout(BODY_TIMEOUT, reading)
        .await
        .unwrap_or_else(|_| Err(Refusal::too_slow()))
}

/// Reads a body that is small by nature.
///
/// # Errors
/// 400 where it is not.
async fn small(body: Body) -> Result<Bytes, Refusal> {
    match read(body, SMALL_BODY).await? {
        Read::Whole(bytes) => Ok(bytes),
        Read::TooLarge => Err(Refusal::invalid("the body is too large")),
    }
}

/// Reads a body that nobody wants.
pub(super) async fn drain(body: Body) {
    let _ = read(body, 0).await;
}
