//! The share of the scheduler in a system with an array.

use dysta_generator::graph::Cost;
use dysta_sim::synthesis::Area;
use serde_json::{Map, Value, json};

use super::Finding;

/// Resources of both parts, counted in one way.
pub struct Shares {
    /// Where the numbers come from: `yosys` or `model`.
    origin: &'static str,
    scheduler: [u32; 4],
    array: [u32; 4],
}

const KEYS: [&str; 4] = ["lut", "ff", "dsp", "bram18"];

fn counts(area: &Area) -> [u32; 4] {
    [area.tables(), area.ff, area.dsp, area.bram]
}

fn estimated(cost: &Cost) -> [u32; 4] {
    [cost.lut, cost.ff, cost.dsp, cost.bram18]
}

impl Shares {
    /// From the mapped parts where both were mapped, else from the model; nothing without an array.
    pub fn new(finding: &Finding) -> Option<Self> {
        let mapped = finding.scheduler_area().zip(finding.array_area());
        let (origin, scheduler, array) = match (mapped, &finding.estimates) {
            (Some((scheduler, array)), _) => ("yosys", counts(&scheduler), counts(&array)),
            (None, Some([scheduler, array])) => ("model", estimated(scheduler), estimated(array)),
            (None, None) => return None,
        };
        Some(Self {
            origin,
            scheduler,
            array,
        })
    }

    /// Key, count of the scheduler, count of both, and the share where there is any.
    fn each(&self) -> impl Iterator<Item = (&'static str, u32, u32, Option<f64>)> {
        let counts = self.scheduler.iter().zip(self.array);
        KEYS.into_iter().zip(counts).map(|(key, (own, other))| {
            let both = own.saturating_add(other);
            let share = (both > 0).then(|| f64::from(*own) / f64::from(both));
            (key, *own, both, share)
        })
    }

    /// A line for each kind of resource.
    pub fn text(&self) -> String {
        let line = |(key, own, both, share): (&str, u32, u32, Option<f64>)| {
            let share = share.map_or_else(|| "-".to_owned(), |s| format!("{:.2} %", 100.0 * s));
            format!("{key:<7}{own:>8} of {both:>8}{share:>10}\n")
        };
        format!(
            "\nshare of the scheduler in scheduler and array (origin: {})\n{}",
            self.origin,
            self.each().map(line).collect::<String>()
        )
    }

    /// The same as numbers.
    pub fn json(&self) -> Value {
        let map = |counts: &[u32; 4]| {
            let pairs = KEYS.into_iter().zip(counts);
            pairs
                .map(|(key, count)| (key.to_owned(), json!(count)))
                .collect::<Map<_, _>>()
        };
        let shares = self
            .each()
            .map(|(key, _, _, share)| (key.to_owned(), json!(share)));
        json!({
            "origin": self.origin,
            "scheduler": map(&self.scheduler),
            "array": map(&self.array),
            "scheduler_share": shares.collect::<Map<_, _>>(),
        })
    }
}
