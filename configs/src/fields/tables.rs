//! The tables themselves.

use super::Presence::{Default, Optional, Required};
use super::{Field, Kind, Presence, Table, Type};

mod accelerator;
mod benchmark;
mod suite;
mod target;
mod workload;

pub use accelerator::ACCELERATOR;
pub use benchmark::{BENCHMARK, EXPERIMENT};
pub use suite::{LAYER, SUITE};
pub use target::{CAPACITY, TARGET};
pub use workload::{BURST, CASCADE, TRACE, WORKLOAD};

const fn field(
    key: &'static str,
    ty: Type,
    unit: &'static str,
    presence: Presence,
    doc: &'static str,
) -> Field {
    Field {
        key,
        ty,
        unit,
        presence,
        doc,
    }
}

const EXTENDS: Field = field(
    "extends",
    Type::Extends,
    "",
    Optional,
    "Preset or file of the same kind whose keys are taken over; keys given here win.",
);

/// Keys of a system.
pub static SYSTEM: Table = Table {
    name: "system",
    doc: "A scheduler, the workload it is proved on, and the clock both run at.",
    fields: &[
        EXTENDS,
        field(
            "name",
            Type::Name,
            "",
            Optional,
            "Name used in emitted file names; by default the name of the preset or file it is loaded from.",
        ),
        field(
            "clock_mhz",
            Type::Float {
                min: 1.0,
                max: 1000.0,
            },
            "MHz",
            Optional,
            "Clock of scheduler and accelerator; converts seconds to cycles, rounded to 1 Hz. By default that of the target, without one 200.",
        ),
        field(
            "scheduler",
            Type::Config(Kind::Scheduler),
            "",
            Required,
            "The hardware scheduler.",
        ),
        field(
            "accelerator",
            Type::Config(Kind::Accelerator),
            "",
            Optional,
            "The sparse compute array; without it only the scheduler is built.",
        ),
        field(
            "workload",
            Type::Config(Kind::Workload),
            "",
            Required,
            "The requests played in co-simulation and simulation.",
        ),
        field(
            "target",
            Type::Config(Kind::Target),
            "",
            Optional,
            "The device: it decides clock and pipeline where they are not written, and scripts of a package name its part.",
        ),
    ],
};

/// Keys of a scheduler.
pub static SCHEDULER: Table = Table {
    name: "scheduler",
    doc: "The hardware scheduler: sizes, widths, number format and policy.",
    fields: &[
        EXTENDS,
        field(
            "capacity",
            Type::Int { min: 2, max: 1024 },
            "requests",
            Required,
            "Number of entries: requests that can be live at once.",
        ),
        field(
            "lanes",
            Type::Int { min: 1, max: 16 },
            "lanes",
            Default("1"),
            "Score lanes, each scoring one entry per cycle; a power of two.",
        ),
        field(
            "profiles",
            Type::Int { min: 1, max: 1024 },
            "profiles",
            Required,
            "Rows of the profile tables: pairs of model and sparsity pattern.",
        ),
        field(
            "layers",
            Type::Int { min: 1, max: 1024 },
            "layers",
            Required,
            "Layers kept for each profile: at least those of the deepest model.",
        ),
        field(
            "id_bits",
            Type::Int { min: 4, max: 32 },
            "bits",
            Default("16"),
            "Width of the request id, unique among live requests.",
        ),
        field(
            "priority_bits",
            Type::Int { min: 1, max: 16 },
            "bits",
            Default("8"),
            "Width of the priority of a request.",
        ),
        field(
            "on_full",
            Type::Choice(&[
                ("wait", "submit is not ready until an entry is free"),
                ("reject", "the request completes at once as rejected_full"),
            ]),
            "",
            Default("wait"),
            "What happens to a submit when every entry is in use.",
        ),
        field(
            "complete_depth",
            Type::Int { min: 0, max: 16 },
            "events",
            Default("4"),
            "Depth of the FIFO of completions that wait for the host, behind one more in a register; 0: the register alone.",
        ),
        field(
            "predictor",
            Type::Choice(&[
                ("none", "remaining time is the average of the profile"),
                (
                    "density_last",
                    "scaled by measured over average density of the latest layer",
                ),
                (
                    "density_last_n",
                    "scaled by the mean of that ratio over the latest `predictor_window` layers",
                ),
                (
                    "density_average",
                    "scaled by the mean of measured over average density of the executed layers",
                ),
                (
                    "latency_ratio",
                    "scaled by the time the request has run so far over the average time of those layers; needs no count of non-zeros",
                ),
            ]),
            "",
            Default("density_average"),
            "How the remaining time of a request follows what was measured while it ran.",
        ),
        field(
            "predictor_window",
            Type::Int { min: 2, max: 8 },
            "layers",
            Default("4"),
            "Layers that `density_last_n` takes the mean of; all while fewer have run.",
        ),
        field(
            "numbers",
            Type::Table(&NUMBERS),
            "",
            Default("{}"),
            "Number format of times and scores.",
        ),
        field(
            "binding",
            Type::Table(&BINDING),
            "",
            Default("{}"),
            "Which hardware unit computes which operator of a score.",
        ),
        field(
            "pipeline",
            Type::Choice(&[
                (
                    "auto",
                    "`long` where the clock of the target is above its `short_pipeline_mhz` or the lanes are more than its `short_pipeline_lanes`, else `short`",
                ),
                ("short", "as few clocks as a decision can take"),
                (
                    "long",
                    "registers in front of the entry memories and behind block memories, for slow fabrics such as ECP5",
                ),
            ]),
            "",
            Default("auto"),
            "Registers between the blocks: fewer clocks of a decision, or a higher clock.",
        ),
        field(
            "statistics",
            Type::Bool,
            "",
            Default("true"),
            "Whether the statistics counters and their read port are built.",
        ),
        field(
            "policy",
            Type::Config(Kind::Policy),
            "",
            Required,
            "The score expression that picks the next request.",
        ),
    ],
};

/// Keys of `numbers` of a scheduler.
pub static NUMBERS: Table = Table {
    name: "number format",
    doc: "How times and scores are represented in hardware.",
    fields: &[
        field(
            "format",
            Type::Choice(&[
                ("fixed", "fixed point, every rounding declared"),
                (
                    "fp16",
                    "IEEE binary16: nearest even, subnormals flushed, saturating at 65504",
                ),
                (
                    "fp32",
                    "IEEE binary32: nearest even, subnormals flushed, saturating",
                ),
            ]),
            "",
            Default("fixed"),
            "Arithmetic of the scores; points in time and their differences are integers in every format.",
        ),
        field(
            "time_unit_cycles",
            Type::PowerOfTwo { min: 1, max: 65536 },
            "cycles",
            Default("64"),
            "Resolution of the times that enter a score.",
        ),
        field(
            "gamma_int_bits",
            Type::Int { min: 1, max: 8 },
            "bits",
            Default("3"),
            "Integer bits of gamma; what does not fit saturates and is counted.",
        ),
        field(
            "gamma_frac_bits",
            Type::Int { min: 6, max: 24 },
            "bits",
            Default("14"),
            "Fraction bits of gamma, rounded half up.",
        ),
        field(
            "ratio_int_bits",
            Type::Int { min: 1, max: 8 },
            "bits",
            Default("4"),
            "Integer bits of the density ratio of one layer; what does not fit saturates and is counted.",
        ),
        field(
            "ratio_frac_bits",
            Type::Int { min: 10, max: 24 },
            "bits",
            Default("14"),
            "Fraction bits of the density ratio of one layer, truncated, and of sums of ratios.",
        ),
        field(
            "sum_int_bits",
            Type::Int { min: 4, max: 16 },
            "bits",
            Default("12"),
            "Integer bits of a sum of ratios; what does not fit saturates and is counted.",
        ),
        field(
            "reciprocal_bits",
            Type::Int { min: 8, max: 24 },
            "bits",
            Default("18"),
            "Mantissa of a reciprocal (`inv_isolated`, average densities and times, number of layers), one of its top four bits set.",
        ),
        field(
            "constant_bits",
            Type::Int { min: 8, max: 24 },
            "bits",
            Default("16"),
            "Significant bits of a constant of the score.",
        ),
        field(
            "number_frac_bits",
            Type::Int { min: 8, max: 24 },
            "bits",
            Default("16"),
            "Fraction bits of `inv_queue` and of results that are numbers.",
        ),
        field(
            "register_bits",
            Type::Int { min: 12, max: 32 },
            "bits",
            Default("24"),
            "Width of a runtime register, and of a value of the decision at most: one operand of a multiplier.",
        ),
        field(
            "static_int_bits",
            Type::Int { min: 8, max: 26 },
            "bits",
            Default("18"),
            "Integer bits of runtime registers (parameters that are times, in time units).",
        ),
        field(
            "duration_bits",
            Type::Int { min: 16, max: 32 },
            "bits",
            Default("32"),
            "Width of a stored time and of the difference of two points in time, in time units; what does not fit saturates.",
        ),
        field(
            "score_frac_bits",
            Type::Int { min: 0, max: 16 },
            "bits",
            Default("8"),
            "Fraction bits of a score that is a time, and of the times it is made from.",
        ),
    ],
};

/// Keys of `binding` of a scheduler.
pub static BINDING: Table = Table {
    name: "binding",
    doc: "How the operators of a lane are bound to hardware units; scores do not depend on it, decision latency does.",
    fields: &[
        field(
            "units",
            Type::Choice(&[
                (
                    "dedicated",
                    "every operator has its own unit; a lane scores one candidate a clock",
                ),
                (
                    "shared",
                    "the operators of a lane share multipliers, and adders where their number is given; a single lane shares the first multiplier with the update unit",
                ),
            ]),
            "",
            Default("dedicated"),
            "Whether operators share units.",
        ),
        field(
            "multipliers",
            Type::Int { min: 1, max: 4 },
            "multipliers",
            Default("1"),
            "Multipliers of a lane when they are shared.",
        ),
        field(
            "adders",
            Type::Int { min: 1, max: 8 },
            "adders",
            Optional,
            "Adders of a lane when they are shared, for sums and differences; each has its own when left out.",
        ),
        field(
            "ii",
            Type::Int {
                min: 1,
                max: crate::expr::binding::LONGEST_INTERVAL as i64,
            },
            "clocks",
            Optional,
            "Initiation interval: clocks between two candidates of a lane when units are shared; by default \
             the least that works.",
        ),
    ],
};

/// Keys of a policy.
pub static POLICY: Table = Table {
    name: "policy",
    doc: "A score expression; the live request with the smallest score runs its next layer.",
    fields: &[
        EXTENDS,
        field(
            "score",
            Type::Expression,
            "",
            Required,
            "Score of one request over the fields now, deadline, arrival, last_run, priority, gamma, \
             lat_remaining, isolated, inv_isolated, queue, inv_queue, layer, running. Parentheses nest up to 64 levels, and \
             the operators in a row take up to 40 clocks.",
        ),
        field(
            "let",
            Type::Names(&Type::Expression),
            "",
            Default("{}"),
            "Named parts of the score; each may use the names above it.",
        ),
        field(
            "select",
            Type::Choice(&[(
                "min",
                "the smallest score; ties go to the earliest admitted",
            )]),
            "",
            Default("min"),
            "Which score is dispatched next.",
        ),
        field(
            "params",
            Type::Names(&Type::Param),
            "",
            Default("{}"),
            "Constants of the score: a number, `clock` (cycles of one second), `mean_isolated` (mean \
             isolated latency of the loaded profiles) or `N cycles`.",
        ),
    ],
};

/// Every table, for the schema, the reference page and tests.
pub static ALL: [&Table; 16] = [
    &SYSTEM,
    &SCHEDULER,
    &NUMBERS,
    &BINDING,
    &POLICY,
    &ACCELERATOR,
    &WORKLOAD,
    &TRACE,
    &BURST,
    &CASCADE,
    &BENCHMARK,
    &EXPERIMENT,
    &TARGET,
    &CAPACITY,
    &SUITE,
    &LAYER,
];

/// Pairs of keys that exclude each other.
pub const ALTERNATIVES: [[&str; 2]; 1] = [["load", "rate_per_s"]];
