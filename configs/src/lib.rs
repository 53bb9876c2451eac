//! YAML presets and the schema that reads them.
//!
//! A configuration goes through four steps: [`tree`] reads YAML with places, [`merge`] follows
//! `extends:` and `--set`, [`fields`] checks every value against one table and collects all
//! problems, and the cross checks turn the result into validated parameters.

pub mod accelerator;
pub mod benchmark;
pub mod checks;
pub mod codes;
pub mod data;
pub mod diag;
pub mod expr;
pub mod fields;
pub mod layout;
pub mod load;
pub mod lower;
pub mod merge;
pub mod params;
pub mod presets;
pub mod schema;
pub mod snippet;
pub mod soft_float;
pub mod source;
pub mod suite;
pub mod system;
pub mod target;
pub mod tree;
pub mod workload;
