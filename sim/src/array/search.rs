//! Which of several ways to cut a layer is the fastest, by the timing model.

use dysta_config::accelerator::Accelerator;

use super::channels::Channels;
use super::draw::draw_tensor;
use super::error::LayerError;
use super::layer::Layer;
use super::mapping::{Plan, no_mapping};
use super::program::{Compiled, input_channels};
use super::stream::Order;
use super::tensor::{Shape, Tensor};
use crate::golden::array::timing::{Job, Machine, Nonzeros};

/// Ways to cut a layer that are compared, the best by the estimate: of an input that is known, of one of which only the density is.
const CANDIDATES: [usize; 2] = [16, 6];
/// Of these the ones that are compared for longer, beside the first.
const FINALISTS: usize = 3;
/// Clocks of elements that the model steps for each way at first, then for a finalist: what is left of a longer layer goes on at the pace of the second
/// half of these.
const ELEMENT_CLOCKS: [u64; 2] = [1 << 19, 1 << 23];
/// A layer of fewer clocks of elements is cut as the estimate says.
const LEAST_CLOCKS: f64 = 65536.0;
/// Another way must take less than this share of the first one's clocks.
const GAIN: f64 = 0.995;
/// Clocks of the memory from a burst to its data.
const LATENCY: u64 = 64;
/// Share of the output that is taken not to be zero.
const OUTPUT_DENSITY: f64 = 0.5;

/// The input of a layer that is cut.
#[derive(Debug, Clone, Copy)]
pub(super) struct Input<'a> {
    /// How it lies in memory.
    pub order: Order,
    /// Share of it that is expected not to be zero.
    pub density: f64,
    /// Itself, if it is known; else its zeros lie anywhere.
    pub tensor: Option<&'a Tensor>,
}

impl Input<'_> {
    /// One of which only the share of non-zeros is known.
    pub fn expected(order: Order, density: f64) -> Self {
        Self {
            order,
            density,
            tensor: None,
        }
    }

    /// Ways to cut the layer that are worth a comparison.
    pub fn candidates(&self) -> usize {
        CANDIDATES[usize::from(self.tensor.is_none())]
    }
}

/// A layer that is cut in one way, and where the channels of its output lie.
pub(super) type Cut = (Compiled, Channels);

/// Compiles the fastest of some ways to cut a layer, the best by the estimate before the others; of equal ones the first.
pub(super) fn fastest(
    a: &Accelerator,
    layer: &Layer,
    input: &Input<'_>,
    plans: &[Plan],
) -> Result<Cut, LayerError> {
    let Some((first, others)) = plans.split_first() else {
        return Err(no_mapping(layer, Vec::new()));
    };
    let mut best = cut(a, layer, input, first)?;
    if others.is_empty() {
        return Ok(best);
    }
    let trial = Trial::new(a, layer, input, first);
    let clocks = trial.clocks(&best, ELEMENT_CLOCKS[1], f64::INFINITY);
    if clocks * f64::from(a.elements()) < LEAST_CLOCKS {
        return Ok(best);
    }
    let mut least = GAIN * clocks;
    for plan in finalists(&trial, input, others, clocks)? {
        let (compiled, channels) = cut(a, layer, input, plan)?;
        let found = (compiled, channels);
        let clocks = trial.clocks(&found, ELEMENT_CLOCKS[1], least);
        if clocks < least {
            least = clocks;
            best = found;
        }
    }
    best.0.first = first.mapping;
    Ok(best)
}

/// Compiles a layer cut in one way.
fn cut(a: &Accelerator, layer: &Layer, input: &Input<'_>, plan: &Plan) -> Result<Cut, LayerError> {
    let compiled = Compiled::cut(a, layer, input.order, plan)?;
    Ok(match input.tensor {
        Some(tensor) => compiled.balanced(a, layer, input.order, tensor),
        None => (compiled, Channels::NATURAL),
    })
}

/// The plans that a short look finds fastest; those far beyond `most` clocks are left early.
fn finalists<'p>(
    trial: &Trial<'_>,
    input: &Input<'_>,
    plans: &'p [Plan],
    most: f64,
) -> Result<Vec<&'p Plan>, LayerError> {
    let mut ranked = Vec::new();
    for plan in plans {
        let found = cut(trial.a, trial.layer, input, plan)?;
        ranked.push((trial.clocks(&found, ELEMENT_CLOCKS[0], 2.0 * most), plan));
    }
    ranked.sort_by(|one, other| one.0.total_cmp(&other.0));
    let best = ranked.into_iter().take(FINALISTS);
    Ok(best.map(|(_, plan)| plan).collect())
}

/// What the model is told of a layer, however it is cut.
struct Trial<'a> {
    a: &'a Accelerator,
    layer: &'a Layer,
    order: Order,
    input: Tensor,
    output: Nonzeros,
}

impl<'a> Trial<'a> {
    fn new(a: &'a Accelerator, layer: &'a Layer, input: &Input<'_>, plan: &Plan) -> Self {
        let drawn = |shape: Shape, density| draw_tensor(shape, 0, density, 1);
        let read = plan.view.input;
        let given = input.tensor.map(|tensor| Tensor {
            shape: read,
            ..tensor.clone()
        });
        Self {
            a,
            layer,
            order: input.order,
            input: given.unwrap_or_else(|| drawn(read, input.density)),
            output: Nonzeros::of(&drawn(plan.view.output, OUTPUT_DENSITY)),
        }
    }

    /// Clocks of one way to cut the layer, a forecast beyond some clocks of elements; what takes longer than `most` need not be exact.
    fn clocks(&self, (compiled, channels): &Cut, element_clocks: u64, most: f64) -> f64 {
        let channels = input_channels(self.layer, channels);
        let job = Job {
            descriptor: &compiled.descriptor,
            weights: &compiled.weights,
            inputs: &[Nonzeros::of(&channels.arrange(&self.input))],
            output: &self.output,
            order: self.order,
        };
        let limit = (element_clocks / u64::from(self.a.elements())).min(most as u64);
        let machine = Machine::new(self.a, &job, LATENCY);
        machine.map_or(f64::INFINITY, |machine| machine.estimate(limit))
    }
}
