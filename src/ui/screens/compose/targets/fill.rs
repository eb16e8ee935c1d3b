//! Many cells at once: filled down, or out of a paste.

use super::super::cell::Pane;
use super::super::{Compose, Step};
use super::IDENTITY;
use super::header::{Known, Named};
use super::paste::{self, Pasted};
use crate::domain::plan::{FormKind, Target};
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
        let pasted = match self.read_rows(text) {
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
        let taken = Taken {
            left_out: count_longer(&pasted.rows, names.len()),
            names: names.into_iter().flatten().collect(),
            has_header: pasted.header.is_some(),
            over,
            added,
            made_up,
        };
        steps.push(Step::Say(taken.notice()));
        steps
    }

    /// Reads the rows of a paste by what is in the grid.
    fn read_rows(&self, text: &str) -> Result<Pasted, String> {
        let columns: Vec<&str> = self
            .grid
            .columns
            .iter()
            .map(|column| column.name.as_str())
            .collect();
        let targets = &self.draft.targets;
        // A row that was just added is nobody yet.
        let is_blank = targets.len() < 2 && targets.get(0).is_none_or(Target::is_empty);
        let columns = &columns;
        paste::read(text, &Known { columns, is_blank })
    }

    /// The variables of a paste's columns, `None` for one that is left out: by its header, else the columns from the
    /// cursor on; names are made up where there is none. Says whether some are.
    fn names_for(&self, pasted: &Pasted) -> (Vec<Option<String>>, bool) {
        let widest = pasted.rows.iter().map(Vec::len).max().unwrap_or(0);
        let columns = self.grid.columns.iter().skip(self.grid.column).take(widest);
        let from_cursor = || columns.map(|column| Named::Variable(column.name.clone()));
        let mut named: Vec<Named> = match &pasted.header {
            Some(header) => header.clone(),
            None => from_cursor().collect(),
        };
        if pasted.header.is_none() {
            named.resize(widest, Named::Unnamed);
        }
        let mut made_up = false;
        let mut number = self.grid.columns.len();
        let mut names: Vec<Option<String>> = Vec::with_capacity(named.len());
        for (place, name) in named.iter().enumerate() {
            let has_cells = || pasted.rows.iter().any(|row| has_cell(row, place));
            names.push(match name {
                Named::Variable(name) => Some(name.clone()),
                Named::Unnamed if has_cells() => {
                    made_up = true;
                    Some(self.name_made_up(&named, &mut number))
                }
                Named::Unnamed | Named::LeftOut => None,
            });
        }
        (names, made_up)
    }

    /// The next made up name that neither the grid nor the paste has.
    fn name_made_up(&self, named: &[Named], number: &mut usize) -> String {
        loop {
            *number += 1;
            let name = format!("column_{number}");
            let is_free = !named.contains(&Named::Variable(name.clone()));
            if is_free && self.grid.place_of(&name).is_none() {
                return name;
            }
        }
    }

    /// Puts rows in from the cursor's on; says how many stood there already, and how many were added.
    fn put_rows(&mut self, names: &[Option<String>], rows: &[Vec<String>]) -> (usize, usize) {
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

fn has_cell(row: &[String], place: usize) -> bool {
    row.get(place).is_some_and(|cell| !cell.is_empty())
}

/// Rows with more cells than there are names.
fn count_longer(rows: &[Vec<String>], names: usize) -> usize {
    let is_longer = |row: &&Vec<String>| row.iter().skip(names).any(|cell| !cell.is_empty());
    rows.iter().filter(is_longer).count()
}

/// A target with the cells of a row; an empty cell takes the variable out.
fn with_cells(target: &Target, names: &[Option<String>], row: &[String]) -> Target {
    let cells = names.iter().zip(row);
    let cells = cells.filter_map(|(name, value)| Some((name.as_deref()?, value.as_str())));
    if target.is_empty() {
        return cells.filter(|(_, value)| !value.is_empty()).collect();
    }
    cells.fold(target.clone(), |target, (name, value)| {
        if value.is_empty() {
            target.without(name)
        } else {
            target.with(name, value)
        }
    })
}

/// What was taken out of a paste.
struct Taken {
    names: Vec<String>,
    has_header: bool,
    /// Rows that stood there already.
    over: usize,
    added: usize,
    /// Whether names were made up.
    made_up: bool,
    /// Rows with cells that no column is for.
    left_out: usize,
}

impl Taken {
    /// It in words.
    fn notice(&self) -> Notice {
        let list: Vec<String> = self
            .names
            .iter()
            .take(6)
            .map(|name| clip(name, 24))
            .collect();
        let more = if self.names.len() > 6 { ", ..." } else { "" };
        let by = if self.has_header {
            ", first line taken as header"
        } else {
            " without a header"
        };
        let mut sentences = vec![format!(
            "Pasted {}{by}: {}{more}.",
            counted((self.over + self.added) as u64, "row"),
            list.join(", ")
        )];
        if self.over > 0 {
            let rows = counted(self.over as u64, "row");
            sentences.push(format!("{rows} filled over, {} added.", self.added));
        }
        if self.made_up {
            let text = "Columns without a name have one made up; Shift-R renames.";
            sentences.push(text.to_owned());
        }
        if self.left_out > 0 {
            let rows = counted(self.left_out as u64, "row");
            sentences.push(format!(
                "{rows} had more cells than the header; those were left out."
            ));
        }
        sentences.push("u takes it back.".to_owned());
        let text = sentences.join(" ");
        if self.made_up || self.left_out > 0 {
            Notice::warning(text)
        } else {
            Notice::ok(text)
        }
    }
}
