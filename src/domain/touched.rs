//! What launches on the record did to the contacts of a bot since they were read: what the cache can't show.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::plan::PlanFilter;
use super::problem::{Code, Problem};
use super::text::{grouped, shown};

/// Names of variables that a sentence holds at most.
const NAMED: usize = 5;

/// What a launch did, or may have done, to contacts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched {
    /// When it was armed.
    pub at: Timestamp,
    /// The name of its broadcast; not yet fit to be shown.
    pub broadcast: String,
    /// The variables that it set.
    pub fields: BTreeSet<String>,
    /// Whether it names contacts that aren't cached, and that the platform creates.
    pub creates: bool,
}

/// Says that contacts may match by now that didn't when they were read, or don't any more; `touched` are the launches
/// since, newest first. `None` where none of them touched what a filter asks.
pub fn touched_problem(filters: &[PlanFilter], touched: &[Touched]) -> Option<Problem> {
    if filters.is_empty() {
        return None;
    }
    let (mut found, mut set, mut creates) = (Vec::new(), BTreeSet::new(), false);
    for launch in touched {
        let asked = filters.iter().map(|filter| filter.field.as_str());
        let asked: Vec<&str> = asked
            .filter(|field| launch.fields.contains(*field))
            .collect();
        if !asked.is_empty() || launch.creates {
            found.push(launch);
        }
        set.extend(asked);
        creates |= launch.creates;
    }
    let newest = found.first()?;
    let who = match found.len() - 1 {
        0 => format!(
            "A launch of {:.0} ({})",
            newest.at,
            shown(&newest.broadcast)
        ),
        more => format!(
            "A launch of {:.0} ({}) and {} more since the contacts were read",
            newest.at,
            shown(&newest.broadcast),
            grouped(more as u64)
        ),
    };
    let since = match found.len() {
        1 => " since the contacts were read",
        _ => "",
    };
    let what = match (set.is_empty(), creates) {
        (false, false) => format!("set, or may have set, {}", listed(&set)),
        (false, true) => format!(
            "set, or may have set, {}, and created contacts",
            listed(&set)
        ),
        (true, _) => "created, or may have created, contacts".to_owned(),
    };
    let message = format!("{who} {what}{since}, so this count may be another now. Sync first.");
    Some(Problem::new(Code::StaleContacts, "/filters", message))
}

fn listed(names: &BTreeSet<&str>) -> String {
    let first: Vec<_> = names.iter().take(NAMED).map(|name| shown(name)).collect();
    let more = names.len().saturating_sub(NAMED);
    let more = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    format!("{}{more}", first.join(", "))
}
