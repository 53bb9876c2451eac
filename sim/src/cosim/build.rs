//! From RTL text to a shared library: Verilator writes C++, g++ compiles it with the shim.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use sha2::{Digest, Sha256};

use super::compile;
use super::error::CosimError;
use super::probe::{self, ScoreProbe};

/// C++ text of the harness around a Verilated scheduler.
const SCHEDULER_SHIM: &str = include_str!("../../../templates/shim/dysta_shim.cpp");
/// C++ text of the harness around a Verilated array.
const ARRAY_SHIM: &str = include_str!("../../../templates/shim/dysta_array_shim.cpp");

/// C++ text that both include.
const MODEL: &str = include_str!("../../../templates/shim/dysta_model.h");

/// File name of the finished library.
pub(super) const LIBRARY: &str = "model.so";
/// File name of the compiled Verilator runtime, which all models share.
pub(super) const RUNTIME: &str = "runtime.o";

const VERILATOR_FLAGS: [&str; 8] = [
    "--cc",
    "-O3",
    "--x-assign",
    "unique",
    "--x-initial",
    "unique",
    "--Mdir",
    "verilated",
];
const WARNING_FLAGS: [&str; 2] = ["-Wno-fatal", "-Wno-lint"];
const COMPILER_FLAGS: [&str; 8] = [
    "-O2",
    "-fPIC",
    "-std=c++17",
    "-pthread",
    // Two models in one process must not share the state of inline functions.
    "-fno-gnu-unique",
    // Standard output carries data; the model prints through the shim.
    "-DVL_PRINTF=dysta_printf",
    "-DVM_COVERAGE=0",
    "-DVM_SC=0",
];
const LINKER_FLAGS: [&str; 4] = ["-shared", "-Wl,-Bsymbolic", "-o", LIBRARY];

/// Configuration file of Verilator with the probed nets.
const PROBES: &str = "dysta_probes.vlt";

/// Ports of `dysta_scheduler` that the shim drives or reads.
const SHIM_PORTS: [&str; 30] = [
    "clk_i",
    "rst_ni",
    "now_i",
    "submit_valid_i",
    "submit_ready_o",
    "submit_id_i",
    "submit_profile_i",
    "submit_deadline_i",
    "submit_priority_i",
    "dispatch_valid_o",
    "dispatch_ready_i",
    "dispatch_id_o",
    "dispatch_position_o",
    "dispatch_profile_o",
    "dispatch_layer_o",
    "dispatch_score_o",
    "layer_done_valid_i",
    "layer_done_ready_o",
    "layer_done_nnz_i",
    "layer_done_status_i",
    "complete_valid_o",
    "complete_ready_i",
    "complete_id_o",
    "complete_finish_o",
    "complete_status_o",
    "table_valid_i",
    "table_ready_o",
    "table_addr_i",
    "table_data_i",
    "quiescent_o",
];

/// One file of RTL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RtlFile {
    /// File name without directories, ending in `.sv` or `.v`.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// A port of the top module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// Name with its suffix.
    pub name: String,
    /// Width in bits, 1 to 64.
    pub width: u32,
}

/// A design that the shim can drive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RtlSource {
    /// Name of the top module.
    pub top: String,
    /// All files in dependency order.
    pub files: Vec<RtlFile>,
    /// Ports of the top in declared order; at least those of `dysta_scheduler`.
    pub ports: Vec<Port>,
    /// Nets of the top that score probes read; none for a model that runs without.
    pub probes: Vec<ScoreProbe>,
}

impl RtlSource {
    /// Whether the design has counters; a scheduler may be generated without.
    pub fn has_statistics(&self) -> bool {
        let has = |name: &str| self.ports.iter().any(|port| port.name == name);
        has("statistics_address_i") && has("statistics_data_o")
    }

    fn check_ports(&self) -> Result<(), CosimError> {
        let fits = |name: &str| {
            self.ports
                .iter()
                .any(|port| port.name == name && (1..=64).contains(&port.width))
        };
        match SHIM_PORTS.iter().find(|name| !fits(name)) {
            Some(port) => Err(CosimError::Port {
                top: self.top.clone(),
                port,
            }),
            None => Ok(()),
        }
    }

    /// The generated header beside the shim:
    ///
    /// ```c
    /// #include "Vdysta_scheduler.h"
    /// using Model = Vdysta_scheduler;
    /// #define DYSTA_PORTS(PORT) \
    ///     PORT(clk_i, 1) \
    ///
    /// #define DYSTA_STATISTICS 1
    /// ```
    fn header(&self) -> String {
        let mut text = format!(
            "#include \"V{top}.h\"\nusing Model = V{top};\n#define DYSTA_PORTS(PORT) \\\n",
            top = self.top
        );
        for port in &self.ports {
            let _ = writeln!(text, "    PORT({}, {}) \\", port.name, port.width);
        }
        let statistics = u8::from(self.has_statistics());
        let _ = writeln!(text, "\n#define DYSTA_STATISTICS {statistics}");
        text + &probe::header(self)
    }
}

/// Declares the function that replaces `printf` in the Verilator runtime.
const PRELUDE: &str =
    "#ifdef __cplusplus\nextern \"C\" int dysta_printf(const char* format, ...);\n#endif\n";

/// The installed tools, by what they print as their version.
#[derive(Debug)]
pub(super) struct Toolchain {
    verilator: String,
    compiler: String,
}

impl Toolchain {
    /// Asks Verilator and g++ for their versions.
    pub fn find() -> Result<Self, CosimError> {
        let verilator = run_tool(
            "verilator",
            "verilator",
            Command::new("verilator").arg("--version"),
        )?;
        let compiler = run_tool("g++", "g++", Command::new("g++").arg("--version"))?;
        Ok(Self {
            verilator: stdout(&verilator),
            compiler: stdout(&compiler),
        })
    }
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Runs a program to its end; an error shows the last lines of what it printed.
pub(super) fn run_tool(
    tool: &'static str,
    package: &'static str,
    command: &mut Command,
) -> Result<Output, CosimError> {
    let output = command.output().map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => CosimError::ToolMissing { tool, package },
        _ => CosimError::File {
            path: PathBuf::from(tool),
            source,
        },
    })?;
    if output.status.success() {
        return Ok(output);
    }
    Err(CosimError::ToolFailed {
        tool,
        status: output.status.to_string(),
        tail: tail(&output),
    })
}

/// The last twenty lines a program printed, standard error last.
fn tail(output: &Output) -> String {
    let printed = [&output.stdout, &output.stderr]
        .map(|text| String::from_utf8_lossy(text).into_owned())
        .concat();
    let lines: Vec<&str> = printed.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}

/// One build: what goes in, and whether the model can write waveforms.
#[derive(Debug)]
pub(super) struct Build<'a> {
    top: &'a str,
    files: &'a [RtlFile],
    shim: &'static str,
    /// The generated header beside the shim.
    header: String,
    /// Configuration of Verilator, where something is probed.
    probes: Option<String>,
    tools: Toolchain,
    waveform: bool,
}

impl<'a> Build<'a> {
    /// Checks the ports and finds the tools.
    pub fn new(source: &'a RtlSource, waveform: bool) -> Result<Self, CosimError> {
        source.check_ports()?;
        let probed = !source.probes.is_empty();
        Ok(Self {
            top: &source.top,
            files: &source.files,
            shim: SCHEDULER_SHIM,
            header: source.header(),
            probes: probed.then(|| probe::configuration(source)),
            tools: Toolchain::find()?,
            waveform,
        })
    }

    /// Finds the tools for an array.
    pub fn of_array(files: &'a [RtlFile], waveform: bool) -> Result<Self, CosimError> {
        Ok(Self {
            top: "dysta_array",
            files,
            shim: ARRAY_SHIM,
            header: "#include \"Vdysta_array.h\"\nusing Model = Vdysta_array;\n".to_owned(),
            probes: None,
            tools: Toolchain::find()?,
            waveform,
        })
    }

    /// Digest of everything that shapes the library, as 64 hexadecimal digits.
    pub fn digest(&self) -> String {
        let mut parts = vec![
            self.runtime_digest(),
            MODEL.to_owned(),
            self.shim.to_owned(),
            self.header.clone(),
        ];
        parts.extend(
            self.verilator_flags()
                .iter()
                .chain(&LINKER_FLAGS)
                .map(|flag| (*flag).to_owned()),
        );
        parts.extend(
            self.files
                .iter()
                .flat_map(|file| [file.name.clone(), file.text.clone()]),
        );
        digest(&parts)
    }

    /// Digest of everything that shapes the runtime.
    pub fn runtime_digest(&self) -> String {
        let mut parts = vec![
            self.tools.verilator.clone(),
            self.tools.compiler.clone(),
            PRELUDE.to_owned(),
        ];
        parts.extend(self.compiler_flags(""));
        parts.extend(self.runtime_sources().iter().map(|name| (*name).to_owned()));
        digest(&parts)
    }

    /// Builds the library in an empty directory; `runtime` is an absolute path.
    pub fn make_library(&self, directory: &Path, runtime: &Path) -> Result<(), CosimError> {
        for file in self.files {
            write(directory, &file.name, &file.text)?;
        }
        write(directory, "dysta_ports.h", &self.header)?;
        write(directory, "dysta_model.h", MODEL)?;
        write(directory, "dysta_shim.cpp", self.shim)?;
        self.verilate(directory)?;
        write(directory, "dysta_prelude.h", PRELUDE)?;
        let mut sources = vec!["dysta_shim.cpp".to_owned()];
        sources.extend(generated_sources(directory)?);
        let flags = self.compiler_flags(&verilator_root()?);
        compile::library(directory, &sources, &flags, |command| {
            command.args(LINKER_FLAGS).arg(runtime);
            if self.waveform {
                command.arg("-lz");
            }
        })
    }

    /// Compiles the runtime in an empty directory.
    pub fn make_runtime(&self, directory: &Path) -> Result<(), CosimError> {
        write(directory, "dysta_prelude.h", PRELUDE)?;
        let sources: Vec<String> = self
            .runtime_sources()
            .into_iter()
            .map(str::to_owned)
            .collect();
        let flags = self.compiler_flags(&verilator_root()?);
        compile::library(directory, &sources, &flags, |command| {
            command.args(["-c", "-o", RUNTIME]);
        })
    }

    fn verilator_flags(&self) -> Vec<&str> {
        let mut flags: Vec<&str> = VERILATOR_FLAGS.to_vec();
        flags.extend(WARNING_FLAGS);
        if self.waveform {
            flags.push("--trace-fst");
        }
        flags.extend(["--top-module", self.top]);
        flags
    }

    fn verilate(&self, directory: &Path) -> Result<(), CosimError> {
        let mut command = Command::new("verilator");
        command.current_dir(directory).args(self.verilator_flags());
        if let Some(probes) = &self.probes {
            write(directory, PROBES, probes)?;
            command.arg(PROBES);
        }
        command.args(self.files.iter().map(|file| &file.name));
        run_tool("verilator", "verilator", &mut command).map(drop)
    }

    fn runtime_sources(&self) -> Vec<&'static str> {
        let mut sources = vec!["verilated.cpp", "verilated_threads.cpp"];
        if self.waveform {
            sources.push("verilated_fst_c.cpp");
        }
        sources
    }

    /// Flags of g++; `root` is Verilator's own directory, which says nothing about the result and stays out of the digest.
    fn compiler_flags(&self, root: &str) -> Vec<String> {
        let mut flags: Vec<String> = COMPILER_FLAGS
            .iter()
            .map(|flag| (*flag).to_owned())
            .collect();
        let trace = u8::from(self.waveform);
        flags.extend(["VM_TRACE", "VM_TRACE_FST"].map(|define| format!("-D{define}={trace}")));
        flags.extend(
            ["/include", "/include/vltstd"].map(|directory| format!("-I{root}{directory}")),
        );
        flags.extend(["-I.", "-Iverilated", "-include", "dysta_prelude.h"].map(str::to_owned));
        flags
    }
}

pub(super) fn write(directory: &Path, name: &str, text: &str) -> Result<(), CosimError> {
    let path = directory.join(name);
    fs::write(&path, text).map_err(CosimError::file(&path))
}

/// The directory of Verilator's runtime sources.
fn verilator_root() -> Result<String, CosimError> {
    let mut command = Command::new("verilator");
    run_tool(
        "verilator",
        "verilator",
        command.args(["--getenv", "VERILATOR_ROOT"]),
    )
    .map(|output| stdout(&output))
}

/// Names of the C++ files that Verilator wrote, sorted.
fn generated_sources(directory: &Path) -> Result<Vec<String>, CosimError> {
    let verilated = directory.join("verilated");
    let entries = fs::read_dir(&verilated).map_err(CosimError::file(&verilated))?;
    let paths = entries
        .collect::<Result<Vec<_>, _>>()
        .map_err(CosimError::file(&verilated))?;
    let names = paths
        .iter()
        .map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut sources: Vec<String> = names.filter(|name| name.ends_with(".cpp")).collect();
    sources.sort();
    Ok(sources)
}

/// Digest of some texts and of where each ends.
pub(crate) fn digest(parts: &[String]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    hex(&hash.finalize())
}

/// Lower-case hexadecimal digits of some bytes.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
