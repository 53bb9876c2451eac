//! `dysta bench`: the same bytes on any number of threads, in shards and after an interruption; bad input leaves nothing behind.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::readme::{commands, write_files};
use crate::tool::{Run, command, dysta, folder, repository, shell};

/// Small and complete: every kind of measure, numbers and a cost.
const SMALL: &str = "\
seeds: 2
requests: 30
experiments:
  - name: loads
    title: Loads & <policies>
    workloads: [tiny]
    policies: [fcfs, dysta, mine.yaml]
    loads: [0.5, 0.8, 1.1]
    preemption_costs: [0, 0.1]
  - name: numbers
    title: Numbers
    workloads: [tiny]
    loads: [0.9]
    numerics: [f64, fixed, fp32]
  - name: limit
    title: Limit
    measure: max_load
    workloads: [tiny]
    policies: [edf, slack_srpt]
  - name: predictors
    title: Predictors
    measure: predictors
    workloads: [tiny]
    predictors: [none, latency_ratio]
";
const MINE: &str = "score: \"gamma * lat_remaining\"\n";

fn prepare(folder: &Path) {
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).expect("written");
    write("small.yaml", SMALL);
    write("mine.yaml", MINE);
}

fn bench(folder: &Path, arguments: &str) -> Run {
    let run = dysta(folder, &format!("bench {arguments}"));
    assert_eq!(run.code, 0, "{arguments}\n{}", run.stderr);
    run
}

/// What a folder of results holds, but for the lines of points, whose order is that of time.
fn results(folder: &Path) -> [String; 3] {
    let read = |name: &str| fs::read_to_string(folder.join(name)).expect(name);
    [read("results.csv"), read("tables.md"), read("report.html")]
}

#[test]
fn threads_shards_and_resuming_do_not_change_a_byte() {
    let folder = folder();
    let path = folder.path();
    prepare(path);
    let once = bench(
        path,
        "small.yaml -o once --report once/report.html --threads 1",
    );
    let wanted = results(&path.join("once"));
    assert_eq!(once.stdout, wanted[1]);
    for shard in ["1/3", "3/3"] {
        let part = bench(
            path,
            &format!("small.yaml -o parts --shard {shard} --report parts/report.html"),
        );
        assert!(part.stdout.contains(" points are done"), "{}", part.stdout);
        assert!(
            !path.join("parts/report.html").exists(),
            "a report of a part"
        );
    }
    bench(
        path,
        "small.yaml -o parts --shard 2/3 --report parts/report.html --threads 4",
    );
    assert_eq!(results(&path.join("parts")), wanted);
    let points = path.join("once/points-1-of-1.jsonl");
    let text = fs::read_to_string(&points).expect("points");
    fs::write(&points, &text[..text.len() * 2 / 3]).expect("cut off");
    bench(path, "small.yaml -o once --report once/report.html");
    assert_eq!(results(&path.join("once")), wanted);
    let lines = fs::read_to_string(&points).expect("points").lines().count();
    assert_eq!(
        lines,
        text.lines().count(),
        "only what was missing is run again"
    );
}

/// The commands of the page run one after the other in a folder with the files that it shows.
#[test]
fn every_command_of_the_page_runs() {
    let page = fs::read_to_string(repository().join("docs/benchmark.md")).expect("a page");
    let folder = folder();
    assert_eq!(
        write_files(&page, folder.path()),
        ["glasses.yaml", "sweep.yaml"]
    );
    for command in commands(&page) {
        let ran = shell(folder.path(), command);
        assert_eq!(ran.code, 0, "{command}\n{}", ran.stderr);
    }
    let plots = fs::read_dir(folder.path().join("plots")).expect("plots");
    let texts = plots.map(|entry| fs::read_to_string(entry.expect("an entry").path()));
    let texts: Vec<String> = texts.map(|text| text.expect("text")).collect();
    assert_eq!(texts.len(), 4);
    assert!(
        texts
            .iter()
            .all(|text| text.starts_with("<svg ") && text.contains("class=\"mark\""))
    );
}

/// The tables of the README are those of the experiments as they are now: same headings, captions and rows.
#[test]
fn the_readme_shows_every_experiment() {
    let page = fs::read_to_string(repository().join("README.md")).expect("a README");
    let (_, after) = page.split_once("<!-- bench: begin -->").expect("a mark");
    let (shown, _) = after.split_once("<!-- bench: end -->").expect("a mark");
    let run = bench(folder().path(), "paper --set seeds=1 --set requests=20");
    let names = |text: &str| -> Vec<String> {
        let names = text
            .lines()
            .map(|line| line.split(" | ").next().unwrap_or(line).to_owned());
        names
            .filter(|name| name.starts_with('#') || name.starts_with("| `"))
            .collect()
    };
    assert!(!names(&run.stdout).is_empty());
    assert_eq!(names(shown), names(&run.stdout), "run `make bench`");
}

#[test]
fn results_are_data_on_request() {
    let folder = folder();
    prepare(folder.path());
    let run = bench(folder.path(), "small.yaml --json");
    let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    let group = &report["experiments"][0]["groups"][0];
    assert_eq!(group["conditions"], serde_json::json!(["tiny", "load 0.5"]));
    let entry = &group["entries"][0];
    assert_eq!(entry["policy"], "fcfs");
    assert!(entry["metrics"]["antt"]["mean"].as_f64().expect("a number") >= 1.0);
    assert!(entry["violation_rate_by_model"]["minilm_l6"].is_number());
}

#[test]
fn an_interrupted_benchmark_is_resumed() {
    let folder = folder();
    prepare(folder.path());
    let arguments = [
        "bench",
        "small.yaml",
        "--set",
        "requests=3000",
        "--set",
        "seeds=6",
    ];
    let mut child = command(folder.path());
    child.args(arguments).args(["-o", "out"]).process_group(0);
    let mut child = child
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    let points = folder.path().join("out/points-1-of-1.jsonl");
    let lines = || {
        fs::read_to_string(&points)
            .unwrap_or_default()
            .lines()
            .count()
    };
    let deadline = Instant::now() + Duration::from_secs(60);
    while lines() < 4 && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(2));
    }
    let group = format!("kill -INT -{}", child.id());
    let signal = Command::new("bash").args(["-c", &group]).status();
    assert!(signal.expect("bash starts").success());
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    let done = lines();
    let names = fs::read_dir(folder.path().join("out"))
        .expect("a folder")
        .count();
    assert!(done >= 4 && names == 1, "{done} lines in {names} files");
}

/// The digest in a file of results of another benchmark.
const FOREIGN: &str = "0123456789abcdef";

/// A benchmark over one experiment with these keys.
fn experiment(keys: &str) -> String {
    format!("experiments:\n  - name: one\n    title: One\n{keys}")
}

/// Runs in a folder with bad files; checks the exit code, keeps standard error, and finds no file that was not there.
#[track_caller]
fn check(name: &str, arguments: &str, code: i32) {
    let folder = folder();
    let path = folder.path();
    prepare(path);
    let write = |name: &str, text: &str| fs::write(path.join(name), text).expect("written");
    write(
        "policy.yaml",
        &experiment("    workloads: [tiny]\n    policies: [dista, ./none.yaml]\n"),
    );
    write(
        "hardware.yaml",
        &experiment("    workloads: [tiny]\n    policies: [prema]\n    numerics: [fixed]\n"),
    );
    write("closed.yaml", "extends: tiny\narrivals: closed_loop\n");
    write(
        "search.yaml",
        &experiment("    workloads: [closed.yaml]\n    measure: max_load\n"),
    );
    write(
        "replay.yaml",
        "extends: tiny\narrivals: replay\nreplay: arrivals.csv\n",
    );
    write(
        "arrivals.csv",
        "arrival_s,profile\n0.5,person_detect.dense\n0.25,person_detect.dense\n",
    );
    write(
        "replayed.yaml",
        &experiment("    workloads: [replay.yaml]\n"),
    );
    fs::create_dir(path.join("other")).expect("created");
    let header = format!(
        "{{\"benchmark\":\"small\",\"config\":\"{FOREIGN}\"}}
"
    );
    write("other/points-1-of-1.jsonl", &header);
    let before = count(path);
    let run = dysta(path, &format!("bench {arguments}"));
    assert_eq!(run.code, code, "{arguments}\n{}{}", run.stdout, run.stderr);
    assert_eq!(
        (run.stdout.as_str(), count(path)),
        ("", before),
        "{arguments}"
    );
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        insta::assert_snapshot!(
            name,
            format!(
                "$ dysta bench {arguments}\n\n{}",
                without_digest(&run.stderr)
            )
        )
    });
}

/// The digest of the run changes with every preset; that of the file is fixed.
fn without_digest(text: &str) -> String {
    let mut parts = text.split("`small ");
    let mut shown = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (digest, rest) = part.split_at(16);
        let digest = if digest == FOREIGN { digest } else { "DIGEST" };
        shown.push_str(&format!("`small {digest}{rest}"));
    }
    shown
}

fn count(folder: &Path) -> usize {
    fs::read_dir(folder).expect("a folder").count()
}

#[test]
fn bad_benchmarks_are_told() {
    for (name, arguments, code) in [
        ("bench_unknown", "papers", 3),
        ("bench_seeds", "small.yaml --set seeds=0 --report r.html", 3),
        ("bench_policies", "policy.yaml --report r.html", 3),
        ("bench_hardware", "hardware.yaml", 3),
        ("bench_closed_loop", "search.yaml", 3),
        ("bench_replay", "replayed.yaml --report r.html", 1),
        ("bench_other_results", "small.yaml -o other", 1),
        ("bench_not_a_folder", "small.yaml -o mine.yaml", 1),
    ] {
        check(name, arguments, code);
    }
}

#[test]
fn usage_of_bench_ends_with_2() {
    for arguments in [
        "bench",
        "bench small.yaml --shard 3/2 -o out",
        "bench small.yaml --shard 0/2 -o out",
        "bench small.yaml --shard half -o out",
        "bench small.yaml --shard 1/2",
        "bench small.yaml --threads 0",
        "bench small.yaml --window 3..2 --report r.html",
        "bench small.yaml --window 1..2",
    ] {
        let run = dysta(folder().path(), arguments);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments}");
    }
}
