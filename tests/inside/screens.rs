//! The screen without a terminal: keys go in, effects and pictures come out.

mod acts;
mod browsing;
mod compose;
mod composing;
mod console;
pub mod data;
mod drafts;
mod editing;
mod files;
mod footers;
mod forms;
mod gallery;
mod hostile;
mod launch;
mod opening;
mod others;
mod outside;
mod past;
mod pictures;
mod plans;
mod rehearsing;
mod review;
mod robust;
mod starting;
mod suppressing;
mod tiny;
mod waiting;
