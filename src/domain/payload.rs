//! The body of a call, built from a plan: compact, UTF-8 unescaped, keys in the documented order.
//!
//! What is previewed is what is sent, byte for byte: this is the only place where a body is made.

mod frame;
mod json_text;
mod minify;
pub mod same;
mod share;
mod sizes;
mod split;

pub use frame::Frame;
pub use minify::{minify, string_length};
pub use share::Share;
pub use sizes::TargetSizes;
pub use split::split;

use share::shares;

use super::criterion::Criterion;
use super::dialect::{DelayAs, Dialect};
use super::plan::{Form, Method, Plan, PlanFilter, Variable};
use sha2::{Digest, Sha256};

/// Separates names and values of a list `[D]`. No escape is documented, so a text that holds it can't be sent.
pub const SEPARATOR: char = ';';

/// One call of the hook as it will be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload {
    /// The verb.
    pub method: Method,
    /// The exact body; `None` for a call without one.
    pub body: Option<String>,
    /// Which targets of the plan it holds; `None` where the form has no list of targets.
    pub targets: Option<Share>,
}

impl Payload {
    /// Length of the body in bytes.
    pub fn bytes(&self) -> u64 {
        self.body.as_ref().map_or(0, |body| body.len() as u64)
    }

    /// SHA-256 of the body in lower-case hex; of no bytes where there is none.
    pub fn sha256(&self) -> String {
        super::text::hex(&Sha256::digest(self.body.as_deref().unwrap_or_default()))
    }
}

/// Builds the calls of a plan: one, unless its targets are over the dialect's limit, which are split.
///
/// An unfinished plan gives the body that its texts make now; whether it may be sent is for [`super::problem`] to say.
pub fn calls(plan: &Plan, dialect: &Dialect) -> Vec<Payload> {
    let method = plan.method;
    match &plan.form {
        Form::Targets { targets } => split(targets, &Frame::of(plan, dialect))
            .into_iter()
            .map(|(share, body)| Payload {
                method,
                body: Some(body),
                targets: Some(share),
            })
            .collect(),
        _ => vec![Payload {
            method,
            body: body(plan, dialect),
            targets: None,
        }],
    }
}

/// As [`calls`], without the targets at these places (rising) of the plan's list. The places of the others stay those
/// of the plan.
pub fn calls_without(plan: &Plan, dialect: &Dialect, left_out: &[usize]) -> Vec<Payload> {
    let Form::Targets { targets } = &plan.form else {
        return calls(plan, dialect);
    };
    if left_out.is_empty() {
        return calls(plan, dialect);
    }
    let mut out = left_out.iter().copied().peekable();
    let kept: Vec<usize> = (0..targets.len())
        .filter(|place| out.next_if_eq(place).is_none())
        .collect();
    let targets = kept.iter().map(|place| targets[*place].clone()).collect();
    let rest = Plan {
        form: Form::Targets { targets },
        method: plan.method,
        delay: plan.delay.clone(),
        ..Plan::default()
    };
    let mut calls = calls(&rest, dialect);
    for share in calls.iter_mut().filter_map(|call| call.targets.as_mut()) {
        share.moved_to(&kept);
    }
    calls
}

fn body(plan: &Plan, dialect: &Dialect) -> Option<String> {
    let mut object = Object::default();
    match &plan.form {
        Form::Raw { body } => return Some(minify(body)),
        Form::Configured { variables } => object.variables(variables),
        Form::Audience { filters, variables } => {
            object.filters(filters, dialect);
            object.variables(variables);
        }
        Form::Conversation { variables } => {
            object.variables(variables);
            object.member("set_conversation", "true");
        }
        Form::Targets { .. } => {}
    }
    object.delay(plan, dialect);
    object.finish()
}

/// The delay as JSON. Number or text is `[U]`: the dialect says.
fn delay_text(plan: &Plan, dialect: &Dialect) -> Option<String> {
    let minutes = plan.delay_minutes()?;
    Some(match dialect.delay_as {
        DelayAs::Number => minutes.to_string(),
        DelayAs::Text => format!("\"{minutes}\""),
    })
}

/// A JSON object as it grows.
#[derive(Default)]
struct Object(String);

impl Object {
    fn filters(&mut self, filters: &[PlanFilter], dialect: &Dialect) {
        if filters.is_empty() {
            return;
        }
        let criterion = |filter: &PlanFilter| match Criterion::parse(&filter.criterion) {
            Some(criterion) => criterion.wire_name(dialect).to_owned(),
            None => filter.criterion.clone(),
        };
        let value = |filter: &PlanFilter| match filter.filter() {
            Some(filter) => filter.value,
            None => filter.value.clone().unwrap_or_default(),
        };
        self.list(
            "audience_filters",
            filters.iter().map(|filter| filter.field.clone()),
        );
        self.list("audience_criteria", filters.iter().map(criterion));
        self.list("audience_values", filters.iter().map(value));
        if filters.len() > 1 {
            self.list(
                "audience_join",
                filters[1..]
                    .iter()
                    .map(|filter| filter.join.word().to_owned()),
            );
        }
    }

    fn variables(&mut self, variables: &[Variable]) {
        if variables.is_empty() {
            return;
        }
        self.list(
            "set_variables",
            variables.iter().map(|variable| variable.name.clone()),
        );
        self.list(
            "set_variables_values",
            variables.iter().map(|variable| variable.value.clone()),
        );
    }

    fn delay(&mut self, plan: &Plan, dialect: &Dialect) {
        if let Some(delay) = delay_text(plan, dialect) {
            self.member("delayminutes", &delay);
        }
    }

    fn list(&mut self, name: &str, items: impl Iterator<Item = String>) {
        let joined = items.collect::<Vec<_>>().join(&SEPARATOR.to_string());
        self.member(name, &quoted(&joined));
    }

    fn member(&mut self, name: &str, json: &str) {
        let separator = if self.0.is_empty() { '{' } else { ',' };
        self.0.push(separator);
        self.0.push('"');
        self.0.push_str(name);
        self.0.push_str("\":");
        self.0.push_str(json);
    }

    /// The object; `None` where it has no members, since an empty body says the same.
    fn finish(mut self) -> Option<String> {
        if self.0.is_empty() {
            return None;
        }
        self.0.push('}');
        Some(self.0)
    }
}

/// A text as a JSON string, UTF-8 unescaped.
pub(super) fn quoted(text: &str) -> String {
    let mut json = String::with_capacity(json_text::length(text));
    json_text::push(&mut json, text);
    json
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::dialect::ContainsSpelling;
    use rstest::rstest;

    fn only(json: &str, dialect: &Dialect) -> Payload {
        let mut calls = calls(&Plan::from_json(json).unwrap(), dialect);
        assert_eq!(calls.len(), 1);
        calls.remove(0)
    }

    #[rstest]
    #[case::the_platform_pages_audience(
        r#"{"broadcast":"b","form":"audience","filters":[{"field":"user_id","criterion":"Equals","value":"3030391"},{"join":"AND","field":"favorite_color","criterion":"Equals","value":"red"}],"variables":[{"name":"new_favorite_color","value":"magenta"},{"name":"campaign","value":"spring"}]}"#,
        r#"{"audience_filters":"user_id;favorite_color","audience_criteria":"Equals;Equals","audience_values":"3030391;red","audience_join":"AND","set_variables":"new_favorite_color;campaign","set_variables_values":"magenta;spring"}"#
    )]
    #[case::the_platform_pages_targets(
        r#"{"broadcast":"b","form":"targets","targets":[{"user_id":"3932010001","bot_channel":"WhatsAppChannel","first_name":"Ada"},{"user_phone_number":"3932010002","bot_channel":"RCSChannel","order":"A-12"}],"delay_minutes":5}"#,
        r#"{"targets":[{"user_id":"3932010001","bot_channel":"WhatsAppChannel","first_name":"Ada"},{"user_phone_number":"3932010002","bot_channel":"RCSChannel","order":"A-12"}],"delayminutes":5}"#
    )]
    #[case::the_platform_pages_conversation(
        r#"{"broadcast":"b","form":"conversation","variables":[{"name":"user_phone_number","value":"3932010001"},{"name":"bot_channel","value":"SMSChannel"}],"delay_minutes":5}"#,
        r#"{"set_variables":"user_phone_number;bot_channel","set_variables_values":"3932010001;SMSChannel","set_conversation":true,"delayminutes":5}"#
    )]
    #[case::one_filter_has_no_join(
        r#"{"broadcast":"b","form":"audience","filters":[{"field":"city","criterion":"HasValue"}]}"#,
        r#"{"audience_filters":"city","audience_criteria":"HasValue","audience_values":""}"#
    )]
    #[case::criterion_in_another_case_and_unescaped_text(
        r#"{"broadcast":"b","form":"audience","filters":[{"field":"city","criterion":"equals","value":"東\u4eac \"é\"\n"}],"delay_minutes":0}"#,
        "{\"audience_filters\":\"city\",\"audience_criteria\":\"Equals\",\"audience_values\":\"東京 \\\"é\\\"\\n\",\"delayminutes\":0}"
    )]
    #[case::configured_with_variables(
        r#"{"broadcast":"b","form":"configured","variables":[{"name":"a","value":""}],"delay_minutes":3}"#,
        r#"{"set_variables":"a","set_variables_values":"","delayminutes":3}"#
    )]
    #[case::conversation(
        r#"{"broadcast":"b","form":"conversation","variables":[{"name":"user_id","value":"1"}],"delay_minutes":3}"#,
        r#"{"set_variables":"user_id","set_variables_values":"1","set_conversation":true,"delayminutes":3}"#
    )]
    #[case::raw_is_compacted_and_otherwise_kept(
        r#"{"broadcast":"b","form":"raw","body":{ "n": 12345678901234567890123.50, "n": [1, "a b"] }}"#,
        r#"{"n":12345678901234567890123.50,"n":[1,"a b"]}"#
    )]
    fn bodies(#[case] plan: &str, #[case] expected: &str) {
        assert_eq!(
            only(plan, &Dialect::default()).body.as_deref(),
            Some(expected)
        );
    }

    #[rstest]
    #[case::post(r#"{"broadcast":"b","form":"configured"}"#)]
    #[case::get(r#"{"broadcast":"b","form":"configured","method":"GET"}"#)]
    fn the_configured_audience_alone_has_no_body(#[case] plan: &str) {
        let payload = only(plan, &Dialect::default());
        assert_eq!(payload.body, None);
        // SHA-256 of no bytes, as FIPS 180-4 gives it.
        assert_eq!(
            payload.sha256(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }

    #[test]
    fn the_dialect_decides_what_is_unknown() {
        let dialect = Dialect {
            contains: ContainsSpelling::Cointains,
            delay_as: DelayAs::Text,
            ..Dialect::default()
        };
        let plan = r#"{"broadcast":"b","form":"audience","filters":[{"field":"f","criterion":"Contains","value":"x"}],"delay_minutes":7}"#;
        let expected = r#"{"audience_filters":"f","audience_criteria":"Cointains","audience_values":"x","delayminutes":"7"}"#;
        assert_eq!(only(plan, &dialect).body.as_deref(), Some(expected));
    }
}
