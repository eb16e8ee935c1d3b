//! A thread that owns a store and does one thing after the other.
//!
//! It sleeps while its queue is empty. What was asked for is done even if nobody waits for it any longer, also what is
//! still queued when the worker is dropped. A job that panics fails for its caller alone.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use tokio::sync::oneshot;

use super::StoreError;
use crate::fault;

type Job<T> = Box<dyn FnOnce(&mut T) + Send>;

/// A store with a thread of its own.
#[derive(Debug)]
pub struct Worker<T> {
    name: String,
    jobs: Option<mpsc::Sender<Job<T>>>,
    thread: Option<JoinHandle<()>>,
}

impl<T: Send + 'static> Worker<T> {
    /// Starts a thread called `name` that owns `store`.
    ///
    /// # Errors
    /// [`StoreError::WorkerGone`] where the system gives no thread.
    pub fn start(name: &str, mut store: T) -> Result<Self, StoreError> {
        let (jobs, queue) = mpsc::channel::<Job<T>>();
        let place = name.to_owned();
        let thread = thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                for job in queue {
                    // The caller of a job that panics finds its sender dropped; the journal still has to take the next.
                    let _ = catch_unwind(AssertUnwindSafe(|| {
                        fault::point(&place);
                        job(&mut store);
                    }));
                }
            })
            .map_err(|_| StoreError::WorkerGone {
                name: name.to_owned(),
            })?;
        Ok(Self {
            name: name.to_owned(),
            jobs: Some(jobs),
            thread: Some(thread),
        })
    }

    /// Queues `work` at once (not when first polled) and gives its result. Dropping the future doesn't stop the work.
    ///
    /// # Errors
    /// Those of `work`; [`StoreError::WorkerGone`].
    pub fn run<R, W>(
        &self,
        work: W,
    ) -> impl Future<Output = Result<R, StoreError>> + Send + use<T, R, W>
    where
        R: Send + 'static,
        W: FnOnce(&mut T) -> Result<R, StoreError> + Send + 'static,
    {
        let answer = self.queue(work);
        let gone = self.gone();
        async move { answer.await.unwrap_or(Err(gone)) }
    }

    /// As [`Worker::run`], but waits; not to be called from async code.
    ///
    /// # Errors
    /// Those of `work`; [`StoreError::WorkerGone`].
    pub fn run_blocking<R: Send + 'static>(
        &self,
        work: impl FnOnce(&mut T) -> Result<R, StoreError> + Send + 'static,
    ) -> Result<R, StoreError> {
        self.queue(work)
            .blocking_recv()
            .unwrap_or_else(|_| Err(self.gone()))
    }

    /// Where the thread is gone, the sender is dropped with the job, and the receiver says so.
    fn queue<R: Send + 'static>(
        &self,
        work: impl FnOnce(&mut T) -> Result<R, StoreError> + Send + 'static,
    ) -> oneshot::Receiver<Result<R, StoreError>> {
        let (sender, receiver) = oneshot::channel();
        if let Some(jobs) = &self.jobs {
            let _ = jobs.send(Box::new(move |store| {
                let _ = sender.send(work(store));
            }));
        }
        receiver
    }

    fn gone(&self) -> StoreError {
        StoreError::WorkerGone {
            name: self.name.clone(),
        }
    }
}

impl<T> Drop for Worker<T> {
    /// Lets the thread finish its queue, and waits for it.
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
