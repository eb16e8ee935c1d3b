//! A plan in words: whom, what is set, when.

use ratatui::text::Line;

use crate::domain::plan::{Form, Plan, PlanFilter, Variable};
use crate::domain::text::{counted, shown};
use crate::ui::theme::Theme;
use crate::ui::widgets::table::cut;
use crate::ui::widgets::words::fact;

/// Filters or variables that are told one by one at most.
const MOST: usize = 40;

/// Columns of a value that are told at most: the body has the rest.
const VALUE: usize = 160;

/// A label and a text that is fit to be shown.
pub type Fact = (&'static str, String);

/// Reads the plan on the record, once.
pub fn facts(json: &str) -> Vec<Fact> {
    match Plan::from_json(json) {
        Ok(plan) => of(&plan),
        Err(_) => vec![(
            "Plan",
            "can't be read by this version; the body below is what was sent".to_owned(),
        )],
    }
}

/// Its lines.
pub fn lines(facts: &[Fact], width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let mut lines = vec![Line::default()];
    for (label, text) in facts {
        lines.extend(fact(label, text, theme.text, width, theme));
    }
    lines
}

/// Tells a plan: whom, what is set, when.
pub fn of(plan: &Plan) -> Vec<Fact> {
    let mut facts = who(&plan.form);
    let label = match plan.form {
        Form::Conversation { .. } => "Contact",
        _ => "Set",
    };
    listed(&mut facts, label, plan.form.variables(), |variable, _| {
        variable_words(variable)
    });
    let when = match &plan.delay {
        None => "at once".to_owned(),
        Some(delay) if delay == "0" => "at once".to_owned(),
        Some(delay) => format!("after {} minutes", shown(delay)),
    };
    facts.push(("When", when));
    facts
}

fn who(form: &Form) -> Vec<Fact> {
    let text = match form {
        Form::Configured { .. } => "the configured audience".to_owned(),
        Form::Audience { filters, .. } => {
            let mut facts = Vec::new();
            listed(&mut facts, "Filter", filters, filter_words);
            return facts;
        }
        Form::Targets { targets } => {
            format!(
                "{}, listed one by one",
                counted(targets.len() as u64, "target")
            )
        }
        Form::Conversation { .. } => "one contact (set_conversation, deprecated)".to_owned(),
        Form::Raw { .. } => {
            "raw JSON: the configured audience, unless the body says otherwise".to_owned()
        }
    };
    vec![("Who", text)]
}

/// Tells items one by one, the label beside the first, and how many are left out.
fn listed<T>(
    facts: &mut Vec<Fact>,
    label: &'static str,
    items: &[T],
    words: impl Fn(&T, bool) -> String,
) {
    for (index, item) in items.iter().take(MOST).enumerate() {
        let label = if index == 0 { label } else { "" };
        facts.push((label, words(item, index == 0)));
    }
    if items.len() > MOST {
        facts.push(("", format!("and {} more", items.len() - MOST)));
    }
}

fn filter_words(filter: &PlanFilter, first: bool) -> String {
    let join = if first { "" } else { filter.join.word() };
    let value = filter
        .value
        .as_deref()
        .map(|value| format!(" \"{}\"", cut(&shown(value), VALUE)))
        .unwrap_or_default();
    let words = format!(
        "{join} {} {}{value}",
        shown(&filter.field),
        shown(&filter.criterion)
    );
    words.trim_start().to_owned()
}

fn variable_words(variable: &Variable) -> String {
    format!(
        "{} = \"{}\"",
        shown(&variable.name),
        cut(&shown(&variable.value), VALUE)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_is_told_in_words() {
        let plan = r#"{"broadcast":"b1","form":"audience",
            "filters":[{"field":"favorite_color","criterion":"Equals","value":"red"},
                       {"join":"OR","field":"city","criterion":"HasValue"}],
            "variables":[{"name":"campaign","value":"spring"}],"delay_minutes":10}"#;
        let expected = [
            ("Filter", "favorite_color Equals \"red\""),
            ("", "OR city HasValue"),
            ("Set", "campaign = \"spring\""),
            ("When", "after 10 minutes"),
        ]
        .map(|(label, text)| (label, text.to_owned()));
        assert_eq!(facts(plan), expected);
    }

    #[test]
    fn a_long_list_says_how_much_is_left_out() {
        let variables: Vec<String> = (0..MOST + 2)
            .map(|n| format!(r#"{{"name":"v{n}","value":"x"}}"#))
            .collect();
        let plan = format!(
            r#"{{"broadcast":"b1","form":"configured","variables":[{}]}}"#,
            variables.join(",")
        );
        let facts = facts(&plan);
        assert!(facts.contains(&("", "and 2 more".to_owned())));
        assert_eq!(facts.len(), 1 + MOST + 1 + 1);
    }

    #[test]
    fn a_plan_that_cannot_be_read_says_so() {
        assert!(facts("{}")[0].1.starts_with("can't be read"));
    }
}
