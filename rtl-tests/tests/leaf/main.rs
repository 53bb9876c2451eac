//! The leaf modules alone: lint in three tools, limits of parameters, behaviour, inferred cells.

mod behaviour;
mod float;
mod lint;
mod paths;
mod synthesis;
mod testbench;
mod tools;
