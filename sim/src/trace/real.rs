//! Traces of measured networks: `MODEL.PATTERN.csv` beside the description `MODEL.json`.
//!
//! The CSV has a row for each layer of each sample: `layer` (name), `sample` (id; ids may have gaps), `latency_s`
//! (seconds), `activation_sparsity` (fraction of zeros in the layer's input); other columns are not read. Layers run in
//! the order in which their names first appear, that of the first sample's rows. The description lists `layers` with `name` and, where the number of input
//! elements is fixed, `in_shape`: one shape, or a list of shapes for a layer with several inputs, whose elements add
//! up. A layer without `in_shape` (attention on text of any length) counts as [`DEFAULT_ELEMENTS`] elements.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::error::{DataError, DataResult, Problem};
use super::rows::{Cell, CsvRow, CsvText, Grid};
use super::source::{TraceSource, decode_text};
use super::{DEFAULT_ELEMENTS, LayerMeta, ProfileTrace};

#[derive(Deserialize)]
struct Description {
    layers: Vec<DescribedLayer>,
}

#[derive(Deserialize)]
struct DescribedLayer {
    name: String,
    in_shape: Option<Value>,
}

struct Columns {
    layer: usize,
    sample: usize,
    latency: usize,
    sparsity: usize,
}

/// Reads a trace whose CSV text is at hand; the description is fetched from `source`.
pub(super) fn read(
    source: &dyn TraceSource,
    name: &str,
    file: &str,
    mut text: CsvText,
) -> DataResult<ProfileTrace> {
    let columns = Columns {
        layer: text.column("layer")?,
        sample: text.column("sample")?,
        latency: text.column("latency_s")?,
        sparsity: text.column("activation_sparsity")?,
    };
    let model = name.split('.').next().unwrap_or(name);
    let elements = read_description(source, model)?;
    let mut names = LayerNames::default();
    let mut grid = Grid::default();
    while let Some(row) = text.next_row()? {
        let cell = read_cell(&row, &columns, &mut names)?;
        if !grid.insert(&cell) {
            let (layer, sample) = (row.text(columns.layer).to_owned(), cell.sample);
            return Err(row.error(Problem::DuplicateEntry { layer, sample }));
        }
    }
    let samples = grid.finish(file, names.list.len(), |layer| names.list[layer].clone())?;
    Ok(ProfileTrace {
        name: name.to_owned(),
        model: model.to_owned(),
        layers: describe_layers(file, model, names.list, &elements)?,
        samples,
    })
}

/// Layer names in the order in which they first appear.
#[derive(Default)]
struct LayerNames {
    list: Vec<String>,
    position: BTreeMap<String, usize>,
}

impl LayerNames {
    fn index(&mut self, name: &str) -> usize {
        if let Some(&index) = self.position.get(name) {
            return index;
        }
        let index = self.list.len();
        self.list.push(name.to_owned());
        self.position.insert(name.to_owned(), index);
        index
    }
}

fn read_cell(row: &CsvRow, columns: &Columns, names: &mut LayerNames) -> DataResult<Cell> {
    Ok(Cell {
        sample: row.integer(columns.sample, "sample")?,
        layer: names.index(row.text(columns.layer)),
        latency_s: row.latency(row.float(columns.latency, "latency_s")?)?,
        sparsity: row.fraction(columns.sparsity, "activation_sparsity")?,
    })
}

#[derive(Deserialize)]
struct DescribedSamples {
    samples: BTreeMap<String, Vec<DescribedSample>>,
}

#[derive(Deserialize)]
struct DescribedSample {
    id: u64,
    seq_len: u32,
}

/// Length in tokens of each sample of a text model, by sample id. The description lists them by set of texts, the part of
/// `pattern` before its first `_`.
///
/// # Errors
/// If the description is missing or damaged, or lists no such set.
pub fn sample_lengths(
    source: &dyn TraceSource,
    model: &str,
    pattern: &str,
) -> DataResult<BTreeMap<u64, u32>> {
    let (_, described): (String, DescribedSamples) = description(source, model)?;
    let set = pattern.split('_').next().unwrap_or(pattern);
    let samples = described.samples.get(set).into_iter().flatten();
    Ok(samples.map(|sample| (sample.id, sample.seq_len)).collect())
}

/// The description of a model and the name of its file.
fn description<T: for<'de> Deserialize<'de>>(
    source: &dyn TraceSource,
    model: &str,
) -> DataResult<(String, T)> {
    let file = format!("{model}.json");
    let bytes = source.read(&file)?;
    let file = source.display(&file);
    let text = decode_text(&file, bytes)?;
    let description = serde_json::from_str(&text).map_err(|error| {
        let reason = error.to_string();
        DataError::of_file(&file, Problem::BadJson { reason })
    })?;
    Ok((file, description))
}

/// Input elements of each described layer.
fn read_description(source: &dyn TraceSource, model: &str) -> DataResult<BTreeMap<String, u64>> {
    let (file, description): (String, Description) = description(source, model)?;
    let mut elements = BTreeMap::new();
    for layer in description.layers {
        let count = layer_elements(&layer).map_err(|problem| DataError::of_file(&file, problem))?;
        elements.insert(layer.name, count);
    }
    Ok(elements)
}

fn layer_elements(layer: &DescribedLayer) -> Result<u64, Problem> {
    let Some(shape) = &layer.in_shape else {
        return Ok(DEFAULT_ELEMENTS);
    };
    let countable = 1..=u64::from(u32::MAX);
    let count = shape_elements(shape).filter(|count| countable.contains(count));
    count.ok_or_else(|| Problem::BadElements {
        layer: layer.name.clone(),
        shape: shape.to_string(),
    })
}

/// Product of a list of sizes, or the sum over a list of such lists.
fn shape_elements(shape: &Value) -> Option<u64> {
    let sizes = shape.as_array()?;
    if sizes.iter().all(Value::is_array) {
        let add = |sum: u64, shape| sum.checked_add(product(shape)?);
        return sizes.iter().try_fold(0, add);
    }
    product(shape)
}

fn product(shape: &Value) -> Option<u64> {
    let multiply = |product: u64, size: &Value| product.checked_mul(size.as_u64()?);
    shape.as_array()?.iter().try_fold(1, multiply)
}

fn describe_layers(
    file: &str,
    model: &str,
    names: Vec<String>,
    elements: &BTreeMap<String, u64>,
) -> DataResult<Vec<LayerMeta>> {
    let describe = |name: String| match elements.get(&name) {
        Some(&elements) => Ok(LayerMeta { name, elements }),
        None => Err(DataError::of_file(
            file,
            Problem::UndescribedLayer {
                layer: name,
                description: format!("{model}.json"),
            },
        )),
    };
    names.into_iter().map(describe).collect()
}
