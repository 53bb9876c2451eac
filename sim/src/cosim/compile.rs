//! C++ of a Verilated model to a shared library: small ones in one call of g++, large ones in parts, several at a time.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::build::{run_tool, write};
use super::error::CosimError;

/// Bytes of C++ in a part. Most of a small model is headers, so that one call for all of it is fastest.
const PART_BYTES: u64 = 1 << 20;
/// Parts that a model is compiled in as one.
const PARTS_AT_ONCE: usize = 4;
/// What starts a model runs once: to optimise it takes longer than it saves.
const SLOW_FLAG: &str = "-O0";

/// Files that are compiled together: they share most of their headers.
#[derive(Debug, PartialEq, Eq)]
struct Part {
    sources: Vec<String>,
    slow: bool,
}

/// Compiles sources below a directory, the first with the shim, and links them; `flags` are those of each call of g++, `link` adds
/// those of the linker.
///
/// # Errors
/// If a file cannot be read or written, or g++ fails.
pub(super) fn library(
    directory: &Path,
    sources: &[String],
    flags: &[String],
    link: impl FnOnce(&mut Command),
) -> Result<(), CosimError> {
    let sizes = sources
        .iter()
        .map(|name| size(directory, name))
        .collect::<Result<Vec<_>, _>>()?;
    let parts = parts(sources, &sizes);
    if parts.len() <= PARTS_AT_ONCE {
        let all = Part {
            sources: sources.to_vec(),
            slow: false,
        };
        let mut command = call(directory, flags, &all, "dysta_all")?;
        link(&mut command);
        return run_tool("g++", "g++", &mut command).map(drop);
    }
    let mut commands = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        let name = format!("dysta_part{index}");
        let mut command = call(directory, flags, part, &name)?;
        command.args(["-c", "-o", &format!("{name}.o")]);
        commands.push(command);
    }
    run_all(&mut commands)?;
    let mut command = Command::new("g++");
    command.current_dir(directory).args(flags);
    command.args((0..parts.len()).map(|index| format!("dysta_part{index}.o")));
    link(&mut command);
    run_tool("g++", "g++", &mut command).map(drop)
}

/// Bytes of a source; of the shim, which lies beside the generated sources, none that count.
fn size(directory: &Path, name: &str) -> Result<u64, CosimError> {
    let path = directory.join("verilated").join(name);
    match path.exists() {
        true => Ok(fs::metadata(&path).map_err(CosimError::file(&path))?.len()),
        false => Ok(0),
    }
}

/// Neighbours in parts of about [`PART_BYTES`], what runs once apart from the rest.
fn parts(sources: &[String], sizes: &[u64]) -> Vec<Part> {
    let mut parts = Vec::new();
    for slow in [false, true] {
        let of_kind = sources.iter().zip(sizes);
        let mut bytes = 0;
        let mut at_hand: Vec<String> = Vec::new();
        for (name, size) in of_kind.filter(|(name, _)| name.contains("__Slow") == slow) {
            if bytes + size > PART_BYTES && !at_hand.is_empty() {
                let sources = std::mem::take(&mut at_hand);
                parts.push(Part { sources, slow });
                bytes = 0;
            }
            at_hand.push(name.clone());
            bytes += size;
        }
        if !at_hand.is_empty() {
            let sources = at_hand;
            parts.push(Part { sources, slow });
        }
    }
    parts
}

/// A call of g++ for the sources of a part as one file.
fn call(
    directory: &Path,
    flags: &[String],
    part: &Part,
    name: &str,
) -> Result<Command, CosimError> {
    let includes = part.sources.iter();
    let includes: Vec<String> = includes
        .map(|name| format!("#include \"{name}\"\n"))
        .collect();
    write(directory, &format!("{name}.cpp"), &includes.concat())?;
    let mut command = Command::new("g++");
    command.current_dir(directory).args(flags);
    if part.slow {
        command.arg(SLOW_FLAG);
    }
    command.arg(format!("{name}.cpp"));
    Ok(command)
}

/// Runs commands, as many at a time as there are processors; gives the first error in their order.
fn run_all(commands: &mut [Command]) -> Result<(), CosimError> {
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let count = commands.len();
    let slots: Vec<_> = commands.iter_mut().map(std::sync::Mutex::new).collect();
    let mut failures: Vec<(usize, CosimError)> = thread::scope(|scope| {
        let work = || {
            let mut failed = Vec::new();
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(slot) = slots.get(index) else {
                    return failed;
                };
                let mut command = slot.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
                if let Err(error) = run_tool("g++", "g++", &mut command) {
                    failed.push((index, error));
                    next.store(count, Ordering::Relaxed);
                }
            }
        };
        let threads: Vec<_> = (0..workers.min(count)).map(|_| scope.spawn(work)).collect();
        let joined = threads.into_iter().filter_map(|thread| thread.join().ok());
        joined.flatten().collect()
    });
    failures.sort_by_key(|(index, _)| *index);
    match failures.into_iter().next() {
        Some((_, error)) => Err(error),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_parts(sources: &[(&str, u64)], expected: &[(&[&str], bool)]) {
        let (names, sizes): (Vec<String>, Vec<u64>) = sources
            .iter()
            .map(|(name, size)| ((*name).to_owned(), *size))
            .unzip();
        let expected: Vec<Part> = expected
            .iter()
            .map(|(sources, slow)| Part {
                sources: sources.iter().map(|name| (*name).to_owned()).collect(),
                slow: *slow,
            })
            .collect();
        assert_eq!(parts(&names, &sizes), expected);
    }

    #[test]
    fn sources_are_parted_by_size_and_kind() {
        check_parts(&[], &[]);
        check_parts(&[("shim", 0), ("a", 10)], &[(&["shim", "a"], false)]);
        let most = PART_BYTES;
        check_parts(
            &[
                ("shim", 0),
                ("a", most),
                ("a__Slow", 3),
                ("b", 1),
                ("c", most),
            ],
            &[
                (&["shim", "a"], false),
                (&["b"], false),
                (&["c"], false),
                (&["a__Slow"], true),
            ],
        );
    }

    #[test]
    fn the_first_failure_is_told() {
        let shell = |script: &str| {
            let mut command = Command::new("sh");
            command.args(["-c", script]);
            command
        };
        assert!(run_all(&mut [shell("true"), shell("true")]).is_ok());
        let failed = run_all(&mut [shell("true"), shell("echo broken; exit 3"), shell("true")]);
        assert!(failed.unwrap_err().to_string().contains("g++"));
    }
}
