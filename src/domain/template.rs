//! A plan with places to fill in: `{{name}}` within its texts, names of variables included.
//!
//! A template is text until it is filled in; then it is a plan as any other. Where a text must hold two braces as they
//! are, JSON can write them as `\u007b\u007b`.

use std::ops::Range;

use indexmap::IndexMap;

use super::payload::quoted;
use super::plan::whole_minutes;
use super::problem::{Code, Problem};
use super::text::shown;

/// A plan's text, and where it is filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    text: String,
    places: Vec<Place>,
}

/// A place of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    /// Its bytes, braces included; for a delay the quotes too.
    range: Range<usize>,
    name: String,
    /// Whether it is all of `delay_minutes`, which wants a number.
    is_delay: bool,
}

impl Template {
    /// Finds the places of a text.
    ///
    /// # Errors
    /// Every place that is none: not closed, without a name that can be typed, or outside of quotes.
    pub fn read(text: &str) -> Result<Self, Vec<Problem>> {
        let mut scan = Scan::default();
        scan.document(text);
        if !scan.problems.is_empty() {
            return Err(scan.problems);
        }
        Ok(Self {
            text: text.to_owned(),
            places: scan.places,
        })
    }

    /// The names that are asked for, each once, in the order of their first places. None: it is a plan already.
    pub fn names(&self) -> Vec<&str> {
        let mut names = Vec::new();
        for place in &self.places {
            if !names.contains(&place.name.as_str()) {
                names.push(&place.name);
            }
        }
        names
    }

    /// The plan's text with every place filled in: within texts as JSON writes them, `"delay_minutes": "{{name}}"` as a
    /// number if the value is whole minutes.
    ///
    /// # Errors
    /// A name without a value, and a value whose name is nowhere.
    pub fn fill(&self, values: &IndexMap<String, String>) -> Result<String, Vec<Problem>> {
        let problems = self.problems(values);
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut filled = String::with_capacity(self.text.len());
        let mut end = 0;
        for place in &self.places {
            filled.push_str(&self.text[end..place.range.start]);
            let value = values.get(&place.name).map_or("", String::as_str);
            let json = quoted(value);
            filled.push_str(match place.is_delay {
                true if whole_minutes(value).is_some() => value,
                true => &json,
                false => &json[1..json.len() - 1],
            });
            end = place.range.end;
        }
        filled.push_str(&self.text[end..]);
        Ok(filled)
    }

    fn problems(&self, values: &IndexMap<String, String>) -> Vec<Problem> {
        let names = self.names();
        let missing = names
            .iter()
            .filter(|name| !values.contains_key(**name))
            .map(|name| {
                format!("The template asks for {name}, which has no value. Give it one: {name}=...")
            });
        let unused = values
            .keys()
            .filter(|name| !names.contains(&name.as_str()))
            .map(|name| {
                let known = if names.is_empty() {
                    "nothing".to_owned()
                } else {
                    names.join(", ")
                };
                format!(
                    "The template has no place for {}. It asks for: {known}.",
                    shown(name)
                )
            });
        missing.chain(unused).map(problem).collect()
    }
}

fn problem(message: String) -> Problem {
    Problem::new(Code::InvalidPlan, "", message)
}

/// A way through JSON text that looks at its strings alone; whether the rest is JSON is for the plan's reader to say.
#[derive(Default)]
struct Scan {
    places: Vec<Place>,
    problems: Vec<Problem>,
    depth: usize,
    /// The string before, with its quotes, if a colon follows it.
    key: Range<usize>,
    after_colon: bool,
}

impl Scan {
    fn document(&mut self, text: &str) {
        let mut at = 0;
        while let Some(byte) = text.as_bytes().get(at) {
            match byte {
                b'"' => {
                    let end = string_end(text, at);
                    self.string(text, at..end);
                    at = end;
                    continue;
                }
                b'{' if text[at..].starts_with("{{") => {
                    self.problems.push(problem(format!(
                        "Line {}: a place to fill in stands outside of quotes. Write it in quotes: \"{{{{name}}}}\".",
                        line(text, at)
                    )));
                    return;
                }
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
            if !byte.is_ascii_whitespace() {
                self.after_colon = *byte == b':';
            }
            at += 1;
        }
    }

    /// Looks at one string, with its quotes.
    fn string(&mut self, text: &str, string: Range<usize>) {
        let is_delay =
            self.after_colon && self.depth == 1 && &text[self.key.clone()] == "\"delay_minutes\"";
        let mut at = string.start + 1;
        while let Some(start) = text[at..string.end].find("{{").map(|found| at + found) {
            let Some(close) = text[start..string.end]
                .find("}}")
                .map(|found| start + found)
            else {
                self.wrong(text, start, "is not closed. Write {{name}}");
                break;
            };
            let name = text[start + 2..close].trim();
            at = close + 2;
            if !is_name(name) {
                self.wrong(
                    text,
                    start,
                    "has no name. Write {{name}}, with letters, digits, _ and -",
                );
                continue;
            }
            let is_delay = is_delay && start == string.start + 1 && at + 1 == string.end;
            self.places.push(Place {
                range: if is_delay { string.clone() } else { start..at },
                name: name.to_owned(),
                is_delay,
            });
        }
        self.key = string;
        self.after_colon = false;
    }

    fn wrong(&mut self, text: &str, at: usize, what: &str) {
        let message = format!("Line {}: a place to fill in {what}.", line(text, at));
        self.problems.push(problem(message));
    }
}

fn is_name(name: &str) -> bool {
    let is_part = |character: char| character.is_alphanumeric() || matches!(character, '_' | '-');
    !name.is_empty() && name.chars().all(is_part)
}

/// Where the string that begins at `start` ends, its closing quote included; the text's end where it isn't closed.
fn string_end(text: &str, start: usize) -> usize {
    let mut escaped = false;
    for (index, byte) in text.bytes().enumerate().skip(start + 1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return index + 1,
            _ => {}
        }
    }
    text.len()
}

fn line(text: &str, at: usize) -> usize {
    1 + text[..at].matches('\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::plan::Plan;
    use proptest::prelude::*;
    use rstest::rstest;

    const TEMPLATE: &str = r#"{"broadcast":"{{what}} offer","form":"audience",
        "filters":[{"field":"city","criterion":"Equals","value":"{{ city }}"}],
        "variables":[{"name":"code_{{what}}","value":"{{city}}/{{what}}"}],
        "delay_minutes": "{{minutes}}"}"#;

    fn values(pairs: &[(&str, &str)]) -> IndexMap<String, String> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        pairs.iter().map(owned).collect()
    }

    #[test]
    fn places_are_listed_and_filled_in() {
        let template = Template::read(TEMPLATE).unwrap();
        assert_eq!(template.names(), ["what", "city", "minutes"]);
        let values = values(&[
            ("what", "spring"),
            ("city", "\"Roma\"\n"),
            ("minutes", "15"),
        ]);
        let plan = Plan::from_json(&template.fill(&values).unwrap()).unwrap();
        assert_eq!(plan.broadcast, "spring offer");
        assert_eq!(plan.form.filters()[0].value.as_deref(), Some("\"Roma\"\n"));
        assert_eq!(plan.form.variables()[0].name, "code_spring");
        assert_eq!(plan.form.variables()[0].value, "\"Roma\"\n/spring");
        assert_eq!(plan.delay.as_deref(), Some("15"));
    }

    #[test]
    fn a_delay_that_is_no_number_stays_text_for_the_plan_to_complain_of() {
        let template = Template::read(r#"{"delay_minutes":"{{m}}"}"#).unwrap();
        let filled = template
            .fill(&values(&[("m", "1,\"form\":\"raw\"")]))
            .unwrap();
        assert_eq!(filled, r#"{"delay_minutes":"1,\"form\":\"raw\""}"#);
        // Elsewhere a number stays the text that it is.
        let template = Template::read(r#"{"a":{"delay_minutes":"{{m}}"},"b":"{{m}}"}"#).unwrap();
        let filled = template.fill(&values(&[("m", "5")])).unwrap();
        assert_eq!(filled, r#"{"a":{"delay_minutes":"5"},"b":"5"}"#);
    }

    #[rstest]
    #[case::missing(&[("what", "x"), ("city", "y")], &["asks for minutes"])]
    #[case::unused(&[("what", "x"), ("city", "y"), ("minutes", "1"), ("town", "z")], &["no place for town"])]
    #[case::both(&[("what", "x"), ("minutes", "1"), ("town", "z")], &["asks for city", "no place for town"])]
    fn values_that_do_not_fit(#[case] pairs: &[(&str, &str)], #[case] expected: &[&str]) {
        let problems = Template::read(TEMPLATE)
            .unwrap()
            .fill(&values(pairs))
            .unwrap_err();
        assert_eq!(problems.len(), expected.len());
        for (problem, expected) in problems.iter().zip(expected) {
            assert!(problem.message.contains(expected), "{}", problem.message);
        }
    }

    #[rstest]
    #[case::not_closed("{\n\"a\":\"{{b\"}", "Line 2: a place to fill in is not closed")]
    #[case::no_name(r#"{"a":"{{}}"}"#, "Line 1: a place to fill in has no name")]
    #[case::no_name_of_ours(r#"{"a":"{{b c}}"}"#, "has no name")]
    #[case::outside_of_quotes(r#"{"delay_minutes": {{minutes}}}"#, "outside of quotes")]
    fn places_that_are_none(#[case] text: &str, #[case] expected: &str) {
        let problems = Template::read(text).unwrap_err();
        assert!(
            problems[0].message.contains(expected),
            "{}",
            problems[0].message
        );
    }

    #[test]
    fn braces_and_quotes_of_json_are_no_places() {
        let plain = r#"{"a":[[{"b":"\"{ {x} }"}]],"c":"\u007b\u007bx}}","d":"}}"}"#;
        let template = Template::read(plain).unwrap();
        assert!(template.names().is_empty());
        assert_eq!(template.fill(&IndexMap::new()).unwrap(), plain);
    }

    proptest! {
        #[test]
        fn a_value_stays_the_text_it_is_and_can_not_leave_its_quotes(value in "\\PC*[\"\\\\{}\n]{0,4}\\PC*") {
            let template = Template::read(r#"{"a{{x}}":"<{{x}}>"}"#).unwrap();
            let filled = template.fill(&values(&[("x", &value)])).unwrap();
            let read: std::collections::HashMap<String, String> = serde_json::from_str(&filled).unwrap();
            prop_assert_eq!(&read[&format!("a{value}")], &format!("<{value}>"));
        }
    }
}
