//! What can be wrong with traces, request tables and draws, each with its place, cure and reason.

use std::fmt;

use dysta_config::diag;
use miette::Diagnostic;
use thiserror::Error;

use super::rules::{self, Rule};

/// Result of a reader of workload data.
pub type DataResult<T> = Result<T, DataError>;

/// Says which file (and line, where known) cannot be used, what is wrong with it, how to cure it and why the rule
/// exists.
///
/// `Display` gives one line, `FILE:LINE: PROBLEM`. As a [`Diagnostic`] it has the code and help of its [`Rule`].
#[derive(Debug, Clone, PartialEq, Error)]
#[error("{}{problem}", place(.file, *.line))]
pub struct DataError {
    /// File, or the name of the trace or table, as the user wrote it.
    pub file: String,
    /// Line of the file, from 1, where the problem has one.
    pub line: Option<u64>,
    /// What is wrong.
    pub problem: Problem,
}

fn place(file: &str, line: Option<u64>) -> String {
    match line {
        Some(line) => format!("{file}:{line}: "),
        None => format!("{file}: "),
    }
}

impl DataError {
    /// A problem of a whole file.
    pub fn of_file(file: impl Into<String>, problem: Problem) -> Self {
        Self {
            file: file.into(),
            line: None,
            problem,
        }
    }

    /// A problem of one line, counted from 1.
    pub fn at_line(file: impl Into<String>, line: u64, problem: Problem) -> Self {
        Self {
            file: file.into(),
            line: Some(line),
            problem,
        }
    }
}

impl Diagnostic for DataError {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.problem.rule().code.name))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let rule = self.problem.rule();
        Some(Box::new(format!(
            "{}\nwhy: {}",
            rule.cure, rule.code.reason
        )))
    }
}

/// For programs that collect the problems of configurations and data in one list.
impl From<DataError> for diag::Diagnostic {
    fn from(error: DataError) -> Self {
        let rule = error.problem.rule();
        let line = error
            .line
            .map_or(0, |line| u32::try_from(line).unwrap_or(u32::MAX));
        let place = diag::Place {
            line,
            column: line.min(1),
            ..diag::Place::in_file(error.file)
        };
        Self::error(&rule.code, error.problem.to_string(), rule.cure).at(place)
    }
}

/// The kinds of problems of [`DataError`].
#[derive(Debug, Clone, PartialEq, Error)]
pub enum Problem {
    /// The file does not exist.
    #[error("there is no such file")]
    MissingFile,
    /// The file exists and cannot be read.
    #[error("cannot be read: {reason}")]
    Unreadable {
        /// The system's own words.
        reason: String,
    },
    /// The gzip stream ends early or fails its checksum.
    #[error("the gzip data is damaged or cut off: {reason}")]
    BadGzip {
        /// The decoder's own words.
        reason: String,
    },
    /// The text is larger than the reader accepts.
    #[error("holds more than {limit} bytes of text")]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// The bytes are not UTF-8.
    #[error("is not UTF-8 text: byte {byte} cannot start or continue a character")]
    NotUtf8 {
        /// Offset of the first bad byte, from 0.
        byte: usize,
    },
    /// There is no row.
    #[error("holds no rows")]
    Empty,
    /// The header fits none of the trace formats.
    #[error("the header `{header}` belongs to no known trace format")]
    UnknownFormat {
        /// The columns found.
        header: String,
    },
    /// A column of the format is not there.
    #[error("column `{column}` is missing; found `{header}`")]
    MissingColumn {
        /// The missing column.
        column: String,
        /// The columns found.
        header: String,
    },
    /// A row has another number of fields than the header.
    #[error("the row is not like the header: {reason}")]
    BadRow {
        /// The reader's own words.
        reason: String,
    },
    /// A field is not a number of the kind that the column holds.
    #[error("`{value}` in column `{column}` is not {wanted}")]
    NotANumber {
        /// Column of the value.
        column: String,
        /// The text found.
        value: String,
        /// What the column holds.
        wanted: &'static str,
    },
    /// A layer latency is NaN, infinite or negative.
    #[error("the layer latency {value} s is not a finite time from 0 on")]
    BadLatency {
        /// The value, as printed by Rust.
        value: String,
    },
    /// A sparsity lies outside 0..1.
    #[error("{value} in column `{column}` lies outside 0..1")]
    BadSparsity {
        /// Column of the value.
        column: String,
        /// The value, as printed by Rust.
        value: String,
    },
    /// The load balance of an attention row is not in (0, 1].
    #[error("the load balance {value} lies outside 0..1 or is 0")]
    BadLoadBalance {
        /// The value, as printed by Rust.
        value: String,
    },
    /// The same layer of the same sample twice.
    #[error("layer `{layer}` of sample {sample} is given twice")]
    DuplicateEntry {
        /// Layer name or index.
        layer: String,
        /// Sample id.
        sample: u64,
    },
    /// A sample lacks a layer that others have.
    #[error(
        "sample {sample} has no row for layer `{layer}`: samples differ in their number of layers"
    )]
    UnequalLayers {
        /// The layer that is missing.
        layer: String,
        /// The sample that lacks it.
        sample: u64,
    },
    /// The layer indices are not 0..L-1.
    #[error(
        "layer {index} is out of range: the trace has {layers} distinct layers, numbered from 0"
    )]
    LayerGap {
        /// The index found.
        index: u64,
        /// Number of distinct indices.
        layers: usize,
    },
    /// All layers of a sample take no time.
    #[error("sample {sample} has a total latency of {value} s")]
    NoIsolatedLatency {
        /// Sample id.
        sample: u64,
        /// The total, as printed by Rust.
        value: String,
    },
    /// The description of the network does not name a layer of the trace.
    #[error("layer `{layer}` of the trace is not described in `{description}`")]
    UndescribedLayer {
        /// Layer name.
        layer: String,
        /// The description file.
        description: String,
    },
    /// A layer's input has no elements, or more than a 32-bit counter holds, or no readable shape.
    #[error("the input shape {shape} of layer `{layer}` does not hold 1 to 4294967295 elements")]
    BadElements {
        /// Layer name.
        layer: String,
        /// The shape as written.
        shape: String,
    },
    /// The JSON text is malformed or has other types than expected.
    #[error("is not the JSON expected here: {reason}")]
    BadJson {
        /// The parser's own words with line and column.
        reason: String,
    },
    /// A table names a model for which no profile is loaded.
    #[error("model `{model}` has no profile; loaded are: {loaded}")]
    UnknownModel {
        /// The model named.
        model: String,
        /// The profiles at hand.
        loaded: String,
    },
    /// A request's model index is outside the table's list.
    #[error("request {request} asks for model {model}, the table lists {models}")]
    ModelOutOfRange {
        /// Request index.
        request: usize,
        /// Model index found.
        model: u64,
        /// Length of the model list.
        models: usize,
    },
    /// A request's sample index is outside the profile.
    #[error("request {request} asks for sample {sample} of `{profile}`, which has {samples}")]
    SampleOutOfRange {
        /// Request index.
        request: usize,
        /// Sample index found.
        sample: u64,
        /// Profile name.
        profile: String,
        /// Number of samples.
        samples: usize,
    },
    /// Two columns of a table differ in length.
    #[error("`{column}` has {found} entries and `arrival` {expected}")]
    UnequalLengths {
        /// The list that differs.
        column: String,
        /// Its length.
        found: usize,
        /// Length of `arrival`.
        expected: usize,
    },
    /// Arrivals go backwards.
    #[error("request {request} arrives at {arrival} s, before its predecessor at {previous} s")]
    UnsortedArrivals {
        /// Request index.
        request: usize,
        /// Its arrival.
        arrival: String,
        /// The arrival before it.
        previous: String,
    },
    /// A time of a request is NaN, infinite or negative.
    #[error("`{column}` of request {request} is {value} s, not a finite time from 0 on")]
    BadTime {
        /// Column of the value.
        column: &'static str,
        /// Request index.
        request: usize,
        /// The value, as printed by Rust.
        value: String,
    },
    /// A table without targets was given no base target for a model.
    #[error("no base target is known for model `{model}`")]
    MissingTarget {
        /// The model without target.
        model: String,
    },
    /// A recorded run cannot belong to its table.
    #[error("the recorded run of `{policy}` does not fit its table: {what}")]
    BadRecord {
        /// Policy name of the run.
        policy: String,
        /// What does not fit.
        what: String,
    },
    /// A recorded run is of a policy that the engine does not know.
    #[error("policy `{policy}` is not known; known are: {known}")]
    UnknownPolicy {
        /// Policy name of the run.
        policy: String,
        /// The policies at hand.
        known: String,
    },
    /// A row of metrics belongs to a table that is not there.
    #[error("row {row} is of a table of rate {rate} and seed {seed}, which is not in `tables`")]
    MissingTable {
        /// Number of the row, from 0.
        row: usize,
        /// Its rate.
        rate: String,
        /// Its seed.
        seed: u64,
    },
    /// A folder of recordings holds none.
    #[error("holds no recorded runs: there is nothing in `full`, `small` or `metrics`")]
    NoRecordings,
    /// The patterns of one model differ in their number of layers.
    #[error("model `{model}` has patterns with {first} and with {second} layers")]
    UnequalPatterns {
        /// Model name.
        model: String,
        /// Layers of the first pattern.
        first: usize,
        /// Layers of the other.
        second: usize,
    },
    /// A setting of a drawn workload is not usable.
    #[error("`{setting}` is {value}: {wanted}")]
    BadDraw {
        /// Name of the setting.
        setting: &'static str,
        /// Its value.
        value: String,
        /// What it must be.
        wanted: &'static str,
    },
    /// A time in a file of arrivals is NaN, infinite or negative.
    #[error("`{value}` in column `{column}` is not a finite time from 0 on")]
    NotATime {
        /// Column of the value.
        column: &'static str,
        /// The value, as printed by Rust.
        value: String,
    },
    /// A row of a file of arrivals asks for a sample that the profile lacks.
    #[error("`{profile}` has no sample {sample}: it has {samples}, numbered from 0")]
    UnknownSample {
        /// Sample index found.
        sample: u64,
        /// Profile name.
        profile: String,
        /// Number of samples.
        samples: usize,
    },
    /// The same arrival is given twice.
    #[error("the request of `{profile}` at {arrival} s is given twice")]
    DuplicateArrival {
        /// Profile name.
        profile: String,
        /// Its arrival.
        arrival: String,
    },
    /// A deadline lies before the arrival of its request.
    #[error("the deadline {deadline} s lies before the arrival {arrival} s")]
    DeadlineBeforeArrival {
        /// The deadline.
        deadline: String,
        /// The arrival.
        arrival: String,
    },
    /// A range of lengths holds no sample.
    #[error("no sample has a length {range}")]
    EmptyRange {
        /// The range in words.
        range: String,
    },
    /// The description of a model does not tell the length of a sample.
    #[error("the description tells no `seq_len` of sample {sample} of pattern `{pattern}`")]
    UnknownLength {
        /// Sample id.
        sample: u64,
        /// Pattern name.
        pattern: String,
    },
    /// A time does not fit the 48-bit cycle counter.
    #[error("{what} of {seconds} s at {clock_hz} Hz does not fit 48 bits of cycles")]
    CyclesOutOfRange {
        /// Which time.
        what: String,
        /// The time in seconds.
        seconds: String,
        /// The clock.
        clock_hz: u64,
    },
}

impl Problem {
    /// Stable code, cure and reason of this kind of problem.
    pub fn rule(&self) -> Rule {
        match self {
            Self::MissingFile => rules::MISSING_FILE,
            Self::Unreadable { .. } => rules::UNREADABLE,
            Self::BadGzip { .. } => rules::BAD_GZIP,
            Self::TooLarge { .. } => rules::TOO_LARGE,
            Self::NotUtf8 { .. } => rules::NOT_UTF8,
            Self::Empty => rules::EMPTY,
            Self::UnknownFormat { .. } => rules::UNKNOWN_FORMAT,
            Self::MissingColumn { .. } => rules::MISSING_COLUMN,
            Self::BadRow { .. } => rules::BAD_ROW,
            Self::NotANumber { .. } => rules::NOT_A_NUMBER,
            Self::BadLatency { .. } => rules::BAD_LATENCY,
            Self::BadSparsity { .. } => rules::BAD_SPARSITY,
            Self::BadLoadBalance { .. } => rules::BAD_LOAD_BALANCE,
            Self::DuplicateEntry { .. } => rules::DUPLICATE_ENTRY,
            Self::UnequalLayers { .. } => rules::UNEQUAL_LAYERS,
            Self::LayerGap { .. } => rules::LAYER_GAP,
            Self::NoIsolatedLatency { .. } => rules::NO_ISOLATED_LATENCY,
            Self::UndescribedLayer { .. } => rules::UNDESCRIBED_LAYER,
            Self::BadElements { .. } => rules::BAD_ELEMENTS,
            Self::BadJson { .. } => rules::BAD_JSON,
            Self::UnknownModel { .. } => rules::UNKNOWN_MODEL,
            Self::ModelOutOfRange { .. } => rules::MODEL_OUT_OF_RANGE,
            Self::SampleOutOfRange { .. } => rules::SAMPLE_OUT_OF_RANGE,
            Self::UnequalLengths { .. } => rules::UNEQUAL_LENGTHS,
            Self::UnsortedArrivals { .. } => rules::UNSORTED_ARRIVALS,
            Self::BadTime { .. } => rules::BAD_TIME,
            Self::MissingTarget { .. } => rules::MISSING_TARGET,
            Self::BadRecord { .. } => rules::BAD_RECORD,
            Self::UnknownPolicy { .. } => rules::UNKNOWN_POLICY,
            Self::MissingTable { .. } => rules::MISSING_TABLE,
            Self::NoRecordings => rules::NO_RECORDINGS,
            Self::UnequalPatterns { .. } => rules::UNEQUAL_PATTERNS,
            Self::BadDraw { .. } => rules::BAD_DRAW,
            Self::NotATime { .. } => rules::NOT_A_TIME,
            Self::UnknownSample { .. } => rules::UNKNOWN_SAMPLE,
            Self::DuplicateArrival { .. } => rules::DUPLICATE_ARRIVAL,
            Self::DeadlineBeforeArrival { .. } => rules::DEADLINE_BEFORE_ARRIVAL,
            Self::EmptyRange { .. } => rules::EMPTY_RANGE,
            Self::UnknownLength { .. } => rules::UNKNOWN_LENGTH,
            Self::CyclesOutOfRange { .. } => rules::CYCLES_OUT_OF_RANGE,
        }
    }
}
