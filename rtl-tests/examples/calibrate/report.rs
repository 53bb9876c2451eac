//! Errors as a page and in a few lines.

use std::fmt::Write as _;

use dysta_generator::estimate::Table;
use dysta_generator::graph::Cost;

use crate::array::ArraySample;
use crate::synthesis::Sample;

/// Estimate and measurement of one resource, and the error in per cent.
fn error(estimate: u32, measured: u32) -> f64 {
    100.0 * (f64::from(estimate) - f64::from(measured)) / f64::from(measured.max(1))
}

fn errors(
    table: &Table,
    samples: &[Sample],
    pick: impl Fn(&Cost) -> u32,
    measured: impl Fn(&Sample) -> u32,
) -> Vec<f64> {
    let one = |sample: &Sample| error(pick(&sample.estimate(table)), measured(sample)).abs();
    let mut errors: Vec<f64> = samples.iter().map(one).collect();
    errors.sort_by(f64::total_cmp);
    errors
}

/// Median and largest of sorted numbers.
fn spread(errors: &[f64]) -> (f64, f64) {
    let count = errors.len();
    let median = (errors[(count - 1) / 2] + errors[count / 2]) / 2.0;
    (median, errors[count - 1])
}

/// Bounds of the median and the largest error in per cent.
const BOUNDS: (f64, f64) = (10.0, 25.0);

/// The errors of a table on some configurations.
struct Errors {
    /// Median and largest of look-up tables, of flip-flops.
    spreads: [(f64, f64); 2],
    /// Configurations with the exact number of DSP slices, of block memories.
    exact: [usize; 2],
}

impl Errors {
    fn new(table: &Table, samples: &[Sample]) -> Self {
        let exact = |pick: fn(&Cost) -> u32, measured: fn(&Sample) -> u32| {
            let equal = |sample: &&Sample| pick(&sample.estimate(table)) == measured(sample);
            samples.iter().filter(equal).count()
        };
        Self {
            spreads: [
                spread(&errors(table, samples, |c| c.lut, |s| s.area.tables())),
                spread(&errors(table, samples, |c| c.ff, |s| s.area.ff)),
            ],
            exact: [
                exact(|c| c.dsp, |s| s.area.dsp),
                exact(|c| c.bram18, |s| s.area.bram),
            ],
        }
    }
}

/// The model keeps its bounds on these configurations.
pub fn keeps_bounds(table: &Table, samples: &[Sample]) -> bool {
    let errors = Errors::new(table, samples);
    let within = |(median, largest): &(f64, f64)| *median <= BOUNDS.0 && *largest <= BOUNDS.1;
    errors.spreads.iter().all(within) && errors.exact.iter().all(|count| *count == samples.len())
}

/// The errors in four lines.
pub fn summary(table: &Table, samples: &[Sample]) -> String {
    let Errors {
        spreads: [lut, ff],
        exact: [dsp, bram18],
    } = Errors::new(table, samples);
    let count = samples.len();
    format!(
        "| resource | median error | largest error |\n|---|---|---|\n| LUT | {:.1} % | {:.1} % |\n| FF | {:.1} % | {:.1} % |\n| DSP | {dsp} of {count} exact | |\n| BRAM18 | {bram18} of {count} exact | |\n",
        lut.0, lut.1, ff.0, ff.1
    )
}

fn rows(table: &Table, samples: &[Sample]) -> String {
    let mut text = String::from(
        "| settings above `tiny` | LUT model / Yosys | error | FF model / Yosys | error | DSP | BRAM18 |\n|---|---|---|---|---|---|---|\n",
    );
    for sample in samples {
        let (cost, area) = (sample.estimate(table), &sample.area);
        let pair = |a: u32, b: u32| format!("{a} / {b}");
        let _ = writeln!(
            text,
            "| {} | {} | {:+.1} % | {} | {:+.1} % | {} | {} |",
            sample.name(),
            pair(cost.lut, area.tables()),
            error(cost.lut, area.tables()),
            pair(cost.ff, area.ff),
            error(cost.ff, area.ff),
            pair(cost.dsp, area.dsp),
            pair(cost.bram18, area.bram)
        );
    }
    text
}

/// `docs/estimate.md`.
pub fn page(table: &Table, fitted: &[Sample], judged: &[Sample]) -> String {
    format!(
        "# Resources without tools\n\n\
        `dysta check`, `dysta generate` and `dysta graph` print resources of 7-series devices that no tool was run for. Memories, multipliers and shift\n\
        registers follow from rules; the logic of printed modules is covered with look-up tables of six inputs, that of leaves is linear in their parameters.\n\
        The factors come from synthesis and stand in `generator/src/estimate/table.json`; `make calibrate` measures them again and writes this page.\n\n\
        Origin of all measurements: {}; LUT counts memories and shift registers, too; the whole design is flattened.\n\n\
        ## Error on {} configurations that no factor comes from\n\n\
        Bounds: {} % in the median, {} % at most for LUT and FF; the exact number of DSP and BRAM18.\n\n{}\n{}\n\
        ## The {} configurations that factors come from\n\n{}",
        table.origin,
        judged.len(),
        BOUNDS.0,
        BOUNDS.1,
        summary(table, judged),
        rows(table, judged),
        fitted.len(),
        rows(table, fitted),
    )
}

/// Heading of the part about arrays.
pub const ARRAYS: &str = "\n## The array\n";

/// The part of the page about arrays, and whether the model keeps its bounds on them.
pub fn arrays(table: &Table, judged: &[ArraySample]) -> (String, bool) {
    let mut text = format!(
        "{ARRAYS}\nFactors come from {} arrays, whose modules were synthesised one by one; these are others, whose blocks were, as `dysta synth --part array` does.\n\n\
        | array | LUT model / Yosys | error | FF model / Yosys | error | DSP | BRAM18 |\n|---|---|---|---|---|---|---|\n",
        crate::FITTED_ARRAYS
    );
    let mut keeps = true;
    for sample in judged {
        let (cost, area) = (sample.estimate(table), &sample.area);
        let errors = [(cost.lut, area.tables()), (cost.ff, area.ff)].map(|(a, b)| error(a, b));
        let exact = (cost.dsp, cost.bram18) == (area.dsp, area.bram);
        keeps &= exact && errors.iter().all(|error| error.abs() <= BOUNDS.1);
        let _ = writeln!(
            text,
            "| {} | {} / {} | {:+.1} % | {} / {} | {:+.1} % | {} / {} | {} / {} |",
            sample.name(),
            cost.lut,
            area.tables(),
            errors[0],
            cost.ff,
            area.ff,
            errors[1],
            cost.dsp,
            area.dsp,
            cost.bram18,
            area.bram
        );
    }
    (text, keeps)
}

/// Every module that factors come from: quantities, model and measurement of its own logic and flip-flops.
pub fn parts(table: &Table, samples: &[Sample]) -> String {
    let mut text = String::new();
    for (number, sample) in samples.iter().enumerate() {
        for part in &sample.parts {
            let amount = part.amount(table);
            let _ = writeln!(
                text,
                "{number} {:<22} {:?}: LUT {:.0} / {}, FF {:.0} / {}, DSP {} / {}, BRAM18 {} / {}",
                part.name,
                part.known.features,
                amount.logic + f64::from(amount.memory),
                part.area.tables(),
                amount.ff,
                part.area.ff,
                amount.dsp,
                part.area.dsp,
                amount.bram18,
                part.area.bram
            );
        }
    }
    text
}
