//! What the requantiser is told: parameters for each output channel, or for each place of a pooled output.

use super::error::{Limit, Shortfall};
use super::layer::{Layer, Operation};
use super::quantise::Rescale;
use super::stream::WORD;
use super::view::View;

/// Most kinds of windows along one axis that the border of the image makes.
const KINDS_MAX: usize = Limit::WINDOWS as usize;
/// Behind every row and column.
const NEVER: u32 = 4095;
/// Places that the sum of a mean is shifted left: its rounding is exact from 2 on.
const MEAN_SHIFT: u32 = 3;

/// Parameters of a sum: what is added, multiplier, shifts to the left and then to the right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Parameters {
    pub bias: i32,
    pub multiplier: i32,
    pub left: u32,
    pub right: u32,
}

impl Parameters {
    pub fn new(bias: i32, rescale: Rescale) -> Self {
        Self {
            bias,
            multiplier: rescale.multiplier,
            left: rescale.shift.max(0) as u32,
            right: (-rescale.shift).max(0) as u32,
        }
    }

    /// The mean of `count` codes from the sum of their distances to the zero point.
    ///
    /// The quotient has at least two bits more than are kept, and the error of the reciprocal is far below half a step of
    /// them; so the last rounding sees every half as a half, and rounds it away from zero.
    pub fn mean(count: u32, zero_point: i8) -> Self {
        let reciprocal = Rescale::from_real(1.0 / f64::from(count));
        Self {
            bias: count as i32 * i32::from(zero_point),
            multiplier: reciprocal.multiplier,
            left: MEAN_SHIFT,
            right: (MEAN_SHIFT as i32 - reciprocal.shift) as u32,
        }
    }

    /// A maximum from the sum that keeps it, which is 256 above the distance to the zero point.
    pub fn maximum() -> Self {
        Self::new(-256, Rescale::ONE)
    }

    pub fn word(self) -> [u8; WORD] {
        let mut word = [0; WORD];
        word[..4].copy_from_slice(&self.bias.to_le_bytes());
        word[4..8].copy_from_slice(&self.multiplier.to_le_bytes());
        word[8] = (self.left << 5 | self.right) as u8;
        word
    }
}

/// Rows or columns of an output by the part of the window that lies in the image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kinds {
    /// The places before the first whole window, each a kind of its own.
    pub before: u32,
    /// First place behind the last whole window; from there each is a kind of its own again.
    pub behind: u32,
    /// First tap in the image and the one behind the last, for each kind.
    pub spans: Vec<[u32; 2]>,
}

impl Kinds {
    fn new(view: &View, axis: usize) -> Self {
        let [input, output] = [view.input, view.output].map(|s| [s.height, s.width][axis]);
        let (kernel, stride) = (view.window.kernel[axis], view.window.stride[axis]);
        let padding = view.padding()[axis];
        let span = |place: u32| {
            let first = padding.saturating_sub(place * stride);
            let end = (input + padding).saturating_sub(place * stride).min(kernel);
            [first, end]
        };
        let is_whole = |place: &u32| span(*place) == [0, kernel];
        let before = (0..output).find(is_whole).unwrap_or(output);
        let behind = (before..output).find(|place| !is_whole(place));
        let spans = (0..output.min(before + 1)).chain(behind.unwrap_or(output)..output);
        Self {
            before,
            behind: behind.unwrap_or(NEVER),
            spans: spans.map(span).collect(),
        }
    }
}

/// Kinds of rows and columns, and the parameters of all pairs: 8 columns for each row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pool {
    pub rows: Kinds,
    pub columns: Kinds,
    pub parameters: Vec<Parameters>,
}

impl Pool {
    /// Nothing for a layer that is no average pool.
    ///
    /// # Errors
    /// A border that makes too many kinds of windows.
    pub fn new(layer: &Layer, view: &View) -> Result<Option<Self>, Shortfall> {
        if !matches!(layer.operation, Operation::AveragePool { .. }) {
            return Ok(None);
        }
        let [rows, columns] = [0, 1].map(|axis| Kinds::new(view, axis));
        let most = rows.spans.len().max(columns.spans.len());
        if most > KINDS_MAX {
            return Err(Shortfall {
                limit: Limit::Windows,
                needed: most as u64,
                available: KINDS_MAX as u64,
            });
        }
        let length = |span: &[u32; 2]| span[1] - span[0];
        let mean =
            |row, column| Parameters::mean(length(row) * length(column), layer.input_zero_point);
        let mut table = Vec::new();
        for (index, row) in rows.spans.iter().enumerate() {
            // Columns that the image does not have are never asked for.
            table.resize(index * KINDS_MAX, Parameters::mean(1, 0));
            table.extend(columns.spans.iter().map(|column| mean(row, column)));
        }
        Ok(Some(Self {
            rows,
            columns,
            parameters: table,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::super::quantise::{doubling_high_product, rounding_shift_right};
    use super::*;

    #[test]
    fn means_round_halves_away_from_zero() {
        for count in (1_u32..=130).chain([1024, 2304, 16384]) {
            let found = Parameters::mean(count, 0);
            let most = 255 * count as i32;
            let step = 1 + most as usize / 40_000;
            for sum in (-most..=most).step_by(step) {
                let high = doubling_high_product(sum << found.left, found.multiplier);
                let mean = rounding_shift_right(high, found.right);
                let half = count as i32 / 2 * sum.signum();
                assert_eq!(mean, (sum + half) / count as i32, "{sum} / {count}");
            }
        }
    }
}
