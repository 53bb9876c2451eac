//! Shortest job first.

use super::scan::smallest;
use crate::engine::{Averages, Live, Needs, Policy};

/// The request with the least average time left runs; averages are those of its model.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sjf;

impl Policy for Sjf {
    fn name(&self) -> &str {
        "sjf"
    }

    fn needs(&self) -> Needs {
        Needs {
            averages: Averages::Model,
            gamma: false,
        }
    }

    fn choose(&mut self, live: &Live, _now: f64) -> usize {
        smallest(&live.lat_remaining)
    }
}
