//! The words of On Demand broadcasts as types, and the rules about them.
//!
//! Pure: nothing here reads a clock, a file or a socket, so that every rule can be tested as a table. What comes
//! from the platform's documentation carries its mark: `[D]` documented, `[I]` inferred, `[U]` unknown.

pub mod act;
pub mod bounds;
pub mod contact;
pub mod criterion;
pub mod curl;
pub mod dialect;
pub mod diff;
pub mod due;
pub mod expect;
pub mod explain;
pub mod filter;
pub mod gate;
pub mod hold;
pub mod identity;
pub mod launch;
pub mod parts;
pub mod payload;
pub mod plan;
pub mod preview;
pub mod problem;
pub mod record;
pub mod rehearsal;
pub mod secret;
pub mod settings;
pub mod since;
pub mod standing;
pub mod suppression;
pub mod tally;
pub mod template;
pub mod text;
pub mod touched;
pub mod variable;
pub mod waiting;
