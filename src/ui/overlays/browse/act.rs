//! Moving through the table, and what is asked for from it.

use std::sync::Arc;

use super::choose::Chooser;
use super::typed::Typing;
use super::write::Writing;
use super::{Browse, Mode};
use crate::audience::Sort;
use crate::model::browse::{Arrange, BrowseWork};
use crate::model::{Action, Notice};
use crate::ui::app::Requests;
use crate::ui::overlays::contact::ContactOverlay;
use crate::ui::overlays::values::ValuesOverlay;
use crate::ui::shared::{Shared, Step};

impl Browse {
    /// Takes an action.
    pub(super) fn act(
        &mut self,
        action: Action,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        let page = self.seen.page.max(1).cast_signed();
        match action {
            Action::Up => self.go_by(-1),
            Action::Down => self.go_by(1),
            Action::PageUp => self.go_by(-page),
            Action::PageDown => self.go_by(page),
            Action::Top => self.go_to(0),
            Action::Bottom => self.go_to(usize::MAX),
            Action::Left => self.column = self.column.saturating_sub(1),
            Action::Right => self.column = (self.column + 1).min(self.last_column()),
            Action::FirstColumn => self.column = 0,
            Action::LastColumn => self.column = self.last_column(),
            Action::NextHit => return self.go_to_hit(true),
            Action::PreviousHit => return self.go_to_hit(false),
            Action::SearchRows => self.mode = Mode::Typing(Typing::search(&self.search.text)),
            Action::GoTo => self.mode = Mode::Typing(Typing::go()),
            Action::Back if !self.search.text.is_empty() => {
                return self.look_for(String::new(), shared, requests);
            }
            Action::Back => return vec![Step::Close],
            _ => return self.ask(action, shared, requests),
        }
        Vec::new()
    }

    fn last_column(&self) -> usize {
        self.columns.len().saturating_sub(1)
    }

    /// What takes the scene.
    fn ask(&mut self, action: Action, shared: &Shared<'_>, requests: &mut Requests) -> Vec<Step> {
        let Some(scene) = self.scene.clone() else {
            return Vec::new();
        };
        let groups = scene.groups.len();
        match action {
            Action::SortColumn => self.sort_by_column(shared, requests),
            Action::NextGroup | Action::PreviousGroup if groups > 1 => {
                let by = if action == Action::NextGroup {
                    1
                } else {
                    groups - 1
                };
                self.show_group((self.meant().0 + by) % groups, shared, requests)
            }
            Action::Columns => {
                self.mode = Mode::Columns(Chooser::new(&self.columns, &scene));
                Vec::new()
            }
            Action::ExportCsv if self.rows.is_empty() => {
                vec![Step::Say(Notice::ok(
                    "Nobody is listed: there is nothing to write.",
                ))]
            }
            Action::ExportCsv => {
                let kind = self.shown().map_or("", |group| group.kind.word());
                self.mode = Mode::Naming(Writing::new(&self.title, kind));
                Vec::new()
            }
            Action::Open => {
                match self.listed() {
                    Some(place) if self.cursor < self.rows.len() => Step::open(
                        ContactOverlay::new(&self.whose.bot, place, self.cursor, requests),
                    ),
                    _ => Vec::new(),
                }
            }
            Action::Values => match (self.listed(), self.field()) {
                (Some(place), Some(field)) => Step::open(ValuesOverlay::new(
                    self.whose.clone(),
                    Some(place),
                    field,
                    None,
                    shared,
                    requests,
                )),
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    /// Sorts by the column: rising, then falling, then as the cache has it.
    fn sort_by_column(&mut self, shared: &Shared<'_>, requests: &mut Requests) -> Vec<Step> {
        let Some(field) = self.field().cloned() else {
            return Vec::new();
        };
        let (group, sort) = self.meant();
        let sort = match &sort {
            Some(sort) if sort.field == field && sort.descending => None,
            Some(sort) if sort.field == field => Some(true),
            _ => Some(false),
        };
        let sort = sort.map(|descending| Sort { field, descending });
        self.arrange(group, sort, None, shared, requests)
    }

    /// Shows another group.
    pub(super) fn show_group(
        &mut self,
        group: usize,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        let (_, sort) = self.meant();
        self.arrange(group, sort, None, shared, requests)
    }

    /// Looks for a text in the columns.
    pub(super) fn look_for(
        &mut self,
        text: String,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        self.search.text = text;
        let rows = self.asked.is_none().then(|| Arc::clone(&self.rows));
        let (group, sort) = self.meant();
        self.arrange(group, sort, rows, shared, requests)
    }

    /// Asks for a group in an order; `rows` where it is in that order already.
    pub(super) fn arrange(
        &mut self,
        group: usize,
        sort: Option<Sort>,
        rows: Option<Arc<Vec<u32>>>,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        let Some(scene) = self.scene.clone() else {
            return Vec::new();
        };
        self.request = requests.take();
        if rows.is_none() {
            self.asked = Some((group, sort.clone()));
        }
        let is_same_table = match (scene.groups.get(group), self.shown()) {
            (Some(new), Some(old)) => Arc::ptr_eq(&new.table, &old.table),
            _ => false,
        };
        let keep = self.rows.get(self.cursor).copied();
        let work = Arrange {
            scene,
            group,
            sort,
            rows,
            text: self.search.text.clone(),
            columns: self.columns.clone(),
            // The first stays first: whoever sorts from the top wants to see the new top.
            keep: keep.filter(|_| is_same_table && self.cursor > 0),
        };
        self.wait_for(self.request, BrowseWork::Arrange(Box::new(work)), shared)
    }

    /// Goes to the next hit, or to the one before, round the end.
    pub(super) fn go_to_hit(&mut self, down: bool) -> Vec<Step> {
        let hits = &self.search.hits;
        let here = u32::try_from(self.cursor).unwrap_or(u32::MAX);
        let next = if down {
            let behind = hits.partition_point(|hit| *hit <= here);
            hits.get(behind).or_else(|| hits.first())
        } else {
            let before = hits.partition_point(|hit| *hit < here);
            let before = before.checked_sub(1).and_then(|before| hits.get(before));
            before.or_else(|| hits.last())
        };
        match next.copied() {
            Some(hit) => {
                self.go_to(hit as usize);
                self.column = self.column_of_hit().unwrap_or(self.column);
                Vec::new()
            }
            None if self.search.text.is_empty() => {
                vec![Step::Say(Notice::ok(
                    "Nothing is looked for yet: / begins.",
                ))]
            }
            None => vec![Step::Say(Notice::ok(
                "No contact of these holds that text.",
            ))],
        }
    }

    /// The column of the row under the cursor that holds what is looked for: that of the cursor, else the first.
    fn column_of_hit(&self) -> Option<usize> {
        let (group, row) = (self.shown()?, *self.rows.get(self.cursor)?);
        let wanted = self.search.text.to_lowercase();
        let holds = |name: &String| {
            let value = group.table.value(row, name);
            value.is_some_and(|value| value.to_lowercase().contains(&wanted))
        };
        if self.field().is_some_and(holds) {
            return Some(self.column);
        }
        self.columns.iter().position(holds)
    }
}
