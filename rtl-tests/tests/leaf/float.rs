//! The floating-point leaves against the model in Rust, one set of operands a clock. `float/top.sv` holds every leaf in
//! three formats, `float/driver.cpp` pipes operands in and results out.

use std::collections::VecDeque;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use dysta_config::soft_float::FloatFormat;
use dysta_generator::leaf::find;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::tools::{run, words, write_leaf};

const FORMATS: [FloatFormat; 3] = [FloatFormat::FP16, FloatFormat::BF16, FloatFormat::FP32];
const RESULTS: usize = 16;

/// Words of a format and the latencies of their leaves in clocks.
const PORTS: [(&str, usize); RESULTS] = [
    ("product", 3),
    ("sum", 4),
    ("difference", 4),
    ("compare", 1),
    ("from 16.8", 2),
    ("from signed 3.14", 2),
    ("from signed 64.0", 2),
    ("from 2.40", 2),
    ("to 32.8", 2),
    ("to 32.8, high", 2),
    ("to 3.14", 2),
    ("to 0.16", 2),
    ("to 8.0", 2),
    ("saturated product", 3),
    ("saturated sum", 4),
    ("saturated difference", 4),
];
const LONGEST: usize = 4;

/// Operands of one clock: a pair of fp32, a pair of 16-bit words, a fixed-point number.
#[derive(Debug, Clone, Copy, Default)]
struct Operands {
    pair: (u32, u32),
    halves: (u32, u32),
    fixed: u64,
}

impl Operands {
    fn of(&self, format: FloatFormat) -> (u32, u32) {
        if format.bits() == 32 {
            self.pair
        } else {
            self.halves
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let halves = self.halves.0 | self.halves.1 << 16;
        let (low, high) = (self.fixed as u32, (self.fixed >> 32) as u32);
        [self.pair.0, self.pair.1, halves, low, high]
            .into_iter()
            .flat_map(u32::to_le_bytes)
            .collect()
    }

    fn expected(&self, format: FloatFormat) -> [u32; RESULTS] {
        let (a, b) = self.of(format);
        let low = |bits: u32| i128::from(self.fixed & ((1 << bits) - 1));
        let signed = |bits: u32| i128::from((self.fixed << (64 - bits)) as i64 >> (64 - bits));
        let to_32_8 = format.to_fixed(a, 32, 8);
        [
            format.mul(a, b),
            format.add(a, b),
            format.sub(a, b),
            u32::from(format.lt(a, b)) << 1 | u32::from(format.le(a, b)),
            format.from_fixed(low(24), 8),
            format.from_fixed(signed(17), 14),
            format.from_fixed(signed(64), 0),
            format.from_fixed(low(42), 40),
            to_32_8 as u32,
            (to_32_8 >> 32) as u32,
            format.to_fixed(a, 3, 14) as u32,
            format.to_fixed(a, 0, 16) as u32,
            format.to_fixed(a, 8, 0) as u32,
            format.mul_saturating(finite(format, a), finite(format, b)),
            format.add_saturating(finite(format, a), finite(format, b)),
            format.sub_saturating(finite(format, a), finite(format, b)),
        ]
    }
}

/// The word itself, or a finite one in place of an infinity or NaN.
fn finite(format: FloatFormat, word: u32) -> u32 {
    let infinity = format.infinity(false);
    match word & infinity == infinity {
        true => word & !(1 << format.mantissa_bits()),
        false => word,
    }
}

/// Words at every limit of a format, of both signs.
fn specials(format: FloatFormat) -> Vec<u32> {
    let infinity = format.infinity(false);
    let normal = infinity & !(infinity << 1);
    let one = (infinity >> 1) & infinity;
    let near = |word: u32| [word.saturating_sub(1), word, word + 1];
    let limits = [
        0,
        normal,
        2 * normal,
        one,
        one + normal,
        infinity - normal,
        infinity,
    ];
    let odd = [
        format.nan(),
        one + normal / 2,
        one + normal + normal / 2,
        2 * normal - 2,
    ];
    let magnitudes = limits.into_iter().flat_map(near).chain(odd);
    magnitudes
        .flat_map(|word| [word, word | format.zero(true)])
        .collect()
}

/// All pairs of the specials of both word lengths, the rarer ones repeated.
fn special_operands() -> Vec<Operands> {
    let pairs = |words: &[u32]| {
        let of = |a: &u32| words.iter().map(|b| (*a, *b)).collect::<Vec<_>>();
        words.iter().flat_map(of).collect::<Vec<_>>()
    };
    let mut halves = pairs(&specials(FloatFormat::FP16));
    halves.extend(pairs(&specials(FloatFormat::BF16)));
    let singles = pairs(&specials(FloatFormat::FP32));
    let operands = |(index, halves): (usize, &(u32, u32))| Operands {
        pair: singles[index % singles.len()],
        halves: *halves,
        // Every number that is next to a power of two, and the ties just below.
        fixed: (1_u64 << (index % 64))
            .wrapping_add((index / 64 % 5) as u64)
            .wrapping_sub(2),
    };
    halves.iter().enumerate().map(operands).collect()
}

/// A pair of random words of a length; half of them with exponents close to each other.
fn random_pair(words: &mut ChaCha8Rng, bits: u32) -> (u32, u32) {
    let word = words.next_u64();
    let mask = u32::MAX >> (32 - bits);
    let (a, b) = (word as u32 & mask, (word >> 32) as u32 & mask);
    match words.next_u32() % 8 {
        0 => (a, a ^ (b & 3)),
        1 => (a, a ^ (b & 3) ^ 1 << (bits - 1)),
        2..5 => (a, a ^ (b & (mask >> 3 | 1 << (bits - 1)))),
        _ => (a, b),
    }
}

fn random_operands(words: &mut ChaCha8Rng) -> Operands {
    let shift = words.next_u32() % 64;
    Operands {
        pair: random_pair(words, 32),
        halves: random_pair(words, 16),
        fixed: words.next_u64() >> shift,
    }
}

fn build(folder: &Path) -> PathBuf {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/leaf/float");
    let mut line =
        "--cc --exe --build -j 2 -O3 -CFLAGS -O1 --top-module float_top -MAKEFLAGS OPT_GLOBAL=-O0"
            .to_owned();
    for file in ["top.sv", "driver.cpp"] {
        std::fs::copy(sources.join(file), folder.join(file)).expect("a source is copied");
        line.push_str(&format!(" {file}"));
    }
    for name in ["mul", "add", "compare", "from_fixed", "to_fixed"] {
        let name = format!("dysta_fp_{name}");
        write_leaf(folder, find(&name).expect("a leaf"));
        line.push_str(&format!(" {name}.sv"));
    }
    let built = run(folder, "verilator", &words(&line));
    assert!(built.success, "{}", built.text);
    folder.join("obj_dir/Vfloat_top")
}

/// Compares the results that are due in the clock of the newest of the operands.
fn check_clock(
    recent: &VecDeque<Operands>,
    expected: &VecDeque<[[u32; RESULTS]; 3]>,
    found: &[u32],
) {
    for (index, format) in FORMATS.into_iter().enumerate() {
        for (port, (name, latency)) in PORTS.into_iter().enumerate() {
            let Some(age) = recent.len().checked_sub(latency) else {
                continue;
            };
            let (found, expected) = (found[index * RESULTS + port], expected[age][index][port]);
            let operands = recent[age];
            assert_eq!(
                found, expected,
                "{name} in {format:?} of {operands:x?}: {found:#x}, expected {expected:#x}"
            );
        }
    }
}

/// Reads and judges the results of every clock.
fn judge(results: impl Read, operands: &[Operands]) {
    let mut results = BufReader::with_capacity(1 << 20, results);
    let (mut recent, mut expected) = (VecDeque::new(), VecDeque::new());
    let mut bytes = [0; 4 * RESULTS * FORMATS.len()];
    for newest in operands {
        results
            .read_exact(&mut bytes)
            .expect("results of every clock");
        recent.push_back(*newest);
        expected.push_back(FORMATS.map(|format| newest.expected(format)));
        let found = bytes
            .chunks_exact(4)
            .map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]]))
            .collect::<Vec<_>>();
        check_clock(&recent, &expected, &found);
        if recent.len() == LONGEST {
            recent.pop_front();
            expected.pop_front();
        }
    }
}

#[test]
fn leaves_agree_with_the_model() {
    let mut operands = special_operands();
    let mut words = ChaCha8Rng::seed_from_u64(754);
    operands.extend((0..1_000_000).map(|_| random_operands(&mut words)));
    // The last results leave the pipeline behind these.
    operands.extend([Operands::default(); LONGEST]);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut simulation = Command::new(build(folder.path()))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the simulation starts");
    let (input, results) = (simulation.stdin.take(), simulation.stdout.take());
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut input = BufWriter::with_capacity(1 << 20, input.expect("an input"));
            for operands in &operands {
                // A judge that has failed reads no more; its message is the one to show.
                if input.write_all(&operands.bytes()).is_err() {
                    return;
                }
            }
        });
        judge(results.expect("an output"), &operands);
    });
    assert!(simulation.wait().expect("the simulation ends").success());
}
