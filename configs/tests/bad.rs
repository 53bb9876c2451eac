//! Every file in `tests/bad` is a configuration with problems; its diagnostics are a snapshot.
//!
//! To add a test, add a file. Comment lines at its top direct the test: `# kind: workload` (default
//! system), `# set: KEY=VALUE` for each `--set`. Files in `tests/bad/parts` are only referred to.

use std::path::PathBuf;

use dysta_config::diag::{Diagnostics, Style};
use dysta_config::{benchmark, load, suite, system, target, workload};

/// The lines `# KEY: VALUE` of a file.
fn directives(text: &str, key: &str) -> Vec<String> {
    let prefix = format!("# {key}: ");
    let value = |line: &str| line.strip_prefix(&prefix).map(str::to_owned);
    text.lines().filter_map(value).collect()
}

fn problems(path: &str, text: &str) -> Diagnostics {
    let sets = directives(text, "set");
    let kind = directives(text, "kind").pop().unwrap_or("system".into());
    let result = match kind.as_str() {
        "system" => system::check_system(path, &sets).map(|_| ()),
        "scheduler" => load::load_scheduler(path, &sets).map(|_| ()),
        "workload" => workload::check_workload(path, &sets).map(|_| ()),
        "benchmark" => benchmark::check_benchmark(path, &sets).map(|_| ()),
        "target" => target::check_target(path, &sets).map(|_| ()),
        "accelerator" => load::load_accelerator(path, &sets).map(|_| ()),
        "suite" => suite::check_suite(path, &sets).map(|_| ()),
        "policy" => load::load_policy(path, &sets).map(|_| ()),
        other => panic!("{path}: unknown kind {other}"),
    };
    result.expect_err(path)
}

fn bad_files() -> Vec<PathBuf> {
    let entries = std::fs::read_dir("tests/bad").expect("the folder of bad files");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("entry").path()).collect();
    files.retain(|path| path.extension().is_some_and(|ext| ext == "yaml"));
    files.sort();
    files
}

#[test]
fn every_bad_file_has_its_diagnostics() {
    let files = bad_files();
    assert!(files.len() > 20, "bad files are found");
    for path in files {
        let bytes = std::fs::read(&path).expect("a readable file");
        let text = String::from_utf8_lossy(&bytes);
        let name = path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let found = problems(&path.display().to_string(), &text);
        insta::with_settings!({ snapshot_path => "snapshots/bad", prepend_module_to_snapshot => false,
            omit_expression => true }, {
            insta::assert_snapshot!(name, found.render(Style::Plain));
        });
    }
}

#[test]
fn missing_files_and_names_are_told() {
    let cases = [
        "tests/bad/nowhere.yaml",
        "tests/bad/",
        "edgy",
        "tiny.yml",
        "",
        "no such thing at all",
    ];
    let shown: String = cases
        .iter()
        .map(|name| {
            load::load_system(name, &[])
                .expect_err(name)
                .render(Style::Plain)
        })
        .collect();
    insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false,
        omit_expression => true }, {
        insta::assert_snapshot!("missing_files", shown);
    });
}

#[test]
fn bad_sets_are_told() {
    let sets = [
        "scheduler.capacity",
        "scheduler..capacity=3",
        "=3",
        "scheduler.capacity=",
        "a.b.c.d.e.f.g.h.i=1",
        "scheduler.extends=tiny",
        "scheduler.capcity=3",
        "scheduler.capacity=3000",
        "scheduler.capacity=[",
        "scheduler.capacity.deep=1",
        "workload.traces.0.model=x",
        "scheduler.policy=fifo",
        "scheduler=missing.yaml",
    ]
    .map(str::to_owned);
    let shown: String = sets
        .iter()
        .map(|set| load::load_system("tiny", std::slice::from_ref(set)).expect_err(set))
        .map(|found| found.render(Style::Plain))
        .collect();
    insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false,
        omit_expression => true }, {
        insta::assert_snapshot!("bad_sets", shown);
    });
}

#[test]
fn json_carries_every_part() {
    let sets = ["scheduler.capcity=3".to_owned()];
    let found = load::load_system("tiny", &sets).expect_err("bad set");
    insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false,
        omit_expression => true }, {
        insta::assert_snapshot!("json", format!("{:#}", found.to_json()));
    });
}
