//! Reads a folder of recordings and runs what is in it.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::{Path, PathBuf};

use super::compare::{self, Measures};
use super::family::{Family, Setting};
use super::metrics::{self, Row};
use super::{Report, RunCheck};
use crate::engine::{
    Observer, Open, Options, Outcomes, Profiles, Recorder, Semantics, Summary, run,
};
use crate::policies::{PAPER, Settings, of_paper};
use crate::table::{Derived, Request, RequestTable, read_recording, read_table};
use crate::trace::{DataError, DataResult, DirSource, Problem, TraceSource, read_path};

/// A folder of recordings while it is checked.
pub(super) struct Reference<'a> {
    folder: &'a Path,
    options: Options,
    families: Families<'a>,
    report: Report,
}

impl<'a> Reference<'a> {
    pub(super) fn new(folder: &'a Path, semantics: Semantics) -> Self {
        Self {
            folder,
            options: Options {
                semantics,
                ..Options::default()
            },
            families: Families {
                folder,
                known: BTreeMap::new(),
            },
            report: Report::default(),
        }
    }

    pub(super) fn check(mut self) -> DataResult<Report> {
        DirSource::new(self.folder).files()?;
        for folder in ["full", "small"] {
            for path in self.files(folder)? {
                self.check_recording(folder, &path)?;
            }
        }
        let sheets = self.files("metrics")?;
        if !sheets.is_empty() {
            let tables = self.read_tables()?;
            for path in sheets {
                self.check_metrics(&path, &tables)?;
            }
        }
        match self.report.runs.is_empty() {
            true => Err(DataError::of_file(
                self.folder.display().to_string(),
                Problem::NoRecordings,
            )),
            false => Ok(self.report),
        }
    }

    /// The JSON files of a folder, sorted; a folder that is not there is noted.
    fn files(&mut self, name: &'static str) -> DataResult<Vec<PathBuf>> {
        let folder = self.folder.join(name);
        match json_files(&folder) {
            Err(error) if error.problem == Problem::MissingFile => {
                self.report.missing.push(name);
                Ok(Vec::new())
            }
            result => result,
        }
    }

    fn check_recording(&mut self, folder: &'static str, path: &Path) -> DataResult<()> {
        let file = path.display().to_string();
        let recording = read_recording(&file, read_path(path)?)?;
        let table = &recording.table;
        let setting = self.families.setting(&file, table)?;
        let requests = setting.requests(&file, table, Some(&recording.target), 1.0)?;
        for (policy, record) in &recording.runs {
            let mut recorder = match record.trace.is_empty() {
                true => Recorder::default(),
                false => Recorder::with_decisions(),
            };
            let play = (&setting.profiles, requests.as_slice(), &self.options);
            let summary = played(&file, policy, play, &mut recorder)?;
            self.report.runs.push(RunCheck {
                folder,
                file: file.clone(),
                policy: policy.clone(),
                slo_mult: recording.slo_mult,
                difference: compare::recorded(&summary, &recorder, record).err(),
            });
        }
        Ok(())
    }

    fn check_metrics(&mut self, path: &Path, tables: &Tables) -> DataResult<()> {
        let file = path.display().to_string();
        let (family, rows) = metrics::read(&file, read_path(path)?)?;
        for row in rows {
            let key = (family.clone(), row.rate.to_bits(), row.seed);
            let found = tables.get(&key);
            let (table_file, table) = found.ok_or_else(|| missing_table(&file, &row))?;
            let setting = self.families.setting(table_file, table)?;
            let requests = setting.requests(table_file, table, None, row.slo_mult)?;
            let play = (&setting.profiles, requests.as_slice(), &self.options);
            let mut outcomes = Outcomes::default();
            let summary = played(&file, &row.policy, play, &mut outcomes)?;
            let measures = Measures::new(&outcomes.0, summary.first_arrival_s);
            self.report.runs.push(RunCheck {
                folder: "metrics",
                file: table_file.clone(),
                slo_mult: row.slo_mult,
                difference: compare::values(&summary, &measures, &row).err(),
                policy: row.policy,
            });
        }
        Ok(())
    }

    fn read_tables(&self) -> DataResult<Tables> {
        let mut tables = Tables::new();
        for path in json_files(&self.folder.join("tables"))? {
            let file = path.display().to_string();
            let table = read_table(&file, read_path(&path)?)?;
            let key = (table.family.clone(), table.rate.to_bits(), table.seed);
            tables.insert(key, (file, table));
        }
        Ok(tables)
    }
}

/// Tables by family, rate (bits) and seed, with their files.
type Tables = BTreeMap<(String, u64, u64), (String, RequestTable)>;

fn json_files(folder: &Path) -> DataResult<Vec<PathBuf>> {
    let names = DirSource::new(folder).files()?;
    let json = names
        .into_iter()
        .filter(|name| name.ends_with(".json") || name.ends_with(".json.gz"));
    Ok(json.map(|name| folder.join(name)).collect())
}

/// The families whose traces have been read.
struct Families<'a> {
    folder: &'a Path,
    known: BTreeMap<String, Family>,
}

impl Families<'_> {
    fn setting(&mut self, file: &str, table: &RequestTable) -> DataResult<&Setting> {
        let name = &table.family;
        let family = match self.known.entry(name.clone()) {
            Entry::Occupied(family) => family.into_mut(),
            Entry::Vacant(vacant) => {
                let derived = derived(self.folder, name)?;
                let traces = self.folder.join("traces").join(name);
                vacant.insert(Family::read(&traces, derived.as_ref())?)
            }
        };
        family.setting(file, table)
    }
}

fn derived(folder: &Path, family: &str) -> DataResult<Option<Derived>> {
    for name in [format!("{family}.json.gz"), format!("{family}.json")] {
        let path = folder.join("derived").join(name);
        match read_path(&path) {
            Ok(bytes) => return Derived::read(&path.display().to_string(), bytes).map(Some),
            Err(error) if error.problem == Problem::MissingFile => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

fn missing_table(file: &str, row: &Row) -> DataError {
    let problem = Problem::MissingTable {
        row: row.number,
        rate: row.rate.to_string(),
        seed: row.seed,
    };
    DataError::of_file(file, problem)
}

/// Runs a policy of the paper by name. `file` is what names it.
fn played(
    file: &str,
    policy: &str,
    (profiles, requests, options): (&Profiles, &[Request], &Options),
    observer: &mut impl Observer,
) -> DataResult<Summary> {
    let Some(mut runner) = of_paper(policy, &Settings::published()) else {
        let problem = Problem::UnknownPolicy {
            policy: policy.to_owned(),
            known: PAPER.join(", "),
        };
        return Err(DataError::of_file(file, problem));
    };
    let mut requests = Open::new(requests.iter().copied());
    run(profiles, &mut requests, &mut *runner, options, observer)
}
