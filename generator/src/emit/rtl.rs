//! The modules as text, each under a banner that names tool, configuration and digest.

use dysta_config::params::SchedulerParams;
use dysta_sim::cosim::RtlFile;

use super::EmitError;
use crate::graph::Graph;
use crate::leaf::Leaf;
use crate::lower::Design;
use crate::vlog::Module;

/// The modules of one design.
#[derive(Debug, Clone, Copy)]
pub struct Hardware<'a> {
    /// Name of the top module.
    pub top: &'a str,
    /// The graph that the top was made from.
    pub graph: &'a Graph,
    /// Leaves, which instantiate nothing.
    pub leaves: &'a [&'static Leaf],
    /// Printed modules in dependency order, the top last.
    pub printed: &'a [Module],
}

/// One module as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RtlText {
    /// Module name.
    pub name: String,
    /// SystemVerilog.
    pub text: String,
}

impl RtlText {
    /// Path in a package: `rtl/NAME.sv`.
    pub fn path(&self) -> String {
        format!("rtl/{}.sv", self.name)
    }
}

/// All modules as text, in dependency order.
///
/// # Errors
/// Only if a leaf template cannot be formatted.
pub fn rtl(
    name: &str,
    params: &SchedulerParams,
    hardware: Hardware<'_>,
) -> Result<Vec<RtlText>, EmitError> {
    texts(&banner(name, params), hardware)
}

/// All modules as text under a banner, in dependency order.
pub(super) fn texts(banner: &[String], hardware: Hardware<'_>) -> Result<Vec<RtlText>, EmitError> {
    let leaf = |leaf: &&Leaf| {
        let text = leaf.render(banner)?;
        Ok(RtlText {
            name: leaf.name.to_owned(),
            text,
        })
    };
    let mut texts: Vec<RtlText> = hardware
        .leaves
        .iter()
        .map(leaf)
        .collect::<Result<_, EmitError>>()?;
    // Leaf templates carry their licence themselves.
    let licensed = [banner, &[LICENCE.to_owned()]].concat();
    texts.extend(hardware.printed.iter().map(|module| RtlText {
        name: module.name.clone(),
        text: module.print(&licensed),
    }));
    Ok(texts)
}

/// All modules of a design without banner, as co-simulation takes them: equal hardware gives equal text.
///
/// # Errors
/// Only if a leaf template cannot be formatted.
pub fn rtl_files(design: &Design) -> Result<Vec<RtlFile>, EmitError> {
    let hardware = Hardware {
        top: &design.top,
        graph: &design.graph,
        leaves: &design.leaves,
        printed: &design.printed,
    };
    let file = |module: RtlText| RtlFile {
        name: format!("{}.sv", module.name),
        text: module.text,
    };
    Ok(texts(&[], hardware)?.into_iter().map(file).collect())
}

const LICENCE: &str = "SPDX-License-Identifier: 0BSD";

/// First comment lines of an emitted file: `dysta 0.1.0, config edge, digest 0123456789abcdef`.
pub(super) fn banner(name: &str, params: &SchedulerParams) -> Vec<String> {
    let version = env!("CARGO_PKG_VERSION");
    let digest = short_digest(params);
    vec![format!("dysta {version}, config {name}, digest {digest}")]
}

/// The first 64 bits of the digest, 16 hexadecimal digits.
pub(super) fn short_digest(params: &SchedulerParams) -> String {
    let mut digest = params.digest();
    digest.truncate(16);
    digest
}
