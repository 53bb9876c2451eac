//! Tables of a workload.

use super::{EXTENDS, field};
use crate::fields::Presence::{Default, Optional, Required};
use crate::fields::{Table, Type};

/// Keys of a workload.
pub static WORKLOAD: Table = Table {
    name: "workload",
    doc: "Requests drawn from traces of real or recorded networks.",
    fields: &[
        EXTENDS,
        field(
            "traces",
            Type::List {
                item: &Type::Table(&TRACE),
                max: 256,
            },
            "",
            Required,
            "The models and sparsity patterns requests are drawn from.",
        ),
        field(
            "requests",
            Type::Int {
                min: 1,
                max: 1_000_000,
            },
            "requests",
            Required,
            "Number of requests that are drawn.",
        ),
        field(
            "load",
            Type::Float {
                min: 0.01,
                max: 4.0,
            },
            "1",
            Optional,
            "Offered load: isolated time of all requests over the time span of their arrivals.",
        ),
        field(
            "rate_per_s",
            Type::Float {
                min: 0.001,
                max: 1e9,
            },
            "requests/s",
            Optional,
            "Mean arrival rate, in place of `load`.",
        ),
        field(
            "slo_multiplier",
            Type::Float {
                min: 0.01,
                max: 1e6,
            },
            "1",
            Required,
            "Deadline of a request: arrival plus this many mean isolated latencies of its profile.",
        ),
        field(
            "arrivals",
            Type::Choice(&[
                ("poisson", "independent arrivals, exponential gaps"),
                (
                    "gamma",
                    "gaps of a gamma distribution, whose coefficient of variation is `burstiness`",
                ),
                (
                    "mmpp2",
                    "a Poisson process that changes between a calm and a dense state, see `burst`",
                ),
                (
                    "periodic",
                    "frames: each entry of `traces` has its `frames_per_s`, or follows another entry (`cascade`)",
                ),
                ("replay", "arrivals of the file `replay`"),
                (
                    "closed_loop",
                    "`clients` that each wait for their request, then `think_time_ms`, then send the next",
                ),
            ]),
            "",
            Default("poisson"),
            "Process of the arrival times. With `periodic` and `replay`, `load` and `rate_per_s` may be left out; given, they \
             stretch the time axis. `closed_loop` uses neither.",
        ),
        field(
            "burstiness",
            Type::Float {
                min: 0.1,
                max: 10.0,
            },
            "1",
            Default("3"),
            "Coefficient of variation of the gaps of `gamma`; 1 is Poisson.",
        ),
        field(
            "burst",
            Type::Table(&BURST),
            "",
            Default("{}"),
            "The two states of `mmpp2`.",
        ),
        field(
            "jitter",
            Type::Float { min: 0.0, max: 1.0 },
            "1",
            Default("0.05"),
            "Largest delay of a frame of `periodic`, as a share of its period; drawn evenly from 0.",
        ),
        field(
            "replay",
            Type::Text,
            "",
            Optional,
            "CSV file of arrivals, relative to this file, with the columns `arrival_s`, `profile` and, where wanted, \
             `priority`, `sample` and `deadline_s`.",
        ),
        field(
            "clients",
            Type::Int {
                min: 1,
                max: 100_000,
            },
            "clients",
            Default("16"),
            "Clients of `closed_loop`, each with one request at a time.",
        ),
        field(
            "think_time_ms",
            Type::Float { min: 0.0, max: 1e6 },
            "ms",
            Default("0"),
            "Mean time between a completion and the next request of the same client of `closed_loop`; exponential.",
        ),
        field(
            "seed",
            Type::Int {
                min: 0,
                max: i64::MAX,
            },
            "1",
            Default("1"),
            "Seed of the random stream; the same seed draws the same requests.",
        ),
        field(
            "priorities",
            Type::List {
                item: &Type::Int { min: 0, max: 65535 },
                max: 64,
            },
            "1",
            Default("[1]"),
            "Priorities, one drawn for each request.",
        ),
        field(
            "samples",
            Type::Choice(&[
                (
                    "shared",
                    "all samples of a trace fill the averages, and requests run on all",
                ),
                (
                    "apart",
                    "every other sample fills the averages, and requests run on the rest",
                ),
            ]),
            "",
            Default("apart"),
            "Whether what is known of a profile comes from the inputs that are run.",
        ),
        field(
            "slo_base",
            Type::Choice(&[
                (
                    "profile",
                    "mean isolated latency of the request's own profile",
                ),
                (
                    "model",
                    "mean isolated latency of its model over all patterns of the workload",
                ),
            ]),
            "",
            Default("profile"),
            "What `slo_multiplier` multiplies.",
        ),
        field(
            "data",
            Type::Text,
            "",
            Optional,
            "Folder with trace files, relative to this file; by default the traces in the binary.",
        ),
    ],
};

/// Keys of one item of `traces` of a workload.
pub static TRACE: Table = Table {
    name: "trace entry",
    doc: "One model in one or more sparsity patterns; each pattern becomes a profile.",
    fields: &[
        field(
            "model",
            Type::Text,
            "",
            Required,
            "Name of the model, the first part of the trace file name.",
        ),
        field(
            "patterns",
            Type::List {
                item: &Type::Text,
                max: 64,
            },
            "",
            Required,
            "Sparsity patterns, the second part of the trace file name.",
        ),
        field(
            "weight",
            Type::Float {
                min: 0.001,
                max: 1e6,
            },
            "1",
            Default("1"),
            "Share of the requests relative to the other entries, split evenly over the patterns.",
        ),
        field(
            "slo_multiplier",
            Type::Float {
                min: 0.01,
                max: 1e6,
            },
            "1",
            Optional,
            "Takes the place of the workload's `slo_multiplier` for this entry.",
        ),
        field(
            "priorities",
            Type::List {
                item: &Type::Int { min: 0, max: 65535 },
                max: 64,
            },
            "1",
            Optional,
            "Takes the place of the workload's `priorities` for this entry.",
        ),
        field(
            "length_buckets",
            Type::List {
                item: &Type::Int {
                    min: 1,
                    max: 1_000_000,
                },
                max: 16,
            },
            "tokens",
            Optional,
            "Ascending lengths; the samples of each pattern become one profile for each range of lengths up to and \
             including them, and one for what is longer. Needs `seq_len` in the description of the model.",
        ),
        field(
            "frames_per_s",
            Type::Float {
                min: 0.001,
                max: 1e6,
            },
            "frames/s",
            Optional,
            "Frames of this entry in a second when `arrivals` is `periodic`.",
        ),
        field(
            "cascade",
            Type::List {
                item: &Type::Table(&CASCADE),
                max: 16,
            },
            "",
            Optional,
            "Entries whose requests follow a request of this one when `arrivals` is `periodic`.",
        ),
    ],
};

/// Keys of `burst` of a workload.
pub static BURST: Table = Table {
    name: "burst",
    doc: "The states of a Markov-modulated Poisson process; the mean rate stays that of the workload.",
    fields: &[
        field(
            "rate_ratio",
            Type::Float {
                min: 1.0,
                max: 1000.0,
            },
            "1",
            Default("10"),
            "Rate of the dense state over that of the calm one.",
        ),
        field(
            "time_share",
            Type::Float {
                min: 0.001,
                max: 0.999,
            },
            "1",
            Default("0.1"),
            "Share of the time in the dense state.",
        ),
        field(
            "requests",
            Type::Float { min: 1.0, max: 1e6 },
            "requests",
            Default("20"),
            "Mean number of requests in one stay in the dense state.",
        ),
    ],
};

/// Keys of one item of `cascade` of a trace entry.
pub static CASCADE: Table = Table {
    name: "cascade",
    doc: "A request that follows another: it arrives when the first, running alone, would end on average.",
    fields: &[
        field(
            "to",
            Type::Text,
            "",
            Required,
            "Model of the entry whose request follows.",
        ),
        field(
            "probability",
            Type::Float { min: 0.0, max: 1.0 },
            "1",
            Default("1"),
            "Chance that it follows.",
        ),
    ],
};
