//! Timing of the array, clock by clock: when a layer ends and what its elements do meanwhile.
//!
//! The model has a part for every block of the array, with the registers that decide when something moves and none of the values. It is
//! written from the microarchitecture and fitted to nothing. Which activations, weights and outputs are zero it must be told; all else
//! follows from the descriptor.

mod add;
mod column;
mod drain;
mod element;
mod feeder;
mod job;
mod loader;
mod memory;
mod output;
mod ring;
mod stalls;
mod sums;
#[cfg(test)]
mod tests;
mod weights;
mod write;

use dysta_config::accelerator::Accelerator;
use serde::Serialize;

use crate::array::stream::Order;
use crate::array::{Counters, Program, Tensor};

pub use job::Nonzeros;

use add::Adder;
use job::Fields;
use memory::{Fetch, Memory};
use output::{Compress, Join, Words};
use stalls::{Causes, Starved, starve};
use sums::Datapath;
use write::Write;

/// A layer as the model needs it.
#[derive(Debug, Clone, Copy)]
pub struct Job<'a> {
    /// Words of the descriptor.
    pub descriptor: &'a [u32],
    /// The weight stream; of an addition it is not read.
    pub weights: &'a [u8],
    /// The input, or both of an addition.
    pub inputs: &'a [Nonzeros],
    /// The output.
    pub output: &'a Nonzeros,
    /// Order of the inputs of an addition; in other layers the descriptor has it.
    pub order: Order,
}

/// What the model says of a layer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Timing {
    /// What the counters of the array would show.
    pub counters: Counters,
    /// Transfers of the memory interface that read.
    pub transfers_read: u64,
    /// Transfers that wrote.
    pub transfers_written: u64,
}

/// Predicts a compiled layer whose output is known, on a memory that answers a burst `latency` clocks after it was taken; nothing where it
/// does not end within `limit` clocks.
pub fn predict(
    a: &Accelerator,
    program: &Program,
    output: &Tensor,
    latency: u64,
    limit: u64,
) -> Option<Timing> {
    let (shape, order) = program.input_order();
    let streams = program.input_streams();
    let inputs: Vec<Nonzeros> = streams
        .map(|stream| Nonzeros::packed(stream, shape, &order))
        .collect();
    let packed = program.packed(output);
    let job = Job {
        descriptor: &program.descriptor,
        weights: program.weights(),
        inputs: &inputs,
        output: &Nonzeros::packed(&packed, output.shape, &program.output_order()),
        order,
    };
    Machine::new(a, &job, latency)?.run(limit)
}

/// Blocks between memory and output.
#[derive(Debug)]
enum Work<'a> {
    Sums(Box<Datapath<'a>>),
    Add(Adder),
}

/// The array while it runs a layer; the first clock is that of the first burst.
#[derive(Debug)]
pub struct Machine<'a> {
    fields: Fields,
    elements: u64,
    memory: Memory,
    /// Readers of the input, of the weights.
    readers: [Fetch; 2],
    work: Work<'a>,
    compressors: Vec<Compress>,
    join: Join,
    words: Words,
    write: Write,
    counters: Counters,
    all_steps: u64,
    done: bool,
}

impl<'a> Machine<'a> {
    /// The array at the beginning of a layer; nothing where inputs are missing.
    pub fn new(a: &Accelerator, job: &Job<'a>, latency: u64) -> Option<Self> {
        let fields = Fields::new(job.descriptor);
        let work = match (fields.add, job.inputs) {
            (true, [first, second, ..]) => {
                Work::Add(Adder::new(&fields, [first, second], job.output, &job.order))
            }
            (false, [input, ..]) => Work::Sums(Box::new(Datapath::new(a, &fields, job, input))),
            _ => return None,
        };
        // Words that are asked for before the length of the input is known: those of its line.
        let first = 16 - (fields.input >> 4 & 15);
        let ways = a.columns.min(2);
        Some(Self {
            fields,
            elements: a.elements().into(),
            memory: Memory::new(latency),
            readers: [
                Fetch::new(a, fields.input, first, 1),
                Fetch::new(a, fields.weights, fields.weight_words, fields.weight_times),
            ],
            work,
            compressors: (0..ways).map(|_| Compress::new()).collect(),
            join: Join::new(),
            words: Words::new(),
            write: Write::new(a, fields.output),
            counters: Counters::default(),
            all_steps: fields.steps(a.columns),
            done: false,
        })
    }

    /// Runs to the end of the layer, at most `limit` clocks.
    pub fn run(mut self, limit: u64) -> Option<Timing> {
        while !self.done {
            if self.counters.clocks >= limit {
                return None;
            }
            self.step();
        }
        Some(Timing {
            counters: self.counters,
            transfers_read: self.memory.read,
            transfers_written: self.memory.written,
        })
    }

    /// Clocks of the layer: those that the model takes, or, if they are more than `limit`, a forecast from the pace of the second half of
    /// these.
    pub fn estimate(mut self, limit: u64) -> f64 {
        let mut half = [0, 0];
        while !self.done && self.counters.clocks < limit {
            if self.counters.clocks <= limit / 2 {
                half = [self.counters.clocks, self.steps()];
            }
            self.step();
        }
        let clocks = self.counters.clocks as f64;
        if self.done {
            return clocks;
        }
        // It takes at least one more.
        let least = clocks + 1.0;
        let left = self.all_steps.saturating_sub(self.steps());
        if left == 0 {
            return least;
        }
        let [clocks_since, steps_since] = half;
        let steps = self.steps().saturating_sub(steps_since) as f64;
        least + left as f64 * (clocks - clocks_since as f64) / steps
    }

    /// Weight tiles whose activations were all sent.
    fn steps(&self) -> u64 {
        match &self.work {
            Work::Sums(work) => work.steps_done(),
            Work::Add(_) => 0,
        }
    }

    /// One clock.
    pub fn step(&mut self) {
        let moved = self.memory.pass(self.write.offers());
        let word_ready = self.write.ready();
        let word = self.words.act(word_ready);
        let valid = [0, 1].map(|reader| self.readers[reader].valid());
        let causes = self.causes(word.valid && !word_ready);
        let taken = self.compress(word.chunk_ready);
        let chunk = match self.compressors.len() {
            1 => taken.direct,
            _ => self.join.pop(word.chunk_ready),
        };
        for (way, chunk) in taken.queued.into_iter().enumerate() {
            if let Some(chunk) = chunk {
                self.join.push(way, chunk);
            }
        }
        let (words, totals) = match &mut self.work {
            Work::Add(adder) => {
                starve(&mut self.counters.stalls, causes.starved, self.elements);
                let added = adder.step(valid, taken.sums[0]);
                self.compressors[0].step(&self.fields, added.sums, taken.sums[0]);
                (added.words, added.totals.map(|totals| totals.map(Some)))
            }
            Work::Sums(work) => {
                let total = work.step(
                    &self.fields,
                    valid,
                    taken.sums,
                    &mut self.compressors,
                    (&causes, &mut self.counters),
                );
                (total.words, Some([total.length, None]))
            }
        };
        self.words.step(&word, chunk, word_ready);
        self.read(words, totals.unwrap_or([None; 2]), moved.read);
        self.done = self.write.is_answered(&moved);
        let pushed = (word.valid && word_ready).then_some(word.last);
        self.write.step(&mut self.memory, pushed, &moved);
        self.memory.now += 1;
        self.counters.clocks += 1;
    }

    /// The readers ask for bursts, the one of the weights first.
    fn read(&mut self, words: [bool; 2], totals: [Option<u32>; 2], arrives: Option<usize>) {
        let offers = [0, 1].map(|reader| self.readers[reader].offers());
        let asks = if offers[1].is_some() { 1 } else { 0 };
        if let Some(transfers) = offers[asks] {
            self.memory.ask(asks, transfers);
        }
        for (index, reader) in self.readers.iter_mut().enumerate() {
            let asked = index == asks && offers[asks].is_some();
            reader.step(words[index], asked, arrives == Some(index), totals[index]);
        }
    }

    fn causes(&self, output_full: bool) -> Causes {
        let [input_dry, weights_dry] = [0, 1].map(|reader| self.readers[reader].dry());
        let starved = match &self.work {
            Work::Add(_) => match input_dry || weights_dry || output_full {
                true => Starved::Memory,
                false => Starved::NoActivation,
            },
            Work::Sums(work) => work.starved(input_dry, output_full),
        };
        Causes {
            starved,
            weights_dry,
            output_full,
        }
    }

    /// What the compressors take in this clock, and the chunks that leave them.
    fn compress(&self, chunk_ready: bool) -> Taken {
        let mut taken = Taken::default();
        let alone = self.compressors.len() == 1;
        for (way, compress) in self.compressors.iter().enumerate() {
            let room = if alone {
                chunk_ready
            } else {
                self.join.room(way)
            };
            let (chunk, sums) = compress.take(&self.fields, room);
            taken.sums[way] = sums;
            if alone {
                taken.direct = chunk;
            } else {
                taken.queued[way] = chunk;
            }
        }
        taken
    }
}

/// What the compressors give in a clock.
#[derive(Debug, Default)]
struct Taken {
    /// Sums are taken.
    sums: [bool; 2],
    /// A chunk of an only compressor, those of two.
    direct: Option<output::Chunk>,
    queued: [Option<output::Chunk>; 2],
}
