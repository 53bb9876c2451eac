//! Between seconds, cycles and the time units of the scheduler's entries.
//!
//! Cycles are 48-bit counts. A latency in seconds becomes cycles by itself, rounded half to even; a time of an entry is a
//! whole number of units of 2^u cycles, rounded down.

/// Number of bits of a count of cycles.
pub const CYCLE_BITS: u32 = 48;

/// Largest count of cycles.
pub const MAX_CYCLES: u64 = (1 << CYCLE_BITS) - 1;

/// Cycles of a time in seconds, rounded half to even; `None` if it is NaN, negative or beyond [`MAX_CYCLES`].
///
/// The product with the clock is rounded to a double before it is rounded to cycles.
pub fn seconds_to_cycles(seconds: f64, clock_hz: u64) -> Option<u64> {
    let cycles = (seconds * clock_hz as f64).round_ties_even();
    // The comparison is false for NaN.
    let fits = (0.0..=MAX_CYCLES as f64).contains(&cycles);
    fits.then_some(cycles as u64)
}

/// Cycles of a layer: as [`seconds_to_cycles`], but at least 1, because a layer ends after it began.
pub fn layer_cycles(seconds: f64, clock_hz: u64) -> Option<u64> {
    seconds_to_cycles(seconds, clock_hz).map(|cycles| cycles.max(1))
}

/// Seconds of a count of cycles, to the nearest double for counts below 2^53.
pub fn cycles_to_seconds(cycles: u64, clock_hz: u64) -> f64 {
    cycles as f64 / clock_hz as f64
}

/// Time units of a count of cycles, rounded down. `time_unit` is in cycles, a power of two.
pub fn cycles_to_units(cycles: u64, time_unit: u64) -> u64 {
    debug_assert!(time_unit.is_power_of_two());
    cycles >> time_unit.trailing_zeros()
}

/// Mean latencies in seconds as the cycles that a table entry sums: each times the clock, added left to right from 0.
/// In double arithmetic and not rounded to whole cycles.
pub fn sum_cycles(latencies_s: &[f64], clock_hz: u64) -> f64 {
    let cycles = latencies_s.iter().map(|latency| latency * clock_hz as f64);
    cycles.fold(0.0, |sum, latency| sum + latency)
}

/// A sum of cycles as whole time units, rounded half to even; saturates at `u64::MAX`, and NaN gives 0.
pub fn sum_units(cycles: f64, time_unit: u64) -> u64 {
    (cycles / time_unit as f64).round_ties_even() as u64
}
