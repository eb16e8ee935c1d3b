//! A preview as JSON. Other programs read it: names and nulls are fixed.

use indexmap::IndexMap;
use jiff::Timestamp;
use serde::Serialize;

use super::explanation::Explained;
use crate::domain::bounds::Bounds;
use crate::domain::explain::{Coverage, Unknown};
use crate::domain::filter::Reading;
use crate::domain::payload::Payload;
use crate::domain::plan::Plan;
use crate::domain::preview::{Preview, Who};
use crate::domain::problem::Problem;
use crate::domain::rehearsal::Rehearsal;

/// The whole object.
#[derive(Serialize)]
pub struct Shape<'a> {
    request: Option<Request<'a>>,
    calls: Vec<Call>,
    audience: Option<Audience<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suppressed: Option<u64>,
    problems: &'a [Problem],
    /// Only where one was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    explain: Option<Explained<'a>>,
    /// Only where one was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    rehearsal: Option<Rehearsed<'a>>,
}

/// What came of a rehearsal that was asked for.
#[derive(Serialize)]
#[serde(untagged)]
enum Rehearsed<'a> {
    /// There could be none: `null`.
    Nothing,
    /// It.
    Of(&'a Rehearsal),
}

/// The first call.
#[derive(Serialize)]
struct Request<'a> {
    method: &'static str,
    url: Option<&'a str>,
    bytes: u64,
    limit_bytes: u64,
    body: Option<&'a str>,
}

#[derive(Serialize)]
struct Call {
    bytes: u64,
    targets: Option<u64>,
}

#[derive(Serialize)]
struct Audience<'a> {
    count: Option<u64>,
    of: u64,
    as_of: Option<Timestamp>,
    readings: Option<IndexMap<String, u64>>,
    /// The fewest and the most it may be; left out where it is the count for sure, `at_most` null where that is not known.
    #[serde(flatten)]
    doubt: Option<Doubt>,
    /// Contacts whose verdict hangs on what the cache doesn't hold; left out where every verdict is sure.
    #[serde(skip_serializing_if = "Option::is_none")]
    unknown: Option<u64>,
    /// The fields that are not held of every contact; left out likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    coverage: Option<Vec<Covered<'a>>>,
    /// Contacts known from a file alone; left out where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    imported: Option<u64>,
    sample: Vec<&'a IndexMap<String, String>>,
}

/// Where the count is not one number.
#[derive(Serialize)]
struct Doubt {
    at_least: u64,
    at_most: Option<u64>,
}

/// Of how many contacts a field is known.
#[derive(Serialize)]
struct Covered<'a> {
    field: &'a str,
    known: u64,
    of: u64,
}

impl<'a> Covered<'a> {
    fn all(unknown: &'a Unknown) -> Vec<Self> {
        let known = |coverage: &'a Coverage| Self {
            field: &coverage.field,
            known: coverage.known,
            of: coverage.of,
        };
        unknown.fields.iter().map(known).collect()
    }
}

impl<'a> Shape<'a> {
    /// That of a preview.
    pub fn of(plan: &Plan, preview: &'a Preview, limit_bytes: u64) -> Self {
        let first = preview.calls.first();
        Self {
            request: Some(Request {
                method: plan.method.word(),
                url: preview.url.as_deref(),
                bytes: first.map_or(0, Payload::bytes),
                limit_bytes,
                body: first.and_then(|call| call.body.as_deref()),
            }),
            calls: preview
                .calls
                .iter()
                .map(|call| Call::of(call, &preview.who))
                .collect(),
            audience: Some(Audience::of(&preview.who)),
            suppressed: Some(preview.suppressed.count).filter(|count| *count > 0),
            problems: &preview.problems,
            explain: None,
            rehearsal: None,
        }
    }

    /// The same with what came of a rehearsal; `null` where there could be none.
    pub fn with_rehearsal(self, rehearsal: Option<&'a Rehearsal>) -> Self {
        Self {
            rehearsal: Some(rehearsal.map_or(Rehearsed::Nothing, Rehearsed::Of)),
            ..self
        }
    }

    /// The same with the explanation of a contact.
    pub fn with_explanation(self, explain: Option<Explained<'a>>) -> Self {
        Self { explain, ..self }
    }

    /// That of a text that is no plan.
    pub fn unreadable(problems: &'a [Problem]) -> Self {
        Self {
            request: None,
            calls: Vec::new(),
            audience: None,
            suppressed: None,
            problems,
            explain: None,
            rehearsal: None,
        }
    }
}

/// Of what nobody can tell anything, `count` being null says all.
fn is_told(bounds: &Bounds) -> bool {
    *bounds != Bounds::NOT_KNOWN
}

impl Call {
    fn of(call: &Payload, who: &Who) -> Self {
        let listed = call.targets.as_ref().map(|range| range.len() as u64);
        Self {
            bytes: call.bytes(),
            targets: listed.or(who.count()),
        }
    }
}

impl<'a> Audience<'a> {
    fn of(who: &'a Who) -> Self {
        let readings = who.counts.map(|counts| {
            Reading::ALL
                .into_iter()
                .map(|reading| (reading.to_string(), counts[reading.index()]))
                .collect()
        });
        Self {
            count: who.count(),
            of: who.of,
            as_of: who.as_of,
            readings,
            doubt: who.doubt().filter(is_told).map(|bounds| Doubt {
                at_least: bounds.least,
                at_most: bounds.most,
            }),
            unknown: who.unknown.as_ref().map(Unknown::contacts),
            imported: Some(who.imported).filter(|imported| *imported > 0),
            coverage: who.unknown.as_ref().map(Covered::all),
            sample: who
                .sample
                .iter()
                .map(|contact| &contact.variables)
                .collect(),
        }
    }
}
