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
pub(super) struct Row {
    /// Number of the row, from 0.
    pub(super) number: usize,
    pub(super) rate: f64,
    pub(super) slo_mult: f64,
    pub(super) seed: u64,
    pub(super) policy: String,
    pub(super) violation: f64,
    pub(super) antt: f64,
    pub(super) stp: f64,
    /// What only newer files hold.
    pub(super) decisions: Option<u64>,
    pub(super) switches: Option<u64>,
    pub(super) clock_back_n: Option<u64>,
    pub(super) clock_back_s: Option<f64>,
}

/// Family and rows of a file of metrics.
pub(super) fn read(file: &str, bytes: Vec<u8>) -> DataResult<(String, Vec<Row>)> {
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
