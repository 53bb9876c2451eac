//! What the published simulator leaves out: time that decisions, preemptions and admissions take.

use dysta_config::expr::Timing;
use dysta_config::params::SchedulerParams;

/// How long a decision takes, from the end of a layer to the start of the next.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum DecisionCost {
    /// No time.
    #[default]
    Free,
    /// The same time in seconds for each decision, from 0 on.
    Fixed(f64),
    /// The clocks of a scheduler: `max(II * ceil(Q / P), U) + C` with Q candidates on P lanes.
    Hardware {
        /// The constants.
        timing: Timing,
        /// Lanes P.
        lanes: u32,
        /// Clock in Hz.
        clock_hz: u64,
    },
}

impl DecisionCost {
    /// The decisions of a scheduler at `clock_hz`.
    pub fn of_hardware(params: &SchedulerParams, clock_hz: u64) -> Self {
        Self::Hardware {
            timing: *params.timing(),
            lanes: params.spec.lanes,
            clock_hz,
        }
    }

    /// Seconds of a decision among `queue` candidates, from 1.
    #[inline]
    pub fn seconds(&self, queue: usize) -> f64 {
        match self {
            Self::Free => 0.0,
            Self::Fixed(seconds) => *seconds,
            Self::Hardware {
                timing,
                lanes,
                clock_hz,
            } => {
                let queue = u32::try_from(queue).unwrap_or(u32::MAX);
                f64::from(timing.latency(queue, *lanes)) / *clock_hz as f64
            }
        }
    }
}

/// All costs; the default is none.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Costs {
    /// Time of a decision.
    pub decision: DecisionCost,
    /// Seconds added to a layer that runs in place of one of another request which has layers left, from 0 on: its weights are fetched again.
    pub preemption_s: f64,
    /// The same as a share of that layer's latency, from 0 on.
    pub preemption_share: f64,
    /// Seconds from the arrival of a request until the scheduler knows it, from 0 on.
    pub admission_s: f64,
}
