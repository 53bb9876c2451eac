//! Reports: one HTML file that needs no network and no script, with plots as inline SVG.
//!
//! [`element`] prints trees, [`axis`] and [`plot`] draw, [`gantt`] shows a window of a run, [`page`] puts a benchmark together. The same
//! plots serve the documentation.

pub mod axis;
pub mod bars;
pub mod element;
pub mod figure;
pub mod gantt;
pub mod page;
pub mod plot;
pub mod table;
