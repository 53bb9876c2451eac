//! Files of metrics: rows of a sweep without schedules.

use serde::Deserialize;
use serde_json::Value;

use crate::table::parse;
use crate::trace::{DataError, DataResult, Problem};

#[derive(Debug, Deserialize)]
struct Sheet {
    family: String,
    columns: Vec<String>,
    rows: Vec<Vec<Value>>,
}

/// One row: the metrics of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Number of the row, from 0.
    pub number: usize,
    /// Requests in a second; with family and seed it names the table.
    pub rate: f64,
    /// Multiplier of the base target.
    pub slo_mult: f64,
    /// Seed of the table.
    pub seed: u64,
    /// Policy of the run.
    pub policy: String,
    /// Share of requests that finish after their deadline.
    pub violation: f64,
    /// Mean of turnaround over isolated latency.
    pub antt: f64,
    /// Requests in a second from the first arrival to the latest finish.
    pub stp: f64,
    /// Number of executed layers, where the file tells.
    pub decisions: Option<u64>,
    /// Changes from one request to another.
    pub switches: Option<u64>,
    /// How often the clock went back.
    pub clock_back_n: Option<u64>,
    /// By how much in total, in seconds.
    pub clock_back_s: Option<f64>,
}

/// Family and rows of a file of metrics: JSON or gzipped JSON with `family`, `columns` and `rows`. `file` names it in diagnostics.
///
/// # Errors
/// If the text is damaged, or a row lacks a column that names or judges its run.
pub fn read(file: &str, bytes: Vec<u8>) -> DataResult<(String, Vec<Row>)> {
    let sheet: Sheet = parse(file, bytes)?;
    let row = |(number, cells): (usize, &Vec<Value>)| {
        Cells {
            file,
            columns: &sheet.columns,
            number,
            cells,
        }
        .row()
    };
    let rows = sheet
        .rows
        .iter()
        .enumerate()
        .map(row)
        .collect::<DataResult<_>>()?;
    Ok((sheet.family, rows))
}

struct Cells<'a> {
    file: &'a str,
    columns: &'a [String],
    number: usize,
    cells: &'a [Value],
}

impl Cells<'_> {
    fn row(&self) -> DataResult<Row> {
        Ok(Row {
            number: self.number,
            rate: self.required("rate", Value::as_f64)?,
            slo_mult: self.required("slo_mult", Value::as_f64)?,
            seed: self.required("seed", Value::as_u64)?,
            policy: self.required("policy", |value| value.as_str().map(str::to_owned))?,
            violation: self.required("violation", Value::as_f64)?,
            antt: self.required("antt", Value::as_f64)?,
            stp: self.required("stp", Value::as_f64)?,
            decisions: self.optional("decisions", Value::as_u64)?,
            switches: self.optional("switches", Value::as_u64)?,
            clock_back_n: self.optional("clock_back_n", Value::as_u64)?,
            clock_back_s: self.optional("clock_back_s", Value::as_f64)?,
        })
    }

    fn cell(&self, column: &str) -> Option<&Value> {
        let index = self.columns.iter().position(|name| name == column)?;
        self.cells.get(index)
    }

    fn required<T>(&self, column: &str, read: impl Fn(&Value) -> Option<T>) -> DataResult<T> {
        self.optional(column, read)?
            .ok_or_else(|| self.error(column, "nothing"))
    }

    fn optional<T>(
        &self,
        column: &str,
        read: impl Fn(&Value) -> Option<T>,
    ) -> DataResult<Option<T>> {
        match self.cell(column) {
            None => Ok(None),
            Some(value) => match read(value) {
                Some(read) => Ok(Some(read)),
                None => Err(self.error(column, &value.to_string())),
            },
        }
    }

    fn error(&self, column: &str, found: &str) -> DataError {
        let reason = format!("column `{column}` of row {} is {found}", self.number);
        DataError::of_file(self.file, Problem::BadJson { reason })
    }
}
