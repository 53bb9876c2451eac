//! Factors by least squares.

use std::collections::BTreeMap;

use dysta_generator::estimate::{Factors, Table};

use crate::array::ArraySample;
use crate::synthesis::{Part, Sample};

/// Quantities of one part and what they should add up to.
type Row = (Vec<f64>, f64);

/// The table that fits the samples best.
pub fn table(samples: &[Sample], version: &str) -> Table {
    let parts = || samples.iter().flat_map(|sample| &sample.parts);
    let mut modules: BTreeMap<(bool, &str), Vec<&Part>> = BTreeMap::new();
    for part in parts().filter(|part| part.known.features.iter().any(|f| *f != 0.0)) {
        let key = (part.is_leaf, part.name.as_str());
        modules.entry(key).or_default().push(part);
    }
    let mut table = Table {
        origin: format!(
            "{version}, synth_xilinx -family xc7, {} configurations",
            samples.len()
        ),
        flattened_lut: 1.0,
        flattened_ff: 1.0,
        ..Table::default()
    };
    for ((is_leaf, name), parts) in modules {
        let factors = factors(&parts);
        match is_leaf {
            true => drop(table.leaves.insert(name.to_owned(), factors)),
            false => drop(table.printed.insert(name.to_owned(), factors.lut)),
        }
    }
    let (mut lut, mut ff) = (Vec::new(), Vec::new());
    for sample in samples {
        let amount = sample.amount(&table);
        let area = &sample.area;
        let logic = f64::from(area.tables()) - f64::from(amount.memory);
        lut.push((vec![amount.logic / logic], 1.0));
        ff.push((vec![amount.ff / f64::from(area.ff)], 1.0));
    }
    table.flattened_lut = rounded(solve(&lut))[0];
    table.flattened_ff = rounded(solve(&ff))[0];
    table
}

/// Adds the factors of the array's modules to a table.
pub fn arrays(table: &mut Table, samples: &[ArraySample]) {
    let mut modules: BTreeMap<&str, Vec<&Part>> = BTreeMap::new();
    // Memories and queues have the factors that schedulers gave; what is printed only connects.
    let parts = samples.iter().flat_map(|sample| &sample.parts);
    for part in parts.filter(|part| part.name.starts_with("dysta_array_")) {
        modules.entry(&part.name).or_default().push(part);
    }
    for (name, parts) in modules {
        table.leaves.insert(name.to_owned(), factors(&parts));
    }
    let connects = vec![0.0; 4];
    table.printed.insert("dysta_pe".to_owned(), connects);
    let rows = |left: fn(&ArraySample, &Table) -> f64| -> Vec<Row> {
        let row = |sample| (vec![left(sample, table)], 1.0);
        samples.iter().map(row).collect()
    };
    let lut = rows(|sample, table| {
        let (amount, area) = (sample.amount_of_element(table), &sample.element);
        amount.logic / (f64::from(area.tables()) - f64::from(amount.memory))
    });
    let ff =
        rows(|sample, table| sample.amount_of_element(table).ff / f64::from(sample.element.ff));
    table.element_lut = rounded(solve(&lut))[0];
    table.element_ff = rounded(solve(&ff))[0];
}

fn factors(parts: &[&Part]) -> Factors {
    let ff = |part: &Part| f64::from(part.area.ff) - f64::from(part.known.fixed.ff);
    Factors {
        lut: rounded(solve(&rows(parts, logic))),
        ff: rounded(solve(&rows(parts, ff))),
    }
}

fn logic(part: &Part) -> f64 {
    f64::from(part.area.tables()) - f64::from(part.known.fixed.lut)
}

fn rows(parts: &[&Part], wanted: impl Fn(&Part) -> f64) -> Vec<Row> {
    let row = |part: &&Part| (part.known.features.clone(), wanted(part));
    parts.iter().map(row).collect()
}

/// Three digits after the point.
fn rounded(factors: Vec<f64>) -> Vec<f64> {
    let round = |factor: f64| (factor * 1000.0).round() / 1000.0 + 0.0;
    factors.into_iter().map(round).collect()
}

/// Least squares with a weak pull towards 0, which decides where rows leave a choice.
fn solve(rows: &[Row]) -> Vec<f64> {
    let count = rows.first().map_or(0, |(features, _)| features.len());
    let mut system = vec![vec![0.0; count + 1]; count];
    for (i, line) in system.iter_mut().enumerate() {
        line[i] = 1e-3;
        for (features, wanted) in rows {
            for (place, feature) in line.iter_mut().zip(features) {
                *place += features[i] * feature;
            }
            line[count] += features[i] * wanted;
        }
    }
    eliminate(system)
}

/// Solves linear equations, the right side in the last column, by elimination with the largest pivot.
fn eliminate(mut system: Vec<Vec<f64>>) -> Vec<f64> {
    let count = system.len();
    for column in 0..count {
        let largest = (column..count).max_by(|a, b| {
            let size = |row: &usize| system[*row][column].abs();
            size(a).total_cmp(&size(b))
        });
        system.swap(column, largest.unwrap_or(column));
        let pivot = system[column].clone();
        for (row, line) in system.iter_mut().enumerate() {
            if row != column {
                let factor = line[column] / pivot[column];
                for (place, value) in line.iter_mut().zip(&pivot) {
                    *place -= factor * value;
                }
            }
        }
    }
    (0..count)
        .map(|i| system[i][count] / system[i][i])
        .collect()
}
