//! The emitted package: its files byte by byte, its testbench in both simulators, its lists and descriptions, its header, its
//! wrapper, its scripts.

mod flows;
mod header;
mod lint;
mod lists;
mod snapshots;
mod testbench;
mod wrapper;
