//! Tables of a benchmark.

use super::{EXTENDS, field};
use crate::fields::Presence::{Default, Optional, Required};
use crate::fields::{Table, Type};

/// Keys of a benchmark.
pub static BENCHMARK: Table = Table {
    name: "benchmark",
    doc: "Experiments over workloads and policies, each point run with several seeds.",
    fields: &[
        EXTENDS,
        field(
            "title",
            Type::Text,
            "",
            Optional,
            "Heading of the report; by default the name of the benchmark.",
        ),
        field(
            "seeds",
            Type::Int { min: 1, max: 1000 },
            "seeds",
            Default("10"),
            "Runs of each point, with seeds that count up; all policies run on the same requests.",
        ),
        field(
            "first_seed",
            Type::Int {
                min: 0,
                max: 1_000_000_000,
            },
            "1",
            Default("1"),
            "Seed of the first run.",
        ),
        field(
            "requests",
            Type::Int {
                min: 1,
                max: 1_000_000,
            },
            "requests",
            Optional,
            "Requests of a run, in place of those of the workloads.",
        ),
        field(
            "confidence",
            Type::Float {
                min: 0.5,
                max: 0.999,
            },
            "1",
            Default("0.95"),
            "Level of the bootstrap intervals.",
        ),
        field(
            "experiments",
            Type::List {
                item: &Type::Table(&EXPERIMENT),
                max: 64,
            },
            "",
            Required,
            "What is run and shown.",
        ),
    ],
};

/// Keys of one item of `experiments` of a benchmark.
pub static EXPERIMENT: Table = Table {
    name: "experiment",
    doc: "All combinations of the lists below, for each seed.",
    fields: &[
        field(
            "name",
            Type::Name,
            "",
            Required,
            "Name of the experiment, part of names in the results.",
        ),
        field("title", Type::Text, "", Required, "Heading in the report."),
        field(
            "measure",
            Type::Choice(&[
                (
                    "runs",
                    "each point is a run; all measures of the run are kept",
                ),
                (
                    "max_load",
                    "each point is a search for the largest load at which 99 % of the requests keep their deadline",
                ),
                (
                    "predictors",
                    "each point compares predicted with real remaining times over the layers of all requests",
                ),
            ]),
            "",
            Default("runs"),
            "What one point of the experiment is.",
        ),
        field(
            "workloads",
            Type::List {
                item: &Type::Text,
                max: 32,
            },
            "",
            Required,
            "Workloads: presets, or paths relative to this file.",
        ),
        field(
            "policies",
            Type::List {
                item: &Type::Text,
                max: 64,
            },
            "",
            Default("[dysta]"),
            "Policies: published ones, presets, or paths relative to this file.",
        ),
        field(
            "loads",
            Type::List {
                item: &Type::Float {
                    min: 0.01,
                    max: 4.0,
                },
                max: 64,
            },
            "1",
            Optional,
            "Offered loads, in place of the workload's own.",
        ),
        field(
            "rates_per_s",
            Type::List {
                item: &Type::Float {
                    min: 0.001,
                    max: 1e9,
                },
                max: 64,
            },
            "requests/s",
            Optional,
            "Arrival rates, in place of `loads`.",
        ),
        field(
            "slo_multipliers",
            Type::List {
                item: &Type::Float {
                    min: 0.01,
                    max: 1e6,
                },
                max: 64,
            },
            "1",
            Optional,
            "Deadlines in isolated latencies, in place of the workload's own.",
        ),
        field(
            "predictors",
            Type::List {
                item: &PREDICTOR,
                max: 8,
            },
            "",
            Default("[density_average]"),
            "Predictors of the remaining time, for policies that use γ.",
        ),
        field(
            "numerics",
            Type::List {
                item: &Type::Choice(&[
                    ("f64", "double precision"),
                    ("fixed", "the fixed-point numbers of the hardware"),
                    ("fp16", "the hardware's scores in IEEE binary16"),
                    ("fp32", "the hardware's scores in IEEE binary32"),
                ]),
                max: 4,
            },
            "",
            Default("[f64]"),
            "Numbers that scores are computed in.",
        ),
        field(
            "preemption_costs",
            Type::List {
                item: &Type::Float {
                    min: 0.0,
                    max: 100.0,
                },
                max: 16,
            },
            "1",
            Default("[0]"),
            "Time added to a layer that runs while another request has layers left that has just run, as a share of its latency.",
        ),
        field(
            "penalty_scale",
            Type::Choice(&[
                (
                    "mean_isolated",
                    "waiting counts in mean isolated latencies of the workload, which fits networks of any length",
                ),
                ("clock", "waiting counts in seconds, as published"),
            ]),
            "",
            Default("mean_isolated"),
            "Scale of the waiting penalty of the dysta policies.",
        ),
        field(
            "decision_latency",
            Type::Choice(&[
                (
                    "hardware",
                    "each decision takes the clocks of the hardware: 8 lanes at 200 MHz",
                ),
                (
                    "none",
                    "decisions take no time, as in the published simulator",
                ),
            ]),
            "",
            Default("hardware"),
            "Time of a decision; numbers other than f64 always take that of the hardware.",
        ),
        field(
            "metrics",
            Type::List {
                item: &METRIC,
                max: 32,
            },
            "",
            Optional,
            "Measures shown in tables and plots, by default the first two or the one that belongs to `measure`; all are kept \
             in the results.",
        ),
    ],
};

/// A predictor by its name.
static PREDICTOR: Type = Type::Choice(&[
    ("none", "the average of the profile"),
    ("density_last", "density of the latest layer"),
    ("density_last_n", "mean density of the latest 4 layers"),
    ("density_average", "mean density of all executed layers"),
    (
        "latency_ratio",
        "time the request has run over the average of those layers",
    ),
]);

/// A measure by its name.
static METRIC: Type = Type::Choice(&[
    (
        "violation_rate",
        "share of requests that end after their deadline",
    ),
    ("antt", "average normalised turnaround time"),
    (
        "stp",
        "system throughput: sum of isolated over turnaround time",
    ),
    (
        "inferences_per_s",
        "finished requests over the time of the run",
    ),
    ("fairness", "Jain's index over isolated / turnaround time"),
    ("latency_p50_s", "median turnaround time in seconds"),
    ("latency_p95_s", "95th percentile"),
    ("latency_p99_s", "99th percentile"),
    ("latency_p999_s", "99.9th percentile"),
    ("slowdown_p50", "median of turnaround over isolated time"),
    ("slowdown_p95", "95th percentile"),
    ("slowdown_p99", "99th percentile"),
    ("slowdown_p999", "99.9th percentile"),
    ("slowdown_max", "largest"),
    (
        "preemptions",
        "changes to another request while the one before was unfinished",
    ),
    (
        "queue_mean",
        "mean number of waiting requests at a decision",
    ),
    ("queue_max", "largest number of waiting requests"),
    ("max_load", "load of the search `max_load`"),
    (
        "prediction_rmse",
        "error of `predictors`: root mean square of predicted minus real remaining time over the mean isolated latency",
    ),
]);
