//! A preview for people: who, what, and what is wrong.

use crate::config::Profile;
use crate::domain::explain::Unknown;
use crate::domain::gate::Danger;
use crate::domain::payload::Payload;
use crate::domain::plan::Plan;
use crate::domain::preview::{Preview, Who};
use crate::domain::problem::Problem;
use crate::domain::record::Contact;
use crate::domain::text::{counted, grouped, shown, size};
use crate::session::Found;

/// Contacts of the sample that are shown.
const SAMPLE: usize = 5;
/// Characters of a body that are shown; the JSON has it whole.
const BODY: usize = 2_000;

/// The lines of a preview, fit to be shown.
pub fn lines(plan: &Plan, preview: &Preview) -> Vec<String> {
    let mut lines = who(&preview.who);
    lines.extend(what(plan, preview));
    lines.extend(preview.problems.iter().map(problem));
    lines
}

/// Where a launch would go: the profile with its danger, the broadcast, its bot.
pub fn place(profile: &Profile, found: &Found) -> String {
    let danger = match profile.danger {
        Danger::Safe => "safe",
        Danger::Live => "LIVE",
    };
    format!(
        "where    {} ({danger}): {} of {}",
        profile.name,
        shown(&found.broadcast.name),
        shown(&found.bot.name)
    )
}

/// A problem in one line.
pub fn problem(problem: &Problem) -> String {
    let weight = if problem.is_error() {
        "error"
    } else {
        "warning"
    };
    let at = if problem.at.is_empty() {
        String::new()
    } else {
        format!(" at {}", shown(&problem.at))
    };
    let message = shown(&problem.message);
    format!("{weight:<7}  {}{at}: {message}", problem.code.name())
}

fn who(who: &Who) -> Vec<String> {
    let count = match (who.count(), who.range()) {
        (Some(count), Some((least, most))) => format!(
            "{} ({} to {} by how the filter is read)",
            counted(count, "contact"),
            grouped(least),
            grouped(most)
        ),
        (Some(count), None) => counted(count, "contact"),
        (None, _) => "not known".to_owned(),
    };
    let count = match who.doubt().and_then(|bounds| bounds.most) {
        Some(most) if who.counts.and_then(|counts| counts.into_iter().max()) != Some(most) => {
            format!("{count}, {} at the most", grouped(most))
        }
        _ => count,
    };
    let as_of = who
        .as_of
        .map_or_else(|| "never synced".to_owned(), |at| format!("as of {at:.0}"));
    let mut lines = vec![format!(
        "who      {count}, of {} cached, {as_of}",
        grouped(who.of)
    )];
    lines.extend(
        who.note
            .iter()
            .map(|note| format!("         {}", shown(note))),
    );
    let unknown = who.unknown.as_ref().and_then(Unknown::words);
    lines.extend(unknown.map(|words| format!("         {words}")));
    let imported = who.imported_words();
    lines.extend(imported.map(|words| format!("         {words}")));
    lines.extend(who.sample.iter().take(SAMPLE).map(contact));
    if who.sample.len() > SAMPLE {
        lines.push("         ...".to_owned());
    }
    lines
}

fn contact(contact: &Contact) -> String {
    let variables = contact.variables.iter().take(6).map(|(name, value)| {
        let value: String = value.chars().take(40).collect();
        format!("{}={}", shown(name), shown(&value))
    });
    format!("         {}", variables.collect::<Vec<_>>().join("  "))
}

fn what(plan: &Plan, preview: &Preview) -> Vec<String> {
    let url = preview.url.as_deref().unwrap_or("no hook");
    let mut lines = vec![format!("what     {} {}", plan.method, shown(url))];
    if let Some(minutes) = plan.delay_minutes() {
        lines.push(format!(
            "         delayed by {}",
            counted(minutes, "minute")
        ));
    }
    if preview.calls.len() > 1 {
        lines.push(format!(
            "         {} of {} in all, one after the other; the first:",
            counted(preview.calls.len() as u64, "call"),
            size(preview.bytes())
        ));
    }
    lines.extend(preview.calls.first().map(body));
    lines
}

fn body(call: &Payload) -> String {
    let Some(body) = &call.body else {
        return "         without a body".to_owned();
    };
    let start: String = body.chars().take(BODY).collect();
    let more = if start.len() < body.len() { "…" } else { "" };
    format!("body     {}: {}{more}", size(call.bytes()), shown(&start))
}
