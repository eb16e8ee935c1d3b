//! Another time for a launch that waits: typed as in the review, read first, confirmed with a second Enter.

use crossterm::event::KeyEvent;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::text::{Line, Span};

use crate::domain::due::{self, Due, moment};
use crate::domain::text::shown;
use crate::domain::waiting::{WaitingLaunch, countdown};
use crate::model::{Action, Effect};
use crate::ui::shared::{Shared, Step};
use crate::ui::theme::Mark;
use crate::ui::widgets::input::Input;
use crate::ui::widgets::words::{marked, wrap};

/// A time that is being given to a launch that has one.
pub struct Moving {
    /// The launch.
    pub id: String,
    /// When it was due when this was begun.
    from: Timestamp,
    input: Input,
    /// The time as it was understood and taken: `in 30 min` doesn't move on any more.
    taken: Option<Due>,
    complaint: Option<String>,
}

/// What a key leads to.
pub enum Moved {
    /// It goes on.
    On,
    /// It is over, and this is wanted done.
    Over(Vec<Step>),
}

impl Moving {
    /// Begins with an empty line.
    pub fn of(waiting: &WaitingLaunch) -> Self {
        Self {
            id: waiting.id.clone(),
            from: waiting.due_at,
            input: Input::new(""),
            taken: None,
            complaint: None,
        }
    }

    /// Whether what was understood is to be confirmed.
    pub fn is_taken(&self) -> bool {
        self.taken.is_some()
    }

    /// Takes a key: the first Enter takes the time, the second one moves the launch.
    pub fn key(&mut self, key: KeyEvent, action: Option<Action>, now: Timestamp) -> Moved {
        match action {
            Some(Action::Back) if self.taken.is_some() => self.taken = None,
            Some(Action::Back) => return Moved::Over(Vec::new()),
            Some(Action::Accept) => return self.accept(now),
            _ => {
                self.complaint = None;
                if self.input.key(key) {
                    self.taken = None;
                }
            }
        }
        Moved::On
    }

    /// Takes a paste: it confirms nothing.
    pub fn paste(&mut self, text: &str) {
        self.taken = None;
        self.complaint = None;
        self.input.paste(text);
    }

    fn accept(&mut self, now: Timestamp) -> Moved {
        match (self.due(now), &self.taken) {
            (Err(why), _) => self.complaint = Some(why),
            (Ok(due), None) => self.taken = Some(due),
            (Ok(due), Some(_)) => {
                return Moved::Over(vec![Step::Do(Effect::MoveWaiting {
                    launch: self.id.clone(),
                    from: self.from,
                    to: Box::new(due.at),
                })]);
            }
        }
        Moved::On
    }

    /// The time as it is understood.
    fn due(&self, now: Timestamp) -> Result<Due, String> {
        let due = match &self.taken {
            Some(taken) if taken.timestamp() <= now => {
                return Err(format!("{} is past by now.", moment(&taken.at)));
            }
            Some(taken) => taken.clone(),
            None => due::read(self.input.text(), &now.to_zoned(TimeZone::system()))?,
        };
        if due.timestamp() == self.from {
            return Err("It is due at that time already.".to_owned());
        }
        Ok(due)
    }

    /// The line of the time, what was understood, and what that means.
    pub fn lines(
        &self,
        waiting: &WaitingLaunch,
        width: usize,
        shared: &Shared<'_>,
    ) -> Vec<Line<'static>> {
        let theme = shared.theme;
        let name = shown(&waiting.broadcast.name);
        let mut spans = vec![Span::styled(format!("Send {name} at:  "), theme.text)];
        if self.taken.is_some() {
            let typed = shown(self.input.text()).into_owned();
            spans.push(Span::styled(typed, theme.text));
        } else {
            spans.extend(self.input.line(30, theme.strong).spans);
        }
        let mut lines = vec![Line::from(spans)];
        let mut say = |text: &str, style| {
            let wrapped = wrap(text, width).into_iter();
            lines.extend(wrapped.map(|line| Line::from(Span::styled(line, style))));
        };
        match self.due(shared.now) {
            _ if self.input.text().trim().is_empty() => say(EXAMPLES, theme.dim),
            Err(why) => say(self.complaint.as_deref().unwrap_or(&why), theme.warning),
            Ok(due) => {
                let by = countdown(due.timestamp().duration_since(self.from).abs());
                let is_later = due.timestamp() > self.from;
                let word = if is_later { "later" } else { "EARLIER" };
                let style = if is_later {
                    theme.strong
                } else {
                    theme.warning
                };
                say(&format!("{}: {by} {word}", due.words(shared.now)), style);
                if let Some(why) = overtaken(waiting, &due, shared) {
                    let mark = theme.mark_of(Mark::Warning);
                    lines.extend(marked(mark, &why, theme.warning, width));
                }
                let mut say = |text: &str, style| {
                    let wrapped = wrap(text, width).into_iter();
                    lines.extend(wrapped.map(|line| Line::from(Span::styled(line, style))));
                };
                say(STAYS, theme.dim);
            }
        }
        lines
    }
}

const EXAMPLES: &str = "09:00, tomorrow 9:00, fri 18:30, in 30 min, 2026-11-24 09:00";

const STAYS: &str = "What was confirmed stays as it is, and is checked once more at its time. Until then it can be taken back.";

/// What is to be said where another launch of its broadcast comes before it only now.
fn overtaken(waiting: &WaitingLaunch, due: &Due, shared: &Shared<'_>) -> Option<String> {
    let is_overtaken = shared.data.waiting.iter().any(|other| {
        other.is_waiting()
            && other.broadcast.id == waiting.broadcast.id
            && other.bot.id == waiting.bot.id
            && other.confirmed_at > waiting.confirmed_at
            && other.due_at > waiting.due_at
            && other.due_at <= due.timestamp()
    });
    is_overtaken.then(|| {
        "Another launch of this broadcast, confirmed after it, is sent before it then: it would be refused at its time."
            .to_owned()
    })
}
