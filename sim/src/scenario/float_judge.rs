//! The same decisions in f64: what the score as written would have chosen from the state the hardware had.

use dysta_config::params::Predictor as Predicts;

use crate::engine::{Score, ScoreEnv};
use crate::float::{FloatScore, Scale};
use crate::golden::{Entry, Observer, Sight, is_earlier};
use crate::scenario::Scenario;
use crate::units::cycles_to_seconds;
use crate::workload::CycleRequest;

/// One candidate with both scores.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scored {
    /// Request id.
    pub id: u64,
    /// Score of the hardware, raw.
    pub raw: u64,
    /// Score in f64, times in seconds.
    pub float: f64,
}

/// A decision that f64 takes otherwise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// Number of the decision, from 0, over all decisions with a candidate.
    pub decision: usize,
    /// Sample time in cycles.
    pub now_cycles: u64,
    /// Number of candidates.
    pub queue: usize,
    /// What the hardware chose.
    pub hardware: Scored,
    /// What f64 chooses: the first strict minimum in order of admission.
    pub float: Scored,
}

/// Evaluates every contested decision of a golden run in f64.
///
/// The candidates and their history are those of the run, with the time that each has run. γ is the mean of counted over average
/// non-zeros or the run time over the average time, latencies are the unrounded averages, times are cycles over the clock, and a score is evaluated in seconds.
#[derive(Debug)]
pub struct FloatJudge<'a> {
    scenario: &'a Scenario,
    score: FloatScore,
    /// γ after k layers of each request.
    gammas: Vec<Vec<f64>>,
    decisions: usize,
    /// Decisions with more than one candidate.
    pub contested: usize,
    /// Decisions that f64 takes otherwise, in order.
    pub differences: Vec<Difference>,
}

impl<'a> FloatJudge<'a> {
    /// A judge of runs of `scenario`, whose requests keep their index as id.
    pub fn new(scenario: &'a Scenario) -> Self {
        let params = &scenario.params;
        let scale = Scale::seconds(scenario.clock_hz, scenario.workload.mean_isolated_s());
        Self {
            scenario,
            score: FloatScore::new(&params.program, &params.spec.policy, scale),
            gammas: scenario
                .requests
                .iter()
                .map(|r| gammas(scenario, r))
                .collect(),
            decisions: 0,
            contested: 0,
            differences: Vec::new(),
        }
    }

    fn judge(&mut self, sight: &Sight<'_>) {
        let score = |position: usize| Scored {
            id: sight.entries[position].request.id,
            raw: sight.scores[position],
            float: self.evaluate(sight, position),
        };
        let wins = |(score, number): (Scored, u32), (best, first): (Scored, u32)| {
            score.float < best.float || (score.float == best.float && is_earlier(number, first))
        };
        let numbers = sight.entries.iter().map(|entry| entry.admission);
        let scored = numbers
            .enumerate()
            .map(|(position, number)| (score(position), number));
        let best = scored.reduce(|best, next| if wins(next, best) { next } else { best });
        let Some((best, _)) = best else {
            return;
        };
        if best.id != sight.decision.id {
            self.differences.push(Difference {
                decision: self.decisions,
                now_cycles: sight.decision.sample_now,
                queue: sight.decision.queue,
                hardware: score(sight.winner),
                float: best,
            });
        }
    }

    /// Score in f64 of the candidate at `position`, times in seconds.
    pub fn evaluate(&self, sight: &Sight<'_>, position: usize) -> f64 {
        let entry = &sight.entries[position];
        let running = sight.running == Some(position);
        self.score.score(&self.env(sight, entry, running))
    }

    fn env(&self, sight: &Sight<'_>, entry: &Entry, running: bool) -> ScoreEnv {
        let seconds = |cycles| cycles_to_seconds(cycles, self.scenario.clock_hz);
        let stats = &self.scenario.workload.stats[entry.request.profile as usize];
        let layer = entry.layer as usize;
        let gammas = usize::try_from(entry.request.id)
            .ok()
            .and_then(|id| self.gammas.get(id));
        ScoreEnv {
            now: seconds(sight.decision.sample_now),
            deadline: seconds(entry.request.deadline),
            arrival: seconds(entry.arrival),
            last_run: seconds(entry.last_run),
            priority: f64::from(entry.request.priority),
            gamma: match self.scenario.params.spec.predictor {
                Predicts::LatencyRatio if layer > 0 => {
                    let average = stats.avg_latency_s[..layer].iter().sum::<f64>();
                    seconds(entry.numbers.gamma_sum) / average
                }
                _ => gammas.and_then(|g| g.get(layer)).copied().unwrap_or(1.0),
            },
            lat_remaining: stats.remaining_s.get(layer).copied().unwrap_or(0.0),
            isolated: stats.isolated_s,
            queue: sight.decision.queue as f64,
            layer: f64::from(entry.layer),
            running: f64::from(u8::from(running)),
        }
    }
}

/// γ after 0, 1, … layers of a request, where it follows the counted non-zeros.
fn gammas(scenario: &Scenario, request: &CycleRequest) -> Vec<f64> {
    let averages = &scenario.workload.stats[request.profile as usize].avg_nnz;
    let layers = request.layers.iter().zip(averages);
    let ratios: Vec<f64> = layers
        .map(|(layer, average)| f64::from(layer.nnz) / average)
        .collect();
    let mean = |first: usize, end: usize| {
        let sum = ratios[first..end]
            .iter()
            .fold(0.0, |sum, ratio| sum + ratio);
        sum / (end - first) as f64
    };
    let after = |executed: usize| match scenario.params.spec.predictor {
        Predicts::None | Predicts::LatencyRatio => 1.0,
        Predicts::DensityLast => ratios[executed - 1],
        Predicts::DensityLastN(window) => mean(executed.saturating_sub(window as usize), executed),
        Predicts::DensityAverage => mean(0, executed),
    };
    let values = (1..=ratios.len()).map(after);
    std::iter::once(1.0).chain(values).collect()
}

impl Observer for FloatJudge<'_> {
    fn decision(&mut self, sight: &Sight<'_>) {
        if sight.decision.contested() {
            self.contested += 1;
            self.judge(sight);
        }
        self.decisions += 1;
    }
}
