//! What lies over a screen. The top one gets the key first.
//!
//! Each overlay is a module of its own that implements [`Overlay`]: where its keys are looked up, what they do, how it
//! is drawn; and of the rest only what it cares for. Whoever wants one makes it and hands it over, by
//! [`Step::show`](crate::ui::Step::show) or, where it has something asked for first, by
//! [`Step::open`](crate::ui::Step::open). So the list below is all that a new overlay is added to.

pub mod browse;
pub mod contact;
pub mod forms;
pub mod help;
pub mod import;
pub mod launch;
pub mod leave;
pub mod plans;
pub mod rehearsal;
pub mod review;
pub mod settle;
pub mod stack;
pub mod start_from;
pub mod stop;
pub mod suppressions;
pub mod values;
pub mod waiting;
pub mod why;

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;

use crate::domain::hold::{Clocks, Interruption};
use crate::model::{Action, Context, Reply};
use crate::ui::app::Requests;
use crate::ui::picture::{Hit, Picture};
use crate::ui::shared::{Shared, Step};
use crate::ui::widgets::scroll::Scroll;
use values::Picked;

/// Something that lies over the screen.
pub trait Overlay {
    /// Where keys are looked up, the nearest context first.
    fn contexts(&self) -> &'static [Context];

    /// Takes a key, with what it means here.
    fn key(
        &mut self,
        key: KeyEvent,
        action: Option<Action>,
        shared: &Shared<'_>,
        requests: &mut Requests,
    ) -> Vec<Step>;

    /// Draws it.
    fn view(&self, frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>, picture: &mut Picture);

    /// Takes a text that was pasted. Where nothing is typed none is taken.
    fn paste(&mut self, _text: &str, _shared: &Shared<'_>, _requests: &mut Requests) -> Vec<Step> {
        Vec::new()
    }

    /// The text that it scrolls, where it is one.
    fn scrolled(&mut self) -> Option<&mut Scroll> {
        None
    }

    /// Takes a turn of the mouse wheel.
    fn scroll(&mut self, down: bool, _shared: &Shared<'_>) {
        if let Some(scroll) = self.scrolled() {
            scroll.turn(down);
        }
    }

    /// Takes a click.
    fn click(&mut self, _hit: Hit, _shared: &Shared<'_>, _requests: &mut Requests) -> Vec<Step> {
        Vec::new()
    }

    /// Takes an answer; `None` where it is not for this one.
    fn reply(
        &mut self,
        _reply: &Reply,
        _shared: &Shared<'_>,
        _requests: &mut Requests,
    ) -> Option<Vec<Step>> {
        None
    }

    /// Takes that cache and journal may hold others now.
    fn refresh(&mut self, _shared: &Shared<'_>, _requests: &mut Requests) -> Vec<Step> {
        Vec::new()
    }

    /// Takes that others launched or settled something meanwhile.
    fn others_launched(&mut self, _requests: &mut Requests) -> Vec<Step> {
        Vec::new()
    }

    /// Takes a value that was picked from what lay over it.
    fn picked(
        &mut self,
        _picked: Picked,
        _shared: &Shared<'_>,
        _requests: &mut Requests,
    ) -> Vec<Step> {
        Vec::new()
    }

    /// Takes the time.
    fn tick(&mut self, _now: Clocks, _requests: &mut Requests) -> Vec<Step> {
        Vec::new()
    }

    /// Takes that a hold that runs counts for nothing.
    fn interrupted(&mut self, _interruption: Interruption) {}

    /// Takes what was drawn.
    fn was_drawn(&mut self, picture: &Picture) {
        if let Some(scroll) = self.scrolled() {
            scroll.was_drawn(picture);
        }
    }

    /// Whether an action does something now: the footer names no other.
    fn offers(&self, _action: Action, _shared: &Shared<'_>, _picture: &Picture) -> bool {
        true
    }

    /// What a key does now, where that is not what it always does.
    fn label(&self, _action: Action, _shared: &Shared<'_>) -> Option<&'static str> {
        None
    }

    /// Whether ctrl-c is for the overlay (it takes a launch back), not for the program.
    fn keeps_interrupt(&self) -> bool {
        false
    }

    /// Whether nothing that comes of itself may take its place.
    fn keeps_its_place(&self) -> bool {
        false
    }

    /// Whether a plan that is opened from it takes its place.
    fn gives_way_to_a_plan(&self) -> bool {
        false
    }

    /// Whether it takes the whole screen, as a place of its own.
    fn fills_the_screen(&self) -> bool {
        false
    }

    /// Whether it has nothing more to show: it is taken away, whatever lies over it.
    fn is_over(&self) -> bool {
        false
    }
}
