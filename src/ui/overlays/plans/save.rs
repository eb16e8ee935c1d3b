//! The name under which a plan is saved. One that is there already is replaced only when that is said twice.

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::domain::template::Template;
use crate::domain::text::shown;
use crate::model::Reply;
use crate::model::message::NotSaved;
use crate::model::{Action, Context, Effect};
use crate::ui::app::Requests;
use crate::ui::overlays::Overlay;
use crate::ui::picture::Picture;
use crate::ui::shared::{Shared, Step};
use crate::ui::theme::Mark;
use crate::ui::widgets::input::Input;
use crate::ui::widgets::pane::{Pane, centred};
use crate::ui::widgets::words::{LABEL, fact, marked};

/// Columns of the overlay at most.
const MOST_COLUMNS: u16 = 76;

/// The name in the making.
pub struct SaveAs {
    text: String,
    name: Input,
    state: State,
}

/// How far the saving is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    Naming,
    /// A plan of this name is there.
    Exists(String),
    /// It could not be saved, and why.
    Failed(String),
    Saved,
}

impl SaveAs {
    /// Asks for the name of a plan's text.
    pub fn new(text: String) -> Self {
        Self {
            text,
            name: Input::new(""),
            state: State::Naming,
        }
    }

    fn save(&self) -> Vec<Step> {
        let name = self.name.text().trim().to_owned();
        if name.is_empty() {
            return Vec::new();
        }
        let replace = self.state == State::Exists(name.clone());
        vec![Step::Do(Effect::SavePlan {
            name,
            text: self.text.clone(),
            replace,
        })]
    }

    /// Takes whether it was saved. Another name's answer is not for here.
    fn saved(&mut self, name: &str, result: &Result<(), NotSaved>) {
        if name != self.name.text().trim() {
            return;
        }
        self.state = match result {
            Ok(()) => State::Saved,
            Err(NotSaved::Exists) => State::Exists(name.to_owned()),
            Err(NotSaved::Failed(notice)) => State::Failed(notice.text.clone()),
        };
    }

    /// The places to fill in, in words.
    fn places(&self) -> String {
        match Template::read(&self.text) {
            Ok(template) if template.names().is_empty() => {
                "none: write {{name}} into a value to be asked for it when the plan is opened"
                    .to_owned()
            }
            Ok(template) => format!("asks for {}", template.names().join(", ")),
            Err(problems) => problems
                .first()
                .map_or_else(String::new, |problem| problem.message.clone()),
        }
    }
}

impl Overlay for SaveAs {
    fn contexts(&self) -> &'static [Context] {
        &[Context::SavePlan]
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
            Some(Action::SavePlan) => self.save(),
            _ => {
                if self.name.key(key) {
                    self.state = State::Naming;
                }
                Vec::new()
            }
        }
    }

    fn paste(&mut self, text: &str, _shared: &Shared<'_>, _requests: &mut Requests) -> Vec<Step> {
        if self.name.paste(text) {
            self.state = State::Naming;
        }
        Vec::new()
    }

    fn reply(
        &mut self,
        reply: &Reply,
        _shared: &Shared<'_>,
        _requests: &mut Requests,
    ) -> Option<Vec<Step>> {
        let Reply::PlanSaved(name, result) = reply else {
            return None;
        };
        self.saved(name, result);
        Some(Vec::new())
    }

    fn is_over(&self) -> bool {
        self.state == State::Saved
    }

    fn offers(&self, action: Action, _shared: &Shared<'_>, _picture: &Picture) -> bool {
        action != Action::SavePlan || !self.name.text().trim().is_empty()
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>, _picture: &mut Picture) {
        let theme = shared.theme;
        let columns = MOST_COLUMNS.min(area.width);
        let width = usize::from(columns.saturating_sub(4));
        let mut name = vec![Span::styled(format!("{:<LABEL$}", "Name"), theme.dim)];
        name.extend(self.name.line(width - LABEL, theme.strong).spans);
        let mut lines = vec![Line::from(name), Line::default()];
        lines.extend(fact("Places", &self.places(), theme.dim, width, theme));
        let key = shared.key_of(&[Context::SavePlan], Action::SavePlan);
        let said = match &self.state {
            State::Exists(name) => Some(format!(
                "A plan is saved as {} already. {key} again replaces it; or type another name.",
                shown(name)
            )),
            State::Failed(why) => Some(shown(why).into_owned()),
            State::Naming | State::Saved => None,
        };
        if let Some(said) = said {
            lines.push(Line::default());
            let mark = theme.mark_of(Mark::Warning);
            lines.extend(marked(mark, &said, theme.warning, width));
        }
        let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX);
        let inner = Pane::new("Save the draft as a plan").draw_over(
            frame,
            centred(area, columns, height),
            theme,
        );
        frame.render_widget(Paragraph::new(lines), inner);
    }
}
