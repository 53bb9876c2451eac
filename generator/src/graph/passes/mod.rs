//! The passes over a graph and their registry.
//!
//! To add a pass: write it in a file of its own, give every fault it finds a variant of
//! [`Problem`], put it into [`PASSES`] where its turn is, and add a case per fault to the tests.

mod buffers;
mod cycles;
mod estimate;
mod protocols;

use super::Graph;
use super::problem::{GraphError, Problem};

pub use buffers::insert_buffers;
pub use cycles::check_cycles;
pub(crate) use cycles::wire_edges;
pub use estimate::{Estimate, NodeEstimate, estimate};
pub use protocols::check_protocols;

/// One step of the work on a graph.
#[derive(Debug, Clone, Copy)]
pub struct Pass {
    /// Name.
    pub name: &'static str,
    /// What it does, in one line.
    pub doc: &'static str,
    /// Does it.
    pub run: fn(&mut Graph, &mut Report),
}

/// What the passes found so far.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Reasons why the graph cannot become hardware.
    pub problems: Vec<Problem>,
    /// Resources and latency, once estimated.
    pub estimate: Estimate,
}

/// All passes, in the order they run.
pub static PASSES: &[Pass] = &[
    Pass {
        name: "check_protocols",
        doc: "every input is driven once, by a port of the same protocol and payload",
        run: |graph, report| report.problems.extend(check_protocols(graph)),
    },
    Pass {
        name: "insert_buffers",
        doc: "every channel with a buffer gets a node of leaf dysta_skid or dysta_fifo",
        run: |graph, report| {
            // A graph with wrong ports keeps its channels as they are; the later checks count a buffer either way.
            if report.problems.is_empty() {
                insert_buffers(graph);
            }
        },
    },
    Pass {
        name: "check_cycles",
        doc: "every cycle of channels holds storage: no combinational loop, no stream loop that can lock up",
        run: |graph, report| report.problems.extend(check_cycles(graph)),
    },
    Pass {
        name: "estimate",
        doc: "resources and latency of every node and of the whole, from the model of each block",
        run: |graph, report| report.estimate = estimate(graph),
    },
];

/// Runs all passes and gives the estimate of the finished graph.
///
/// # Errors
/// All problems that any pass found.
pub fn run(graph: &mut Graph) -> Result<Estimate, GraphError> {
    let mut report = Report::default();
    for pass in PASSES {
        (pass.run)(graph, &mut report);
    }
    if report.problems.is_empty() {
        return Ok(report.estimate);
    }
    Err(GraphError {
        graph: graph.name.clone(),
        problems: report.problems,
    })
}
