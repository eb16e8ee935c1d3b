//! Problems between a plan and the contacts it would reach.

use jiff::{SignedDuration, Timestamp};

use super::{Capped, Code, Problem};
use crate::domain::bounds::Bounds;
use crate::domain::filter::Reading;
use crate::domain::plan::{Form, Plan, Target};
use crate::domain::settings::{Setting, Settings};
use crate::domain::text::{counted, grouped};

/// What is known of whom a plan would reach.
pub struct Known<'a> {
    /// Contacts under each reading, in the order of [`Reading::ALL`]; `None` where that is not known.
    pub counts: Option<[u64; 4]>,
    /// The fewest and the most it may be.
    pub bounds: Bounds,
    /// Whether all audiences of the bot were read to their end: else the platform may match contacts that nobody here
    /// knows.
    pub is_whole: bool,
    /// The reading of the single figure.
    pub reading: Reading,
    /// Whether the readings match other contacts: they may though their counts agree.
    pub differs: bool,
    /// When the cached contacts came; `None` if they never did.
    pub as_of: Option<Timestamp>,
    /// Now.
    pub now: Timestamp,
    /// The recorded settings.
    pub settings: &'a Settings,
    /// Whether the cache holds the contact that the target at a place of the list names; a conversation has one, at 0.
    pub is_cached: &'a dyn Fn(usize) -> bool,
    /// How many of the contacts got this broadcast within the repeat window, and when the last of them did.
    pub already: Option<(u64, Timestamp)>,
}

/// Contacts older than this are warned about.
const STALE_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// Finds what an operator should know of whom a plan would reach.
pub fn audience_problems(plan: &Plan, known: &Known<'_>) -> Vec<Problem> {
    let mut problems = creatable_problems(plan.form.targets(), known);
    problems.extend(conversation_problem(plan, known));
    if let Some(counts) = known.counts {
        problems.extend(count_problems(counts, known));
    }
    problems.extend(stale_problem(plan, known));
    if let Some((contacts, at)) = known.already.filter(|(contacts, _)| *contacts > 0) {
        // Several broadcasts to one contact need a delay between them `[D]`; a plan that has one needs no such advice.
        let advice = match plan.delay_minutes() {
            Some(1..) => "Leave them out, unless they are to get it once more.",
            _ => "Leave them out, or give a delay: several broadcasts to one contact need one.",
        };
        let message = format!(
            "{} of these contacts got, or may have got, this broadcast within the repeat window, last at {at:.0}. {advice}",
            grouped(contacts)
        );
        problems.push(Problem::new(Code::AlreadyLaunched, "", message));
    }
    problems
}

fn count_problems(counts: [u64; 4], known: &Known<'_>) -> Vec<Problem> {
    let count = counts[known.reading.index()];
    let (least, most) = (
        counts.into_iter().min().unwrap_or(count),
        counts.into_iter().max().unwrap_or(count),
    );
    let mut problems = Vec::new();
    let may_be = known.bounds.most.unwrap_or(most);
    if may_be == 0 {
        problems.push(Problem::new(
            Code::NoMatch,
            "",
            "No cached contact matches, so nobody would be reached. Check names and values.",
        ));
    }
    if least != most {
        let message = format!(
            "{} to {} contacts match, depending on how the platform reads {}, which it doesn't say. Write the filter so that it doesn't matter, or accept the range.",
            grouped(least),
            grouped(most),
            what_differs(counts)
        );
        problems.push(Problem::new(Code::ReadingDiffers, "/filters", message));
    }
    if least == most && known.differs {
        let message = format!(
            "{} match under every reading, but not the same ones: it depends on how the platform reads the filter, which it doesn't say. Write the filter so that it doesn't matter.",
            counted(count, "contact")
        );
        problems.push(Problem::new(Code::ReadingDiffers, "/filters", message));
    }
    if known.settings.is_on(Setting::SingleContact) && most > 1 {
        let message = format!(
            "Only one of {} is reached, and the platform picks which. Switch single contact off to reach all.",
            counted(count, "contact")
        );
        problems.push(Problem::new(Code::SingleContact, "", message));
    }
    problems
}

/// What the readings of a filter differ in, by the counts under each.
pub fn what_differs([left, left_case, and, and_case]: [u64; 4]) -> &'static str {
    let order = left != and || left_case != and_case;
    let case = left != left_case || and != and_case;
    match (order, case) {
        (true, false) => "AND and OR",
        (false, true) => "letter case",
        _ => "letter case, and AND and OR",
    }
}

fn creatable_problems(targets: &[Target], known: &Known<'_>) -> Vec<Problem> {
    let mut capped = Capped::new(Code::TargetNotCreatable);
    for (index, target) in targets.iter().enumerate() {
        if !target.is_creatable() && target.named_by().is_some() && !(known.is_cached)(index) {
            let message = || {
                "This contact isn't in the cache, and can't be created: that needs bot_channel and user_id (on WhatsApp, SMS and RCS user_phone_number will do). Add them.".to_owned()
            };
            capped.push(|| format!("/targets/{index}"), message);
        }
    }
    capped.into_problems()
}

/// A conversation is created where `bot_channel` and one of `user_id` and `user_phone_number` are there `[D]`.
fn conversation_problem(plan: &Plan, known: &Known<'_>) -> Option<Problem> {
    let Form::Conversation { variables } = &plan.form else {
        return None;
    };
    let target: Target = variables
        .iter()
        .map(|variable| (variable.name.clone(), variable.value.clone()))
        .collect();
    if target.identity()?.channel.is_empty() && !(known.is_cached)(0) {
        let message =
            "This contact isn't in the cache, and can't be created without bot_channel. Add it.";
        return Some(Problem::new(
            Code::TargetNotCreatable,
            "/variables",
            message,
        ));
    }
    None
}

fn stale_problem(plan: &Plan, known: &Known<'_>) -> Option<Problem> {
    use crate::domain::plan::FormKind;
    if matches!(
        plan.form.kind(),
        FormKind::Raw | FormKind::Targets | FormKind::Conversation
    ) {
        return None;
    }
    let is_filter = plan.form.kind() == FormKind::Audience;
    let message = match known.as_of {
        Some(_) if is_filter && !known.is_whole => {
            "Not every audience of this bot was read to its end, so the platform may know contacts that nobody here does: how many match is not known. Sync first."
                .to_owned()
        }
        None => {
            "The contacts of this bot were never synced, so the count says nothing. Sync first."
                .to_owned()
        }
        Some(at) if known.now.duration_since(at) > STALE_AFTER => {
            let hours = known.now.duration_since(at).as_hours();
            format!(
                "The cached contacts are {} old, so the count may be off. Sync first.",
                counted(hours.unsigned_abs(), "hour")
            )
        }
        Some(_) => return None,
    };
    Some(Problem::new(Code::StaleContacts, "", message))
}
