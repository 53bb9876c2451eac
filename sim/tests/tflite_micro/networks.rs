//! Whole networks, layer by layer, against TensorFlow Lite Micro.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use dysta_sim::array::Shape;
use dysta_sim::array::draw::{Kind, LayerDraw, draw};
use dysta_sim::network::{Network, evaluate};
use dysta_sim::tflite;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::model::{Twist, twisted};
use crate::{any, bytes, random, run_models};

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

#[test]
fn softmax_agrees() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = |seed: u64, kind: &str| folder.path().join(format!("{seed:04}.{kind}"));
    let case = |seed: u64| {
        let mut words = ChaCha8Rng::seed_from_u64(seed);
        let spec = LayerDraw {
            input: Shape::new(1, 1, 1 + words.next_u32() % 50),
            ..random(Kind::Relu, &mut words)
        };
        let beta = any(&mut words, &[0.1, 0.5, 1.0, 4.0, 20.0]);
        (spec, beta)
    };
    const CASES: u64 = 60;
    for seed in 0..CASES {
        let (spec, beta) = case(seed);
        let drawn = draw(&spec).expect("a layer");
        let twist = Twist {
            softmax: Some(beta),
            ..Twist::NONE
        };
        fs::write(file(seed, "tflite"), twisted(&spec, &drawn, &twist)).expect("a model");
        fs::write(file(seed, "0"), bytes(&drawn.inputs[0])).expect("an input");
    }
    run_models(folder.path());
    for seed in 0..CASES {
        let (spec, beta) = case(seed);
        let network = tflite::open(&file(seed, "tflite")).expect("a network");
        let input = draw(&spec).expect("a layer").inputs[0].clone();
        let inputs = BTreeMap::from([(network.inputs[0], input)]);
        let tensors = evaluate(&network, inputs).expect("a legal network");
        let judged = fs::read(file(seed, "out")).expect("an output");
        let output = bytes(&tensors[&network.outputs[0]]);
        assert_eq!(output, judged, "beta {beta}, {spec:?}");
    }
}
