//! The HTTP client underneath: how it is set up, and what its errors are evidence of.

use std::error::Error as _;

use crate::domain::launch::Evidence;

use super::client::ClientOptions;
use super::error::{PlatformError, quoted};
use super::gate;

/// How many connections may wait for another call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Connections {
    /// None: every call opens its own, so that nothing can be sent twice over a stale one.
    Fresh,
    /// One, for a reader that calls page after page.
    Kept,
}

/// Builds a client that follows, retries and guesses nothing. Reads the machine's certificates, so it takes some
/// milliseconds and is done at the first call.
pub(super) fn build(
    options: &ClientOptions,
    connections: Connections,
) -> Result<reqwest::Client, PlatformError> {
    super::init();
    let mut builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .http1_only()
        .no_proxy()
        .referer(false)
        .pool_max_idle_per_host(usize::from(connections == Connections::Kept))
        .connect_timeout(options.connect_timeout)
        .timeout(options.total_timeout)
        .connector_layer(gate::AfterConnecting)
        .user_agent(concat!("mylink-console/", env!("CARGO_PKG_VERSION")));
    if let Some(proxy) = &options.proxy {
        builder = builder.proxy(reqwest::Proxy::all(proxy.clone()).map_err(setup)?);
    }
    builder.build().map_err(setup)
}

fn setup(error: reqwest::Error) -> PlatformError {
    PlatformError::Setup(reason(&error.without_url()))
}

/// What an error before the status line is evidence of. Only `is_builder` and `is_connect` are certain.
pub(super) fn evidence(error: &reqwest::Error) -> Evidence {
    if error.is_builder() {
        Evidence::NotBuilt
    } else if error.is_connect() {
        Evidence::NotConnected
    } else if error.is_timeout() {
        Evidence::TimedOut
    } else if is_lost(error) {
        Evidence::ConnectionLost
    } else {
        Evidence::Unreadable
    }
}

/// Whether the connection ended, rather than something unreadable came. Both are unknown outcomes; this only chooses
/// the sentence.
fn is_lost(error: &reqwest::Error) -> bool {
    let mut source = error.source();
    while let Some(cause) = source {
        if cause.is::<std::io::Error>() || cause.to_string().contains("connection closed") {
            return true;
        }
        source = cause.source();
    }
    false
}

/// The innermost cause, without any URL, fit to be shown.
pub(super) fn reason(error: &reqwest::Error) -> String {
    let Some(mut cause) = error.source() else {
        return quoted(&error.to_string());
    };
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    quoted(&cause.to_string())
}

/// The sentence for an error of a call. `host` is scheme, host and port.
pub(super) fn explain(error: reqwest::Error, doing: &str, host: &str) -> PlatformError {
    let error = error.without_url();
    let (doing, reason) = (doing.to_owned(), reason(&error));
    match evidence(&error) {
        Evidence::NotBuilt => PlatformError::NotBuilt { doing, reason },
        Evidence::NotConnected => PlatformError::Unreachable {
            doing,
            host: host.to_owned(),
            reason,
        },
        Evidence::TimedOut => PlatformError::TimedOut { doing },
        Evidence::Unreadable if !error.is_body() && !error.is_decode() => {
            PlatformError::Unreadable { doing, reason }
        }
        _ => PlatformError::ConnectionLost { doing, reason },
    }
}
