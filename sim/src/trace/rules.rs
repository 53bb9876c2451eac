//! The rules that workload data must keep: code, cure and reason of each.

/// What users can rely on and do when a rule is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Stable name, `dysta::data::NAME`; scripts may rely on it.
    pub code: &'static str,
    /// What to do.
    pub cure: &'static str,
    /// Why the rule exists.
    pub reason: &'static str,
}

pub(super) const MISSING_FILE: Rule = Rule {
    code: "dysta::data::missing_file",
    cure: "Check the name and the folder; a measured network needs MODEL.PATTERN.csv and MODEL.json.",
    reason: "Latencies and sparsity are in the CSV, input shapes in the JSON.",
};

pub(super) const UNREADABLE: Rule = Rule {
    code: "dysta::data::unreadable",
    cure: "Check the permissions and that it is a file.",
    reason: "A workload must be read completely before anything is simulated.",
};

pub(super) const BAD_GZIP: Rule = Rule {
    code: "dysta::data::bad_gzip",
    cure: "Fetch or write the file again.",
    reason: "The part before the damage would be a different workload, so it is not used.",
};

pub(super) const TOO_LARGE: Rule = Rule {
    code: "dysta::data::too_large",
    cure: "Split the trace into patterns or take fewer samples.",
    reason: "The reader stops at a limit because a small compressed file can unpack to all of the memory.",
};

pub(super) const NOT_UTF8: Rule = Rule {
    code: "dysta::data::not_utf8",
    cure: "Save the file as UTF-8.",
    reason: "Names and numbers would otherwise depend on the reader's guess.",
};

pub(super) const EMPTY: Rule = Rule {
    code: "dysta::data::empty",
    cure: "Record at least one sample or one request.",
    reason: "Averages over nothing are not defined.",
};

pub(super) const UNKNOWN_FORMAT: Rule = Rule {
    code: "dysta::data::unknown_format",
    cure: "Use one of the headers `layer,sample,latency_s,activation_sparsity`, `sim_lat,overall-sparsity,batch-indx,layer-indx` or `overall-sparsity,50%-skip,batch-indx,layer-indx`.",
    reason: "The header decides whether a sparsity counts zeros or non-zeros.",
};

pub(super) const MISSING_COLUMN: Rule = Rule {
    code: "dysta::data::missing_column",
    cure: "Add the column.",
    reason: "Latency, sparsity, sample and layer are all needed to replay a layer.",
};

pub(super) const BAD_ROW: Rule = Rule {
    code: "dysta::data::bad_row",
    cure: "Give each row one value for each column.",
    reason: "A shifted row would put a sparsity in place of a latency.",
};

pub(super) const NOT_A_NUMBER: Rule = Rule {
    code: "dysta::data::not_a_number",
    cure: "Write a plain decimal number.",
    reason: "Units are fixed by the column name.",
};

pub(super) const BAD_LATENCY: Rule = Rule {
    code: "dysta::data::bad_latency",
    cure: "Correct the latency.",
    reason: "One such value makes every average and every later finish time meaningless.",
};

pub(super) const BAD_SPARSITY: Rule = Rule {
    code: "dysta::data::bad_sparsity",
    cure: "Give a fraction, not a percentage.",
    reason: "The monitored non-zeros are (1 - sparsity) times the number of elements.",
};

pub(super) const BAD_LOAD_BALANCE: Rule = Rule {
    code: "dysta::data::bad_load_balance",
    cure: "Give the filled share of the packed rows.",
    reason: "The layer latency divides by it.",
};

pub(super) const DUPLICATE_ENTRY: Rule = Rule {
    code: "dysta::data::duplicate_entry",
    cure: "Keep one of the rows.",
    reason: "A layer runs once for each request.",
};

pub(super) const UNEQUAL_LAYERS: Rule = Rule {
    code: "dysta::data::unequal_layers",
    cure: "Record every layer of every sample.",
    reason: "All requests of a profile share one table of layers.",
};

pub(super) const LAYER_GAP: Rule = Rule {
    code: "dysta::data::layer_gap",
    cure: "Number the layers 0, 1, 2, ... in execution order.",
    reason: "A gap means that rows are missing.",
};

pub(super) const NO_ISOLATED_LATENCY: Rule = Rule {
    code: "dysta::data::no_isolated_latency",
    cure: "Remove or correct the sample.",
    reason: "The slowdown of a request divides by its isolated latency, which must be a finite time above 0.",
};

pub(super) const UNDESCRIBED_LAYER: Rule = Rule {
    code: "dysta::data::undescribed_layer",
    cure: "Add the layer to `layers` of the description.",
    reason: "Its input shape turns a sparsity into a count of non-zeros.",
};

pub(super) const BAD_ELEMENTS: Rule = Rule {
    code: "dysta::data::bad_elements",
    cure: "Give `in_shape` as the list of sizes, or as one such list for each input.",
    reason: "The counter of non-zeros has 32 bits.",
};

pub(super) const BAD_JSON: Rule = Rule {
    code: "dysta::data::bad_json",
    cure: "Correct the place named.",
    reason: "Data that is only partly understood is not used.",
};

pub(super) const UNKNOWN_MODEL: Rule = Rule {
    code: "dysta::data::unknown_model",
    cure: "Load the trace of that name too, or correct the table.",
    reason: "Without a profile there is no latency to run.",
};

pub(super) const MODEL_OUT_OF_RANGE: Rule = Rule {
    code: "dysta::data::model_out_of_range",
    cure: "Use indices 0 to one less than the number of `models`.",
    reason: "A request needs a profile to take its latencies from.",
};

pub(super) const SAMPLE_OUT_OF_RANGE: Rule = Rule {
    code: "dysta::data::sample_out_of_range",
    cure: "Use indices 0 to one less than the number of samples; they count the samples of the trace file in order and are not sample ids.",
    reason: "A request runs with the recorded latencies of one sample.",
};

pub(super) const UNEQUAL_LENGTHS: Rule = Rule {
    code: "dysta::data::unequal_lengths",
    cure: "Give every request one entry in each list.",
    reason: "The lists are the columns of one table, joined by position.",
};

pub(super) const UNSORTED_ARRIVALS: Rule = Rule {
    code: "dysta::data::unsorted_arrivals",
    cure: "Sort the requests by arrival.",
    reason: "Requests are admitted in table order.",
};

pub(super) const BAD_TIME: Rule = Rule {
    code: "dysta::data::bad_time",
    cure: "Correct the time.",
    reason: "The clock starts at 0, and a deadline is an arrival plus a target.",
};

pub(super) const MISSING_TARGET: Rule = Rule {
    code: "dysta::data::missing_target",
    cure: "Give the derived data of the family next to the table.",
    reason: "The deadline is arrival + base target * SLO multiplier.",
};

pub(super) const BAD_RECORD: Rule = Rule {
    code: "dysta::data::bad_record",
    cure: "Record the run again.",
    reason: "A comparison with a damaged record proves nothing.",
};

pub(super) const UNEQUAL_PATTERNS: Rule = Rule {
    code: "dysta::data::unequal_patterns",
    cure: "Give the networks different names before the first separator.",
    reason: "The average of a model is taken layer by layer.",
};

pub(super) const BAD_DRAW: Rule = Rule {
    code: "dysta::data::bad_draw",
    cure: "Set it to a value of the range named.",
    reason: "Arrivals and mixes are only defined there.",
};

pub(super) const CYCLES_OUT_OF_RANGE: Rule = Rule {
    code: "dysta::data::cycles_out_of_range",
    cure: "Use a shorter trace or a slower clock.",
    reason: "`now` counts 48 bits of cycles and never wraps.",
};

/// All rules, for documentation; codes are unique.
pub const RULES: [Rule; 31] = [
    MISSING_FILE,
    UNREADABLE,
    BAD_GZIP,
    TOO_LARGE,
    NOT_UTF8,
    EMPTY,
    UNKNOWN_FORMAT,
    MISSING_COLUMN,
    BAD_ROW,
    NOT_A_NUMBER,
    BAD_LATENCY,
    BAD_SPARSITY,
    BAD_LOAD_BALANCE,
    DUPLICATE_ENTRY,
    UNEQUAL_LAYERS,
    LAYER_GAP,
    NO_ISOLATED_LATENCY,
    UNDESCRIBED_LAYER,
    BAD_ELEMENTS,
    BAD_JSON,
    UNKNOWN_MODEL,
    MODEL_OUT_OF_RANGE,
    SAMPLE_OUT_OF_RANGE,
    UNEQUAL_LENGTHS,
    UNSORTED_ARRIVALS,
    BAD_TIME,
    MISSING_TARGET,
    BAD_RECORD,
    UNEQUAL_PATTERNS,
    BAD_DRAW,
    CYCLES_OUT_OF_RANGE,
];
