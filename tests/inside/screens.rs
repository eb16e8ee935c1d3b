//! The screen without a terminal: keys go in, effects and pictures come out.

mod acts;
mod console;
mod data;
mod hostile;
mod launch;
mod pictures;
mod robust;
