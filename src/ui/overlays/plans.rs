//! The plans that were saved by name: opened as the draft of their broadcast, or deleted.

mod fill;
mod save;

use ratatui::Frame;
use ratatui::layout::{Constraint, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};

use crate::domain::text::{grouped, shown};
use crate::model::Reply;
use crate::model::message::PlanRow;
use crate::model::{Action, Context, Effect, Notice};
use crate::ui::app::Requests;
use crate::ui::overlays::Overlay;
use crate::ui::picture::Picture;
use crate::ui::shared::{Shared, Step};
use crate::ui::widgets::list::List;
use crate::ui::widgets::pane::{Pane, centred};
use crate::ui::widgets::relative::ago;
use crate::ui::widgets::table::{self, Column, Row};
use crossterm::event::KeyEvent;

pub use fill::FillIn;
pub use save::SaveAs;

/// Columns of the overlay at most.
const MOST_COLUMNS: u16 = 110;

/// Rows of a list without any plan.
const LEAST_ROWS: usize = 2;

/// The saved plans, once they are here.
#[derive(Default)]
pub struct SavedPlans {
    rows: Option<Vec<PlanRow>>,
    list: List,
    /// The plan whose deletion was asked for once.
    deleting: Option<String>,
}

impl SavedPlans {
    /// Takes the plans.
    fn listed(&mut self, plans: &Result<Vec<PlanRow>, Notice>) {
        self.rows = Some(plans.clone().unwrap_or_default());
    }

    fn selected(&self) -> Option<&PlanRow> {
        let rows = self.rows.as_ref()?;
        rows.get(self.list.cursor.min(rows.len().checked_sub(1)?))
    }

    fn open(&self) -> Vec<Step> {
        let Some(row) = self.selected() else {
            return Vec::new();
        };
        vec![match &row.content {
            Ok(_) => Step::Do(Effect::OpenPlan(row.name.clone())),
            Err(why) => Step::Say(Notice::error(shown(why))),
        }]
    }

    /// Deletes the selected plan, once that was asked for twice.
    fn delete(&mut self, asked: Option<&str>) -> Vec<Step> {
        let Some(name) = self.selected().map(|row| row.name.clone()) else {
            return Vec::new();
        };
        if asked == Some(name.as_str()) {
            return vec![Step::Do(Effect::DeletePlan(name))];
        }
        let text = format!("Press d again to delete the plan {}.", shown(&name));
        self.deleting = Some(name);
        vec![Step::Say(Notice::warning(text))]
    }
}

impl Overlay for SavedPlans {
    fn contexts(&self) -> &'static [Context] {
        &[Context::Plans]
    }

    fn key(
        &mut self,
        _key: KeyEvent,
        action: Option<Action>,
        _shared: &Shared<'_>,
        _requests: &mut Requests,
    ) -> Vec<Step> {
        let asked = self.deleting.take();
        match action {
            Some(Action::Back) => vec![Step::Close],
            Some(Action::Open) => self.open(),
            Some(Action::DeletePlan) => self.delete(asked.as_deref()),
            Some(action) => {
                let count = self.rows.as_ref().map_or(0, Vec::len);
                self.list.act(action, count);
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    fn scroll(&mut self, down: bool, _shared: &Shared<'_>) {
        let action = if down { Action::Down } else { Action::Up };
        self.deleting = None;
        self.list
            .act(action, self.rows.as_ref().map_or(0, Vec::len));
    }

    fn reply(
        &mut self,
        reply: &Reply,
        _shared: &Shared<'_>,
        _requests: &mut Requests,
    ) -> Option<Vec<Step>> {
        let Reply::Plans(plans) = reply else {
            return None;
        };
        self.listed(plans);
        Some(Vec::new())
    }

    fn was_drawn(&mut self, picture: &Picture) {
        self.list.offset = picture.text_limit;
        self.list.page = picture.text_page;
    }

    fn gives_way_to_a_plan(&self) -> bool {
        true
    }

    fn offers(&self, action: Action, _shared: &Shared<'_>, _picture: &Picture) -> bool {
        let rows = self.rows.as_ref().map_or(0, Vec::len);
        match action {
            Action::Open | Action::DeletePlan => rows > 0,
            _ => self.list.offers(action, rows),
        }
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>, picture: &mut Picture) {
        let theme = shared.theme;
        let rows = self.rows.as_deref().unwrap_or_default();
        let columns = MOST_COLUMNS.min(area.width);
        let height = rows.len().max(LEAST_ROWS) + 3;
        let area = centred(area, columns, u16::try_from(height).unwrap_or(u16::MAX));
        let count = Span::styled(grouped(rows.len() as u64), theme.dim);
        let inner = Pane::new("Saved plans")
            .right(count)
            .draw_over(frame, area, theme);
        if rows.is_empty() {
            let text = match self.rows {
                None => "Reading the saved plans ...".to_owned(),
                Some(_) => nothing(shared),
            };
            let text = Paragraph::new(Span::styled(text, theme.dim)).wrap(Wrap { trim: true });
            frame.render_widget(text, inner);
            return;
        }
        let selected = self.list.cursor.min(rows.len() - 1);
        let offset = List {
            cursor: selected,
            ..self.list.clone()
        }
        .offset_for(usize::from(inner.height.saturating_sub(1)));
        let lines = rows.iter().skip(offset).map(|row| line(row, shared));
        let titles = titles(inner.width);
        let drawn = table::draw(frame, inner, theme, &titles, lines, offset, Some(selected));
        picture.text_limit = offset;
        picture.text_page = drawn.page;
    }
}

/// What to do where nothing is saved.
fn nothing(shared: &Shared<'_>) -> String {
    let key = shared.key_of(&[Context::Compose], Action::SavePlan);
    format!(
        "No plan is saved yet. {key} in the builder saves the draft by a name; with {{{{places}}}} in its texts it is a template."
    )
}

fn titles(width: u16) -> Vec<Column> {
    let mut titles = vec![
        Column::left("Name", Constraint::Fill(3)),
        Column::left("Form", Constraint::Length(12)),
        Column::left("Broadcast", Constraint::Fill(3)),
        Column::left("Asks for", Constraint::Fill(2)),
    ];
    if width >= 80 {
        titles.push(Column::right("Saved", Constraint::Length(14)));
    }
    titles
}

fn line<'a>(row: &PlanRow, shared: &Shared<'_>) -> Row<'a> {
    let theme = shared.theme;
    let span = |text: String, style| Line::from(Span::styled(text, style));
    let name = span(shown(&row.name).into_owned(), theme.strong);
    let saved = row
        .saved_at
        .map_or_else(String::new, |at| ago(at, shared.now));
    let cells = match &row.content {
        Ok(plan) => vec![
            name,
            span(plan.form.word().to_owned(), theme.text),
            span(shown(&plan.broadcast).into_owned(), theme.text),
            span(shown(&plan.places.join(", ")).into_owned(), theme.criterion),
            span(saved, theme.dim),
        ],
        Err(why) => vec![
            name,
            span("unreadable".to_owned(), theme.danger),
            span(shown(why).into_owned(), theme.dim),
            span(String::new(), theme.dim),
            span(saved, theme.dim),
        ],
    };
    Row::new(cells)
}
