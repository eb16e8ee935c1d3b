//! The rows of the broadcasts.

use ratatui::layout::Constraint;
use ratatui::text::{Line, Span};

use crate::domain::record::Broadcast;
use crate::domain::settings::Setting;
use crate::domain::text::{grouped, shown};
use crate::ui::overlays::waiting::state;
use crate::ui::shared::Shared;
use crate::ui::theme::Mark;
use crate::ui::widgets::outcome;
use crate::ui::widgets::relative::ago;
use crate::ui::widgets::table::{Column, Row};

/// The newest launch of a broadcast.
pub(super) fn last_launch<'a>(
    broadcast: &Broadcast,
    shared: &Shared<'a>,
) -> Option<&'a crate::domain::launch::LaunchRecord> {
    shared
        .data
        .launches
        .iter()
        .find(|launch| launch.broadcast.id == broadcast.id && launch.bot.id == broadcast.bot_key)
}

/// Columns for a width: audience, delivered and opened go first where there is no room.
pub(super) fn columns(width: u16) -> Vec<Column> {
    let mut columns = vec![
        Column::left("Name", Constraint::Fill(3)),
        Column::left("State", Constraint::Length(5)),
        Column::left("Verbs", Constraint::Length(10)),
        Column::left("Direct", Constraint::Length(6)),
    ];
    if width >= 110 {
        columns.push(Column::left("Audience", Constraint::Fill(2)));
    }
    columns.push(Column::right("Sent", Constraint::Length(7)));
    if width >= 90 {
        columns.push(Column::right("Delivered", Constraint::Length(9)));
        columns.push(Column::right("Opened", Constraint::Length(7)));
    }
    columns.push(Column::left("Last launch", Constraint::Length(14)));
    columns
}

/// A broadcast as a row.
pub(super) fn row<'a>(broadcast: &'a Broadcast, shared: &Shared<'_>, width: u16) -> Row<'a> {
    let theme = shared.theme;
    if !broadcast.is_on_demand() {
        return Row::new(vec![
            Line::from(Span::styled(shown(&broadcast.name), theme.dim)),
            Line::from(Span::styled(why_not_on_demand(broadcast), theme.dim)),
        ]);
    }
    let disabled = broadcast.enabled == Some(false);
    let (text, name) = if disabled {
        (theme.dim, theme.dim)
    } else {
        (theme.text, theme.strong)
    };
    let cell = |content: String| Line::from(Span::styled(content, text));
    let state = match broadcast.enabled {
        Some(true) => Span::styled("on", theme.ok),
        Some(false) => Span::styled("off", theme.warning),
        None => Span::styled("?", theme.dim),
    };
    let mut cells = vec![
        Line::from(Span::styled(shown(&broadcast.name), name)),
        Line::from(state),
        cell(verbs(broadcast)),
        cell(word(broadcast.settings.get(Setting::DirectMode)).to_owned()),
    ];
    if width >= 110 {
        let audience = broadcast
            .audience
            .as_ref()
            .map_or("not known", |audience| &audience.name);
        cells.push(cell(shown(audience).into_owned()));
    }
    cells.push(cell(broadcast.sent.map_or_else(|| "-".to_owned(), grouped)));
    if width >= 90 {
        cells.push(cell(share(broadcast.delivered, broadcast.sent)));
        cells.push(cell(share(broadcast.opened, broadcast.delivered)));
    }
    cells.push(last_launch_cell(broadcast, shared));
    Row::new(cells)
}

fn last_launch_cell(broadcast: &Broadcast, shared: &Shared<'_>) -> Line<'static> {
    let theme = shared.theme;
    if let Some(waiting) = shared.waiting_for(broadcast).first() {
        let (state, style) = state(waiting, shared.now, theme);
        let mark = theme.mark_of(if waiting.is_waiting() {
            Mark::Pending
        } else {
            Mark::Error
        });
        return Line::from(Span::styled(format!("{mark} {state}"), style));
    }
    let Some(launch) = last_launch(broadcast, shared) else {
        return Line::from(Span::styled("never", theme.dim));
    };
    let (mark, style) = outcome::mark(launch.outcome, theme);
    Line::from(vec![
        Span::styled(format!("{mark} "), style),
        Span::styled(ago(launch.started_at, shared.now), theme.text),
    ])
}

fn why_not_on_demand(broadcast: &Broadcast) -> String {
    match &broadcast.schedule_date {
        Some(date) if !date.is_empty() => format!("not On Demand: scheduled for {}", shown(date)),
        _ => "not On Demand: it has no launch hook".to_owned(),
    }
}

/// The verbs that launch, as recorded; `?` where nobody recorded them.
fn verbs(broadcast: &Broadcast) -> String {
    let verb = |setting, name: &str| match broadcast.settings.get(setting) {
        Some(true) => Some(name.to_owned()),
        Some(false) => None,
        None => Some(format!("{name}?")),
    };
    let verbs: Vec<String> = [
        verb(Setting::AllowGet, "GET"),
        verb(Setting::AllowPost, "POST"),
    ]
    .into_iter()
    .flatten()
    .collect();
    if verbs.is_empty() {
        "none".to_owned()
    } else {
        verbs.join(" ")
    }
}

fn word(on: Option<bool>) -> &'static str {
    match on {
        Some(true) => "yes",
        Some(false) => "no",
        None => "?",
    }
}

/// A share in per cent with one decimal; `-` where it can't be told.
fn share(part: Option<u64>, whole: Option<u64>) -> String {
    match (part, whole) {
        (Some(part), Some(whole)) if whole > 0 => crate::domain::text::share(part, whole),
        _ => "-".to_owned(),
    }
}
