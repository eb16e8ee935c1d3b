//! Everything that can be tested inside one process: HTTP on loopback, SQLite on real files, screens as snapshots.

mod audience;
mod cli;
mod config;
mod launcher;
mod layers;
mod platform;
mod sandbox;
mod screens;
mod store;
