//! A picture of a field's values: how many contacts have each, as bars, to look at and to pick from.

mod view;

use std::sync::Arc;

use crossterm::event::{Event, KeyEvent};
use jiff::{SignedDuration, Timestamp};
use ratatui::Frame;
use ratatui::layout::Rect;

use crate::audience::{Scene, Values, ValuesOf, ValuesOrder};
use crate::domain::hold::Clocks;
use crate::model::Reply;
use crate::model::browse::{BrowseReply, BrowseWork, Listed, Whose};
use crate::model::effect::RequestId;
use crate::model::{Action, Context, Effect};
use crate::ui::app::Requests;
use crate::ui::overlays::Overlay;
use crate::ui::picture::{Hit, Picture};
use crate::ui::shared::{Shared, Step};
use crate::ui::widgets::input::Input;
use crate::ui::widgets::list::List;

/// Milliseconds for which nothing is said of a count under way.
const PATIENCE: i64 = 250;

/// The values of one field.
pub struct ValuesOverlay {
    whose: Whose,
    /// Among whom; those of the plan where nothing was listed.
    among: Option<Listed>,
    /// The row of the filter whose value is picked, if it is for one.
    filter: Option<usize>,
    asked: ValuesOf,
    found: Option<(Box<Values>, Arc<Scene>)>,
    list: List,
    /// The text that values must hold, while it is typed.
    typing: Option<Input>,
    request: RequestId,
    since: Option<Timestamp>,
    is_slow: bool,
    /// Whether they could not be counted: then there is nothing to show.
    is_over: bool,
}

/// A value that was picked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picked {
    /// The field.
    pub field: String,
    /// The value; `None` for the field not being set.
    pub value: Option<String>,
    /// The row of the filter that it is for, if it is for one.
    pub filter: Option<usize>,
}

impl ValuesOverlay {
    /// The values of a field, which come later; and what is wanted done first.
    pub fn new(
        whose: Whose,
        among: Option<Listed>,
        field: &str,
        filter: Option<usize>,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> (Self, Vec<Step>) {
        let mut overlay = Self {
            whose,
            among,
            filter,
            asked: ValuesOf {
                field: field.to_owned(),
                ..ValuesOf::default()
            },
            found: None,
            list: List::default(),
            typing: None,
            request: 0,
            since: None,
            is_slow: false,
            is_over: false,
        };
        let steps = overlay.ask(shared, requests);
        (overlay, steps)
    }

    fn ask(&mut self, shared: &Shared<'_>, requests: &mut Requests) -> Vec<Step> {
        self.request = requests.take();
        let work = BrowseWork::Count {
            among: self.among.clone(),
            whose: self.whose.clone(),
            asked: self.asked.clone(),
        };
        let mut steps = vec![Step::Do(Effect::Browse(self.request, work))];
        if self.since.is_none() {
            self.since = Some(shared.now);
            steps.push(Step::Do(Effect::Wake(PATIENCE.unsigned_abs())));
        }
        steps
    }

    fn values(&self) -> Option<&Values> {
        self.found.as_ref().map(|(values, _)| &**values)
    }

    /// Rows that the cursor can be on: values or ranges, and that the field is not set.
    fn rows(&self) -> usize {
        self.values().map_or(0, |values| {
            let shown = values.listed.len().max(values.ranges.len());
            shown + usize::from(self.shows_unset())
        })
    }

    /// Whether a row says of how many the field is not set.
    fn shows_unset(&self) -> bool {
        let is_all = self.asked.typed.is_empty() && self.asked.within.is_none();
        is_all && self.values().is_some_and(|values| values.unset > 0)
    }

    fn ask_anew(&mut self, shared: &Shared<'_>, requests: &mut Requests) -> Vec<Step> {
        self.list = List::default();
        self.ask(shared, requests)
    }

    /// Picks a value, or opens a range.
    fn pick(&mut self, shared: &Shared<'_>, requests: &mut Requests) -> Vec<Step> {
        let Some(values) = self.values() else {
            return Vec::new();
        };
        let at = self.list.cursor;
        if let Some(range) = values.ranges.get(at) {
            self.asked.within = Some(range.bounds);
            return self.ask_anew(shared, requests);
        }
        let value = values.listed.get(at).map(|value| value.value.clone());
        let is_unset = value.is_none();
        if is_unset && !self.shows_unset() {
            return Vec::new();
        }
        let picked = Picked {
            field: self.asked.field.clone(),
            value,
            filter: self.filter,
        };
        vec![Step::Close, Step::Pick(picked)]
    }

    /// Takes what is typed.
    fn typed(
        &mut self,
        event: &Event,
        action: Option<Action>,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        let Some(typing) = &mut self.typing else {
            return Vec::new();
        };
        match action {
            Some(Action::Leave) => {
                self.typing = None;
                self.asked.typed.clear();
                return self.ask_anew(shared, requests);
            }
            Some(Action::Accept) => {
                self.typing = None;
                return Vec::new();
            }
            Some(Action::FindNext) => drop(self.list.act(Action::Down, self.rows())),
            Some(Action::FindPrevious) => drop(self.list.act(Action::Up, self.rows())),
            _ => {
                let is_changed = match event {
                    Event::Key(key) => typing.key(*key),
                    Event::Paste(text) => typing.paste(text),
                    _ => false,
                };
                if is_changed {
                    typing.text().clone_into(&mut self.asked.typed);
                    return self.ask_anew(shared, requests);
                }
            }
        }
        Vec::new()
    }

    /// Takes the values; an overtaken answer is dropped.
    fn replied(&mut self, id: RequestId, reply: &BrowseReply) -> Vec<Step> {
        match reply {
            BrowseReply::Counted(result) if id == self.request => {
                self.since = None;
                self.is_slow = false;
                match result {
                    Ok(found) => self.found = Some(found.clone()),
                    Err(notice) => {
                        self.is_over = true;
                        return vec![Step::Say(notice.clone())];
                    }
                }
            }
            _ => {}
        }
        Vec::new()
    }
}

impl Overlay for ValuesOverlay {
    fn contexts(&self) -> &'static [Context] {
        if self.typing.is_some() {
            &[Context::BrowseSearch]
        } else {
            &[Context::Values, Context::List, Context::Everywhere]
        }
    }

    fn key(
        &mut self,
        key: KeyEvent,
        action: Option<Action>,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        if self.typing.is_some() {
            return self.typed(&Event::Key(key), action, shared, requests);
        }
        match action {
            Some(Action::Back) if !self.asked.typed.is_empty() => {
                self.asked.typed.clear();
                self.ask_anew(shared, requests)
            }
            Some(Action::Back) if self.asked.within.is_some() => {
                self.asked.within = None;
                self.ask_anew(shared, requests)
            }
            Some(Action::Back) => vec![Step::Close],
            Some(Action::SearchRows) => {
                self.typing = Some(Input::new(&self.asked.typed));
                Vec::new()
            }
            Some(Action::ValuesOrder) => {
                self.asked.order = match self.asked.order {
                    ValuesOrder::Frequency => ValuesOrder::Value,
                    ValuesOrder::Value => ValuesOrder::Frequency,
                };
                self.ask_anew(shared, requests)
            }
            Some(Action::Ranges) if self.values().is_some_and(|values| values.can_range) => {
                self.asked.each = !self.asked.each;
                self.asked.within = None;
                self.asked.typed.clear();
                self.ask_anew(shared, requests)
            }
            Some(Action::PickValue) => self.pick(shared, requests),
            Some(Action::Filter) | None => Vec::new(),
            Some(action) => {
                let rows = self.rows();
                self.list.act(action, rows);
                Vec::new()
            }
        }
    }

    fn paste(&mut self, text: &str, shared: &Shared<'_>, requests: &mut Requests) -> Vec<Step> {
        self.typed(&Event::Paste(text.to_owned()), None, shared, requests)
    }

    fn scroll(&mut self, down: bool, _shared: &Shared<'_>) {
        let action = if down { Action::Down } else { Action::Up };
        let rows = self.rows();
        self.list.act(action, rows);
    }

    fn click(&mut self, hit: Hit, shared: &Shared<'_>, requests: &mut Requests) -> Vec<Step> {
        match hit {
            Hit::Row(row) if row == self.list.cursor => self.pick(shared, requests),
            Hit::Row(row) => {
                self.list.cursor = row;
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn reply(
        &mut self,
        reply: &Reply,
        _shared: &Shared<'_>,
        _requests: &mut Requests,
    ) -> Option<Vec<Step>> {
        let Reply::Browse(id, reply) = reply else {
            return None;
        };
        Some(self.replied(*id, reply))
    }

    fn tick(&mut self, now: Clocks, _requests: &mut Requests) -> Vec<Step> {
        let patience = SignedDuration::from_millis(PATIENCE);
        self.is_slow = self
            .since
            .is_some_and(|since| now.wall.duration_since(since) >= patience);
        Vec::new()
    }

    fn was_drawn(&mut self, picture: &Picture) {
        self.list.offset = picture.offset;
        self.list.page = picture.page;
    }

    fn offers(&self, action: Action, _shared: &Shared<'_>, _picture: &Picture) -> bool {
        let rows = self.rows();
        match action {
            Action::PickValue | Action::SearchRows => rows > 0,
            Action::FindNext | Action::FindPrevious | Action::ValuesOrder => rows > 1,
            Action::Ranges => self.values().is_some_and(|values| values.can_range),
            _ => self.list.offers(action, rows),
        }
    }

    fn is_over(&self) -> bool {
        self.is_over
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>, picture: &mut Picture) {
        view::draw(self, frame, area, shared, picture);
    }
}
