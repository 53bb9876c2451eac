//! Packages for tests: the files that `dysta generate` writes, with any stimulus, in a temporary folder.

use std::path::Path;

use dysta_config::accelerator::Accelerator;
use dysta_config::diag::Style;
use dysta_config::system::{System, check_system};
use dysta_generator::emit::{
    self, ArrayInput, ArrayVectors, Hardware, Input, Package, Vectors, write_atomically,
};
use dysta_generator::lower::{self, Design};
use dysta_sim::golden::EventKind;
use dysta_sim::scenario::{Play, Scenario, drawn};
use tempfile::TempDir;

/// A configuration with its hardware, its workload and the vectors of its testbench.
#[derive(Debug, Clone)]
pub struct Kit {
    /// The configuration.
    pub system: System,
    /// The modules.
    pub design: Design,
    /// Tables and requests.
    pub scenario: Scenario,
    /// What the testbench plays and expects.
    pub vectors: Vectors,
    /// Hardware of the array and what its testbench runs, if there is one.
    pub array: Option<(Accelerator, Design, ArrayVectors)>,
}

/// Stimulus of the packages that `dysta generate` writes for the presets.
pub const EMITTED: Play = Play {
    pressure: 64,
    seed: 0,
    now_start: 0,
    jump: true,
};

impl Kit {
    /// Builds a system with settings `KEY=VALUE`; the testbench plays its first `requests` requests.
    ///
    /// # Panics
    /// If the system or its workload is refused.
    pub fn new(system: &str, sets: &[&str], play: Play, requests: usize) -> Self {
        let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
        let (system, _) = check_system(system, &sets)
            .unwrap_or_else(|problems| panic!("{}", problems.render(Style::Plain)));
        let design = lower::scheduler(&system.scheduler).expect("a design");
        let workload = drawn(&system.workload).expect("traces in the binary");
        let scenario = Scenario::new(system.scheduler.clone(), system.clock_hz, workload);
        let scenario = scenario
            .expect("tables that fit the preset")
            .truncated(requests);
        let vectors = Vectors::record(&scenario, play).expect("a run that ends");
        let array = system.accelerator.map(|accelerator| {
            let design = lower::array(&accelerator).expect("a design");
            let vectors = ArrayVectors::record(&accelerator).expect("layers that fit");
            (accelerator, design, vectors)
        });
        Self {
            array,
            system,
            design,
            scenario,
            vectors,
        }
    }

    /// A preset as `dysta generate` emits it.
    pub fn emitted(system: &str, policy: &str) -> Self {
        let policy = format!("scheduler.policy={policy}");
        Self::new(system, &[&policy], EMITTED, emit::TESTBENCH_REQUESTS)
    }

    /// All files.
    ///
    /// # Panics
    /// If a template cannot be formatted.
    pub fn package(&self) -> Package {
        let input = Input {
            name: &self.system.name,
            hardware: hardware(&self.design),
            scenario: &self.scenario,
            vectors: &self.vectors,
            array: self
                .array
                .as_ref()
                .map(|(accelerator, design, vectors)| ArrayInput {
                    accelerator,
                    hardware: hardware(design),
                    vectors,
                }),
            target: self.system.target.as_ref(),
        };
        emit::package(&input).expect("templates render")
    }

    /// Writes the package to a new folder, which is removed when the result is dropped.
    ///
    /// # Panics
    /// If the folder cannot be written.
    pub fn write(&self) -> TempDir {
        let folder = tempfile::tempdir().expect("a temporary folder");
        write_atomically(&self.package(), folder.path()).expect("the package is written");
        folder
    }

    /// Decisions that the testbench checks.
    pub fn decisions(&self) -> usize {
        let dispatch = EventKind::ALL
            .iter()
            .position(|kind| *kind == EventKind::Dispatch);
        let events = self.vectors.expected.iter();
        events
            .filter(|event| Some(event[0] as usize) == dispatch)
            .count()
    }
}

fn hardware(design: &Design) -> Hardware<'_> {
    Hardware {
        top: &design.top,
        graph: &design.graph,
        leaves: &design.leaves,
        printed: &design.printed,
    }
}

/// Reads a file of a package as text.
///
/// # Panics
/// If there is no such file.
pub fn read(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}
