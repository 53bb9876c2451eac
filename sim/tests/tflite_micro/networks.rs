//! Whole networks, layer by layer, against TensorFlow Lite Micro.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use dysta_sim::network::{Network, evaluate};
use dysta_sim::tflite;

use crate::{bytes, run_models};

/// A file that `make models` brings.
pub fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../target/networks")
        .join(name)
}

/// Compares every tensor that a node makes.
fn check(name: &str, inputs: &[&str], nodes: usize) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let model = fs::read(file(name)).expect("`make models` fetches the networks");
    let network = tflite::read(&model).expect("a network");
    assert_eq!(network.nodes.len(), nodes);
    for input in inputs {
        let place = |kind: &str| folder.path().join(format!("{input}.{kind}"));
        let list = network
            .nodes
            .iter()
            .map(|node| format!("{}\n", node.output));
        fs::write(place("tflite"), &model).expect("a model is written");
        fs::write(place("tensors"), list.collect::<String>()).expect("a list is written");
        fs::write(place("0"), codes(input)).expect("an input is written");
    }
    run_models(folder.path());
    for input in inputs {
        check_tensors(&network, input, folder.path());
    }
}

/// The test inputs are for networks of uint8: the same picture in int8 has 128 less.
fn codes(input: &str) -> Vec<u8> {
    let path = file(&format!("{input}.data"));
    let bytes = fs::read(path).expect("`make models` fetches the inputs");
    bytes.iter().map(|byte| byte ^ 0x80).collect()
}

fn check_tensors(network: &Network, input: &str, folder: &Path) {
    let tensor = network.inputs[0];
    let given = codes(input).iter().map(|byte| *byte as i8).collect();
    let given = network
        .tensor(tensor, given)
        .expect("an input of the right size");
    let tensors = evaluate(network, BTreeMap::from([(tensor, given)])).expect("a legal network");
    for node in &network.nodes {
        let judged = fs::read(folder.join(format!("{input}.t{}", node.output)));
        assert_eq!(
            bytes(&tensors[&node.output]),
            judged.expect("a tensor"),
            "{input}, {} to tensor {}",
            node.operator,
            node.output
        );
    }
}

#[test]
fn person_detect_agrees() {
    let inputs = ["person_detect.person", "person_detect.no_person"];
    check("person_detect.tflite", &inputs, 31);
}

#[test]
fn micro_speech_agrees() {
    check(
        "micro_speech.tflite",
        &["micro_speech.yes", "micro_speech.no"],
        4,
    );
}
