//! Who of a plan is on the suppression list, and what that means for it.

use super::{Facts, Matched, Named, Reach};
use crate::audience::RowSet;
use crate::domain::plan::{Form, Plan, form_of};
use crate::domain::preview::Suppressed;
use crate::domain::problem::{Code, Problem};
use crate::domain::text::{counted, shown};

/// So many of them are named.
const SOME: usize = 5;

/// Those of a list of targets, or of a conversation.
pub fn of_list(named: &Named<'_>, facts: &Facts<'_>) -> Suppressed {
    let places = facts.suppressed.places_in(named.targets(), facts.table);
    let first = places.iter().take(SOME);
    let some = first.filter_map(|place| Some(named.targets().get(*place)?.named_by()?.to_owned()));
    Suppressed {
        count: places.len() as u64,
        some: some.collect(),
        places,
    }
}

/// Those of an audience.
pub fn of_rows(rows: &RowSet, facts: &Facts<'_>) -> Suppressed {
    let Some(found) = facts.suppressed.among(rows) else {
        return Suppressed::default();
    };
    let first = found.sample(0, SOME).into_iter();
    let name = |row| {
        let name = |name| facts.table.value(row, name);
        name("user_id").or_else(|| name("user_phone_number"))
    };
    Suppressed {
        count: found.count(),
        some: first.filter_map(name).map(str::to_owned).collect(),
        places: Vec::new(),
    }
}

/// What the operator has to know of it.
pub fn problems(
    plan: &Plan,
    suppressed: &Suppressed,
    reach: &Reach,
    facts: &Facts<'_>,
) -> Option<Problem> {
    let matched = &reach.matched;
    match (&plan.form, matched) {
        (_, _) if facts.suppressed.is_empty() => None,
        (Form::Targets { targets }, _) => {
            let all = !targets.is_empty() && suppressed.places.len() == targets.len();
            all.then(|| nobody_left("/targets", "All targets of this list are"))
        }
        (Form::Conversation { .. }, _) => (suppressed.count > 0)
            .then(|| nobody_left("/variables", "The contact of this conversation is")),
        (form @ (Form::Configured { .. } | Form::Raw { .. }), Matched::NotKnown) => {
            let at = if matches!(form, Form::Raw { .. }) {
                "/body"
            } else {
                "/form"
            };
            Some(Problem::new(
                Code::SuppressionNotChecked,
                at,
                "Whom this reaches is not known here, so contacts on the suppression list may be among them. Name the contacts by targets to leave them out.",
            ))
        }
        // That it goes to the configured audience is our reading of the platform: it may name somebody after all.
        (form, Matched::Rows { .. }) if suppressed.count == 0 && reach.who.counts.is_none() => {
            let at = match form {
                Form::Raw { .. } => "/body",
                _ => "/filters",
            };
            Some(Problem::new(
                Code::SuppressionNotChecked,
                at,
                "Whom this matches is not all known here, so contacts on the suppression list may be among them. Sync first, or name the contacts by targets to leave them out.",
            ))
        }
        (Form::Raw { body }, Matched::Rows { .. })
            if suppressed.count == 0 && form_of(body).is_none() =>
        {
            Some(Problem::new(
                Code::SuppressionNotChecked,
                "/body",
                "Nobody of the configured audience is on the suppression list, but whether this body goes to nobody else is not known here. Name the contacts by targets to be sure.",
            ))
        }
        (form, _) if suppressed.count > 0 => {
            let (at, hint) = match form {
                Form::Raw { .. } if matches!(matched, Matched::Rows { .. }) => (
                    "/body",
                    "The audience that the body goes to can't leave them out: name its contacts by targets",
                ),
                Form::Raw { .. } => (
                    "/body",
                    "Take them out of the body, or take the form targets, which leaves them out",
                ),
                _ => (
                    "/form",
                    "An audience can't leave them out: freeze it into targets (in Compose, or by mylink plan freeze)",
                ),
            };
            let reached = if reach.who.doubt().is_some() {
                "who may be reached"
            } else {
                "of those reached"
            };
            let message = format!(
                "{} {reached} {} on the suppression list ({}). {hint}; or take them off the list.",
                counted(suppressed.count, "contact"),
                if suppressed.count == 1 { "is" } else { "are" },
                some_of(suppressed),
            );
            Some(Problem::new(Code::SuppressedContact, at, message))
        }
        _ => None,
    }
}

/// Says who was left out of a list.
pub fn left_out(suppressed: &Suppressed) -> Option<String> {
    (!suppressed.places.is_empty()).then(|| {
        format!(
            "{} left out, on the suppression list: {}.",
            counted(suppressed.count, "target"),
            some_of(suppressed)
        )
    })
}

fn nobody_left(at: &str, who: &str) -> Problem {
    let message = format!(
        "{who} on the suppression list, so nobody is left to reach. Add others, or take them off the list."
    );
    Problem::new(Code::NoTargets, at, message)
}

/// The first of them, fit to be shown.
fn some_of(suppressed: &Suppressed) -> String {
    let names: Vec<_> = suppressed.some.iter().map(|name| shown(name)).collect();
    let more = if suppressed.count > names.len() as u64 {
        ", …"
    } else {
        ""
    };
    format!("{}{more}", names.join(", "))
}

/// Where everybody was left out, that alone is said: not that nobody matches.
pub fn settle(problems: &mut Vec<Problem>, suppressed: &Suppressed, is_left_out: bool) {
    if is_left_out && !suppressed.places.is_empty() {
        let is_nobody = problems
            .iter()
            .any(|problem| problem.code == Code::NoTargets);
        problems.retain(|problem| problem.code != Code::NoMatch || !is_nobody);
    }
}
