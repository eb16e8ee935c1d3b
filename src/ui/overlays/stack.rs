//! The overlays that lie over the screen, the top one last.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::Overlay;
use crate::domain::hold::Interruption;
use crate::model::Reply;
use crate::ui::app::Requests;
use crate::ui::picture::Picture;
use crate::ui::shared::{Shared, Step};

/// Overlays, one upon the other.
#[derive(Default)]
pub struct Stack(Vec<Box<dyn Overlay>>);

impl Stack {
    /// Lays another one over all others.
    pub fn push(&mut self, overlay: Box<dyn Overlay>) {
        self.0.push(overlay);
    }

    /// Takes the top one away.
    pub fn close(&mut self) {
        self.0.pop();
    }

    /// Takes all away.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Takes those away that have nothing more to show.
    pub fn drop_those_over(&mut self) {
        self.0.retain(|overlay| !overlay.is_over());
    }

    /// Takes those away that a plan was opened from.
    pub fn give_way_to_a_plan(&mut self) {
        self.0.retain(|overlay| !overlay.gives_way_to_a_plan());
    }

    /// Whether nothing lies over the screen.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The top one.
    pub fn top(&self) -> Option<&dyn Overlay> {
        self.0.last().map(AsRef::as_ref)
    }

    /// The top one, to be changed.
    pub fn top_mut(&mut self) -> Option<&mut Box<dyn Overlay>> {
        self.0.last_mut()
    }

    /// Tells all of them that nobody could press a key meanwhile.
    pub fn interrupt(&mut self, interruption: Interruption) {
        for overlay in &mut self.0 {
            overlay.interrupted(interruption);
        }
    }

    /// Tells those below the top one that no key is for them.
    pub fn cover(&mut self) {
        if let [below @ .., _] = self.0.as_mut_slice() {
            for overlay in below {
                overlay.interrupted(Interruption::Covered);
            }
        }
    }

    /// Hands an answer to all of them; says whether it was for one, and what that wants done.
    pub fn reply(
        &mut self,
        reply: &Reply,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> (bool, Vec<Step>) {
        let overlays = self.0.iter_mut();
        let taken: Vec<Vec<Step>> = overlays
            .filter_map(|overlay| overlay.reply(reply, shared, requests))
            .collect();
        (!taken.is_empty(), taken.into_iter().flatten().collect())
    }

    /// Tells all of them that cache and journal may hold others now.
    pub fn refresh(&mut self, shared: &Shared<'_>, requests: &mut Requests) -> Vec<Step> {
        let overlays = self.0.iter_mut();
        overlays
            .flat_map(|overlay| overlay.refresh(shared, requests))
            .collect()
    }

    /// Draws the top one, and what it was asked from where that fills the screen; all else steps back.
    pub fn view(
        &self,
        frame: &mut Frame<'_>,
        body: Rect,
        shared: &Shared<'_>,
        picture: &mut Picture,
    ) {
        let [below @ .., top] = self.0.as_slice() else {
            return;
        };
        // Colours and reverse go, the selected row's too: the next key is not for what lies below.
        let quiet = Style::reset().patch(shared.theme.faint);
        frame.buffer_mut().set_style(body, quiet);
        // What fills the screen stays in sight under what was asked of it.
        if let Some(full) = below.iter().rfind(|overlay| overlay.fills_the_screen()) {
            full.view(frame, body, shared, &mut Picture::default());
            frame.buffer_mut().set_style(body, quiet);
        }
        picture.hits.clear();
        top.view(frame, body, shared, picture);
    }
}
