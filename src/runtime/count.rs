//! A thread that does the newest job alone, such as counting: the newest filter wins, an overtaken one stops within a
//! few thousand rows.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;

use crate::fault;

type Job = Box<dyn FnOnce(&AtomicBool) + Send>;

#[derive(Default)]
struct Shared {
    waiting: Mutex<Waiting>,
    more: Condvar,
}

#[derive(Default)]
struct Waiting {
    /// The number of the newest request that was seen; older ones are not taken any more.
    newest: u64,
    job: Option<Job>,
    /// Stops the job that runs.
    stop: Arc<AtomicBool>,
    over: bool,
}

/// A thread that does the newest job alone.
pub struct Counter {
    shared: Arc<Shared>,
}

impl Counter {
    /// Starts the thread, called `name`.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn start(name: &str) -> io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let own = Arc::clone(&shared);
        let place = name.to_owned();
        thread::Builder::new().name(name.into()).spawn(move || {
            while let Some((job, stop)) = own.next() {
                fault::point(&place);
                job(&stop);
            }
        })?;
        Ok(Self { shared })
    }

    /// Announces a number whose job is yet to be put: what runs or comes under a smaller one is of no use any more.
    pub fn announce(&self, number: u64) {
        let mut waiting = self.shared.lock();
        if number > waiting.newest {
            waiting.newest = number;
            waiting.stop.store(true, Ordering::Relaxed);
            waiting.job = None;
        }
    }

    /// Whether no greater number was announced.
    pub fn is_newest(&self, number: u64) -> bool {
        number >= self.shared.lock().newest
    }

    /// Puts a job in the place of all that were put before under smaller numbers, or under the same; an older one is
    /// dropped.
    pub fn put(&self, number: u64, job: impl FnOnce(&AtomicBool) + Send + 'static) {
        let mut waiting = self.shared.lock();
        if number < waiting.newest {
            return;
        }
        waiting.newest = number;
        waiting.stop.store(true, Ordering::Relaxed);
        waiting.job = Some(Box::new(job));
        self.shared.more.notify_one();
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        let mut waiting = self.shared.lock();
        waiting.over = true;
        waiting.stop.store(true, Ordering::Relaxed);
        self.shared.more.notify_one();
    }
}

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a job; `None` at the end.
    fn next(&self) -> Option<(Job, Arc<AtomicBool>)> {
        let mut waiting = self.lock();
        loop {
            if waiting.over {
                return None;
            }
            if let Some(job) = waiting.job.take() {
                waiting.stop = Arc::new(AtomicBool::new(false));
                return Some((job, Arc::clone(&waiting.stop)));
            }
            waiting = self
                .more
                .wait(waiting)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;
    use std::time::Duration;

    const DEADLINE: Duration = Duration::from_secs(10);

    #[test]
    fn a_newer_job_stops_the_one_that_runs() {
        let counter = Counter::start("count").unwrap();
        let (started, has_started) = mpsc::channel();
        let (ended, has_ended) = mpsc::channel();
        counter.put(1, move |stop| {
            started.send(()).unwrap();
            while !stop.load(Ordering::Relaxed) {
                std::hint::spin_loop();
            }
            ended.send(1).unwrap();
        });
        has_started.recv_timeout(DEADLINE).unwrap();
        let (second, has_second) = mpsc::channel();
        counter.put(2, move |_| second.send(2).unwrap());
        assert_eq!(has_ended.recv_timeout(DEADLINE), Ok(1));
        assert_eq!(has_second.recv_timeout(DEADLINE), Ok(2));
    }

    #[test]
    fn an_announced_number_stops_the_job_that_runs_and_lets_no_older_one_begin() {
        let counter = Counter::start("count").unwrap();
        let (started, has_started) = mpsc::channel();
        let (ended, has_ended) = mpsc::channel();
        counter.put(1, move |stop| {
            started.send(()).unwrap();
            while !stop.load(Ordering::Relaxed) {
                std::hint::spin_loop();
            }
            ended.send(()).unwrap();
        });
        has_started.recv_timeout(DEADLINE).unwrap();
        counter.announce(3);
        assert_eq!(has_ended.recv_timeout(DEADLINE), Ok(()));
        assert!(!counter.is_newest(2) && counter.is_newest(3));
        let (send, receive) = mpsc::channel();
        let late = send.clone();
        counter.put(2, move |_| late.send(2).unwrap());
        counter.put(3, move |_| send.send(3).unwrap());
        let answers: Vec<i32> = receive.iter().collect();
        assert_eq!(answers, [3], "the late one was dropped");
    }

    #[test]
    fn an_older_job_that_comes_late_is_dropped() {
        let counter = Counter::start("count").unwrap();
        let (send, receive) = mpsc::channel();
        let late = send.clone();
        counter.put(5, move |_| send.send(5).unwrap());
        assert_eq!(receive.recv_timeout(DEADLINE), Ok(5));
        counter.put(4, move |_| late.send(4).unwrap());
        // The late job was dropped with its sender, so the channel is closed and empty.
        assert_eq!(
            receive.recv_timeout(DEADLINE),
            Err(mpsc::RecvTimeoutError::Disconnected)
        );
    }
}
