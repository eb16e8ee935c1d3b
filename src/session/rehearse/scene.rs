//! What a rehearsal plays with: the broadcast as far as it is recorded, its audience as far as it is known, and the
//! cached contacts; and in words what had to be assumed.

use std::sync::Arc;

use crate::audience::{RowSet, Table};
use crate::domain::filter::{Case, Precedence, Reading};
use crate::domain::problem::Code;
use crate::domain::record::Contact;
use crate::domain::rehearsal::RehearsalStep;
use crate::domain::settings::{Setting, Settings};
use crate::domain::text::{counted, shown};
use crate::launcher::Prepared;
use crate::sandbox::{Running, Scene, Staged};
use crate::session::SessionError;
use crate::session::freeze::off_the_loop;

/// Contacts that are copied at once.
const PIECE: u32 = 2_000;

/// The value that marks a contact of the configured audience.
const MEMBER: &str = "1";

/// The audience that a call without one goes to.
pub(super) enum Audience {
    /// All contacts, or the calls name their own.
    Everyone,
    /// These contacts, marked by a variable of this name that no contact has otherwise.
    Members(RowSet, String),
    /// Nobody here can tell: the sandbox's is empty.
    NotKnown,
    /// The calls name whom they reach.
    NotAsked,
}

impl Audience {
    /// That of these rows.
    pub(super) fn of(rows: &RowSet, table: &Table) -> Self {
        if rows.count() == u64::from(table.rows()) {
            return Self::Everyone;
        }
        Self::Members(rows.clone(), unused_name(table))
    }
}

fn unused_name(table: &Table) -> String {
    let mut name = "mylink_rehearsal_audience".to_owned();
    while table.column(&name).is_some() {
        name.push_str("_x");
    }
    name
}

/// The bot and its broadcast.
pub(super) fn of(prepared: &Prepared, audience: &Audience) -> Scene {
    let broadcast = &prepared.broadcast;
    let marked = |name: &str| (name.to_owned(), MEMBER.to_owned());
    Scene {
        bot: prepared.bot.name.clone(),
        channels: prepared.bot.channels.clone(),
        broadcast: broadcast.name.clone(),
        enabled: broadcast.enabled.unwrap_or(true),
        settings: broadcast.settings,
        audience: match audience {
            Audience::Everyone | Audience::NotAsked => None,
            Audience::Members(_, name) => Some(marked(name)),
            Audience::NotKnown => Some(marked(&unused_name(&prepared.table))),
        },
    }
}

/// How many contacts the sandbox got, and what it said of the others.
pub(super) struct Copied {
    /// Contacts that it has.
    pub(super) contacts: u64,
    refused: u64,
    first_reason: Option<String>,
}

impl Copied {
    /// What there is to say of those that it refused.
    pub(super) fn note(&self) -> Option<String> {
        let reason = self.first_reason.as_ref()?;
        Some(format!(
            "{} of the cache could not be put into the sandbox; of the first it says: {}.",
            counted(self.refused, "contact"),
            shown(reason)
        ))
    }
}

/// Copies the cached contacts piece by piece, in their order.
pub(super) async fn copy_contacts(
    sandbox: &Running,
    staged: &Staged,
    prepared: &Prepared,
    audience: &Audience,
    tell: &(impl Fn(RehearsalStep) + Send + Sync),
) -> Result<Copied, SessionError> {
    let rows = prepared.table.rows();
    let mut copied = Copied {
        contacts: 0,
        refused: 0,
        first_reason: None,
    };
    for start in (0..rows).step_by(PIECE as usize) {
        tell(RehearsalStep::Copying(u64::from(start), u64::from(rows)));
        let end = start.saturating_add(PIECE).min(rows);
        let table = Arc::clone(&prepared.table);
        let mut piece: Vec<Contact> =
            off_the_loop(move || Ok((start..end).filter_map(|row| table.contact(row)).collect()))
                .await?;
        if let Audience::Members(members, name) = audience {
            for (contact, row) in piece.iter_mut().zip(start..) {
                if members.contains(row) {
                    contact.variables.insert(name.clone(), MEMBER.to_owned());
                }
            }
        }
        let refused = sandbox.stage_contacts(staged, piece).await?;
        copied.contacts += u64::from(end - start) - refused.len() as u64;
        copied.refused += refused.len() as u64;
        copied.first_reason = copied.first_reason.or_else(|| refused.into_iter().next());
    }
    Ok(copied)
}

/// What had to be assumed, and what makes the sandbox's answer another than the preview's, in sentences.
pub(super) fn notes(prepared: &Prepared, audience: &Audience, staged: &Staged) -> Vec<String> {
    let broadcast = &prepared.broadcast;
    let mut notes = Vec::new();
    notes.extend(assumed(broadcast.settings, staged.settings));
    if broadcast.enabled.is_none() {
        let text = "Whether the broadcast is enabled is not known; in the rehearsal it is.";
        notes.push(text.to_owned());
    }
    if matches!(audience, Audience::NotKnown) {
        let text = "The configured audience is not known here and is empty in the rehearsal: whom a call without a filter reaches can't be rehearsed.";
        notes.push(text.to_owned());
    }
    if broadcast.settings.is_on(Setting::SingleContact) {
        let text =
            "At most one contact is targeted: single_contact is on, and the platform picks which.";
        notes.push(text.to_owned());
    }
    let own = Reading {
        precedence: Precedence::LeftToRight,
        case: Case::IgnoreCase,
    };
    if prepared.preview.who.reading != own {
        notes.push(format!(
            "The sandbox reads filters {own}, the preview {} as the profile's dialect says.",
            prepared.preview.who.reading
        ));
    }
    let mut problems = prepared.preview.problems.iter();
    let stale =
        problems.find(|problem| problem.code == Code::StaleContacts && !problem.at.is_empty());
    notes.extend(stale.map(|problem| problem.message.clone()));
    notes.extend(prepared.preview.who.imported_words());
    if let Some(minutes) = prepared.plan.delay_minutes().filter(|minutes| *minutes > 0) {
        notes.push(format!(
            "Delayed by {}: what comes of it then is shown now.",
            counted(minutes, "minute")
        ));
    }
    notes
}

/// The settings that nobody recorded, as the sandbox has them.
fn assumed(recorded: Settings, used: Settings) -> Option<String> {
    let missing: Vec<String> = Setting::ALL
        .into_iter()
        .filter(|setting| recorded.get(*setting).is_none())
        .map(|setting| {
            let word = if used.is_on(setting) { "on" } else { "off" };
            format!("{} {word}", setting.key())
        })
        .collect();
    (!missing.is_empty()).then(|| format!("Not recorded, so assumed: {}.", missing.join(", ")))
}
