//! The output directory holds a whole package or is as it was.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use crate::tool::{dysta, folder};

/// Every file below a folder with its bytes.
pub fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    collect(folder, folder, &mut found);
    found
}

fn collect(root: &Path, folder: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(root, &path, found);
        } else {
            let name = path.strip_prefix(root).expect("below the root");
            let bytes = fs::read(&path).expect("readable");
            found.insert(name.to_string_lossy().into_owned(), bytes);
        }
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> = entries
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

#[track_caller]
fn check_generates(folder: &Path, arguments: &str) {
    let run = dysta(folder, &format!("generate {arguments}"));
    assert_eq!(run.code, 0, "{}", run.stderr);
    let listed: Vec<&str> = run.stdout.lines().collect();
    assert!(listed.len() > 20);
    for file in listed {
        assert!(folder.join(file).is_file(), "{file} is listed");
    }
}

#[test]
fn new_empty_and_own_directories_are_written() {
    let folder = folder();
    fs::create_dir(folder.path().join("empty")).expect("created");
    for output in ["new", "deep/er", "empty", "empty"] {
        check_generates(folder.path(), &format!("tiny -o {output}"));
    }
    assert_eq!(names(folder.path()), ["deep", "empty", "new"]);
    assert_eq!(
        files(&folder.path().join("new")),
        files(&folder.path().join("empty"))
    );
}

#[test]
fn what_dysta_wrote_is_replaced_as_a_whole() {
    let folder = folder();
    check_generates(folder.path(), "edge -o out");
    check_generates(folder.path(), "tiny --policy fcfs -o out");
    check_generates(folder.path(), "tiny --policy fcfs -o fresh");
    let out = files(&folder.path().join("out"));
    assert!(!out.contains_key("edge.f"));
    assert_eq!(out, files(&folder.path().join("fresh")));
}

#[test]
fn a_link_stays_a_link() {
    let folder = folder();
    fs::create_dir(folder.path().join("target")).expect("created");
    symlink("target", folder.path().join("link")).expect("linked");
    check_generates(folder.path(), "tiny -o link");
    assert!(folder.path().join("link").is_symlink());
    assert!(folder.path().join("target/manifest.json").is_file());
}

#[test]
fn a_foreign_directory_is_left_alone() {
    let folder = folder();
    let own = folder.path().join("own");
    fs::create_dir(&own).expect("created");
    fs::write(own.join("manifest.json"), "{\"generator\": \"another\"}").expect("written");
    let before = files(folder.path());
    assert_eq!(dysta(folder.path(), "generate tiny -o own").code, 1);
    assert_eq!(files(folder.path()), before);
}

#[test]
fn the_current_directory_stays() {
    let folder = folder();
    let run = dysta(folder.path(), "generate tiny -o .");
    assert_eq!(run.code, 1);
    assert!(
        run.stderr.contains("run from the directory above"),
        "{}",
        run.stderr
    );
    assert!(files(folder.path()).is_empty());
}

#[test]
fn a_failure_leaves_the_old_package() {
    let folder = folder();
    check_generates(folder.path(), "tiny -o out");
    let before = files(folder.path());
    let bad = dysta(
        folder.path(),
        "generate tiny --set scheduler.capacity=0 -o out",
    );
    assert_eq!(bad.code, 3);
    assert_eq!(files(folder.path()), before);
}

#[test]
fn a_read_only_parent_is_reported() {
    let folder = folder();
    let parent = folder.path().join("closed");
    fs::create_dir(&parent).expect("created");
    fs::set_permissions(&parent, fs::Permissions::from_mode(0o555)).expect("closed");
    // The superuser may write everywhere.
    let may_write = fs::write(parent.join("probe"), "").is_ok();
    let run = dysta(folder.path(), "generate tiny -o closed/out");
    assert_eq!(run.code, i32::from(!may_write), "{}", run.stderr);
    fs::set_permissions(&parent, fs::Permissions::from_mode(0o755)).expect("opened");
}
