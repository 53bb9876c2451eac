//! Whole networks on `edge`: every layer compared with the reference, which the tests of `sim` compare with TensorFlow Lite
//! Micro on the same inputs.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use dysta_config::accelerator::Accelerator;
use dysta_rtl_tests::array::model;
use dysta_sim::array::draw::{Kind, LayerDraw, draw};
use dysta_sim::array::{Layer, Operation, Padding, Tensor, Window};
use dysta_sim::cosim::{ArrayModel, MemoryOptions, NodeRun, run_network};
use dysta_sim::network::{
    Activation, Image, Network, Node, Profiles, Step, Work, evaluate, predict, profiles,
};
use dysta_sim::tflite;

use crate::{TINY, layer, tiny};

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

/// Between the layers of the array nothing is unpacked: each reads its inputs where the layers before wrote them.
fn check_untouched(network: &Network, image: &Image) {
    for (node, step) in network.nodes.iter().zip(&image.steps) {
        let Step::Array {
            descriptor, relaid, ..
        } = step
        else {
            continue;
        };
        assert!(relaid.is_empty(), "{}: {relaid:?}", node.operator);
        let address = |tensor: &usize| image.places[tensor].address as u32;
        let read: Vec<u32> = node.inputs.iter().map(address).collect();
        assert!(descriptor[1..].starts_with(&read), "{}", node.operator);
        assert_eq!(descriptor[3], address(&node.output), "{}", node.operator);
    }
}

/// The timing model says the clocks of each layer.
fn check_timing(
    network: &Network,
    image: &Image,
    inputs: BTreeMap<usize, Tensor>,
    runs: &[NodeRun],
) {
    let tensors = evaluate(network, inputs).expect("tensors");
    let latency = MemoryOptions::default().latency;
    let times = predict(&Accelerator::EDGE, network, image, &tensors, latency);
    let times = times.expect("layers that end");
    let on_array: Vec<&NodeRun> = runs.iter().filter(|run| run.on_array).collect();
    assert_eq!(times.len(), on_array.len());
    for (time, run) in times.iter().zip(on_array) {
        assert_eq!(time.nonzeros, run.nonzeros);
        let apart = time.clocks.abs_diff(run.clocks);
        assert!(100 * apart <= 3 * run.clocks, "{time:?} {run:?}");
    }
}

/// Runs every input; all layers of `name` but those that the driver computes are on the array.
fn check(hardware: &ArrayModel, name: &str, inputs: &[&str], on_driver: usize) {
    let network = tflite::open(&file(&format!("{name}.tflite"))).expect("a network");
    let profiled = evaluate(&network, input(&network, inputs[0])).expect("tensors");
    let image = Image::new(&Accelerator::EDGE, &network, &profiles(&profiled)).expect("an image");
    check_untouched(&network, &image);
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
        check_timing(&network, &image, input(&network, given), &runs);
        let clocks: u64 = runs.iter().map(|run| run.clocks).sum();
        let bytes: u64 = runs.iter().map(|run| run.bytes).sum();
        println!("{given}: {clocks} clocks, {bytes} bytes compared");
        assert_eq!(runs.len(), network.nodes.len());
        assert_eq!(runs.iter().filter(|run| !run.on_array).count(), on_driver);
        assert!(
            runs.iter()
                .all(|run| run.elements > 0 && run.bytes > 0 && run.relaid == 0)
        );
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

/// A network under construction; a tensor has the number of the node that makes it, the input 0.
struct Builder {
    network: Network,
    input: Tensor,
}

impl Builder {
    fn new(spec: &LayerDraw) -> Self {
        let input = draw(spec).expect("a layer").inputs[0].clone();
        let mut builder = Self {
            network: Network {
                activations: BTreeMap::new(),
                inputs: vec![0],
                outputs: Vec::new(),
                nodes: Vec::new(),
            },
            input,
        };
        let (shape, zero_point) = (builder.input.shape, builder.input.zero_point);
        builder.note(0, shape, zero_point);
        builder
    }

    fn note(&mut self, tensor: usize, shape: dysta_sim::array::Shape, zero_point: i8) {
        let activation = Activation {
            name: format!("tensor {tensor}"),
            shape,
            scale: 1.0,
            zero_point,
        };
        self.network.activations.insert(tensor, activation);
    }

    /// Adds a drawn layer that reads some tensors.
    fn add(&mut self, kind: Kind, inputs: &[usize], channels: u32, window: Window) {
        let from: Vec<Activation> = inputs
            .iter()
            .map(|tensor| self.network.activations[tensor].clone())
            .collect();
        let shape = from[0].shape;
        let extents = [shape.height, shape.width, shape.channels];
        let spec = layer(kind, extents, channels, window);
        let mut layer: Layer = draw(&spec).expect("a layer").layer;
        layer.input_zero_point = from[0].zero_point;
        if layer.operation.is_pool() {
            layer.output_zero_point = from[0].zero_point;
        }
        if let Operation::Add { operands, .. } = &mut layer.operation {
            for (operand, activation) in operands.iter_mut().zip(&from) {
                operand.zero_point = activation.zero_point;
            }
        }
        let output = self.network.nodes.len() + 1;
        self.note(output, layer.output(), layer.output_zero_point);
        self.network.nodes.push(Node {
            operator: layer.operation.name(),
            inputs: inputs.to_vec(),
            output,
            work: Work::Array(layer),
        });
    }
}

/// Blocks with shortcuts, pools, and a layer over all elements.
fn residual() -> Builder {
    let same = Window::square(3, 1, Padding::Same);
    let mut b = Builder::new(&layer(Kind::Conv, [7, 6, 9], 8, same));
    b.add(Kind::Conv, &[0], 12, same);
    b.add(Kind::Conv, &[1], 12, same);
    b.add(Kind::Add, &[1, 2], 1, Window::POINT);
    b.add(Kind::Depthwise, &[3], 12, same);
    b.add(Kind::Add, &[4, 3], 1, Window::POINT);
    b.add(Kind::MaxPool, &[5], 1, Window::square(2, 2, Padding::Same));
    b.add(Kind::Relu, &[6], 1, Window::POINT);
    b.add(Kind::FullyConnected, &[7], 5, Window::POINT);
    b
}

#[test]
fn residual_networks_agree() {
    let b = residual();
    let image = Image::new(&TINY, &b.network, &Profiles::new()).expect("an image");
    check_untouched(&b.network, &image);
    // The tensors on both sides of a depthwise convolution and of additions share one order.
    let channels = |tensor: usize| &image.places[&tensor].channels;
    assert!((1..=5).all(|tensor| channels(tensor) == channels(2)));
    assert!(!channels(2).is_natural());
    let mut session = tiny().session(11, None).expect("a session");
    let inputs = BTreeMap::from([(0, b.input.clone())]);
    let options = MemoryOptions::default();
    let mut nodes = 0;
    run_network(
        &mut session,
        &b.network,
        &image,
        inputs,
        &options,
        |_, _| nodes += 1,
    )
    .unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(nodes, 8);
}

#[test]
fn a_wrong_output_is_told() {
    let b = residual();
    let mut image = Image::new(&TINY, &b.network, &Profiles::new()).expect("an image");
    let Step::Array { descriptor, .. } = &image.steps[1] else {
        panic!("the array runs node 1");
    };
    // Behind the word that deals the weights: the bias of the first channel.
    let bias = descriptor[2] as usize + 16;
    image.memory[bias + 2] ^= 0x10;
    let mut session = tiny().session(12, None).expect("a session");
    let inputs = BTreeMap::from([(0, b.input.clone())]);
    let options = MemoryOptions::default();
    let mut nodes = 0;
    let run = run_network(
        &mut session,
        &b.network,
        &image,
        inputs,
        &options,
        |_, _| nodes += 1,
    );
    let error = run.expect_err("another output");
    assert_eq!((nodes, error.exit_code()), (1, 4));
    insta::assert_snapshot!(error.to_string());
}
