//! Reviews as the launcher makes them, and what becomes of them.

use std::time::Duration;

use mylink_console::domain::bounds::Bounds;
use mylink_console::domain::diff::{Change, ContactChanges};
use mylink_console::domain::explain::{Coverage, Unknown};
use mylink_console::domain::filter::Join;
use mylink_console::domain::gate::{Danger, Gate};
use mylink_console::domain::launch::{LaunchRecord, Named, Outcome};
use mylink_console::domain::plan::{Plan, PlanFilter};
use mylink_console::domain::preview::Review;
use mylink_console::domain::problem::{Code, Problem};
use mylink_console::domain::record::ContactId;
use mylink_console::domain::since::{Before, Since};
use mylink_console::model::message::Overview;

use super::{BOT, key, launches, previewed};

/// Seconds of a hold.
pub const HOLD: i64 = 5;

/// The limits of a profile: above 100 contacts the name is asked for, and the hold waited out.
pub fn gate(danger: Danger) -> Gate {
    Gate {
        danger,
        readonly: false,
        confirm_above: 100,
        hold: Duration::from_secs(HOLD.unsigned_abs()),
        max_targets: 500,
        count_factor: None,
    }
}

/// The review of a plan for Spring offer.
pub fn review(data: &Overview, plan: &Plan, gate: &Gate) -> Review {
    let preview = previewed(data, &key("spring"), plan, true);
    let asks = gate.asks(preview.who.bounds);
    Review {
        hash: "h-1".to_owned(),
        profile: match gate.danger {
            Danger::Safe => "sandbox",
            Danger::Live => "production",
        }
        .to_owned(),
        host: "https://publicapi.xenioo.com".to_owned(),
        bot: Named {
            id: BOT.to_owned(),
            name: "Harbour Coffee".to_owned(),
        },
        broadcast: Named {
            id: "spring".to_owned(),
            name: "Spring offer".to_owned(),
        },
        delay_minutes: plan.delay_minutes(),
        preview,
        asks,
    }
}

/// What changed since the last launch of Spring offer.
pub fn since() -> Since {
    let contact = |number: u64| ContactId {
        channel: "WhatsAppChannel".to_owned(),
        user_id: format!("39320100{number:02}"),
    };
    let filter = PlanFilter {
        join: Join::And,
        field: "plan".to_owned(),
        criterion: "Equals".to_owned(),
        value: Some("gold".to_owned()),
    };
    Since {
        before: Some(Before {
            id: super::ACCEPTED.to_owned(),
            started_at: super::minutes_ago(130),
            outcome: Outcome::Accepted,
            settled_as: None,
        }),
        changes: Some(vec![
            Change::FilterAdded { place: 2, filter },
            Change::VariableChanged {
                name: "campaign".to_owned(),
                before: "winter".to_owned(),
                after: "spring".to_owned(),
            },
        ]),
        contacts: Some(ContactChanges {
            added: 173,
            gone: 12,
            kept: 1_031,
            added_sample: (0..20).map(contact).collect(),
            gone_sample: (20..32).map(contact).collect(),
        }),
    }
}

/// The same, when the cache doesn't hold what is asked of many contacts: 25 to 490, by the reading that is shown 90.
pub fn in_doubt(mut review: Review, gate: &Gate) -> Review {
    let who = &mut review.preview.who;
    who.bounds = Bounds {
        least: 25,
        most: Some(490),
    };
    who.unknown = Some(Unknown {
        may_match: 400,
        may_not_match: 5,
        fields: vec![Coverage {
            field: "city".to_owned(),
            known: 195,
            of: 600,
        }],
    });
    review.asks = gate.asks(who.bounds);
    review
}

/// The same, when not every audience of the bot was read to its end.
pub fn not_known(mut review: Review, gate: &Gate) -> Review {
    let who = &mut review.preview.who;
    who.counts = None;
    who.bounds = Bounds {
        least: 30,
        most: None,
    };
    let note = "How many match is not known: of the contacts known so far 90 match.";
    who.note = Some(note.to_owned());
    review.preview.problems = vec![Problem::new(
        Code::StaleContacts,
        "",
        "Not every audience of this bot was read to its end, so the platform may know contacts that nobody here does: how many match is not known. Sync first.",
    )];
    review.asks = gate.asks(who.bounds);
    review
}

/// The same, when some of the contacts got the broadcast already.
pub fn repeated(mut review: Review) -> Review {
    let message =
        "37 of these contacts got this broadcast 2 h ago already. Leave them out, or give a delay.";
    let problem = Problem::new(Code::AlreadyLaunched, "", message);
    review.preview.problems.push(problem);
    review
}

/// A launch of Spring offer with an outcome, by the number of one of the journal's.
pub fn outcome(number: usize) -> LaunchRecord {
    let mut launch = launches::launches().remove(number);
    "Spring offer".clone_into(&mut launch.broadcast.name);
    launch
}
