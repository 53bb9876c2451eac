//! Validated parameters: the single truth that RTL, golden model, headers and documentation are built from.

use std::fmt;
use std::ops::Range;

use sha2::{Digest, Sha256};

use crate::expr::{self, Binding, Format, Numbers, PolicySpec, Program, Timing, Widths};
use crate::layout::{Layout, MAX_PARTS, STAMP_WIDTH, Sizes, TABLE_DATA_WIDTH, index_width};
use crate::soft_float::FloatFormat;

/// What happens to a request when all entries are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OnFull {
    /// `submit_ready` stays low until an entry is free.
    Wait,
    /// The request is accepted and completed as `rejected_full`.
    Reject,
}

/// How much of a clock the fabric needs for a memory and a few look-up tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Pipeline {
    /// As few clocks as a decision can take.
    #[default]
    Short,
    /// Registers in front of the entry memories and behind block memories; partial products of 17 x 17 bits.
    Long,
}

impl Pipeline {
    /// Registers in front of the entry memories.
    pub fn read_clocks(self) -> u32 {
        u32::from(self.is_long())
    }

    /// For slow fabrics.
    pub fn is_long(self) -> bool {
        self == Pipeline::Long
    }

    fn is_short(&self) -> bool {
        !self.is_long()
    }
}

impl fmt::Display for Pipeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Pipeline::Short => "short",
            Pipeline::Long => "long",
        })
    }
}

/// Prediction of γ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Predictor {
    /// γ = 1.
    None,
    /// Measured density / average density of the latest layer.
    DensityLast,
    /// Mean of that ratio over the latest layers, this many at most.
    DensityLastN(u32),
    /// Mean of that ratio over all executed layers.
    DensityAverage,
    /// Time that the request has run so far / average time of those layers.
    LatencyRatio,
}

impl Predictor {
    /// γ follows the counted non-zeros.
    pub fn counts_density(self) -> bool {
        !matches!(self, Predictor::None | Predictor::LatencyRatio)
    }

    /// Each entry keeps a sum over its layers.
    pub fn keeps_sum(self) -> bool {
        !matches!(self, Predictor::None | Predictor::DensityLast)
    }

    /// Number of ratios that γ is the mean of after `executed` layers.
    pub fn divisor(self, executed: u32) -> u32 {
        match self {
            Predictor::DensityLastN(window) => executed.min(window),
            _ => executed,
        }
    }
}

/// Arithmetic of the scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberFormat {
    /// Fixed point.
    Fixed,
    /// IEEE binary16.
    Fp16,
    /// IEEE binary32.
    Fp32,
}

impl NumberFormat {
    /// The format of a floating-point scheduler.
    pub const fn float(self) -> Option<FloatFormat> {
        match self {
            NumberFormat::Fixed => None,
            NumberFormat::Fp16 => Some(FloatFormat::FP16),
            NumberFormat::Fp32 => Some(FloatFormat::FP32),
        }
    }

    fn is_fixed(&self) -> bool {
        *self == NumberFormat::Fixed
    }
}

/// A scheduler as configured, checked value by value.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct SchedulerSpec {
    /// Name of the configuration.
    pub name: String,
    /// Live requests at most (N).
    pub capacity: u32,
    /// Candidates scored in parallel (P).
    pub lanes: u32,
    /// Rows of the profile table.
    pub profiles: u32,
    /// Layers of a profile at most.
    pub layers: u32,
    /// Bits of a request id.
    pub id_bits: u32,
    /// Bits of a priority.
    pub priority_bits: u32,
    /// Behaviour when full.
    pub on_full: OnFull,
    /// Records that the `complete` stream buffers.
    pub complete_depth: u32,
    /// Prediction of γ.
    pub predictor: Predictor,
    /// Arithmetic of the scores; the default is left out, so that digests say what differs from it.
    #[serde(skip_serializing_if = "NumberFormat::is_fixed")]
    pub number_format: NumberFormat,
    /// Cycles of one unit of time, a power of two.
    pub time_unit_cycles: u32,
    /// Widths of fixed-point numbers; the default is left out of digests.
    #[serde(skip_serializing_if = "Numbers::is_default")]
    pub numbers: Numbers,
    /// Units of the lane's operators.
    pub binding: Binding,
    /// Registers between blocks; the default is left out of digests.
    #[serde(skip_serializing_if = "Pipeline::is_short")]
    pub pipeline: Pipeline,
    /// Emit the statistics counters.
    pub statistics: bool,
    /// First admission number.
    pub admission_start: u32,
    /// Score.
    pub policy: PolicySpec,
}

/// A problem of a [`SchedulerSpec`] with the key it belongs to.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{field}: {message}")]
pub struct SpecError {
    /// Key path under the scheduler, for instance `policy.let.slack`.
    pub field: String,
    /// Byte range inside the string value of that key.
    pub span: Option<Range<usize>>,
    /// Stable code.
    pub code: &'static str,
    /// What is wrong, with the actual values.
    pub message: String,
    /// What to do.
    pub hint: String,
    /// Why the rule exists.
    pub reason: &'static str,
}

impl SpecError {
    fn new(
        field: &str,
        code: &'static str,
        message: String,
        hint: impl Into<String>,
        reason: &'static str,
    ) -> Self {
        SpecError {
            field: field.to_string(),
            span: None,
            code,
            message,
            hint: hint.into(),
            reason,
        }
    }
}

/// Everything about one scheduler that RTL and golden model share.
#[derive(Debug, Clone, PartialEq)]
pub struct SchedulerParams {
    /// The configuration.
    pub spec: SchedulerSpec,
    /// log2 of the cycles of one unit of time.
    pub unit_log2: u32,
    /// Bits of a point in time in units.
    pub instant_width: u32,
    /// The compiled score.
    pub program: Program,
    /// Words and widths.
    pub layout: Layout,
}

impl SchedulerParams {
    /// Cross-checks a configuration, compiles its score and fixes all widths. Reports every problem.
    pub fn new(spec: SchedulerSpec) -> Result<SchedulerParams, Vec<SpecError>> {
        let mut errors = cross_checks(&spec);
        let unit_log2 = spec.time_unit_cycles.trailing_zeros();
        let instant_width = STAMP_WIDTH - unit_log2;
        let widths = Widths {
            instant: instant_width,
            priority: spec.priority_bits,
            layer: index_width(spec.layers),
            capacity: spec.capacity,
            lanes: spec.lanes,
            predictor: spec.predictor,
            numbers: spec.numbers,
            float: spec.number_format.float(),
            binding: spec.binding,
            read_clocks: spec.pipeline.read_clocks(),
        };
        let program = match expr::compile(&spec.policy, widths) {
            Ok(program) if errors.is_empty() => program,
            Ok(_) => return Err(errors),
            Err(found) => {
                errors.extend(found.into_iter().map(policy_error));
                return Err(errors);
            }
        };
        let sizes = Sizes {
            capacity: spec.capacity,
            lanes: spec.lanes,
            profiles: spec.profiles,
            layers: spec.layers,
            id: spec.id_bits,
            priority: spec.priority_bits,
            instant: instant_width,
            lat_remaining: spec
                .number_format
                .float()
                .map_or(spec.numbers.duration, FloatFormat::bits),
        };
        let layout = Layout::new(sizes, &program);
        let errors = row_checks(&layout);
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(SchedulerParams {
            spec,
            unit_log2,
            instant_width,
            program,
            layout,
        })
    }

    /// Format of the time that a request has run, in cycles.
    pub fn run_time(&self) -> Format {
        run_time(&self.spec.numbers, self.unit_log2)
    }

    /// Latency constants.
    pub fn timing(&self) -> &Timing {
        &self.program.timing
    }

    /// SHA-256 over version and configuration, hexadecimal; every artefact carries it.
    pub fn digest(&self) -> String {
        let text = serde_json::to_string(&self.spec).unwrap_or_default();
        let hash = Sha256::new()
            .chain_update(env!("CARGO_PKG_VERSION"))
            .chain_update(text)
            .finalize();
        hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Format of the time that a request has run, in cycles: what a stored time holds in units.
pub fn run_time(numbers: &Numbers, unit_log2: u32) -> Format {
    Format::unsigned(numbers.duration + unit_log2, 0)
}

fn policy_error((key, error): (String, expr::ExprError)) -> SpecError {
    let span = (error.span != (0..0)).then_some(error.span);
    SpecError {
        field: match key.as_str() {
            "binding" => key,
            _ => format!("policy.{key}"),
        },
        span,
        code: error.code,
        message: error.message,
        hint: error.hint,
        reason: error.reason,
    }
}

fn cross_checks(spec: &SchedulerSpec) -> Vec<SpecError> {
    let mut errors = Vec::new();
    if !spec.lanes.is_power_of_two() {
        errors.push(SpecError::new(
            "lanes",
            "dysta::config::lanes",
            format!("{} lanes are no power of two", spec.lanes),
            "use 1, 2, 4, 8 or 16 lanes",
            "position i lies in bank i mod lanes, which must be a field of bits",
        ));
    }
    if spec.lanes > spec.capacity {
        errors.push(SpecError::new(
            "lanes",
            "dysta::config::lanes_beyond_capacity",
            format!(
                "{} lanes score at most {} entries",
                spec.lanes, spec.capacity
            ),
            format!("set `lanes` to at most {}", spec.capacity),
            "every lane scores the entries of its own bank",
        ));
    }
    if spec.id_bits < index_width(spec.capacity) {
        errors.push(SpecError::new(
            "id_bits",
            "dysta::config::id_bits",
            format!(
                "{} bits cannot tell {} live requests apart",
                spec.id_bits, spec.capacity
            ),
            format!("set `id_bits` to at least {}", index_width(spec.capacity)),
            "the id is the handle of a request and must be unique among the live ones",
        ));
    }
    errors.extend(number_checks(spec));
    let rows = index_width(spec.profiles) + index_width(spec.layers);
    if rows > 18 {
        errors.push(SpecError::new(
            "layers",
            "dysta::config::table_size",
            format!("{} profiles of {} layers need 2^{rows} table rows", spec.profiles, spec.layers),
            "lower `profiles` or `layers` so that both, rounded up to powers of two, multiply to at most 262144",
            "the layer table must fit the block memory of a device",
        ));
    }
    errors
}

/// Widths of numbers that do not go together.
fn number_checks(spec: &SchedulerSpec) -> Vec<SpecError> {
    let (numbers, mut errors) = (&spec.numbers, Vec::new());
    if numbers.register_int > numbers.register {
        errors.push(SpecError::new(
            "static_int_bits",
            "dysta::config::register_bits",
            format!(
                "{} integer bits do not fit a register of {} bits",
                numbers.register_int, numbers.register
            ),
            "raise `register_bits`, or lower `static_int_bits`",
            "a runtime register is one operand of a multiplier; what its integer bits leave are fraction bits",
        ));
    }
    let ratios = match spec.predictor {
        Predictor::DensityLastN(window) => window,
        _ => 1,
    };
    let needed = numbers.ratio_int + ratios.next_power_of_two().trailing_zeros();
    if numbers.sum_int < needed {
        errors.push(SpecError::new(
            "sum_int_bits",
            "dysta::config::sum_bits",
            format!(
                "a sum of {} integer bits cannot hold {ratios} ratios of {} integer bits",
                numbers.sum_int, numbers.ratio_int
            ),
            format!("set `sum_int_bits` to at least {needed}, or lower `ratio_int_bits`"),
            "a sum that saturates at once, or that forgets what leaves the window, is no mean",
        ));
    }
    errors
}

fn row_checks(layout: &Layout) -> Vec<SpecError> {
    let most = MAX_PARTS * TABLE_DATA_WIDTH;
    [("profile table", &layout.profile_row, most), ("layer table", &layout.layer_row, TABLE_DATA_WIDTH)]
        .into_iter()
        .filter(|(_, row, most)| row.width() > *most)
        .map(|(name, row, most)| {
            SpecError::new(
                "policy.score",
                "dysta::config::row_width",
                format!("the score needs {} bits in a row of the {name}, there are {most}", row.width()),
                "use fewer distinct profile values (isolated, inv_isolated, products of them) in the score",
                "a row is kept whole in front of the table until its last part comes, so that it is never half new",
            )
        })
        .collect()
}

#[cfg(test)]
mod tests;
