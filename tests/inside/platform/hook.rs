//! The hook: one connection, one request, and the evidence.

use std::io::{Read as _, Write as _};
use std::time::Duration;

use mylink_console::domain::launch::{Evidence, Outcome};
use mylink_console::domain::secret::HookUrl;
use mylink_console::platform::{
    Client, HookAnswer, HookFailure, HookMethod, HookRequest, PlatformError,
};
use rstest::rstest;
use url::Url;

use super::{bot, client, options, platform};
use crate::scripted::{Reply, Scripted};

fn hook(url: &Url) -> HookUrl {
    HookUrl::parse(&format!("{url}broadcasts/b1/s3cr3t/direct")).unwrap()
}

fn post(url: &Url) -> HookRequest {
    HookRequest {
        method: HookMethod::Post,
        url: hook(url),
        body: Some("{\"delayminutes\":5}".to_owned()),
        token: None,
    }
}

async fn call(client: &Client, request: HookRequest) -> Result<HookAnswer, HookFailure> {
    client.ready_call(request)?.send().await
}

#[tokio::test]
async fn a_call_that_is_not_to_be_made_any_more_once_it_is_connected_sends_nothing() {
    let server = Scripted::serve(|_, _| Reply::json(200, "{}")).await;
    let client = client(&server);
    let ready = client.ready_call(post(&server.url)).unwrap();
    let failure = ready.send_if(|| false).await.unwrap_err();
    assert_eq!(failure.evidence, Evidence::HeldBack);
    assert_eq!(server.requests().len(), 0);
    // It was asked once, and the next call is asked anew.
    let asked = std::cell::Cell::new(0);
    let may_go = || {
        asked.set(asked.get() + 1);
        true
    };
    let ready = client.ready_call(post(&server.url)).unwrap();
    let answer = ready.send_if(may_go).await.unwrap();
    assert_eq!((answer.status, asked.get()), (200, 1));
    assert_eq!(server.requests().len(), 1);
}

#[rstest]
#[case::accepted(Reply::json(200, "{}"), Evidence::Status(200))]
#[case::moved(
    Reply::raw("HTTP/1.1 301 X\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"),
    Evidence::Status(301)
)]
#[case::found(
    Reply::raw("HTTP/1.1 302 X\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"),
    Evidence::Status(302)
)]
#[case::see_other(
    Reply::raw("HTTP/1.1 303 X\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"),
    Evidence::Status(303)
)]
#[case::temporary(
    Reply::raw("HTTP/1.1 307 X\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"),
    Evidence::Status(307)
)]
#[case::permanent(
    Reply::raw("HTTP/1.1 308 X\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"),
    Evidence::Status(308)
)]
#[case::informed_first(
    Reply::raw("HTTP/1.1 103 X\r\n\r\nHTTP/1.1 200 X\r\nContent-Length: 0\r\n\r\n"),
    Evidence::Status(200)
)]
#[case::dripped(Reply::Drip(b"HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n".to_vec()), Evidence::Status(404))]
#[case::closed(Reply::Close, Evidence::ConnectionLost)]
#[case::half_a_head(Reply::raw("HTTP/1.1 200 X\r\nContent-"), Evidence::ConnectionLost)]
#[case::garbage(Reply::raw("hello, this is no HTTP\r\n\r\n"), Evidence::Unreadable)]
#[case::unavailable(Reply::json(503, ""), Evidence::Status(503))]
#[tokio::test]
async fn every_answer_is_evidence_and_the_hook_is_called_once(
    #[case] reply: Reply,
    #[case] expected: Evidence,
) {
    let server = Scripted::serve(move |_, _| reply.clone()).await;
    let evidence = match call(&client(&server), post(&server.url)).await {
        Ok(answer) => answer.evidence,
        Err(failure) => failure.evidence,
    };
    assert_eq!(evidence, expected);
    assert_eq!((server.connections(), server.requests().len()), (1, 1));
    let request = &server.requests()[0];
    assert_eq!(request.line, "POST /broadcasts/b1/s3cr3t/direct");
    assert_eq!(request.body, "{\"delayminutes\":5}");
    assert!(request.head.contains("content-type: application/json"));
    assert_eq!(request.authorization(), None);
}

#[tokio::test]
async fn a_head_without_end_is_no_answer() {
    let head = format!("HTTP/1.1 200 X\r\n{}\r\n", "A: b\r\n".repeat(500));
    let server = Scripted::serve(move |_, _| Reply::raw(&head)).await;
    let failure = call(&client(&server), post(&server.url)).await.unwrap_err();
    assert_eq!(failure.evidence, Evidence::Unreadable);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn silence_is_a_timeout_after_connecting() {
    let server = Scripted::serve(|_, _| Reply::Hold).await;
    let mut options = options(&server.url);
    options.total_timeout = Duration::from_millis(300);
    let client = Client::new(options).unwrap();
    let failure = call(&client, post(&server.url)).await.unwrap_err();
    assert_eq!(failure.evidence, Evidence::TimedOut);
    assert_eq!(server.requests().len(), 1);
}

/// As a process that is stopped and goes on: this runtime has one thread, and the test blocks it from the moment that the
/// request has arrived until the time for the call is over. The answer lies in the socket by then, or does not.
#[rstest]
#[case::answered(true, Ok(200))]
#[case::silent(false, Err(Evidence::TimedOut))]
#[tokio::test]
async fn what_came_while_the_process_stood_still_is_read_before_the_time_is_over(
    #[case] answers: bool,
    #[case] expected: Result<u16, Evidence>,
) {
    let limit = Duration::from_millis(300);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url: Url = format!("http://{}", listener.local_addr().unwrap())
        .parse()
        .unwrap();
    let (arrived, has_arrived) = tokio::sync::oneshot::channel();
    let (stands, stands_still) = std::sync::mpsc::channel::<()>();
    let (written, is_written) = std::sync::mpsc::channel();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"}") {
            let mut buffer = [0; 4096];
            let read = stream.read(&mut buffer).unwrap();
            request.extend_from_slice(&buffer[..read]);
        }
        arrived.send(()).unwrap();
        stands_still.recv().unwrap();
        if answers {
            stream
                .write_all(b"HTTP/1.1 200 X\r\nContent-Length: 2\r\n\r\n{}")
                .unwrap();
        }
        written.send(()).unwrap();
        stream
    });
    let mut options = options(&url);
    options.total_timeout = limit;
    let client = Client::new(options).unwrap();
    let standing_still = async {
        has_arrived.await.unwrap();
        stands.send(()).unwrap();
        is_written.recv().unwrap();
        std::thread::sleep(limit * 2);
    };
    let (result, ()) = tokio::join!(call(&client, post(&url)), standing_still);
    let _stream = server.join().unwrap();
    match result {
        Ok(answer) => {
            assert_eq!(Ok(answer.status), expected);
            assert_eq!(answer.read_body().await.unwrap(), "{}");
        }
        Err(failure) => assert_eq!(Err(failure.evidence), expected),
    }
}

/// As a process that is stopped while it connects: this runtime has one thread, and the test holds it from the moment that
/// the connection was asked for until the time for the whole call is over.
#[tokio::test]
async fn a_call_whose_time_ran_out_while_it_connected_is_certainly_not_sent() {
    let server = Scripted::serve(|_, _| Reply::json(200, "{}")).await;
    let limit = Duration::from_millis(100);
    let mut options = options(&server.url);
    options.total_timeout = limit;
    let client = Client::new(options).unwrap();
    let ready = client.ready_call(post(&server.url)).unwrap();
    let begun = std::time::Instant::now();
    let standing_still = async {
        while begun.elapsed() < limit * 3 {
            std::thread::yield_now();
        }
    };
    let (result, ()) = tokio::join!(ready.send(), standing_still);
    let failure = result.unwrap_err();
    assert_eq!(failure.evidence, Evidence::NotConnected);
    assert_eq!(failure.evidence.outcome(), Outcome::Failed);
    assert!(
        failure.reason.contains("nothing was sent"),
        "{}",
        failure.reason
    );
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn a_refused_connection_is_certainly_not_sent_and_names_no_secret() {
    let url = Scripted::serve(|_, _| Reply::Close).await.url.clone();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let mut closed = url;
    closed.set_port(Some(port)).unwrap();
    let client = Client::new(options(&closed)).unwrap();
    let failure = call(&client, post(&closed)).await.unwrap_err();
    assert_eq!(failure.evidence, Evidence::NotConnected);
    assert!(!failure.reason.contains("s3cr3t"), "{}", failure.reason);
    assert!(client.bots().await.unwrap_err().is_unreachable());
}

#[tokio::test]
async fn the_status_stands_though_the_body_is_cut() {
    let server =
        Scripted::serve(|_, _| Reply::raw("HTTP/1.1 200 X\r\nContent-Length: 99\r\n\r\n{\"Re"))
            .await;
    let answer = call(&client(&server), post(&server.url)).await.unwrap();
    assert_eq!(answer.status, 200);
    let error = answer.read_body().await.unwrap_err();
    assert!(
        matches!(error, PlatformError::ConnectionLost { .. }),
        "{error:?}"
    );
}

#[tokio::test]
async fn the_body_is_read_up_to_its_limit_as_text() {
    let body = "x".repeat(70_000);
    let server = Scripted::serve(move |_, _| Reply::json(200, &body)).await;
    let answer = call(&client(&server), post(&server.url)).await.unwrap();
    assert_eq!(answer.read_body().await.unwrap().len(), 64_000);
}

#[tokio::test]
async fn every_call_opens_its_own_connection() {
    let server = Scripted::serve(|_, _| Reply::json(200, "{}").kept()).await;
    let client = client(&server);
    for _ in 0..3 {
        let answer = call(&client, post(&server.url)).await.unwrap();
        answer.read_body().await.unwrap();
    }
    assert_eq!((server.connections(), server.requests().len()), (3, 3));
}

#[tokio::test]
async fn a_401_of_the_hook_is_not_called_again() {
    let server = platform(|_, _| Reply::json(401, "{}")).await;
    let client = client(&server);
    let token = client.hook_token(&bot(), &hook(&server.url)).await.unwrap();
    let request = HookRequest {
        token: Some(token),
        ..post(&server.url)
    };
    let answer = call(&client, request).await.unwrap();
    assert_eq!(answer.status, 401);
    assert_eq!(server.requests().len(), 2);
    assert_eq!(server.requests()[1].authorization(), Some("Bearer t0"));
}

#[rstest]
#[case::unknown_host(&[], false)]
#[case::named_host(&["127.0.0.1"], true)]
#[case::another_name(&["example.com"], false)]
#[tokio::test]
async fn a_token_goes_only_where_it_belongs(#[case] hosts: &[&str], #[case] allowed: bool) {
    let server = platform(|_, _| Reply::json(200, "{}")).await;
    let other = Scripted::serve(|_, _| Reply::json(200, "{}")).await;
    let mut options = options(&server.url);
    options.hook_hosts = hosts.iter().map(|&host| host.to_owned()).collect();
    let client = Client::new(options).unwrap();
    let asked = client.hook_token(&bot(), &hook(&other.url)).await;
    assert_eq!(asked.is_ok(), allowed);
    assert_eq!(server.requests().len(), usize::from(allowed));

    let token = client.hook_token(&bot(), &hook(&server.url)).await.unwrap();
    let request = HookRequest {
        token: Some(token),
        ..post(&other.url)
    };
    match call(&client, request).await {
        Ok(answer) => assert!(allowed, "{}", answer.status),
        Err(failure) => {
            assert_eq!(failure.evidence, Evidence::NoToken);
            assert!(failure.reason.contains("hook_hosts"));
        }
    }
    assert_eq!(other.connections(), usize::from(allowed));
}

/// What a listener does with a connection before any request was read.
#[derive(Clone, Copy)]
enum Greeting {
    Close,
    Silence,
    Garbage,
}

#[rstest]
#[case::closed_after_connecting("http", Greeting::Close, Evidence::ConnectionLost)]
#[case::handshake_closed("https", Greeting::Close, Evidence::NotConnected)]
#[case::handshake_answered_with_garbage("https", Greeting::Garbage, Evidence::NotConnected)]
#[case::handshake_without_an_answer("https", Greeting::Silence, Evidence::NotConnected)]
#[tokio::test]
async fn only_a_connection_that_never_stood_is_certainly_not_sent(
    #[case] scheme: &str,
    #[case] greeting: Greeting,
    #[case] expected: Evidence,
) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("{scheme}://{}/", listener.local_addr().unwrap());
    let url: Url = url.parse().unwrap();
    let server = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        match greeting {
            Greeting::Close => drop(stream),
            Greeting::Garbage => {
                stream.writable().await.unwrap();
                stream.try_write(b"this is no TLS at all\r\n").unwrap();
                std::future::pending::<()>().await;
            }
            Greeting::Silence => std::future::pending().await,
        }
    });
    let mut options = options(&url);
    options.connect_timeout = Duration::from_millis(500);
    let client = Client::new(options).unwrap();
    let failure = call(&client, post(&url)).await.unwrap_err();
    server.abort();
    assert_eq!(failure.evidence, expected, "{}", failure.reason);
}

#[tokio::test]
async fn a_proxy_that_the_profile_names_is_used() {
    let proxy = Scripted::serve(|_, _| Reply::json(200, "{}")).await;
    let url: Url = "http://127.0.0.1:9/".parse().unwrap();
    let mut options = options(&url);
    options.proxy = Some(proxy.url.clone());
    let client = Client::new(options).unwrap();
    assert_eq!(call(&client, post(&url)).await.unwrap().status, 200);
    assert_eq!(proxy.requests().len(), 1);
}
