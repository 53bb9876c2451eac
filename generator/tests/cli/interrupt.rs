//! Ctrl-C while a model is built: exit code 130, nothing left behind.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::tool::{command, folder};

/// The entries of the cache of models.
fn entries(cache: &Path) -> usize {
    fs::read_dir(cache).map_or(0, Iterator::count)
}

fn start(folder: &Path, cache: &Path) -> Child {
    let mut command = command(folder);
    command
        .env("DYSTA_CACHE", cache)
        .args(["cosim", "--system", "tiny", "--keep", "kept"]);
    // A group of its own, as a shell gives it, so that the tools it calls hear Ctrl-C too.
    command
        .process_group(0)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.spawn().expect("the binary starts")
}

#[test]
fn nothing_is_left_of_an_interrupted_build() {
    let folder = folder();
    let cache = folder.path().join("cache");
    let mut child = start(folder.path(), &cache);
    let deadline = Instant::now() + Duration::from_secs(60);
    while entries(&cache) == 0 && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(5));
    }
    let group = format!("kill -INT -{}", child.id());
    let signal = Command::new("bash").args(["-c", &group]).status();
    assert!(signal.expect("bash starts").success());
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    assert_eq!(entries(&cache), 0);
    let mut names: Vec<String> = fs::read_dir(folder.path())
        .expect("a folder")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    assert_eq!(names, ["cache", "kept"]);
}
