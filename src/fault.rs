//! Panics on purpose, at places that a test names: what becomes of the terminal, of a launch on its way and of a server is
//! to be seen end to end. In a release build nothing of it is there.

/// Panics where `MYLINK_PANIC_AT` is `PLACE:FILE` with this place, once the file exists; the first time alone.
#[cfg(debug_assertions)]
#[track_caller]
pub fn point(place: &str) {
    use std::path::PathBuf;
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicBool, Ordering};

    static WANTED: OnceLock<Option<(String, PathBuf)>> = OnceLock::new();
    static IS_OVER: AtomicBool = AtomicBool::new(false);
    let wanted = WANTED.get_or_init(|| {
        let wanted = std::env::var("MYLINK_PANIC_AT").ok()?;
        let (place, file) = wanted.split_once(':')?;
        Some((place.to_owned(), file.into()))
    });
    let Some((wanted, file)) = wanted else {
        return;
    };
    let is_now = wanted == place && file.exists() && !IS_OVER.swap(true, Ordering::SeqCst);
    assert!(!is_now, "a fault on purpose in {place}");
}

/// Does nothing.
#[cfg(not(debug_assertions))]
pub fn point(_place: &str) {}
