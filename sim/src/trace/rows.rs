//! Rows of a trace file, and how they become one table of samples by layers.

use std::collections::BTreeMap;

use csv::{Reader, ReaderBuilder, StringRecord, Trim};

use super::SampleTrace;
use super::error::{DataError, DataResult, Problem};

/// A CSV text with its header, read row by row.
pub(crate) struct CsvText<'a> {
    file: &'a str,
    header: StringRecord,
    reader: Reader<&'a [u8]>,
}

/// One row and the line it begins on.
pub(crate) struct CsvRow<'a> {
    file: &'a str,
    line: u64,
    fields: StringRecord,
}

impl<'a> CsvText<'a> {
    pub(crate) fn new(file: &'a str, text: &'a str) -> DataResult<Self> {
        let mut reader = ReaderBuilder::new()
            .trim(Trim::All)
            .from_reader(text.as_bytes());
        let header = reader
            .headers()
            .map_err(|error| row_error(file, &error))?
            .clone();
        if header.is_empty() {
            return Err(DataError::of_file(file, Problem::Empty));
        }
        Ok(Self {
            file,
            header,
            reader,
        })
    }

    /// The columns, joined by commas, as a diagnostic shows them.
    pub(crate) fn header_text(&self) -> String {
        self.header.iter().collect::<Vec<_>>().join(",")
    }

    pub(crate) fn has(&self, column: &str) -> bool {
        self.header.iter().any(|name| name == column)
    }

    /// Position of a column that the format requires.
    pub(crate) fn column(&self, column: &str) -> DataResult<usize> {
        self.header
            .iter()
            .position(|name| name == column)
            .ok_or_else(|| {
                let problem = Problem::MissingColumn {
                    column: column.to_owned(),
                    header: self.header_text(),
                };
                DataError::at_line(self.file, 1, problem)
            })
    }

    pub(crate) fn next_row(&mut self) -> DataResult<Option<CsvRow<'a>>> {
        let mut fields = StringRecord::new();
        let more = self.reader.read_record(&mut fields);
        if !more.map_err(|error| row_error(self.file, &error))? {
            return Ok(None);
        }
        let line = fields.position().map_or(0, |position| position.line());
        Ok(Some(CsvRow {
            file: self.file,
            line,
            fields,
        }))
    }
}

fn row_error(file: &str, error: &csv::Error) -> DataError {
    let reason = match error.kind() {
        csv::ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => {
            format!("{len} fields instead of {expected_len}")
        }
        _ => error.to_string(),
    };
    DataError {
        file: file.to_owned(),
        line: error.position().map(|position| position.line()),
        problem: Problem::BadRow { reason },
    }
}

impl CsvRow<'_> {
    pub(crate) fn text(&self, column: usize) -> &str {
        self.fields.get(column).unwrap_or("")
    }

    pub(crate) fn error(&self, problem: Problem) -> DataError {
        DataError::at_line(self.file, self.line, problem)
    }

    /// A whole number from 0 on.
    pub(crate) fn integer(&self, column: usize, name: &str) -> DataResult<u64> {
        self.parse(column, name, "a whole number from 0 on")
    }

    /// A number as the nearest double; may be NaN or infinite.
    pub(crate) fn float(&self, column: usize, name: &str) -> DataResult<f64> {
        self.parse(column, name, "a number")
    }

    /// A fraction from 0 to 1, both included.
    pub(crate) fn fraction(&self, column: usize, name: &str) -> DataResult<f64> {
        let value = self.float(column, name)?;
        if (0.0..=1.0).contains(&value) {
            return Ok(value);
        }
        Err(self.error(Problem::BadSparsity {
            column: name.to_owned(),
            value: value.to_string(),
        }))
    }

    /// A finite time from 0 on, in seconds.
    pub(crate) fn latency(&self, value: f64) -> DataResult<f64> {
        if value.is_finite() && value >= 0.0 {
            return Ok(value);
        }
        Err(self.error(Problem::BadLatency {
            value: value.to_string(),
        }))
    }

    fn parse<T: std::str::FromStr>(
        &self,
        column: usize,
        name: &str,
        wanted: &'static str,
    ) -> DataResult<T> {
        self.text(column).parse().map_err(|_| {
            self.error(Problem::NotANumber {
                column: name.to_owned(),
                value: self.text(column).to_owned(),
                wanted,
            })
        })
    }
}

/// What one row says.
pub(crate) struct Cell {
    pub(crate) sample: u64,
    pub(crate) layer: usize,
    pub(crate) latency_s: f64,
    pub(crate) sparsity: f64,
}

/// Collects rows in any order into samples (in the order of their first row) of equal layers.
#[derive(Default)]
pub(crate) struct Grid {
    sample_ids: Vec<u64>,
    position: BTreeMap<u64, usize>,
    cells: BTreeMap<(usize, usize), (f64, f64)>,
}

impl Grid {
    /// Adds a row; false if that layer of that sample is there already.
    pub(crate) fn insert(&mut self, cell: &Cell) -> bool {
        let next = self.sample_ids.len();
        let sample = *self.position.entry(cell.sample).or_insert(next);
        if sample == next {
            self.sample_ids.push(cell.sample);
        }
        let values = (cell.latency_s, cell.sparsity);
        self.cells.insert((sample, cell.layer), values).is_none()
    }

    /// The samples, each with `layers` entries; the first gap is an error, `name` gives a layer's name for it.
    pub(crate) fn finish(
        self,
        file: &str,
        layers: usize,
        name: impl Fn(usize) -> String,
    ) -> DataResult<Vec<SampleTrace>> {
        if self.cells.is_empty() {
            return Err(DataError::of_file(file, Problem::Empty));
        }
        let mut samples = Vec::with_capacity(self.sample_ids.len());
        for (index, &id) in self.sample_ids.iter().enumerate() {
            let sample = self.sample(index, id, layers).map_err(|layer| {
                let layer = name(layer);
                DataError::of_file(file, Problem::UnequalLayers { layer, sample: id })
            })?;
            check_total(file, &sample)?;
            samples.push(sample);
        }
        Ok(samples)
    }

    /// One sample, or the first layer that it lacks.
    fn sample(&self, index: usize, id: u64, layers: usize) -> Result<SampleTrace, usize> {
        let mut latency_s = Vec::new();
        let mut sparsity = Vec::new();
        for layer in 0..layers {
            let &(latency, zeros) = self.cells.get(&(index, layer)).ok_or(layer)?;
            latency_s.push(latency);
            sparsity.push(zeros);
        }
        Ok(SampleTrace {
            id,
            latency_s,
            sparsity,
        })
    }
}

fn check_total(file: &str, sample: &SampleTrace) -> DataResult<()> {
    let total = sample.isolated_s();
    if total.is_finite() && total > 0.0 {
        return Ok(());
    }
    let problem = Problem::NoIsolatedLatency {
        sample: sample.id,
        value: total.to_string(),
    };
    Err(DataError::of_file(file, problem))
}
