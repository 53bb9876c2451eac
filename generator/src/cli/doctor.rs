//! `dysta doctor`.

use dysta_sim::cosim::doctor::{Finding, examine, install_line, is_well};
use serde_json::{Value, json};
use thiserror::Error;

use super::output;

/// Arguments of `dysta doctor`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// A tool is missing or too old; the report says which.
#[derive(Debug, Error)]
#[error("some tools are missing or too old")]
pub struct Unwell;

/// Prints which tools are there and how to get the rest. Fails when one is missing that is needed.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let findings = examine();
    let install = install_line(&findings);
    match args.json {
        true => output::print_json(&report(&findings, install.as_deref()))?,
        false => output::print(&text(&findings, install.as_deref()))?,
    }
    match is_well(&findings) {
        true => Ok(()),
        false => Err(Unwell.into()),
    }
}

fn text(findings: &[Finding], install: Option<&str>) -> String {
    let row = |finding: &Finding| {
        let tool = &finding.tool;
        let mark = if finding.is_good() { "ok" } else { "--" };
        let version = version(finding);
        format!(
            "{mark}  {:<20} {version:<18} wanted {:<7} {}\n",
            tool.name, tool.wanted, tool.purpose
        )
    };
    let mut text: String = findings.iter().map(row).collect();
    if let Some(line) = install {
        text.push_str(&format!("\nInstall what is missing: {line}\n"));
    }
    text
}

fn version(finding: &Finding) -> &str {
    match (&finding.version, finding.installed) {
        (Some(version), _) => version,
        (None, true) => "unknown",
        (None, false) => "missing",
    }
}

fn report(findings: &[Finding], install: Option<&str>) -> Value {
    let tool = |finding: &Finding| {
        json!({
            "tool": finding.tool.name,
            "installed": finding.installed,
            "version": finding.version,
            "wanted": finding.tool.wanted,
            "good": finding.is_good(),
            "package": finding.tool.package,
            "purpose": finding.tool.purpose,
        })
    };
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "tools": findings.iter().map(tool).collect::<Vec<_>>(),
        "install": install,
    })
}
