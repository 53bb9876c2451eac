//! Standard output, and progress on standard error.

use std::io::{self, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget};
use serde_json::Value;

/// Prints text to standard output. A closed pipe is an error that ends the program quietly.
pub fn print(text: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(())
}

/// Prints a JSON value, indented, with a newline at the end.
pub fn print_json(value: &Value) -> anyhow::Result<()> {
    print(&format!("{value:#}\n"))
}

/// A spinner on standard error; nothing when it is no terminal or `silent`.
pub fn spinner(silent: bool, text: &'static str) -> ProgressBar {
    let spinner = shown(silent, ProgressBar::new_spinner());
    spinner.set_message(text);
    spinner.enable_steady_tick(Duration::from_millis(100));
    spinner
}

/// A bar of `length` steps on standard error; nothing when it is no terminal or `silent`.
pub fn bar(silent: bool, length: u64, text: &'static str) -> ProgressBar {
    let bar = shown(silent, ProgressBar::new(length));
    bar.set_message(text);
    bar
}

fn shown(silent: bool, progress: ProgressBar) -> ProgressBar {
    if silent {
        progress.set_draw_target(ProgressDrawTarget::hidden());
    }
    progress
}
