//! Which columns are shown, and in what order.

use super::{Browse, FROZEN, Mode};
use crate::audience::Scene;
use crate::model::browse::BrowseWork;
use crate::model::{Action, Effect};
use crate::ui::app::Requests;
use crate::ui::picture::Picture;
use crate::ui::shared::{Shared, Step};
use crate::ui::widgets::list::List;

/// The choice of columns.
pub struct Chooser {
    /// The fields: those that are shown in their order, then the others.
    pub entries: Vec<Entry>,
    /// The cursor.
    pub list: List,
}

/// A field that can be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// Whether it is shown.
    pub is_shown: bool,
}

impl Chooser {
    /// Starts from the columns that are shown.
    pub fn new(columns: &[String], scene: &Scene) -> Self {
        let entry = |name: &String, is_shown| Entry {
            name: name.clone(),
            is_shown,
        };
        let others = scene.names();
        let others = others.iter().filter(|name| !columns.contains(name));
        let shown = columns.iter().map(|name| entry(name, true));
        Self {
            entries: shown.chain(others.map(|name| entry(name, false))).collect(),
            list: List::default(),
        }
    }

    /// Moves the cursor.
    pub fn step(&mut self, down: bool) {
        let action = if down { Action::Down } else { Action::Up };
        self.list.act(action, self.entries.len());
    }

    /// Takes what was drawn.
    pub fn was_drawn(&mut self, picture: &Picture) {
        self.list.offset = picture.offset;
        self.list.page = picture.page;
    }

    /// Moves the field under the cursor; the frozen one stays first.
    fn shift(&mut self, down: bool) {
        let from = self.list.cursor;
        let to = if down {
            from + 1
        } else {
            from.saturating_sub(1)
        };
        if from > 0 && to > 0 && to < self.entries.len() {
            self.entries.swap(from, to);
            self.list.cursor = to;
        }
    }

    /// Whether an action does something now; the frozen column stays as it is.
    pub fn offers(&self, action: Action) -> bool {
        let at = self.list.cursor;
        match action {
            Action::TakeColumn => at > 0,
            Action::ColumnUp => at > 1,
            Action::ColumnDown => at > 0 && at + 1 < self.entries.len(),
            Action::AllColumns => self.entries.len() > 1,
            _ => self.list.offers(action, self.entries.len()),
        }
    }

    fn toggle(&mut self) {
        if let Some(entry) = self.entries.get_mut(self.list.cursor)
            && entry.name != FROZEN
        {
            entry.is_shown = !entry.is_shown;
        }
    }

    fn chosen(&self) -> Vec<String> {
        let shown = self.entries.iter().filter(|entry| entry.is_shown);
        shown.map(|entry| entry.name.clone()).collect()
    }
}

impl Browse {
    /// Takes an action while columns are chosen.
    pub(super) fn choose(
        &mut self,
        action: Option<Action>,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        let Mode::Columns(chooser) = &mut self.mode else {
            return Vec::new();
        };
        match action {
            Some(Action::TakeColumn) => chooser.toggle(),
            Some(Action::ColumnUp) => chooser.shift(false),
            Some(Action::ColumnDown) => chooser.shift(true),
            Some(Action::AllColumns) => {
                let all = chooser.entries.iter().all(|entry| entry.is_shown);
                for entry in &mut chooser.entries {
                    entry.is_shown = !all || entry.name == FROZEN;
                }
            }
            Some(Action::UseColumns) => {
                let columns = chooser.chosen();
                return self.take_columns(columns, shared, requests);
            }
            Some(Action::Back) => self.mode = Mode::Table,
            Some(action) => {
                let rows = chooser.entries.len();
                chooser.list.act(action, rows);
            }
            None => {}
        }
        Vec::new()
    }

    /// Shows other columns from now on, and next time.
    fn take_columns(
        &mut self,
        columns: Vec<String>,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        self.mode = Mode::Table;
        if columns == self.columns {
            return Vec::new();
        }
        let field = self.field().cloned();
        let place = columns.iter().position(|name| Some(name) == field.as_ref());
        self.column = place.unwrap_or(0);
        self.columns.clone_from(&columns);
        self.seen.left = 1;
        let bot = self.whose.bot.clone();
        let work = BrowseWork::RememberColumns(bot, columns);
        let mut steps = vec![Step::Do(Effect::Browse(requests.take(), work))];
        if !self.search.text.is_empty() {
            let text = self.search.text.clone();
            steps.extend(self.look_for(text, shared, requests));
        }
        steps
    }
}
