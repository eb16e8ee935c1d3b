//! Arguments, help, version, and what is wrong with them.

use rstest::rstest;

use super::harness::Console;
use crate::sandbox::harness::Harness;

#[rstest]
#[case::unknown_verb(&["fly"])]
#[case::unknown_flag(&["launch", "plan.json", "--force"])]
#[case::expect_backwards(&["launch", "plan.json", "--expect", "5..3"])]
#[case::confirm_not_a_number(&["launch", "plan.json", "--confirm", "many"])]
#[case::no_plan(&["preview"])]
#[case::no_such_plan(&["preview", "nowhere.json"])]
#[case::no_such_plan_to_launch(&["launch", "nowhere.json", "--yes"])]
#[case::listen_beyond_loopback(&["sandbox", "--listen", "0.0.0.0:0"])]
#[case::listen_no_address(&["sandbox", "--listen", "here"])]
#[case::settle_word(&["settle", "1", "maybe", "--reason", "x"])]
#[case::settle_without_reason(&["settle", "1", "sent"])]
#[case::settle_empty_reason(&["settle", "1", "sent", "--reason", " "])]
#[case::settle_unknown_id(&["settle", "ffff", "sent", "--reason", "x"])]
#[case::log_unknown_id(&["log", "ffff"])]
#[case::log_since(&["log", "--since", "yesterday"])]
#[case::take_back_unknown_id(&["take-back", "ffff"])]
#[case::run_what(&["run"])]
#[case::a_time_without_yes(&["launch", "plan.json", "--at", "+1h"])]
#[case::curl_without_id(&["log", "--curl"])]
#[case::unknown_profile(&["--profile", "nowhere", "bots"])]
#[case::screen_without_terminal(&[])]
#[tokio::test(flavor = "multi_thread")]
async fn wrong_usage_is_exit_2_with_a_sentence_and_no_result(#[case] arguments: &[&str]) {
    let console = Console::over(Harness::start().await);
    let ran = console.run(arguments.iter().copied()).expect(2);
    assert_eq!(ran.stdout, "");
    assert!(!ran.stderr.is_empty());
    assert!(!ran.stderr.contains("panicked"), "{ran:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn help_and_version_go_to_stdout() {
    let console = Console::over(Harness::start().await);
    let version = console.run(["--version"]).expect(0);
    assert_eq!(
        version.stdout,
        format!("mylink {}\n", env!("CARGO_PKG_VERSION"))
    );
    let verbs = [
        "sandbox",
        "sync",
        "bots",
        "broadcasts",
        "contacts",
        "settings",
        "preview",
        "launch",
        "log",
        "settle",
        "import",
        "plan",
        "suppress",
        "pending",
        "take-back",
        "run",
    ];
    let help = console.run(["--help"]).expect(0).stdout;
    for verb in verbs {
        assert!(help.contains(verb), "{verb}");
        let own = console.run([verb, "--help"]).expect(0);
        assert!(own.stdout.contains("Examples:"), "{verb}: {}", own.stdout);
        assert_eq!(own.stderr, "");
    }
}
