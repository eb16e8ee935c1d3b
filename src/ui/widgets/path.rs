//! The name of a file as it is typed, and below it what continues it.

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::domain::text::{counted, size};
use crate::model::effect::RequestId;
use crate::model::file::{Entry, EntryKind, FileWork, Listing};
use crate::model::{Action, Effect, Notice};
use crate::ui::app::Requests;
use crate::ui::shared::{Shared, Step};
use crate::ui::theme::Mark;
use crate::ui::widgets::input::Input;
use crate::ui::widgets::list::List;
use crate::ui::widgets::table::{self, Column, Row, clip};
use crate::ui::widgets::words::{LABEL, marked};

/// The name of a file.
pub struct PathField {
    input: Input,
    listing: Listing,
    list: List,
    is_chosen: bool,
    request: RequestId,
    problem: Option<String>,
}

/// What came of a key.
pub enum Typed {
    /// Something is wanted, or nothing.
    Steps(Vec<Step>),
    /// This file is meant.
    File(String),
}

impl PathField {
    /// An empty name; the folder that the program was started in is listed once [`PathField::ask`] is performed.
    pub fn new() -> Self {
        Self {
            input: Input::new(""),
            listing: Listing::default(),
            list: List::default(),
            is_chosen: false,
            request: 0,
            problem: None,
        }
    }

    /// Asks for what continues the name.
    pub fn ask(&mut self, requests: &mut Requests) -> Step {
        self.is_chosen = false;
        self.list = List::default();
        self.problem = None;
        self.request = requests.take();
        let typed = self.input.text().to_owned();
        Step::Do(Effect::File(self.request, FileWork::List(typed)))
    }

    /// The name as it is typed.
    pub fn text(&self) -> &str {
        self.input.text()
    }

    /// Takes what continues the name; an overtaken answer is dropped.
    pub fn listed(&mut self, id: RequestId, listing: &Listing) {
        if id == self.request {
            self.listing = listing.clone();
        }
    }

    /// Says why the file was not opened.
    pub fn failed(&mut self, notice: &Notice) {
        self.problem = Some(notice.text.clone());
    }

    /// Takes a key, with what it means here.
    pub fn key(&mut self, key: KeyEvent, action: Option<Action>, requests: &mut Requests) -> Typed {
        let steps = match action {
            Some(Action::Open) => return self.open(requests),
            Some(Action::Complete) => self.complete(requests),
            Some(Action::NextSuggestion) => self.choose(Action::Down),
            Some(Action::PreviousSuggestion) => self.choose(Action::Up),
            _ if self.input.key(key) => vec![self.ask(requests)],
            _ => Vec::new(),
        };
        Typed::Steps(steps)
    }

    /// Whether an action does something now.
    pub fn offers(&self, action: Action) -> bool {
        match action {
            Action::Complete | Action::NextSuggestion | Action::PreviousSuggestion => {
                !self.listing.entries.is_empty()
            }
            _ => true,
        }
    }

    /// Takes a paste.
    pub fn paste(&mut self, text: &str, requests: &mut Requests) -> Vec<Step> {
        if self.input.paste(text) {
            vec![self.ask(requests)]
        } else {
            Vec::new()
        }
    }

    fn choose(&mut self, action: Action) -> Vec<Step> {
        let rows = self.listing.entries.len();
        match (self.is_chosen, action) {
            (false, Action::Down) => self.is_chosen = rows > 0,
            (true, Action::Up) if self.list.cursor == 0 => self.is_chosen = false,
            (true, _) => drop(self.list.act(action, rows)),
            (false, _) => {}
        }
        Vec::new()
    }

    fn chosen(&self) -> Option<&Entry> {
        let chosen = self.listing.entries.get(self.list.cursor);
        chosen.filter(|_| self.is_chosen)
    }

    /// Opens what is chosen, else what is typed: a folder is gone into.
    fn open(&mut self, requests: &mut Requests) -> Typed {
        let chosen = self.chosen().map(|entry| entry.path.clone());
        let path = chosen.unwrap_or_else(|| self.input.text().to_owned());
        if path.trim().is_empty() {
            self.problem = Some("Type the file's name, or choose one with the arrows.".to_owned());
            return Typed::Steps(Vec::new());
        }
        self.input.set(&path);
        if path.ends_with('/') {
            return Typed::Steps(vec![self.ask(requests)]);
        }
        Typed::File(path)
    }

    /// Completes the name as far as it is clear.
    fn complete(&mut self, requests: &mut Requests) -> Vec<Step> {
        let clear = match (self.chosen(), self.listing.entries.as_slice()) {
            (Some(entry), _) | (None, [entry]) => entry.path.clone(),
            (None, entries) => common_start(entries),
        };
        if clear.len() > self.input.text().len() {
            self.input.set(&clear);
            return vec![self.ask(requests)];
        }
        self.choose(Action::Down)
    }

    /// Moves through the list.
    pub fn scroll(&mut self, down: bool) {
        self.choose(if down { Action::Down } else { Action::Up });
    }

    /// Draws the name and the list.
    pub fn view(&self, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>, hint: &str) {
        let theme = shared.theme;
        let width = usize::from(area.width);
        let mut head = vec![self.line(width, shared)];
        let hint = Span::styled(hint.to_owned(), theme.dim);
        head.push(Line::from(vec![Span::raw(" ".repeat(LABEL)), hint]));
        head.push(Line::default());
        if let Some(problem) = &self.problem {
            let mark = theme.mark_of(Mark::Error);
            let text = crate::domain::text::shown(problem);
            head.extend(marked(mark, &text, theme.danger, width));
            head.push(Line::default());
        }
        let rows = u16::try_from(head.len()).unwrap_or(u16::MAX);
        let [top, rest] =
            Layout::vertical([Constraint::Length(rows), Constraint::Min(0)]).areas(area);
        frame.render_widget(Paragraph::new(head), top);
        self.view_list(frame, rest, shared);
    }

    fn line(&self, width: usize, shared: &Shared<'_>) -> Line<'static> {
        let theme = shared.theme;
        let mut spans = vec![Span::styled(format!("{:<LABEL$}", "File"), theme.dim)];
        let room = width.saturating_sub(LABEL);
        spans.extend(self.input.line(room, theme.strong).spans);
        Line::from(spans)
    }

    fn view_list(&self, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>) {
        let theme = shared.theme;
        if let Some(text) = self.empty_words() {
            let text = crate::domain::text::shown(&text).into_owned();
            let line = Line::from(Span::styled(text, theme.dim));
            return frame.render_widget(Paragraph::new(line), area);
        }
        let columns = [
            Column::left("Name", Constraint::Fill(1)),
            Column::right("Size", Constraint::Length(8)),
        ];
        let page = usize::from(area.height.saturating_sub(1));
        let offset = self.list.offset_for(page);
        let rows = self.listing.entries.iter().skip(offset).map(|entry| {
            let (style, size) = match entry.kind {
                EntryKind::Table => (theme.text, size(entry.bytes)),
                EntryKind::Folder => (theme.value, "folder".to_owned()),
                EntryKind::Other => (theme.dim, size(entry.bytes)),
            };
            let slash = if entry.kind == EntryKind::Folder {
                "/"
            } else {
                ""
            };
            let name = format!("{}{slash}", clip(&entry.name, 200));
            Row::new(vec![
                Line::from(Span::styled(name, style)),
                Line::from(Span::styled(size, theme.dim)),
            ])
        });
        let selected = self.is_chosen.then_some(self.list.cursor);
        table::draw(frame, area, theme, &columns, rows, offset, selected);
    }

    fn empty_words(&self) -> Option<String> {
        match &self.listing {
            Listing {
                problem: Some(problem),
                ..
            } => Some(problem.clone()),
            Listing {
                entries, untypable, ..
            } if entries.is_empty() => Some(match untypable {
                0 => "No name here continues what is typed.".to_owned(),
                names => format!(
                    "{} can't be typed here (no UTF-8, or a line break): rename the file first.",
                    counted(*names as u64, "name")
                ),
            }),
            Listing { .. } => None,
        }
    }
}

impl Default for PathField {
    fn default() -> Self {
        Self::new()
    }
}

/// What all the paths begin with.
fn common_start(entries: &[Entry]) -> String {
    let Some((first, others)) = entries.split_first() else {
        return String::new();
    };
    let common = |start: &str, path: &str| {
        let alike = start
            .chars()
            .zip(path.chars())
            .take_while(|(one, other)| one == other);
        alike.map(|(one, _)| one).collect::<String>()
    };
    let start = first.path.clone();
    others
        .iter()
        .fold(start, |start, entry| common(&start, &entry.path))
}
