//! Proofs that a launch survives anything: killed anywhere, on a disk that fails or is full, in a race of processes.
//!
//! Everything here runs the real program as processes of its own, against `mylink sandbox` in another one, and then
//! holds what the sandbox received against what the journal says. Each proof has a short run, which is what an ordinary
//! `cargo test` does, and a long one behind `MYLINK_PROOFS=long`; both print their figures:
//!
//! ```sh
//! MYLINK_PROOFS=long cargo test --test proofs -- --nocapture --test-threads=1
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test says what is wrong by failing, and a proof prints its figures"
)]

// The tracer reads and changes registers, so it knows one kind of machine.
mod batch;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod calls;
mod desk;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod disk;
mod figures;
mod kill;
mod lanes;
mod length;
mod platform;
mod race;
mod room;
mod shape;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod tracer;
mod verdict;
mod waiting;
