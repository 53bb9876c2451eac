//! Closed loop: clients that wait for their request, pause, and send the next.

use super::words::Words;
use crate::draw::Drawer;
use crate::table::Request;

/// Stream of the words of pauses.
const STREAM: u64 = 1;

/// The requests of `clients` clients, made while a run completes them.
///
/// Each client begins with a pause at time 0. Pauses are exponential. Requests are drawn in the order in which they are
/// sent, so a run is repeated exactly by its seed.
#[derive(Debug, Clone)]
pub struct ClosedLoop {
    drawer: Drawer,
    words: Words,
    think_s: f64,
    left: u32,
}

impl ClosedLoop {
    /// A loop that sends `requests` requests together.
    pub fn new(drawer: Drawer, think_s: f64, requests: u32, seed: u64) -> Self {
        Self {
            drawer,
            words: Words::new(seed, STREAM),
            think_s,
            left: requests,
        }
    }

    /// The first request of each client, in order of arrival.
    pub fn first(&mut self, clients: u32) -> Vec<Request> {
        let mut starts: Vec<f64> = (0..clients.min(self.left)).map(|_| self.pause()).collect();
        starts.sort_by(f64::total_cmp);
        starts
            .into_iter()
            .filter_map(|start| self.send(start))
            .collect()
    }

    /// The next request of a client whose request ended at `finish_s`; none when all have been sent.
    pub fn next_after(&mut self, finish_s: f64) -> Option<Request> {
        if self.left == 0 {
            return None;
        }
        let arrival = finish_s + self.pause();
        self.send(arrival)
    }

    fn pause(&mut self) -> f64 {
        self.think_s * self.words.exponential()
    }

    fn send(&mut self, arrival_s: f64) -> Option<Request> {
        self.left = self.left.checked_sub(1)?;
        Some(self.drawer.request(arrival_s))
    }
}
