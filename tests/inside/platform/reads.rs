//! Reads: odd fields, the end of an audience, and answers that are none.

use mylink_console::domain::settings::Setting;
use mylink_console::platform::{Client, PlatformError};
use rstest::rstest;

use super::{bot, client, options, platform};
use crate::scripted::Reply;

#[tokio::test]
async fn broadcasts_are_read_though_fields_are_odd() {
    let body = r#"{"Result":[
        {"Id":7,"Name":null,"Enabled":"true","Sent":"12","Delivered":3.0,"Opened":"many","OnDemandUrl":"https://h.example.com/x"},
        {"Id":"b","Name":"B","OnDemandUrl":"http://h.example.com/x","SchedulingMode":2,"ScheduleDate":20260101},
        {"Id":"c","OnDemandUrl":""},
        {"Name":"no id"},
        {"Id":"c","Name":"later"}]}"#;
    let server = platform(move |_, _| Reply::json(200, body)).await;
    let list = client(&server).broadcasts(&bot()).await.unwrap();
    let ids: Vec<_> = list
        .iter()
        .map(|one| (one.id.as_str(), one.name.as_str()))
        .collect();
    assert_eq!(ids, [("7", "7"), ("b", "B"), ("c", "later")]);
    assert_eq!(
        (
            list[0].enabled,
            list[0].sent,
            list[0].delivered,
            list[0].opened
        ),
        (Some(true), Some(12), Some(3), None)
    );
    assert!(list[0].hook.is_some());
    assert!(list[1].hook.is_none() && list[1].hook_error.as_ref().unwrap().contains("plain http"));
    assert_eq!(
        (list[1].scheduling_mode, list[1].schedule_date.as_deref()),
        (Some(2), Some("20260101"))
    );
    assert!(!list[2].is_on_demand());
}

#[tokio::test]
async fn bots_come_with_their_secrets() {
    let body = r#"{"Result":[{"Name":"Shop","APIKey":"k","APISecret":"s","Channels":["Web",null,"SMS"]},{"Name":"x"}]}"#;
    let server = platform(move |_, _| Reply::json(200, body)).await;
    let bots = client(&server).bots().await.unwrap();
    assert_eq!(bots.len(), 1);
    assert_eq!((bots[0].key.as_str(), bots[0].secret.expose()), ("k", "s"));
    assert_eq!(bots[0].channels, ["Web", "SMS"]);
}

#[tokio::test]
async fn an_audience_ends_with_a_400_and_keeps_one_connection() {
    let server = platform(|request, before| match (request.line.as_str(), before) {
        ("GET /peoples/audiences/a1/user_id,city", _) => Reply::json(
            200,
            r#"[{"user_id":12345678901234567890123,"city":null,"vip":true,"x":{"a":1}}]"#,
        )
        .kept(),
        (_, 2) => Reply::json(200, r#"[{"user_id":"2"}]"#).kept(),
        _ => Reply::json(400, "past the end").kept(),
    })
    .await;
    let fields = ["user_id".to_owned(), "city".to_owned()];
    let mut reader = client(&server)
        .read_audience(&bot(), "a1", &fields)
        .unwrap();
    let first = reader.next_page().await.unwrap().unwrap();
    let texts: Vec<_> = first[0]
        .variables
        .iter()
        .map(|(k, v)| (k.as_str(), v.as_str()))
        .collect();
    assert_eq!(
        texts,
        [
            ("user_id", "12345678901234567890123"),
            ("vip", "true"),
            ("x", r#"{"a":1}"#)
        ]
    );
    assert_eq!(reader.next_page().await.unwrap().unwrap().len(), 1);
    assert!(reader.next_page().await.unwrap().is_none());
    assert!(reader.next_page().await.unwrap().is_none());
    assert_eq!(server.count("GET /peoples/audiences/a1/readnext"), 2);
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn a_400_at_the_start_is_the_throttle() {
    let server = platform(|_, _| Reply::json(400, "too soon")).await;
    let client = client(&server);
    let mut reader = client
        .read_audience(&bot(), "a1", &["*".to_owned()])
        .unwrap();
    let error = reader.next_page().await.unwrap_err();
    assert!(
        matches!(error, PlatformError::Throttled { .. }),
        "{error:?}"
    );
    assert!(error.to_string().contains("too soon"));
    let listed = client.audiences(&bot()).await;
    assert!(matches!(listed, Err(PlatformError::Throttled { .. })));
}

#[rstest]
#[case::redirect(
    Reply::raw("HTTP/1.1 302 X\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n"),
    "redirect"
)]
#[case::html(Reply::json(200, "<html>"), "not JSON")]
#[case::another_shape(Reply::json(200, "{\"a\":1}"), "holds no")]
#[case::forbidden(Reply::json(403, "no"), "no right")]
#[case::too_large(Reply::raw(&format!("HTTP/1.1 200 X\r\n\r\n{}", " ".repeat(64_000_001))), "longer than 64 MB")]
#[case::cut(
    Reply::raw("HTTP/1.1 200 X\r\nContent-Length: 9\r\n\r\n["),
    "connection was lost"
)]
#[tokio::test]
async fn what_is_no_answer_is_a_sentence(#[case] reply: Reply, #[case] words: &str) {
    let server = platform(move |_, _| reply.clone()).await;
    let error = client(&server).bots().await.unwrap_err().to_string();
    assert!(error.contains(words), "{error}");
    assert_eq!(server.count("GET "), 1);
}

#[tokio::test]
async fn an_id_that_would_climb_up_is_refused() {
    let server = platform(|_, _| Reply::json(200, "")).await;
    let error = client(&server)
        .set_enabled(&bot(), "..", true)
        .await
        .unwrap_err();
    assert!(matches!(error, PlatformError::BadSegment(_)));
    client(&server)
        .set_enabled(&bot(), "a/b", false)
        .await
        .unwrap();
    assert_eq!(server.count("PUT /broadcasts/a%2Fb/false"), 1);
}

#[tokio::test]
async fn settings_are_read_and_pushed_only_on_a_sandbox() {
    let body = r#"{"direct_mode":true,"allow_get":false,"audience_id":5,"audience_name":"All"}"#;
    let server = platform(move |_, _| Reply::json(200, body)).await;
    let refused = client(&server).sandbox_settings("b1").await;
    assert_eq!(refused, Err(PlatformError::NotASandbox));
    let mut options = options(&server.url);
    options.sandbox = true;
    let client = Client::new(options).unwrap();
    let read = client.sandbox_settings("b1").await.unwrap();
    assert!(read.settings.is_on(Setting::DirectMode) && read.settings.is_off(Setting::AllowGet));
    assert_eq!(read.settings.get(Setting::LegacyMode), None);
    assert_eq!(read.audience.unwrap().id, "5");
    client
        .set_sandbox_settings("b1", &[(Setting::AllowGet, true)])
        .await
        .unwrap();
    let sent = &server.requests()[1];
    assert_eq!(sent.line, "PATCH /sandbox/broadcasts/b1/settings");
    assert_eq!(sent.body, r#"{"allow_get":true}"#);
    assert_eq!(sent.authorization(), Some("Bearer account-key"));
}
