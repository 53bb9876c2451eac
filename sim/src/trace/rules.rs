//! The rules that workload data must keep: code, cure and reason of each.

use dysta_config::diag::Code;

/// What users can rely on and do when a rule is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Stable name, `dysta::data::NAME`, and the reason why the rule exists.
    pub code: Code,
    /// What to do.
    pub cure: &'static str,
}

pub(super) const MISSING_FILE: Rule = Rule {
    code: Code::new(
        "dysta::data::missing_file",
        "Latencies and sparsity are in the CSV, input shapes in the JSON.",
    ),
    cure: "Check the name and the folder; a measured network needs MODEL.PATTERN.csv and MODEL.json.",
};

pub(super) const UNREADABLE: Rule = Rule {
    code: Code::new(
        "dysta::data::unreadable",
        "A workload must be read completely before anything is simulated.",
    ),
    cure: "Check the permissions and that it is a file.",
};

pub(super) const BAD_GZIP: Rule = Rule {
    code: Code::new(
        "dysta::data::bad_gzip",
        "The part before the damage would be a different workload, so it is not used.",
    ),
    cure: "Fetch or write the file again.",
};

pub(super) const TOO_LARGE: Rule = Rule {
    code: Code::new(
        "dysta::data::too_large",
        "The reader stops at a limit because a small compressed file can unpack to all of the memory.",
    ),
    cure: "Split the trace into patterns or take fewer samples.",
};

pub(super) const NOT_UTF8: Rule = Rule {
    code: Code::new(
        "dysta::data::not_utf8",
        "Names and numbers would otherwise depend on the reader's guess.",
    ),
    cure: "Save the file as UTF-8.",
};

pub(super) const EMPTY: Rule = Rule {
    code: Code::new(
        "dysta::data::empty",
        "Averages over nothing are not defined.",
    ),
    cure: "Record at least one sample or one request.",
};

pub(super) const UNKNOWN_FORMAT: Rule = Rule {
    code: Code::new(
        "dysta::data::unknown_format",
        "The header decides whether a sparsity counts zeros or non-zeros.",
    ),
    cure: "Use one of the headers `layer,sample,latency_s,activation_sparsity`, `sim_lat,overall-sparsity,batch-indx,layer-indx` or `overall-sparsity,50%-skip,batch-indx,layer-indx`.",
};

pub(super) const MISSING_COLUMN: Rule = Rule {
    code: Code::new(
        "dysta::data::missing_column",
        "Latency, sparsity, sample and layer are all needed to replay a layer.",
    ),
    cure: "Add the column.",
};

pub(super) const BAD_ROW: Rule = Rule {
    code: Code::new(
        "dysta::data::bad_row",
        "A shifted row would put a sparsity in place of a latency.",
    ),
    cure: "Give each row one value for each column.",
};

pub(super) const NOT_A_NUMBER: Rule = Rule {
    code: Code::new(
        "dysta::data::not_a_number",
        "Units are fixed by the column name.",
    ),
    cure: "Write a plain decimal number.",
};

pub(super) const BAD_LATENCY: Rule = Rule {
    code: Code::new(
        "dysta::data::bad_latency",
        "One such value makes every average and every later finish time meaningless.",
    ),
    cure: "Correct the latency.",
};

pub(super) const BAD_SPARSITY: Rule = Rule {
    code: Code::new(
        "dysta::data::bad_sparsity",
        "The monitored non-zeros are (1 - sparsity) times the number of elements.",
    ),
    cure: "Give a fraction, not a percentage.",
};

pub(super) const BAD_LOAD_BALANCE: Rule = Rule {
    code: Code::new(
        "dysta::data::bad_load_balance",
        "The layer latency divides by it.",
    ),
    cure: "Give the filled share of the packed rows.",
};

pub(super) const DUPLICATE_ENTRY: Rule = Rule {
    code: Code::new(
        "dysta::data::duplicate_entry",
        "A layer runs once for each request.",
    ),
    cure: "Keep one of the rows.",
};

pub(super) const UNEQUAL_LAYERS: Rule = Rule {
    code: Code::new(
        "dysta::data::unequal_layers",
        "All requests of a profile share one table of layers.",
    ),
    cure: "Record every layer of every sample.",
};

pub(super) const LAYER_GAP: Rule = Rule {
    code: Code::new(
        "dysta::data::layer_gap",
        "A gap means that rows are missing.",
    ),
    cure: "Number the layers 0, 1, 2, ... in execution order.",
};

pub(super) const NO_ISOLATED_LATENCY: Rule = Rule {
    code: Code::new(
        "dysta::data::no_isolated_latency",
        "The slowdown of a request divides by its isolated latency, which must be a finite time above 0.",
    ),
    cure: "Remove or correct the sample.",
};

pub(super) const UNDESCRIBED_LAYER: Rule = Rule {
    code: Code::new(
        "dysta::data::undescribed_layer",
        "Its input shape turns a sparsity into a count of non-zeros.",
    ),
    cure: "Add the layer to `layers` of the description.",
};

pub(super) const BAD_ELEMENTS: Rule = Rule {
    code: Code::new(
        "dysta::data::bad_elements",
        "The counter of non-zeros has 32 bits.",
    ),
    cure: "Give `in_shape` as the list of sizes, or as one such list for each input.",
};

pub(super) const BAD_JSON: Rule = Rule {
    code: Code::new(
        "dysta::data::bad_json",
        "Data that is only partly understood is not used.",
    ),
    cure: "Correct the place named.",
};

pub(super) const UNKNOWN_MODEL: Rule = Rule {
    code: Code::new(
        "dysta::data::unknown_model",
        "Without a profile there is no latency to run.",
    ),
    cure: "Load the trace of that name too, or correct the table.",
};

pub(super) const MODEL_OUT_OF_RANGE: Rule = Rule {
    code: Code::new(
        "dysta::data::model_out_of_range",
        "A request needs a profile to take its latencies from.",
    ),
    cure: "Use indices 0 to one less than the number of `models`.",
};

pub(super) const SAMPLE_OUT_OF_RANGE: Rule = Rule {
    code: Code::new(
        "dysta::data::sample_out_of_range",
        "A request runs with the recorded latencies of one sample.",
    ),
    cure: "Use indices 0 to one less than the number of samples; they count the samples of the trace file in order and are not sample ids.",
};

pub(super) const UNEQUAL_LENGTHS: Rule = Rule {
    code: Code::new(
        "dysta::data::unequal_lengths",
        "The lists are the columns of one table, joined by position.",
    ),
    cure: "Give every request one entry in each list.",
};

pub(super) const UNSORTED_ARRIVALS: Rule = Rule {
    code: Code::new(
        "dysta::data::unsorted_arrivals",
        "Requests are admitted in table order.",
    ),
    cure: "Sort the requests by arrival.",
};

pub(super) const BAD_TIME: Rule = Rule {
    code: Code::new(
        "dysta::data::bad_time",
        "The clock starts at 0, and a deadline is an arrival plus a target.",
    ),
    cure: "Correct the time.",
};

pub(super) const MISSING_TARGET: Rule = Rule {
    code: Code::new(
        "dysta::data::missing_target",
        "The deadline is arrival + base target * SLO multiplier.",
    ),
    cure: "Give the derived data of the family next to the table.",
};

pub(super) const BAD_RECORD: Rule = Rule {
    code: Code::new(
        "dysta::data::bad_record",
        "A comparison with a damaged record proves nothing.",
    ),
    cure: "Record the run again.",
};

pub(super) const UNKNOWN_POLICY: Rule = Rule {
    code: Code::new(
        "dysta::data::unknown_policy",
        "A recorded run can only be repeated under the policy that made it.",
    ),
    cure: "Correct the name; policies of your own have no recordings.",
};

pub(super) const MISSING_TABLE: Rule = Rule {
    code: Code::new(
        "dysta::data::missing_table",
        "Metrics can only be checked by running the requests that they are of.",
    ),
    cure: "Put the table of that family, rate and seed into the folder `tables`.",
};

pub(super) const NO_RECORDINGS: Rule = Rule {
    code: Code::new(
        "dysta::data::no_recordings",
        "A check of nothing proves nothing.",
    ),
    cure: "Name the folder that holds `traces` and at least one of `full`, `small` and `metrics`.",
};

pub(super) const UNEQUAL_PATTERNS: Rule = Rule {
    code: Code::new(
        "dysta::data::unequal_patterns",
        "The average of a model is taken layer by layer.",
    ),
    cure: "Give the networks different names before the first separator.",
};

pub(super) const BAD_DRAW: Rule = Rule {
    code: Code::new(
        "dysta::data::bad_draw",
        "Arrivals and mixes are only defined there.",
    ),
    cure: "Set it to a value of the range named.",
};

pub(super) const NOT_A_TIME: Rule = Rule {
    code: Code::new(
        "dysta::data::not_a_time",
        "Arrivals and deadlines are points on one time axis that begins at 0.",
    ),
    cure: "Write seconds, such as 0.25.",
};

pub(super) const UNKNOWN_SAMPLE: Rule = Rule {
    code: Code::new(
        "dysta::data::unknown_sample",
        "A request runs the latencies of a recorded sample.",
    ),
    cure: "Use a number below that of the samples, or drop the column to have samples drawn.",
};

pub(super) const DUPLICATE_ARRIVAL: Rule = Rule {
    code: Code::new(
        "dysta::data::duplicate_arrival",
        "Two equal rows are more often a copying mistake than two requests.",
    ),
    cure: "Drop the row, or move it by a small time.",
};

pub(super) const DEADLINE_BEFORE_ARRIVAL: Rule = Rule {
    code: Code::new(
        "dysta::data::deadline_before_arrival",
        "A request that is late before it arrives tells nothing about a scheduler.",
    ),
    cure: "Write absolute seconds on the time axis of the arrivals, or drop the column.",
};

pub(super) const EMPTY_RANGE: Rule = Rule {
    code: Code::new(
        "dysta::data::empty_range",
        "The averages of a profile come from its samples.",
    ),
    cure: "Drop the length, or take another one.",
};

pub(super) const UNKNOWN_LENGTH: Rule = Rule {
    code: Code::new(
        "dysta::data::unknown_length",
        "The profile of a request with a range of lengths follows from its length.",
    ),
    cure: "Add `seq_len` to the samples of the description, or drop `length_buckets`.",
};

pub(super) const CYCLES_OUT_OF_RANGE: Rule = Rule {
    code: Code::new(
        "dysta::data::cycles_out_of_range",
        "`now` counts 48 bits of cycles and never wraps.",
    ),
    cure: "Use a shorter trace or a slower clock.",
};

/// All rules, for documentation; codes are unique.
pub const RULES: [Rule; 40] = [
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
    UNKNOWN_POLICY,
    MISSING_TABLE,
    NO_RECORDINGS,
    UNEQUAL_PATTERNS,
    BAD_DRAW,
    NOT_A_TIME,
    UNKNOWN_SAMPLE,
    DUPLICATE_ARRIVAL,
    DEADLINE_BEFORE_ARRIVAL,
    EMPTY_RANGE,
    UNKNOWN_LENGTH,
    CYCLES_OUT_OF_RANGE,
];
