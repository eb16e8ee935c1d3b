//! How what was read looks: the counts, the choice, and every rejected row with its reason.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::domain::text::{counted, grouped, shown};
use crate::model::{Action, Context};
use crate::ui::overlays::import::outcome::Outcome;
use crate::ui::picture::Picture;
use crate::ui::shared::Shared;
use crate::ui::theme::Mark;
use crate::ui::widgets::table::{self, Column, Row, clip};
use crate::ui::widgets::words::{LABEL, marked, wrap};

/// Rows of the selected row's reason and cells.
const DETAIL: u16 = 4;

/// Draws it.
pub fn draw(
    outcome: &Outcome,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared<'_>,
    picture: &mut Picture,
) {
    let width = usize::from(area.width);
    let mut head = counts(outcome, width, shared);
    head.extend(choice(outcome, shared));
    let mut foot = said(outcome, width, shared);
    if let Some(writing) = &outcome.writing {
        let mut spans = vec![Span::styled(
            format!("{:<LABEL$}", "Write to"),
            shared.theme.dim,
        )];
        let room = width.saturating_sub(LABEL);
        spans.extend(writing.input.line(room, shared.theme.strong).spans);
        foot.insert(0, Line::from(spans));
        foot.insert(0, Line::default());
    }
    let rows = |lines: &[Line<'_>]| u16::try_from(lines.len()).unwrap_or(0);
    let has_rows = !outcome.rows().is_empty();
    let parts = [
        Constraint::Length(rows(&head) + 1),
        Constraint::Min(0),
        Constraint::Length(if has_rows { DETAIL } else { 0 }),
        Constraint::Length(rows(&foot)),
    ];
    let [top, list, detail, bottom] = Layout::vertical(parts).areas(area);
    frame.render_widget(Paragraph::new(head), top);
    frame.render_widget(Paragraph::new(foot), bottom);
    if has_rows {
        draw_rejected(outcome, frame, list, shared, picture);
        draw_selected(outcome, frame, detail, shared);
    }
}

fn counts(outcome: &Outcome, width: usize, shared: &Shared<'_>) -> Vec<Line<'static>> {
    let theme = shared.theme;
    let taken = outcome.taken();
    let (mark, style) = if taken == 0 {
        (Mark::Error, theme.danger)
    } else {
        (Mark::Ok, theme.ok)
    };
    let text = format!("{} would be taken", counted(taken, "contact"));
    let mut lines = marked(theme.mark_of(mark), &text, style, width);
    let rejected = outcome.read().rejected.count();
    if rejected > 0 {
        let rows = counted(rejected, "row");
        let text = format!("{rows} rejected: {}", outcome.reasons());
        lines.extend(marked(
            theme.mark_of(Mark::Warning),
            &text,
            theme.warning,
            width,
        ));
    }
    lines
}

/// Instead of the draft's targets, or behind them.
fn choice(outcome: &Outcome, shared: &Shared<'_>) -> Vec<Line<'static>> {
    let theme = shared.theme;
    let taken = outcome.taken();
    if outcome.existing == 0 || taken == 0 {
        return Vec::new();
    }
    let key = shared.key_of(&[Context::Imported], Action::Behind);
    let new = taken - outcome.already();
    let all = outcome.existing + new;
    let instead = format!(
        "instead of the draft's {}",
        counted(outcome.existing, "target")
    );
    let behind = format!(
        "behind them: {} new, {} there already, {} then",
        grouped(new),
        grouped(outcome.already()),
        grouped(all)
    );
    let line = |is_chosen: bool, text: String| {
        let (mark, style) = if is_chosen {
            (Mark::On, theme.focus)
        } else {
            (Mark::Off, theme.text)
        };
        Line::from(Span::styled(
            format!("  {} {text}", theme.mark_of(mark)),
            style,
        ))
    };
    let mut first = line(!outcome.is_behind(), instead);
    first
        .spans
        .push(Span::styled(format!("   {key}"), theme.focus));
    first.spans.push(Span::styled(" swaps", theme.dim));
    vec![first, line(outcome.is_behind(), behind)]
}

fn said(outcome: &Outcome, width: usize, shared: &Shared<'_>) -> Vec<Line<'static>> {
    let notice = outcome.said.as_ref();
    notice.map_or_else(Vec::new, |notice| {
        super::notice_lines(notice, width, shared)
    })
}

fn draw_rejected(
    outcome: &Outcome,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared<'_>,
    picture: &mut Picture,
) {
    let theme = shared.theme;
    let columns = [
        Column::right("Line", Constraint::Length(9)),
        Column::left("Why it was rejected", Constraint::Fill(3)),
        Column::left("The row", Constraint::Fill(2)),
    ];
    let page = usize::from(area.height.saturating_sub(1));
    let offset = outcome.list.offset_for(page);
    let rows = outcome.rows().iter().skip(offset).map(|row| {
        let why = clip(&row.reason.to_string(), 120);
        Row::new(vec![
            Line::from(Span::styled(grouped(row.line), theme.text)),
            Line::from(Span::styled(why, theme.text)),
            Line::from(Span::styled(cells(&row.cells), theme.dim)),
        ])
    });
    let drawn = table::draw(
        frame,
        area,
        theme,
        &columns,
        rows,
        offset,
        Some(outcome.list.cursor),
    );
    picture.text_limit = offset;
    picture.text_page = drawn.page;
}

fn cells(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().take(12).map(|cell| clip(cell, 24)).collect();
    cells.join(" | ")
}

/// The reason of the selected row in full, and its cells.
fn draw_selected(outcome: &Outcome, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>) {
    let theme = shared.theme;
    let Some(row) = outcome.rows().get(outcome.list.cursor) else {
        return;
    };
    let width = usize::from(area.width);
    let reason = format!("Line {}: {}", grouped(row.line), row.reason);
    let mut lines = vec![Line::default()];
    let text = wrap(&shown(&reason), width).into_iter().take(2);
    lines.extend(text.map(|line| Line::from(Span::styled(line, theme.text))));
    lines.push(Line::from(Span::styled(
        clip(&cells(&row.cells), width),
        theme.dim,
    )));
    frame.render_widget(Paragraph::new(lines), area);
}
