//! Failures on purpose, and clients that leave.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::harness::Harness;

#[tokio::test]
async fn a_status_is_answered_instead_of_handling_the_call() {
    let sandbox = Harness::start().await;
    let broadcast = sandbox.direct(json!({})).await;
    sandbox
        .faults(json!([{"on": "hook", "times": 1, "status": 503}]))
        .await;
    assert_eq!(sandbox.launch(&broadcast, "").await.status, 503);
    assert!(sandbox.runs(&broadcast).await.is_empty());
    assert_eq!(sandbox.launch(&broadcast, "").await.status, 200);
}

#[tokio::test]
async fn a_connection_is_dropped_before_or_after_the_call_is_handled() {
    let sandbox = Harness::start().await;
    let broadcast = sandbox.direct(json!({})).await;
    for (when, runs) in [("before", 0), ("after", 1)] {
        sandbox.faults(json!([{"on": "hook", "drop": when}])).await;
        let error = sandbox
            .client
            .post(&broadcast.url)
            .body("{}")
            .send()
            .await
            .unwrap_err();
        assert!(!error.is_connect(), "{error:?}");
        assert_eq!(sandbox.runs(&broadcast).await.len(), runs, "{when}");
    }
}

#[tokio::test]
async fn an_answer_is_cut_short_after_its_status() {
    let sandbox = Harness::start().await;
    let broadcast = sandbox.direct(json!({})).await;
    sandbox
        .faults(json!([{"on": "hook", "truncate": true}]))
        .await;
    let response = sandbox.client.post(&broadcast.url).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.bytes().await.is_err());
    assert_eq!(sandbox.runs(&broadcast).await.len(), 1);
}

#[tokio::test]
async fn a_delayed_answer_is_held_though_the_call_is_handled_at_once() {
    let sandbox = Harness::start().await;
    let broadcast = sandbox.direct(json!({})).await;
    sandbox
        .faults(json!([{"on": "hook", "delay_ms": 400}]))
        .await;
    let started = Instant::now();
    let (launched, ()) = tokio::join!(sandbox.launch(&broadcast, ""), async {
        sandbox.wait_for_runs(&broadcast, 1).await;
        assert!(
            started.elapsed() < Duration::from_millis(400),
            "handled at once"
        );
    });
    assert_eq!(launched.status, 200);
    assert!(started.elapsed() >= Duration::from_millis(400));
}

#[tokio::test]
async fn a_call_whose_bytes_arrived_is_handled_though_its_client_is_gone() {
    let sandbox = Harness::start().await;
    let broadcast = sandbox.direct(json!({})).await;
    let host = sandbox.url.trim_start_matches("http://");
    let path = broadcast.url.trim_start_matches(&sandbox.url);
    for count in 1..=10 {
        let mut stream = TcpStream::connect(host).await.unwrap();
        let request =
            format!("POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 2\r\n\r\n{{}}");
        stream.write_all(request.as_bytes()).await.unwrap();
        drop(stream);
        sandbox.wait_for_runs(&broadcast, count).await;
    }
}
