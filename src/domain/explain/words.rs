//! Explanations in words, fit to be shown.

use super::{Compared, Coverage, Explanation, Held, Judged, Step, Unknown};
use crate::domain::filter::{Case, Filter};
use crate::domain::text::{counted, grouped, shown};

/// Characters of a value that are told.
const VALUE: usize = 60;

impl Explanation {
    /// Why, in a sentence of the deciding rows: `Doesn't match: city is "Roma", so Equals "Milano" fails.`
    pub fn sentence(&self) -> String {
        let verdict = if self.matches {
            "Matches"
        } else {
            "Doesn't match"
        };
        let told = self.story.iter().enumerate();
        let clauses: Vec<String> = told
            .filter_map(|(number, row)| {
                let judged = self.rows.get(*row)?;
                let join = match number {
                    0 => String::new(),
                    _ => format!("{} ", judged.filter.join.word()),
                };
                let saves = self.saved_by == Some(*row);
                Some(format!("{join}{}", judged.clause(saves, self.reading.case)))
            })
            .collect();
        let clauses = if clauses.is_empty() {
            "there is no filter".to_owned()
        } else {
            clauses.join("; ")
        };
        let unsure = match (self.is_sure, self.matches) {
            (true, _) => "",
            (false, true) => " It may not, since the cache doesn't hold everything that is asked.",
            (false, false) => " It may, since the cache doesn't hold everything that is asked.",
        };
        format!("{verdict}: {clauses}.{unsure}")
    }
}

impl Judged {
    /// The row in words: `city is "Roma", so Equals "Milano" fails`.
    pub fn words(&self, case: Case) -> String {
        self.clause(false, case)
    }

    fn clause(&self, saves: bool, case: Case) -> String {
        let field = shown(&self.filter.field);
        let held = match &self.held {
            Held::Value(value) => format!("is {}", quoted(value)),
            Held::Unset => "is not set".to_owned(),
            Held::NotKnown => "is not in the cache".to_owned(),
        };
        let verb = match (self.holds, saves) {
            (true, true) => "saves it",
            (true, false) => "holds",
            (false, _) => "fails",
        };
        let compared = match self.compared {
            Some(Compared::Numbers) => " (as numbers)",
            Some(Compared::Dates) => " (as dates)",
            Some(Compared::Text) => " (as text)",
            None => "",
        };
        let cased = match (self.by_case, case) {
            (false, _) => "",
            (true, Case::IgnoreCase) => " (letter case is ignored)",
            (true, Case::MatchCase) => " (letter case counts)",
        };
        let asked = asked(&self.filter);
        format!("{field} {held}, so {asked} {verb}{compared}{cased}")
    }
}

/// What a row asks of its field: `Equals "Milano"`, `HasValue`.
pub fn asked(filter: &Filter) -> String {
    let name = filter.criterion.name();
    if filter.criterion.takes_value() {
        format!("{name} {}", quoted(&filter.value))
    } else {
        name.to_owned()
    }
}

/// A value in quotes, cut where it is long.
pub fn quoted(value: &str) -> String {
    let start: String = value.chars().take(VALUE).collect();
    let more = if start.len() < value.len() { "…" } else { "" };
    format!("\"{}{more}\"", shown(&start))
}

impl Step {
    /// What the row does, in a few characters to stand beside it: `-1,200`, `+30`; empty where it does nothing.
    pub fn change(&self) -> String {
        match (self.added, self.removed) {
            (0, 0) => String::new(),
            (added, 0) => format!("+{}", grouped(added)),
            (0, removed) => format!("-{}", grouped(removed)),
            (added, removed) => format!("+{} -{}", grouped(added), grouped(removed)),
        }
    }

    /// What the row does for the whole filter, in a sentence.
    pub fn words(&self) -> String {
        match (self.lets_in, self.keeps_out) {
            (0, 0) => "The same contacts match without this row.".to_owned(),
            (lets_in, 0) => format!("{} only by this row.", matched(lets_in)),
            (0, keeps_out) => format!("This row keeps {} out.", counted(keeps_out, "contact")),
            (lets_in, keeps_out) => format!(
                "{} only by this row, which keeps {} out.",
                matched(lets_in),
                counted(keeps_out, "contact")
            ),
        }
    }
}

fn matched(contacts: u64) -> String {
    let verb = if contacts == 1 { "matches" } else { "match" };
    format!("{} {verb}", counted(contacts, "contact"))
}

impl Unknown {
    /// Contacts whose verdict isn't sure.
    pub fn contacts(&self) -> u64 {
        self.may_match + self.may_not_match
    }

    /// What isn't known, in sentences; `None` where every verdict is sure.
    pub fn words(&self) -> Option<String> {
        let more = match self.may_match {
            0 => None,
            1 => Some("1 contact more may match".to_owned()),
            more => Some(format!("{} contacts more may match", grouped(more))),
        };
        let fewer = match self.may_not_match {
            0 => None,
            fewer => Some(format!("{} of those counted may not", grouped(fewer))),
        };
        let unsure: Vec<String> = more.into_iter().chain(fewer).collect();
        if unsure.is_empty() {
            return None;
        }
        let fields: Vec<String> = self.fields.iter().map(Coverage::words).collect();
        Some(format!(
            "{}: {}. Sync with these fields (\"fields\" of the profile) to know.",
            unsure.join(", "),
            fields.join("; ")
        ))
    }
}

impl Coverage {
    /// How far a field is known: `city is known of 8,800 of 10,000 contacts`.
    pub fn words(&self) -> String {
        format!(
            "{} is known of {} of {}",
            shown(&self.field),
            grouped(self.known),
            counted(self.of, "contact")
        )
    }
}
