//! Whole networks on `edge`: every layer compared with the reference, which the tests of `sim` compare with TensorFlow Lite
//! Micro on the same inputs.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use dysta_config::accelerator::Accelerator;
use dysta_rtl_tests::array::model;
use dysta_sim::array::Tensor;
use dysta_sim::cosim::{ArrayModel, MemoryOptions, run_network};
use dysta_sim::network::{Image, Network, evaluate};
use dysta_sim::tflite;

/// A file that `make models` brings.
fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../target/networks")
        .join(name)
}

/// The test inputs are for networks of uint8: the same picture in int8 has 128 less.
fn input(network: &Network, name: &str) -> BTreeMap<usize, Tensor> {
    let bytes = fs::read(file(name)).expect("`make models` fetches the inputs");
    let codes = bytes.iter().map(|byte| (byte ^ 0x80) as i8).collect();
    let tensor = network.inputs[0];
    let input = network.tensor(tensor, codes).expect("an input");
    BTreeMap::from([(tensor, input)])
}

/// Runs every input; all layers of `name` but those that the driver computes are on the array.
fn check(hardware: &ArrayModel, name: &str, inputs: &[&str], on_driver: usize) {
    let network = tflite::open(&file(&format!("{name}.tflite"))).expect("a network");
    let profiled = evaluate(&network, input(&network, inputs[0])).expect("tensors");
    let density = |(tensor, value): (&usize, &Tensor)| (*tensor, value.density());
    let densities = profiled.iter().map(density).collect();
    let image = Image::new(&Accelerator::EDGE, &network, &densities).expect("an image");
    let mut session = hardware.session(1, None).expect("a session");
    for given in inputs {
        let mut runs = Vec::new();
        run_network(
            &mut session,
            &network,
            &image,
            input(&network, given),
            &MemoryOptions::default(),
            |_, run| runs.push(run),
        )
        .unwrap_or_else(|error| panic!("{given}: {error}"));
        let clocks: u64 = runs.iter().map(|run| run.clocks).sum();
        let bytes: u64 = runs.iter().map(|run| run.bytes).sum();
        println!("{given}: {clocks} clocks, {bytes} bytes compared");
        assert_eq!(runs.len(), network.nodes.len());
        assert_eq!(runs.iter().filter(|run| !run.on_array).count(), on_driver);
        assert!(runs.iter().all(|run| run.elements > 0 && run.bytes > 0));
    }
}

#[test]
fn networks_agree() {
    let edge = model(&Accelerator::EDGE);
    // The driver reshapes the input and computes the softmax.
    let words = ["micro_speech.yes.data", "micro_speech.no.data"];
    check(&edge, "micro_speech", &words, 2);
    let pictures = ["person_detect.person.data", "person_detect.no_person.data"];
    check(&edge, "person_detect", &pictures, 2);
}
