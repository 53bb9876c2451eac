//! The files of the sparse compute array in a package.

use dysta_config::accelerator::Accelerator;
use dysta_sim::array::draw::{Kind, LayerDraw, draw};
use dysta_sim::array::stream::WORD;
use dysta_sim::array::{LayerError, Padding, Program, Window};
use dysta_sim::golden::array::evaluate;

use super::rtl::{RtlText, texts};
use super::vectors::words;
use super::{EmitError, Hardware, Input, VECTOR_FOLDER};
use crate::graph::write::svg;
use crate::leaf::ArrayTestbench;

/// Path of the testbench in a package.
pub(super) const TESTBENCH: &str = "tb/dysta_array_tb.sv";
/// Folder of its vectors below that of all vectors.
const FOLDER: &str = "array/";
/// Clocks that each word of the memory of a layer may take.
const PATIENCE: usize = 200;

/// The array of a package.
#[derive(Debug, Clone, Copy)]
pub struct ArrayInput<'a> {
    /// Its sizes.
    pub accelerator: &'a Accelerator,
    /// The modules.
    pub hardware: Hardware<'a>,
    /// What the testbench runs and expects.
    pub vectors: &'a ArrayVectors,
}

/// What a FuseSoC description lists.
pub(super) struct ArrayFiles {
    /// Modules that only the array has.
    pub rtl: Vec<String>,
    /// Modules that the scheduler has as well.
    pub shared: Vec<String>,
    pub vectors: Vec<String>,
}

/// What the testbench runs and expects; the formats are those of [`ArrayTestbench`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArrayVectors {
    digest: String,
    layers: Vec<[u64; 5]>,
    descriptors: Vec<[u64; 1]>,
    memory: Vec<[u64; 2]>,
    expected: Vec<[u64; 2]>,
    /// Words of the largest memory.
    most: usize,
    /// Elements of an array with counters; 0 without.
    counted: u32,
}

impl ArrayVectors {
    /// Draws a few small layers of different operators, compiles them for the array and evaluates the reference.
    ///
    /// # Errors
    /// If a layer does not fit the memories of the array.
    pub fn record(accelerator: &Accelerator) -> Result<Self, LayerError> {
        let mut vectors = Self {
            digest: short_digest(accelerator),
            layers: Vec::new(),
            descriptors: Vec::new(),
            memory: Vec::new(),
            expected: Vec::new(),
            most: 0,
            counted: if accelerator.statistics {
                accelerator.elements()
            } else {
                0
            },
        };
        for spec in specs() {
            vectors.add(accelerator, &spec)?;
        }
        Ok(vectors)
    }

    fn add(&mut self, accelerator: &Accelerator, spec: &LayerDraw) -> Result<(), LayerError> {
        let drawn = draw(spec)?;
        let input = &drawn.inputs[0];
        let program = Program::new(accelerator, &drawn.layer, input, None)?;
        let golden = evaluate(&drawn.layer, &[input])?;
        let expected = halves(&program.packed(&golden));
        let memory = halves(&program.memory);
        self.most = self.most.max(memory.len());
        self.layers.push([
            program.descriptor.len() as u64,
            memory.len() as u64,
            expected.len() as u64,
            (program.output_address() / WORD) as u64,
            input.nonzeros() as u64,
        ]);
        let words = program.descriptor.iter().map(|word| [u64::from(*word)]);
        self.descriptors.extend(words);
        self.memory.extend(memory);
        self.expected.extend(expected);
        Ok(())
    }

    /// Layers that the testbench runs.
    pub fn layers(&self) -> usize {
        self.layers.len()
    }

    /// Bytes that the testbench compares.
    pub fn bytes(&self) -> usize {
        self.expected.len() * WORD
    }

    fn files(&self) -> [(&'static str, String); 4] {
        let digest = &self.digest;
        [
            ("layers.hex", words(digest, &self.layers)),
            ("descriptors.hex", words(digest, &self.descriptors)),
            ("memory.hex", words(digest, &self.memory)),
            ("expected.hex", words(digest, &self.expected)),
        ]
    }

    fn paths(&self) -> Vec<String> {
        let path = |(name, _): (&str, String)| format!("{VECTOR_FOLDER}{FOLDER}{name}");
        self.files().map(path).to_vec()
    }
}

/// The low and high half of every word of 16 bytes, the least byte first.
fn halves(bytes: &[u8]) -> Vec<[u64; 2]> {
    let half = |bytes: &[u8]| {
        let fold = |value: u64, byte: &u8| value << 8 | u64::from(*byte);
        bytes.iter().rev().fold(0, fold)
    };
    let chunks = bytes.chunks(WORD);
    chunks
        .map(|word| {
            [
                half(&word[..word.len().min(8)]),
                half(word.get(8..).unwrap_or(&[])),
            ]
        })
        .collect()
}

/// A strided convolution, a depthwise one and a fully connected layer, small enough for a slow simulator.
fn specs() -> [LayerDraw; 3] {
    let same = |stride| Window::square(3, stride, Padding::Same);
    [
        LayerDraw::medium(Kind::Conv, [5, 6, 20], 12, same(2)),
        LayerDraw::medium(Kind::Depthwise, [4, 5, 9], 9, same(1)),
        LayerDraw::medium(Kind::FullyConnected, [1, 2, 21], 35, Window::POINT),
    ]
}

fn short_digest(accelerator: &Accelerator) -> String {
    let mut digest = accelerator.digest();
    digest.truncate(16);
    digest
}

impl ArrayInput<'_> {
    /// First comment lines of an emitted file: `dysta 0.1.0, accelerator of edge, digest 0123456789abcdef`.
    pub(super) fn banner(&self, name: &str) -> Vec<String> {
        let (version, digest) = (env!("CARGO_PKG_VERSION"), short_digest(self.accelerator));
        vec![format!(
            "dysta {version}, accelerator of {name}, digest {digest}"
        )]
    }

    /// Paths of all modules in dependency order.
    pub(super) fn paths(&self) -> Vec<String> {
        let leaves = self.hardware.leaves.iter().map(|leaf| leaf.name);
        let printed = self
            .hardware
            .printed
            .iter()
            .map(|module| module.name.as_str());
        let names = leaves.chain(printed);
        names.map(|name| format!("rtl/{name}.sv")).collect()
    }

    /// The files, where `scheduler` are the modules of the scheduler.
    pub(super) fn listed(&self, scheduler: &[String]) -> ArrayFiles {
        let (shared, rtl) = self
            .paths()
            .into_iter()
            .partition(|path| scheduler.contains(path));
        ArrayFiles {
            rtl,
            shared,
            vectors: self.vectors.paths(),
        }
    }

    fn testbench(&self, name: &str) -> Result<String, EmitError> {
        let vectors = self.vectors;
        let bench = ArrayTestbench {
            banner: self.banner(name),
            digest: vectors.digest.clone(),
            folder: format!("{VECTOR_FOLDER}{FOLDER}"),
            layers: vectors.layers.len(),
            descriptors: vectors.descriptors.len(),
            memory: vectors.memory.len(),
            expected: vectors.expected.len(),
            words: vectors.most,
            memory_bytes: self.accelerator.memory_bytes(),
            watchdog: u32::try_from(vectors.most * PATIENCE).unwrap_or(i32::MAX as u32),
            elements: vectors.counted,
        };
        Ok(bench.text()?)
    }
}

/// Path and text of every file of the array but the lists; modules named in `shared` are there already.
pub(super) fn files(
    input: &Input<'_>,
    shared: &[&str],
) -> Result<Vec<(String, String)>, EmitError> {
    let Some(array) = &input.array else {
        return Ok(Vec::new());
    };
    let modules = texts(&array.banner(input.name), array.hardware)?;
    let own = modules
        .into_iter()
        .filter(|text| !shared.contains(&text.name.as_str()));
    let mut files: Vec<(String, String)> = own
        .map(|module: RtlText| (module.path(), module.text))
        .collect();
    files.push((TESTBENCH.to_owned(), array.testbench(input.name)?));
    files.push(("doc/array.svg".to_owned(), svg(array.hardware.graph)));
    let vectors = array.vectors.files().into_iter();
    files.extend(vectors.map(|(name, text)| (format!("{VECTOR_FOLDER}{FOLDER}{name}"), text)));
    Ok(files)
}
