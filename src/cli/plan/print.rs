//! Plans on stdout: JSON that this program reads back as the same plan.

use crate::cli::exit::Failure;
use crate::cli::output;
use crate::domain::plan::Plan;
use crate::domain::text::fit_json;

/// Prints a plan as one line of JSON.
///
/// # Errors
/// Where stdout can't be written.
pub fn plan(plan: &Plan) -> Result<(), Failure> {
    output::line(&fit_json(escaped(plan.to_json())))
}

/// A finished plan is no template any more: two braces that stand in its texts are written so that they are no place
/// to fill in. In JSON they stand side by side within texts alone.
fn escaped(json: String) -> String {
    if json.contains("{{") {
        json.replace("{{", r"\u007b\u007b")
    } else {
        json
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::template::Template;

    #[test]
    fn a_plan_with_braces_is_read_back_as_it_is() {
        let json = r#"{"broadcast":"b","method":"POST","form":"configured","variables":[{"name":"x","value":"{{{a}}"}]}"#;
        let written = escaped(json.to_owned());
        assert!(Template::read(&written).unwrap().names().is_empty());
        assert_eq!(Plan::from_json(&written), Plan::from_json(json));
    }
}
