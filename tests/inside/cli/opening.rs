//! `mylink PLAN`: a word that is no verb is a plan for the screen, or a mistyped verb.

use rstest::rstest;
use serde_json::json;

use super::harness::{Console, coloured};

#[rstest]
#[case::a_mistyped_verb(&["lanuch", "plan.json", "--yes"])]
#[case::a_mistyped_verb_alone(&["lanuch"])]
#[case::a_plan_that_is_nowhere(&["nowhere.json", "--set", "a=b"])]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_neither_verb_nor_plan_is_told_so(#[case] words: &[&str]) {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    console.file(&coloured(&broadcast, "red"));
    let ran = console.run(words.iter().copied()).expect(2);
    assert!(ran.stderr.contains("no verb and no plan called"), "{ran:?}");
    assert!(ran.stderr.contains(words[0]), "{ran:?}");
    assert!(console.sandbox.runs(&broadcast).await.is_empty());
}

#[rstest]
#[case::it_is_a_plan(&["plan.json"], "needs a terminal")]
#[case::with_flags_behind_it(&["plan.json", "--profile", "test"], "needs a terminal")]
#[case::a_profile_that_is_none(&["plan.json", "--profile", "nowhere"], "no profile")]
#[case::a_flag_that_is_none(&["plan.json", "--yes"], "--yes")]
#[case::a_value_too_many(&["plan.json", "--set", "a=b"], "no place for a")]
#[case::stdin(&["-"], "keyboard")]
#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_for_the_screen_which_needs_a_terminal(
    #[case] words: &[&str],
    #[case] said: &str,
) {
    let (console, broadcast) = Console::with_broadcast(json!({})).await;
    console.file(&coloured(&broadcast, "red"));
    console.run(words.iter().copied()).expect(2).says(said);
}
