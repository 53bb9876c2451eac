//! Every rule of workload data has a diagnostic with place, cure and reason.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use dysta_config::workload::check_workload;
use dysta_sim::arrivals::{Process, replay};
use dysta_sim::draw::{Arrivals, Draw, Share, draw};
use dysta_sim::engine::Semantics;
use dysta_sim::profile::{ProfileStats, model_latencies};
use dysta_sim::reference::check;
use dysta_sim::scenario::Supply;
use dysta_sim::table::{Derived, read_recording, read_table};
use dysta_sim::trace::{
    DataError, DirSource, MemorySource, ProfileTrace, RULES, TEXT_LIMIT, decode_text, load,
};
use dysta_sim::workload::Workload;
use flate2::Compression;
use flate2::write::GzEncoder;
use miette::{GraphicalReportHandler, GraphicalTheme};
use serde_json::{Value, json};

const REAL: &str = "layer,sample,latency_s,activation_sparsity\n\
    conv1,3,0.001,0.25\nconv2,3,0.002,0.5\nconv1,7,0.001,0.75\nconv2,7,0.002,0.5\n";
const DESCRIPTION: &str =
    r#"{"layers":[{"name":"conv1","in_shape":[3,8,8]},{"name":"conv2","in_shape":[[4,4],[2,4]]}]}"#;
const CONVOLUTION: &str = "sim_lat,overall-sparsity,batch-indx,layer-indx\n\
    0.001,0.25,0,0\n0.002,0.5,0,1\n0.001,0.75,1,0\n0.002,0.5,1,1\n";
const ATTENTION: &str =
    "overall-sparsity,50%-skip,batch-indx,layer-indx\n0.5,0.5,0,0\n0.25,0.5,0,1\n";

fn source(csv: impl Into<Vec<u8>>, description: &str) -> MemorySource {
    MemorySource::new()
        .with("net.dense.csv", csv)
        .with("net.json", description)
}

fn trace(csv: impl Into<Vec<u8>>) -> Result<ProfileTrace, DataError> {
    load(&source(csv, DESCRIPTION), "net.dense")
}

fn described(description: &str) -> Result<ProfileTrace, DataError> {
    load(&source(REAL, description), "net.dense")
}

fn profiles() -> Vec<ProfileTrace> {
    vec![trace(REAL).expect("valid trace")]
}

fn stats() -> Vec<ProfileStats> {
    profiles().iter().map(ProfileStats::new).collect()
}

fn table() -> Value {
    json!({"models": ["net.dense"], "arrival": [0.5, 1.5], "model": [0, 0], "priority": [1, 9], "sample": [0, 1]})
}

/// A valid table with one member replaced, read and joined with the profiles.
fn request_table(key: &str, value: Value) -> Result<Workload, DataError> {
    let mut table = table();
    table[key] = value;
    workload(&table, &[0.25, 0.25])
}

fn workload(table: &Value, targets: &[f64]) -> Result<Workload, DataError> {
    let read = read_table("table.json", table.to_string().into_bytes())?;
    let requests = read.requests("table.json", &profiles(), targets)?;
    Workload::new("table.json", profiles(), requests)
}

/// A valid recording with one member of its run replaced.
fn recording(key: &str, value: Value) -> Result<(), DataError> {
    let mut run = json!({
        "schedule": [0, 2, 1, 2], "finish": [0.503, 1.503], "isolated": [0.003, 0.003], "violation": 0.0,
        "antt": 1.0, "stp": 1.0, "decisions": 4, "switches": 1, "clock_back_n": 0, "clock_back_s": 0.0,
    });
    run[key] = value;
    let all =
        json!({"slo_mult": 10, "table": table(), "target": [0.25, 0.25], "runs": {"fcfs": run}});
    read_recording("run.json", all.to_string().into_bytes()).map(|_| ())
}

fn share(profile: usize, weight: f64) -> Share {
    Share::new(profile, weight, 10.0, &stats())
}

fn drawn(change: impl FnOnce(&mut Draw)) -> Result<(), DataError> {
    let mut spec = Draw {
        requests: 4,
        seed: 1,
        arrivals: Arrivals::Load(0.5),
        process: Process::Poisson,
        mix: vec![share(0, 1.0)],
    };
    change(&mut spec);
    draw(&spec, &stats()).map(|_| ())
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text).expect("to memory");
    encoder.finish().expect("to memory")
}

fn cut_gzip() -> Vec<u8> {
    let whole = gzip(REAL.as_bytes());
    whole[..whole.len() - 12].to_vec()
}

fn two_patterns() -> Result<BTreeMap<String, Vec<f64>>, DataError> {
    let mut patterns = profiles();
    let mut other = patterns[0].clone();
    other.name = "net.mag80".to_owned();
    other.layers.pop();
    other.samples.iter_mut().for_each(|sample| {
        sample.latency_s.pop();
        sample.sparsity.pop();
    });
    patterns.push(other);
    model_latencies(&patterns)
}

fn targets(base: &BTreeMap<String, f64>) -> Result<Vec<f64>, DataError> {
    let read = read_table("table.json", table().to_string().into_bytes())?;
    read.targets_s("table.json", base, 10.0)
}

/// Renders a diagnostic as users see it, without colours.
fn render(error: &DataError) -> String {
    let mut text = String::new();
    let handler =
        GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor()).with_width(120);
    handler
        .render_report(&mut text, error)
        .expect("to a string");
    text.lines()
        .map(|line| format!("{}\n", line.trim_end()))
        .collect()
}

fn trace_cases() -> Vec<(&'static str, Option<DataError>)> {
    let missing = load(&MemorySource::new(), "net.dense").err();
    let no_description = load(
        &MemorySource::new().with("net.dense.csv", REAL),
        "net.dense",
    )
    .err();
    let mut not_utf8 = REAL.as_bytes().to_vec();
    not_utf8[60] = 0xff;
    vec![
        ("missing_trace", missing),
        ("missing_description", no_description),
        (
            "unreadable",
            load(&DirSource::new("/dev/null"), "net.dense").err(),
        ),
        ("truncated_gzip", trace(cut_gzip()).err()),
        (
            "too_large",
            decode_text("big.csv", gzip(&vec![b'1'; TEXT_LIMIT as usize + 1])).err(),
        ),
        ("not_utf8", trace(not_utf8).err()),
        ("no_header", trace("").err()),
        (
            "no_rows",
            trace("layer,sample,latency_s,activation_sparsity\n").err(),
        ),
        (
            "no_rows_reference",
            trace("sim_lat,overall-sparsity,batch-indx,layer-indx\n").err(),
        ),
        ("unknown_format", trace("time,zeros\n1,2\n").err()),
        (
            "missing_column",
            trace(REAL.replace("latency_s", "latency_ms")).err(),
        ),
        (
            "missing_column_reference",
            trace(CONVOLUTION.replace("batch-indx", "batch")).err(),
        ),
        ("short_row", trace(format!("{REAL}conv1,9,0.5\n")).err()),
        ("not_a_number", trace(REAL.replace("0.002", "2ms")).err()),
        (
            "sample_not_an_integer",
            trace(REAL.replace(",7,", ",-7,")).err(),
        ),
        ("nan_latency", trace(REAL.replace("0.002", "NaN")).err()),
        (
            "negative_latency",
            trace(CONVOLUTION.replace("0.002", "-0.002")).err(),
        ),
        (
            "infinite_latency",
            trace(REAL.replace("0.002", "1e999")).err(),
        ),
        ("sparsity_above_1", trace(REAL.replace("0.75", "75")).err()),
        (
            "negative_sparsity",
            trace(CONVOLUTION.replace("0.75", "-0.75")).err(),
        ),
        ("nan_density", trace(ATTENTION.replace("0.25", "nan")).err()),
        (
            "zero_load_balance",
            trace(ATTENTION.replace("0.25,0.5", "0.25,0")).err(),
        ),
    ]
}

fn structure_cases() -> Vec<(&'static str, Option<DataError>)> {
    vec![
        (
            "duplicate_entry",
            trace(format!("{REAL}conv2,3,0.002,0.5\n")).err(),
        ),
        (
            "duplicate_entry_reference",
            trace(format!("{ATTENTION}0.5,0.5,0,1\n")).err(),
        ),
        (
            "unequal_layers",
            trace(REAL.replace("conv2,7,0.002,0.5\n", "")).err(),
        ),
        (
            "unequal_layers_reference",
            trace(CONVOLUTION.replace("0.002,0.5,0,1\n", "")).err(),
        ),
        (
            "layer_gap",
            trace(CONVOLUTION.replace(",1\n", ",2\n")).err(),
        ),
        (
            "no_isolated_latency",
            trace(REAL.replace("0.001", "0").replace("0.002", "0")).err(),
        ),
        (
            "undescribed_layer",
            trace(REAL.replace("conv2", "conv9")).err(),
        ),
        (
            "empty_input",
            described(&DESCRIPTION.replace("[3,8,8]", "[3,0,8]")).err(),
        ),
        (
            "too_many_elements",
            described(&DESCRIPTION.replace("[3,8,8]", "[65536,65536]")).err(),
        ),
        (
            "overflowing_elements",
            described(&DESCRIPTION.replace("[3,8,8]", "[9999999999,9999999999]")).err(),
        ),
        (
            "bad_shape",
            described(&DESCRIPTION.replace("[3,8,8]", "\"3x8x8\"")).err(),
        ),
        (
            "bad_description",
            described(&DESCRIPTION.replace("layers", "nodes")).err(),
        ),
        ("unequal_patterns", two_patterns().err()),
    ]
}

fn table_cases() -> Vec<(&'static str, Option<DataError>)> {
    vec![
        ("bad_table", request_table("arrival", json!("soon")).err()),
        (
            "bad_derived",
            Derived::read("derived.json", b"{\"models\": []".to_vec()).err(),
        ),
        (
            "unknown_model",
            request_table("models", json!(["other.dense"])).err(),
        ),
        (
            "model_out_of_range",
            request_table("model", json!([0, 3])).err(),
        ),
        (
            "sample_out_of_range",
            request_table("sample", json!([0, 7])).err(),
        ),
        (
            "unequal_lengths",
            request_table("priority", json!([1])).err(),
        ),
        ("unequal_targets", workload(&table(), &[0.25]).err()),
        (
            "empty_table",
            workload(
                &json!({"models": [], "arrival": [], "model": [], "priority": [], "sample": []}),
                &[],
            )
            .err(),
        ),
        (
            "unsorted_arrivals",
            request_table("arrival", json!([1.5, 0.5])).err(),
        ),
        (
            "negative_arrival",
            request_table("arrival", json!([-0.5, 0.5])).err(),
        ),
        ("nan_target", workload(&table(), &[0.25, f64::NAN]).err()),
        ("missing_target", targets(&BTreeMap::new()).err()),
        (
            "record_without_finish",
            recording("finish", json!([0.503])).err(),
        ),
        (
            "record_with_odd_schedule",
            recording("schedule", json!([0, 2, 1])).err(),
        ),
        (
            "record_of_unknown_request",
            recording("schedule", json!([0, 2, 2, 2])).err(),
        ),
        (
            "record_of_other_length",
            recording("schedule", json!([0, 2, 1, 1])).err(),
        ),
        (
            "record_with_bad_decision",
            recording("trace", json!([[0.5, 0, [[]]]])).err(),
        ),
        ("arrival_beyond_48_bits", late_workload().err()),
    ]
}

fn late_workload() -> Result<(), DataError> {
    let late = request_table("arrival", json!([0.5, 3e6]))?;
    late.cycle_requests(200_000_000).map(|_| ())
}

fn draw_cases() -> Vec<(&'static str, Option<DataError>)> {
    vec![
        ("draw_nothing", drawn(|spec| spec.requests = 0).err()),
        (
            "draw_without_priorities",
            drawn(|spec| spec.mix[0].priorities.clear()).err(),
        ),
        (
            "draw_negative_target",
            drawn(|spec| spec.mix[0].target_s = -1.0).err(),
        ),
        (
            "draw_unknown_profile",
            drawn(|spec| spec.mix.push(share(1, 1.0))).err(),
        ),
        ("draw_empty_mix", drawn(|spec| spec.mix.clear()).err()),
        (
            "draw_negative_weight",
            drawn(|spec| spec.mix.push(share(0, -0.5))).err(),
        ),
        (
            "draw_zero_load",
            drawn(|spec| spec.arrivals = Arrivals::Load(0.0)).err(),
        ),
        (
            "draw_nan_rate",
            drawn(|spec| spec.arrivals = Arrivals::Rate(f64::NAN)).err(),
        ),
    ]
}

/// A file of arrivals after its header.
fn replayed(rows: &str) -> Option<DataError> {
    let text = format!("arrival_s,profile,priority,sample,deadline_s\n{rows}");
    replay::read_text("arrivals.csv", &text, &profiles()).err()
}

/// A workload whose profile of short texts has samples of these ids.
fn short_texts(described: &str) -> Option<DataError> {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text);
    let description = DESCRIPTION.replace("]}", &format!("],\"samples\":{described}}}"));
    write("net.dense.csv", REAL).expect("written");
    write("net.json", &description).expect("written");
    let yaml = "data: .\nrequests: 9\nload: 1\nslo_multiplier: 10\n\
        traces: [{model: net, patterns: [dense], length_buckets: [64]}]\n";
    write("texts.yaml", yaml).expect("written");
    let path = folder.path().join("texts.yaml").display().to_string();
    let (spec, _) = check_workload(&path, &[]).expect("a valid workload");
    Supply::load(&spec).err()
}

fn replay_cases() -> Vec<(&'static str, Option<DataError>)> {
    let first = "0.5,net.dense,1,0,0.75\n";
    vec![
        ("replay_nothing", replayed("")),
        ("replay_nan", replayed("NaN,net.dense,1,0,1\n")),
        ("replay_negative", replayed("-0.5,net.dense,1,0,1\n")),
        (
            "replay_unsorted",
            replayed(&format!("{first}0.25,net.dense,1,0,1\n")),
        ),
        ("replay_twice", replayed(&format!("{first}{first}"))),
        ("replay_late", replayed("0.5,net.dense,1,0,0.25\n")),
        ("replay_unknown_profile", replayed("0.5,other,1,0,1\n")),
        ("replay_unknown_sample", replayed("0.5,net.dense,1,2,1\n")),
        (
            "unknown_length",
            short_texts(r#"{"dense":[{"id":3,"seq_len":8}]}"#),
        ),
        (
            "empty_range_of_lengths",
            short_texts(r#"{"dense":[{"id":3,"seq_len":8},{"id":7,"seq_len":9}]}"#),
        ),
    ]
}

/// Checks a folder of recordings with these files besides the trace; the folder is called `DIR`.
fn reference(files: &[(&str, Value)]) -> Option<DataError> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("created");
        std::fs::write(path, text).expect("written");
    };
    write("traces/net.dense.csv", REAL);
    write("traces/net.json", DESCRIPTION);
    for (name, value) in files {
        write(name, &value.to_string());
    }
    let mut error = check(folder.path(), Semantics::Published2023).err()?;
    error.file = error.file.replace(&*folder.path().to_string_lossy(), "DIR");
    Some(error)
}

fn reference_cases() -> Vec<(&'static str, Option<DataError>)> {
    let row = json!([10, 10, 1, "fcfs", 0.0, 1.0, 1.0]);
    let columns = [
        "rate",
        "slo_mult",
        "seed",
        "policy",
        "violation",
        "antt",
        "stp",
    ];
    let metrics = |row: &Value| json!({"family": "", "columns": columns, "rows": [row]});
    let run = json!({
        "schedule": [], "finish": [0.5, 1.5], "isolated": [0.003, 0.003], "violation": 0.0,
        "antt": 1.0, "stp": 1.0, "decisions": 0, "switches": 1, "clock_back_n": 0, "clock_back_s": 0.0,
    });
    let recording = |runs: Value| json!({"slo_mult": 10, "table": table(), "target": [0.25, 0.25], "runs": runs});
    let mut short = row.clone();
    short[5] = json!("fast");
    vec![
        ("reference_without_runs", reference(&[])),
        (
            "reference_unknown_policy",
            reference(&[("small/run.json", recording(json!({"best": run})))]),
        ),
        (
            "reference_bad_row",
            reference(&[
                ("metrics/all.json", metrics(&short)),
                ("tables/t.json", table()),
            ]),
        ),
        (
            "reference_missing_table",
            reference(&[
                ("metrics/all.json", metrics(&row)),
                ("tables/t.json", table()),
            ]),
        ),
        (
            "reference_without_tables",
            reference(&[("metrics/all.json", metrics(&row))]),
        ),
    ]
}

fn all_cases() -> Vec<(&'static str, Option<DataError>)> {
    [
        reference_cases(),
        trace_cases(),
        structure_cases(),
        table_cases(),
        draw_cases(),
        replay_cases(),
    ]
    .concat()
}

#[test]
fn each_rule_has_a_diagnostic() {
    let mut seen = BTreeSet::new();
    for (name, error) in all_cases() {
        let error = error.unwrap_or_else(|| panic!("{name} is accepted"));
        seen.insert(error.problem.rule().code.name);
        insta::assert_snapshot!(name, render(&error));
    }
    let codes: BTreeSet<&str> = RULES.iter().map(|rule| rule.code.name).collect();
    assert_eq!(codes.len(), RULES.len(), "codes are unique");
    assert_eq!(seen, codes, "every rule has a case");
}

#[test]
fn the_unchanged_inputs_are_accepted() {
    assert!(trace(REAL).is_ok());
    assert!(trace(gzip(REAL.as_bytes())).is_ok());
    assert!(trace(format!("\u{feff}{REAL}")).is_ok());
    assert!(trace(CONVOLUTION).is_ok());
    assert!(trace(ATTENTION).is_ok());
    assert!(workload(&table(), &[0.25, 0.25]).is_ok());
    assert!(recording("decisions", json!(4)).is_ok());
    assert!(drawn(|_| ()).is_ok());
    assert_eq!(
        replayed("0.5,net.dense,1,0,0.75\n0.5,net.dense,9,0,0.75\n"),
        None
    );
}

#[test]
fn a_file_of_a_folder_is_named_with_its_folder() {
    let error = load(&DirSource::new("no_folder"), "net.dense").expect_err("no folder");
    assert_eq!(
        error.to_string(),
        "no_folder/net.dense.csv: there is no such file"
    );
}

#[test]
fn a_data_error_becomes_a_diagnostic_of_the_same_place_code_and_help() {
    let error = trace(REAL.replace("0.002", "-1")).expect_err("negative latency");
    let shown: dysta_config::diag::Diagnostic = error.clone().into();
    assert_eq!(
        shown.to_string(),
        error.to_string().replace("csv:3:", "csv:3:1:")
    );
    assert_eq!(shown.code, "dysta::data::bad_latency");
    let help = |diagnostic: &dyn miette::Diagnostic| diagnostic.help().map(|help| help.to_string());
    assert_eq!(help(&shown), help(&error));
    assert!(shown.is_data());
}
