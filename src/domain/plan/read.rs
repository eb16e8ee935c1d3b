//! Reads a plan from JSON: every mistake is named with its place, unknown and repeated keys too.

mod entries;
mod forms;

use serde_json::value::RawValue;

use super::{FormKind, Method, Plan};
use crate::domain::problem::{Code, Problem};
use crate::domain::text::shown;
use entries::{Entries, kind_of};

impl Plan {
    /// Reads a plan from JSON text.
    ///
    /// # Errors
    /// Every mistake found, each with the code `invalid-plan` and its JSON Pointer.
    pub fn from_json(text: &str) -> Result<Self, Vec<Problem>> {
        let mut reader = Reader::default();
        let plan = reader.plan(text.strip_prefix('\u{feff}').unwrap_or(text));
        match plan {
            Some(plan) if reader.problems.is_empty() => Ok(plan),
            _ => Err(reader.problems),
        }
    }
}

/// The keys that every plan may have.
const COMMON: [&str; 5] = ["broadcast", "bot", "method", "form", "delay_minutes"];

#[derive(Default)]
struct Reader {
    problems: Vec<Problem>,
}

impl Reader {
    fn plan(&mut self, text: &str) -> Option<Plan> {
        let raw = match serde_json::from_str::<&RawValue>(text) {
            Ok(raw) => raw,
            Err(error) => {
                return self.wrong(
                    "",
                    format!("The plan is not JSON: {error}. Correct it there."),
                );
            }
        };
        let entries = self.object("", raw)?;
        let kind = self.form_kind(&entries)?;
        self.unknown_keys("", &entries, &[&COMMON, kind.keys()].concat());
        let broadcast = match entries.get("broadcast") {
            Some(raw) => self.text("/broadcast", raw)?,
            None => {
                return self.wrong(
                    "",
                    "The plan names no broadcast. Add \"broadcast\": its id or name.".into(),
                );
            }
        };
        let bot = entries.get("bot").and_then(|raw| self.text("/bot", raw));
        let method = entries
            .get("method")
            .map_or(Some(Method::Post), |raw| self.method(raw))?;
        let delay = entries
            .get("delay_minutes")
            .map(|raw| raw.get().to_owned())
            .filter(|raw| raw != "null");
        Some(Plan {
            broadcast,
            bot,
            method,
            form: self.form(kind, &entries)?,
            delay,
        })
    }

    fn form_kind(&mut self, entries: &Entries<'_>) -> Option<FormKind> {
        let forms = "configured, audience, targets, conversation, raw";
        let Some(raw) = entries.get("form") else {
            return self.wrong(
                "",
                format!("The plan has no form. Add \"form\", one of: {forms}."),
            );
        };
        let word = self.text("/form", raw)?;
        match FormKind::parse(&word) {
            Some(kind) => Some(kind),
            None => self.wrong(
                "/form",
                format!("\"{}\" is no form. Take one of: {forms}.", shown(&word)),
            ),
        }
    }

    fn method(&mut self, raw: &RawValue) -> Option<Method> {
        match self.text("/method", raw)?.as_str() {
            "POST" => Some(Method::Post),
            "GET" => Some(Method::Get),
            other => self.wrong(
                "/method",
                format!("\"{}\" is no method. Take POST or GET.", shown(other)),
            ),
        }
    }

    fn required(&mut self, at: &str, entries: &Entries<'_>, key: &str) -> Option<String> {
        match entries.get(key) {
            Some(raw) => self.text(&format!("{at}/{key}"), raw),
            None => self.wrong(at, format!("\"{key}\" is missing here. Add it, as text.")),
        }
    }

    fn text(&mut self, at: &str, raw: &RawValue) -> Option<String> {
        match serde_json::from_str::<String>(raw.get()) {
            Ok(text) => Some(text),
            Err(_) => self.wrong(
                at,
                format!(
                    "This is {}, but must be text. Put it in quotes.",
                    kind_of(raw)
                ),
            ),
        }
    }

    fn list<'a>(&mut self, at: &str, raw: &'a RawValue) -> Option<Vec<&'a RawValue>> {
        match serde_json::from_str(raw.get()) {
            Ok(list) => Some(list),
            Err(_) => self.wrong(
                at,
                format!("This is {}, but must be a list: [...].", kind_of(raw)),
            ),
        }
    }

    fn object<'a>(&mut self, at: &str, raw: &'a RawValue) -> Option<Entries<'a>> {
        let Ok(entries) = serde_json::from_str::<Entries<'a>>(raw.get()) else {
            return self.wrong(
                at,
                format!("This is {}, but must be an object: {{...}}.", kind_of(raw)),
            );
        };
        for (index, (key, _)) in entries.0.iter().enumerate() {
            if entries.0[..index].iter().any(|(earlier, _)| earlier == key) {
                self.wrong::<()>(
                    at,
                    format!("The key \"{}\" stands twice. Remove one.", shown(key)),
                );
            }
        }
        Some(entries)
    }

    fn unknown_keys(&mut self, at: &str, entries: &Entries<'_>, known: &[&str]) {
        for (key, _) in &entries.0 {
            if !known.contains(&key.as_str()) {
                let known: Vec<&str> = known
                    .iter()
                    .copied()
                    .filter(|name| *name != "body_text")
                    .collect();
                let place = format!("{at}/{}", pointer_token(key));
                let message = format!(
                    "The key \"{}\" is not known here. Remove it; known are: {}.",
                    shown(key),
                    known.join(", ")
                );
                self.wrong::<()>(&place, message);
            }
        }
    }

    fn wrong<T>(&mut self, at: &str, message: String) -> Option<T> {
        self.problems
            .push(Problem::new(Code::InvalidPlan, at, message));
        None
    }
}

/// Escapes a key for a JSON Pointer (RFC 6901).
pub(in crate::domain) fn pointer_token(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::filter::Join;
    use rstest::rstest;

    const EXAMPLE: &str = r#"{"broadcast":"Spring offer","bot":"Harbour Coffee","method":"POST","form":"audience",
        "filters":[{"field":"favorite_color","criterion":"Equals","value":"red"},
                   {"join":"OR","field":"city","criterion":"HasValue"}],
        "variables":[{"name":"new_favorite_color","value":"magenta"}],"delay_minutes":10}"#;

    #[test]
    fn the_documented_example_is_read() {
        let plan = Plan::from_json(EXAMPLE).unwrap();
        assert_eq!(plan.broadcast, "Spring offer");
        assert_eq!(plan.delay_minutes(), Some(10));
        let filters = plan.filters().unwrap();
        assert_eq!(filters[1].join, Join::Or);
        assert_eq!(filters[1].value, "");
        assert_eq!(plan.form.variables()[0].value, "magenta");
    }

    #[rstest]
    #[case::audience(EXAMPLE)]
    #[case::configured(r#"{"broadcast":"b","method":"GET","form":"configured"}"#)]
    #[case::targets(
        r#"{"broadcast":"b","form":"targets","targets":[{"z":"1","a":"2"}],"delay_minutes":0}"#
    )]
    #[case::conversation(
        r#"{"broadcast":"b","form":"conversation","variables":[{"name":"user_id","value":"1"}]}"#
    )]
    #[case::raw(
        r#"{"broadcast":"b","form":"raw","body":{"n":123456789012345678901234567890,"n":1.50}}"#
    )]
    #[case::raw_null(r#"{"broadcast":"b","form":"raw","body":null}"#)]
    #[case::broken_delay(r#"{"broadcast":"b","form":"configured","delay_minutes":"soon"}"#)]
    fn every_form_survives_writing_and_reading(#[case] json: &str) {
        let plan = Plan::from_json(json).unwrap();
        let again = Plan::from_json(&plan.to_json()).unwrap();
        // A delay that is no whole number is kept as text, whatever it was.
        assert_eq!(again.form, plan.form);
        assert_eq!(again.delay_minutes(), plan.delay_minutes());
        assert_eq!(
            (again.broadcast, again.bot, again.method),
            (plan.broadcast, plan.bot, plan.method)
        );
    }

    #[rstest]
    #[case::not_json("{", "", "not JSON")]
    #[case::list("[]", "", "must be an object")]
    #[case::unknown_key(
        r#"{"broadcast":"b","form":"configured","filter":[]}"#,
        "/filter",
        "\"filter\" is not known"
    )]
    #[case::unknown_key_of_a_filter(r#"{"broadcast":"b","form":"audience","filters":[{"field":"f","criterion":"Equals","valeu":"x"}]}"#, "/filters/0/valeu", "\"valeu\"")]
    #[case::repeated_key(
        r#"{"broadcast":"a","broadcast":"b","form":"configured"}"#,
        "",
        "stands twice"
    )]
    #[case::targets_with_variables(
        r#"{"broadcast":"b","form":"targets","targets":[],"variables":[]}"#,
        "/variables",
        "not known here"
    )]
    #[case::no_form(r#"{"broadcast":"b"}"#, "", "no form")]
    #[case::no_broadcast(r#"{"form":"configured"}"#, "", "no broadcast")]
    #[case::wrong_form(r#"{"broadcast":"b","form":"everyone"}"#, "/form", "no form")]
    #[case::lower_case_method(
        r#"{"broadcast":"b","form":"configured","method":"get"}"#,
        "/method",
        "no method"
    )]
    #[case::join_on_the_first(r#"{"broadcast":"b","form":"audience","filters":[{"join":"AND","field":"f","criterion":"HasValue"}]}"#, "/filters/0/join", "nothing to be joined")]
    #[case::no_join_on_the_second(r#"{"broadcast":"b","form":"audience","filters":[{"field":"f","criterion":"HasValue"},{"field":"f","criterion":"HasValue"}]}"#, "/filters/1", "no join")]
    #[case::number_as_value(r#"{"broadcast":"b","form":"audience","filters":[{"field":"f","criterion":"Equals","value":5}]}"#, "/filters/0/value", "a number, but must be text")]
    #[case::number_in_a_target(
        r#"{"broadcast":"b","form":"targets","targets":[{"user_id":5}]}"#,
        "/targets/0",
        "flat object of texts"
    )]
    #[case::raw_without_body(r#"{"broadcast":"b","form":"raw"}"#, "", "no body")]
    fn mistakes_are_named_with_their_place(
        #[case] json: &str,
        #[case] at: &str,
        #[case] message: &str,
    ) {
        let problems = Plan::from_json(json).unwrap_err();
        let found = problems
            .iter()
            .any(|problem| problem.at == at && problem.message.contains(message));
        assert!(found, "{problems:#?}");
        assert!(
            problems
                .iter()
                .all(|problem| problem.code == Code::InvalidPlan)
        );
    }

    #[test]
    fn a_control_character_in_a_key_is_shown_as_a_placeholder() {
        let problems =
            Plan::from_json("{\"broadcast\":\"b\",\"form\":\"configured\",\"a\\u001b[31m\":1}")
                .unwrap_err();
        assert!(
            problems[0].message.contains("a‹U+001B›[31m"),
            "{problems:?}"
        );
    }
}
