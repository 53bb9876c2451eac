//! A workload: profiles, what software knows of them, and the requests that arrive.

use crate::profile::ProfileStats;
use crate::table::{Request, check_requests};
use crate::trace::{DataError, DataResult, Problem, ProfileTrace};
use crate::units::{layer_cycles, seconds_to_cycles};

/// Profiles and requests that belong together. Made by [`Workload::new`], which checks them.
#[derive(Debug, Clone, PartialEq)]
pub struct Workload {
    /// Name of the table or draw, for diagnostics.
    pub origin: String,
    /// The traces; requests index them.
    pub profiles: Vec<ProfileTrace>,
    /// The averages of each trace, in the same order.
    pub stats: Vec<ProfileStats>,
    /// The requests in order of arrival, at least one.
    pub requests: Vec<Request>,
}

/// One layer of one request as the accelerator runs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LayerRun {
    /// Cycles from the dispatch to the end of the layer, at least 1.
    pub latency_cycles: u64,
    /// Non-zeros that the monitor counts in the layer's input.
    pub nnz: u32,
}

/// A request in cycles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CycleRequest {
    /// Index of the request in the workload.
    pub id: u32,
    /// Index of its profile.
    pub profile: u32,
    /// Arrival in cycles, 48 bits.
    pub arrival: u64,
    /// Absolute deadline in cycles, 48 bits.
    pub deadline: u64,
    /// Priority; larger is more urgent.
    pub priority: u32,
    /// The layers in execution order, at least one.
    pub layers: Vec<LayerRun>,
}

impl CycleRequest {
    /// Isolated latency in cycles: the sum of the layers.
    pub fn isolated_cycles(&self) -> u64 {
        self.layers.iter().map(|layer| layer.latency_cycles).sum()
    }
}

impl Workload {
    /// Joins profiles and requests. `origin` names the table or draw in diagnostics.
    ///
    /// Fails if there is no request, a profile or sample index is out of range, arrivals are unsorted, or a time is NaN,
    /// infinite or negative.
    pub fn new(
        origin: impl Into<String>,
        profiles: Vec<ProfileTrace>,
        requests: Vec<Request>,
    ) -> DataResult<Self> {
        let stats = profiles.iter().map(ProfileStats::new).collect();
        Self::with_stats(origin, profiles, stats, requests)
    }

    /// As [`Workload::new`], with averages over other samples than those that requests run on. `stats` has an entry for each
    /// profile.
    ///
    /// # Errors
    /// Those of [`Workload::new`].
    pub fn with_stats(
        origin: impl Into<String>,
        profiles: Vec<ProfileTrace>,
        stats: Vec<ProfileStats>,
        requests: Vec<Request>,
    ) -> DataResult<Self> {
        let origin = origin.into();
        check_requests(&origin, &profiles, &requests)?;
        Ok(Self {
            origin,
            profiles,
            stats,
            requests,
        })
    }

    /// Real isolated latency in seconds of each request: its own sample's layers, summed left to right.
    pub fn isolated_s(&self) -> Vec<f64> {
        let isolated =
            |request: &Request| self.profiles[request.profile].samples[request.sample].isolated_s();
        self.requests.iter().map(isolated).collect()
    }

    /// Mean over the profiles of their isolated latency in seconds: the penalty scale `mean_isolated`.
    pub fn mean_isolated_s(&self) -> f64 {
        let total = self
            .stats
            .iter()
            .fold(0.0, |sum, stats| sum + stats.isolated_s);
        total / self.stats.len() as f64
    }

    /// The requests in cycles of a clock of `clock_hz`.
    ///
    /// Arrival, absolute deadline and each layer are rounded half to even by themselves; a layer takes at least 1 cycle.
    /// The order stays that of the table, also where arrivals fall into the same cycle. Fails if a time does not fit 48
    /// bits.
    pub fn cycle_requests(&self, clock_hz: u64) -> DataResult<Vec<CycleRequest>> {
        let request =
            |(index, request): (usize, &Request)| self.cycle_request(index, request, clock_hz);
        self.requests.iter().enumerate().map(request).collect()
    }

    fn cycle_request(
        &self,
        index: usize,
        request: &Request,
        clock_hz: u64,
    ) -> DataResult<CycleRequest> {
        let too_long = |what: &str, seconds: f64| {
            let problem = Problem::CyclesOutOfRange {
                what: format!("{what} of request {index}"),
                seconds: seconds.to_string(),
                clock_hz,
            };
            DataError::of_file(&self.origin, problem)
        };
        let cycles = |what: &str, seconds: f64| {
            seconds_to_cycles(seconds, clock_hz).ok_or_else(|| too_long(what, seconds))
        };
        let profile = &self.profiles[request.profile];
        let sample = &profile.samples[request.sample];
        let layer = |index: usize| {
            let seconds = sample.latency_s[index];
            Ok(LayerRun {
                latency_cycles: layer_cycles(seconds, clock_hz)
                    .ok_or_else(|| too_long("a layer", seconds))?,
                nnz: profile.nnz(request.sample, index).unwrap_or(0),
            })
        };
        Ok(CycleRequest {
            id: index as u32,
            profile: request.profile as u32,
            arrival: cycles("the arrival", request.arrival_s)?,
            deadline: cycles("the deadline", request.deadline_s())?,
            priority: request.priority,
            layers: (0..profile.layers.len())
                .map(layer)
                .collect::<DataResult<_>>()?,
        })
    }
}
