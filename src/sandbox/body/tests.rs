//! The rules for a body as tables.

use super::*;
use rstest::rstest;

fn strict(body: &str) -> Result<Order, BodyError> {
    read(body.as_bytes(), true)
}

fn filters(body: &str) -> Vec<(Join, String, Criterion, String)> {
    match strict(body).unwrap().form {
        Form::Filters(filters) => filters
            .into_iter()
            .map(|f| (f.join, f.field, f.criterion, f.value))
            .collect(),
        other => panic!("not filters: {other:?}"),
    }
}

#[test]
fn the_documented_example_builds_its_filter() {
    let body = r#"{"audience_filters":"user_id;favorite_color","audience_criteria":"Equals;Equals",
        "audience_values":"3030391;red","audience_join":"AND",
        "set_variables":"new_favorite_color;campaign","set_variables_values":"magenta;spring"}"#;
    assert_eq!(
        filters(body),
        [
            (
                Join::And,
                "user_id".into(),
                Criterion::Equals,
                "3030391".into()
            ),
            (
                Join::And,
                "favorite_color".into(),
                Criterion::Equals,
                "red".into()
            ),
        ]
    );
    let variables = strict(body).unwrap().variables;
    assert_eq!(variables["new_favorite_color"], "magenta");
    assert_eq!(variables["campaign"], "spring");
}

#[rstest]
#[case::trailing_everywhere("a;b;", "Equals;Different;", "1;2;", "OR;")]
#[case::trailing_on_names_alone("a;b;", "Equals;Different", "1;2", "OR")]
#[case::any_case("a;b", "equals;DIFFERENT", "1;2", "or")]
fn tolerated_spellings(
    #[case] names: &str,
    #[case] criteria: &str,
    #[case] values: &str,
    #[case] join: &str,
) {
    let body = serde_json::json!({"audience_filters": names, "audience_criteria": criteria,
        "audience_values": values, "audience_join": join});
    assert_eq!(
        filters(&body.to_string()),
        [
            (Join::And, "a".into(), Criterion::Equals, "1".into()),
            (Join::Or, "b".into(), Criterion::Different, "2".into()),
        ]
    );
}

#[test]
fn values_are_never_trimmed_and_may_be_empty() {
    let body = r#"{"audience_filters":"a;b","audience_criteria":"Cointains;HasValue","audience_values":" x ;"}"#;
    assert_eq!(
        filters(body),
        [
            (Join::And, "a".into(), Criterion::Contains, " x ".into()),
            (Join::And, "b".into(), Criterion::HasValue, String::new()),
        ]
    );
}

#[rstest]
#[case::empty_object("{}")]
#[case::delay_alone(r#"{"delayminutes":0}"#)]
#[case::empty_texts_are_absent(
    r#"{"audience_filters":"","audience_criteria":"","audience_values":"","audience_join":""}"#
)]
#[case::false_is_absent(r#"{"set_conversation":false}"#)]
fn goes_to_the_configured_audience(#[case] body: &str) {
    assert_eq!(strict(body).unwrap(), Order::configured());
}

#[test]
fn no_body_goes_to_the_configured_audience() {
    assert_eq!(read(b"", true).unwrap(), Order::configured());
}

#[rstest]
#[case::list("[]")]
#[case::null("null")]
#[case::unknown_key(r#"{"audience_filter":"a"}"#)]
#[case::repeated_key(r#"{"delayminutes":1,"delayminutes":1}"#)]
#[case::number_for_text(r#"{"audience_filters":1}"#)]
#[case::null_for_text(r#"{"set_variables":null}"#)]
#[case::too_few_criteria(
    r#"{"audience_filters":"a;b","audience_criteria":"Equals","audience_values":"1;2"}"#
)]
#[case::too_many_values(
    r#"{"audience_filters":"a","audience_criteria":"Equals","audience_values":"1;2"}"#
)]
#[case::two_trailing(
    r#"{"audience_filters":"a","audience_criteria":"Equals","audience_values":"1;;"}"#
)]
#[case::no_values(r#"{"audience_filters":"a","audience_criteria":"HasValue"}"#)]
#[case::empty_name(
    r#"{"audience_filters":"a;;b","audience_criteria":"Equals;Equals;Equals","audience_values":"1;2;3"}"#
)]
#[case::separator_alone(
    r#"{"audience_filters":";","audience_criteria":"Equals","audience_values":"1"}"#
)]
#[case::unknown_criterion(
    r#"{"audience_filters":"a","audience_criteria":"Like","audience_values":"1"}"#
)]
#[case::join_too_many(
    r#"{"audience_filters":"a","audience_criteria":"Equals","audience_values":"1","audience_join":"AND"}"#
)]
#[case::join_unknown(
    r#"{"audience_filters":"a;b","audience_criteria":"Equals;Equals","audience_values":"1;2","audience_join":"XOR"}"#
)]
#[case::join_without_filters(r#"{"audience_join":"AND"}"#)]
#[case::length_not_whole(
    r#"{"audience_filters":"a","audience_criteria":"IsLongerThan","audience_values":"1.5"}"#
)]
#[case::length_missing(
    r#"{"audience_filters":"a","audience_criteria":"IsShorterThan","audience_values":""}"#
)]
#[case::values_without_variables(r#"{"set_variables_values":"x"}"#)]
#[case::variables_without_values(r#"{"set_variables":"x"}"#)]
#[case::no_targets(r#"{"targets":[]}"#)]
#[case::targets_no_list(r#"{"targets":{}}"#)]
#[case::target_no_object(r#"{"targets":["1"]}"#)]
#[case::target_number(r#"{"targets":[{"user_id":1}]}"#)]
#[case::target_nested(r#"{"targets":[{"user_id":"1","a":{}}]}"#)]
#[case::target_without_identity(r#"{"targets":[{"first_name":"Ada"}]}"#)]
#[case::target_with_empty_identity(r#"{"targets":[{"user_id":""}]}"#)]
#[case::repeated_key_in_target(r#"{"targets":[{"user_id":"1","user_id":"2"}]}"#)]
#[case::variables_beside_targets(
    r#"{"targets":[{"user_id":"1"}],"set_variables":"a","set_variables_values":"b"}"#
)]
#[case::filters_beside_targets(
    r#"{"targets":[{"user_id":"1"}],"audience_filters":"a","audience_criteria":"Equals","audience_values":"1"}"#
)]
#[case::conversation_beside_targets(r#"{"targets":[{"user_id":"1"}],"set_conversation":true}"#)]
#[case::conversation_as_text(r#"{"set_conversation":"true"}"#)]
#[case::delay_negative(r#"{"delayminutes":-1}"#)]
#[case::delay_fraction(r#"{"delayminutes":1.5}"#)]
#[case::delay_too_long(r#"{"delayminutes":5256001}"#)]
#[case::delay_text_fraction(r#"{"delayminutes":"1.5"}"#)]
#[case::delay_text_empty(r#"{"delayminutes":""}"#)]
#[case::delay_null(r#"{"delayminutes":null}"#)]
fn invalid_where_a_valid_filter_is_required_and_forwarded_where_not(#[case] body: &str) {
    assert!(
        matches!(strict(body), Err(BodyError::Invalid(_))),
        "{:?}",
        strict(body)
    );
    assert_eq!(read(body.as_bytes(), false).unwrap().form, Form::Configured);
}

#[rstest]
#[case::number(r#"{"delayminutes":5}"#, 5)]
#[case::text(r#"{"delayminutes":"5"}"#, 5)]
#[case::most(r#"{"delayminutes":5256000}"#, 5_256_000)]
fn delays_are_numbers_or_texts(#[case] body: &str, #[case] expected: u64) {
    assert_eq!(strict(body).unwrap().delay_minutes, expected);
}

#[test]
fn a_forwarded_body_keeps_its_delay() {
    let order = read(br#"{"anything":[1],"delayminutes":"7"}"#, false).unwrap();
    assert_eq!((order.form, order.delay_minutes), (Form::Configured, 7));
}

#[test]
fn filters_beside_a_conversation_are_ignored() {
    let body = r#"{"set_conversation":true,"audience_filters":"a;b","audience_criteria":"x",
        "set_variables":"user_id;bot_channel","set_variables_values":"1;WebChannel"}"#;
    let order = strict(body).unwrap();
    assert_eq!(order.form, Form::Conversation);
    assert_eq!(order.variables["bot_channel"], "WebChannel");
}

#[test]
fn names_are_converted_in_targets_and_variables() {
    let order = strict(r#"{"set_variables":"newColor;","set_variables_values":"red;"}"#).unwrap();
    assert_eq!(order.variables["new_color"], "red");
    let order = strict(r#"{"targets":[{"user_id":"1","First Name":"Ada"}]}"#).unwrap();
    let Form::Targets(targets) = order.form else {
        panic!("not targets")
    };
    assert_eq!(targets[0]["first_name"], "Ada");
}

#[rstest]
#[case::the_most(64_000, true)]
#[case::one_more(64_001, false)]
fn a_value_has_64_kilobytes_at_most(#[case] bytes: usize, #[case] valid: bool) {
    let body =
        serde_json::json!({"targets": [{"user_id": "1", "a": "x".repeat(bytes)}]}).to_string();
    for required in [true, false] {
        assert_eq!(read(body.as_bytes(), required).is_ok(), valid);
    }
}

#[test]
fn what_is_not_json_is_refused_though_no_filter_is_required() {
    assert!(matches!(
        read(b"{\"a\":", false),
        Err(BodyError::NotJson(_))
    ));
    assert!(matches!(read(b" ", false), Err(BodyError::NotJson(_))));
}
