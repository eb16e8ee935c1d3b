//! What answers to effects change.

use super::news::{news, since_the_last_look};
use super::{App, Place};
use crate::domain::launch::{LaunchRecord, Outcome};
use crate::domain::plan::Plan;
use crate::domain::template::Template;
use crate::domain::text::shown;
use crate::domain::waiting::WaitingLaunch;
use crate::model::browse::BrowseReply;
use crate::model::effect::BroadcastKey;
use crate::model::file::FileReply;
use crate::model::message::{NotSaved, OtherDraft, Overview, PlanRow, SyncReport};
use crate::model::start::StartReply;
use crate::model::suppression::SuppressionReply;
use crate::model::{Effect, Notice, Reply};
use crate::ui::overlays::Overlay;
use crate::ui::screens::compose::Compose;
use crate::ui::shared::Tab;

impl App {
    pub(super) fn reply(&mut self, reply: Reply) -> Vec<Effect> {
        match reply {
            Reply::Overview(overview) => return self.overview(overview),
            Reply::Syncing(progress) => self.syncing = Some(progress),
            Reply::Synced(report) => return self.synced(report),
            Reply::Draft(key, plan) => {
                let steps = self.with_compose(|compose, shared, requests| {
                    compose.loaded(&key, plan, shared, requests)
                });
                return self.perform(steps);
            }
            Reply::DraftSaved(key, result) => {
                if let Some(notice) = self.with_compose(|compose, _, _| compose.saved(&key, result))
                {
                    self.notice = Some(notice);
                }
            }
            Reply::DraftElsewhere(key, other) => self.draft_elsewhere(&key, *other),
            Reply::Evaluated(id, preview) => {
                self.with_compose(|compose, _, _| compose.evaluated(id, *preview));
            }
            Reply::ContactsTold(id, told) => {
                for overlay in &mut self.overlays {
                    overlay.contacts_told(id, &told);
                }
            }
            Reply::Explained(id, insight) => {
                self.with_compose(|compose, _, _| compose.explained(id, *insight));
            }
            Reply::Completed(id, candidates) => {
                self.with_compose(|compose, _, _| compose.completed(id, candidates));
            }
            Reply::Reviewed(id, result) => self.reviewed(id, &result),
            Reply::Rehearsing(id, step) => {
                for overlay in &mut self.overlays {
                    overlay.rehearsing(id, step);
                }
            }
            Reply::Rehearsed(id, result) => {
                for overlay in &mut self.overlays {
                    overlay.rehearsed(id, &result);
                }
            }
            Reply::Launching(id, done, of) => {
                for overlay in &mut self.overlays {
                    overlay.launching(id, done, of);
                }
            }
            Reply::Launched(id, result) => return self.launched(id, &result),
            Reply::Held(id, result) => return self.held(id, &result),
            Reply::Waiting(waiting) => return self.waits(waiting),
            Reply::Launch(record, curl) => {
                for overlay in &mut self.overlays {
                    overlay.loaded(&record, &curl);
                }
            }
            Reply::Planned(key, plan, notice) => return self.planned(key, *plan, notice),
            Reply::Browse(id, reply) => return self.browse_replied(id, &reply),
            Reply::File(id, reply) => return self.file_replied(id, &reply),
            Reply::Suppression(id, reply) => return self.suppression_replied(id, &reply),
            Reply::Start(id, reply) => return self.start_replied(id, &reply),
            Reply::Since(id, since) => {
                for overlay in &mut self.overlays {
                    overlay.compared(&id, &since);
                }
            }
            Reply::ReviewSince(id, since) => {
                for overlay in &mut self.overlays {
                    overlay.review_compared(id, &since);
                }
            }
            Reply::ContactFound(id, found) => {
                self.with_compose(|compose, _, _| compose.contact_found(id, found));
            }
            Reply::Edited(id, result) => {
                let steps = self.with_compose(|compose, shared, requests| {
                    compose.edited(id, result, shared, requests)
                });
                return self.perform(steps);
            }
            Reply::Plans(plans) => self.plans_listed(&plans),
            Reply::PlanSaved(name, result) => self.plan_saved(&name, &result),
            Reply::Template(name, text) => self.template(&name, &text),
            Reply::Done(notice) => {
                self.notice = Some(notice);
                return vec![Effect::LoadOverview];
            }
            Reply::Say(notice) => self.notice = Some(notice),
            Reply::HasBroadcasts => return vec![Effect::LoadOverview],
            Reply::Nothing => {}
            Reply::TokenUntil(until) => self.token_until = until,
        }
        Vec::new()
    }

    /// Takes what another console made of the draft. What lies over the builder stands on the draft as it was: that is
    /// told there, and the other's is shown once all is closed.
    fn draft_elsewhere(&mut self, key: &BroadcastKey, other: OtherDraft) {
        let by = other.by.clone();
        if self.with_compose(|compose, _, _| compose.changed_elsewhere(key, other)) {
            for overlay in &mut self.overlays {
                overlay.draft_changed(&by);
            }
        }
    }

    /// Shows what another console made of the draft, as soon as nothing is in the way.
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
        if matches!(self.overlays.last(), Some(Overlay::Review(_))) {
            let text =
                "A plan was made meanwhile and dropped, since a review is open. Make it again.";
            self.notice = Some(Notice::warning(text));
            return Vec::new();
        }
        let effects = self.open_draft(key, plan);
        self.notice = Some(notice);
        effects
    }

    /// Takes an answer about contacts that are looked through.
    fn browse_replied(&mut self, id: u64, reply: &BrowseReply) -> Vec<Effect> {
        let mut overlays = std::mem::take(&mut self.overlays);
        let mut requests = std::mem::take(&mut self.requests);
        let mut steps = Vec::new();
        for overlay in &mut overlays {
            steps.extend(overlay.browse_replied(id, reply, &self.shared(), &mut requests));
        }
        (self.overlays, self.requests) = (overlays, requests);
        self.perform(steps)
    }

    fn file_replied(&mut self, id: u64, reply: &FileReply) -> Vec<Effect> {
        let mut overlays = std::mem::take(&mut self.overlays);
        let mut requests = std::mem::take(&mut self.requests);
        let mut steps = Vec::new();
        for overlay in &mut overlays {
            steps.extend(overlay.file_replied(id, reply, &self.shared(), &mut requests));
        }
        (self.overlays, self.requests) = (overlays, requests);
        let mut effects = self.perform(steps);
        if matches!(reply, FileReply::Suppressed(Ok(_))) {
            effects.push(Effect::LoadOverview);
        }
        effects
    }

    /// Takes an answer about the suppression list; whom a draft reaches may be others now.
    fn suppression_replied(&mut self, id: u64, reply: &SuppressionReply) -> Vec<Effect> {
        let mut steps = Vec::new();
        for overlay in &mut self.overlays {
            steps.extend(overlay.suppression_replied(id, reply, &mut self.requests));
        }
        let mut effects = self.perform(steps);
        if matches!(reply, SuppressionReply::Changed(Ok(_))) {
            effects.push(Effect::LoadOverview);
        }
        effects
    }

    fn start_replied(&mut self, id: u64, reply: &StartReply) -> Vec<Effect> {
        let mut steps = Vec::new();
        for overlay in &mut self.overlays {
            steps.extend(overlay.start_replied(id, reply, &mut self.requests));
        }
        self.perform(steps)
    }

    fn plans_listed(&mut self, plans: &Result<Vec<PlanRow>, Notice>) {
        if let Err(notice) = plans {
            self.notice = Some(notice.clone());
        }
        for overlay in &mut self.overlays {
            overlay.listed(plans);
        }
    }

    fn plan_saved(&mut self, name: &str, result: &Result<(), NotSaved>) {
        for overlay in &mut self.overlays {
            overlay.saved(name, result);
        }
        self.overlays.retain(|overlay| !overlay.is_over());
        match result {
            Ok(()) => {
                let text = format!("Saved as {}.", shown(name));
                self.notice = Some(Notice::ok(text));
            }
            Err(NotSaved::Failed(notice)) => self.notice = Some(notice.clone()),
            Err(NotSaved::Exists) => {}
        }
    }

    /// Asks for what a template wants filled in, in place of the list that it was chosen from.
    fn template(&mut self, name: &str, text: &str) {
        match Template::read(text) {
            Ok(template) => {
                let is_list = |overlay: &Overlay| {
                    matches!(overlay, Overlay::Plans(_) | Overlay::StartFrom(_))
                };
                self.overlays.retain(|overlay| !is_list(overlay));
                self.overlays.push(Overlay::template(name, template, text));
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
        let mut overlays = std::mem::take(&mut self.overlays);
        let mut requests = std::mem::take(&mut self.requests);
        for overlay in &mut overlays {
            steps.extend(overlay.refresh(&self.shared(), &mut requests));
        }
        (self.overlays, self.requests) = (overlays, requests);
        let mut effects = self.perform(steps);
        if let Some(news) = news {
            self.notice = Some(news);
            effects.extend(self.review_anew());
        }
        effects
    }

    /// What another console launched may make a repeat of what is being reviewed here: that is looked at again.
    fn review_anew(&mut self) -> Option<Effect> {
        let requests = &mut self.requests;
        let overlay = self.overlays.last_mut();
        overlay.and_then(|overlay| overlay.review_anew(requests))
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

    fn reviewed(&mut self, id: u64, result: &Result<Box<crate::domain::preview::Review>, Notice>) {
        let now = self.now;
        for overlay in &mut self.overlays {
            if let Some(notice) = overlay.reviewed(id, result, now) {
                self.notice = Some(notice);
            }
        }
        self.overlays.retain(|overlay| !overlay.is_over());
    }

    fn launched(&mut self, id: u64, result: &Result<Box<LaunchRecord>, Notice>) -> Vec<Effect> {
        let mut taken = false;
        for overlay in &mut self.overlays {
            taken |= overlay.launched(id, result);
        }
        if !taken {
            self.notice = Some(match result {
                Ok(launch) => launch_notice(launch),
                Err(notice) => notice.clone(),
            });
        }
        vec![Effect::LoadOverview]
    }

    fn held(&mut self, id: u64, result: &Result<Box<WaitingLaunch>, Notice>) -> Vec<Effect> {
        for overlay in &mut self.overlays {
            if let Some(notice) = overlay.held(id, result) {
                self.notice = Some(notice);
            }
        }
        self.overlays.retain(|overlay| !overlay.is_over());
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

    /// Opens the log of the place one is in.
    pub(super) fn open_log(&mut self) {
        match &mut self.place {
            Place::Bots(_) => {}
            Place::Bot(place) => place.shows_log = true,
            Place::Broadcast(place) => place.tab = Tab::Log,
        }
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
