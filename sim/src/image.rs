//! The static level in hardware formats: rows of the profile and layer tables, runtime registers.

use dysta_config::expr::{Column, ColumnSource, Field, Reciprocal, SourceId, StaticRegister};
use dysta_config::layout::{TABLE_PART, TABLE_PROFILE, TABLE_STATIC};
use dysta_config::params::{Predictor, SchedulerParams};
use dysta_config::soft_float::FloatFormat;
use miette::Diagnostic;
use thiserror::Error;

use crate::exact;
use crate::float::{FloatScore, Scale};
use crate::profile::ProfileStats;
use crate::units::{sum_cycles, sum_units};

/// A workload that the tables of a scheduler cannot hold.
#[derive(Debug, Clone, PartialEq, Error, Diagnostic)]
pub enum ImageError {
    /// More profiles than rows.
    #[error("the workload has {found} profiles, the scheduler's table holds {capacity}")]
    #[diagnostic(
        code(dysta::data::too_many_profiles),
        help(
            "raise `profiles` of the scheduler, or use fewer traces; every profile needs a row of its own"
        )
    )]
    Profiles {
        /// Profiles of the workload.
        found: usize,
        /// Rows of the table.
        capacity: u32,
    },
    /// A network with too many layers.
    #[error("profile `{name}` has {found} layers, the scheduler's table holds {capacity}")]
    #[diagnostic(
        code(dysta::data::too_many_layers),
        help("raise `layers` of the scheduler; every layer needs a row of its own")
    )]
    Layers {
        /// Profile name.
        name: String,
        /// Layers of the network.
        found: usize,
        /// Rows per profile.
        capacity: u32,
    },
    /// A layer whose average density is zero cannot be compared with.
    #[error("profile `{name}`, layer {layer}: the average density is 0")]
    #[diagnostic(
        code(dysta::data::zero_density),
        help(
            "leave the layer out of the trace, or use `predictor: latency_ratio` or `none`; the density ratio divides by the average"
        )
    )]
    ZeroDensity {
        /// Profile name.
        name: String,
        /// Layer index.
        layer: usize,
    },
    /// Layers that take no time on average cannot be compared with.
    #[error("profile `{name}`: the layers up to {layer} take no time on average")]
    #[diagnostic(
        code(dysta::data::zero_time),
        help(
            "leave the layers out of the trace, or use another predictor; the latency ratio divides by their time"
        )
    )]
    ZeroTime {
        /// Profile name.
        name: String,
        /// Layer index.
        layer: usize,
    },
    /// A runtime register that its format cannot hold.
    #[error(
        "the runtime register {name} needs the value {value} in units of {unit} cycles, {format} holds 0 to {largest}"
    )]
    #[diagnostic(
        code(dysta::data::register_overflow),
        help(
            "raise `numbers.static_int_bits`, or scale the parameter down; a register is one operand of a hardware multiplier"
        )
    )]
    Register {
        /// Register name.
        name: String,
        /// Wanted value.
        value: f64,
        /// Cycles of a unit.
        unit: u32,
        /// Its format.
        format: String,
        /// Largest value of the format.
        largest: f64,
    },
    /// An average time that a stored time cannot hold.
    #[error("profile `{name}` takes {units} units of {unit} cycles, {bits} bits hold less")]
    #[diagnostic(
        code(dysta::data::duration_overflow),
        help(
            "raise `numbers.duration_bits` or `numbers.time_unit_cycles`; a time that is cut off would be the same for all long requests"
        )
    )]
    Duration {
        /// Profile name.
        name: String,
        /// Its time in units.
        units: u64,
        /// Cycles of a unit.
        unit: u32,
        /// Bits of a stored time.
        bits: u32,
    },
    /// A table value that a floating-point format cannot hold.
    #[error(
        "profile `{name}`: {what} is {value} in units of {unit} cycles, {format} holds {smallest:e} to {largest:e}"
    )]
    #[diagnostic(
        code(dysta::data::float_range),
        help(
            "change `numbers.time_unit_cycles` (fp16 wants times of 1 to 16384 units), or use `numbers.format: fp32` or `fixed`; what a table cannot hold no score can use"
        )
    )]
    FloatRange {
        /// Profile name.
        name: String,
        /// What the value is.
        what: String,
        /// Wanted value.
        value: f64,
        /// Cycles of a unit.
        unit: u32,
        /// Format.
        format: FloatFormat,
        /// Smallest value above 0.
        smallest: f64,
        /// Largest value.
        largest: f64,
    },
}

/// Row of the layer table, read when that layer runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LayerRow {
    /// 1 / average non-zeros of this layer.
    pub inv_density: Reciprocal,
    /// 1 / average time in cycles of the layers up to and with this one.
    pub inv_elapsed: Reciprocal,
    /// Average latency of the layers after this one in units, an integer or a floating-point word.
    pub lat_remaining: u64,
}

/// Tables of one profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileImage {
    /// Profile name.
    pub name: String,
    /// Columns of the profile row, raw, in the order of the program.
    pub columns: Vec<u64>,
    /// One row a layer.
    pub rows: Vec<LayerRow>,
}

/// Contents of all tables of a scheduler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableImage {
    /// By profile index.
    pub profiles: Vec<ProfileImage>,
    /// Runtime registers, raw.
    pub statics: Vec<u64>,
    /// For each runtime register the power of two that divides its value and multiplies the column it is scaled with; 0 where there
    /// is none.
    pub exponents: Vec<i32>,
}

impl TableImage {
    /// Rounds the averages of `stats` to the formats of `params`.
    ///
    /// Latency sums are taken in cycles in f64, divided by the unit and rounded half even; reciprocals are nearest
    /// (design: scheduler, "Numbers"). Fails when the tables are too small or a register overflows.
    pub fn new(
        params: &SchedulerParams,
        stats: &[ProfileStats],
        clock_hz: u64,
    ) -> Result<TableImage, ImageError> {
        if stats.len() > params.spec.profiles as usize {
            return Err(ImageError::Profiles {
                found: stats.len(),
                capacity: params.spec.profiles,
            });
        }
        let total: f64 = stats.iter().fold(0.0, |sum, s| sum + s.isolated_s);
        let scale = Scale::units(
            clock_hz,
            params.spec.time_unit_cycles,
            total / stats.len().max(1) as f64,
        );
        let float = FloatScore::new(&params.program, &params.spec.policy, scale);
        let exponents = exponents(params, &float, stats, clock_hz);
        let statics = statics(params, &float, &exponents)?;
        let builder = Builder {
            params,
            float: &float,
            statics: &statics,
            exponents: &exponents,
            clock_hz,
        };
        let profiles = stats
            .iter()
            .map(|s| builder.profile(s))
            .collect::<Result<_, _>>()?;
        Ok(TableImage {
            profiles,
            statics,
            exponents,
        })
    }

    /// What multiplies the value of a column: a power of two, 1 where it is not scaled.
    pub fn column_scale(&self, column: &Column) -> f64 {
        scale(column, &self.exponents)
    }

    /// Raw column `index` of `profile`; 0 where there is none.
    pub fn column(&self, profile: u32, index: usize) -> i128 {
        let row = self.profiles.get(profile as usize);
        row.and_then(|p| p.columns.get(index))
            .map_or(0, |raw| i128::from(*raw))
    }

    /// Layer row of `profile`.
    pub fn row(&self, profile: u32, layer: u32) -> Option<&LayerRow> {
        self.profiles
            .get(profile as usize)?
            .rows
            .get(layer as usize)
    }

    /// Raw runtime register; 0 where there is none.
    pub fn register(&self, index: usize) -> i128 {
        self.statics.get(index).map_or(0, |raw| i128::from(*raw))
    }

    /// Layers of each loaded profile.
    pub fn layer_counts(&self) -> Vec<u32> {
        self.profiles.iter().map(|p| p.rows.len() as u32).collect()
    }

    /// Transfers of the table write port, (address, data), in an order that loads everything.
    pub fn writes(&self, params: &SchedulerParams) -> Vec<(u64, u64)> {
        let layout = &params.layout;
        let registers = self
            .statics
            .iter()
            .enumerate()
            .map(|(i, raw)| (layout.table_address(TABLE_STATIC, i as u64), *raw));
        let mut writes: Vec<(u64, u64)> = registers.collect();
        let has_rows = !layout.layer_row.fields.is_empty();
        for (index, profile) in self.profiles.iter().enumerate() {
            let index = index as u32;
            let rows = profile.rows.iter().enumerate().filter(|_| has_rows);
            writes.extend(rows.map(|(layer, row)| {
                (
                    layout.layer_address(index, layer as u32),
                    layer_word(params, row),
                )
            }));
            let parts = profile_parts(params, profile);
            let (first, upper) = parts.split_first().unwrap_or((&0, &[]));
            let upper = (1..).zip(upper);
            writes.extend(upper.map(|(k, part)| (layout.table_address(TABLE_PART, k), *part)));
            writes.push((
                layout.table_address(TABLE_PROFILE, u64::from(index)),
                *first,
            ));
        }
        writes
    }
}

fn layer_word(params: &SchedulerParams, row: &LayerRow) -> u64 {
    let fields = [
        ("inv_density", row.inv_density.packed()),
        ("inv_elapsed", row.inv_elapsed.packed()),
        ("lat_remaining", row.lat_remaining),
    ];
    params.layout.layer_row.pack(&fields)
}

fn profile_parts(params: &SchedulerParams, profile: &ProfileImage) -> Vec<u64> {
    let mut fields = vec![
        ("known", 1),
        ("last_layer", profile.rows.len().saturating_sub(1) as u64),
    ];
    let columns = params.program.columns.iter().zip(&profile.columns);
    fields.extend(columns.map(|(column, raw)| (column.name.as_str(), *raw)));
    params.layout.profile_row.pack_parts(&fields)
}

fn scale(column: &Column, exponents: &[i32]) -> f64 {
    let exponent = column.scale.and_then(|index| exponents.get(index));
    f64::from(*exponent.unwrap_or(&0)).exp2()
}

fn register_value(register: &StaticRegister, float: &FloatScore) -> f64 {
    let factors = register.factors.iter();
    factors.fold(1.0, |product, id| product * float.evaluate(*id, &|_| 1.0))
}

/// Isolated latency of a profile in units, at least one.
fn isolated_units(params: &SchedulerParams, stats: &ProfileStats, clock_hz: u64) -> f64 {
    let cycles = sum_cycles(&stats.avg_latency_s, clock_hz);
    (cycles / f64::from(params.spec.time_unit_cycles)).max(1.0)
}

fn column_value(float: &FloatScore, id: SourceId, isolated: f64) -> f64 {
    float.evaluate(id, &|field| match field {
        Field::InvIsolated => 1.0 / isolated,
        _ => isolated,
    })
}

/// Exponent of the leading bit of a positive number.
fn leading(value: f64) -> i32 {
    ((value.to_bits() >> 52) & 0x7ff) as i32
}

/// The exponents that make each scaled register about as large as the largest value of its column, so that both keep most bits.
fn exponents(
    params: &SchedulerParams,
    float: &FloatScore,
    stats: &[ProfileStats],
    clock_hz: u64,
) -> Vec<i32> {
    let program = &params.program;
    let largest = |index: usize| {
        let scaled = program.columns.iter().filter(|c| c.scale == Some(index));
        let sources = scaled.filter_map(|c| match c.source {
            ColumnSource::Value(id) => Some(id),
            ColumnSource::Initial(_) => None,
        });
        let values = sources.flat_map(|id| {
            let isolated = stats.iter().map(|s| isolated_units(params, s, clock_hz));
            isolated.map(move |isolated| column_value(float, id, isolated))
        });
        values.fold(0.0, f64::max)
    };
    let exponent = |(index, register): (usize, &StaticRegister)| {
        let (register, column) = (register_value(register, float), largest(index));
        match register > 0.0 && column > 0.0 {
            true => (leading(register) - leading(column)).div_euclid(2),
            false => 0,
        }
    };
    program.statics.iter().enumerate().map(exponent).collect()
}

fn statics(
    params: &SchedulerParams,
    float: &FloatScore,
    exponents: &[i32],
) -> Result<Vec<u64>, ImageError> {
    let register = |(register, exponent): (&StaticRegister, &i32)| {
        let value = register_value(register, float) * f64::from(-exponent).exp2();
        let fixed = register.format.value(register.format.max_raw());
        let largest = register.float.map_or(fixed, FloatFormat::limit);
        if !(0.0..=largest).contains(&value) {
            let unit = params.spec.time_unit_cycles;
            return Err(ImageError::Register {
                name: register.name.clone(),
                value,
                unit,
                format: register.format_name(),
                largest,
            });
        }
        Ok(match register.float {
            Some(float) => u64::from(float.from_f64(value)),
            None => register.format.quantise(value) as u64,
        })
    };
    params
        .program
        .statics
        .iter()
        .zip(exponents)
        .map(register)
        .collect()
}

struct Builder<'a> {
    params: &'a SchedulerParams,
    float: &'a FloatScore,
    statics: &'a [u64],
    exponents: &'a [i32],
    clock_hz: u64,
}

impl Builder<'_> {
    fn profile(&self, stats: &ProfileStats) -> Result<ProfileImage, ImageError> {
        let capacity = self.params.spec.layers;
        if stats.layers > capacity as usize {
            return Err(ImageError::Layers {
                name: stats.name.clone(),
                found: stats.layers,
                capacity,
            });
        }
        let rows = (0..stats.layers)
            .map(|layer| self.row(stats, layer))
            .collect::<Result<_, _>>()?;
        Ok(ProfileImage {
            name: stats.name.clone(),
            columns: self.columns(stats)?,
            rows,
        })
    }

    /// A sum of latencies in units, as the layer table holds it.
    fn units(&self, name: &str, latencies_s: &[f64]) -> Result<u64, ImageError> {
        let cycles = sum_cycles(latencies_s, self.clock_hz);
        let unit = self.params.spec.time_unit_cycles;
        match self.params.spec.number_format.float() {
            Some(float) => {
                self.float_word(name, "a remaining time", cycles / f64::from(unit), float)
            }
            None => self.duration(name, sum_units(cycles, u64::from(unit))),
        }
    }

    /// A time in units that a stored time holds.
    fn duration(&self, name: &str, units: u64) -> Result<u64, ImageError> {
        let bits = self.params.spec.numbers.duration;
        match units >> bits {
            0 => Ok(units),
            _ => Err(ImageError::Duration {
                name: name.to_owned(),
                units,
                unit: self.params.spec.time_unit_cycles,
                bits,
            }),
        }
    }

    /// The nearest floating-point word of a value that is 0 or within the range of the format.
    fn float_word(
        &self,
        name: &str,
        what: &str,
        value: f64,
        format: FloatFormat,
    ) -> Result<u64, ImageError> {
        let (smallest, largest) = (format.smallest(), format.limit());
        if value != 0.0 && !(smallest..=largest).contains(&value.abs()) {
            return Err(ImageError::FloatRange {
                name: name.to_owned(),
                what: what.to_owned(),
                value,
                unit: self.params.spec.time_unit_cycles,
                format,
                smallest,
                largest,
            });
        }
        Ok(u64::from(format.from_f64(value)))
    }

    fn row(&self, stats: &ProfileStats, layer: usize) -> Result<LayerRow, ImageError> {
        let average = stats.avg_nnz[layer];
        let elapsed = sum_cycles(&stats.avg_latency_s[..=layer], self.clock_hz);
        let prediction = self.params.program.prediction();
        let mantissa = self.params.spec.numbers.reciprocal;
        let name = || stats.name.clone();
        if average == 0.0 && prediction.counts_density() {
            return Err(ImageError::ZeroDensity {
                name: name(),
                layer,
            });
        }
        if elapsed == 0.0 && prediction == Predictor::LatencyRatio {
            return Err(ImageError::ZeroTime {
                name: name(),
                layer,
            });
        }
        Ok(LayerRow {
            inv_density: Reciprocal::of(average, mantissa),
            inv_elapsed: Reciprocal::of(elapsed, mantissa),
            lat_remaining: self.units(&stats.name, &stats.avg_latency_s[layer + 1..])?,
        })
    }

    fn columns(&self, stats: &ProfileStats) -> Result<Vec<u64>, ImageError> {
        let isolated = self.units(&stats.name, &stats.avg_latency_s)?;
        let real = isolated_units(self.params, stats, self.clock_hz);
        let value = |id: SourceId| column_value(self.float, id, real);
        let mut columns: Vec<u64> = Vec::new();
        for column in &self.params.program.columns {
            let raw = match column.source {
                ColumnSource::Value(id) if column.float.is_some() => {
                    let value = value(id);
                    let float = column.float.unwrap_or(FloatFormat::FP32);
                    self.float_word(&stats.name, &column.name, value, float)?
                }
                ColumnSource::Value(id) if column.reciprocal => {
                    Reciprocal::of(1.0 / value(id), self.params.spec.numbers.reciprocal).packed()
                }
                ColumnSource::Value(id) => column
                    .format
                    .quantise(value(id) * scale(column, self.exponents))
                    as u64,
                ColumnSource::Initial(node) => self.initial(node, isolated, &columns),
            };
            columns.push(raw);
        }
        Ok(columns)
    }

    /// Entry value before the first layer: γ = 1, no layer executed, everything remaining.
    fn initial(&self, node: usize, isolated: u64, columns: &[u64]) -> u64 {
        let program = &self.params.program;
        let column = |index: usize| columns.get(index).map_or(0, |raw| i128::from(*raw));
        let register = |index: usize| i128::from(self.statics[index]);
        let values = exact::entry_values(
            program,
            i128::from(program.numbers.gamma_one()),
            i128::from(isolated),
            0,
            &column,
            &register,
        );
        let index = program
            .entry_values
            .iter()
            .position(|v| v.node == node)
            .unwrap_or_default();
        values.get(index).map_or(0, |raw| *raw as u64)
    }
}
