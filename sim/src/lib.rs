//! Everything that executes without RTL text.

pub mod array;
pub mod arrivals;
pub mod bench;
pub mod bounds;
pub mod cosim;
pub mod draw;
pub mod engine;
pub mod exact;
pub mod float;
pub mod golden;
pub mod image;
pub mod metrics;
pub mod network;
pub mod policies;
pub mod profile;
pub mod reference;
pub mod report;
pub mod scenario;
pub mod schedule;
pub mod synthesis;
pub mod table;
pub mod tflite;
pub mod trace;
pub mod units;
pub mod workload;
