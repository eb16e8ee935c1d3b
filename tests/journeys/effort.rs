//! What a program costs the machine: its time, and how often it woke up.

use std::fs;

use rustix::process::Pid;

/// What a process has spent by now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effort {
    /// Clock ticks of a hundredth of a second, in the program and in the system.
    ticks: u64,
    /// How often one of its threads went to sleep, or was put aside.
    switches: u64,
}

impl Effort {
    /// Hundredths of a second of the processors' time.
    pub fn ticks(self) -> u64 {
        self.ticks
    }

    /// What a program may spend that is at rest: a thread of its runtime may still be going to sleep.
    pub fn is_little(self) -> bool {
        self.ticks <= 1 && self.switches <= 20
    }
}

impl std::ops::Sub for Effort {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self {
            ticks: self.ticks.saturating_sub(before.ticks),
            // Threads that have ended take theirs with them.
            switches: self.switches.saturating_sub(before.switches),
        }
    }
}

/// What a process that runs has spent, over all of its threads.
pub fn of(pid: Pid) -> Effort {
    let process = format!("/proc/{}", pid.as_raw_nonzero());
    let stat = fs::read_to_string(format!("{process}/stat")).unwrap();
    let fields = stat.rsplit(')').next().unwrap();
    assert!(
        !fields.trim_start().starts_with('Z'),
        "it has ended: {stat}"
    );
    let fields: Vec<u64> = fields
        .split_whitespace()
        .skip(1)
        .map(|field| field.parse().unwrap_or(0))
        .collect();
    let threads = fs::read_dir(format!("{process}/task"))
        .into_iter()
        .flatten();
    let switches = threads.flatten().map(|thread| {
        let status = fs::read_to_string(thread.path().join("status")).unwrap_or_default();
        let lines = status.lines();
        lines
            .filter_map(|line| line.split_once("ctxt_switches:"))
            .filter_map(|(_, number)| number.trim().parse::<u64>().ok())
            .sum::<u64>()
    });
    Effort {
        ticks: fields.iter().skip(10).take(2).sum(),
        switches: switches.sum(),
    }
}
