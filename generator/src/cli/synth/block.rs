//! A design, or one block of it, as the tools take it.

use dysta_config::fields::suggest;
use dysta_generator::emit::EmitError;
use dysta_generator::graph::Node;
use dysta_generator::lower::{Design, FEW_PINS, few_pins};
use dysta_generator::vlog::ModuleInterface;
use dysta_sim::cosim::RtlFile;
use dysta_sim::synthesis::Source;
use miette::Diagnostic;
use thiserror::Error;

/// A name that is no block.
#[derive(Debug, Error, Diagnostic)]
#[error("there is no block `{name}`")]
#[diagnostic(code(dysta::synth::unknown_block), help("{hint}"))]
pub struct UnknownBlock {
    name: String,
    hint: String,
}

/// An array, whose blocks keep their borders: elements that stand in it many times are mapped once. It is not placed.
pub fn array_source(design: &Design) -> anyhow::Result<Source> {
    let nodes = design.graph.nodes().map(|(_, node)| &node.module);
    let mut kept: Vec<String> = nodes.filter(|module| !module.is_empty()).cloned().collect();
    kept.sort_unstable();
    kept.dedup();
    Ok(Source {
        kept,
        wrapper: None,
        ..source(design, None)?
    })
}

/// The whole design, or the block of a name, with a wrapper for place and route.
pub fn source(design: &Design, block: Option<&str>) -> anyhow::Result<Source> {
    let (interface, parameters) = match block {
        Some(name) => {
            let node = node(design, name)?;
            (node.interface(), node.params.clone())
        }
        None => (top(design), Vec::new()),
    };
    // The wrapper is put around the mapped module, which has no parameters left.
    let bare = ModuleInterface {
        params: Vec::new(),
        ..interface
    };
    Ok(Source {
        parameters,
        files: files(design)?,
        kept: Vec::new(),
        wrapper: Some(RtlFile {
            name: format!("{FEW_PINS}.sv"),
            text: few_pins(&bare).print(&[]),
        }),
        top: bare.name,
    })
}

fn top(design: &Design) -> ModuleInterface {
    let top = design
        .printed
        .iter()
        .find(|module| module.name == design.top);
    top.map_or_else(
        || ModuleInterface::new(&design.top, [""; 0], []),
        |module| module.interface(),
    )
}

fn node<'a>(design: &'a Design, name: &str) -> Result<&'a Node, UnknownBlock> {
    let nodes = design.graph.nodes().map(|(_, node)| node);
    let nodes: Vec<&Node> = nodes.filter(|node| !node.module.is_empty()).collect();
    let by_name = nodes.iter().find(|node| node.name == name);
    let found = by_name.or_else(|| nodes.iter().find(|node| node.module == name));
    found.copied().ok_or_else(|| UnknownBlock {
        name: name.to_owned(),
        hint: suggest(name, nodes.iter().map(|node| node.name.as_str()), "blocks"),
    })
}

/// All modules without a banner, so that equal hardware is mapped once.
fn files(design: &Design) -> Result<Vec<RtlFile>, EmitError> {
    let file = |name: &str, text: String| RtlFile {
        name: format!("{name}.sv"),
        text,
    };
    let mut files = Vec::new();
    for leaf in &design.leaves {
        files.push(file(leaf.name, leaf.render(&[])?));
    }
    let printed = design.printed.iter();
    files.extend(printed.map(|module| file(&module.name, module.print(&[]))));
    Ok(files)
}
