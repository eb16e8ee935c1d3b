//! Many cells at once: filled down, or out of a paste.

use super::super::cell::Pane;
use super::super::{Compose, Step};
use super::IDENTITY;
use super::paste::{self, Pasted};
use crate::domain::plan::{FormKind, Target};
use crate::domain::record::STANDARD_VARIABLES;
use crate::domain::text::{counted, shown};
use crate::model::Notice;
use crate::ui::app::Requests;
use crate::ui::shared::Shared;
use crate::ui::widgets::table::clip;

impl Compose {
    /// Puts the cell's value into all rows below, or into those of the marked range.
    pub(super) fn fill_down(&mut self, shared: &Shared<'_>, requests: &mut Requests) -> Vec<Step> {
        let length = self.draft.targets.len();
        let rows = match self.grid.mark {
            Some(_) => self.grid.marked(&self.draft.targets),
            None => self.grid.row..length,
        };
        let name = self.grid.name().to_owned();
        let Some(first) = self.draft.targets.get(rows.start) else {
            return Vec::new();
        };
        if let Some(notice) = refuses_to_fill(&name) {
            return vec![Step::Say(notice)];
        }
        let Some(value) = first.get(&name).filter(|value| !value.is_empty()) else {
            let text = "The cell is empty: nothing to fill down. Shift-D takes a whole column's values out.";
            return vec![Step::Say(Notice::warning(text))];
        };
        let value = value.to_owned();
        let before = self.draft.clone();
        let count = self
            .draft
            .targets
            .change(rows, |_, target| Some(target.with(&name, &value)));
        self.grid.mark = None;
        if count == 0 {
            let text = "The rows below have that value already.";
            return vec![Step::Say(Notice::ok(text))];
        }
        self.history.keep(&before);
        let mut steps = self.changed(shared, requests);
        let rows = counted(count as u64, "row");
        let text = format!(
            "{} is {} in {rows} more; u takes it back.",
            shown(&name),
            clip(&value, 40)
        );
        steps.push(Step::Say(Notice::ok(text)));
        steps
    }

    /// Takes a paste where nothing is typed: rows from the cursor on; from another pane behind the last. What goes
    /// nowhere is said.
    pub fn pasted(
        &mut self,
        text: &str,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        let is_of_targets = self.draft.form == FormKind::Targets;
        let refusal = if !self.is_loaded {
            "The draft is still being read, so nothing was pasted. Paste again in a moment."
        } else if self.is_in_grid() {
            return self.paste_rows(text, shared, requests);
        } else if is_of_targets && paste::is_of_rows(text) {
            return self.paste_behind(text, shared, requests);
        } else if is_of_targets {
            "Nothing was pasted: here is no cell for it. w goes to the list of targets."
        } else {
            "Nothing was pasted: no cell is typed into. Enter types into one; f, targets takes pasted rows."
        };
        vec![Step::Say(Notice::warning(refusal))]
    }

    /// Takes rows behind the last target, and goes there.
    fn paste_behind(
        &mut self,
        text: &str,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        self.focus_pane(Pane::Who as usize);
        (self.grid.row, self.grid.column) = (self.draft.targets.len(), 0);
        self.paste_rows(text, shared, requests)
    }

    pub(super) fn paste_rows(
        &mut self,
        text: &str,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        let is_known = |name: &str| {
            STANDARD_VARIABLES.contains(&name)
                || (!self.draft.targets.is_empty() && self.grid.place_of(name).is_some())
        };
        let pasted = match paste::read(text, is_known) {
            Ok(pasted) if pasted.rows.is_empty() => {
                let text = "There is no row in what was pasted.";
                return vec![Step::Say(Notice::warning(text))];
            }
            Ok(pasted) => pasted,
            Err(sentence) => return vec![Step::Say(Notice::warning(sentence))],
        };
        let (names, made_up) = self.names_for(&pasted);
        self.grid.mark = None;
        self.history.keep(&self.draft);
        let (over, added) = self.put_rows(&names, &pasted.rows);
        self.grid.learn(&self.draft.targets);
        let mut steps = self.changed(shared, requests);
        let left_out = pasted
            .rows
            .iter()
            .filter(|row| row.len() > names.len())
            .count();
        let notice = notice_of(
            &names,
            pasted.header.is_some(),
            (over, added),
            made_up,
            left_out,
        );
        steps.push(Step::Say(notice));
        steps
    }

    /// The variables of a paste's columns: by its header, else the columns from the cursor on and, behind the last,
    /// names that are made up. Says whether some are.
    fn names_for(&self, pasted: &Pasted) -> (Vec<String>, bool) {
        if let Some(header) = &pasted.header {
            return (header.clone(), false);
        }
        let widest = pasted.rows.iter().map(Vec::len).max().unwrap_or(0);
        let columns = self.grid.columns.iter().skip(self.grid.column);
        let mut names: Vec<String> = columns
            .map(|column| column.name.clone())
            .take(widest)
            .collect();
        let made_up = names.len() < widest;
        let mut number = self.grid.columns.len();
        while names.len() < widest {
            number += 1;
            let name = format!("column_{number}");
            if self.grid.place_of(&name).is_none() {
                names.push(name);
            }
        }
        (names, made_up)
    }

    /// Puts rows in from the cursor's on; says how many stood there already, and how many were added.
    fn put_rows(&mut self, names: &[String], rows: &[Vec<String>]) -> (usize, usize) {
        let from = self.grid.row.min(self.draft.targets.len());
        let over = rows.len().min(self.draft.targets.len() - from);
        let put = |target: &Target, row: &Vec<String>| with_cells(target, names, row);
        self.draft
            .targets
            .change(from..from + over, |place, target| {
                Some(put(target, &rows[place - from]))
            });
        let none = Target::default();
        let added: Vec<Target> = rows[over..].iter().map(|row| put(&none, row)).collect();
        let count = added.len();
        self.draft.targets.insert(from + over, added);
        (over, count)
    }
}

/// Says why a column can't be the same in all rows: one contact would be named many times.
fn refuses_to_fill(name: &str) -> Option<Notice> {
    (IDENTITY[..2].contains(&name)).then(|| {
        Notice::warning(format!(
            "{name} says who a contact is, so it is not filled down: all rows would be one contact."
        ))
    })
}

/// A target with the cells of a row; an empty cell takes the variable out.
fn with_cells(target: &Target, names: &[String], row: &[String]) -> Target {
    if target.is_empty() {
        let cells = names.iter().zip(row).filter(|(_, value)| !value.is_empty());
        return cells
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
    }
    names
        .iter()
        .zip(row)
        .fold(target.clone(), |target, (name, value)| {
            if value.is_empty() {
                target.without(name)
            } else {
                target.with(name, value)
            }
        })
}

/// What was taken, in words.
fn notice_of(
    names: &[String],
    has_header: bool,
    (over, added): (usize, usize),
    made_up: bool,
    left_out: usize,
) -> Notice {
    let list: Vec<String> = names.iter().take(6).map(|name| clip(name, 24)).collect();
    let more = if names.len() > 6 { ", ..." } else { "" };
    let by = if has_header {
        "by its header"
    } else {
        "from the cursor on"
    };
    let mut sentences = vec![format!(
        "Pasted {} {by}: {}{more}.",
        counted((over + added) as u64, "row"),
        list.join(", ")
    )];
    if over > 0 {
        let rows = counted(over as u64, "row");
        sentences.push(format!("{rows} filled over, {added} added."));
    }
    if made_up {
        let text = "Columns without a name have one made up; Shift-R renames.";
        sentences.push(text.to_owned());
    }
    if left_out > 0 {
        let rows = counted(left_out as u64, "row");
        sentences.push(format!(
            "{rows} had more cells than the header; those were left out."
        ));
    }
    sentences.push("u takes it back.".to_owned());
    let text = sentences.join(" ");
    if made_up || left_out > 0 {
        Notice::warning(text)
    } else {
        Notice::ok(text)
    }
}
