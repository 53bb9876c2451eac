//! What can be wrong with traces, request tables and draws, each with its place, cure and reason.

use miette::Diagnostic;
use thiserror::Error;

/// Result of a reader of workload data.
pub type DataResult<T> = Result<T, DataError>;

/// Says which file (and line, where known) cannot be used, what is wrong with it, how to cure it and why the rule
/// exists.
///
/// `Display` gives one line, `FILE:LINE: PROBLEM`. As a [`Diagnostic`] it has the code `dysta::data::NAME` and a help
/// text of two sentences: the cure and the reason.
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
    fn code<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.problem.code()
    }

    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.problem.help()
    }
}

/// The kinds of problems of [`DataError`].
#[derive(Debug, Clone, PartialEq, Error, Diagnostic)]
pub enum Problem {
    /// The file does not exist.
    #[error("there is no such file")]
    #[diagnostic(
        code(dysta::data::missing_file),
        help(
            "Check the name and the folder. A trace in the format of measured networks needs MODEL.PATTERN.csv and MODEL.json: latencies and sparsity are in the first, input shapes in the second."
        )
    )]
    MissingFile,
    /// The file exists and cannot be read.
    #[error("cannot be read: {reason}")]
    #[diagnostic(
        code(dysta::data::unreadable),
        help(
            "Check the permissions and that it is a file. A workload must be read completely before anything is simulated."
        )
    )]
    Unreadable {
        /// The system's own words.
        reason: String,
    },
    /// The gzip stream ends early or fails its checksum.
    #[error("the gzip data is damaged or cut off: {reason}")]
    #[diagnostic(
        code(dysta::data::bad_gzip),
        help(
            "Fetch or write the file again. The part before the damage would be a different workload, so it is not used."
        )
    )]
    BadGzip {
        /// The decoder's own words.
        reason: String,
    },
    /// The text is larger than the reader accepts.
    #[error("holds more than {limit} bytes of text")]
    #[diagnostic(
        code(dysta::data::too_large),
        help(
            "Split the trace into patterns or take fewer samples. The reader stops at a limit because a small compressed file can unpack to all of the memory."
        )
    )]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// The bytes are not UTF-8.
    #[error("is not UTF-8 text: byte {byte} cannot start or continue a character")]
    #[diagnostic(
        code(dysta::data::not_utf8),
        help(
            "Save the file as UTF-8. Names and numbers would otherwise depend on the reader's guess."
        )
    )]
    NotUtf8 {
        /// Offset of the first bad byte, from 0.
        byte: usize,
    },
    /// There is no row.
    #[error("holds no rows")]
    #[diagnostic(
        code(dysta::data::empty),
        help("Record at least one sample or one request. Averages over nothing are not defined.")
    )]
    Empty,
    /// The header fits none of the trace formats.
    #[error("the header `{header}` belongs to no known trace format")]
    #[diagnostic(
        code(dysta::data::unknown_format),
        help(
            "Use one of the headers `layer,sample,latency_s,activation_sparsity`, `sim_lat,overall-sparsity,batch-indx,layer-indx` or `overall-sparsity,50%-skip,batch-indx,layer-indx`. The header decides whether a sparsity counts zeros or non-zeros."
        )
    )]
    UnknownFormat {
        /// The columns found.
        header: String,
    },
    /// A column of the format is not there.
    #[error("column `{column}` is missing; found `{header}`")]
    #[diagnostic(
        code(dysta::data::missing_column),
        help(
            "Add the column. Latency, sparsity, sample and layer are all needed to replay a layer."
        )
    )]
    MissingColumn {
        /// The missing column.
        column: String,
        /// The columns found.
        header: String,
    },
    /// A row has another number of fields than the header.
    #[error("the row is not like the header: {reason}")]
    #[diagnostic(
        code(dysta::data::bad_row),
        help(
            "Give each row one value for each column. A shifted row would put a sparsity in place of a latency."
        )
    )]
    BadRow {
        /// The reader's own words.
        reason: String,
    },
    /// A field is not a number of the kind that the column holds.
    #[error("`{value}` in column `{column}` is not {wanted}")]
    #[diagnostic(
        code(dysta::data::not_a_number),
        help("Write a plain decimal number. Units are fixed by the column name.")
    )]
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
    #[diagnostic(
        code(dysta::data::bad_latency),
        help(
            "Correct the latency. One such value makes every average and every later finish time meaningless."
        )
    )]
    BadLatency {
        /// The value, as printed by Rust.
        value: String,
    },
    /// A sparsity lies outside 0..1.
    #[error("{value} in column `{column}` lies outside 0..1")]
    #[diagnostic(
        code(dysta::data::bad_sparsity),
        help(
            "Give a fraction, not a percentage. The monitored non-zeros are (1 - sparsity) times the number of elements."
        )
    )]
    BadSparsity {
        /// Column of the value.
        column: String,
        /// The value, as printed by Rust.
        value: String,
    },
    /// The load balance of an attention row is not in (0, 1].
    #[error("the load balance {value} lies outside 0..1 or is 0")]
    #[diagnostic(
        code(dysta::data::bad_load_balance),
        help("Give the filled share of the packed rows. The layer latency divides by it.")
    )]
    BadLoadBalance {
        /// The value, as printed by Rust.
        value: String,
    },
    /// The same layer of the same sample twice.
    #[error("layer `{layer}` of sample {sample} is given twice")]
    #[diagnostic(
        code(dysta::data::duplicate_entry),
        help("Keep one of the rows. A layer runs once for each request.")
    )]
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
    #[diagnostic(
        code(dysta::data::unequal_layers),
        help(
            "Record every layer of every sample. All requests of a profile share one table of layers."
        )
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
    #[diagnostic(
        code(dysta::data::layer_gap),
        help(
            "Number the layers 0, 1, 2, ... in execution order. A gap means that rows are missing."
        )
    )]
    LayerGap {
        /// The index found.
        index: u64,
        /// Number of distinct indices.
        layers: usize,
    },
    /// All layers of a sample take no time.
    #[error("sample {sample} has a total latency of {value} s")]
    #[diagnostic(
        code(dysta::data::no_isolated_latency),
        help(
            "Remove or correct the sample. The slowdown of a request divides by its isolated latency, which must be a finite time above 0."
        )
    )]
    NoIsolatedLatency {
        /// Sample id.
        sample: u64,
        /// The total, as printed by Rust.
        value: String,
    },
    /// The description of the network does not name a layer of the trace.
    #[error("layer `{layer}` of the trace is not described in `{description}`")]
    #[diagnostic(
        code(dysta::data::undescribed_layer),
        help(
            "Add the layer to `layers` of the description. Its input shape turns a sparsity into a count of non-zeros."
        )
    )]
    UndescribedLayer {
        /// Layer name.
        layer: String,
        /// The description file.
        description: String,
    },
    /// A layer's input has no elements or more than a 32-bit counter holds.
    #[error("layer `{layer}` has {elements} input elements; 1 to 4294967295 can be counted")]
    #[diagnostic(
        code(dysta::data::bad_elements),
        help("Correct `in_shape`. The counter of non-zeros has 32 bits.")
    )]
    BadElements {
        /// Layer name.
        layer: String,
        /// The product of the shape, or what it overflowed.
        elements: String,
    },
    /// The JSON text is malformed or has other types than expected.
    #[error("is not the JSON expected here: {reason}")]
    #[diagnostic(
        code(dysta::data::bad_json),
        help("Correct the place named. A table that is only partly understood is not used.")
    )]
    BadJson {
        /// The parser's own words with line and column.
        reason: String,
    },
    /// A table names a model for which no profile is loaded.
    #[error("model `{model}` has no profile; loaded are: {loaded}")]
    #[diagnostic(
        code(dysta::data::unknown_model),
        help(
            "Load the trace of that name too, or correct the table. Without a profile there is no latency to run."
        )
    )]
    UnknownModel {
        /// The model named.
        model: String,
        /// The profiles at hand.
        loaded: String,
    },
    /// A request's model index is outside the table's list.
    #[error("request {request} asks for model {model}, the table lists {models}")]
    #[diagnostic(
        code(dysta::data::model_out_of_range),
        help("Use indices 0 to one less than the number of `models`.")
    )]
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
    #[diagnostic(
        code(dysta::data::sample_out_of_range),
        help(
            "Use indices 0 to one less than the number of samples. They count the samples of the trace file in order, they are not sample ids."
        )
    )]
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
    #[diagnostic(
        code(dysta::data::unequal_lengths),
        help("Give every request one entry in each list.")
    )]
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
    #[diagnostic(
        code(dysta::data::unsorted_arrivals),
        help("Sort the requests by arrival. Requests are admitted in table order.")
    )]
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
    #[diagnostic(
        code(dysta::data::bad_time),
        help(
            "Correct the time. Arrivals and targets are seconds from the start and from the arrival."
        )
    )]
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
    #[diagnostic(
        code(dysta::data::missing_target),
        help(
            "Give the derived data of the family next to the table. The deadline is arrival + base target * SLO multiplier."
        )
    )]
    MissingTarget {
        /// The model without target.
        model: String,
    },
    /// A recorded run cannot belong to its table.
    #[error("the recorded run of `{policy}` does not fit its table: {what}")]
    #[diagnostic(
        code(dysta::data::bad_record),
        help("Record the run again. A comparison with a damaged record proves nothing.")
    )]
    BadRecord {
        /// Policy name of the run.
        policy: String,
        /// What does not fit.
        what: String,
    },
    /// The patterns of one model differ in their number of layers.
    #[error("model `{model}` has patterns with {first} and with {second} layers")]
    #[diagnostic(
        code(dysta::data::unequal_patterns),
        help(
            "Give the networks different names before the first separator. The average of a model is taken layer by layer."
        )
    )]
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
    #[diagnostic(
        code(dysta::data::bad_draw),
        help("Correct the setting. Nothing is drawn from a distribution that is not defined.")
    )]
    BadDraw {
        /// Name of the setting.
        setting: &'static str,
        /// Its value.
        value: String,
        /// What it must be.
        wanted: &'static str,
    },
    /// A time does not fit the 48-bit cycle counter.
    #[error("{what} of {seconds} s at {clock_hz} Hz does not fit 48 bits of cycles")]
    #[diagnostic(
        code(dysta::data::cycles_out_of_range),
        help(
            "Use a shorter trace or a slower clock. `now` counts 48 bits of cycles and never wraps."
        )
    )]
    CyclesOutOfRange {
        /// Which time.
        what: String,
        /// The time in seconds.
        seconds: String,
        /// The clock.
        clock_hz: u64,
    },
}
