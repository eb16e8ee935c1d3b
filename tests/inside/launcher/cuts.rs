//! The connection cut at every byte of request and answer: at most one request arrives, and the outcome is the table's.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use mylink_console::domain::launch::{LaunchRecord, Outcome, SettledAs};
use mylink_console::domain::settings::Setting;
use mylink_console::store::Journal;
use rstest::rstest;

use super::desk::{Desk, HOOK, RED, hooks, platform};
use crate::faulty::{Cut, Fault, Faulty, KNOWS_WHAT_WAS_TAKEN, Way};
use crate::proofs::{Counted, report, rounds};
use crate::scripted::{Received, Reply, Scripted};

const ANSWER_HEAD: &str = "Content-Type: application/json\r\nContent-Length: 22\r\n\r\n";
const ANSWER_BODY: &str = r#"{"Result":"scheduled"}"#;

/// A desk whose platform is behind a connection that goes wrong.
struct Line {
    server: Scripted,
    proxy: Faulty,
    desk: Desk,
    /// Of each launch, how many requests are to arrive.
    expected: Vec<usize>,
}

impl Line {
    async fn to(answer: String, lines: &str) -> Self {
        let server = platform(move |_, _| Reply::raw(&answer)).await;
        let proxy = Faulty::before(&server.url).await;
        let desk = Desk::at(&proxy.url, lines).await;
        Self {
            server,
            proxy,
            desk,
            expected: Vec::new(),
        }
    }

    /// Launches once, of which so many requests are to arrive, and settles what is unknown.
    async fn launch(&mut self, fault: Fault, expected: usize) -> LaunchRecord {
        self.proxy.set(fault);
        let connections = self.proxy.connections();
        let plan = plan(self.expected.len());
        self.expected.push(expected);
        let launched = self.desk.launch(&plan).await.unwrap();
        assert_eq!(self.proxy.connections(), connections + 1, "{fault:?}");
        self.check_asked(&mark(self.expected.len() - 1));
        self.check_record(&launched).await;
        launched
    }

    /// The console asked once, whatever of it passed: neither a second head came nor a second body.
    fn check_asked(&self, mark: &str) {
        let asked = self.proxy.asked();
        for once in [" HTTP/1.1\r\n", mark] {
            assert!(asked.matches(once).count() <= 1, "{once}: {asked}");
        }
    }

    /// The journal says what was said; an unknown launch is settled.
    async fn check_record(&self, launched: &LaunchRecord) {
        let journal = &self.desk.session.launcher.journal;
        let id = launched.id.clone();
        let kept = journal
            .run(move |journal| journal.launch(&id))
            .await
            .unwrap();
        assert_eq!(kept.outcome, launched.outcome);
        assert_eq!(kept.calls[0].outcome, launched.outcome);
        if kept.outcome == Outcome::Unknown {
            self.desk.settle(&launched.id, SettledAs::NotSent).await;
        }
    }

    /// Waits until everything has arrived that is to arrive; nothing else has, and nothing twice.
    async fn check_arrivals(&self) -> usize {
        let deadline = Instant::now() + Duration::from_secs(20);
        let all = self.expected.iter().sum();
        while self.server.count(HOOK) < all {
            assert!(
                Instant::now() < deadline,
                "{} of {all}",
                self.server.count(HOOK)
            );
            tokio::task::yield_now().await;
        }
        let requests = self.server.requests();
        for (number, expected) in self.expected.iter().enumerate() {
            let is_its = |request: &&Received| request.body.contains(&mark(number));
            let arrived = requests.iter().filter(is_its).count();
            assert_eq!(arrived, *expected, "launch {number}");
        }
        all
    }
}

/// What stands in the body of one launch alone.
fn mark(number: usize) -> String {
    format!("\"n{number:05}\"")
}

fn plan(number: usize) -> String {
    let variables = format!(
        ",\"variables\":[{{\"name\":\"n\",\"value\":{}}}]}}",
        mark(number)
    );
    format!("{}{variables}", RED.strip_suffix('}').unwrap())
}

/// The bytes of one request, head and body.
async fn bytes_of_a_request() -> usize {
    let mut line = Line::to(answer(200), "").await;
    line.launch(Fault::default(), 1).await;
    line.check_arrivals().await;
    let request = &line.server.requests()[0];
    request.head.len() + "\r\n\r\n".len() + request.body.len()
}

fn answer(status: u16) -> String {
    format!("HTTP/1.1 {status} X\r\n{ANSWER_HEAD}{ANSWER_BODY}")
}

/// Which bytes: each in a long run, some in a short one, the first and the last always.
fn offsets(bytes: usize, more: &[usize]) -> Vec<usize> {
    let step = bytes.div_ceil(rounds(12, bytes + 1)).max(1);
    let mut offsets: Vec<usize> = (0..=bytes).step_by(step).collect();
    offsets.extend([bytes - 1, bytes]);
    offsets.extend(more);
    offsets.sort_unstable();
    offsets.dedup();
    offsets
}

fn figures(what: &str, cut: Cut, found: &BTreeMap<String, usize>, arrived: usize) {
    let launches: usize = found.values().sum();
    let words = format!(
        "{what} cut ({cut:?}) at {launches} offsets: {found:?}; {arrived} arrived, none twice"
    );
    let counted = Counted {
        rounds: launches,
        launches,
        sends: arrived,
        unknown: found.get("unknown").copied().unwrap_or_default(),
        ..Counted::default()
    };
    report("cuts", &words, &counted);
}

#[rstest]
#[case::closed(Cut::End)]
#[case::reset(Cut::Reset)]
#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_cut_at_any_byte_is_unknown_and_arrives_once_at_most(#[case] cut: Cut) {
    let bytes = bytes_of_a_request().await;
    let mut line = Line::to(answer(200), "").await;
    let mut found = BTreeMap::new();
    for at in offsets(bytes, &[]) {
        let arrives = usize::from(at == bytes);
        let launched = line.launch(Fault::in_request(at, cut), arrives).await;
        assert_eq!(
            launched.outcome,
            Outcome::Unknown,
            "at {at}: {}",
            launched.reason
        );
        *found.entry(launched.outcome.to_string()).or_default() += 1;
    }
    let arrived = line.check_arrivals().await;
    figures(&format!("a request of {bytes} bytes"), cut, &found, arrived);
}

#[rstest]
#[case::accepted_and_closed(200, Cut::End, Outcome::Accepted)]
#[case::accepted_and_reset(200, Cut::Reset, Outcome::Accepted)]
#[case::rejected_and_closed(404, Cut::End, Outcome::Rejected)]
#[case::rejected_and_reset(404, Cut::Reset, Outcome::Rejected)]
#[case::broken_and_closed(503, Cut::End, Outcome::Unknown)]
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_cut_at_any_byte_counts_from_its_head_on(
    #[case] status: u16,
    #[case] cut: Cut,
    #[case] whole: Outcome,
) {
    let text = answer(status);
    let head = text.len() - ANSWER_BODY.len();
    let mut line = Line::to(text.clone(), "").await;
    let mut found = BTreeMap::new();
    for at in offsets(text.len(), &[head - 1, head, head + 1]) {
        let launched = line.launch(Fault::in_answer(at, cut), 1).await;
        let expected = if at < head { Outcome::Unknown } else { whole };
        let LaunchRecord {
            outcome, reason, ..
        } = &launched;
        // A reset takes away what was not read yet: then it is as if it had never come. Where it can be known, it comes
        // after that.
        let is_lost = !KNOWS_WHAT_WAS_TAKEN && cut == Cut::Reset && *outcome == Outcome::Unknown;
        assert!(
            *outcome == expected || is_lost,
            "at {at}: {outcome} {reason}"
        );
        let is_cut = at >= head && at < text.len() && !is_lost;
        assert_eq!(
            reason.contains("could not be read"),
            is_cut,
            "at {at}: {reason}"
        );
        *found.entry(outcome.to_string()).or_default() += 1;
    }
    for outcome in [Outcome::Unknown, whole] {
        assert!(found.contains_key(&outcome.to_string()), "{found:?}");
    }
    let arrived = line.check_arrivals().await;
    figures(
        &format!("an answer of {} bytes, {status},", text.len()),
        cut,
        &found,
        arrived,
    );
}

#[rstest]
#[case::before_the_first_byte(0, 0)]
#[case::in_the_request_line(9, 0)]
#[case::before_the_last_byte(usize::MAX - 1, 0)]
#[case::before_the_answer(usize::MAX, 1)]
#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_stalls_is_unknown_when_time_runs_out(
    #[case] at: usize,
    #[case] expected: usize,
) {
    let bytes = bytes_of_a_request().await;
    let at = if at > bytes {
        bytes - (usize::MAX - at)
    } else {
        at
    };
    let mut line = Line::to(answer(200), "timeout = \"1s\"").await;
    let fault = Fault::in_request(at, Cut::Stall);
    let launched = line.launch(fault, expected).await;
    assert_eq!(launched.outcome, Outcome::Unknown, "{}", launched.reason);
    line.check_arrivals().await;
}

#[rstest]
#[case::before_the_status(0, Outcome::Unknown)]
#[case::in_the_status_line(11, Outcome::Unknown)]
#[case::in_the_head(40, Outcome::Unknown)]
#[case::in_the_body(70 + 15, Outcome::Accepted)]
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_stalls_counts_from_its_head_on(
    #[case] at: usize,
    #[case] outcome: Outcome,
) {
    let mut line = Line::to(answer(200), "timeout = \"1s\"").await;
    let launched = line.launch(Fault::in_answer(at, Cut::Stall), 1).await;
    assert_eq!(launched.outcome, outcome, "{}", launched.reason);
    line.check_arrivals().await;
}

const SLOW: Way = Way {
    cut: None,
    delay: Duration::from_millis(50),
    drips: true,
    doubles: false,
};

#[rstest]
#[case::request_slow_and_dripping(Fault { request: SLOW, ..Fault::default() })]
#[case::answer_slow_and_dripping(Fault { answer: SLOW, ..Fault::default() })]
#[case::both(Fault { request: SLOW, answer: SLOW })]
#[case::answer_doubled(Fault { answer: Way { doubles: true, ..Way::default() }, ..Fault::default() })]
#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_only_slow_or_talkative_is_accepted(#[case] fault: Fault) {
    let mut line = Line::to(answer(200), "").await;
    let launched = line.launch(fault, 1).await;
    assert_eq!(launched.outcome, Outcome::Accepted, "{}", launched.reason);
    assert_eq!(launched.calls[0].answer.as_deref(), Some(ANSWER_BODY));
    line.check_arrivals().await;
}

/// The token is asked for first; where its answer is cut, the hook is never called.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_whose_answer_is_cut_at_any_byte_sends_nothing() {
    let line = Line::to(answer(200), "").await;
    line.desk
        .record("b1", &[(Setting::DirectMode, false)])
        .await;
    // The head alone: without it there is no token, whatever the body says.
    let head = "HTTP/1.1 200 X\r\nContent-Type: application/json\r\nContent-Length: ";
    let offsets = offsets(head.len(), &[]);
    for at in &offsets {
        line.proxy.set(Fault::in_answer(*at, Cut::End));
        let launched = line.desk.launch(RED).await.unwrap();
        assert_eq!(
            launched.outcome,
            Outcome::Failed,
            "at {at}: {}",
            launched.reason
        );
        assert_eq!(hooks(&line.server), 0, "at {at}");
    }
    line.proxy.set(Fault::default());
    let launched = line.desk.launch(RED).await.unwrap();
    assert_eq!(
        (launched.outcome, hooks(&line.server)),
        (Outcome::Accepted, 1)
    );
    let words = format!(
        "a token's answer cut at {} offsets: all failed, nothing arrived at the hook",
        offsets.len()
    );
    let counted = Counted {
        rounds: offsets.len(),
        launches: offsets.len() + 1,
        sends: 1,
        ..Counted::default()
    };
    report("cuts", &words, &counted);
}
