//! The reader of models: what it gives back, and what it says about models that it refuses.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use dysta_config::accelerator::Accelerator;
use dysta_sim::array::draw::{DrawnLayer, Kind, LayerDraw, Pattern, draw, draw_tensor};
use dysta_sim::array::{Activation, Padding, Shape, Window};
use dysta_sim::network::{Image, Network, Profiles, Work, evaluate};
use dysta_sim::tflite::{self, ModelError};
use miette::Diagnostic;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::model::{Twist, twisted, write};
use crate::networks::file;
use crate::random;

fn spec(kind: Kind) -> LayerDraw {
    LayerDraw {
        kind,
        input: Shape::new(6, 5, 4),
        channels: 8,
        window: Window::square(3, 1, Padding::Same),
        activation: Activation::Relu,
        per_channel: kind != Kind::FullyConnected,
        weight_density: 0.5,
        pattern: Pattern::Unstructured,
        activation_density: 0.5,
        seed: 3,
    }
}

const KINDS: [Kind; 8] = [
    Kind::Conv,
    Kind::Depthwise,
    Kind::FullyConnected,
    Kind::MaxPool,
    Kind::AveragePool,
    Kind::Mean,
    Kind::Add,
    Kind::Relu,
];

fn layer(kind: Kind) -> DrawnLayer {
    draw(&spec(kind)).expect("a layer")
}

#[test]
fn layers_survive_a_model() {
    for kind in KINDS {
        for seed in 0..20 {
            let mut spec = random(kind, &mut ChaCha8Rng::seed_from_u64(seed));
            spec.activation = match kind {
                Kind::Relu => Activation::Relu,
                Kind::Mean => Activation::None,
                _ => spec.activation,
            };
            spec.per_channel &= kind != Kind::FullyConnected;
            let drawn = draw(&spec).expect("a layer");
            let network = tflite::read(&write(&spec, &drawn)).expect("a model");
            assert_eq!(network.nodes.len(), 1);
            assert_eq!(network.nodes[0].work, Work::Array(drawn.layer), "{spec:?}");
        }
    }
}

/// Changes some bytes, or cuts the end off.
fn damage(model: &[u8], words: &mut ChaCha8Rng) -> Vec<u8> {
    let mut model = model.to_vec();
    if words.next_u32().is_multiple_of(8) {
        model.truncate(words.next_u32() as usize % model.len());
        return model;
    }
    for _ in 0..=words.next_u32() % 4 {
        let place = words.next_u32() as usize % model.len();
        model[place] = match words.next_u32() % 4 {
            0 => 0xff,
            1 => 0,
            2 => model[place] ^ 1 << (words.next_u32() % 8),
            _ => words.next_u32() as u8,
        };
    }
    model
}

/// Elements of the activations of a network that is still computed.
const ELEMENTS_MAX: usize = 1 << 14;

/// A network that was accepted is compiled and computed, or refused with a reason.
fn use_network(network: &Network) {
    let elements = network.activations.values().map(|a| a.shape.len());
    if elements.sum::<usize>() > ELEMENTS_MAX {
        return;
    }
    let inputs = network.inputs.iter().map(|tensor| {
        let activation = &network.activations[tensor];
        let drawn = draw_tensor(activation.shape, activation.zero_point, 0.5, 1);
        (*tensor, drawn)
    });
    let _ = evaluate(network, inputs.collect());
    let _ = Image::new(&Accelerator::TINY, network, &Profiles::new());
}

#[test]
fn damaged_models_never_panic() {
    let mut models: Vec<Vec<u8>> = KINDS.map(|kind| write(&spec(kind), &layer(kind))).to_vec();
    models.push(fs::read(file("micro_speech.tflite")).expect("`make models` fetches it"));
    let mut words = ChaCha8Rng::seed_from_u64(1);
    let mut refused = 0;
    for model in &models {
        for _ in 0..1000 {
            match tflite::read(&damage(model, &mut words)) {
                Ok(network) => use_network(&network),
                Err(_) => refused += 1,
            }
        }
    }
    // Most bytes of such files are structure.
    assert!(refused > 1000, "{refused}");
}

fn model(kind: Kind, change: impl FnOnce(&mut Twist)) -> Vec<u8> {
    let mut twist = Twist::NONE;
    change(&mut twist);
    twisted(&spec(kind), &layer(kind), &twist)
}

fn refusal(report: &mut String, what: &str, error: &ModelError) {
    let code = error.code().expect("a code");
    let help = error.help().expect("what to do");
    writeln!(report, "{what}\n  {code}: {error}\n  help: {help}").expect("text");
}

#[test]
fn refusals_name_place_and_cure() {
    let conv = model(Kind::Conv, |_| {});
    let mut pointing = conv.clone();
    // The first offset leads out of the file.
    pointing[..4].copy_from_slice(&[0xff, 0xff, 0, 0]);
    let models = [
        ("another format", b"not a model at all".to_vec()),
        ("offset behind the end", pointing),
        ("cut off", conv[..conv.len() / 3].to_vec()),
        ("logistic", model(Kind::Relu, |t| t.builtin = Some(14))),
        ("concatenation", model(Kind::Add, |t| t.builtin = Some(2))),
        ("no operator", model(Kind::Add, |t| t.builtin = Some(126))),
        (
            "relu_n1_to_1",
            model(Kind::Conv, |t| t.activation = Some(2)),
        ),
        ("tanh", model(Kind::Conv, |t| t.activation = Some(4))),
        ("dilation", model(Kind::Conv, |t| t.dilation = 2)),
        ("float", model(Kind::Conv, |t| t.kind = 0)),
        ("batch", model(Kind::Conv, |t| t.batch = 2)),
        ("empty", model(Kind::Conv, |t| t.batch = 0)),
        ("scale", model(Kind::AveragePool, |t| t.scale = 2.0)),
        ("scale below 0", model(Kind::Add, |t| t.scale = -1.0)),
        ("no softmax", model(Kind::Relu, |t| t.builtin = Some(25))),
        (
            "no convolution",
            model(Kind::FullyConnected, |t| t.builtin = Some(3)),
        ),
        (
            "of other options",
            model(Kind::Depthwise, |t| t.builtin = Some(3)),
        ),
        ("no weights", model(Kind::Relu, |t| t.builtin = Some(9))),
        ("constant operand", model(Kind::Add, |t| t.missing = 1)),
        ("mean", model(Kind::Add, |t| t.builtin = Some(40))),
        ("reshape", model(Kind::Relu, |t| t.builtin = Some(22))),
    ];
    let mut report = String::new();
    for (what, bytes) in &models {
        let error = tflite::read(bytes).expect_err(what);
        refusal(&mut report, what, &error);
    }
    let missing = tflite::open(Path::new("missing.tflite")).expect_err("no file");
    refusal(&mut report, "no file", &missing);
    insta::assert_snapshot!(report);
}
