//! Long lists, gone through on all cores.

use std::num::NonZero;
use std::thread::ScopedJoinHandle;

/// Goes through a list in parts, one a core, and puts what comes of them together in the list's order.
///
/// A list of fewer than `worth` items is gone through at once: it would be done before a thread has begun.
pub fn in_parts<T: Sync, R: Send>(
    items: &[T],
    worth: usize,
    work: impl Fn(&[T]) -> Vec<R> + Sync,
) -> Vec<R> {
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    if items.len() < worth.max(2) || threads == 1 {
        return work(items);
    }
    let work = &work;
    std::thread::scope(|scope| {
        let mut parts = items.chunks(items.len().div_ceil(threads));
        let first = parts.next().unwrap_or_default();
        let running: Vec<_> = parts
            .map(|part| (part, scope.spawn(move || work(part))))
            .collect();
        let mut all = work(first);
        let done = |(part, thread): (&[T], ScopedJoinHandle<'_, Vec<R>>)| {
            // A thread that could not finish is made up for here.
            thread.join().unwrap_or_else(|_| work(part))
        };
        for part in running.into_iter().map(done) {
            all.extend(part);
        }
        all
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_the_list_stays() {
        for length in [0, 1, 2, 3, 1_001] {
            let items: Vec<usize> = (0..length).collect();
            let doubled = in_parts(&items, 0, |part| part.iter().map(|item| item * 2).collect());
            let expected: Vec<usize> = items.iter().map(|item| item * 2).collect();
            assert_eq!(doubled, expected);
        }
    }
}
