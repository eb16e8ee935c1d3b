//! What the hook answered, and what becomes of the launch by it.

use std::sync::{Arc, Mutex};

use mylink_console::domain::launch::Outcome;
use mylink_console::domain::settings::Setting;
use mylink_console::store::{Journal, SqliteJournal};
use rstest::rstest;

use super::desk::{Desk, HOOK, RED, RED_BODY, accepting, hooks, platform};
use crate::scripted::{Reply, Scripted};

fn status(status: u16) -> Reply {
    Reply::json(status, r#"{"Result":"so"}"#)
}

fn redirect(status: u16) -> Reply {
    Reply::raw(&format!(
        "HTTP/1.1 {status} X\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"
    ))
}

#[rstest]
#[case::ok(status(200), Outcome::Accepted, Some(200))]
#[case::accepted(status(202), Outcome::Accepted, Some(202))]
#[case::no_content(Reply::raw("HTTP/1.1 204 X\r\n\r\n"), Outcome::Accepted, Some(204))]
#[case::last_of_the_two_hundreds(status(299), Outcome::Accepted, Some(299))]
#[case::moved(redirect(301), Outcome::Unknown, Some(301))]
#[case::found(redirect(302), Outcome::Unknown, Some(302))]
#[case::see_other(redirect(303), Outcome::Unknown, Some(303))]
#[case::temporary(redirect(307), Outcome::Unknown, Some(307))]
#[case::permanent(redirect(308), Outcome::Unknown, Some(308))]
#[case::invalid(status(400), Outcome::Rejected, Some(400))]
#[case::unauthorized(status(401), Outcome::Rejected, Some(401))]
#[case::forbidden(status(403), Outcome::Rejected, Some(403))]
#[case::not_found(status(404), Outcome::Rejected, Some(404))]
#[case::verb(status(405), Outcome::Rejected, Some(405))]
#[case::timeout_there(status(408), Outcome::Unknown, Some(408))]
#[case::conflict(status(409), Outcome::Unknown, Some(409))]
#[case::too_large(status(413), Outcome::Rejected, Some(413))]
#[case::unprocessable(status(422), Outcome::Unknown, Some(422))]
#[case::too_often(status(429), Outcome::Rejected, Some(429))]
#[case::broken(status(500), Outcome::Unknown, Some(500))]
#[case::gateway(status(502), Outcome::Unknown, Some(502))]
#[case::unavailable(status(503), Outcome::Unknown, Some(503))]
#[case::beyond(status(599), Outcome::Unknown, Some(599))]
#[case::closed_before_the_status(Reply::Close, Outcome::Unknown, None)]
#[case::half_a_head(Reply::raw("HTTP/1.1 200 X\r\nContent-"), Outcome::Unknown, None)]
#[case::garbage(Reply::raw("no answer at all\r\n\r\n"), Outcome::Unknown, None)]
#[tokio::test]
async fn an_answer_gives_one_outcome_and_one_request_arrives(
    #[case] reply: Reply,
    #[case] outcome: Outcome,
    #[case] status: Option<u16>,
) {
    let server = platform(move |_, _| reply.clone()).await;
    let desk = Desk::before(&server, "").await;
    let launched = desk.launch(RED).await.unwrap();
    assert_eq!(launched.outcome, outcome, "{}", launched.reason);
    assert_eq!(launched.calls[0].status, status);
    assert_eq!((server.connections(), server.count(HOOK)), (1, 1));
    assert_eq!(server.requests()[0].body, RED_BODY);
    let [logged] = desk.log().await.try_into().unwrap();
    assert_eq!(logged.outcome, outcome);
    assert_eq!(logged.calls[0].outcome, outcome);
    assert_eq!(logged.calls[0].status, status);
    assert_eq!(logged.calls[0].body.as_deref(), Some(RED_BODY));
    assert_eq!(
        (logged.operator.as_str(), logged.targets),
        ("ops@here", Some(2))
    );
    assert!(!logged.reason.is_empty() && logged.ended_at.is_some());
    assert!(
        !format!("{logged:?}").contains("s3cr3t"),
        "the URL is masked"
    );
}

#[rstest]
#[case::direct(
    Setting::DirectMode,
    "The hook wants a token (401), and none was sent since direct mode is recorded as on here: it is probably off on the platform. Switch it in Settings, then launch again."
)]
#[case::legacy(
    Setting::LegacyMode,
    "The hook wants a token (401), and none was sent since legacy mode is recorded as on here: it is probably off on the platform. Switch it in Settings, then launch again."
)]
#[tokio::test]
async fn a_401_to_a_call_without_a_token_says_why_none_was_sent(
    #[case] waiving: Setting,
    #[case] expected: &str,
) {
    let server = platform(|_, _| status(401)).await;
    let desk = Desk::before(&server, "").await;
    let modes = [Setting::DirectMode, Setting::LegacyMode];
    desk.record("b1", &modes.map(|mode| (mode, mode == waiving)))
        .await;
    let launched = desk.launch(RED).await.unwrap();
    assert_eq!(launched.outcome, Outcome::Rejected);
    assert_eq!(launched.reason, expected);
    desk.record("b1", &modes.map(|mode| (mode, false))).await;
    let launched = desk.launch(RED).await.unwrap();
    assert_eq!(
        launched.reason,
        "The platform did not accept the token (401)."
    );
}

#[rstest]
#[case::cut(
    "HTTP/1.1 200 X\r\nContent-Length: 99\r\n\r\n{\"Re",
    "could not be read"
)]
#[case::not_json("HTTP/1.1 200 X\r\nContent-Length: 2\r\n\r\nOK", "not JSON")]
#[tokio::test]
async fn a_body_that_is_no_json_after_a_200_is_accepted_and_marked_so(
    #[case] answer: &'static str,
    #[case] mark: &str,
) {
    let server = platform(move |_, _| Reply::raw(answer)).await;
    let desk = Desk::before(&server, "").await;
    let launched = desk.launch(RED).await.unwrap();
    assert_eq!(launched.outcome, Outcome::Accepted);
    let logged = &desk.log().await[0];
    assert_eq!(logged.outcome, Outcome::Accepted);
    assert!(logged.reason.contains(mark), "{}", logged.reason);
    assert_eq!(server.count(HOOK), 1);
}

#[tokio::test]
async fn a_json_answer_is_kept_and_not_marked() {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    desk.launch(RED).await.unwrap();
    let logged = &desk.log().await[0];
    assert_eq!(
        logged.calls[0].answer.as_deref(),
        Some(r#"{"Result":"scheduled"}"#)
    );
    assert!(!logged.reason.contains("JSON"), "{}", logged.reason);
}

#[tokio::test]
async fn silence_after_connecting_is_unknown() {
    let server = platform(|_, _| Reply::Hold).await;
    let desk = Desk::before(&server, "timeout = \"1s\"").await;
    let launched = desk.launch(RED).await.unwrap();
    assert_eq!(launched.outcome, Outcome::Unknown);
    assert_eq!((server.connections(), server.count(HOOK)), (1, 1));
}

#[tokio::test]
async fn a_port_that_refuses_is_failed_and_can_be_tried_again() {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let dead = super::desk::broadcast("k1", "b1", "Offer", &closed.parse().unwrap());
    desk.put_broadcasts("k1", vec![dead]).await;
    let launched = desk.launch(RED).await.unwrap();
    assert_eq!(launched.outcome, Outcome::Failed, "{}", launched.reason);
    assert_eq!(desk.log().await[0].calls[0].outcome, Outcome::Failed);
    assert_eq!(server.connections(), 0);
    let again = desk.launch(RED).await.unwrap();
    assert_eq!(again.outcome, Outcome::Failed, "it blocks nothing");
}

#[rstest]
#[case::unknown_key(404)]
#[case::no_right(403)]
#[case::broken(500)]
#[tokio::test]
async fn without_a_token_nothing_goes_to_the_hook(#[case] status: u16) {
    let server = Scripted::serve(move |request, _| {
        let asks = request.line.contains("/authorization/");
        Reply::json(if asks { status } else { 200 }, "{}")
    })
    .await;
    let desk = Desk::before(&server, "").await;
    desk.record("b1", &[(Setting::DirectMode, false)]).await;
    let launched = desk.launch(RED).await.unwrap();
    assert_eq!(launched.outcome, Outcome::Failed);
    assert_eq!(hooks(&server), 0);
    assert_eq!(desk.log().await[0].calls[0].outcome, Outcome::Failed);
}

#[rstest]
#[case::unknown_settings(&[], true)]
#[case::both_off(&[(Setting::DirectMode, false), (Setting::LegacyMode, false)], true)]
#[case::direct(&[(Setting::DirectMode, true)], false)]
#[case::legacy(&[(Setting::LegacyMode, true)], false)]
#[tokio::test]
async fn the_token_goes_along_unless_it_is_waived(
    #[case] settings: &[(Setting, bool)],
    #[case] with_token: bool,
) {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    let fresh = super::desk::broadcast("k1", "b9", "Fresh", &server.url);
    desk.put_broadcasts("k1", vec![fresh]).await;
    desk.record("b9", settings).await;
    let launched = desk.launch(&RED.replace("Offer", "Fresh")).await.unwrap();
    assert_eq!(launched.outcome, Outcome::Accepted, "{}", launched.reason);
    let requests = server.requests();
    let call = requests.last().unwrap();
    assert_eq!(call.authorization().is_some(), with_token);
    assert_eq!(launched.calls[0].with_token, with_token);
}

#[tokio::test]
async fn the_row_with_the_exact_body_is_durable_before_the_first_byte() {
    let journal: Arc<Mutex<Option<std::path::PathBuf>>> = Arc::default();
    let found = Arc::new(Mutex::new(Vec::new()));
    let (path, seen) = (Arc::clone(&journal), Arc::clone(&found));
    let server = platform(move |_, _| {
        let path = path.lock().unwrap().clone().unwrap();
        let journal = SqliteJournal::open(&path).unwrap();
        for launch in journal.sending().unwrap() {
            seen.lock()
                .unwrap()
                .push(journal.launch(&launch.id).unwrap());
        }
        Reply::json(200, "{}")
    })
    .await;
    let desk = Desk::before(&server, "").await;
    *journal.lock().unwrap() = Some(desk.journal());
    let launched = desk.launch(RED).await.unwrap();
    let found = found.lock().unwrap();
    let [row] = found.as_slice() else {
        panic!("{} rows were there", found.len())
    };
    assert_eq!(row.id, launched.id);
    assert_eq!(
        (row.outcome, row.calls[0].outcome),
        (Outcome::Sending, Outcome::Sending)
    );
    assert_eq!(row.calls[0].body.as_deref(), Some(RED_BODY));
    assert_eq!(row.calls[0].bytes, RED_BODY.len() as u64);
    assert_eq!(
        row.plan,
        mylink_console::domain::plan::Plan::from_json(RED)
            .unwrap()
            .to_json()
    );
    assert_eq!(launched.outcome, Outcome::Accepted);
}

#[tokio::test]
async fn a_hook_on_a_foreign_host_is_not_called_even_without_a_token() {
    let server = accepting().await;
    let desk = Desk::before(&server, "").await;
    let foreign: url::Url = "https://hooks.example.com/".parse().unwrap();
    desk.put_broadcasts(
        "k1",
        vec![super::desk::broadcast("k1", "b1", "Offer", &foreign)],
    )
    .await;
    desk.record("b1", &[(Setting::DirectMode, true)]).await;
    let message = super::desk::guarded(desk.launch(RED).await);
    assert!(message.contains("hook_hosts"), "{message}");
    assert!(!message.contains("s3cr3t"));
    assert!(desk.log().await.is_empty());
}
