//! Whom a plan reaches, by the cache.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::{Facts, Matched, Named, SAMPLE};
use crate::audience::{RowSet, Table};
use crate::domain::bounds::Bounds;
use crate::domain::filter::Filter;
use crate::domain::payload::{Payload, Share};
use crate::domain::plan::{Form, Plan, Target};
use crate::domain::preview::Who;
use crate::domain::record::Contact;
use crate::domain::text::{grouped, shown};

/// Whom a plan reaches.
pub struct Reach {
    /// As it is shown.
    pub who: Who,
    /// Contact by contact.
    pub matched: Matched,
    /// Whether the readings match other contacts.
    pub differs: bool,
    /// The places of the targets that name the contacts of `matched`, in their order; none where no target does.
    pub places: Vec<usize>,
}

impl Reach {
    /// The targets that name the contacts of `matched`, in their order.
    pub fn named<'a>(&self, named: &'a Named<'_>) -> impl Iterator<Item = &'a Target> {
        let targets = named.targets();
        self.places.iter().filter_map(|place| targets.get(*place))
    }
}

/// Finds whom a plan reaches with these calls; `None` as soon as `stop` is set. `left_out` are the places of its targets
/// that are in no call.
pub fn reach(
    plan: &Plan,
    facts: &Facts<'_>,
    calls: &[Payload],
    named: &Named<'_>,
    left_out: &[usize],
    stop: &AtomicBool,
) -> Option<Reach> {
    Some(match &plan.form {
        Form::Audience { filters, .. } if filters.is_empty() => {
            nobody(facts, "There is no filter yet.")
        }
        Form::Audience { .. } => match plan.filters() {
            Some(filters) => return by_filters(&filters, facts, stop),
            None => nobody(facts, "A filter has no criterion that the platform knows."),
        },
        Form::Configured { .. } => configured(facts),
        Form::Targets { .. } | Form::Conversation { .. } => {
            by_targets(named, calls, left_out, facts)
        }
        Form::Raw { .. } => nobody(
            facts,
            "Raw JSON goes to the flow of the configured audience; whom it reaches is not known here.",
        ),
    })
}

fn who(facts: &Facts<'_>, counts: Option<[u64; 4]>) -> Who {
    let reading = facts.dialect.reading();
    Who {
        counts,
        bounds: counts.map(|counts| counts[reading.index()]).into(),
        reading,
        of: u64::from(facts.table.rows()),
        as_of: facts.as_of,
        sample: Vec::new(),
        funnel: Vec::new(),
        unknown: None,
        imported: 0,
        note: None,
        unread: None,
    }
}

fn nobody(facts: &Facts<'_>, note: &str) -> Reach {
    Reach {
        who: Who {
            note: Some(note.to_owned()),
            ..who(facts, None)
        },
        matched: Matched::NotKnown,
        differs: false,
        places: Vec::new(),
    }
}

fn by_filters(filters: &[Filter], facts: &Facts<'_>, stop: &AtomicBool) -> Option<Reach> {
    let reading = facts.dialect.reading();
    let evaluation = facts.table.evaluate(filters, reading, stop)?;
    let rows = Arc::clone(evaluation.matched(reading));
    let differs = evaluation.differs();
    let spread = facts.table.spread(filters, &evaluation, reading, stop)?;
    // The platform looks among all of its contacts: of those that were never read nobody here can tell.
    let counts = facts.is_whole.then_some(evaluation.counts);
    let bounds = Bounds {
        most: spread.bounds.most.filter(|_| facts.is_whole),
        ..spread.bounds
    };
    let who = Who {
        bounds,
        sample: sample(facts.table, &rows),
        funnel: evaluation.funnel,
        unknown: spread.unknown,
        note: counts
            .is_none()
            .then(|| so_far(rows.count(), facts))
            .flatten(),
        imported: facts
            .listed
            .map_or(0, |listed| rows.difference(listed).count()),
        ..who(facts, counts)
    };
    Some(Reach {
        who,
        matched: Matched::Rows {
            rows,
            widest: spread.widest,
        },
        differs,
        places: Vec::new(),
    })
}

/// What can be said of a count among contacts that are not all of them.
fn so_far(count: u64, facts: &Facts<'_>) -> Option<String> {
    let matches = if count == 1 { "matches" } else { "match" };
    (facts.table.rows() > 0).then(|| {
        format!(
            "How many match is not known: of the contacts known so far {} {matches}.",
            grouped(count)
        )
    })
}

fn sample(table: &Table, rows: &RowSet) -> Vec<Contact> {
    rows.sample(0, SAMPLE)
        .into_iter()
        .filter_map(|row| table.contact(row))
        .collect()
}

fn configured(facts: &Facts<'_>) -> Reach {
    let Some(rows) = facts.configured else {
        return nobody(facts, "The configured audience is not known here.");
    };
    let name = facts
        .broadcast
        .as_ref()
        .ok()
        .and_then(|broadcast| broadcast.audience.as_ref());
    let who = Who {
        sample: sample(facts.table, rows),
        note: name.map(|audience| format!("The configured audience: {}.", shown(&audience.name))),
        ..who(facts, Some([rows.count(); 4]))
    };
    let rows = Arc::new(rows.clone());
    Reach {
        who,
        matched: Matched::Rows {
            widest: Arc::clone(&rows),
            rows,
        },
        differs: false,
        places: Vec::new(),
    }
}

/// The contacts that targets name, each once. One that is neither cached nor can be created counts as well: the
/// platform may know it.
fn by_targets(
    named: &Named<'_>,
    calls: &[Payload],
    left_out: &[usize],
    facts: &Facts<'_>,
) -> Reach {
    let shares = calls.iter().filter_map(|call| call.targets.as_ref());
    let mut lists: Vec<Vec<usize>> = shares
        .map(|share: &Share| share.places().collect())
        .collect();
    if lists.is_empty() {
        // A conversation is one target, and neither its call nor a raw body has a list.
        let places = 0..named.len();
        lists.push(places.filter(|place| !left_out.contains(place)).collect());
    }
    let reached = named.each_once(&lists);
    let first = reached.places.iter().take(SAMPLE);
    let sample = first.filter_map(|place| named.sample(*place)).collect();
    let count = reached.places.len() as u64;
    let among = |is_so: &dyn Fn(usize) -> bool| {
        let places = reached.places.iter();
        places.filter(|place| is_so(**place)).count() as u64
    };
    let known = among(&|place| named.is_cached(place));
    let created = among(&|place| !named.is_cached(place) && named.is_creatable(place));
    Reach {
        who: Who {
            sample,
            note: facts
                .as_of
                .and_then(|_| known_words(known, created, count - known - created)),
            ..who(facts, Some([count; 4]))
        },
        matched: Matched::Named(reached.contacts),
        differs: false,
        places: reached.places,
    }
}

/// How many of those named the cache knows, how many are to be created, and how many can be neither found nor created.
fn known_words(known: u64, created: u64, lost: u64) -> Option<String> {
    match (known, created, lost) {
        (0, 0, 0) => None,
        (_, 0, 0) => Some("All of them are in the cache.".to_owned()),
        (0, _, 0) => Some("None of them is in the cache: they are to be created.".to_owned()),
        (0, 0, _) => Some("None of them is in the cache, and they can't be created.".to_owned()),
        _ => {
            let part =
                |count: u64, what: &str| (count > 0).then(|| format!("{} {what}", grouped(count)));
            let parts = [
                part(known, "known to the cache"),
                part(created, "to be created"),
                part(lost, "that can't be created"),
            ];
            let parts: Vec<String> = parts.into_iter().flatten().collect();
            Some(format!("{}.", parts.join(", ")))
        }
    }
}
