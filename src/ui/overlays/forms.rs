//! The choice among the five forms: what each does, when to take it, and what the broadcast's settings say against it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::domain::plan::{FormKind, Method};
use crate::domain::problem::{FormStanding, form_standing};
use crate::domain::settings::{Setting, Settings};
use crate::model::Context;
use crate::model::{Action, Notice};
use crate::ui::app::Requests;
use crate::ui::overlays::Overlay;
use crate::ui::picture::Picture;
use crate::ui::shared::{Shared, Step};
use crate::ui::theme::{Mark, Theme};
use crate::ui::widgets::pane::{Pane, centred};
use crate::ui::widgets::words::wrap;
use crossterm::event::KeyEvent;

/// Columns of the overlay at most.
const MOST_COLUMNS: u16 = 92;

/// Columns of a form's name, the mark before it included.
const NAME: usize = 17;

/// The choice.
pub struct Forms {
    current: FormKind,
    method: Method,
    settings: Settings,
    selected: usize,
}

impl Forms {
    /// The forms, with the one that the draft has selected.
    pub fn new(current: FormKind, method: Method, settings: Settings) -> Self {
        let place = FormKind::ALL.iter().position(|form| *form == current);
        Self {
            current,
            method,
            settings,
            selected: place.unwrap_or(0),
        }
    }

    /// Goes to the next form, or to the one before.
    fn step(&mut self, down: bool) {
        self.selected = if down {
            (self.selected + 1).min(FormKind::ALL.len() - 1)
        } else {
            self.selected.saturating_sub(1)
        };
    }

    fn pick(&self) -> Vec<Step> {
        let kind = FormKind::ALL[self.selected];
        match form_standing(kind, &self.settings) {
            FormStanding::Refused(why) => vec![Step::Say(Notice::warning(why))],
            _ => vec![Step::Close, Step::ChooseForm(kind)],
        }
    }

    /// A form's lines: its name, what it does, and what stands against it.
    fn form(
        &self,
        kind: FormKind,
        is_selected: bool,
        width: usize,
        theme: &Theme,
    ) -> Vec<Line<'static>> {
        let standing = form_standing(kind, &self.settings);
        let is_refused = matches!(standing, FormStanding::Refused(_));
        let (name_style, text_style) = match (is_refused, is_selected) {
            (true, _) => (theme.dim, theme.dim),
            (false, true) => (theme.focus, theme.text),
            (false, false) => (theme.strong, theme.text),
        };
        let mark = if kind == self.current {
            theme.mark_of(Mark::On)
        } else {
            theme.mark_of(Mark::Off)
        };
        let room = width.saturating_sub(NAME);
        let mut texts: Vec<(String, Style)> = wrap(words(kind), room)
            .into_iter()
            .map(|line| (line, text_style))
            .collect();
        let notes = self.notes(kind, standing, theme);
        for (mark, note, style) in notes {
            let lines = wrap(&note, room.saturating_sub(2)).into_iter().enumerate();
            texts.extend(lines.map(|(index, line)| {
                let mark = if index == 0 { mark } else { " " };
                (format!("{mark} {line}"), style)
            }));
        }
        let texts = texts.into_iter().enumerate();
        texts
            .map(|(index, (text, style))| {
                let name = if index == 0 {
                    format!("{mark} {:<1$}", kind.word(), NAME - 2)
                } else {
                    " ".repeat(NAME)
                };
                let name = format!("{name:<NAME$}");
                Line::from(vec![
                    Span::styled(name, name_style),
                    Span::styled(text, style),
                ])
            })
            .collect()
    }

    /// What is to be known of a form on this broadcast.
    fn notes(
        &self,
        kind: FormKind,
        standing: FormStanding,
        theme: &Theme,
    ) -> Vec<(&'static str, String, Style)> {
        let mut notes = Vec::new();
        match standing {
            FormStanding::Refused(why) => {
                notes.push((theme.mark_of(Mark::Error), why.to_owned(), theme.dim));
            }
            FormStanding::NotKnown(why) => {
                notes.push((theme.mark_of(Mark::Unknown), why.to_owned(), theme.dim));
            }
            FormStanding::Allowed => {}
        }
        if kind == FormKind::Configured {
            let get = match self.settings.get(Setting::AllowGet) {
                Some(true) => "By GET too: m swaps.",
                Some(false) => "By POST alone: this broadcast doesn't allow GET.",
                None => "Whether GET is allowed is not recorded.",
            };
            notes.push((" ", get.to_owned(), theme.dim));
        } else if self.method == Method::Get {
            let text = "It has a body, so it wants POST: m swaps.";
            notes.push((theme.mark_of(Mark::Warning), text.to_owned(), theme.warning));
        }
        notes
    }
}

impl Overlay for Forms {
    fn contexts(&self) -> &'static [Context] {
        &[Context::Forms]
    }

    fn key(
        &mut self,
        _key: KeyEvent,
        action: Option<Action>,
        _shared: &Shared<'_>,
        _requests: &mut Requests,
    ) -> Vec<Step> {
        match action {
            Some(Action::Back) => vec![Step::Close],
            Some(Action::Pick) => self.pick(),
            Some(Action::Down) => {
                self.step(true);
                Vec::new()
            }
            Some(Action::Up) => {
                self.step(false);
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn scroll(&mut self, down: bool, _shared: &Shared<'_>) {
        self.step(down);
    }

    fn offers(&self, action: Action, _shared: &Shared<'_>, _picture: &Picture) -> bool {
        match action {
            Action::Down => self.selected + 1 < FormKind::ALL.len(),
            Action::Up => self.selected > 0,
            _ => true,
        }
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>, _picture: &mut Picture) {
        let columns = MOST_COLUMNS.min(area.width);
        let width = usize::from(columns.saturating_sub(4));
        let mut lines = Vec::new();
        let mut marked = 0..0;
        // Where there is no room for blank lines between the forms there are none.
        let is_roomy = area.height >= 22;
        for (place, kind) in FormKind::ALL.into_iter().enumerate() {
            if place > 0 && is_roomy {
                lines.push(Line::default());
            }
            let start = lines.len();
            lines.extend(self.form(kind, place == self.selected, width, shared.theme));
            if place == self.selected {
                marked = start..lines.len();
            }
        }
        let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX);
        let area = centred(area, columns, height);
        let inner = Pane::new("Form of the launch").draw_over(frame, area, shared.theme);
        let page = usize::from(inner.height);
        let first = marked.end.saturating_sub(page);
        for row in marked {
            let y = inner.y + u16::try_from(row - first).unwrap_or(0);
            let row = Rect {
                y,
                height: 1,
                ..inner
            };
            frame
                .buffer_mut()
                .set_style(row.intersection(inner), shared.theme.selected);
        }
        let lines: Vec<Line<'_>> = lines.into_iter().skip(first).collect();
        frame.render_widget(Paragraph::new(lines), inner);
    }
}

/// What a form does, and when to take it.
fn words(kind: FormKind) -> &'static str {
    match kind {
        FormKind::Audience => "Contacts that match filters. To reach a group without listing it.",
        FormKind::Configured => "The broadcast's own audience, as it is set up on the platform.",
        FormKind::Targets => "Contacts one by one, unknown ones created. The form to prefer.",
        FormKind::Conversation => "One contact, found or created. Deprecated: targets does it too.",
        FormKind::Raw => "Any JSON, as you write it. For flows that read the body themselves.",
    }
}
