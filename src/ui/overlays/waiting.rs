//! What waits for its time, soonest first, and what was missed or refused: taken back, given another time, or opened as
//! a draft.

mod detail;
mod moving;
mod overlay;
mod view;

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;

use crate::domain::launch::LaunchRecord;
use crate::domain::text::shown;
use crate::domain::waiting::WaitingLaunch;
use crate::model::{Action, Context, Effect, Notice};
use crate::ui::overlays::stop::StopSending;
use crate::ui::picture::Picture;
use crate::ui::shared::{Shared, Step};
use crate::ui::widgets::list::List;
use moving::{Moved, Moving};

pub use view::state;

/// The list of what waits.
#[derive(Default)]
pub struct Waiting {
    list: List,
    /// The launch whose taking back was asked for once.
    taking: Option<String>,
    /// One that the list has no more, in its place.
    alone: Option<String>,
    /// Another time that is being given to the selected one.
    moving: Option<Moving>,
}

impl Waiting {
    /// The list with this one selected; where the list has it no more, it alone.
    pub fn at(id: &str, shared: &Shared<'_>) -> Self {
        let mut waiting = Self::default();
        let place = shared.data.waiting.iter().position(|one| one.id == id);
        match place {
            Some(place) => waiting.list.cursor = place,
            None => waiting.alone = Some(id.to_owned()),
        }
        waiting
    }

    /// Where keys are looked up.
    pub fn contexts(&self) -> &'static [Context] {
        if self.moving.is_some() {
            &[Context::Moving]
        } else {
            &[Context::Waiting]
        }
    }

    /// Whether the footer names an action.
    pub fn offers(&self, action: Action, shared: &Shared<'_>) -> bool {
        if self.moving.is_some() {
            return true;
        }
        let selected = self.selected(shared);
        match action {
            Action::Back | Action::Help => true,
            Action::TakeBack => selected.is_some_and(may_take_back) && !shared.is_readonly(),
            Action::StopSending => sending(shared).is_some(),
            Action::GiveTime => {
                selected.is_some_and(WaitingLaunch::is_waiting) && !shared.is_readonly()
            }
            Action::LaunchAgain => selected.is_some(),
            _ => self.rows(shared).len() > 1,
        }
    }

    /// What a key does to the selected one, where that is not what it always does.
    pub fn label(&self, action: Action, shared: &Shared<'_>) -> Option<&'static str> {
        match action {
            Action::TakeBack if self.selected(shared)?.state().is_mishap() => Some("seen it"),
            Action::LaunchAgain => Some("open as a draft"),
            Action::GiveTime => Some("another time"),
            Action::Accept if self.moving.as_ref()?.is_taken() => Some("move it"),
            Action::Accept => Some("take this time"),
            _ => None,
        }
    }

    /// Takes a key, with what it means here.
    pub fn key(&mut self, key: KeyEvent, action: Option<Action>, shared: &Shared<'_>) -> Vec<Step> {
        if self.moving.is_some() && self.selected(shared).is_none_or(|one| !one.is_waiting()) {
            self.moving = None;
            let text = "It waits no more: its time can't be another one.";
            return vec![Step::Say(Notice::warning(text))];
        }
        let Some(moving) = &mut self.moving else {
            return self.act(action, shared);
        };
        match moving.key(key, action, shared.now) {
            Moved::On => Vec::new(),
            Moved::Over(steps) => {
                self.moving = None;
                steps
            }
        }
    }

    /// Takes a paste into the time that is being typed.
    pub fn paste(&mut self, text: &str) {
        if let Some(moving) = &mut self.moving {
            moving.paste(text);
        }
    }

    /// Begins to give the selected one another time.
    fn give_time(&mut self, shared: &Shared<'_>) -> Vec<Step> {
        let said = match self.selected(shared) {
            Some(_) if shared.is_readonly() => {
                Notice::error("This profile is read-only: nothing is given another time from here.")
            }
            Some(waiting) if waiting.is_waiting() => {
                self.moving = Some(Moving::of(waiting));
                return Vec::new();
            }
            _ => Notice::ok("Only what waits can be given another time."),
        };
        vec![Step::Say(said)]
    }

    /// Takes an action.
    fn act(&mut self, action: Option<Action>, shared: &Shared<'_>) -> Vec<Step> {
        let asked = self.taking.take();
        let selected = self.selected(shared);
        match (action, selected) {
            (Some(Action::Back), _) => vec![Step::Close],
            (Some(Action::TakeBack), Some(waiting)) if may_take_back(waiting) => {
                self.take_back(waiting, asked.as_deref(), shared)
            }
            (Some(Action::StopSending), _) => vec![StopSending::ask(sending(shared))],
            (Some(Action::GiveTime), _) => self.give_time(shared),
            (Some(Action::LaunchAgain), Some(waiting)) => {
                vec![Step::Do(Effect::LaunchAgain(waiting.id.clone()))]
            }
            (Some(action), _) => {
                self.list.act(action, self.rows(shared).len());
                Vec::new()
            }
            (None, _) => Vec::new(),
        }
    }

    /// Goes a row down or up.
    pub fn step(&mut self, down: bool, shared: &Shared<'_>) {
        if self.moving.is_some() {
            return;
        }
        self.act(Some(if down { Action::Down } else { Action::Up }), shared);
    }

    /// Takes what was drawn.
    pub fn was_drawn(&mut self, picture: &Picture) {
        self.list.offset = picture.text_limit;
        self.list.page = picture.text_page;
    }

    /// The one under the cursor; the one that is being moved, wherever the list has it by now.
    fn selected<'a>(&self, shared: &Shared<'a>) -> Option<&'a WaitingLaunch> {
        let rows = self.rows(shared);
        if let Some(moving) = &self.moving {
            return rows.iter().find(|waiting| waiting.id == moving.id);
        }
        rows.get(self.list.cursor.min(rows.len().checked_sub(1)?))
    }

    fn rows<'a>(&self, shared: &Shared<'a>) -> &'a [WaitingLaunch] {
        let Some(alone) = &self.alone else {
            return &shared.data.waiting;
        };
        let not_sent = &shared.data.waited.not_sent;
        let place = not_sent.iter().position(|one| one.id == *alone);
        place.map_or(&[], |place| &not_sent[place..=place])
    }

    /// Takes the selected launch back, once that was asked for twice; that somebody looked at a mishap needs no second.
    fn take_back(
        &mut self,
        waiting: &WaitingLaunch,
        asked: Option<&str>,
        shared: &Shared<'_>,
    ) -> Vec<Step> {
        if shared.is_readonly() {
            let text = "This profile is read-only: nothing is taken back from here.";
            return vec![Step::Say(Notice::error(text))];
        }
        let id = waiting.id.clone();
        if !waiting.is_waiting() || asked == Some(id.as_str()) {
            return vec![Step::Do(Effect::TakeBack(id))];
        }
        let key = shared.key_of(&[Context::Waiting], Action::TakeBack);
        let name = shown(&waiting.broadcast.name);
        self.taking = Some(id);
        vec![Step::Say(Notice::warning(format!(
            "Press {key} again to take {name} back: it is not sent then."
        )))]
    }

    /// Draws it.
    pub fn view(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        shared: &Shared<'_>,
        picture: &mut Picture,
    ) {
        view::draw(self, frame, area, shared, picture);
    }
}

/// The batch that is being sent: one whose time came is in this list no more.
fn sending<'a>(shared: &Shared<'a>) -> Option<&'a LaunchRecord> {
    let mut launches = shared.data.launches.iter();
    launches.find(|launch| StopSending::is_for(launch))
}

/// Whether it waits, or is to be looked at still.
fn may_take_back(waiting: &WaitingLaunch) -> bool {
    waiting.is_waiting() || waiting.is_unseen()
}
