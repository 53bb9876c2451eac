//! Axes: where values fall, and which of them are written.

/// A range of values on a range of pixels.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
    logarithmic: bool,
    /// Values that are written.
    pub ticks: Vec<f64>,
}

/// A range this many times as wide as its lower end is drawn on a logarithmic scale.
const LOGARITHMIC: f64 = 20.0;

impl Axis {
    /// An axis over `values` with round ends; it begins at 0 unless the values are far from it or span decades.
    pub fn over(values: impl IntoIterator<Item = f64>, from: f64, to: f64) -> Self {
        let finite = values.into_iter().filter(|value| value.is_finite());
        let (low, high) = finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        });
        match low.is_finite() {
            true => Self::between(low, high, from, to),
            false => Self::between(0.0, 1.0, from, to),
        }
    }

    fn between(low: f64, high: f64, from: f64, to: f64) -> Self {
        if low > 0.0 && high / low > LOGARITHMIC {
            return Self::decades(low, high, from, to);
        }
        let near_zero = low >= 0.0 && low < high / 2.0;
        let low = if near_zero { 0.0 } else { low };
        let span = if high > low {
            high - low
        } else {
            high.abs().max(1.0)
        };
        let step = round_step(span / 4.0);
        let low = (low / step).floor() * step;
        let high = ((high / step).ceil() * step).max(low + step);
        let count = ((high - low) / step).round() as usize;
        Self {
            ticks: (0..=count).map(|tick| low + tick as f64 * step).collect(),
            low,
            high,
            from,
            to,
            logarithmic: false,
        }
    }

    fn decades(low: f64, high: f64, from: f64, to: f64) -> Self {
        let (first, last) = (low.log10().floor() as i32, high.log10().ceil() as i32);
        Self {
            low: 10_f64.powi(first),
            high: 10_f64.powi(last),
            ticks: (first..=last).map(|power| 10_f64.powi(power)).collect(),
            from,
            to,
            logarithmic: true,
        }
    }

    /// The pixel of a value; values beyond the ends stay at them.
    pub fn pixel(&self, value: f64) -> f64 {
        let value = value.clamp(self.low, self.high);
        let share = match self.logarithmic {
            true => (value / self.low).ln() / (self.high / self.low).ln(),
            false => (value - self.low) / (self.high - self.low),
        };
        self.from + share * (self.to - self.from)
    }

    /// A tick as text: with as few digits as tell all ticks apart exactly.
    pub fn label(&self, tick: f64) -> String {
        let near = |digits: usize| {
            let scale = 10_f64.powi(digits as i32);
            let rest = |tick: &f64| ((tick * scale).round() - tick * scale).abs();
            self.ticks.iter().all(|tick| rest(tick) < 1e-6)
        };
        let digits = match self.logarithmic {
            true if tick < 1.0 => (-tick.log10()).round() as usize,
            true => 0,
            false => (0..6).find(|&digits| near(digits)).unwrap_or(6),
        };
        format!("{tick:.digits$}")
    }
}

/// The smallest of 1, 2, 2.5, 5 times a power of ten that is not below `step`.
fn round_step(step: f64) -> f64 {
    let power = 10_f64.powf(step.log10().floor());
    let factors = [1.0, 2.0, 2.5, 5.0, 10.0];
    let found = factors
        .into_iter()
        .find(|factor| factor * power >= step * 0.999_999);
    found.unwrap_or(10.0) * power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(values: [f64; 2], labels: &[&str]) {
        let axis = Axis::over(values, 0.0, 100.0);
        let found: Vec<String> = axis.ticks.iter().map(|&tick| axis.label(tick)).collect();
        assert_eq!(found, labels);
        assert!(
            values
                .iter()
                .all(|&value| (0.0..=100.0).contains(&axis.pixel(value)))
        );
    }

    #[test]
    fn ends_and_ticks_are_round() {
        check([0.3, 5.4], &["0", "2", "4", "6"]);
        check([0.9, 9.4], &["0.0", "2.5", "5.0", "7.5", "10.0"]);
        check([0.91, 0.97], &["0.90", "0.92", "0.94", "0.96", "0.98"]);
        check([1.5, 300.0], &["1", "10", "100", "1000"]);
        check([0.0, 0.0], &["0.00", "0.25"]);
        check([45.0, 50.0], &["44", "46", "48", "50"]);
    }

    #[test]
    fn nothing_gives_a_usable_axis() {
        let axis = Axis::over([f64::NAN], 0.0, 10.0);
        assert_eq!((axis.pixel(-5.0), axis.pixel(9.0)), (0.0, 10.0));
    }
}
