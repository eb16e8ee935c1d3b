//! The screen without a terminal: keys go in, effects and pictures come out.

mod acts;
mod compose;
mod composing;
mod console;
mod data;
mod hostile;
mod launch;
mod opening;
mod pictures;
mod review;
mod robust;
