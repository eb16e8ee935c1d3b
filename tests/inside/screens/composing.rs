//! What a person does in the builder, and what the workers behind it answer.

use mylink_console::domain::gate::Gate;
use mylink_console::domain::plan::Plan;
use mylink_console::domain::preview::Review;
use mylink_console::model::effect::{RequestId, Wanted};
use mylink_console::model::{Effect, Reply};

use super::console::{Console, Setup};
use super::data::{self, reviews};

/// A plan of two filters and a variable.
pub const PLAN: &str = r#"{"broadcast":"spring","bot":"BOT-harbour","form":"audience",
    "filters":[{"field":"favorite_color","criterion":"Equals","value":"red"},
               {"join":"AND","field":"city","criterion":"StartsWith","value":"Mil"}],
    "variables":[{"name":"campaign","value":"spring"}]}"#;

/// Reads a plan.
pub fn plan(json: &str) -> Plan {
    Plan::from_json(json).unwrap()
}

/// The builder of Spring offer, without a draft.
pub fn empty(setup: Setup) -> Console {
    setup.start().open_spring("1").draft(None)
}

/// The builder of Spring offer with a draft.
pub fn drafted(setup: Setup, json: &str) -> Console {
    setup.start().open_spring("1").draft(Some(plan(json)))
}

/// The same with [`PLAN`], 120 by 40.
pub fn composed() -> Console {
    drafted(Console::setup(), PLAN)
}

/// The review of a draft, before it came.
pub fn asked(setup: Setup, json: &str) -> Console {
    drafted(setup, json).press("f5")
}

impl Console {
    /// Gives the builder its draft, and answers what it asks.
    pub fn draft(self, plan: Option<Plan>) -> Self {
        let plan = plan.map(Box::new);
        self.reply(Reply::Draft(data::key("spring"), plan)).served()
    }

    /// Answers what the last event wanted counted, completed and kept, as the workers would.
    pub fn served(self) -> Self {
        self.served_from(true)
    }

    /// The same while the contacts were never synced.
    pub fn served_unsynced(self) -> Self {
        self.served_from(false)
    }

    fn served_from(self, is_synced: bool) -> Self {
        let data = data::overview();
        let replies: Vec<Reply> = self
            .effects()
            .iter()
            .filter_map(|effect| match effect {
                Effect::Evaluate(id, key, plan) => {
                    let preview = data::previewed(&data, key, plan, is_synced);
                    Some(Reply::Evaluated(*id, Box::new(preview)))
                }
                Effect::Complete(id, _, wanted) => {
                    Some(Reply::Completed(*id, data::candidates(wanted)))
                }
                Effect::SaveDraft(key, _) => Some(Reply::DraftSaved(key.clone(), Ok(()))),
                _ => None,
            })
            .collect();
        replies.into_iter().fold(self, Self::reply)
    }

    /// Presses keys, each of which is served.
    pub fn keys(self, keys: &str) -> Self {
        let press = |console: Self, key: &str| console.press(key).served();
        keys.split_whitespace().fold(self, press)
    }

    /// Types a text, each character of which is served.
    pub fn types(self, text: &str) -> Self {
        text.chars().fold(self, |console, character| {
            console.type_text(&character.to_string()).served()
        })
    }

    /// The plan that the last event had kept.
    #[track_caller]
    pub fn kept(&self) -> Plan {
        let kept = self.effects().iter().find_map(|effect| match effect {
            Effect::SaveDraft(_, plan) => Some(Plan::clone(plan)),
            _ => None,
        });
        kept.unwrap_or_else(|| panic!("no draft is kept: {:?}", self.effects()))
    }

    /// The request and the plan that the last event had counted.
    #[track_caller]
    pub fn counted(&self) -> (RequestId, Plan) {
        let counted = self.effects().iter().find_map(|effect| match effect {
            Effect::Evaluate(id, _, plan) => Some((*id, Plan::clone(plan))),
            _ => None,
        });
        counted.unwrap_or_else(|| panic!("nothing is counted: {:?}", self.effects()))
    }

    /// The request and the text that the last event had completed.
    #[track_caller]
    pub fn completing(&self) -> (RequestId, Wanted) {
        let completing = self.effects().iter().find_map(|effect| match effect {
            Effect::Complete(id, _, wanted) => Some((*id, wanted.clone())),
            _ => None,
        });
        completing.unwrap_or_else(|| panic!("nothing is completed: {:?}", self.effects()))
    }

    /// The plan whose review the last event wanted.
    #[track_caller]
    pub fn reviewing(&self) -> Plan {
        let reviewing = self.effects().iter().find_map(|effect| match effect {
            Effect::Review(_, _, plan) => Some(Plan::clone(plan)),
            _ => None,
        });
        reviewing.unwrap_or_else(|| panic!("no review: {:?}\n{}", self.effects(), self.screen()))
    }

    /// The request of the review or the launch that the last event wanted.
    #[track_caller]
    pub fn request(&self) -> RequestId {
        let request = self.effects().iter().find_map(|effect| match effect {
            Effect::Review(id, ..) | Effect::Launch(id, _) => Some(*id),
            _ => None,
        });
        request.unwrap_or_else(|| panic!("neither review nor launch: {:?}", self.effects()))
    }

    /// How many launches the last event wanted.
    pub fn launches(&self) -> usize {
        let is_launch = |effect: &&Effect| matches!(effect, Effect::Launch(..));
        self.effects().iter().filter(is_launch).count()
    }

    /// Answers the wish for a review.
    #[track_caller]
    pub fn reviewed(self, gate: &Gate, change: impl FnOnce(Review) -> Review) -> Self {
        let (id, plan) = self
            .effects()
            .iter()
            .find_map(|effect| match effect {
                Effect::Review(id, _, plan) => Some((*id, Plan::clone(plan))),
                _ => None,
            })
            .unwrap_or_else(|| panic!("no review: {:?}\n{}", self.effects(), self.screen()));
        let review = change(reviews::review(&data::overview(), &plan, gate));
        self.reply(Reply::Reviewed(id, Ok(Box::new(review))))
            .reply(Reply::ReviewSince(id, Box::new(reviews::since())))
    }
}
