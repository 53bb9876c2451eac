//! Score expressions: text → syntax tree → resolved source graph → [`Program`] of typed, classed, scheduled operators.
//!
//! A policy is an expression over what the scheduler knows (design: scheduler, "Policy = score expression"). This module
//! decides what the hardware computes: units, binding times, formats, order of operations, pipeline. Evaluation lives in
//! `dysta-sim`, lowering to RTL in `dysta-generator`; both follow the same [`Program`].

pub mod ast;
pub mod binding;
pub mod bound;
pub mod compile;
pub mod error;
pub mod field;
pub mod format;
pub mod numbers;
pub mod parse;
pub mod program;
pub mod schedule;
pub mod source;

pub use binding::{Binding, LaneIssue, SharedUnits, UnitKind};
pub use compile::{Widths, compile};
pub use error::ExprError;
pub use field::{Class, Field, Kind};
pub use format::{Format, Reciprocal, SHIFT_BITS, SHIFT_STEP};
pub use numbers::{INV_LAYERS, Numbers, inverse_count};
pub use program::{
    Column, ColumnSource, EntryValue, Node, NodeId, Op, Program, StaticRegister, Timing,
};
pub use schedule::{LaneSchedule, Product, SUM_CYCLE, UpdateSchedule};
pub use source::{Param, PolicySpec, Source, SourceId, SourceNode, SourceOp};
