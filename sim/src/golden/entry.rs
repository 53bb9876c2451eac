//! A live request.

use super::numbers::{Candidate, EntryNumbers};
use super::ports::Submit;

/// A live request.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Payload of `submit`.
    pub request: Submit,
    /// `now_i` at the submit handshake, in cycles.
    pub arrival: u64,
    /// End of the latest layer, at first the arrival, in cycles.
    pub last_run: u64,
    /// Next layer to run, from 0.
    pub layer: u32,
    /// Admission number, compared modulo 2^32.
    pub admission: u32,
    /// Numeric state.
    pub numbers: EntryNumbers,
}

impl Entry {
    /// The entry as a score sees it.
    pub fn candidate(&self, running: bool) -> Candidate<'_> {
        Candidate {
            arrival: self.arrival,
            deadline: self.request.deadline,
            last_run: self.last_run,
            priority: self.request.priority,
            profile: self.request.profile,
            layer: self.layer,
            running,
            numbers: &self.numbers,
        }
    }
}

/// Whether admission number `a` was given before `b`, modulo 2^32.
pub fn is_earlier(a: u32, b: u32) -> bool {
    a.wrapping_sub(b) >> 31 == 1
}
