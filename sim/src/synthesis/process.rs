//! Calls of tools: output into a file, an end after a time.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::error::SynthesisError;
use super::tool::Installed;

/// Lines of a tool that failed.
const TAIL: usize = 20;

/// Runs a tool in a folder to its end, what it prints goes to `log` there; gives that text.
pub(super) fn call(
    tool: &Installed,
    arguments: &[String],
    folder: &Path,
    log: &str,
    limit: Option<Duration>,
) -> Result<String, SynthesisError> {
    let path = folder.join(log);
    let file = File::create(&path).map_err(SynthesisError::file(&path))?;
    let errors = file.try_clone().map_err(SynthesisError::file(&path))?;
    let mut command = Command::new(&tool.path);
    command.args(arguments).current_dir(folder);
    command.stdin(Stdio::null()).stdout(file).stderr(errors);
    let mut child = command.spawn().map_err(SynthesisError::file(&tool.path))?;
    let status = wait(&mut child, limit).map_err(SynthesisError::file(&tool.path))?;
    let Some(status) = status else {
        return Err(SynthesisError::TimeLimit {
            tool: tool.version.to_string(),
            seconds: limit.unwrap_or_default().as_secs(),
            mapping: None,
        });
    };
    let text = fs::read(&path).map_err(SynthesisError::file(&path))?;
    let text = String::from_utf8_lossy(&text).into_owned();
    match status.success() {
        true => Ok(text),
        false => Err(SynthesisError::ToolFailed {
            tool: tool.version.to_string(),
            status: status.to_string(),
            tail: tail(&text),
        }),
    }
}

/// Waits for the end of a program; stops it, and gives `None`, when that takes longer than `limit`.
fn wait(child: &mut Child, limit: Option<Duration>) -> io::Result<Option<ExitStatus>> {
    let Some(limit) = limit else {
        return child.wait().map(Some);
    };
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if start.elapsed() >= limit {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// The last lines of a text.
fn tail(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(TAIL)..].join("\n")
}
