//! Tokens: asked for once, renewed early, and renewed once on a 401 of a read.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use mylink_console::domain::secret::Secret;
use mylink_console::platform::{Client, ClientOptions, PlatformError};
use rstest::rstest;

use super::{bot, client, options, platform};
use crate::scripted::{Reply, Scripted};

const AUTHORIZATION: &str = "POST /authorization";

#[tokio::test]
async fn concurrent_callers_share_one_authorization() {
    let server = platform(|_, _| Reply::json(200, "[]")).await;
    let (client, bot) = (client(&server), bot());
    let calls = (0..8).map(|_| client.broadcasts(&bot));
    for answer in futures_util::future::join_all(calls).await {
        assert_eq!(answer.unwrap(), []);
    }
    assert_eq!(server.count(AUTHORIZATION), 1);
    assert_eq!(server.count("GET /broadcasts"), 8);
    let sent: serde_json::Value = serde_json::from_str(&server.requests()[0].body).unwrap();
    let keys = serde_json::json!({"AccountAPIKey":"account-key","BotAPIKey":"bot-key","BotAPISecret":"bot-secret"});
    assert_eq!(sent, keys);
    assert_eq!(server.requests()[0].authorization(), None);
}

#[tokio::test]
async fn concurrent_callers_share_a_refusal_and_a_later_one_asks_again() {
    let server = Scripted::serve(|_, _| Reply::json(404, "no such key")).await;
    let (client, bot) = (client(&server), bot());
    let calls = (0..4).map(|_| client.broadcasts(&bot));
    for answer in futures_util::future::join_all(calls).await {
        assert!(matches!(
            answer,
            Err(PlatformError::UnknownKey { status: 404, .. })
        ));
    }
    assert_eq!(server.requests().len(), 1);
    assert!(client.broadcasts(&bot).await.is_err());
    assert_eq!(server.requests().len(), 2);
}

#[rstest]
#[case::young(54, 1)]
#[case::some_minutes_before_its_end(56, 2)]
#[tokio::test]
async fn a_token_is_renewed_some_minutes_early(#[case] minutes: i64, #[case] asked: usize) {
    let server = platform(|_, _| Reply::json(200, "[]")).await;
    let time = Arc::new(AtomicI64::new(0));
    let shared = Arc::clone(&time);
    let clock = Arc::new(move || Timestamp::from_second(shared.load(Ordering::SeqCst)).unwrap());
    let client = Client::with_clock(options(&server.url), clock).unwrap();
    assert_eq!(client.token_expires_at(), None);
    client.bots().await.unwrap();
    assert_eq!(client.token_expires_at().unwrap().as_second(), 3600);
    time.store(minutes * 60, Ordering::SeqCst);
    client.bots().await.unwrap();
    assert_eq!(server.count(AUTHORIZATION), asked);
}

#[tokio::test]
async fn a_401_of_a_read_is_answered_once_with_a_new_token() {
    let server = platform(|request, _| match request.authorization() {
        Some("Bearer t0") => Reply::json(401, "{}"),
        _ => Reply::json(200, "[]"),
    })
    .await;
    assert_eq!(client(&server).bots().await.unwrap(), []);
    assert_eq!(
        (server.count(AUTHORIZATION), server.count("GET /bots")),
        (2, 2)
    );
}

#[tokio::test]
async fn a_second_401_is_an_error() {
    let server = platform(|_, _| Reply::json(401, "{}")).await;
    let error = client(&server).bots().await.unwrap_err();
    assert!(
        matches!(error, PlatformError::Unauthorized { .. }),
        "{error:?}"
    );
    assert_eq!(server.count("GET /bots"), 2);
}

#[tokio::test]
async fn a_401_of_a_change_is_not_repeated() {
    let server = platform(|_, _| Reply::json(401, "{}")).await;
    assert!(
        client(&server)
            .set_enabled(&bot(), "b1", true)
            .await
            .is_err()
    );
    assert_eq!(server.count("PUT /broadcasts/b1/true"), 1);
}

#[rstest]
#[case("http://example.com/")]
#[case("https://me:pw@example.com/")]
#[case("https://example.com/#x")]
#[case("https://example.com/?x=1")]
fn an_unsafe_base_url_is_refused(#[case] url: &str) {
    let options = ClientOptions::new(url.parse().unwrap(), Secret::new("k"));
    assert!(matches!(
        Client::new(options),
        Err(PlatformError::BaseUrl(_))
    ));
}

#[tokio::test]
async fn a_ping_asks_with_a_fresh_authorization_each_time() {
    let server = platform(|_, _| Reply::json(200, "[]")).await;
    let client = client(&server);
    client.ping().await.unwrap();
    client.ping().await.unwrap();
    assert_eq!(server.count(AUTHORIZATION), 2);
}
