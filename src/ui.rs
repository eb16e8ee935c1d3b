//! The screen: state that only [`App::update`] changes, and pictures made from it.
//!
//! ```text
//! Message ─→ App::update ─→ Vec<Effect>      (performed by runtime, answered with messages)
//!            App::view   ─→ Picture          (what the next event needs to know of what was drawn)
//! ```
//!
//! Nothing here does I/O or asks the time.

pub mod app;
pub mod frame;
pub mod overlays;
pub mod picture;
pub mod screens;
pub mod shared;
pub mod theme;
pub mod widgets;

pub use app::App;
pub use picture::Picture;
pub use shared::{Environment, Shared, Step};
pub use theme::Theme;
