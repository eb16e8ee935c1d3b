//! A plan's contacts, named as they match now.

use std::sync::atomic::AtomicBool;

use mylink_console::audience::{FreezeError, FreezeSource, RowSet, Table, freeze};
use mylink_console::domain::dialect::Dialect;
use mylink_console::domain::filter::{Case, Precedence};
use mylink_console::domain::plan::{FormKind, Plan};
use mylink_console::domain::problem::Code;
use mylink_console::domain::record::Contact;
use rstest::rstest;

use super::contact;

fn contacts() -> Vec<Contact> {
    vec![
        contact(&[
            ("user_id", "c"),
            ("bot_channel", "WebChannel"),
            ("city", "Milano"),
        ]),
        contact(&[
            ("city", "milano"),
            ("bot_channel", "SMSChannel"),
            ("user_id", "39320"),
        ]),
        contact(&[
            ("user_phone_number", "39321"),
            ("bot_channel", "SMSChannel"),
            ("city", "Roma"),
        ]),
        contact(&[
            ("user_id", "a"),
            ("user_phone_number", "39322"),
            ("city", "Milano"),
        ]),
    ]
}

fn frozen(
    contacts: &[Contact],
    plan: &str,
    configured: Option<&[u32]>,
) -> Result<Plan, FreezeError> {
    frozen_by(contacts, plan, configured, &Dialect::default())
}

fn frozen_by(
    contacts: &[Contact],
    plan: &str,
    configured: Option<&[u32]>,
    dialect: &Dialect,
) -> Result<Plan, FreezeError> {
    let table = Table::from_contacts(contacts).unwrap();
    let rows = configured.map(|rows| RowSet::of(table.rows(), rows.iter().copied()));
    let source = FreezeSource {
        table: &table,
        configured: rows.as_ref(),
        dialect,
    };
    freeze(
        &Plan::from_json(plan).unwrap(),
        source,
        &AtomicBool::new(false),
    )
}

const MILANO: &str = r#"{"broadcast":"b","bot":"k","form":"audience",
    "filters":[{"field":"city","criterion":"Equals","value":"Milano"}],
    "variables":[{"name":"z","value":"1;2"},{"name":"order","value":""}],"delay_minutes":5}"#;

#[test]
fn who_matches_becomes_the_targets_in_the_tables_order_with_the_plans_variables_behind() {
    assert_eq!(
        frozen(&contacts(), MILANO, None).unwrap().to_json(),
        concat!(
            r#"{"broadcast":"b","bot":"k","method":"POST","form":"targets","targets":["#,
            r#"{"user_id":"c","bot_channel":"WebChannel","z":"1;2","order":""},"#,
            r#"{"user_id":"39320","bot_channel":"SMSChannel","z":"1;2","order":""},"#,
            r#"{"user_id":"a","z":"1;2","order":""}],"delay_minutes":5}"#
        )
    );
}

#[test]
fn where_readings_differ_those_of_the_profiles_reading_are_named() {
    let count = |case, precedence| {
        let dialect = Dialect {
            case,
            precedence,
            ..Dialect::default()
        };
        let plan = r#"{"broadcast":"b","form":"audience","filters":[
            {"field":"user_id","criterion":"Equals","value":"a"},
            {"join":"OR","field":"city","criterion":"Equals","value":"Milano"},
            {"join":"AND","field":"bot_channel","criterion":"HasValue"}]}"#;
        let plan = frozen_by(&contacts(), plan, None, &dialect).unwrap();
        let ids = plan.form.targets().iter();
        ids.map(|target| target.named_by().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        count(Case::IgnoreCase, Precedence::LeftToRight),
        ["c", "39320"]
    );
    assert_eq!(count(Case::MatchCase, Precedence::LeftToRight), ["c"]);
    assert_eq!(count(Case::MatchCase, Precedence::AndBeforeOr), ["c", "a"]);
}

#[test]
fn the_configured_audience_is_named_where_its_members_are_known() {
    let plan = r#"{"broadcast":"b","form":"configured","method":"GET"}"#;
    let named = frozen(&contacts(), plan, Some(&[2, 0])).unwrap();
    assert_eq!(
        named.to_json(),
        concat!(
            r#"{"broadcast":"b","method":"POST","form":"targets","targets":["#,
            r#"{"user_id":"c","bot_channel":"WebChannel"},"#,
            r#"{"user_phone_number":"39321","bot_channel":"SMSChannel"}]}"#
        )
    );
    assert_eq!(frozen(&contacts(), plan, None), Err(FreezeError::NotKnown));
    assert_eq!(
        frozen(&contacts(), plan, Some(&[])),
        Err(FreezeError::Nobody)
    );
}

#[test]
fn a_list_of_targets_stays_as_it_is() {
    let plan = r#"{"broadcast":"b","form":"targets","targets":[{"order":"1","user_id":"x"}]}"#;
    assert_eq!(
        frozen(&contacts(), plan, None).unwrap(),
        Plan::from_json(plan).unwrap()
    );
}

#[rstest]
#[case::no_filter(r#""form":"audience","filters":[]"#, Code::NoFilters)]
#[case::no_criterion(
    r#""form":"audience","filters":[{"field":"city","criterion":"Is","value":"x"}]"#,
    Code::UnknownCriterion
)]
#[case::no_value(
    r#""form":"audience","filters":[{"field":"city","criterion":"Equals","value":""}]"#,
    Code::MissingValue
)]
fn a_plan_that_does_not_say_whom_it_reaches_is_refused(#[case] form: &str, #[case] code: Code) {
    let plan = format!(r#"{{"broadcast":"b",{form}}}"#);
    let Err(FreezeError::Plan(problem)) = frozen(&contacts(), &plan, None) else {
        panic!("it was frozen");
    };
    assert_eq!(problem.code, code);
}

#[test]
fn what_can_not_be_named_is_refused_in_words() {
    let nobody = MILANO.replace("Milano", "Oslo");
    assert_eq!(frozen(&contacts(), &nobody, None), Err(FreezeError::Nobody));
    let unnamed = [contact(&[("city", "Milano"), ("user_id", "")])];
    let error = frozen(&unnamed, MILANO, None).unwrap_err();
    assert_eq!(error, FreezeError::NotIdentified(1));
    assert_eq!(
        error.to_string(),
        "1 cached contact can't be named as targets: user_id and user_phone_number are missing. Sync again."
    );
    let overruled = MILANO.replace("\"z\"", "\"user_phone_number\"");
    assert_eq!(
        frozen(&contacts(), &overruled, None),
        Err(FreezeError::Identity("user_phone_number".to_owned()))
    );
    let raw = r#"{"broadcast":"b","form":"raw","body":{}}"#;
    assert_eq!(
        frozen(&contacts(), raw, None),
        Err(FreezeError::Form(FormKind::Raw))
    );
}

#[test]
fn a_value_with_a_separator_can_be_matched_though_it_could_not_be_sent() {
    let odd = [contact(&[("user_id", "1"), ("city", "a;b")])];
    let plan = MILANO.replace("Milano", "a;b");
    assert_eq!(frozen(&odd, &plan, None).unwrap().form.targets().len(), 1);
}
