//! Taking times: several samples, of which the middle one counts.

use std::time::{Duration, Instant};

/// How long something takes, and what comes of it.
pub fn timed<T>(act: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let result = std::hint::black_box(act());
    (start.elapsed(), result)
}

/// The middle one.
pub fn median(mut samples: Vec<Duration>) -> Duration {
    samples.sort_unstable();
    samples[samples.len() / 2]
}

/// Milliseconds, as a figure.
pub fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

/// Reads so many bytes once: a plain sum, on one thread.
pub fn sum(words: &[u64]) -> u64 {
    words
        .iter()
        .fold(0, |sum: u64, word| sum.wrapping_add(*word))
}

/// The process's memory, in megabytes.
pub fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kilobytes.unwrap_or(f64::NAN) / 1000.0
}
