//! Starting, stopping, starting again, and one server a folder.

use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;

use mylink_console::sandbox::{
    Endpoint, Options, Sandbox, SandboxError, Served, attach_or_start, reset,
};
use serde_json::json;

use super::harness::{Harness, numbered};

#[tokio::test]
async fn a_restart_keeps_keys_port_clock_and_runs_and_delivers_what_fell_due() {
    let mut sandbox = Harness::start().await;
    sandbox.put_contacts(numbered(2)).await;
    let broadcast = sandbox.direct(json!({})).await;
    sandbox.launch(&broadcast, r#"{"delayminutes":5}"#).await;
    sandbox.advance(4).await;
    let (url, token) = (sandbox.url.clone(), sandbox.bot_token().await);
    sandbox.restart().await;
    assert_eq!(sandbox.url, url);
    assert_eq!(
        sandbox.runs(&broadcast).await[0]["targets"][0]["status"],
        "pending"
    );
    sandbox.advance(1).await;
    assert_eq!(
        sandbox.runs(&broadcast).await[0]["targets"][0]["status"],
        "delivered"
    );
    assert_ne!(sandbox.bot_token().await, token);
    assert_eq!(
        sandbox.launch(&broadcast, "").await.status,
        200,
        "the hook's secret is kept"
    );
}

#[tokio::test]
async fn two_that_start_at_once_are_one_server_and_one_attached() {
    let folder = tempfile::tempdir().unwrap();
    let mut options = Options::new(folder.path().join("sandbox"));
    options.empty = true;
    let (left, right) = tokio::join!(
        attach_or_start(options.clone()),
        attach_or_start(options.clone())
    );
    let (left, right) = (left.unwrap(), right.unwrap());
    assert_eq!(left.endpoint(), right.endpoint());
    let here = [&left, &right]
        .iter()
        .filter(|served| matches!(served, Served::Here(_)))
        .count();
    assert_eq!(here, 1);
    assert!(matches!(
        Sandbox::start(options.clone()).await,
        Err(SandboxError::InUse(_))
    ));
    assert!(matches!(
        reset(&options.data_dir),
        Err(SandboxError::InUse(_))
    ));
}

#[tokio::test]
async fn files_are_private_and_the_endpoint_goes_when_the_server_does() {
    let folder = tempfile::tempdir().unwrap();
    let mut options = Options::new(folder.path().join("sandbox"));
    options.contacts = 50;
    let running = Sandbox::start(options.clone()).await.unwrap();
    assert_eq!(running.bots().len(), 3);
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&options.data_dir), 0o700);
    let mut files = 0;
    for entry in std::fs::read_dir(&options.data_dir).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        files += 1;
    }
    assert!(files >= 3, "database, lock and endpoint");
    let endpoint = Endpoint::read(&options.data_dir).unwrap();
    assert_eq!(&endpoint, running.endpoint());
    assert!(endpoint.answers().await);
    running.shutdown().await;
    assert_eq!(Endpoint::read(&options.data_dir), None);
    assert!(!endpoint.answers().await);
    reset(&options.data_dir).unwrap();
    let fresh = Sandbox::start(options).await.unwrap();
    assert_ne!(fresh.account_key(), &endpoint.account_key);
    fresh.shutdown().await;
}

#[tokio::test]
async fn an_address_that_others_can_reach_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut options = Options::new(folder.path());
    options.listen = SocketAddr::from(([0, 0, 0, 0], 0));
    assert!(matches!(
        Sandbox::start(options).await,
        Err(SandboxError::NotLoopback(_))
    ));
}

#[tokio::test]
async fn a_delivery_that_fell_due_while_nobody_served_runs_at_the_next_start() {
    let mut sandbox = Harness::start().await;
    sandbox.put_contacts(numbered(2)).await;
    let broadcast = sandbox.direct(json!({})).await;
    sandbox.launch(&broadcast, r#"{"delayminutes":5}"#).await;
    sandbox.running.take().unwrap().shutdown().await;
    let file = sandbox.folder.path().join("sandbox/sandbox.db");
    let connection = rusqlite::Connection::open(file).unwrap();
    connection
        .execute("INSERT INTO meta VALUES ('clock_offset', '300000')", [])
        .unwrap();
    drop(connection);
    sandbox.start_again().await;
    sandbox.wait_for_sent(2).await;
}

#[tokio::test]
async fn the_scheduler_delivers_by_itself() {
    let sandbox = Harness::start().await;
    sandbox.put_contacts(numbered(3)).await;
    let broadcast = sandbox.direct(json!({})).await;
    let started = std::time::Instant::now();
    sandbox.launch(&broadcast, "").await;
    sandbox.wait_for_sent(3).await;
    assert!(started.elapsed() < std::time::Duration::from_secs(2));
}
