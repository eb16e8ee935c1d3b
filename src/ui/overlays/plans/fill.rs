//! A template's places, filled in one by one, each with the lines of the plan that use it. Nothing is remembered.

use crossterm::event::KeyEvent;
use indexmap::IndexMap;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::domain::plan::Plan;
use crate::domain::template::Template;
use crate::domain::text::shown;
use crate::model::Context;
use crate::model::{Action, Effect};
use crate::ui::app::Requests;
use crate::ui::overlays::Overlay;
use crate::ui::picture::Picture;
use crate::ui::shared::{Shared, Step};
use crate::ui::theme::{Mark, Theme};
use crate::ui::widgets::input::Input;
use crate::ui::widgets::json;
use crate::ui::widgets::pane::{Pane, centred};
use crate::ui::widgets::table::{clip, cut};
use crate::ui::widgets::words::marked;

/// Columns of the overlay at most.
const MOST_COLUMNS: u16 = 96;

/// Columns of a place's name at most.
const MOST_NAME: usize = 24;

/// Lines of the plan that are shown of a place.
const MOST_LINES: usize = 8;

/// The form of a template.
pub struct FillIn {
    name: String,
    template: Template,
    lines: Vec<String>,
    fields: Vec<(String, Input)>,
    at: usize,
    complaints: Vec<String>,
}

impl FillIn {
    /// Asks for every place of a template, the first one first.
    pub fn new(name: &str, template: Template, text: &str) -> Self {
        let names = template.names().into_iter();
        let fields = names
            .map(|name| (name.to_owned(), Input::new("")))
            .collect();
        let text = json::in_lines(text);
        Self {
            name: name.to_owned(),
            template,
            lines: text.lines().map(str::to_owned).collect(),
            fields,
            at: 0,
            complaints: Vec::new(),
        }
    }

    /// Goes to the next value, and from the last one makes the plan.
    fn accept(&mut self) -> Vec<Step> {
        if self.at + 1 < self.fields.len() {
            self.at += 1;
            return Vec::new();
        }
        if let Some(empty) = self
            .fields
            .iter()
            .position(|(_, input)| input.text().is_empty())
        {
            self.at = empty;
            self.complaints = vec![format!("{} has no value yet.", self.fields[empty].0)];
            return Vec::new();
        }
        let values: IndexMap<String, String> = self
            .fields
            .iter()
            .map(|(name, input)| (name.clone(), input.text().to_owned()))
            .collect();
        let filled = self.template.fill(&values);
        let read = filled.and_then(|text| Plan::from_json(&text).map(|_| text));
        match read {
            Ok(text) => vec![Step::Close, Step::Do(Effect::MakePlan(text))],
            Err(problems) => {
                let told = problems.iter().map(|problem| {
                    let place = if problem.at.is_empty() { "" } else { ": " };
                    format!("{}{place}{}", shown(&problem.at), problem.message)
                });
                self.complaints = told.collect();
                Vec::new()
            }
        }
    }

    fn field_lines(&self, width: usize, theme: &Theme) -> Vec<Line<'static>> {
        let longest = self.fields.iter().map(|(name, _)| name.chars().count());
        let label = longest.max().unwrap_or(0).min(MOST_NAME) + 2;
        let fields = self.fields.iter().enumerate();
        fields
            .map(|(place, (name, input))| {
                let is_here = place == self.at;
                let style = if is_here { theme.focus } else { theme.dim };
                let name = cut(&shown(name), label - 2);
                let mut spans = vec![Span::styled(format!("{name:<label$}"), style)];
                if is_here {
                    spans.extend(input.line(width - label, theme.strong).spans);
                } else {
                    spans.push(Span::styled(clip(input.text(), width - label), theme.text));
                }
                Line::from(spans)
            })
            .collect()
    }

    /// The lines of the plan that use the value which is typed.
    fn used_lines(&self, width: usize, theme: &Theme) -> Vec<Line<'static>> {
        let Some((name, _)) = self.fields.get(self.at) else {
            return Vec::new();
        };
        let using: Vec<&String> = self.lines.iter().filter(|line| uses(line, name)).collect();
        let mut lines = vec![Line::from(Span::styled("It stands in", theme.dim))];
        for line in using.iter().take(MOST_LINES) {
            let text = clip(line.trim(), width.saturating_sub(2));
            lines.push(Line::from(Span::styled(format!("  {text}"), theme.value)));
        }
        if using.len() > MOST_LINES {
            let more = format!("  and {} lines more", using.len() - MOST_LINES);
            lines.push(Line::from(Span::styled(
                more,
                theme.dim.add_modifier(Modifier::empty()),
            )));
        }
        lines
    }
}

impl Overlay for FillIn {
    fn contexts(&self) -> &'static [Context] {
        &[Context::Template]
    }

    fn key(
        &mut self,
        key: KeyEvent,
        action: Option<Action>,
        _shared: &Shared<'_>,
        _requests: &mut Requests,
    ) -> Vec<Step> {
        match action {
            Some(Action::Back) => vec![Step::Close],
            Some(Action::NextField) => {
                self.at = (self.at + 1) % self.fields.len().max(1);
                Vec::new()
            }
            Some(Action::PreviousField) => {
                let count = self.fields.len().max(1);
                self.at = (self.at + count - 1) % count;
                Vec::new()
            }
            Some(Action::Accept) => self.accept(),
            _ => {
                if let Some((_, input)) = self.fields.get_mut(self.at)
                    && input.key(key)
                {
                    self.complaints.clear();
                }
                Vec::new()
            }
        }
    }

    fn paste(&mut self, text: &str, _shared: &Shared<'_>, _requests: &mut Requests) -> Vec<Step> {
        if let Some((_, input)) = self.fields.get_mut(self.at) {
            input.paste(text);
            self.complaints.clear();
        }
        Vec::new()
    }

    fn offers(&self, action: Action, _shared: &Shared<'_>, _picture: &Picture) -> bool {
        match action {
            Action::NextField | Action::PreviousField => self.fields.len() > 1,
            _ => true,
        }
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>, _picture: &mut Picture) {
        let theme = shared.theme;
        let columns = MOST_COLUMNS.min(area.width);
        let width = usize::from(columns.saturating_sub(4));
        let fields = self.field_lines(width, theme);
        let mut used = self.used_lines(width, theme);
        for complaint in &self.complaints {
            let mark = theme.mark_of(Mark::Error);
            used.extend(marked(mark, complaint, theme.danger, width));
        }
        let height = u16::try_from(fields.len() + used.len() + 3).unwrap_or(u16::MAX);
        let area = centred(area, columns, height);
        let title = format!("Fill in {}", clip(&self.name, 40));
        let inner = Pane::new(title).draw_over(frame, area, theme);
        let count = u16::try_from(used.len() + 1).unwrap_or(u16::MAX);
        let [top, _, below] = Layout::vertical([
            Constraint::Fill(1),
            Constraint::Length(1),
            Constraint::Length(count.saturating_sub(1).min(inner.height.saturating_sub(2))),
        ])
        .areas(inner);
        let first = (self.at + 1).saturating_sub(usize::from(top.height));
        let fields: Vec<Line<'_>> = fields.into_iter().skip(first).collect();
        frame.render_widget(Paragraph::new(fields), top);
        frame.render_widget(Paragraph::new(used), below);
    }
}

/// Whether a line of a template has a place of this name.
fn uses(line: &str, name: &str) -> bool {
    let mut parts = line.split("{{").skip(1);
    parts.any(|part| {
        part.split("}}")
            .next()
            .is_some_and(|found| found.trim() == name)
    })
}
