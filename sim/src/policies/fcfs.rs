//! First come, first served.

use crate::engine::{Live, Needs, Policy};

/// The earliest arrival runs: always the first in order of admission.
#[derive(Debug, Clone, Copy, Default)]
pub struct Fcfs;

impl Policy for Fcfs {
    fn name(&self) -> &str {
        "fcfs"
    }

    fn needs(&self) -> Needs {
        Needs::default()
    }

    fn choose(&mut self, _live: &Live, _now: f64) -> usize {
        0
    }
}
