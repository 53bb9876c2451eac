//! The emitted package: RTL, testbench with vectors, constraints, header, documentation. The only writer of files.
//!
//! [`package`] makes all bytes in memory and touches nothing; [`write_atomically`] puts them in place in one step. Same
//! input, same bytes: no date, no path, no host.
//!
//! ```text
//! rtl/*.sv  wrapper/TOP_axi.v  tb/dysta_scheduler_tb.sv  tb/vectors/*.hex  sw/dysta_regs.h
//! constraints/{NAME.sdc,NAME.xdc,NAME_ooc.xdc,NAME.lpf,NAME.pcf}  vivado/*.tcl  yosys/*.ys  nextpnr/*.sh
//! doc/{registers.md,program.md,TOP_axi.md,graph.svg}  NAME.f  tb.f  NAME.core  manifest.json  README.md
//! ```
//!
//! With an accelerator also its modules in `rtl`, `tb/dysta_array_tb.sv`, `tb/vectors/array/*.hex`, `doc/array.svg`,
//! `NAME_array.f` and `tb_array.f`, its wrapper, constraints `NAME_array.*` and scripts in folders `array`.

mod array;
mod constraints;
mod devices;
mod error;
mod flows;
mod manifest;
mod program;
mod registers;
mod rtl;
mod template;
mod vectors;
mod wrapper;
mod write;

pub use array::{ArrayInput, ArrayVectors};
pub use error::EmitError;
pub use rtl::{Hardware, RtlText, rtl, rtl_files};
pub use vectors::Vectors;
pub use wrapper::Wrapper;
pub use write::{write_atomically, write_file};

use std::collections::BTreeMap;

use dysta_config::target::Target;
use dysta_sim::scenario::Scenario;

use crate::graph::write::svg;
use crate::leaf::Testbench;

/// Requests that the emitted testbench plays: enough for thousands of decisions, few enough for a slow simulator.
pub const TESTBENCH_REQUESTS: usize = 64;

/// What a package is made from.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// Name of the configuration: letters, digits and `_`.
    pub name: &'a str,
    /// The modules.
    pub hardware: Hardware<'a>,
    /// The scheduler, its clock and its tables.
    pub scenario: &'a Scenario,
    /// What the testbench plays and expects.
    pub vectors: &'a Vectors,
    /// The sparse compute array, if there is one.
    pub array: Option<ArrayInput<'a>>,
    /// The device that scripts name, where there is one; else presets.
    pub target: Option<&'a Target>,
}

/// All files of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// Path inside the package, with `/`, and bytes of each file.
    pub files: BTreeMap<String, Vec<u8>>,
}

/// Makes all files of a package.
///
/// # Errors
/// Only if a template cannot be formatted.
pub fn package(input: &Input<'_>) -> Result<Package, EmitError> {
    let texts = rtl(input.name, &input.scenario.params, input.hardware)?;
    let mut files = BTreeMap::new();
    let mut add = |path: String, text: String| drop(files.insert(path, text.into_bytes()));
    for text in &texts {
        add(text.path(), text.text.clone());
    }
    add(TESTBENCH.to_owned(), testbench(input)?);
    for (name, text) in input.vectors.files() {
        add(format!("{VECTOR_FOLDER}{name}"), text);
    }
    let shared: Vec<&str> = texts.iter().map(|text| text.name.as_str()).collect();
    for (path, text) in array::files(input, &shared)? {
        add(path, text);
    }
    for (path, text) in template::files(input, &texts)? {
        add(path, text);
    }
    add("doc/graph.svg".to_owned(), svg(input.hardware.graph));
    add(
        "doc/program.md".to_owned(),
        program::page(&input.scenario.params),
    );
    let manifest = manifest::text(input, &files);
    files.insert(manifest::PATH.to_owned(), manifest.into_bytes());
    Ok(Package { files })
}

/// Path of the testbench in a package.
const TESTBENCH: &str = "tb/dysta_scheduler_tb.sv";
/// Folder of the vectors, from where a simulator runs.
const VECTOR_FOLDER: &str = "tb/vectors/";

fn testbench(input: &Input<'_>) -> Result<String, EmitError> {
    let (params, vectors) = (&input.scenario.params, input.vectors);
    let (spec, layout) = (&params.spec, &params.layout);
    let bench = Testbench {
        banner: rtl::banner(input.name, params),
        digest: rtl::short_digest(params),
        folder: VECTOR_FOLDER.to_owned(),
        id_w: spec.id_bits,
        position_w: layout.position_width,
        profile_w: layout.profile_width,
        layer_w: layout.layer_width,
        priority_w: spec.priority_bits,
        score_w: params.program.score_width(),
        table_addr_w: layout.table_address_width,
        table_writes: vectors.tables.len(),
        requests: vectors.requests.len(),
        layers: vectors.layers.len(),
        events: vectors.expected.len(),
        statistics: vectors.statistics.len(),
        start: vectors.play.now_start,
        seed: vectors.play.seed,
        pressure: vectors.play.pressure,
        watchdog: vectors.watchdog_clocks(),
    };
    Ok(bench.text()?)
}
