//! The question before the calls of a batch are taken back that are not sent yet, wherever it is being sent from.

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::domain::launch::{LaunchRecord, Outcome};
use crate::domain::text::{grouped, shown};
use crate::model::effect::BroadcastKey;
use crate::model::{Action, Context, Effect, Notice};
use crate::ui::app::Requests;
use crate::ui::overlays::Overlay;
use crate::ui::picture::Picture;
use crate::ui::shared::{Shared, Step};
use crate::ui::widgets::pane::{Pane, centred};
use crate::ui::widgets::words::wrap;

/// Columns of the question, its borders included.
const COLUMNS: u16 = 76;

/// The question, of one launch.
pub struct StopSending {
    launch: String,
    broadcast: BroadcastKey,
    name: String,
}

impl StopSending {
    /// Asks of a launch that is being sent; says why not of others.
    pub fn ask(launch: Option<&LaunchRecord>) -> Step {
        let text = match launch {
            Some(launch) if launch.outcome != Outcome::Sending => {
                "It is not being sent: there is nothing to stop."
            }
            Some(launch) if launch.calls.len() < 2 => {
                "It is one call, which is on its way: nobody can take it back."
            }
            Some(launch) => {
                return Step::show(Self {
                    launch: launch.id.clone(),
                    broadcast: BroadcastKey {
                        bot: launch.bot.id.clone(),
                        id: launch.broadcast.id.clone(),
                    },
                    name: launch.broadcast.name.clone(),
                });
            }
            None => "Nothing is being sent: there is nothing to stop.",
        };
        Step::Say(Notice::ok(text))
    }

    fn act(&self, action: Option<Action>) -> Vec<Step> {
        match action {
            Some(Action::Yes | Action::StopSending) => vec![
                Step::Close,
                Step::Do(Effect::StopSending {
                    launch: self.launch.clone(),
                    broadcast: self.broadcast.clone(),
                }),
            ],
            Some(Action::Back) => vec![Step::Close],
            _ => Vec::new(),
        }
    }

    fn what(&self, shared: &Shared<'_>) -> String {
        let name = shown(&self.name);
        let launches = &shared.data.launches;
        let found = launches.iter().find(|launch| launch.id == self.launch);
        match found.filter(|launch| launch.outcome == Outcome::Sending) {
            Some(launch) => {
                let all = launch.calls.len();
                let accepted =
                    |call: &&crate::domain::launch::CallRecord| call.outcome == Outcome::Accepted;
                let done = launch.calls.iter().filter(accepted).count();
                format!(
                    "Stop {name}? {} of {} calls were accepted when it was looked at last.",
                    grouped(done as u64),
                    grouped(all as u64)
                )
            }
            None => format!("{name} is not being sent any more."),
        }
    }
}

impl Overlay for StopSending {
    fn contexts(&self) -> &'static [Context] {
        &[Context::Question]
    }

    fn key(
        &mut self,
        _key: KeyEvent,
        action: Option<Action>,
        _shared: &Shared<'_>,
        _requests: &mut Requests,
    ) -> Vec<Step> {
        self.act(action)
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
        say(&self.what(shared), theme.warning);
        say("", theme.text);
        say(
            "The call that is on its way can't be taken back. No further one is sent, and what is left can be made a draft then (R).",
            theme.text,
        );
        say("", theme.text);
        say("Enter stops it, Esc lets it go on.", theme.dim);
        let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX);
        let inner = Pane::new("Stop").draw_over(frame, centred(area, width, height), theme);
        frame.render_widget(Paragraph::new(lines), inner);
    }
}
