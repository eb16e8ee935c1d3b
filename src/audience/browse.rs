//! The contacts as a table to look through: which of them, in what order, where a text stands in them, and what values
//! a field has.
//!
//! ```text
//! plan, contacts ─ Scene ─ a group ─ arranged ─ rows in order ─┬─ hits of a text
//!                                                              ├─ what is in sight, straight from the table
//!                                                              └─ CSV
//!                              └─ values of a field, or ranges of them
//! ```
//! Whatever takes time in proportion to the contacts is a question that can be stopped; what is in sight is looked up
//! row by row.

mod counted;
mod groups;
mod kind;
mod order;
mod ranges;
mod scene;
mod search;
mod unsure;
mod values;

pub use groups::{Group, GroupKind};
pub use kind::Kind;
pub use order::{Sort, arranged};
pub use ranges::{Bounds, Range};
pub use scene::{Field, Scene, SceneFacts};
pub use search::{find_contact, hits};
pub use values::{Values, ValuesOf, ValuesOrder, values};
