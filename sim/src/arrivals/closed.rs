//! Closed loop: clients that wait for their request, pause, and send the next.

use super::words::Words;
use crate::draw::Drawer;
use crate::engine::Requests;
use crate::table::Request;

/// Stream of the words of pauses.
const STREAM: u64 = 1;

/// The requests of some clients, made while a run completes them.
///
/// Each client begins with a pause at time 0. Pauses are exponential. Requests are drawn in the order in which they are
/// sent, so a run is repeated exactly by its seed.
#[derive(Debug, Clone)]
pub struct ClosedLoop {
    drawer: Drawer,
    words: Words,
    think_s: f64,
    /// Requests that are still to be sent.
    left: u32,
    /// Sent and not taken, the latest first.
    waiting: Vec<Request>,
}

impl ClosedLoop {
    /// `clients` clients that send `requests` requests together, with pauses of `think_s` seconds on average.
    pub fn new(drawer: Drawer, clients: u32, think_s: f64, requests: u32, seed: u64) -> Self {
        let mut clients_loop = Self {
            drawer,
            words: Words::new(seed, STREAM),
            think_s,
            left: requests,
            waiting: Vec::new(),
        };
        (0..clients).for_each(|_| clients_loop.send_after(0.0));
        clients_loop
    }

    fn send_after(&mut self, finish_s: f64) {
        if self.left == 0 {
            return;
        }
        self.left -= 1;
        let arrival_s = finish_s + self.think_s * self.words.exponential();
        let request = self.drawer.request(arrival_s);
        // Behind those of the same time: whoever asks first is served first.
        let place = self
            .waiting
            .partition_point(|other| other.arrival_s > arrival_s);
        self.waiting.insert(place, request);
    }
}

impl Requests for ClosedLoop {
    fn peek(&mut self) -> Option<&Request> {
        self.waiting.last()
    }

    fn take(&mut self) -> Option<Request> {
        self.waiting.pop()
    }

    fn finished(&mut self, _index: u64, finish_s: f64) {
        self.send_after(finish_s);
    }
}
