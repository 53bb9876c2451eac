//! Dysta: predicted time left, plus a little of the slack and of the time spent waiting.

use crate::engine::{Averages, Live, Needs, Policy};

/// Weight of slack and penalty against the time left.
const BETA: f64 = 0.01;

/// Positions that are looked at together.
const BLOCK: usize = 8;

/// The request with the smallest `r + beta * (slack + penalty)` runs: r the predicted time left, slack what remains before the deadline beyond
/// it, from 0 on, penalty the idle time over isolated latency and number of live requests.
#[derive(Debug, Clone)]
pub struct Dysta {
    name: &'static str,
    needs: Needs,
    penalty_scale_s: f64,
    with_gamma: bool,
}

impl Dysta {
    /// Policy `dysta`; the penalty counts in `penalty_scale_s`, from 0 on.
    pub fn new(penalty_scale_s: f64) -> Self {
        let needs = Needs {
            averages: Averages::Pattern,
            gamma: true,
        };
        Self::variant("dysta", needs, penalty_scale_s, true)
    }

    /// A variant that is told other times; with `with_gamma` recordings keep gamma.
    pub(super) fn variant(
        name: &'static str,
        needs: Needs,
        penalty_scale_s: f64,
        with_gamma: bool,
    ) -> Self {
        Self {
            name,
            needs,
            penalty_scale_s,
            with_gamma,
        }
    }

    /// Slack plus penalty in seconds, at least 0.
    #[inline]
    fn urgency(&self, live: &Live, now: f64, position: usize) -> f64 {
        let slack = (live.deadline[position] - now) - live.predicted[position];
        let slack = if slack < 0.0 { 0.0 } else { slack };
        let idle = now - live.last_run[position];
        let penalty = (idle / live.isolated[position]) / live.len() as f64;
        slack + penalty * self.penalty_scale_s
    }

    #[inline]
    fn key(&self, live: &Live, now: f64, position: usize) -> f64 {
        live.predicted[position] + BETA * self.urgency(live, now, position)
    }
}

impl Policy for Dysta {
    fn name(&self) -> &str {
        self.name
    }

    fn needs(&self) -> Needs {
        self.needs
    }

    /// Neither slack nor penalty is negative, and rounding keeps order, so no key is below its r: a request whose r is above the smallest key
    /// so far cannot win and needs no key. The request that just ran is the best guess to begin with.
    fn choose(&mut self, live: &Live, now: f64) -> usize {
        if live.len() == 1 {
            return 0;
        }
        let mut choice = live.running().unwrap_or(0);
        let mut best = self.key(live, now, choice);
        let mut start = 0;
        for block in live.predicted.chunks(BLOCK) {
            if block.iter().fold(false, |any, &r| any | (r <= best)) {
                for position in start..start + block.len() {
                    if live.predicted[position] <= best {
                        let key = self.key(live, now, position);
                        if key < best || (key == best && position < choice) {
                            (choice, best) = (position, key);
                        }
                    }
                }
            }
            start += block.len();
        }
        choice
    }

    fn values(&self, live: &Live, now: f64, position: usize, values: &mut Vec<f64>) {
        values.push(self.urgency(live, now, position));
        if self.with_gamma {
            values.push(live.gamma[position]);
        }
    }
}
