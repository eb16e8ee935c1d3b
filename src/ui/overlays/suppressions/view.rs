//! How the suppression list looks.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::add::Add;
use super::column::Column;
use super::{Stage, Suppressions};
use crate::domain::text::{counted, grouped, shown, size};
use crate::model::{Action, Context, Notice};
use crate::ui::overlays::import::view::{bar, notice_lines};
use crate::ui::picture::Picture;
use crate::ui::shared::Shared;
use crate::ui::theme::Mark;
use crate::ui::widgets::input::Input;
use crate::ui::widgets::pane::{Pane, centred};
use crate::ui::widgets::relative::ago;
use crate::ui::widgets::table::{self, Row, clip};
use crate::ui::widgets::words::{LABEL, fact, marked, wrap};

/// Columns and rows of the overlay at most.
const MOST: (u16, u16) = (108, 32);

/// Draws it.
pub fn draw(
    list: &Suppressions,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared<'_>,
    picture: &mut Picture,
) {
    let area = centred(area, MOST.0, MOST.1);
    let theme = shared.theme;
    let pane = Pane::new(title(&list.stage))
        .right(Span::styled(count(list), theme.dim))
        .below(list.list.filter_line(theme));
    let inner = pane.draw_over(frame, area, theme);
    match &list.stage {
        Stage::List => draw_list(list, frame, inner, shared, picture),
        Stage::Removing(identity) => {
            draw_list(list, frame, inner, shared, picture);
            draw_question(identity, frame, inner, shared);
        }
        Stage::Add(add) => draw_add(add, frame, inner, shared),
        Stage::File(file) => {
            let hint = "CSV or TSV with a column of ids or phone numbers. ~ is your home.";
            file.view(frame, inner, shared, hint);
        }
        Stage::Column(column) => draw_column(column, frame, inner, shared),
        Stage::Reading(column, progress) => {
            let bytes = column.file.stamp.bytes;
            let lines = vec![
                Line::from(Span::styled(
                    "Reading the file. The list is as it was.",
                    theme.text,
                )),
                Line::default(),
                bar(
                    progress.bytes,
                    bytes,
                    usize::from(inner.width).min(80),
                    shared,
                ),
            ];
            frame.render_widget(Paragraph::new(lines), inner);
        }
    }
}

fn title(stage: &Stage) -> &'static str {
    match stage {
        Stage::List | Stage::Removing(_) => "Never written to",
        Stage::Add(_) => "Put on the suppression list",
        Stage::File(_) | Stage::Column(_) | Stage::Reading(..) => {
            "Put a file on the suppression list"
        }
    }
}

fn count(list: &Suppressions) -> String {
    let (Some(rows), Stage::List | Stage::Removing(_)) = (&list.rows, &list.stage) else {
        return String::new();
    };
    let all = grouped(rows.len() as u64);
    if list.list.filter_text().is_empty() {
        all
    } else {
        format!("{} of {all}", grouped(list.listed.len() as u64))
    }
}

fn draw_list(
    list: &Suppressions,
    frame: &mut Frame<'_>,
    area: Rect,
    shared: &Shared<'_>,
    picture: &mut Picture,
) {
    let width = usize::from(area.width);
    let said = list.said.as_ref();
    let foot = said.map_or_else(Vec::new, |notice| notice_lines(notice, width, shared));
    let foot_rows = u16::try_from(foot.len()).unwrap_or(0);
    let parts = [Constraint::Min(0), Constraint::Length(foot_rows)];
    let [top, bottom] = Layout::vertical(parts).areas(area);
    frame.render_widget(Paragraph::new(foot), bottom);
    let Some(rows) = list.rows.as_ref().filter(|_| !list.listed.is_empty()) else {
        return draw_empty(list, frame, top, shared);
    };
    let theme = shared.theme;
    let columns = [
        table::Column::left("Who", Constraint::Fill(2)),
        table::Column::left("Why", Constraint::Fill(3)),
        table::Column::left("By", Constraint::Fill(1)),
        table::Column::right("Since", Constraint::Length(12)),
    ];
    let offset = list
        .list
        .offset_for(usize::from(top.height.saturating_sub(1)));
    let listed = list.listed.iter().skip(offset).map(|place| {
        let row = &rows[*place];
        let cell = |text: &str, style| Line::from(Span::styled(clip(text, 80), style));
        Row::new(vec![
            cell(&row.identity, theme.text),
            cell(&row.reason, theme.text),
            cell(&row.by, theme.dim),
            Line::from(Span::styled(ago(row.at, shared.now), theme.dim)),
        ])
    });
    let cursor = Some(list.list.cursor);
    let drawn = table::draw(frame, top, theme, &columns, listed, offset, cursor);
    picture.text_limit = offset;
    picture.text_page = drawn.page;
}

fn draw_empty(list: &Suppressions, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>) {
    let key = |action| shared.key_of(&[Context::Suppressions], action);
    let text = match &list.rows {
        None if list.said.is_some() => String::new(),
        None => "Reading the list ...".to_owned(),
        Some(rows) if rows.is_empty() => format!(
            "Nobody is on the list. Whoever is on it is taken out of lists of targets, and counted; a filter that matches one of them is refused. {} adds somebody, {} takes a file.",
            key(Action::Add),
            key(Action::Import)
        ),
        Some(_) => "Nobody matches. Esc clears the filter.".to_owned(),
    };
    frame.render_widget(Paragraph::new(dim(&text, area, shared)), area);
}

fn dim(text: &str, area: Rect, shared: &Shared<'_>) -> Vec<Line<'static>> {
    let lines = wrap(text, usize::from(area.width)).into_iter();
    let line = |line| Line::from(Span::styled(line, shared.theme.dim));
    lines.map(line).collect()
}

fn draw_question(identity: &str, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>) {
    let theme = shared.theme;
    let area = centred(area, 70, 6);
    let inner = Pane::new("Take off the list").draw_over(frame, area, theme);
    let width = usize::from(inner.width);
    let name = clip(identity, 60);
    let mut lines = marked(theme.mark_of(Mark::Warning), &name, theme.strong, width);
    let text = "Launches of this profile reach them again from now on. Enter takes them off, Esc leaves them on.";
    lines.extend(dim(text, inner, shared));
    frame.render_widget(Paragraph::new(lines), inner);
}

/// A label and what is typed beside it; the cursor alone where keys go.
fn field(
    label: &str,
    input: &Input,
    is_here: bool,
    width: usize,
    shared: &Shared<'_>,
) -> Line<'static> {
    let theme = shared.theme;
    let mut spans = vec![Span::styled(format!("{label:<LABEL$}"), theme.dim)];
    let room = width.saturating_sub(LABEL);
    if is_here {
        spans.extend(input.line(room, theme.strong).spans);
    } else {
        spans.push(Span::styled(clip(input.text(), room), theme.text));
    }
    Line::from(spans)
}

fn draw_add(add: &Add, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>) {
    let theme = shared.theme;
    let width = usize::from(area.width);
    let hint = |text: &str| Line::from(Span::styled(format!("{:<LABEL$}{text}", ""), theme.dim));
    let mut lines = Vec::new();
    if !add.people.is_empty() {
        let people = counted(add.people.len() as u64, "contact");
        let first: Vec<String> = add
            .people
            .iter()
            .take(5)
            .map(|name| clip(name, 30))
            .collect();
        let more = if add.people.len() > 5 { ", ..." } else { "" };
        let text = format!("{people}: {}{more}", first.join(", "));
        lines.extend(fact("Pasted", &text, theme.text, width, theme));
    }
    lines.push(field("Who", &add.identity, !add.is_reason, width, shared));
    let kept = add.kept_as();
    lines.push(if kept.is_empty() {
        hint("a user_id, or a phone number with its country code; or paste a line for each")
    } else {
        hint(&format!(
            "kept as {}",
            clip(&kept, width.saturating_sub(LABEL + 8))
        ))
    });
    lines.push(Line::default());
    lines.push(field("Why", &add.reason, add.is_reason, width, shared));
    lines.push(hint("it stays on the list, beside your name and the time"));
    if let Some(problem) = &add.problem {
        lines.push(Line::default());
        lines.extend(notice_lines(&Notice::error(problem.clone()), width, shared));
    }
    frame.render_widget(Paragraph::new(lines), area);
}

fn draw_column(column: &Column, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>) {
    let theme = shared.theme;
    let width = usize::from(area.width);
    let header = &column.file.header;
    let name = column.path.rsplit('/').next().unwrap_or_default();
    let file = format!(
        "{}, {}, {}",
        shown(&clip(name, 60)),
        size(column.file.stamp.bytes),
        header.encoding
    );
    let mut foot = vec![
        Line::default(),
        field("Why", &column.reason, true, width, shared),
    ];
    let kind = match (column.is_phone, &column.file.country) {
        (true, Some(country)) => {
            format!("phone numbers; those without their country's code are of {country}")
        }
        (true, None) => "phone numbers, each with its country's code".to_owned(),
        (false, _) => "ids, or phone numbers, as they stand there".to_owned(),
    };
    foot.insert(0, Line::default());
    let key = shared.key_of(&[Context::SuppressionColumn], Action::ColumnKind);
    let kind = fact(
        "Holds",
        &format!("{kind}   ({key} changes it)"),
        theme.text,
        width,
        theme,
    );
    foot.splice(1..1, kind);
    if let Some(problem) = &column.problem {
        foot.push(Line::default());
        foot.extend(notice_lines(&Notice::error(problem.clone()), width, shared));
    }
    let parts = [
        Constraint::Length(2),
        Constraint::Max(u16::try_from(header.columns.len() + 1).unwrap_or(u16::MAX)),
        Constraint::Length(u16::try_from(foot.len()).unwrap_or(0)),
    ];
    let [top, list, bottom] = Layout::vertical(parts).areas(area);
    frame.render_widget(
        Paragraph::new(fact("File", &file, theme.text, width, theme)),
        top,
    );
    frame.render_widget(Paragraph::new(foot), bottom);
    draw_columns(column, frame, list, shared);
}

fn draw_columns(column: &Column, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>) {
    let theme = shared.theme;
    let header = &column.file.header;
    let titles = [
        table::Column::left("Column", Constraint::Fill(1)),
        table::Column::left("First rows", Constraint::Fill(2)),
    ];
    let page = usize::from(area.height.saturating_sub(1)).max(1);
    let offset = (column.chosen + 1).saturating_sub(page);
    let rows = header
        .columns
        .iter()
        .enumerate()
        .skip(offset)
        .map(|(place, name)| {
            let samples = header.samples.iter().filter_map(|row| row.get(place));
            let samples: Vec<String> = samples.map(|cell| clip(cell, 24)).collect();
            Row::new(vec![
                Line::from(Span::styled(clip(name, 60), theme.text)),
                Line::from(Span::styled(samples.join("  "), theme.dim)),
            ])
        });
    table::draw(
        frame,
        area,
        theme,
        &titles,
        rows,
        offset,
        Some(column.chosen),
    );
}
