//! The question before the calls of a batch are taken back that are not sent yet, wherever it is being sent from.

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::domain::launch::{CallRecord, LaunchRecord, Outcome};
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
    /// Whether there is something to stop: the calls of a batch that are not on their way yet.
    pub fn is_for(launch: &LaunchRecord) -> bool {
        launch.outcome == Outcome::Sending && launch.calls.len() > 1
    }

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

    fn act(&self, action: Option<Action>, shared: &Shared<'_>) -> Vec<Step> {
        match action {
            Some(Action::Yes | Action::StopSending) if self.sending(shared).is_some() => vec![
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

    /// The launch, as long as it is being sent.
    fn sending<'a>(&self, shared: &Shared<'a>) -> Option<&'a LaunchRecord> {
        let launches = &shared.data.launches;
        let found = launches.iter().find(|launch| launch.id == self.launch);
        found.filter(|launch| launch.outcome == Outcome::Sending)
    }

    /// The question, and what stopping means; that there is nothing to stop any more, once that is so.
    fn lines(&self, room: usize, shared: &Shared<'_>) -> Vec<Line<'static>> {
        let theme = shared.theme;
        let say = |text: &str, style| {
            let wrapped = wrap(text, room).into_iter();
            wrapped.map(move |line| Line::from(Span::styled(line, style)))
        };
        let name = shown(&self.name);
        let Some(launch) = self.sending(shared) else {
            let text = format!("{name} is not being sent any more: there is nothing to stop.");
            return say(&text, theme.text).collect();
        };
        let accepted = |call: &&CallRecord| call.outcome == Outcome::Accepted;
        let question = format!(
            "Stop {name}? {} of {} calls were accepted when it was looked at last.",
            grouped(launch.calls.iter().filter(accepted).count() as u64),
            grouped(launch.calls.len() as u64)
        );
        let rest = shared.key_of(&[Context::Launch], Action::LaunchRest);
        let meaning = format!(
            "The call that is on its way can't be taken back. No further one is sent; {rest} in the log makes what is left a draft then."
        );
        let mut lines: Vec<_> = say(&question, theme.warning).collect();
        lines.push(Line::default());
        lines.extend(say(&meaning, theme.text));
        lines
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
        shared: &Shared<'_>,
        _requests: &mut Requests,
    ) -> Vec<Step> {
        self.act(action, shared)
    }

    fn offers(&self, action: Action, shared: &Shared<'_>, _picture: &Picture) -> bool {
        action != Action::Yes || self.sending(shared).is_some()
    }

    fn label(&self, action: Action, shared: &Shared<'_>) -> Option<&'static str> {
        match action {
            Action::Yes => Some("stop it"),
            Action::Back if self.sending(shared).is_some() => Some("let it go on"),
            _ => None,
        }
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>, _picture: &mut Picture) {
        let width = COLUMNS.min(area.width);
        let lines = self.lines(usize::from(width.saturating_sub(4)), shared);
        let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX);
        let inner = Pane::new("Stop").draw_over(frame, centred(area, width, height), shared.theme);
        frame.render_widget(Paragraph::new(lines), inner);
    }
}
