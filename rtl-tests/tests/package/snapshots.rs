//! What is emitted, reviewed as files: all of `tiny`, and modules and ports of `edge`.
//!
//! `make snapshots` writes both anew; review the difference before it is committed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use dysta_generator::vlog::Width;
use dysta_rtl_tests::Kit;
use serde_json::Value;

type Files = BTreeMap<String, Vec<u8>>;

/// Larger vectors are reviewed by the digest that the manifest holds.
const VECTOR_BYTES: usize = 4096;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots/tiny")
}

/// Constraints of leaves are equal in both formats.
fn is_kept(name: &str, bytes: &[u8]) -> bool {
    let is_small = !name.starts_with("tb/vectors/") || bytes.len() <= VECTOR_BYTES;
    let is_second = name.starts_with("constraints/leaf/") && name.ends_with(".xdc");
    is_small && !is_second
}

fn collect(root: &Path, folder: &Path, files: &mut Files) {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    for entry in entries {
        let path = entry.expect("a directory entry").path();
        if path.is_dir() {
            collect(root, &path, files);
            continue;
        }
        let name = path.strip_prefix(root).expect("a path below the folder");
        let bytes = std::fs::read(&path).expect("a readable file");
        files.insert(name.to_string_lossy().into_owned(), bytes);
    }
}

fn update(files: &Files) {
    let folder = folder();
    if folder.exists() {
        std::fs::remove_dir_all(&folder).expect("the old snapshot is removed");
    }
    for (name, bytes) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(&path, bytes).expect("a snapshot is written");
    }
}

/// The first line that differs.
fn difference(name: &str, old: &[u8], new: &[u8]) -> String {
    let (old, new) = (String::from_utf8_lossy(old), String::from_utf8_lossy(new));
    let (mut old, mut new) = (old.lines(), new.lines());
    for line in 1.. {
        let (a, b) = (old.next(), new.next());
        if a != b || a.is_none() {
            return format!("{name}:{line}\n  kept:    {a:?}\n  emitted: {b:?}");
        }
    }
    String::new()
}

#[test]
fn tiny_is_emitted_as_reviewed() {
    let package = Kit::emitted("tiny", "dysta").package();
    let files = package.files.into_iter();
    let emitted: Files = files.filter(|(name, bytes)| is_kept(name, bytes)).collect();
    if std::env::var_os("DYSTA_UPDATE").is_some() {
        update(&emitted);
    }
    let mut kept = Files::new();
    collect(&folder(), &folder(), &mut kept);
    let names: BTreeSet<&String> = kept.keys().chain(emitted.keys()).collect();
    let differences: Vec<String> = names
        .into_iter()
        .filter_map(|name| match (kept.get(name), emitted.get(name)) {
            (Some(old), Some(new)) if old == new => None,
            (Some(old), Some(new)) => Some(difference(name, old, new)),
            (None, _) => Some(format!("{name}: emitted, not in the snapshot")),
            (_, None) => Some(format!("{name}: in the snapshot, no longer emitted")),
        })
        .collect();
    assert!(
        differences.is_empty(),
        "{}\nrefresh with: make snapshots",
        differences.join("\n")
    );
}

#[test]
fn edge_is_emitted_as_reviewed() {
    let kit = Kit::emitted("edge", "dysta");
    let package = kit.package();
    let manifest: Value =
        serde_json::from_slice(&package.files["manifest.json"]).expect("a manifest");
    let mut page = String::new();
    for module in &kit.design.printed {
        let _ = writeln!(page, "{}", module.name);
        for port in module.all_ports() {
            let width = match port.width {
                Width::Bits(bits) => bits.to_string(),
                _ => "-".to_owned(),
            };
            let _ = writeln!(page, "  {} {width}", port.name);
        }
    }
    page.push('\n');
    for file in manifest["files"].as_array().expect("a list of files") {
        let _ = writeln!(
            page,
            "{} {}",
            file["sha256"].as_str().expect("a digest"),
            file["path"]
        );
    }
    insta::with_settings!({ snapshot_path => "../../snapshots", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("edge", page);
    });
}
