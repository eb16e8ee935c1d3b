//! The picture of everything: the place, what lies over it, and the frame around both.

use jiff::Timestamp;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::widgets::Paragraph;

use super::{App, Place};
use crate::domain::text::shown;
use crate::model::{Action, Context};
use crate::ui::frame;
use crate::ui::overlays::Overlay;
use crate::ui::picture::Picture;
use crate::ui::shared::Shared;
use crate::ui::widgets::relative::ago;

impl App {
    /// Draws everything.
    pub fn view(&self, frame: &mut Frame<'_>) -> Picture {
        let mut picture = Picture::default();
        let area = frame.area();
        let (width, height) = frame::LEAST_SIZE;
        if area.width < width || area.height < height {
            let top = self.overlays.top();
            frame::too_small(frame, top.is_some_and(Overlay::keeps_interrupt));
            picture.is_too_small = true;
            return picture;
        }
        let shared = self.shared();
        let unsettled = self.unsettled();
        let mut standing = frame::standing(&shared, &unsettled, usize::from(area.width));
        standing.extend(frame::waiting(&shared, area.width));
        let areas = frame::split(area, &standing, self.notice.as_ref());
        frame::header(
            frame,
            areas.header,
            &shared,
            &self.crumbs(),
            &self.facts(area),
        );
        let (titles, open) = self.place.tabs();
        let summary = self.place.summary(&shared);
        frame::tabs(
            frame,
            areas.tabs,
            &shared,
            &titles,
            open,
            &summary,
            &mut picture,
        );
        frame.render_widget(Paragraph::new(standing), areas.standing);
        self.place.view(frame, areas.body, &shared, &mut picture);
        if let Some(notice) = &self.notice {
            frame::notice(frame, areas.notice, &self.theme, notice);
        }
        self.overlays.view(frame, areas.body, &shared, &mut picture);
        let is_offered = |action| self.is_offered(action, &shared, &picture);
        let label = |action| self.label(action, &shared);
        let contexts = self.contexts();
        frame::footer(frame, areas.footer, &shared, contexts, is_offered, label);
        picture
    }

    /// Whether the footer names an action: it does something now.
    pub(super) fn is_offered(
        &self,
        action: Action,
        shared: &Shared<'_>,
        picture: &Picture,
    ) -> bool {
        let is_for_all = self.contexts().contains(&Context::Everywhere);
        if action == Action::Settle && is_for_all {
            return !self.unsettled().is_empty();
        }
        match self.overlays.top() {
            Some(overlay) => overlay.offers(action, shared, picture),
            None => self.place.offers(action, shared, picture),
        }
    }

    /// What a key does now, in the footer: that may depend on what is shown.
    fn label(&self, action: Action, shared: &Shared<'_>) -> &'static str {
        let label = match self.overlays.top() {
            Some(overlay) => overlay.label(action, shared),
            None => self.place.label(action, shared),
        };
        label.unwrap_or_else(|| action.label())
    }

    fn crumbs(&self) -> Vec<String> {
        let shared = self.shared();
        let bot_name = |key: &str| {
            shared
                .bot(key)
                .map_or_else(|| key.to_owned(), |row| row.bot.name.clone())
        };
        match &self.place {
            Place::Bots(_) => vec!["Bots".to_owned()],
            Place::Bot(place) => vec![bot_name(&place.broadcasts.bot)],
            Place::Broadcast(place) => {
                let name = shared
                    .broadcast(&place.key)
                    .map_or(&place.key.id, |broadcast| &broadcast.name);
                vec![bot_name(&place.key.bot), name.clone()]
            }
        }
    }

    /// What stands at the right of the header: who, token, age of the cache, pending work.
    fn facts(&self, area: Rect) -> Vec<String> {
        let mut facts = Vec::new();
        if area.width >= 100 {
            facts.push(shown(&self.environment.operator).into_owned());
        }
        if let Some(until) = self.token_until.filter(|_| area.width >= 110) {
            let minutes = until.duration_since(self.now).as_secs() / 60;
            facts.push(if minutes > 0 {
                format!("token {minutes} min")
            } else {
                "token expired".to_owned()
            });
        }
        facts.push(match (&self.syncing, self.oldest_sync()) {
            (Some(progress), _) => shown(progress).into_owned(),
            (None, Some(at)) => format!("synced {}", ago(at, self.now)),
            (None, None) => "never synced".to_owned(),
        });
        facts
    }

    fn oldest_sync(&self) -> Option<Timestamp> {
        match self.place.bot_key() {
            Some(key) => self.shared().bot(key).and_then(|row| row.as_of),
            None => self.data.bots.iter().filter_map(|row| row.as_of).min(),
        }
    }
}
