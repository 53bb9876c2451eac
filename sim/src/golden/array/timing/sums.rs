//! The datapath of all layers but additions: from the words of both streams to the sums that are drained.

use dysta_config::accelerator::Accelerator;

use super::Job;
use super::column::Column;
use super::drain::{Drain, Drained};
use super::element::{Element, Signals, Steps};
use super::feeder::Feeder;
use super::job::{Fields, Nonzeros, WeightTiles, patch_tables};
use super::loader::Loader;
use super::output::Compress;
use super::stalls::{Causes, ColumnActivity, ColumnStalls, Starved};
use super::weights::{Deal, RowWeights};
use crate::array::Counters;

/// Blocks that the streams of input and weights go through.
#[derive(Debug)]
pub(super) struct Datapath<'a> {
    input: &'a Nonzeros,
    output: &'a Nonzeros,
    tiles: WeightTiles,
    steps: Steps,
    loader: Loader,
    feeder: Feeder,
    deal: Deal,
    rows: Vec<RowWeights>,
    heads: Vec<Head>,
    drains: Vec<Drain>,
    /// Rows of which an element uses both banks.
    full: u16,
}

/// A column with its elements.
#[derive(Debug)]
struct Head {
    column: Column,
    elements: Vec<Element>,
    stalls: ColumnStalls,
    /// Rows whose queue has room; all have a finished half.
    room: u16,
    finished: bool,
}

/// What the datapath takes in a clock.
#[derive(Debug, Clone, Copy)]
pub(super) struct Taken {
    /// A word of input, of weights.
    pub words: [bool; 2],
    /// Words of the input, when they are told.
    pub length: Option<u32>,
}

impl<'a> Datapath<'a> {
    pub fn new(a: &Accelerator, fields: &Fields, job: &Job<'a>, input: &'a Nonzeros) -> Self {
        let all_rows = ((1_u32 << a.rows) - 1) as u16;
        let head = |column: u32| Head {
            column: Column::new(column, a.rows),
            elements: (0..a.rows as usize)
                .map(|row| Element::new(row, fields))
                .collect(),
            stalls: ColumnStalls::default(),
            room: all_rows,
            finished: false,
        };
        let ways = a.columns.min(2);
        Self {
            input,
            output: job.output,
            tiles: WeightTiles::new(job.weights, fields),
            steps: Steps {
                queue_depth: a.queue_depth as usize,
                column: fields.segment_step[0] as u16,
                row: fields.segment_step[1] as u16,
                segment_mask: ((1_u32 << a.segment_bits) - 1) as u16,
                weight_tiles: fields.weight_tiles(),
            },
            loader: Loader::new(fields, input),
            feeder: Feeder::new(fields, patch_tables(job.descriptor, fields), a.columns),
            deal: Deal::new(),
            rows: (0..a.rows as usize)
                .map(|row| RowWeights::new(row, fields))
                .collect(),
            heads: (0..a.columns).map(head).collect(),
            drains: (0..ways).map(|way| Drain::new(way, ways)).collect(),
            full: 0,
        }
    }

    /// Weight tiles whose activations were all sent.
    pub fn steps_done(&self) -> u64 {
        self.feeder.steps
    }

    /// Why elements without an activation have none.
    pub fn starved(&self, input_dry: bool, output_full: bool) -> Starved {
        let draining = self.drains.iter().any(Drain::busy);
        match (self.feeder.busy(), draining && !output_full) {
            (true, _) if input_dry && self.feeder.awaits() => Starved::Memory,
            (true, _) => Starved::NoActivation,
            (false, true) => Starved::Drain,
            (false, false) => Starved::Memory,
        }
    }

    /// One clock: words that are there, sums that the compressors take.
    pub fn step(
        &mut self,
        fields: &Fields,
        valid: [bool; 2],
        taken: [bool; 2],
        compressors: &mut [Compress],
        (causes, counters): (&Causes, &mut Counters),
    ) -> Taken {
        let mut drained = [Drained::default(); 2];
        for (way, drain) in self.drains.iter_mut().enumerate() {
            drained[way] = drain.act(fields, self.output);
            let finished = self.heads[drained[way].column].finished;
            drain.step(fields, &drained[way], finished, taken[way]);
            compressors[way].step(fields, drained[way].sums, taken[way]);
        }
        let full = std::mem::take(&mut self.full);
        let unit_taken = self.columns(fields, &drained, causes, counters);
        let loader_word = valid[0] && self.loader.ready();
        let (loaded_rows, freed_rows) = (self.loader.loaded_rows, self.feeder.freed_rows);
        self.feeder
            .step(fields, self.input, unit_taken, loaded_rows);
        let length = self.loader.step(loader_word, freed_rows);
        let deal_word = self.weights(fields, valid[1], full);
        Taken {
            words: [loader_word, deal_word],
            length,
        }
    }

    /// Columns and elements; tells whether the word in front of the columns is taken.
    fn columns(
        &mut self,
        fields: &Fields,
        drained: &[Drained; 2],
        causes: &Causes,
        counters: &mut Counters,
    ) -> bool {
        let loaded = self.rows.iter().enumerate();
        let loaded = loaded.fold(0_u16, |mask, (row, weights)| {
            mask | u16::from(weights.loaded) << row
        });
        let ways = self.drains.len();
        let mut unit_taken = false;
        for (index, head) in self.heads.iter_mut().enumerate() {
            let drained = &drained[index % ways];
            let drained = (drained.column == index).then_some(drained);
            let activity = ColumnWork {
                steps: &self.steps,
                tiles: &self.tiles,
                loaded,
                drained,
            };
            let (sent, taken) = head.column.step(fields, self.feeder.unit, head.room);
            unit_taken |= taken;
            let (now, full) = head.step(&activity);
            if let Some(sent) = sent {
                for (row, element) in head.elements.iter_mut().enumerate() {
                    if sent.mask >> row & 1 == 1 {
                        element.acts.push(sent.acts[row % 2]);
                    }
                }
            }
            head.look(self.steps.queue_depth);
            self.full |= full;
            let all = ((1_u32 << head.elements.len()) - 1) as u16;
            head.stalls.count(all, now, causes, counters);
        }
        unit_taken
    }

    /// Deals a word, fills banks; tells whether a word is taken.
    fn weights(&mut self, fields: &Fields, word: bool, full: u16) -> bool {
        let depth = self.steps.queue_depth;
        let rows = self.rows.iter().enumerate();
        let room = rows.fold(0_u16, |mask, (row, weights)| {
            mask | u16::from((weights.words as usize) < depth) << row
        });
        let (taken, place) = self.deal.step(&self.tiles, fields, word, room);
        let group = fields.group_rows() as usize;
        let rows = (fields.groups as usize + 1) * group;
        for (row, weights) in self.rows.iter_mut().enumerate() {
            weights.step(&self.tiles, fields, full >> row & 1 == 1);
            if row < rows && place == Some(row % group) {
                weights.words += 1;
            }
        }
        taken
    }
}

/// What comes to the elements of a column in a clock.
struct ColumnWork<'a> {
    steps: &'a Steps,
    tiles: &'a WeightTiles,
    /// Rows whose bank was filled.
    loaded: u16,
    drained: Option<&'a Drained>,
}

impl Head {
    /// One clock of the elements; gives what they do, and which use both banks at its end.
    fn step(&mut self, work: &ColumnWork<'_>) -> (ColumnActivity, u16) {
        let mut now = ColumnActivity::default();
        let mut full = 0;
        let drains = work.drained.map_or(0, |drained| drained.rows);
        let done = work.drained.is_some_and(|drained| drained.done);
        for (row, element) in self.elements.iter_mut().enumerate() {
            let signals = Signals {
                loaded: work.loaded >> row & 1 == 1,
                drain: drains >> row & 1 == 1,
                done,
            };
            now.add(row, element.step(work.steps, work.tiles, signals));
            full |= u16::from(element.full()) << row;
        }
        (now, full)
    }

    /// What the next clock sees of the elements.
    fn look(&mut self, depth: usize) {
        self.room = 0;
        self.finished = true;
        for (row, element) in self.elements.iter().enumerate() {
            self.room |= u16::from(element.acts.len() < depth) << row;
            self.finished &= element.finished;
        }
    }
}
