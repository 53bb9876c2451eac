//! Arrivals of a CSV file.
//!
//! Columns `arrival_s` (seconds, ascending) and `profile` (name of a profile of the workload); where they are given, `priority`,
//! `sample` (index into the samples of the profile) and `deadline_s` (absolute). What is not given is drawn.

use std::path::Path;

use crate::trace::rows::{CsvRow, CsvText};
use crate::trace::{DataResult, Problem, ProfileTrace, decode_text, read_path};

/// One row of the file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Arrival {
    /// Arrival in seconds, finite, from 0 on.
    pub arrival_s: f64,
    /// Index of the profile.
    pub profile: usize,
    /// Priority, where given.
    pub priority: Option<u32>,
    /// Index of the sample, where given; below the number of samples of the profile.
    pub sample: Option<usize>,
    /// Absolute deadline in seconds, where given; from the arrival on.
    pub deadline_s: Option<f64>,
}

struct Columns {
    arrival: usize,
    profile: usize,
    priority: Option<usize>,
    sample: Option<usize>,
    deadline: Option<usize>,
}

/// Reads a file of arrivals over `profiles`.
///
/// # Errors
/// With file, line and cure: a missing file or column, a time that is no finite number from 0 on, arrivals out of order, a row
/// given twice, a deadline before its arrival, an unknown profile, a sample that the profile lacks, no row.
pub fn read(path: &Path, profiles: &[ProfileTrace]) -> DataResult<Vec<Arrival>> {
    let file = path.display().to_string();
    read_text(&file, &decode_text(&file, read_path(path)?)?, profiles)
}

/// As [`read`], from a text at hand; `file` names it in diagnostics.
///
/// # Errors
/// Those of [`read`].
pub fn read_text(file: &str, text: &str, profiles: &[ProfileTrace]) -> DataResult<Vec<Arrival>> {
    let mut csv = CsvText::new(file, text)?;
    let optional = |name: &str| csv.has(name).then(|| csv.column(name)).transpose();
    let columns = Columns {
        arrival: csv.column("arrival_s")?,
        profile: csv.column("profile")?,
        priority: optional("priority")?,
        sample: optional("sample")?,
        deadline: optional("deadline_s")?,
    };
    let mut arrivals: Vec<Arrival> = Vec::new();
    while let Some(row) = csv.next_row()? {
        let arrival = read_row(&row, &columns, profiles)?;
        check_order(&row, arrivals.len(), &arrival, &arrivals, profiles)?;
        arrivals.push(arrival);
    }
    match arrivals.is_empty() {
        true => Err(crate::trace::DataError::of_file(file, Problem::Empty)),
        false => Ok(arrivals),
    }
}

fn read_row(row: &CsvRow, columns: &Columns, profiles: &[ProfileTrace]) -> DataResult<Arrival> {
    let arrival_s = time(row, columns.arrival, "arrival_s")?;
    let profile = find(row, row.text(columns.profile), profiles)?;
    let integer = |column: Option<usize>, name: &str| {
        column.map(|column| row.integer(column, name)).transpose()
    };
    let deadline = columns
        .deadline
        .map(|column| time(row, column, "deadline_s"));
    Ok(Arrival {
        arrival_s,
        profile,
        priority: integer(columns.priority, "priority")?
            .map(|priority| u32::try_from(priority).unwrap_or(u32::MAX)),
        sample: integer(columns.sample, "sample")?
            .map(|sample| check_sample(row, sample, &profiles[profile]))
            .transpose()?,
        deadline_s: deadline
            .transpose()?
            .map(|deadline| check_deadline(row, arrival_s, deadline))
            .transpose()?,
    })
}

fn time(row: &CsvRow, column: usize, name: &'static str) -> DataResult<f64> {
    let value = row.float(column, name)?;
    if value.is_finite() && value >= 0.0 {
        return Ok(value);
    }
    let value = value.to_string();
    Err(row.error(Problem::NotATime {
        column: name,
        value,
    }))
}

fn find(row: &CsvRow, name: &str, profiles: &[ProfileTrace]) -> DataResult<usize> {
    let found = profiles.iter().position(|profile| profile.name == name);
    found.ok_or_else(|| {
        let loaded: Vec<&str> = profiles
            .iter()
            .map(|profile| profile.name.as_str())
            .collect();
        row.error(Problem::UnknownModel {
            model: name.to_owned(),
            loaded: loaded.join(", "),
        })
    })
}

fn check_sample(row: &CsvRow, sample: u64, profile: &ProfileTrace) -> DataResult<usize> {
    let index = usize::try_from(sample).unwrap_or(usize::MAX);
    if index < profile.samples.len() {
        return Ok(index);
    }
    Err(row.error(Problem::UnknownSample {
        sample,
        profile: profile.name.clone(),
        samples: profile.samples.len(),
    }))
}

fn check_deadline(row: &CsvRow, arrival: f64, deadline: f64) -> DataResult<f64> {
    if deadline >= arrival {
        return Ok(deadline);
    }
    Err(row.error(Problem::DeadlineBeforeArrival {
        deadline: deadline.to_string(),
        arrival: arrival.to_string(),
    }))
}

fn check_order(
    row: &CsvRow,
    request: usize,
    arrival: &Arrival,
    before: &[Arrival],
    profiles: &[ProfileTrace],
) -> DataResult<()> {
    let Some(last) = before.last() else {
        return Ok(());
    };
    if arrival.arrival_s < last.arrival_s {
        return Err(row.error(Problem::UnsortedArrivals {
            request,
            arrival: arrival.arrival_s.to_string(),
            previous: last.arrival_s.to_string(),
        }));
    }
    let same_time = before
        .iter()
        .rev()
        .take_while(|other| other.arrival_s == arrival.arrival_s);
    if same_time.into_iter().any(|other| other == arrival) {
        return Err(row.error(Problem::DuplicateArrival {
            profile: profiles[arrival.profile].name.clone(),
            arrival: arrival.arrival_s.to_string(),
        }));
    }
    Ok(())
}
