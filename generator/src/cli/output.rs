//! Standard output, and progress on standard error.

use std::io::{self, Write};

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
