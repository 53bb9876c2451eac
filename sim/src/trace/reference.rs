//! The two trace formats of the reference scheduling simulator.
//!
//! **Convolutional family** (`eyerissv2`): `sim_lat` is the layer latency in seconds, `overall-sparsity` the fraction of
//! **zeros** in the layer's input, `batch-indx` the sample, `layer-indx` the layer from 0 in execution order. File names
//! that agree up to the first `_` are patterns of one model.
//!
//! **Attention family** (`sanger`): `overall-sparsity` is the fraction of **non-zeros** d of the attention mask and
//! `50%-skip` the load balance b; the sparsity is 1 - d and the latency a function of both, see
//! [`attention_latency_s`]. Each file is a model of its own.

use std::collections::BTreeSet;

use super::error::{DataError, DataResult, Problem};
use super::rows::{Cell, CsvRow, CsvText, Grid};
use super::{DEFAULT_ELEMENTS, LayerMeta, ProfileTrace};

/// Sequence length that the recordings use for every attention model.
pub const SEQUENCE_LENGTH: f64 = 512.0;

/// Model width W of the attention family.
const WIDTH: f64 = 768.0;

/// Latency in seconds of an attention layer with mask density `density` (0..1) and load balance `balance` (0..1).
///
/// Evaluated in exactly this order in double arithmetic, without fused multiply-add, with W = 768 and n = 512
/// ([`SEQUENCE_LENGTH`], whatever the file name says):
/// ```text
/// sub   = d / b / 0.25 * n
/// rate  = 64*16*1*2 = 2048
/// t_lin = n*W*W*2*3 / 1e9 / rate
/// t_prj = n*W*W*2 / 1e9 / (rate / d * b)
/// row   = ((W + 64) + (sub + 64)) * (n / 64)
/// t_att = ((sub / 64) * row) / 1e9
/// lat   = t_lin + t_att + t_prj
/// ```
pub fn attention_latency_s(density: f64, balance: f64) -> f64 {
    let n = SEQUENCE_LENGTH;
    let sub = density / balance / 0.25 * n;
    let rate = 64.0 * 16.0 * 1.0 * 2.0;
    let linear = n * WIDTH * WIDTH * 2.0 * 3.0 / 1e9 / rate;
    let projection = n * WIDTH * WIDTH * 2.0 / 1e9 / (rate / density * balance);
    let row = ((WIDTH + 64.0) + (sub + 64.0)) * (n / 64.0);
    let attention = ((sub / 64.0) * row) / 1e9;
    linear + attention + projection
}

/// Reads a trace of the convolutional family.
pub(super) fn read_convolution(name: &str, file: &str, text: CsvText) -> DataResult<ProfileTrace> {
    let latency = text.column("sim_lat")?;
    let sparsity = text.column("overall-sparsity")?;
    let model = name.split('_').next().unwrap_or(name);
    read(name, model, file, text, |row| {
        let latency_s = row.latency(row.float(latency, "sim_lat")?)?;
        Ok((latency_s, row.fraction(sparsity, "overall-sparsity")?))
    })
}

/// Reads a trace of the attention family.
pub(super) fn read_attention(name: &str, file: &str, text: CsvText) -> DataResult<ProfileTrace> {
    let density = text.column("overall-sparsity")?;
    let balance = text.column("50%-skip")?;
    read(name, name, file, text, |row| {
        let d = row.fraction(density, "overall-sparsity")?;
        let b = row.float(balance, "50%-skip")?;
        if !(b > 0.0 && b <= 1.0) {
            let value = b.to_string();
            return Err(row.error(Problem::BadLoadBalance { value }));
        }
        Ok((row.latency(attention_latency_s(d, b))?, 1.0 - d))
    })
}

/// Reads rows whose latency and sparsity `values` tells.
fn read(
    name: &str,
    model: &str,
    file: &str,
    mut text: CsvText,
    values: impl Fn(&CsvRow) -> DataResult<(f64, f64)>,
) -> DataResult<ProfileTrace> {
    let sample_column = text.column("batch-indx")?;
    let layer_column = text.column("layer-indx")?;
    let mut indices = BTreeSet::new();
    let mut grid = Grid::default();
    while let Some(row) = text.next_row()? {
        let sample = row.integer(sample_column, "batch-indx")?;
        let index = row.integer(layer_column, "layer-indx")?;
        let (latency_s, sparsity) = values(&row)?;
        indices.insert(index);
        let cell = Cell {
            sample,
            layer: usize::try_from(index).unwrap_or(usize::MAX),
            latency_s,
            sparsity,
        };
        if !grid.insert(&cell) {
            let layer = index.to_string();
            return Err(row.error(Problem::DuplicateEntry { layer, sample }));
        }
    }
    let layers = count_layers(file, &indices)?;
    let samples = grid.finish(file, layers, |layer| layer.to_string())?;
    Ok(ProfileTrace {
        name: name.to_owned(),
        model: model.to_owned(),
        layers: (0..layers).map(numbered_layer).collect(),
        samples,
    })
}

/// The number of layers; their indices must be 0, 1, 2, ...
fn count_layers(file: &str, indices: &BTreeSet<u64>) -> DataResult<usize> {
    let layers = indices.len();
    match indices.last() {
        Some(&index) if index >= layers as u64 => Err(DataError::of_file(
            file,
            Problem::LayerGap { index, layers },
        )),
        _ => Ok(layers),
    }
}

fn numbered_layer(index: usize) -> LayerMeta {
    LayerMeta {
        name: index.to_string(),
        elements: DEFAULT_ELEMENTS,
    }
}
