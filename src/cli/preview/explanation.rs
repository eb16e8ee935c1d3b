//! `mylink preview --explain ID`: the preview, and why one contact is reached or isn't.

use indexmap::IndexMap;
use serde::Serialize;

use super::shape::Shape;
use super::{Arguments, print};
use crate::cli::exit::{self, Failure};
use crate::cli::output;
use crate::domain::explain::{ContactTold, ContactsTold, Held, Judged};
use crate::domain::filter::Reading;
use crate::domain::plan::Plan;
use crate::domain::text::shown;
use crate::session::{Session, SessionError};

/// Previews and explains.
///
/// # Errors
/// Where cache or journal can't be read.
pub async fn run(
    session: &Session,
    arguments: &Arguments,
    plan: Plan,
    name: &str,
) -> Result<u8, Failure> {
    let preview = session.preview(&plan, arguments.plan.surface()).await?;
    let told = match session.explain(plan.clone(), name.to_owned()).await {
        Ok(told) => Some(told),
        // The preview says that there is no such broadcast.
        Err(SessionError::Lookup(_)) => None,
        Err(error) => return Err(error.into()),
    };
    if arguments.json {
        let limit = session.profile.dialect.limit_bytes;
        let shape = Shape::of(&plan, &preview, limit);
        let explained = told.as_ref().map(Explained::of);
        output::json(&shape.with_explanation(explained))?;
    } else {
        print(session, &plan, &preview, false).await?;
        for line in told.as_ref().map(lines).unwrap_or_default() {
            output::line(&line)?;
        }
    }
    let has_errors = preview.has_errors();
    Ok(if has_errors { exit::USAGE } else { exit::DONE })
}

/// Why, for people; fit to be shown.
fn lines(told: &ContactsTold) -> Vec<String> {
    if let Some(words) = told.nobody() {
        return vec![format!("why      {words}")];
    }
    let mut lines = Vec::new();
    for contact in &told.found {
        lines.push(format!("why      {}", contact.name()));
        let sentences = told.sentences(contact).into_iter();
        lines.extend(sentences.map(|sentence| format!("         {sentence}")));
        for judged in contact.explanation.iter().flat_map(|why| &why.rows) {
            lines.push(format!("         {}", row_words(contact, judged)));
        }
    }
    lines.extend(told.more_words().map(|words| format!("         {words}")));
    lines
}

/// A row in words, marked where it decides.
fn row_words(contact: &ContactTold, judged: &Judged) -> String {
    let case = contact.explanation.as_ref().map(|why| why.reading.case);
    let words = case.map(|case| judged.words(case)).unwrap_or_default();
    let mark = if judged.decides { "*" } else { " " };
    format!("{mark} {words}")
}

/// What was explained, as JSON.
#[derive(Serialize)]
pub struct Explained<'a> {
    asked: &'a str,
    /// Why there is nothing to explain.
    message: Option<String>,
    contacts: Vec<OfContact<'a>>,
    more: u64,
}

#[derive(Serialize)]
struct OfContact<'a> {
    #[serde(rename = "contact")]
    variables: &'a IndexMap<String, String>,
    reached: Option<bool>,
    suppressed: bool,
    /// Whether it is so whatever the platform knows of what the cache doesn't hold.
    sure: Option<bool>,
    sentences: Vec<String>,
    /// The verdict under each reading; `null` for a plan without filters.
    readings: Option<IndexMap<String, bool>>,
    /// The rows under the reading in force; `null` likewise.
    rows: Option<Vec<Row<'a>>>,
}

#[derive(Serialize)]
struct Row<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    join: Option<&'static str>,
    field: &'a str,
    criterion: &'static str,
    value: &'a str,
    /// The contact's own value; `null` where it isn't set, or not known.
    held: Option<&'a str>,
    known: bool,
    holds: bool,
    decides: bool,
}

impl<'a> Explained<'a> {
    /// What was explained.
    pub fn of(told: &'a ContactsTold) -> Self {
        let contact = |contact: &'a ContactTold| OfContact::of(told, contact);
        Self {
            asked: &told.asked,
            message: told.nobody(),
            contacts: told.found.iter().map(contact).collect(),
            more: told.more,
        }
    }
}

impl<'a> OfContact<'a> {
    fn of(told: &ContactsTold, contact: &'a ContactTold) -> Self {
        let why = contact.explanation.as_ref();
        let readings = why.map(|why| {
            let is_other = |reading| {
                contact
                    .otherwise
                    .iter()
                    .any(|other| other.reading == reading)
            };
            let all = Reading::ALL.into_iter();
            all.map(|reading| (reading.to_string(), why.matches != is_other(reading)))
                .collect()
        });
        Self {
            variables: &contact.contact.variables,
            reached: contact.reached,
            suppressed: contact.is_suppressed,
            sure: why.map(|why| why.is_sure),
            sentences: told.sentences(contact),
            readings,
            rows: why.map(|why| why.rows.iter().enumerate().map(Row::of).collect()),
        }
    }
}

impl<'a> Row<'a> {
    fn of((place, judged): (usize, &'a Judged)) -> Self {
        let filter = &judged.filter;
        Self {
            join: (place > 0).then(|| filter.join.word()),
            field: &filter.field,
            criterion: filter.criterion.name(),
            value: &filter.value,
            held: judged.held.value(),
            known: judged.held != Held::NotKnown,
            holds: judged.holds,
            decides: judged.decides,
        }
    }
}

/// The name of a contact, as it was given on the command line.
///
/// # Errors
/// Where it is empty.
pub fn name(text: &str) -> Result<String, String> {
    if text.trim().is_empty() {
        return Err(format!(
            "\"{}\" is nobody's: give a user_id, a phone number or CHANNEL:ID",
            shown(text)
        ));
    }
    Ok(text.trim().to_owned())
}
