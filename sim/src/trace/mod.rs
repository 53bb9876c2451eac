//! Sparsity traces: what each layer of each sample took and how sparse its input was.
//!
//! Both trace formats (measured networks, [`real`]; the reference simulator, [`mod@reference`]) become one type,
//! [`ProfileTrace`]. A profile is a pair (model, sparsity pattern); its name is the stem of its CSV file. The header of
//! the CSV decides the format.
//!
//! Traces come from any [`TraceSource`], so files of a folder and files embedded in the program are read alike.

mod error;
pub mod real;
pub mod reference;
pub(crate) mod rows;
mod rules;
mod source;

pub use error::{DataError, DataResult, Problem};
pub use rules::{RULES, Rule};
pub use source::{
    DirSource, EmbeddedSource, MemorySource, TEXT_LIMIT, TraceSource, decode_text, read_path,
};

use rows::CsvText;

/// Input elements assumed for a layer for which none are recorded.
pub const DEFAULT_ELEMENTS: u64 = 1 << 20;

/// What all samples of a profile share about one layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayerMeta {
    /// Name in the trace; the index for formats that number their layers.
    pub name: String,
    /// Elements E of the layer's input tensors together, 1 to 2^32 - 1.
    pub elements: u64,
}

/// One recorded run of a network on one input.
#[derive(Debug, Clone, PartialEq)]
pub struct SampleTrace {
    /// Sample id of the file; ids may have gaps.
    pub id: u64,
    /// Latency of each layer in seconds, finite, from 0 on; their sum is above 0.
    pub latency_s: Vec<f64>,
    /// Fraction of zeros in the input of each layer, 0 to 1.
    pub sparsity: Vec<f64>,
}

impl SampleTrace {
    /// Isolated latency in seconds: the sum of the layer latencies, left to right starting from 0.
    pub fn isolated_s(&self) -> f64 {
        sum(&self.latency_s)
    }

    /// Latency in seconds of the layers from `layer` on, summed left to right starting from 0.
    pub fn remaining_s(&self, layer: usize) -> f64 {
        sum(self.latency_s.get(layer..).unwrap_or(&[]))
    }
}

/// Sum from left to right starting from 0, without compensation, so that it has the same bits everywhere.
pub(crate) fn sum(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |sum, value| sum + value)
}

/// All samples of one profile.
#[derive(Debug, Clone, PartialEq)]
pub struct ProfileTrace {
    /// File stem: `MODEL.PATTERN` for measured networks.
    pub name: String,
    /// Model of which this is a pattern.
    pub model: String,
    /// The layers in execution order, at least one.
    pub layers: Vec<LayerMeta>,
    /// The samples in file order, at least one, each with as many entries as there are layers.
    pub samples: Vec<SampleTrace>,
}

impl ProfileTrace {
    /// Monitored non-zeros of a layer of a sample, see [`nonzeros`]. `None` if there is no such sample or layer.
    pub fn nnz(&self, sample: usize, layer: usize) -> Option<u32> {
        let sparsity = self.samples.get(sample)?.sparsity.get(layer)?;
        Some(nonzeros(*sparsity, self.layers.get(layer)?.elements))
    }
}

/// Non-zeros that the monitor counts in an input of `elements` elements: `round((1 - sparsity) * elements)`, half to
/// even. Sparsity 0..1; elements up to 2^32 - 1, so the count fits 32 bits.
pub fn nonzeros(sparsity: f64, elements: u64) -> u32 {
    // Exact conversions: elements < 2^32, and the product does not exceed it.
    ((1.0 - sparsity) * elements as f64).round_ties_even() as u32
}

/// Reads the profile `name` from `NAME.csv`, or from `NAME.csv.gz` if there is no such file.
///
/// Fails with the file, line and cure if a file is missing, cut off or not UTF-8, a column is missing, a latency is NaN,
/// infinite or negative, a sparsity lies outside 0..1, a layer is missing or given twice, or there is no row.
pub fn load(source: &dyn TraceSource, name: &str) -> DataResult<ProfileTrace> {
    let (file, bytes) = read_either(source, name)?;
    let file = source.display(&file);
    let text = decode_text(&file, bytes)?;
    let csv = CsvText::new(&file, &text)?;
    if csv.has("latency_s") || csv.has("activation_sparsity") {
        real::read(source, name, &file, csv)
    } else if csv.has("50%-skip") {
        reference::read_attention(name, &file, csv)
    } else if csv.has("overall-sparsity") || csv.has("sim_lat") {
        reference::read_convolution(name, &file, csv)
    } else {
        let header = csv.header_text();
        Err(DataError::at_line(
            &file,
            1,
            Problem::UnknownFormat { header },
        ))
    }
}

fn read_either(source: &dyn TraceSource, name: &str) -> DataResult<(String, Vec<u8>)> {
    let plain = format!("{name}.csv");
    match source.read(&plain) {
        Err(error) if error.problem == Problem::MissingFile => {
            let packed = format!("{name}.csv.gz");
            let bytes = source.read(&packed).map_err(|_| error)?;
            Ok((packed, bytes))
        }
        result => Ok((plain, result?)),
    }
}

/// Names of all traces of a source: the stems of its `.csv` and `.csv.gz` files, sorted bytewise, each once.
pub fn names(source: &dyn TraceSource) -> DataResult<Vec<String>> {
    let stem = |file: &String| {
        let plain = file.strip_suffix(".gz").unwrap_or(file);
        plain.strip_suffix(".csv").map(str::to_owned)
    };
    let mut names: Vec<String> = source.files()?.iter().filter_map(stem).collect();
    names.sort();
    names.dedup();
    Ok(names)
}

/// Reads every trace of a source, in the order of [`names`].
pub fn load_all(source: &dyn TraceSource) -> DataResult<Vec<ProfileTrace>> {
    names(source)?
        .iter()
        .map(|name| load(source, name))
        .collect()
}
