//! What answers to effects change.

use super::App;
use super::news::{news, since_the_last_look};
use crate::domain::launch::{LaunchRecord, Outcome};
use crate::domain::plan::Plan;
use crate::domain::template::Template;
use crate::domain::text::shown;
use crate::domain::waiting::WaitingLaunch;
use crate::model::effect::BroadcastKey;
use crate::model::file::FileReply;
use crate::model::message::{NotSaved, Overview, SyncReport};
use crate::model::suppression::SuppressionReply;
use crate::model::{Effect, Notice, Reply};
use crate::ui::overlays::Overlay;
use crate::ui::overlays::plans::FillIn;
use crate::ui::overlays::stack::Stack;
use crate::ui::screens::compose::Compose;
use crate::ui::shared::Step;

impl App {
    /// Takes an answer: the overlays first, whose it may be, then everything else.
    pub(super) fn reply(&mut self, reply: Reply) -> Vec<Effect> {
        let (is_taken, steps) = self
            .with_overlays(|overlays, shared, requests| overlays.reply(&reply, shared, requests));
        self.overlays.drop_those_over();
        let mut effects = self.perform(steps);
        effects.extend(self.take(reply, is_taken));
        effects
    }

    /// Takes an answer; `is_taken` says whether an overlay took it as its own.
    fn take(&mut self, reply: Reply, is_taken: bool) -> Vec<Effect> {
        match reply {
            Reply::Overview(overview) => return self.overview(overview),
            Reply::Syncing(progress) => self.syncing = Some(progress),
            Reply::Synced(report) => return self.synced(report),
            Reply::HasBroadcasts => return vec![Effect::LoadOverview],
            Reply::TokenUntil(until) => self.token_until = until,
            Reply::Waiting(waiting) => return self.waits(waiting),
            Reply::Record(trouble) => self.data.trouble = trouble,
            Reply::Launched(_, result) => return self.launched(&result, is_taken),
            Reply::Planned(key, plan, notice) => return self.planned(key, *plan, notice),
            Reply::Plans(Err(notice)) | Reply::Say(notice) => self.notice = Some(notice),
            Reply::PlanSaved(name, result) => self.plan_saved(&name, result),
            Reply::Template(name, text) => self.template(&name, &text),
            Reply::Done(notice) => {
                self.notice = Some(notice);
                return vec![Effect::LoadOverview];
            }
            // Whom a draft reaches, and what waits, may be others now.
            Reply::Held(..)
            | Reply::File(_, FileReply::Suppressed(Ok(_)))
            | Reply::Suppression(_, SuppressionReply::Changed(Ok(_))) => {
                return vec![Effect::LoadOverview];
            }
            Reply::Draft(..)
            | Reply::DraftSaved(..)
            | Reply::DraftElsewhere(..)
            | Reply::Evaluated(..)
            | Reply::Explained(..)
            | Reply::Completed(..)
            | Reply::ContactFound(..)
            | Reply::Edited(..) => return self.builder_reply(reply),
            // These are for overlays alone.
            Reply::ContactsTold(..)
            | Reply::Reviewed(..)
            | Reply::Rehearsing(..)
            | Reply::Rehearsed(..)
            | Reply::Launching(..)
            | Reply::Launch(..)
            | Reply::Browse(..)
            | Reply::File(..)
            | Reply::Suppression(..)
            | Reply::Start(..)
            | Reply::Since(..)
            | Reply::ReviewSince(..)
            | Reply::Plans(Ok(_))
            | Reply::Nothing => {}
        }
        Vec::new()
    }

    /// Takes an answer to what the builder asked for; if that was left meanwhile, it is dropped.
    fn builder_reply(&mut self, reply: Reply) -> Vec<Effect> {
        let steps = self.with_compose(|compose, shared, requests| {
            match reply {
                Reply::Draft(key, plan) => return compose.loaded(&key, plan, shared, requests),
                Reply::DraftSaved(key, result) => {
                    let said = compose.saved(&key, result);
                    return said.map(Step::Say).into_iter().collect();
                }
                Reply::DraftElsewhere(key, other) => compose.changed_elsewhere(&key, *other),
                Reply::Evaluated(id, preview) => compose.evaluated(id, *preview),
                Reply::Explained(id, insight) => compose.explained(id, *insight),
                Reply::Completed(id, candidates) => compose.completed(id, candidates),
                Reply::ContactFound(id, found) => compose.contact_found(id, found),
                Reply::Edited(id, result) => return compose.edited(id, result, shared, requests),
                _ => {}
            }
            Vec::new()
        });
        self.perform(steps)
    }

    /// Shows what another console made of the draft, as soon as nothing is in the way: what lies over the builder stands
    /// on the draft as it was.
    pub(super) fn follow_draft(&mut self) -> Vec<Effect> {
        let compose = self.place.compose_mut();
        if !self.overlays.is_empty() || !compose.is_some_and(|compose| compose.has_news()) {
            return Vec::new();
        }
        let steps = self.with_compose(Compose::follow);
        self.perform(steps)
    }

    /// Opens a plan that was made, unless a launch is being reviewed: nothing takes that from under the operator's hands.
    fn planned(&mut self, key: BroadcastKey, plan: Plan, notice: Notice) -> Vec<Effect> {
        let top = self.overlays.top();
        if top.is_some_and(Overlay::keeps_its_place) {
            let text =
                "A plan was made meanwhile and dropped, since a review is open. Make it again.";
            self.notice = Some(Notice::warning(text));
            return Vec::new();
        }
        let effects = self.open_draft(key, plan);
        self.notice = Some(notice);
        effects
    }

    fn plan_saved(&mut self, name: &str, result: Result<(), NotSaved>) {
        match result {
            Ok(()) => {
                let text = format!("Saved as {}.", shown(name));
                self.notice = Some(Notice::ok(text));
            }
            Err(NotSaved::Failed(notice)) => self.notice = Some(notice),
            Err(NotSaved::Exists) => {}
        }
    }

    /// Asks for what a template wants filled in, in place of the list that it was chosen from.
    fn template(&mut self, name: &str, text: &str) {
        match Template::read(text) {
            Ok(template) => {
                self.overlays.give_way_to_a_plan();
                let fill_in = FillIn::new(name, template, text);
                self.overlays.push(Box::new(fill_in));
            }
            Err(problems) => {
                let first = problems.first().map(|problem| problem.message.clone());
                self.notice = Some(Notice::error(first.unwrap_or_default()));
            }
        }
    }

    fn overview(&mut self, overview: Overview) -> Vec<Effect> {
        let is_first = !self.has_looked;
        let news = if is_first {
            since_the_last_look(&overview)
        } else {
            news(&self.data.launches, &overview)
        };
        self.has_looked = true;
        self.data = overview;
        let mut steps = self.with_compose(Compose::refresh);
        steps.extend(self.with_overlays(Stack::refresh));
        let mut effects = self.perform(steps);
        if let Some(news) = news {
            self.notice = Some(news);
            // What another console launched may make a repeat of what is being reviewed here: that is looked at again.
            let steps = self.with_overlay(|overlay, _, requests| overlay.others_launched(requests));
            effects.extend(self.perform(steps));
        }
        effects
    }

    fn synced(&mut self, report: SyncReport) -> Vec<Effect> {
        self.syncing = None;
        self.sync_error.clone_from(&report.error);
        if let Some(error) = report.error {
            self.notice = Some(Notice::error(error));
        } else if !report.notes.is_empty() {
            self.notice = Some(Notice::warning(report.notes.join(" ")));
        }
        vec![Effect::LoadOverview]
    }

    fn launched(
        &mut self,
        result: &Result<Box<LaunchRecord>, Notice>,
        is_told: bool,
    ) -> Vec<Effect> {
        if !is_told {
            self.notice = Some(match result {
                Ok(launch) => launch_notice(launch),
                Err(notice) => notice.clone(),
            });
        }
        vec![Effect::LoadOverview]
    }

    /// Takes what waits now; where something ended meanwhile, the launches are read again.
    fn waits(&mut self, mut waiting: Vec<WaitingLaunch>) -> Vec<Effect> {
        // The list that is served has no plans: those that were read with the overview stay.
        for new in &mut waiting {
            let old = self.data.waiting.iter().find(|old| old.id == new.id);
            if let Some(old) = old.filter(|_| new.plan.is_empty()) {
                new.plan.clone_from(&old.plan);
            }
        }
        let is_gone = |old: &&WaitingLaunch| waiting.iter().all(|new| new.id != old.id);
        let has_ended = self.data.waiting.iter().any(|old| is_gone(&old));
        self.data.waiting = waiting;
        has_ended
            .then_some(Effect::LoadOverview)
            .into_iter()
            .collect()
    }
}

/// What became of a launch, for those who look elsewhere by now.
fn launch_notice(launch: &LaunchRecord) -> Notice {
    let name = shown(&launch.broadcast.name);
    let text = format!("{name}: {}. {}", launch.outcome, shown(&launch.reason));
    match launch.outcome {
        Outcome::Accepted => Notice::ok(text),
        Outcome::Unknown | Outcome::Sending => Notice::warning(text),
        _ => Notice::error(text),
    }
}
