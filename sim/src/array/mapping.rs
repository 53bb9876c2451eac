//! How a layer is cut into pieces that the array computes.

use dysta_config::accelerator::Accelerator;
use serde::Serialize;

use super::error::{LayerError, Limit, Shortfall};
use super::layer::Layer;
use super::requantise::Pool;
use super::stream::{CHUNK, Order, WORD};
use super::tensor::Shape;
use super::view::{Form, View};

/// Clocks that a channel tile costs beside its products, by measurement 4 to 27.
const TILE_CLOCKS: f64 = 20.0;
/// Ways to cut a layer that differ in the channels of their weight tiles alone.
const ALIKE: usize = 2;
/// Output channels of a row in a block that are tried.
const ROW_CHANNELS_MAX: u32 = Limit::ROW_CHANNELS as u32;

/// A tiling of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Mapping {
    /// Rows that share pixels, a power of two; the groups of rows take different pixels.
    pub group_rows: u32,
    /// Output channels of a row in a block.
    pub row_channels: u32,
    /// Rows and columns of an output tile.
    pub tile: [u32; 2],
    /// Input channels of a weight tile.
    pub tile_channels: u32,
    /// Columns that share the positions of a tile and whose sums are added in the end.
    pub slices: u32,
}

impl Mapping {
    /// Groups of rows.
    pub fn groups(&self, accelerator: &Accelerator) -> u32 {
        accelerator.rows / self.group_rows
    }

    /// Output channels of a block.
    pub fn block_channels(&self) -> u32 {
        self.group_rows * self.row_channels
    }

    /// Columns of a slice.
    pub fn slice_columns(&self, accelerator: &Accelerator) -> u32 {
        accelerator.columns / self.slices
    }

    /// Output tiles that are computed at a time.
    pub fn slots(&self, accelerator: &Accelerator) -> u32 {
        self.groups(accelerator) * self.slice_columns(accelerator)
    }

    /// Order of the output in memory.
    pub fn order(&self, accelerator: &Accelerator, output: Shape) -> Order {
        let chunks = output.channels.div_ceil(CHUNK);
        Order {
            tile: self.tile,
            set_tiles: self.slots(accelerator),
            block_chunks: chunks.min(self.block_channels().div_ceil(CHUNK)),
        }
    }
}

/// Everything that follows from a mapping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Plan {
    pub mapping: Mapping,
    pub view: View,
    pub blocks: u32,
    pub channel_tiles: u32,
    /// Channels that a row keeps weights for: all of a tile, or its share in a depthwise convolution.
    pub row_inputs: u32,
    pub patch: [u32; 2],
    pub tiles: [u32; 2],
    pub sets: u32,
    pub column_shift: u32,
    pub row_shift: u32,
    pub buffer_rows: u32,
    pub resident: bool,
}

impl Plan {
    /// What follows from a mapping, whether or not the array can compute it.
    pub fn new(a: &Accelerator, view: View, mapping: Mapping) -> Self {
        let (kernel, stride) = (view.window.kernel, view.window.stride);
        let block = mapping.block_channels();
        let (tile_channels, row_inputs, channel_tiles) = match view.depthwise {
            true => (block, mapping.row_channels, 1),
            false => {
                let channels = mapping.tile_channels;
                (channels, channels, view.input.channels.div_ceil(channels))
            }
        };
        let mapping = Mapping {
            tile_channels,
            ..mapping
        };
        let blocks = view.output.channels.div_ceil(block);
        let tiles = [
            view.output.height.div_ceil(mapping.tile[0]),
            view.output.width.div_ceil(mapping.tile[1]),
        ];
        let bits = |count: u32| count.next_power_of_two().trailing_zeros();
        let column_shift = bits(view.input.channels.div_ceil(CHUNK));
        let row_shift = column_shift + bits(view.input.width);
        Self {
            mapping,
            view,
            blocks,
            channel_tiles,
            row_inputs,
            patch: [0, 1].map(|axis| (mapping.tile[axis] - 1) * stride[axis] + kernel[axis]),
            tiles,
            sets: (tiles[0] * tiles[1]).div_ceil(mapping.slots(a)),
            column_shift,
            row_shift,
            buffer_rows: (1_u32 << a.chunk_bits).checked_shr(row_shift).unwrap_or(0),
            resident: blocks == 1 && channel_tiles == 1,
        }
    }

    /// What the layer needs in this way beyond what the array has; `parameters` are the words of a pool. The weights
    /// themselves are left out: to count them is slow.
    fn shortfalls(
        &self,
        a: &Accelerator,
        order: &Order,
        parameters: u32,
    ) -> impl Iterator<Item = Shortfall> {
        let sizes = self.sizes(a, parameters).into_iter();
        let buffer = std::iter::once_with(move || (Limit::Buffer, self.buffered(a, order)));
        let needs = sizes.chain(self.extents()).chain(buffer);
        needs.filter_map(|(limit, needed)| limit.exceeded(a, needed))
    }

    /// What the elements hold for a block and a tile.
    fn sizes(&self, a: &Accelerator, parameters: u32) -> [(Limit, u64); 7] {
        let (m, view) = (&self.mapping, &self.view);
        let block = m.block_channels();
        let beyond_chunks = match block >= view.output.channels {
            true => 0,
            false => block % CHUNK,
        };
        let meets = [0, 1].map(|axis| {
            let window = &view.window;
            window.kernel[axis]
                .div_ceil(window.stride[axis])
                .min(m.tile[axis])
        });
        let [rows, columns] = view.taps();
        let columns = u64::from(rows * columns) * u64::from(self.row_inputs);
        let channels = u64::from(m.row_channels);
        let weights_most = (columns * channels).min(1 << a.entry_bits);
        let bytes = columns * channels.div_ceil(8) + weights_most;
        let words = u64::from(parameters.max(m.row_channels)) + bytes.div_ceil(WORD as u64);
        [
            (Limit::RowChannels, channels),
            (Limit::Block, beyond_chunks.into()),
            (
                Limit::Sums,
                channels * u64::from(m.tile[0]) * u64::from(m.tile[1]),
            ),
            (Limit::Patch, self.patch[0].max(self.patch[1]).into()),
            (Limit::Places, meets[0].max(meets[1]).into()),
            (Limit::Columns, columns.max(m.tile_channels.into())),
            (Limit::RowWords, words),
        ]
    }

    /// Numbers that must fit their field of the descriptor.
    fn extents(&self) -> [(Limit, u64); 4] {
        let (input, output) = (self.view.input, self.view.output);
        let extents = [input.height, input.width, output.height, output.width];
        let counts = [
            self.blocks,
            self.channel_tiles,
            self.tiles[1],
            input.channels.div_ceil(CHUNK),
        ];
        let most = |numbers: [u32; 4]| u64::from(numbers.into_iter().max().unwrap_or(0));
        let tiles = u64::from(self.tiles[0]) * u64::from(self.tiles[1]);
        [
            (Limit::Extent, most(extents)),
            (Limit::Parts, most(counts)),
            (Limit::Tiles, tiles),
            (Limit::Channels, output.channels.into()),
        ]
    }

    /// Chunks of the activation buffer that some set needs together, whole rows.
    fn buffered(&self, a: &Accelerator, order: &Order) -> u64 {
        let slots = self.mapping.slots(a);
        let tiles = self.tiles[0] * self.tiles[1];
        let step = self.mapping.tile[0] * self.view.window.stride[0];
        let top =
            |tile: u32| i64::from(tile / self.tiles[1] * step) - i64::from(self.view.padding()[0]);
        let rows = (0..self.sets).map(|set| {
            let last = tiles.min((set + 1) * slots) - 1;
            let end = (top(last) + i64::from(self.patch[0])).min(self.view.input.height.into());
            let loaded = order.rows_before(self.view.input, end.max(0) as u32);
            i64::from(loaded) - top(set * slots).max(0)
        });
        let rows = rows.max().unwrap_or(0).max(0) as u64;
        rows.checked_shl(self.row_shift).unwrap_or(u64::MAX)
    }

    /// Estimated clocks, by a model of the slowest part of each set.
    pub fn clocks(&self, a: &Accelerator, weight_density: f64, activation_density: f64) -> f64 {
        let m = &self.mapping;
        // Of a maximum zeros are sent, too.
        let activation_density = match self.view.form {
            Form::Maximum => 1.0,
            _ => activation_density,
        };
        let [taps, inputs] = [
            self.view.window.kernel[0] * self.view.window.kernel[1],
            if self.view.depthwise {
                self.row_inputs
            } else {
                self.view.input.channels
            },
        ]
        .map(f64::from);
        let pixels = f64::from(m.tile[0] * m.tile[1]);
        let per_row = if self.view.depthwise {
            1.0
        } else {
            f64::from(m.row_channels)
        };
        let lookups = pixels * taps * inputs * activation_density;
        let products = lookups * per_row * weight_density * 1.1;
        let slices = f64::from(m.slices);
        let slots = f64::from(m.slots(a));
        let chunks = f64::from(m.tile_channels.div_ceil(CHUNK) * self.channel_tiles);
        let feed = f64::from(self.patch[0] * self.patch[1]) * chunks * slots;
        let sent = f64::from(self.patch[0] * self.patch[1])
            * activation_density
            * f64::from(self.mapping.groups(a))
            * if self.view.depthwise {
                f64::from(m.block_channels())
            } else {
                inputs
            };
        let ways = f64::from(a.columns.min(2));
        let sums = pixels * f64::from(m.row_channels);
        let drain = slots * slices * (sums + 4.0) / ways;
        // Every sum that is read takes the slot of a product.
        let computed = (lookups.max(products) + (slices - 1.0) * sums) / slices;
        let per_block = computed.max(feed).max(drain).max(sent / slices);
        let block_bytes = f64::from(m.block_channels())
            * (taps
                * if self.view.depthwise {
                    1.5
                } else {
                    inputs * (weight_density + 0.15)
                }
                + 16.0);
        let row_load = block_bytes / f64::from(m.group_rows) / 1.2;
        let load = (block_bytes / 16.0).max(row_load);
        let sets = f64::from(self.sets);
        let blocks = f64::from(self.blocks);
        match self.resident {
            true => load + sets * per_block + drain,
            false => {
                let tiles = f64::from(self.channel_tiles);
                let steps = sets * blocks;
                load / tiles + steps * (per_block.max(load) + TILE_CLOCKS * tiles) + drain
            }
        }
    }
}

/// Where the non-zero weights lie: their number for each input and output channel.
#[derive(Debug, Clone)]
pub(super) struct Fill {
    counts: Vec<u32>,
    outputs: usize,
    depthwise: bool,
}

impl Fill {
    /// No weights: what always fits.
    fn none(view: &View) -> Self {
        Self {
            counts: Vec::new(),
            outputs: 1,
            depthwise: view.depthwise,
        }
    }

    pub fn new(layer: &Layer, view: &View) -> Self {
        let outputs = view.output.channels as usize;
        let inputs = if view.depthwise {
            1
        } else {
            view.input.channels as usize
        };
        if view.form != Form::Products {
            // One weight for each channel of a row: they fit every bank.
            return Self::none(view);
        }
        let mut counts = vec![0; inputs * outputs];
        let [rows, columns] = view.taps();
        for output in 0..outputs {
            for input in 0..inputs {
                let nonzero = |tap: u32| {
                    let tap = [tap / columns, tap % columns];
                    let channel = if view.depthwise { output } else { input };
                    let weight = view.weight(layer, output as u32, tap, channel as u32);
                    u32::from(weight != 0)
                };
                counts[input * outputs + output] = (0..rows * columns).map(nonzero).sum();
            }
        }
        Self {
            counts,
            outputs,
            depthwise: view.depthwise,
        }
    }

    /// Weights of each row in each tile.
    fn rows(&self, mapping: &Mapping) -> impl Iterator<Item = u32> {
        let inputs = self.counts.len() / self.outputs;
        let mapping = *mapping;
        let block = mapping.block_channels() as usize;
        let group = mapping.group_rows as usize;
        let step = if self.depthwise {
            1
        } else {
            mapping.tile_channels as usize
        };
        let blocks = (0..self.outputs).step_by(block);
        let tiles = blocks.flat_map(move |first| {
            let tiles = (0..inputs).step_by(step);
            tiles.flat_map(move |tile| (0..group).map(move |row| (first, tile, row)))
        });
        tiles.map(move |(first, tile, row)| {
            let channels = tile..inputs.min(tile + step);
            let outputs = (first + row..self.outputs.min(first + block)).step_by(group);
            let places =
                outputs.flat_map(|output| channels.clone().map(move |input| (input, output)));
            places
                .map(|(input, output)| self.counts[input * self.outputs + output])
                .sum()
        })
    }

    /// No row has more weights in a tile than a bank holds.
    fn fits(&self, a: &Accelerator, mapping: &Mapping) -> bool {
        self.rows(mapping)
            .all(|weights| weights <= 1 << a.entry_bits)
    }

    /// The weights of the fullest row in a tile.
    fn most(&self, mapping: &Mapping) -> u64 {
        u64::from(self.rows(mapping).max().unwrap_or(0))
    }
}

/// Which ways to cut a layer are considered.
#[derive(Debug, Clone, Copy)]
pub(super) enum Choice {
    /// All.
    Any,
    /// This one.
    Fixed(Mapping),
    /// Those whose output lies in memory as in this order.
    Into(Order),
}

/// The plans with the least estimated clocks among those considered, the best first, at most `most` of them and at least one.
pub(super) fn plans(
    a: &Accelerator,
    layer: &Layer,
    order: &Order,
    activation_density: f64,
    choice: Choice,
    most: usize,
) -> Result<Vec<Plan>, LayerError> {
    let view = View::new(layer);
    let fill = Fill::new(layer, &view);
    let parameters = parameters(layer, &view)?;
    let weight_density = weight_density(layer);
    let mut candidates = match choice {
        Choice::Fixed(mapping) => vec![mapping],
        _ => candidates(a, &view),
    };
    if let Choice::Into(order) = choice {
        candidates.retain(|m| m.order(a, view.output).is_like(&order, view.output));
    }
    let estimated = candidates.iter().filter_map(|mapping| {
        let plan = Plan::new(a, view, *mapping);
        let fits = plan.shortfalls(a, order, parameters).next().is_none();
        fits.then(|| (plan.clocks(a, weight_density, activation_density), plan))
    });
    let mut estimated: Vec<(f64, Plan)> = estimated.collect();
    estimated.sort_by(|one, other| one.0.total_cmp(&other.0));
    // The check of all weights is the slowest: it is made for the best.
    let fitting = estimated.into_iter().map(|(_, plan)| plan);
    let fitting = fitting.filter(|plan| fill.fits(a, &plan.mapping));
    let best = differing(fitting, most);
    if !best.is_empty() {
        return Ok(best);
    }
    let plans = candidates
        .iter()
        .map(|mapping| Plan::new(a, view, *mapping));
    Err(no_mapping(
        layer,
        nearest(a, plans, order, parameters, &fill),
    ))
}

/// The first of some plans, of those that differ in the channels of their weight tiles alone only so many.
fn differing(plans: impl Iterator<Item = Plan>, most: usize) -> Vec<Plan> {
    let mut found: Vec<Plan> = Vec::new();
    for plan in plans {
        let alike = |other: &&Plan| {
            let tile_channels = plan.mapping.tile_channels;
            Mapping {
                tile_channels,
                ..other.mapping
            } == plan.mapping
        };
        if found.iter().filter(alike).count() < ALIKE {
            found.push(plan);
        }
        if found.len() == most {
            break;
        }
    }
    found
}

/// What is short in the way to cut a layer that lacks least.
fn nearest(
    a: &Accelerator,
    plans: impl Iterator<Item = Plan>,
    order: &Order,
    parameters: u32,
    fill: &Fill,
) -> Vec<Shortfall> {
    let lacking = plans.map(|plan| {
        let short: Vec<Shortfall> = plan.shortfalls(a, order, parameters).collect();
        (plan, short)
    });
    let mut found: Vec<(Plan, Vec<Shortfall>)> = Vec::new();
    let mut least = (usize::MAX, u32::MAX);
    for (plan, short) in lacking {
        let distance = distance(&short);
        if distance < least {
            found.clear();
            least = distance;
        }
        if distance == least {
            found.push((plan, short));
        }
    }
    // Among those the weights decide.
    let filled = found.into_iter().map(|(plan, mut short)| {
        let weights = fill.most(&plan.mapping);
        short.extend(Limit::Weights.exceeded(a, weights));
        (weights, short)
    });
    let best = filled.min_by_key(|(weights, _)| *weights);
    best.map_or(Vec::new(), |(_, short)| short)
}

/// How much is short: things that no key of the accelerator gives, then doublings of those that one gives.
fn distance(short: &[Shortfall]) -> (usize, u32) {
    let fixed = short.iter().filter(|lack| lack.key_value().is_none());
    (fixed.count(), short.iter().map(Shortfall::doublings).sum())
}

pub(super) fn no_mapping(layer: &Layer, short: Vec<Shortfall>) -> LayerError {
    LayerError::NoMapping {
        operator: layer.operation.name(),
        shape: layer.input,
        help: Shortfall::help(&short),
        short,
    }
}

/// Parameter words of a row in a block, where they do not follow from its channels.
fn parameters(layer: &Layer, view: &View) -> Result<u32, LayerError> {
    let pool = Pool::new(layer, view).map_err(|lack| no_mapping(layer, vec![lack]))?;
    Ok(pool.map_or(0, |pool| pool.parameters.len() as u32))
}

fn weight_density(layer: &Layer) -> f64 {
    layer.operation.weights().map_or(1.0, |weights| {
        let nonzero = weights.codes.iter().filter(|code| **code != 0).count();
        nonzero as f64 / weights.codes.len().max(1) as f64
    })
}

/// Every way to cut a layer that differs in speed: rows to channels and pixels, channels of a row, tiles, weight tiles.
fn candidates(a: &Accelerator, view: &View) -> Vec<Mapping> {
    let mut all = Vec::new();
    let sums = 1_u32 << a.sum_bits;
    let least_group = if view.depthwise { a.rows } else { 1 };
    let groups = (0..=a.rows.ilog2())
        .map(|log2| 1 << log2)
        .filter(|g| *g >= least_group);
    for group_rows in groups {
        for row_channels in 1..=ROW_CHANNELS_MAX {
            let most = view.output.channels.div_ceil(group_rows);
            if row_channels > most {
                break;
            }
            for tile in tiles(view, (sums / row_channels).max(1)) {
                let slices: Vec<u32> = slices(a, view, group_rows, tile).collect();
                for tile_channels in channel_tiles(view) {
                    let mapping = |slices| Mapping {
                        group_rows,
                        row_channels,
                        tile,
                        tile_channels,
                        slices,
                    };
                    all.extend(slices.iter().copied().map(mapping));
                }
            }
        }
    }
    all
}

/// Numbers of columns that may share a tile, more than one where there are few tiles: those of a slot belong to one drain. Only
/// sums of products can be added.
fn slices(
    a: &Accelerator,
    view: &View,
    group_rows: u32,
    tile: [u32; 2],
) -> impl Iterator<Item = u32> + use<> {
    let (columns, ways) = (a.columns, a.columns.min(2));
    let tiles = view.output.height.div_ceil(tile[0]) * view.output.width.div_ceil(tile[1]);
    let few = tiles <= 2 * columns * (a.rows / group_rows);
    let most = match few && view.form == Form::Products && !view.depthwise {
        true => columns / ways,
        false => 1,
    };
    (1..=most).filter(move |slices| *slices == 1 || columns.is_multiple_of(slices * ways))
}

/// Even cuts of the output: heights up to 8, widths as they divide.
fn tiles(view: &View, most: u32) -> Vec<[u32; 2]> {
    let cuts = |extent: u32, most: u32| {
        let mut cuts: Vec<u32> = (1..=extent)
            .map(|n| extent.div_ceil(n))
            .filter(|c| *c <= most)
            .collect();
        cuts.dedup();
        cuts
    };
    let heights = cuts(view.output.height, most.min(8));
    heights
        .into_iter()
        .flat_map(|h| {
            cuts(view.output.width, (most / h).min(Limit::PATCH as u32))
                .into_iter()
                .map(move |w| [h, w])
        })
        .collect()
}

fn channel_tiles(view: &View) -> Vec<u32> {
    if view.depthwise {
        return vec![1];
    }
    let mut cuts: Vec<u32> = (1..=view.input.channels)
        .map(|n| view.input.channels.div_ceil(n))
        .collect();
    cuts.dedup();
    cuts
}
