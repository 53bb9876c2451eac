//! Weights as they lie in memory.

use super::layer::{Layer, Operation};
use super::mapping::Plan;
use super::requantise::{Parameters, Pool};
use super::stream::WORD;

/// The weights of all blocks and tiles, in the order in which the array reads them.
pub(super) fn weight_stream(layer: &Layer, plan: &Plan, pool: Option<&Pool>) -> Vec<u8> {
    let mut stream = Vec::new();
    for block in 0..plan.blocks {
        for tile in 0..plan.channel_tiles {
            let rows = (0..plan.mapping.group_rows)
                .map(|row| {
                    let row = Row {
                        layer,
                        plan,
                        pool,
                        block,
                        tile,
                        row,
                    };
                    row.words()
                })
                .collect();
            deal(rows, &mut stream);
        }
    }
    stream
}

/// A word with the number of words of every row, then the words of the rows in turn.
fn deal(rows: Vec<Vec<u8>>, stream: &mut Vec<u8>) {
    let mut counts = [0; WORD];
    for (count, row) in counts.iter_mut().zip(&rows) {
        *count = (row.len() / WORD) as u8;
    }
    stream.extend(counts);
    let most = rows.iter().map(Vec::len).max().unwrap_or(0);
    for word in (0..most).step_by(WORD) {
        for row in &rows {
            stream.extend(row.get(word..word + WORD).unwrap_or(&[]));
        }
    }
}

/// The weights of one row in one tile of one block.
struct Row<'a> {
    layer: &'a Layer,
    plan: &'a Plan,
    pool: Option<&'a Pool>,
    block: u32,
    tile: u32,
    row: u32,
}

impl Row<'_> {
    fn words(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        if self.tile == 0 {
            match self.pool {
                Some(pool) => bytes.extend(pool.parameters.iter().flat_map(|p| p.word())),
                None => {
                    let outputs = (0..self.plan.mapping.row_channels).map(|i| self.output(i));
                    bytes.extend(outputs.flat_map(|output| self.parameters(output)));
                }
            }
        }
        let [rows, columns] = self.plan.view.taps();
        for tap in (0..rows).flat_map(|row| (0..columns).map(move |column| [row, column])) {
            for input in 0..self.plan.row_inputs {
                self.segment(tap, input, &mut bytes);
            }
        }
        bytes.resize(bytes.len().next_multiple_of(WORD), 0);
        bytes
    }

    /// Output channel of an index of the row, none behind the last.
    fn output(&self, index: u32) -> Option<u32> {
        let m = &self.plan.mapping;
        let output = self.block * m.block_channels() + index * m.group_rows + self.row;
        (output < self.plan.view.output.channels).then_some(output)
    }

    fn parameters(&self, output: Option<u32>) -> [u8; WORD] {
        let Some(output) = output else {
            return [0; WORD];
        };
        let parameters = match (&self.layer.operation, self.layer.operation.weights()) {
            (_, Some(weights)) => {
                let index = output as usize;
                Parameters::new(weights.bias[index], weights.rescales[index])
            }
            (Operation::Mean { rescale } | Operation::Relu { rescale }, None) => {
                Parameters::new(0, *rescale)
            }
            (Operation::MaxPool { .. }, None) => Parameters::maximum(),
            _ => return [0; WORD],
        };
        parameters.word()
    }

    /// Bitmap and codes of the outputs that one input channel meets at one place of the kernel.
    fn segment(&self, tap: [u32; 2], input: u32, bytes: &mut Vec<u8>) {
        let codes: Vec<i8> = (0..self.plan.mapping.row_channels)
            .map(|index| self.code(tap, input, index))
            .collect();
        let bits = |eight: &[i8]| {
            let set = eight.iter().enumerate().filter(|(_, code)| **code != 0);
            set.fold(0, |bits, (bit, _)| bits | 1 << bit)
        };
        bytes.extend(codes.chunks(8).map(bits));
        bytes.extend(
            codes
                .iter()
                .filter(|code| **code != 0)
                .map(|code| *code as u8),
        );
    }

    /// The weight between an input channel at a place of the kernel and an output of the row.
    fn code(&self, tap: [u32; 2], input: u32, index: u32) -> i8 {
        let view = &self.plan.view;
        let Some(output) = self.output(index) else {
            return 0;
        };
        let channel = match view.depthwise {
            // Each channel meets its own weights alone.
            true if input == index => output,
            true => return 0,
            false => self.tile * self.plan.mapping.tile_channels + input,
        };
        if channel >= view.input.channels {
            return 0;
        }
        view.weight(self.layer, output, tap, channel)
    }
}
