//! The bots of the account.

use ratatui::Frame;
use ratatui::layout::{Constraint, Rect};
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use crate::domain::record::Bot;
use crate::domain::text::{counted, grouped, shown};
use crate::model::browse::Whose;
use crate::model::message::BotRow;
use crate::model::{Action, Context};
use crate::ui::app::Requests;
use crate::ui::overlays::browse::Browse;
use crate::ui::picture::{Hit, Picture};
use crate::ui::screens::broadcasts::empty;
use crate::ui::shared::{Shared, Step};
use crate::ui::widgets::list::List;
use crate::ui::widgets::pane::Pane;
use crate::ui::widgets::relative::ago;
use crate::ui::widgets::table::{self, Column, Row, cut};

/// Columns from which there is room for everything.
const WIDE: u16 = 90;
/// The columns of names, where there is little room: at least, at most.
const LEAST_NAME: usize = 8;
const MOST_NAME: usize = 28;

/// The list of bots.
#[derive(Debug, Clone, Default)]
pub struct Bots {
    /// Its cursor and filter.
    pub list: List,
}

impl Bots {
    /// Where keys are looked up.
    pub const CONTEXTS: &'static [Context] = &[
        Context::Bots,
        Context::List,
        Context::Places,
        Context::Everywhere,
    ];

    /// Takes an action.
    pub fn act(
        &mut self,
        action: Action,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step> {
        let rows = self.rows(shared);
        if action == Action::Browse {
            let selected = rows.get(self.list.cursor);
            return selected.map_or_else(Vec::new, |row| browse_all(&row.bot, shared, requests));
        }
        if action == Action::Open {
            return rows
                .get(self.list.cursor)
                .map(|row| Step::ToBroadcasts(row.bot.key.clone()))
                .into_iter()
                .collect();
        }
        let count = rows.len();
        self.list.act(action, count);
        Vec::new()
    }

    /// Whether an action does something now.
    pub fn offers(&self, action: Action, shared: &Shared<'_>) -> bool {
        let rows = self.rows(shared);
        match action {
            Action::Open | Action::Browse => self.list.cursor < rows.len(),
            _ => self.list.offers(action, rows.len()),
        }
    }

    fn rows<'a>(&self, shared: &Shared<'a>) -> Vec<&'a BotRow> {
        let rows = &shared.data.bots;
        self.list
            .matching(rows, |row| row.bot.name.clone())
            .into_iter()
            .map(|index| &rows[index])
            .collect()
    }

    /// Draws the list.
    pub fn view(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        shared: &Shared<'_>,
        picture: &mut Picture,
    ) {
        let theme = shared.theme;
        let rows = self.rows(shared);
        let pane = Pane::new("Bots")
            .right(Span::styled(grouped(rows.len() as u64), theme.dim))
            .below(self.list.filter_line(theme))
            .focused(true);
        let inner = pane.draw(frame, area, theme);
        if rows.is_empty() {
            return empty(
                frame,
                inner,
                shared,
                "bots",
                !self.list.filter_text().is_empty(),
            );
        }
        let is_wide = inner.width >= WIDE;
        let columns = columns(&rows, is_wide);
        let offset = self
            .list
            .offset_for(usize::from(inner.height.saturating_sub(1)));
        let lines = rows
            .iter()
            .skip(offset)
            .map(|row| bot_row(row, shared, is_wide));
        let drawn = table::draw(
            frame,
            inner,
            theme,
            &columns,
            lines,
            offset,
            Some(self.list.cursor),
        );
        picture.offset = offset;
        picture.page = drawn.page;
        picture.hits.extend(
            drawn
                .rows
                .iter()
                .enumerate()
                .map(|(index, row)| (*row, Hit::Row(offset + index))),
        );
    }
}

/// Lays all contacts of a bot over the screen.
pub fn browse_all(bot: &Bot, shared: &Shared<'_>, requests: &mut Requests) -> Vec<Step> {
    let whose = Whose {
        bot: bot.key.clone(),
        plan: None,
    };
    Step::open(Browse::new(whose, bot.name.clone(), shared, requests))
}

/// The columns. Where there is little room the names get what they need, and the On Demand broadcasts go uncounted.
fn columns(rows: &[&BotRow], is_wide: bool) -> Vec<Column> {
    let longest = rows.iter().map(|row| shown(&row.bot.name).width()).max();
    let longest = longest.unwrap_or(0).clamp(LEAST_NAME, MOST_NAME);
    let name = if is_wide {
        Constraint::Fill(2)
    } else {
        Constraint::Length(u16::try_from(longest).unwrap_or(u16::MAX))
    };
    let mut columns = vec![
        Column::left("Name", name),
        Column::left("Channels", Constraint::Fill(2)),
        Column::right("Broadcasts", Constraint::Length(10)),
    ];
    if is_wide {
        columns.push(Column::right("On Demand", Constraint::Length(9)));
    }
    columns.push(Column::right("Contacts", Constraint::Length(10)));
    columns.push(Column::left("Synced", Constraint::Length(12)));
    columns
}

fn bot_row<'a>(row: &'a BotRow, shared: &Shared<'_>, is_wide: bool) -> Row<'a> {
    let theme = shared.theme;
    let broadcasts = shared
        .data
        .broadcasts
        .iter()
        .filter(|broadcast| broadcast.bot_key == row.bot.key);
    let (all, on_demand) = broadcasts.fold((0, 0), |(all, on_demand), broadcast| {
        (all + 1, on_demand + u64::from(broadcast.is_on_demand()))
    });
    let synced = row
        .as_of
        .map_or_else(|| "never".to_owned(), |at| ago(at, shared.now));
    let mut cells = vec![
        Line::from(Span::styled(shown(&row.bot.name), theme.text)),
        Line::from(Span::styled(
            shown(&cut(&row.bot.channels.join(" "), 60)).into_owned(),
            theme.dim,
        )),
        Line::from(Span::styled(grouped(all), theme.text)),
    ];
    if is_wide {
        cells.push(Line::from(Span::styled(grouped(on_demand), theme.text)));
    }
    cells.push(Line::from(Span::styled(grouped(row.contacts), theme.text)));
    cells.push(Line::from(Span::styled(synced, theme.dim)));
    Row::new(cells)
}

/// What the tabs' line says at its right.
pub fn summary(shared: &Shared<'_>) -> String {
    counted(shared.data.bots.len() as u64, "bot")
}
