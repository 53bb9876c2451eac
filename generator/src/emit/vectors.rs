//! The vectors of the emitted testbench, made by the golden model alone.

use std::fmt::Write as _;

use dysta_sim::golden::{Event, EventKind, RunError, Stimulus, Trace};
use dysta_sim::scenario::{Play, Scenario};

use super::rtl::short_digest;

/// Clocks without event that the testbench allows beyond those of the golden run.
const PATIENCE: u64 = 10_000;

/// What the testbench plays and expects; the formats are those of [`Testbench`](crate::leaf::Testbench).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vectors {
    /// First 64 bits of the digest.
    pub digest: String,
    /// How the requests are played.
    pub play: Play,
    /// Table writes: address, data.
    pub tables: Vec<[u64; 2]>,
    /// Requests: id, profile, deadline, priority, arrival, row of the first layer.
    pub requests: Vec<[u64; 6]>,
    /// Layers: latency, non-zeros, status.
    pub layers: Vec<[u64; 3]>,
    /// Events: kind, stamp, five fields.
    pub expected: Vec<[u64; 7]>,
    /// Counters after the run; none when the scheduler has no statistics.
    pub statistics: Vec<[u64; 1]>,
}

impl Vectors {
    /// Runs the golden model on all requests of a scenario and keeps what went in and what came out.
    ///
    /// # Errors
    /// If the golden run does not end.
    pub fn record(scenario: &Scenario, play: Play) -> Result<Self, RunError> {
        let stimulus = scenario.stimulus(&play);
        let trace = scenario.golden(&stimulus, &mut ())?;
        let writes = scenario.image.writes(&scenario.params);
        let (requests, layers) = flatten(&stimulus);
        Ok(Self {
            digest: short_digest(&scenario.params),
            play,
            tables: writes
                .into_iter()
                .map(|(address, data)| [address, data])
                .collect(),
            requests,
            layers,
            expected: trace.events.iter().map(event_words).collect(),
            statistics: statistics(scenario, &trace),
        })
    }

    /// The vector files: name and text.
    pub(super) fn files(&self) -> [(&'static str, String); 5] {
        let digest = &self.digest;
        [
            ("tables.hex", words(digest, &self.tables)),
            ("requests.hex", words(digest, &self.requests)),
            ("layers.hex", words(digest, &self.layers)),
            ("expected.hex", words(digest, &self.expected)),
            ("statistics.hex", words(digest, &self.statistics)),
        ]
    }

    /// Clocks without event after which the testbench gives up, also when it steps every clock.
    pub(super) fn watchdog_clocks(&self) -> u32 {
        let mut last = self.play.now_start;
        let gaps = self.expected.iter().map(|event| {
            let gap = event[1] - last;
            last = event[1];
            gap
        });
        let longest = gaps.max().unwrap_or(0);
        let limit = (longest + PATIENCE).min(i32::MAX as u64);
        u32::try_from(limit).unwrap_or(u32::MAX)
    }
}

fn flatten(stimulus: &Stimulus) -> (Vec<[u64; 6]>, Vec<[u64; 3]>) {
    let (mut requests, mut layers) = (Vec::new(), Vec::new());
    for (index, request) in stimulus.requests.iter().enumerate() {
        requests.push([
            u64::from(request.id),
            u64::from(request.profile),
            request.deadline,
            u64::from(request.priority),
            request.arrival,
            layers.len() as u64,
        ]);
        layers.extend(request.layers.iter().enumerate().map(|(layer, run)| {
            let status = stimulus.status(index, layer).code();
            [run.latency_cycles, u64::from(run.nnz), status]
        }));
    }
    (requests, layers)
}

fn event_words(event: &Event) -> [u64; 7] {
    let kind = EventKind::ALL.iter().position(|kind| *kind == event.kind);
    let [a, b, c, d, e] = event.fields;
    [kind.unwrap_or_default() as u64, event.stamp, a, b, c, d, e]
}

fn statistics(scenario: &Scenario, trace: &Trace) -> Vec<[u64; 1]> {
    match scenario.params.spec.statistics {
        true => trace
            .statistics
            .words()
            .map(|count| [u64::from(count)])
            .to_vec(),
        false => Vec::new(),
    }
}

/// One 64-bit word a line: the digest, the number of records, the records, the digest.
pub(super) fn words<const N: usize>(digest: &str, records: &[[u64; N]]) -> String {
    let mut text = format!("{digest}\n{:016x}\n", records.len());
    for word in records.iter().flatten() {
        let _ = writeln!(text, "{word:016x}");
    }
    let _ = writeln!(text, "{digest}");
    text
}
