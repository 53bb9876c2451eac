//! Requests without traces: profiles made by hand, streams drawn from a seed, both in cycles.

use std::ops::RangeInclusive;

use dysta_sim::golden::{Fault, LayerStatus, Stimulus};
use dysta_sim::profile::ProfileStats;
use dysta_sim::units::MAX_CYCLES;
use dysta_sim::workload::{CycleRequest, LayerRun};

/// Averages of a profile from (latency in cycles, non-zeros) of each layer, for a clock of 1 Hz.
pub fn profile(name: &str, layers: &[(u64, u64)]) -> ProfileStats {
    let latencies: Vec<f64> = layers.iter().map(|(cycles, _)| *cycles as f64).collect();
    let empty = ProfileStats {
        name: name.to_owned(),
        layers: layers.len(),
        samples: 1,
        avg_latency_s: Vec::new(),
        avg_sparsity: vec![0.0; layers.len()],
        avg_nnz: layers.iter().map(|(_, nnz)| *nnz as f64).collect(),
        remaining_s: Vec::new(),
        isolated_s: 0.0,
    };
    empty.with_latencies(&latencies)
}

/// Pseudo-random 64-bit words (SplitMix64): the same seed gives the same words everywhere.
#[derive(Debug, Clone)]
pub struct Words(u64);

impl Words {
    /// The words of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next word.
    pub fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A value of a range that does not span all 64 bits.
    pub fn within(&mut self, range: &RangeInclusive<u64>) -> u64 {
        range.start() + self.word() % (range.end() - range.start() + 1)
    }

    /// True in `per_mille` of 1,000 draws.
    pub fn chance(&mut self, per_mille: u64) -> bool {
        self.word() % 1000 < per_mille
    }
}

/// Where the deadlines of a stream lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deadlines {
    /// The same absolute time for all, in cycles.
    At(u64),
    /// This many cycles after the arrival.
    After(RangeInclusive<u64>),
    /// Over, at the end of time, or soon after the arrival, drawn for each request.
    Extreme,
}

/// A stream of requests to draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stream {
    /// Seed of everything drawn.
    pub seed: u64,
    /// Number of requests.
    pub requests: u32,
    /// What is drawn from: row and number of layers of a profile; a row that is not loaded has no layers.
    pub profiles: Vec<(u32, u32)>,
    /// Cycles between arrivals.
    pub gap: RangeInclusive<u64>,
    /// Cycles of a layer.
    pub latency: RangeInclusive<u64>,
    /// Non-zeros of a layer.
    pub nnz: RangeInclusive<u64>,
    /// Deadlines.
    pub deadlines: Deadlines,
    /// Bits of a priority.
    pub priority_bits: u32,
    /// Of 1,000 layers so many fail or are aborted.
    pub faults_per_mille: u64,
    /// First handle; handles go down from there and wrap at `id_bits`.
    pub first_id: u32,
    /// Bits of a handle.
    pub id_bits: u32,
    /// Chance in 256 that a sink is not ready.
    pub pressure: u8,
    /// `now_i` in the first clock, in cycles.
    pub now_start: u64,
    /// Whether time jumps.
    pub jump: bool,
}

impl Default for Stream {
    /// Forty requests of one profile of one layer, all at once.
    fn default() -> Self {
        Self {
            seed: 1,
            requests: 40,
            profiles: vec![(0, 1)],
            gap: 0..=0,
            latency: 1..=200,
            nnz: 0..=2000,
            deadlines: Deadlines::After(0..=20_000),
            priority_bits: 4,
            faults_per_mille: 0,
            first_id: u32::MAX,
            id_bits: 16,
            pressure: 0,
            now_start: 0,
            jump: true,
        }
    }
}

impl Stream {
    /// Draws the stimulus.
    pub fn stimulus(&self) -> Stimulus {
        let mut words = Words::new(self.seed);
        let (mut requests, mut faults) = (Vec::new(), Vec::new());
        let mut arrival = self.now_start;
        for index in 0..self.requests {
            arrival += words.within(&self.gap);
            let request = self.request(index, arrival, &mut words);
            for layer in 0..request.layers.len() {
                faults.extend(self.fault(requests.len(), layer, &mut words));
            }
            requests.push(request);
        }
        Stimulus {
            requests,
            faults,
            pressure: self.pressure,
            seed: words.word() as u32,
            now_start: self.now_start,
            jump: self.jump,
            max_clocks: 1 << 26,
        }
    }

    fn request(&self, index: u32, arrival: u64, words: &mut Words) -> CycleRequest {
        let drawn = words.word() as usize % self.profiles.len();
        let (profile, layers) = self.profiles[drawn];
        let mut layer = || LayerRun {
            latency_cycles: words.within(&self.latency),
            nnz: words.within(&self.nnz) as u32,
        };
        let layers = (0..layers).map(|_| layer()).collect();
        CycleRequest {
            id: self.first_id.wrapping_sub(index) & low_bits(self.id_bits),
            profile,
            arrival,
            deadline: self.deadline(arrival, words),
            priority: words.word() as u32 & low_bits(self.priority_bits),
            layers,
        }
    }

    fn deadline(&self, arrival: u64, words: &mut Words) -> u64 {
        let deadline = match &self.deadlines {
            Deadlines::At(time) => *time,
            Deadlines::After(range) => arrival + words.within(range),
            Deadlines::Extreme => match words.word() % 4 {
                0 => 0,
                1 => arrival.saturating_sub(1),
                2 => MAX_CYCLES,
                _ => arrival + words.word() % 5000,
            },
        };
        deadline.min(MAX_CYCLES)
    }

    fn fault(&self, request: usize, layer: usize, words: &mut Words) -> Option<Fault> {
        let status = match words.word() % 2 {
            0 => LayerStatus::Error,
            _ => LayerStatus::Aborted,
        };
        words.chance(self.faults_per_mille).then_some(Fault {
            request,
            layer,
            status,
        })
    }
}

fn low_bits(bits: u32) -> u32 {
    u32::MAX >> (32 - bits.clamp(1, 32))
}
