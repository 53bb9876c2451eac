//! `dysta cosim --network`.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::tool::{Run, command, folder};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target")
}

/// A file that `make models` brings.
fn file(name: &str) -> String {
    root().join("networks").join(name).display().to_string()
}

/// Runs `dysta cosim` with the models of the array that the tests of the RTL build as well.
fn cosim(arguments: &[&str]) -> Run {
    let folder = folder();
    let mut command = command(folder.path());
    command.env("DYSTA_CACHE", root().join("models"));
    let output = command.arg("cosim").args(arguments).output();
    let output = output.expect("the binary starts");
    Run {
        code: output.status.code().expect("not killed by a signal"),
        stdout: String::from_utf8(output.stdout).expect("text"),
        stderr: String::from_utf8(output.stderr).expect("text"),
    }
}

#[test]
fn every_layer_is_reported() {
    let [model, picture] = ["person_detect.tflite", "person_detect.person.data"].map(file);
    let arguments = ["--system", "tiny", "--json", "--network", &model];
    let picture = ["--input", &picture, "--uint8"];
    let run = cosim(&[&arguments[..], &picture].concat());
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let report: Value = serde_json::from_str(&run.stdout).expect("JSON");
    let layers = report["runs"][0]["layers"].as_array().expect("layers");
    assert_eq!(layers.len(), 31);
    let on_array = layers.iter().filter(|l| l["computed_by"] == "array");
    assert_eq!(on_array.count(), 29);
    let positive = |layer: &&Value, key: &str| layer[key].as_u64().is_some_and(|n| n > 0);
    assert!(layers.iter().all(|l| positive(&l, "compared_bytes")));
    assert_eq!(layers[27]["operator"], "average_pool_2d");
    assert_eq!(layers[27]["output_shape"], "1x1x256");
}

#[track_caller]
fn check_refused(arguments: &[&str], code: i32, said: &str) {
    let run = cosim(arguments);
    assert_eq!(run.code, code, "{}", run.stderr);
    assert!(run.stderr.contains(said), "{}", run.stderr);
}

#[test]
fn what_cannot_run_is_explained() {
    let [model, picture] = ["micro_speech.tflite", "person_detect.person.data"].map(file);
    check_refused(
        &["--system", "tiny", "--network", &model],
        1,
        "depthwise_conv2d on 49x40x1 does not fit the array: the activation buffer holds 512 chunks",
    );
    check_refused(
        &["--network", &model, "--input", &picture],
        1,
        "dysta::model::input",
    );
    check_refused(&["--network", &picture], 1, "no TensorFlow Lite model");
    check_refused(
        &["--network", &model, "--policy", "edf"],
        2,
        "cannot be used with",
    );
}
