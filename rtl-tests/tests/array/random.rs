//! Random layers, memories that stand still now and then, layers one after the other without reset. Of a layer that fails the smallest
//! that still fails is shown, as a command that runs it.

use std::cell::RefCell;

use dysta_config::accelerator::Accelerator;
use dysta_config::fields::raw::{LayerActivation, LayerKind, LayerPadding, WeightPattern};
use dysta_config::suite::{LayerSpec, check_layer};
use dysta_rtl_tests::array::run;
use dysta_sim::array::draw::{LayerDraw, draw};
use dysta_sim::array::stream::Order;
use dysta_sim::cosim::{ArraySession, MemoryOptions};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

use crate::{WIDTHS, of_width};

/// Layers on the array of all tests, and on those with another width of the memory interface.
const LAYERS: u32 = 2000;
const LAYERS_OF_WIDTH: u32 = 100;
/// Smaller cases that are tried behind a failure.
const SHRINKS: u32 = 1000;

// The simplest comes first: cases shrink towards it. What stands there twice comes twice as often.
const KINDS: &[LayerKind] = &[
    LayerKind::Conv,
    LayerKind::Conv,
    LayerKind::Conv,
    LayerKind::FullyConnected,
    LayerKind::Depthwise,
    LayerKind::Relu,
    LayerKind::Mean,
    LayerKind::Add,
    LayerKind::MaxPool,
    LayerKind::AveragePool,
];
const KERNELS: &[[u32; 2]] = &[
    [1, 1],
    [1, 1],
    [2, 3],
    [1, 4],
    [3, 3],
    [3, 3],
    [7, 1],
    [5, 5],
];
const STRIDES: &[[u32; 2]] = &[[1, 1], [1, 1], [2, 1], [2, 2]];
const PADDINGS: &[LayerPadding] = &[LayerPadding::Valid, LayerPadding::Same];
const CHANNELS: &[u32] = &[1, 3, 8, 16, 17, 32, 33, 40];
const OUTPUTS: &[u32] = &[1, 2, 7, 10, 16, 32, 40, 65];
const ACTIVATIONS: &[LayerActivation] = &[
    LayerActivation::None,
    LayerActivation::Relu,
    LayerActivation::Relu6,
];
const PATTERNS: &[WeightPattern] = &[WeightPattern::Dense, WeightPattern::Nm24];
const WEIGHT_DENSITIES: &[f64] = &[1.0, 0.5, 0.2, 0.05, 0.0];
const ACTIVATION_DENSITIES: &[f64] = &[1.0, 0.5, 0.5, 0.05, 0.0];
const LATENCIES: &[u64] = &[0, 1, 5, 64];
const PRESSURES: &[u64] = &[0, 0, 100, 200];

/// A layer, how its input lies in memory, and the memory.
#[derive(Debug, Clone)]
pub struct Case {
    /// The layer.
    pub spec: LayerSpec,
    order: Option<Order>,
    memory: MemoryOptions,
}

/// Extents: kind, kernel, stride, positions of the input beyond the kernel, elements of a vector, channels, outputs, multiplier.
type Shape = (LayerKind, [u32; 2], [u32; 2], [u32; 2], u32, u32, u32, u32);

fn shape() -> impl Strategy<Value = Shape> {
    let beyond = (0..7_u32, 0..9_u32).prop_map(|(rows, columns)| [rows, columns]);
    (
        select(KINDS),
        select(KERNELS),
        select(STRIDES),
        beyond,
        1..=200_u32,
        select(CHANNELS),
        select(OUTPUTS),
        1..=3_u32,
    )
}

/// A layer without densities, activation and seed.
fn extents(shape: Shape, padding: LayerPadding) -> LayerSpec {
    let (kind, kernel, stride, beyond, elements, channels, outputs, multiplier) = shape;
    let input = match kind {
        LayerKind::FullyConnected => [1, 1 + beyond[1] % 2, elements],
        _ => [kernel[0] + beyond[0], kernel[1] + beyond[1], channels],
    };
    let output_channels = match kind {
        LayerKind::Depthwise if channels < 20 => channels * multiplier,
        LayerKind::Depthwise => channels,
        _ => outputs,
    };
    LayerSpec {
        name: String::new(),
        kind,
        input,
        output_channels,
        kernel,
        stride,
        padding,
        activation: LayerActivation::None,
        pattern: WeightPattern::Dense,
        weight_density: 1.0,
        activation_density: 1.0,
        seed: 0,
    }
}

fn spec() -> impl Strategy<Value = LayerSpec> {
    let drawn = (
        select(ACTIVATIONS),
        select(PATTERNS),
        select(WEIGHT_DENSITIES),
        select(ACTIVATION_DENSITIES),
        any::<u32>(),
    );
    (shape(), select(PADDINGS), drawn).prop_map(|(shape, padding, drawn)| {
        let spec = LayerSpec {
            activation: drawn.0,
            pattern: drawn.1,
            weight_density: drawn.2,
            activation_density: drawn.3,
            seed: drawn.4.into(),
            ..extents(shape, padding)
        };
        LayerSpec {
            name: spec.text(),
            ..spec
        }
    })
}

/// As a layer may have written the input.
fn order() -> impl Strategy<Value = Order> {
    (1..=3_u32, 1..=5_u32, 1..=6_u32, 1..=2_u32).prop_map(|(rows, columns, set_tiles, chunks)| {
        Order {
            tile: [rows, columns],
            set_tiles,
            block_chunks: chunks,
        }
    })
}

fn strategy() -> impl Strategy<Value = Case> {
    let memory = (select(LATENCIES), select(PRESSURES));
    let order = prop::option::of(order());
    (spec(), order, memory).prop_map(|(spec, order, (latency, pressure))| Case {
        order: match spec.kind {
            LayerKind::FullyConnected => None,
            // All channels are in one block.
            LayerKind::Add => order.map(|order| Order {
                block_chunks: 2,
                ..order
            }),
            _ => order,
        },
        memory: MemoryOptions {
            latency,
            pressure,
            seed: spec.seed,
            ..MemoryOptions::default()
        },
        spec,
    })
}

/// A runner whose cases are the same in every run; other numbers draw other cases.
fn runner(number: u32, cases: u32) -> TestRunner {
    let config = Config {
        cases,
        max_shrink_iters: SHRINKS,
        failure_persistence: None,
        ..Config::default()
    };
    let mut seed = [0; 32];
    seed[..4].copy_from_slice(&number.to_le_bytes());
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed))
}

impl Case {
    /// The first case of a runner.
    pub fn of(number: u32) -> Self {
        let tree = strategy().new_tree(&mut runner(number, 1));
        tree.expect("a layer").current()
    }

    /// Runs the layer and compares.
    pub fn run(&self, session: &mut ArraySession<'_>, array: &Accelerator) -> Result<(), String> {
        let drawn = draw(&LayerDraw::from(&self.spec)).unwrap_or_else(|e| panic!("{self:?}: {e}"));
        run(session, array, &drawn, self.order, &self.memory).map(drop)
    }

    /// How to run it again. Input in the order of another layer is not for the command line.
    fn command(&self, memory_bits: u32) -> String {
        let order = self.order.map(|order| format!("\ninput in {order:?}"));
        format!(
            "dysta cosim --system tiny --set accelerator.memory_bits={memory_bits} --layer {} --memory-latency {} --pressure {}{}",
            self.spec.text(),
            self.memory.latency,
            self.memory.pressure,
            order.unwrap_or_default()
        )
    }
}

/// Judges cases until one fails.
///
/// # Errors
/// The smallest case found that fails, and why.
fn search(
    number: u32,
    cases: u32,
    memory_bits: u32,
    judge: impl Fn(&Case) -> Result<(), String>,
) -> Result<(), String> {
    let judge = |case: Case| judge(&case).map_err(TestCaseError::fail);
    match runner(number, cases).run(&strategy(), judge) {
        Ok(()) => Ok(()),
        Err(TestError::Fail(reason, case)) => {
            Err(format!("{}\n{reason}", case.command(memory_bits)))
        }
        Err(error) => Err(error.to_string()),
    }
}

/// Runs cases on an array of some width, one after the other without reset.
fn check(number: u32, cases: u32, memory_bits: u32) {
    let (array, model) = of_width(memory_bits);
    let fresh = || model.session(1, None).expect("a session");
    let session = RefCell::new(fresh());
    let done = search(number, cases, memory_bits, |case| {
        let done = case.run(&mut session.borrow_mut(), &array);
        if done.is_err() {
            // Smaller cases must not fail because of what this one left behind.
            session.replace(fresh());
        }
        done
    });
    done.unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn random_layers_agree() {
    check(0, LAYERS, WIDTHS[0]);
}

#[test]
fn random_layers_agree_on_other_widths() {
    for (number, bits) in (1..).zip(&WIDTHS[1..]) {
        check(number, LAYERS_OF_WIDTH, *bits);
    }
}

#[test]
fn a_failure_is_shown_as_the_smallest_layer_that_can_be_run() {
    let failure = search(7, 1000, 64, |case| {
        let read = check_layer(&case.spec.text());
        assert_eq!(read.as_ref(), Ok(&case.spec));
        let is_wide = case.spec.kind == LayerKind::Depthwise && case.spec.input[2] > 3;
        match is_wide && case.memory.pressure > 0 {
            true => Err("planted".to_owned()),
            false => Ok(()),
        }
    });
    insta::assert_snapshot!(failure.expect_err("a planted failure"));
}
