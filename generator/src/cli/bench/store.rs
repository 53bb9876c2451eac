//! Results of points as they come: lines of JSON, appended one by one, found again by the digest of their point.
//!
//! A folder may hold the files of several shards. Each begins with a line that says what benchmark it belongs to; a last line that a
//! crash cut off is dropped.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use dysta_config::fields::raw::{Choice, Metric};
use dysta_sim::bench::{Point, PointResult, Setup, measure};
use miette::Diagnostic;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::Shard;

/// Why a folder of results cannot be used.
#[derive(Debug, Error, Diagnostic)]
pub enum StoreError {
    /// The file or folder cannot be read or written.
    #[error("{}: {error}", .path.display())]
    #[diagnostic(
        code(dysta::bench::unwritable),
        help(
            "Check the path and its permissions.\nwhy: Results are kept as they come, so that a run can be resumed."
        )
    )]
    Io {
        /// Which.
        path: PathBuf,
        /// The system's words.
        error: io::Error,
    },
    /// The results are those of another benchmark, or of another version of it.
    #[error("{}:1: the results belong to benchmark `{found}`, not to `{wanted}`", .path.display())]
    #[diagnostic(
        code(dysta::bench::other_results),
        help(
            "Take another folder, or remove the file.\nwhy: Lists, workloads, policies, traces and the version of dysta are part of \
             the digest; results of different ones would be mixed."
        )
    )]
    Foreign {
        /// The file.
        path: PathBuf,
        /// Name and digest in the file.
        found: String,
        /// Name and digest of this run.
        wanted: String,
    },
    /// A line is damaged.
    #[error("{}:{line}: not a result: {reason}", .path.display())]
    #[diagnostic(
        code(dysta::bench::bad_line),
        help(
            "Remove the line; its point runs again.\nwhy: A result that cannot be read cannot be counted."
        )
    )]
    BadLine {
        /// The file.
        path: PathBuf,
        /// Its line, from 1.
        line: usize,
        /// The parser's words.
        reason: String,
    },
}

/// The first line of a file.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Header {
    benchmark: String,
    config: String,
}

/// Every other line.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    point: String,
    metrics: BTreeMap<String, f64>,
    violation_rate_by_model: BTreeMap<String, f64>,
}

/// Results that are there, and the file that new ones go to.
#[derive(Debug)]
pub struct Store {
    known: BTreeMap<String, PointResult>,
    file: Option<(PathBuf, File)>,
}

impl Store {
    /// Reads all results of a folder, and opens the file of a shard in it. Without a folder nothing is kept.
    pub fn open(folder: Option<&Path>, setup: &Setup, shard: Shard) -> Result<Self, StoreError> {
        let mut store = Self {
            known: BTreeMap::new(),
            file: None,
        };
        let Some(folder) = folder else {
            return Ok(store);
        };
        let header = Header {
            benchmark: setup.benchmark.name.clone(),
            config: setup.digest().to_owned(),
        };
        fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
        for path in result_files(folder)? {
            store.read(&path, &header)?;
        }
        let path = folder.join(format!("points-{}-of-{}.jsonl", shard.part, shard.of));
        store.file = Some(start(path, &header)?);
        Ok(store)
    }

    /// The result of a point, if it is there.
    pub fn result(&self, setup: &Setup, point: &Point) -> Option<PointResult> {
        self.known.get(&point.digest(&setup.benchmark)).cloned()
    }

    /// Keeps a result: one line, written in one go.
    pub fn add(
        &mut self,
        setup: &Setup,
        point: &Point,
        result: PointResult,
    ) -> Result<(), StoreError> {
        let digest = point.digest(&setup.benchmark);
        if let Some((path, file)) = &mut self.file {
            let text = format!("{}\n", line(&digest, &result));
            file.write_all(text.as_bytes())
                .map_err(|error| failed(path, error))?;
        }
        self.known.insert(digest, result);
        Ok(())
    }

    fn read(&mut self, path: &Path, header: &Header) -> Result<(), StoreError> {
        let text = fs::read_to_string(path).map_err(|error| failed(path, error))?;
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        let mut lines = whole.lines().enumerate();
        let Some((_, first)) = lines.next() else {
            return Ok(());
        };
        check_header(path, first, header)?;
        for (index, text) in lines {
            let (point, result) = parse(text).map_err(|reason| StoreError::BadLine {
                path: path.to_path_buf(),
                line: index + 1,
                reason,
            })?;
            self.known.insert(point, result);
        }
        Ok(())
    }
}

fn failed(path: &Path, error: io::Error) -> StoreError {
    StoreError::Io {
        path: path.to_path_buf(),
        error,
    }
}

fn result_files(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let entries = fs::read_dir(folder).map_err(|error| failed(folder, error))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| failed(folder, error))?.path();
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        if name.is_some_and(|name| name.starts_with("points-") && name.ends_with(".jsonl")) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Opens a file for more lines: without the rest of a line that was cut off, with a header if it is new.
fn start(path: PathBuf, header: &Header) -> Result<(PathBuf, File), StoreError> {
    let text = fs::read_to_string(&path).unwrap_or_default();
    let whole = text.rfind('\n').map_or(0, |end| end + 1) as u64;
    let open = || -> io::Result<File> {
        let mut file = OpenOptions::new().create(true).append(true).open(&path)?;
        file.set_len(whole)?;
        if whole == 0 {
            let header = serde_json::to_string(header).map_err(io::Error::other)?;
            file.write_all(format!("{header}\n").as_bytes())?;
        }
        Ok(file)
    };
    match open() {
        Ok(file) => Ok((path, file)),
        Err(error) => Err(failed(&path, error)),
    }
}

fn check_header(path: &Path, text: &str, wanted: &Header) -> Result<(), StoreError> {
    let found: Header = serde_json::from_str(text).map_err(|error| StoreError::BadLine {
        path: path.to_path_buf(),
        line: 1,
        reason: error.to_string(),
    })?;
    let name = |header: &Header| format!("{} {}", header.benchmark, header.config);
    match found == *wanted {
        true => Ok(()),
        false => Err(StoreError::Foreign {
            path: path.to_path_buf(),
            found: name(&found),
            wanted: name(wanted),
        }),
    }
}

fn line(digest: &str, result: &PointResult) -> String {
    let values = result.metrics.iter();
    let line = Line {
        point: digest.to_owned(),
        metrics: values
            .map(|(&m, &value)| (measure::name(m).to_owned(), value))
            .collect(),
        violation_rate_by_model: result.model_violation_rates.clone(),
    };
    serde_json::to_string(&line).unwrap_or_default()
}

fn parse(text: &str) -> Result<(String, PointResult), String> {
    let line: Line = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let mut metrics = BTreeMap::new();
    for (name, value) in line.metrics {
        let found = Metric::WORDS.iter().find(|choice| choice.0 == name);
        let (_, metric) = found.ok_or_else(|| format!("there is no measure `{name}`"))?;
        metrics.insert(*metric, value);
    }
    let result = PointResult {
        metrics,
        model_violation_rates: line.violation_rate_by_model,
    };
    Ok((line.point, result))
}
