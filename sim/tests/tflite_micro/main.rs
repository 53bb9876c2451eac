//! The reference of the array's operators against TensorFlow Lite Micro, on models of one operator each.

mod model;
mod networks;
mod reader;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use dysta_sim::array::draw::{DrawnLayer, Kind, LayerDraw, Pattern, draw};
use dysta_sim::array::{Activation, Padding, Shape, Tensor, Window};
use dysta_sim::golden::array::evaluate;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// The Python that `.ci/judge` prepares.
fn python() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    root.join("../target/tflite-micro/bin/python")
}

/// Outputs of the models in a folder, in order of their names.
fn run_models(folder: &Path) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tflite_micro/judge.py");
    let output = Command::new(python())
        .arg(script)
        .arg(folder)
        .output()
        .expect("Python with tflite_micro; `make judge` installs it");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn bytes(tensor: &Tensor) -> Vec<u8> {
    tensor.codes.iter().map(|code| *code as u8).collect()
}

/// Draws a layer for each of some seeds and compares all outputs, byte by byte.
fn check(count: u64, spec: impl Fn(&mut ChaCha8Rng) -> LayerDraw) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let specs: Vec<LayerDraw> = (0..count)
        .map(|seed| spec(&mut ChaCha8Rng::seed_from_u64(seed)))
        .collect();
    let drawn: Vec<DrawnLayer> = specs
        .iter()
        .map(|spec| draw(spec).unwrap_or_else(|error| panic!("{spec:?}: {error}")))
        .collect();
    let file = |index: usize, kind: &str| folder.path().join(format!("{index:04}.{kind}"));
    for (index, (spec, case)) in specs.iter().zip(&drawn).enumerate() {
        fs::write(file(index, "tflite"), model::write(spec, case)).expect("a model is written");
        for (input, tensor) in case.inputs.iter().enumerate() {
            fs::write(file(index, &input.to_string()), bytes(tensor)).expect("an input is written");
        }
    }
    run_models(folder.path());
    let mut distinct = 0;
    for (index, (spec, case)) in specs.iter().zip(&drawn).enumerate() {
        let inputs: Vec<&Tensor> = case.inputs.iter().collect();
        let output = bytes(&evaluate(&case.layer, &inputs).expect("a legal layer"));
        let judged = fs::read(file(index, "out")).expect("an output");
        assert_eq!(output, judged, "case {index}: {spec:?}");
        distinct += usize::from(output.iter().any(|code| *code != output[0]));
    }
    assert!(distinct as u64 * 2 > count, "most outputs are constant");
}

fn below(words: &mut ChaCha8Rng, count: u32) -> u32 {
    words.next_u32() % count
}

fn any<T: Copy>(words: &mut ChaCha8Rng, choices: &[T]) -> T {
    choices[below(words, choices.len() as u32) as usize]
}

/// A random layer of one kind; windows of up to 5, strides 1 and 2.
fn random(kind: Kind, words: &mut ChaCha8Rng) -> LayerDraw {
    let extent = |words: &mut ChaCha8Rng| 1 + below(words, 5);
    let kernel = [extent(words), extent(words)];
    let step = 1 + below(words, 2);
    let input = Shape::new(
        kernel[0] + below(words, 6),
        kernel[1] + below(words, 6),
        1 + below(words, 9),
    );
    let channels = match kind {
        Kind::Depthwise => input.channels * (1 + below(words, 3)),
        _ => 1 + below(words, 9),
    };
    LayerDraw {
        kind,
        input,
        channels,
        window: Window {
            kernel,
            stride: [step, step],
            padding: any(words, &[Padding::Same, Padding::Valid]),
        },
        activation: any(
            words,
            &[Activation::None, Activation::Relu, Activation::Relu6],
        ),
        per_channel: below(words, 4) > 0,
        weight_density: any(words, &[0.1, 0.5, 1.0]),
        pattern: any(words, &[Pattern::Unstructured, Pattern::TwoOfFour]),
        activation_density: any(words, &[0.2, 0.6, 1.0]),
        seed: words.next_u64(),
    }
}

#[test]
fn convolutions_agree() {
    check(60, |words| random(Kind::Conv, words));
}

#[test]
fn depthwise_convolutions_agree() {
    check(60, |words| random(Kind::Depthwise, words));
}

#[test]
fn fully_connected_layers_agree() {
    check(60, |words| LayerDraw {
        per_channel: false,
        ..random(Kind::FullyConnected, words)
    });
}

#[test]
fn pools_agree() {
    check(60, |words| random(Kind::MaxPool, words));
    check(60, |words| random(Kind::AveragePool, words));
    check(20, |words| {
        let spec = random(Kind::AveragePool, words);
        let kernel = [spec.input.height, spec.input.width];
        let window = Window {
            kernel,
            stride: [1, 1],
            padding: Padding::Valid,
        };
        LayerDraw { window, ..spec }
    });
}

#[test]
fn means_agree() {
    check(60, |words| LayerDraw {
        activation: Activation::None,
        ..random(Kind::Mean, words)
    });
}

#[test]
fn elementwise_operators_agree() {
    check(60, |words| random(Kind::Add, words));
    check(60, |words| LayerDraw {
        activation: Activation::Relu,
        ..random(Kind::Relu, words)
    });
}
