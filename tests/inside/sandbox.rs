//! The sandbox over HTTP: what the vendor documents `[D]`, and what it adds.

mod control;
mod faults;
pub mod harness;
mod hook;
mod life;
mod reading;
