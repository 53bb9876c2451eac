//! Ctrl-C: the program ends at once with exit code 130, except inside [`whole`] pieces of work, which end first so that
//! nothing half written stays behind.

use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use thiserror::Error;

/// A whole piece of work runs; Ctrl-C waits for its end.
static WORKING: AtomicBool = AtomicBool::new(false);
/// Ctrl-C came while it ran.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// The user pressed Ctrl-C.
#[derive(Debug, Error)]
#[error("interrupted")]
pub struct Interrupted;

/// Takes over Ctrl-C.
pub fn install() -> anyhow::Result<()> {
    ctrlc::set_handler(|| {
        INTERRUPTED.store(true, Ordering::SeqCst);
        if !WORKING.load(Ordering::SeqCst) {
            process::exit(130);
        }
    })?;
    Ok(())
}

/// Runs a piece of work that cleans up after itself, to its end; then ends with [`Interrupted`] if Ctrl-C came.
///
/// Programs that the work has started hear Ctrl-C themselves and fail, so that the wait is short.
pub fn whole<T>(work: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
    WORKING.store(true, Ordering::SeqCst);
    let result = work();
    WORKING.store(false, Ordering::SeqCst);
    match INTERRUPTED.load(Ordering::SeqCst) || (result.is_err() && comes_late()) {
        true => Err(Interrupted.into()),
        false => result,
    }
}

/// Ctrl-C is heard by a thread: a program that it ended may be seen to fail a moment before.
fn comes_late() -> bool {
    (0..30).any(|_| {
        thread::sleep(Duration::from_millis(10));
        INTERRUPTED.load(Ordering::SeqCst)
    })
}
