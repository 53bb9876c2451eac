//! Reference data for the tests of this crate.
#![allow(dead_code, reason = "each test file uses a part")]

use std::path::PathBuf;

use dysta_sim::table::{Derived, Recording, read_recording};
use dysta_sim::trace::{DirSource, ProfileTrace, load, load_all, read_path};

pub const FAMILIES: [&str; 2] = ["eyerissv2", "sanger"];

pub fn reference(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../configs/data/reference")
        .join(path)
}

pub fn profiles(family: &str) -> Vec<ProfileTrace> {
    load_all(&DirSource::new(reference("traces").join(family))).expect("reference traces")
}

pub fn profile(family: &str, name: &str) -> ProfileTrace {
    load(&DirSource::new(reference("traces").join(family)), name).expect("reference trace")
}

pub fn derived(family: &str) -> Derived {
    let path = reference(&format!("derived/{family}.json.gz"));
    Derived::read("derived", read_path(&path).expect("derived file")).expect("derived data")
}

/// All recordings of `full` or `small`, with their file names, sorted.
pub fn recordings(folder: &str) -> Vec<(String, Recording)> {
    let entries = std::fs::read_dir(reference(folder)).expect("recordings");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("entry").path()).collect();
    paths.sort();
    let read = |path: PathBuf| {
        let name = path
            .file_name()
            .expect("name")
            .to_string_lossy()
            .into_owned();
        let recording = read_recording(&name, read_path(&path).expect("file")).expect("recording");
        (name, recording)
    };
    paths.into_iter().map(read).collect()
}

pub fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|value| value.to_bits()).collect()
}
