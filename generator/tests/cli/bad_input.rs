//! Bad input of every kind: exit code and diagnostic, each as a snapshot.

use std::fs;
use std::path::Path;

use crate::tool::{dysta, folder, repository};

/// Runs in a folder with the files of [`prepare`]; checks the exit code and keeps standard error.
#[track_caller]
fn check(name: &str, arguments: &str, code: i32) {
    let folder = folder();
    prepare(folder.path());
    let run = dysta(folder.path(), arguments);
    assert_eq!(run.code, code, "{arguments}\n{}{}", run.stdout, run.stderr);
    assert_eq!(run.stdout, "", "{arguments}");
    let root = folder.path().canonicalize().expect("a folder");
    let text = run.stderr.replace(&*root.to_string_lossy(), "FOLDER");
    let text = text.replace(&*folder.path().to_string_lossy(), "FOLDER");
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, format!("$ dysta {arguments}\n\n{text}")));
}

fn prepare(folder: &Path) {
    let write = |name: &str, bytes: &[u8]| fs::write(folder.join(name), bytes).expect("written");
    write("foreign.txt", b"mine");
    write(
        "years.csv",
        b"sim_lat,overall-sparsity,batch-indx,layer-indx\n1e9,0.5,0,0\n",
    );
    let years = r#"{"slo_mult": 1, "table": {"models": ["years"], "arrival": [0.0], "model": [0], "priority": [1], "sample": [0]},
        "target": [1.0], "runs": {}}"#;
    write("years.json", years.as_bytes());
    write(
        "clients.yaml",
        b"extends: tiny\nworkload: { arrivals: closed_loop, clients: 4, think_time_ms: 1 }\n",
    );
    write("list.yaml", b"- edge\n");
    write("not_utf8.yaml", b"name: \xff\n");
    write("cycle.yaml", b"extends: ./cycle.yaml\n");
    write("twice.yaml", b"extends: edge\nname: a\nname: b\n");
    write(
        "score.yaml",
        b"extends: tiny\nscheduler: { policy: { score: \"gamma * * beta\" } }\n",
    );
    let table =
        repository().join("configs/data/reference/small/sanger_n20_rate60_slo2_seed101.json.gz");
    let table = fs::read(table).expect("a recorded table");
    write("short.json.gz", &table[..table.len() / 2]);
    write("table.json.gz", &table);
    let other = br#"{"slo_mult": 1, "table": {"models": ["nobody"], "arrival": [0.0], "model": [0], "priority": [1], "sample": [0]},
        "target": [1.0], "runs": {}}"#;
    write("other.json", other);
    for (name, arrival) in [
        ("negative", "[-1.0]"),
        ("nan", "[NaN]"),
        ("unsorted", "[1.0, 0.5]"),
    ] {
        write(&format!("{name}.json"), times(arrival).as_bytes());
    }
    let traces = repository().join("configs/data/reference/traces/sanger");
    fs::create_dir(folder.join("traces")).expect("created");
    for entry in fs::read_dir(traces).expect("traces") {
        let entry = entry.expect("an entry");
        fs::copy(entry.path(), folder.join("traces").join(entry.file_name())).expect("copied");
    }
}

/// A table over one model of the traces with these arrivals.
fn times(arrival: &str) -> String {
    let count = arrival.split(',').count();
    let list = |value: &str| format!("[{}]", vec![value; count].join(", "));
    format!(
        r#"{{"slo_mult": 1, "table": {{"models": ["load_balance_gpt2_glue_128"], "arrival": {arrival}, "model": {}, "priority": {},
        "sample": {}}}, "target": {}, "runs": {{}}}}"#,
        list("0"),
        list("1"),
        list("0"),
        list("1.0")
    )
}

#[test]
fn layers_that_do_not_run() {
    let tiny = "cosim --system tiny --layer";
    check(
        "layer_keys",
        &format!("{tiny} kind=conv,heigth=8,width=0,seed=-1"),
        3,
    );
    check(
        "layer_density",
        &format!("{tiny} kind=conv,weight_density=1.5,activation_density=-0.1,seed=4294967296"),
        3,
    );
    check("layer_unknown", &format!("{tiny} conv99"), 1);
    check(
        "layer_unfit",
        &format!("{tiny} kind=conv,height=64,width=300,channels=64,kernel=3"),
        1,
    );
    check(
        "layer_unfit_columns",
        &format!("{tiny} kind=depthwise,height=8,width=8,channels=64,kernel=6"),
        1,
    );
    check(
        "layer_unfit_windows",
        &format!("{tiny} kind=average_pool,height=12,width=12,channels=3,kernel=10"),
        1,
    );
    check(
        "layer_extent",
        &format!("{tiny} kind=relu,height=1,width=5000"),
        3,
    );
    check("check_layers_unfit", "check tiny --layers array", 1);
    check(
        "layer_window",
        &format!("{tiny} kind=conv,height=8,width=8,channels=4,kernel=11"),
        1,
    );
    check(
        "layer_read_error",
        &format!("{tiny} kind=conv,height=4,width=4,channels=4 --read-error 1"),
        1,
    );
    check(
        "layer_large",
        &format!("{tiny} kind=conv,height=4095,width=4095,channels=512,kernel=3"),
        1,
    );
    check(
        "layer_no_array",
        "cosim --system wearable --layer kind=conv",
        3,
    );
    check("bench_array_no_array", "bench array --system wearable", 3);
    check(
        "bench_array_list",
        "bench array --system tiny --suite list.yaml",
        3,
    );
    check("graph_no_array", "graph wearable --part array", 3);
}

#[test]
fn configurations_end_with_3() {
    for (name, arguments) in [
        ("unknown_preset", "check egde"),
        ("missing_file", "check none.yaml"),
        ("unknown_key", "check edge --set scheduler.capactiy=8"),
        ("wrong_type", "check edge --set scheduler.capacity=many"),
        ("out_of_range", "check edge --set scheduler.capacity=1"),
        ("bad_set", "check edge --set scheduler"),
        ("list_at_root", "check list.yaml"),
        ("not_utf8", "check not_utf8.yaml"),
        ("extends_cycle", "check cycle.yaml"),
        ("duplicate_key", "check twice.yaml"),
        ("expression", "generate score.yaml -o out"),
        ("unknown_policy", "graph tiny --policy dista"),
        (
            "fp16_overflow",
            "check paper_fp16 --set policy.score=queue*60000+priority",
        ),
        ("simulate_unknown_policy", "simulate tiny --policy dista"),
        ("simulate_unknown_preset", "simulate egde"),
        (
            "simulate_no_requests",
            "simulate tiny --set workload.requests=0",
        ),
        (
            "simulate_absurd_rate",
            "simulate tiny --set workload.load=1e300",
        ),
        (
            "simulate_unknown_predictor",
            "simulate tiny --predictor oracle",
        ),
        (
            "too_few_profiles",
            "cosim --system tiny --workload wearable",
        ),
    ] {
        check(name, arguments, 3);
    }
}

#[test]
fn data_ends_with_1() {
    for (name, arguments) in [
        ("missing_table", "--reference none.json --traces traces"),
        ("missing_traces", "--reference table.json.gz --traces none"),
        (
            "truncated_table",
            "--reference short.json.gz --traces traces",
        ),
        ("unknown_model", "--reference other.json --traces traces"),
        ("negative_time", "--reference negative.json --traces traces"),
        ("not_a_number", "--reference nan.json --traces traces"),
        (
            "unsorted_times",
            "--reference unsorted.json --traces traces",
        ),
    ] {
        check(name, &format!("cosim --system edge {arguments}"), 1);
    }
    check(
        "fp16_range",
        "cosim --system edge --set scheduler.numbers.format=fp16 --set scheduler.numbers.time_unit_cycles=1",
        1,
    );
    check(
        "narrow_time",
        "cosim --system edge --set scheduler.numbers.duration_bits=16",
        1,
    );
    for (name, arguments) in [
        (
            "simulate_no_folder",
            "simulate --reference-dir none --check",
        ),
        (
            "simulate_no_recordings",
            "simulate --reference-dir traces --check",
        ),
        (
            "simulate_truncated_table",
            "simulate edge --reference short.json.gz --traces traces",
        ),
        (
            "simulate_years",
            "simulate edge --reference years.json --traces .",
        ),
        (
            "simulate_no_parent",
            "simulate tiny --timeline none/run.json",
        ),
    ] {
        check(name, arguments, 1);
    }
    check(
        "end_of_time",
        "cosim --system tiny --now-start 281474976710655",
        1,
    );
}

#[test]
fn usage_ends_with_2() {
    for arguments in [
        "",
        "chek edge",
        "check",
        "generate tiny",
        "cosim --reference table.json.gz",
        "cosim --pressure 256",
        "cosim --now-start 281474976710656",
        "graph tiny --format pdf",
    ] {
        let run = dysta(folder().path(), arguments);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments}");
    }
}

#[test]
fn contradictions_end_with_2() {
    for (name, arguments) in [
        ("simulate_only_f64", "--policy prema --numerics exact"),
        (
            "simulate_compat_f64",
            "--compat published-2023 --numerics fixed",
        ),
        (
            "simulate_hardware_costs",
            "--numerics fp32 --decision-latency none",
        ),
    ] {
        check(name, &format!("simulate tiny {arguments}"), 2);
    }
    check(
        "simulate_closed_loop",
        "simulate clients.yaml --numerics exact",
        2,
    );
}

#[test]
fn foreign_directories_end_with_1() {
    check("foreign_directory", "generate tiny -o .", 1);
    check("not_a_directory", "generate tiny -o foreign.txt", 1);
}

#[test]
fn problems_are_data_on_request() {
    let run = dysta(folder().path(), "check egde --json");
    assert_eq!(run.code, 3);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(report["exit_code"], 3);
    assert_eq!(
        report["problems"][0]["code"],
        "dysta::config::unknown_preset"
    );
}
