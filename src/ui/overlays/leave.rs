//! The question before the screen is left while launches wait: nobody sends them then.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::domain::text::{counted, shown};
use crate::domain::waiting::{WaitingLaunch, countdown};
use crate::model::Context;
use crate::model::{Action, Effect};
use crate::ui::app::Requests;
use crate::ui::overlays::Overlay;
use crate::ui::picture::Picture;
use crate::ui::shared::{Shared, Step};
use crate::ui::widgets::pane::{Pane, centred};
use crate::ui::widgets::words::wrap;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// Columns of the question, its borders included.
const COLUMNS: u16 = 76;

/// The question.
pub struct Leave;

impl Overlay for Leave {
    fn contexts(&self) -> &'static [Context] {
        &[Context::Question]
    }

    fn key(
        &mut self,
        key: KeyEvent,
        action: Option<Action>,
        _shared: &Shared<'_>,
        _requests: &mut Requests,
    ) -> Vec<Step> {
        let is_interrupt =
            key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL);
        match action {
            None if is_interrupt => vec![Step::Do(Effect::Quit)],
            Some(Action::Yes) => vec![Step::Do(Effect::Quit)],
            Some(Action::Back) => vec![Step::Close],
            _ => Vec::new(),
        }
    }

    fn keeps_interrupt(&self) -> bool {
        // Who asks to leave twice means it.
        true
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>, _picture: &mut Picture) {
        let theme = shared.theme;
        let width = COLUMNS.min(area.width);
        let room = usize::from(width.saturating_sub(4));
        let mut lines: Vec<Line<'static>> = Vec::new();
        let mut say = |text: &str, style| {
            let wrapped = wrap(text, room).into_iter();
            lines.extend(wrapped.map(|line| Line::from(Span::styled(line, style))));
        };
        say(&what(shared), theme.warning);
        say("", theme.text);
        say(
            "Without a console nobody sends them: a time that nobody serves is missed. To have them sent, leave and run",
            theme.text,
        );
        say("", theme.text);
        say(&command(shared), theme.strong);
        say("", theme.text);
        say("Enter leaves, Esc stays.", theme.dim);
        let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX);
        let inner = Pane::new("Leave").draw_over(frame, centred(area, width, height), theme);
        frame.render_widget(Paragraph::new(lines), inner);
    }
}

/// How they are served without a screen.
pub fn command(shared: &Shared<'_>) -> String {
    let profile = &shared.environment.profile;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let profile = if profile.chars().all(is_plain) {
        profile.clone()
    } else {
        format!("'{}'", shown(profile).replace('\'', "'\\''"))
    };
    format!("nohup mylink --profile {profile} run --pending &")
}

fn what(shared: &Shared<'_>) -> String {
    let is_waiting = |waiting: &&WaitingLaunch| waiting.is_waiting();
    let mut waiting = shared.data.waiting.iter().filter(is_waiting);
    let count = waiting.clone().count();
    let Some(first) = waiting.next() else {
        return "Nothing waits any more.".to_owned();
    };
    let left = countdown(first.due_at.duration_since(shared.now));
    let launches = counted(count as u64, "launch").replace("launchs", "launches");
    let verb = if count == 1 { "waits" } else { "wait" };
    format!(
        "{launches} {verb}: {}{} in {left}.",
        if count == 1 { "" } else { "the first is " },
        shown(&first.broadcast.name)
    )
}
