//! Activations.

use std::fmt;

/// Extent of an activation tensor; all three are at least 1 in a valid layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Rows.
    pub height: u32,
    /// Columns.
    pub width: u32,
    /// Channels.
    pub channels: u32,
}

impl Shape {
    /// Makes a shape.
    pub fn new(height: u32, width: u32, channels: u32) -> Self {
        Self {
            height,
            width,
            channels,
        }
    }

    /// Number of elements.
    pub fn len(self) -> usize {
        [self.height, self.width, self.channels]
            .iter()
            .map(|extent| *extent as usize)
            .product()
    }

    /// Number of positions: rows times columns.
    pub fn positions(self) -> u64 {
        u64::from(self.height) * u64::from(self.width)
    }

    /// Tells whether there is no element.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
}

/// Prints `4x4x16`: height, width, channels.
impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}x{}", self.height, self.width, self.channels)
    }
}

/// An int8 activation tensor, channels last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tensor {
    /// Extent.
    pub shape: Shape,
    /// The code of the real value zero.
    pub zero_point: i8,
    /// Codes in the order row, column, channel.
    pub codes: Vec<i8>,
}

impl Tensor {
    /// The code minus the zero point, -255 to 255; 0 outside of the image, as padding means the real value zero.
    pub fn value(&self, row: i64, column: i64, channel: u32) -> i32 {
        match self.index(row, column, channel) {
            Some(index) => i32::from(self.codes[index]) - i32::from(self.zero_point),
            None => 0,
        }
    }

    /// Place of an element, none outside of the image.
    pub fn index(&self, row: i64, column: i64, channel: u32) -> Option<usize> {
        let inside = |place: i64, extent: u32| (0..i64::from(extent)).contains(&place);
        let is_inside = inside(row, self.shape.height) && inside(column, self.shape.width);
        let [width, channels] = [self.shape.width, self.shape.channels].map(|n| n as usize);
        is_inside.then(|| (row as usize * width + column as usize) * channels + channel as usize)
    }

    /// Number of elements whose real value is not zero.
    pub fn nonzeros(&self) -> usize {
        let is_nonzero = |code: &&i8| **code != self.zero_point;
        self.codes.iter().filter(is_nonzero).count()
    }

    /// Share of elements whose real value is not zero.
    pub fn density(&self) -> f64 {
        self.nonzeros() as f64 / self.codes.len().max(1) as f64
    }

    /// Share of positions whose real value is not zero, for each channel.
    pub fn densities(&self) -> Vec<f64> {
        let mut counts = vec![0_u64; self.shape.channels as usize];
        for position in self.codes.chunks(counts.len().max(1)) {
            for (count, code) in counts.iter_mut().zip(position) {
                *count += u64::from(*code != self.zero_point);
            }
        }
        let positions = self.shape.positions().max(1) as f64;
        counts.iter().map(|n| *n as f64 / positions).collect()
    }
}
