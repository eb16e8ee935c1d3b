//! Where a key, a paste or a click goes: the top overlay first, then what is typed, then the table of keys.

use crokey::KeyCombination;
use crossterm::event::{
    Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};

use super::{App, Requests};
use crate::model::{Action, Context, Effect};
use crate::ui::overlays::Overlay;
use crate::ui::overlays::stack::Stack;
use crate::ui::picture::Hit;
use crate::ui::screens::compose::Compose;
use crate::ui::shared::Shared;

impl App {
    pub(super) fn input(&mut self, event: &Event) -> Vec<Effect> {
        match event {
            Event::Key(key) if key.kind == KeyEventKind::Release => Vec::new(),
            Event::Key(key) => self.key(*key),
            Event::Paste(text) => self.paste(text),
            Event::Mouse(mouse) => self.mouse(*mouse),
            Event::Resize(..) | Event::FocusGained | Event::FocusLost => Vec::new(),
        }
    }

    fn key(&mut self, key: KeyEvent) -> Vec<Effect> {
        self.notice = None;
        let is_interrupt =
            key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL);
        if is_interrupt
            && self
                .overlays
                .top()
                .is_none_or(|overlay| !overlay.keeps_interrupt())
        {
            return self.global(Action::Quit).unwrap_or_default();
        }
        if self.picture.is_too_small && !self.is_taken_back_by_any_key() {
            return Vec::new();
        }
        let combination = KeyCombination::from(key);
        let action = self.keymap.action(self.contexts(), combination);
        if !self.overlays.is_empty() {
            return self.overlay_key(key, action);
        }
        if self.place.is_typing() {
            return self.typed(&Event::Key(key), action);
        }
        match action {
            Some(action) => self.act(action),
            None => Vec::new(),
        }
    }

    /// Whether a launch is about to go out that any key takes back, seen or not.
    pub fn is_taken_back_by_any_key(&self) -> bool {
        let top = self.overlays.top();
        top.is_some_and(|overlay| overlay.keeps_interrupt() && overlay.keeps_its_place())
    }

    fn act(&mut self, action: Action) -> Vec<Effect> {
        let mut requests = std::mem::take(&mut self.requests);
        let steps = self.with_place(|place, shared| place.act(action, shared, &mut requests));
        self.requests = requests;
        let effects = self.perform(steps);
        if !self.overlays.is_empty() {
            // The screen laid something over itself: the key had its meaning.
            return effects;
        }
        match self.global(action) {
            Some(more) if effects.is_empty() => more,
            _ => effects,
        }
    }

    fn overlay_key(&mut self, key: KeyEvent, action: Option<Action>) -> Vec<Effect> {
        let steps = self
            .with_overlay(|overlay, shared, requests| overlay.key(key, action, shared, requests));
        let top = self.overlays.top();
        let leaves_it_to_all =
            top.is_some_and(|overlay| overlay.contexts().contains(&Context::Everywhere));
        match action {
            // Tabs lie under the overlay, out of sight: they stay as they are.
            Some(
                action @ (Action::Help
                | Action::Quit
                | Action::Sync
                | Action::Settle
                | Action::Waiting),
            ) if (leaves_it_to_all || action == Action::Help) && steps.is_empty() => {
                self.global(action).unwrap_or_default()
            }
            _ => self.perform(steps),
        }
    }

    fn paste(&mut self, text: &str) -> Vec<Effect> {
        self.notice = None;
        if self.picture.is_too_small && !self.is_taken_back_by_any_key() {
            return Vec::new();
        }
        if !self.overlays.is_empty() {
            let steps = self
                .with_overlay(|overlay, shared, requests| overlay.paste(text, shared, requests));
            return self.perform(steps);
        }
        if self.place.is_typing() {
            return self.typed(&Event::Paste(text.to_owned()), None);
        }
        if self.place.has_list() {
            return Vec::new();
        }
        let steps =
            self.with_compose(|compose, shared, requests| compose.pasted(text, shared, requests));
        self.perform(steps)
    }

    /// What is typed into the filter of a list, or into a cell of the builder.
    fn typed(&mut self, event: &Event, action: Option<Action>) -> Vec<Effect> {
        if let Some(list) = self.place.list_mut() {
            match action {
                Some(Action::ClearFilter) => list.end_typing(false),
                Some(Action::KeepFilter) => list.end_typing(true),
                _ => list.typed(event),
            }
            return Vec::new();
        }
        let mut requests = std::mem::take(&mut self.requests);
        let steps = self.with_place(|place, shared| {
            place
                .compose_mut()
                .map(|compose| compose.typed(event, action, shared, &mut requests))
                .unwrap_or_default()
        });
        self.requests = requests;
        self.perform(steps)
    }

    fn mouse(&mut self, mouse: MouseEvent) -> Vec<Effect> {
        let hit = self.picture.hit(mouse.column, mouse.row);
        match (mouse.kind, hit) {
            (MouseEventKind::ScrollDown, _) => self.scroll(Action::Down),
            (MouseEventKind::ScrollUp, _) => self.scroll(Action::Up),
            (MouseEventKind::Down(MouseButton::Left), Some(hit)) if self.overlays.is_empty() => {
                self.click(hit)
            }
            (MouseEventKind::Down(MouseButton::Left), Some(hit)) => {
                let steps = self
                    .with_overlay(|overlay, shared, requests| overlay.click(hit, shared, requests));
                self.perform(steps)
            }
            _ => Vec::new(),
        }
    }

    fn scroll(&mut self, action: Action) -> Vec<Effect> {
        if !self.overlays.is_empty() {
            self.with_overlay(|overlay, shared, _| overlay.scroll(action == Action::Down, shared));
            return Vec::new();
        }
        if self.place.is_typing() {
            Vec::new()
        } else {
            self.act(action)
        }
    }

    /// A click selects a row; a click on the selected row opens it.
    fn click(&mut self, hit: Hit) -> Vec<Effect> {
        self.notice = None;
        match hit {
            Hit::Tab(tab) => self.place.open_tab(tab),
            Hit::Pane(pane) => {
                if let Some(compose) = self.place.compose_mut() {
                    compose.focus_pane(pane);
                }
            }
            Hit::Target(row, column) => {
                let compose = self.place.compose_mut();
                if compose.is_some_and(|compose| compose.click_target(row, column)) {
                    return self.act(Action::Edit);
                }
            }
            // Titles and groups stand in overlays alone.
            Hit::Title(_) | Hit::Group(_) => {}
            Hit::Row(row) => {
                let Some(list) = self.place.list_mut() else {
                    return Vec::new();
                };
                if list.cursor == row && !list.typing {
                    let opens = self.keymap.action(self.contexts(), crokey::key!(enter));
                    return opens.map(|action| self.act(action)).unwrap_or_default();
                }
                list.cursor = row;
            }
        }
        Vec::new()
    }

    /// Lets a function change the place while it looks at everything else.
    fn with_place<T>(&mut self, change: impl FnOnce(&mut super::Place, &Shared<'_>) -> T) -> T {
        let mut place = std::mem::take(&mut self.place);
        let result = change(&mut place, &self.shared());
        self.place = place;
        result
    }

    /// Lets a function change the top overlay while it looks at everything else.
    pub(super) fn with_overlay<T: Default>(
        &mut self,
        change: impl FnOnce(&mut dyn Overlay, &Shared<'_>, &mut Requests) -> T,
    ) -> T {
        self.with_overlays(|overlays, shared, requests| match overlays.top_mut() {
            Some(overlay) => change(overlay.as_mut(), shared, requests),
            None => T::default(),
        })
    }

    /// Lets a function change the overlays while it looks at everything else.
    pub(super) fn with_overlays<T>(
        &mut self,
        change: impl FnOnce(&mut Stack, &Shared<'_>, &mut Requests) -> T,
    ) -> T {
        let mut overlays = std::mem::take(&mut self.overlays);
        let mut requests = std::mem::take(&mut self.requests);
        let result = change(&mut overlays, &self.shared(), &mut requests);
        (self.overlays, self.requests) = (overlays, requests);
        result
    }

    /// Lets a function change the builder while it looks at everything else.
    pub(super) fn with_compose<T: Default>(
        &mut self,
        change: impl FnOnce(&mut Compose, &Shared<'_>, &mut Requests) -> T,
    ) -> T {
        let mut requests = std::mem::take(&mut self.requests);
        let result = self.with_place(|place, shared| {
            place
                .compose_mut()
                .map(|compose| change(compose, shared, &mut requests))
                .unwrap_or_default()
        });
        self.requests = requests;
        result
    }
}
