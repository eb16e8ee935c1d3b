//! The contact of a conversation: the names it takes, and whom it would be with.

use super::Compose;
use super::cell::Cell;
use super::edit::Editing;
use crate::domain::plan::{FormKind, Target};
use crate::domain::record::Contact;
use crate::model::Effect;
use crate::model::effect::RequestId;
use crate::model::message::Candidate;
use crate::ui::app::Requests;
use crate::ui::shared::Step;

/// The names that say who a contact is, and how it is reached.
const STANDARD_NAMES: [&str; 5] = [
    "user_id",
    "bot_channel",
    "user_phone_number",
    "first_name",
    "last_name",
];

/// Whom a conversation would be with.
#[derive(Debug, Default)]
pub struct Partner {
    request: RequestId,
    found: Found,
}

/// What the cache said.
#[derive(Debug, Default)]
enum Found {
    /// Nothing yet.
    #[default]
    Asked,
    /// It holds no such contact.
    Nobody,
    /// It holds this one.
    Contact(Contact),
}

/// What a conversation would lead to, as far as that is known here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meeting {
    /// No identity is given: the platform would take it and reach nobody `[I]`.
    Nobody,
    /// The cache is being asked.
    Looking,
    /// It is this cached contact.
    Found(Contact),
    /// It is not in the cache; the platform can create it.
    Created(Target),
    /// It is not in the cache, and can't be created.
    NotCreatable(Target),
}

impl Compose {
    /// Has the cache asked whom the conversation would be with.
    pub(super) fn look_for_partner(&mut self, requests: &mut Requests) -> Vec<Step> {
        if self.draft.form != FormKind::Conversation {
            return Vec::new();
        }
        let target = self.partner_target();
        self.partner.found = Found::Asked;
        if target.identity().is_none() {
            return Vec::new();
        }
        self.partner.request = requests.take();
        let effect = Effect::FindContact(self.partner.request, self.key.clone(), Box::new(target));
        vec![Step::Do(effect)]
    }

    /// Takes whom the cache holds; an overtaken answer is dropped.
    pub fn contact_found(&mut self, id: RequestId, found: Option<Contact>) {
        if id == self.partner.request {
            self.partner.found = found.map_or(Found::Nobody, Found::Contact);
        }
    }

    /// What the conversation would lead to.
    pub(super) fn meeting(&self) -> Meeting {
        let target = self.partner_target();
        if target.identity().is_none() {
            return Meeting::Nobody;
        }
        match &self.partner.found {
            Found::Asked => Meeting::Looking,
            Found::Contact(contact) => Meeting::Found(contact.clone()),
            Found::Nobody if target.is_creatable() => Meeting::Created(target),
            Found::Nobody => Meeting::NotCreatable(target),
        }
    }

    fn partner_target(&self) -> Target {
        self.draft
            .contact
            .iter()
            .map(|variable| (variable.name.as_str(), variable.value.as_str()))
            .collect()
    }
}

/// Puts the standard names that hold what is typed before those that contacts have.
pub fn add_standard_names(editing: &Editing, candidates: &mut Vec<Candidate>) {
    if !matches!(editing.cell, Cell::Name(_)) {
        return;
    }
    let typed = editing.input.text().to_lowercase();
    let fitting = STANDARD_NAMES
        .into_iter()
        .filter(|name| name.contains(&typed));
    let mut names = Vec::new();
    for name in fitting {
        let known = candidates
            .iter()
            .position(|candidate| candidate.text == name);
        names.push(known.map_or_else(
            || Candidate {
                text: name.to_owned(),
                contacts: 0,
            },
            |known| candidates.remove(known),
        ));
    }
    candidates.splice(0..0, names);
}
