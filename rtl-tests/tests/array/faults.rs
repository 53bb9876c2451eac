//! What goes wrong outside of the array: error answers of the memory with garbage instead of data, descriptors and streams that make no sense, a reset
//! in the middle of a layer. The array always answers, ends its bursts as AXI4 asks for, and computes the next layer to the bit.

use dysta_config::accelerator::Accelerator;
use dysta_sim::array::draw::{Kind, LayerDraw, draw};
use dysta_sim::array::{Padding, Program, Tensor, Window};
use dysta_sim::cosim::{ArraySession, MemoryOptions};
use dysta_sim::golden::array::evaluate;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::{TINY, WIDTHS, layer, of_width, tiny};

/// Clocks within which every layer here must have been answered: those of the watchdog, and of some work before.
const LIMIT: u64 = 4_000_000;
/// Status of a layer that stood still.
const STUCK: u64 = 2;

const SAME: Window = Window {
    kernel: [3, 3],
    stride: [1, 1],
    padding: Padding::Same,
};

/// A layer and what the array is given for it.
struct Case {
    program: Program,
    golden: Tensor,
}

impl Case {
    fn new(spec: &LayerDraw) -> Self {
        Self::of(&TINY, spec)
    }

    fn of(array: &Accelerator, spec: &LayerDraw) -> Self {
        let drawn = draw(spec).expect("a layer");
        let inputs: Vec<_> = drawn.inputs.iter().collect();
        let program = Program::for_inputs(array, &drawn.layer, &inputs, None, None);
        let program = program.expect("a program");
        let golden = evaluate(&drawn.layer, &inputs).expect("an output");
        Self { program, golden }
    }

    /// One that is small, with several blocks of channels.
    fn small() -> Self {
        Self::new(&layer(Kind::Conv, [4, 4, 16], 40, Window::POINT))
    }

    /// Runs it with another descriptor and memory; gives its status.
    fn status(
        &self,
        session: &mut ArraySession<'_>,
        descriptor: &[u32],
        mut bytes: Vec<u8>,
        memory: &MemoryOptions,
    ) -> u64 {
        let done = session.run(descriptor, &mut bytes, memory, LIMIT);
        done.unwrap_or_else(|error| panic!("{descriptor:x?}: {error}"))
            .status
    }

    /// Runs it as it is: the array must be as good as new.
    fn check(&self, session: &mut ArraySession<'_>) {
        self.check_behind(session, false);
    }

    /// The same, cleared first or not.
    fn check_behind(&self, session: &mut ArraySession<'_>, clear: bool) {
        let mut program = self.program.clone();
        if clear {
            program.clear_first();
        }
        let memory = MemoryOptions::default();
        let done = session.run(&program.descriptor, &mut program.memory, &memory, LIMIT);
        assert_eq!(done.map(|done| done.status).ok(), Some(0));
        let output = program.result(&program.memory).map(|(output, _)| output);
        assert_eq!(output.as_ref(), Some(&self.golden));
    }
}

/// Every burst of a layer is answered with an error in turn; `bursts` is more than it has.
fn check_errors(spec: &LayerDraw, bursts: u64, step: usize) {
    check_errors_of(TINY.memory_bits, spec, bursts, step);
}

fn check_errors_of(memory_bits: u32, spec: &LayerDraw, bursts: u64, step: usize) {
    let (array, model) = of_width(memory_bits);
    let case = Case::of(&array, spec);
    let mut session = model.session(5, None).expect("a session");
    let mut failed = [0, 0];
    for number in (0..bursts).step_by(step) {
        for (kind, count) in failed.iter_mut().enumerate() {
            let memory = MemoryOptions {
                read_error: (kind == 0).then_some(number),
                write_error: (kind == 1).then_some(number),
                pressure: 40 * (number % 3),
                latency: 7 * (number % 4),
                seed: number,
                ..MemoryOptions::default()
            };
            let bytes = case.program.memory.clone();
            let status = case.status(&mut session, &case.program.descriptor, bytes, &memory);
            assert!(status <= 1, "burst {number}: {status}");
            *count += status;
        }
        case.check(&mut session);
    }
    assert!(failed[0] > 2 && failed[1] > 0, "{failed:?}");
}

#[test]
fn memory_errors_are_reported() {
    check_errors(&layer(Kind::Conv, [6, 6, 40], 33, SAME), 120, 3);
    check_errors(&layer(Kind::Depthwise, [6, 6, 40], 40, SAME), 30, 1);
    check_errors(
        &layer(Kind::FullyConnected, [1, 1, 150], 30, Window::POINT),
        40,
        3,
    );
    check_errors(&layer(Kind::Add, [6, 6, 40], 40, Window::POINT), 40, 2);
}

#[test]
fn faults_are_reported_on_every_width() {
    for bits in &WIDTHS[1..] {
        check_errors_of(*bits, &layer(Kind::Conv, [6, 6, 40], 33, SAME), 120, 7);
        check_errors_of(
            *bits,
            &layer(Kind::Add, [6, 6, 40], 40, Window::POINT),
            12,
            1,
        );
        let (array, model) = of_width(*bits);
        let case = Case::of(&array, &layer(Kind::Conv, [8, 8, 16], 8, SAME));
        let mut session = model.session(6, None).expect("a session");
        // Between the transfers of a wide memory.
        let transfer = array.memory_bytes().max(16);
        let good = &case.program.descriptor;
        let mut wrong: Vec<Vec<u32>> = vec![good.clone(); 3];
        for (index, words) in wrong.iter_mut().enumerate() {
            words[1 + index] |= transfer / 2;
        }
        if transfer > 16 {
            let mut words = good.clone();
            words[4] += 1;
            wrong.push(words);
        }
        for words in wrong {
            let bytes = case.program.memory.clone();
            let memory = MemoryOptions::default();
            assert_eq!(
                case.status(&mut session, &words, bytes, &memory),
                1,
                "{words:x?}"
            );
        }
        for clocks in [100, 300, 700] {
            let mut bytes = case.program.memory.clone();
            let cut = session.run(good, &mut bytes, &MemoryOptions::default(), clocks);
            assert!(cut.is_err(), "the layer ends within {clocks} clocks");
            session.reset();
        }
        case.check(&mut session);
    }
}

/// The number of a word, what it becomes, why the descriptor is refused.
type Wrong = (usize, fn(u32) -> u32, &'static str);

const WRONG: [Wrong; 38] = [
    (0, |word| word + 1, "another version"),
    (1, |word| word | 4, "input between words"),
    (2, |word| word | 4, "weights between words"),
    (3, |word| word | 4, "output between words"),
    (4, |_| 0, "no weights"),
    (5, |word| word & !0xffff, "weights are never read"),
    (6, |word| word & !0xffff, "no rows"),
    (6, |word| word & 0xffff, "no columns"),
    (6, |word| word | 0x8000, "too many rows"),
    (7, |word| word | 0xf000, "too many chunks"),
    (7, |word| word | 0xff << 16, "a chunk of too many channels"),
    (8, |word| word & 0xffff, "no rows in the buffer"),
    (8, |word| word | 0x0f00, "more rows than the buffer holds"),
    (8, |word| word & !0xf00, "rows lie in each other"),
    (9, |word| word & 0xffff, "no columns in a tile of the input"),
    (9, |word| word & !0xffff, "no rows in a tile of the input"),
    (
        10,
        |word| word & 0xffff,
        "no chunks in a block of the input",
    ),
    (10, |word| word | 0x100, "too many tiles in a set"),
    (11, |word| word | 1 << 16, "too many tiles of the input"),
    (
        12,
        |word| word | 0xfff << 16,
        "a row of more tiles than there are",
    ),
    (
        14,
        |word| word & 0xffff,
        "no step to the next column of tiles",
    ),
    (
        14,
        |word| word & !0xffff,
        "no step to the next row of tiles",
    ),
    (15, |word| word | 0x80, "a patch of too many rows"),
    (16, |word| word | 0x8000, "too many blocks"),
    (17, |word| word & !0xffff, "no channels in a channel tile"),
    (17, |word| word | 0xf << 24, "more groups than rows"),
    (
        17,
        |word| word | 7 << 20,
        "groups of more rows than there are",
    ),
    (17, |word| word | 1 << 31, "an unknown operation"),
    (17, |word| word | 1 << 23, "a maximum that is no pool"),
    (17, |word| word | 0x1080_0000, "the maximum of an addition"),
    (20, |word| word | 0xffff, "more segments than a bank has"),
    (20, |word| word | 0xff << 16, "too many channels of a row"),
    (
        21,
        |word| word | 0xff00ff,
        "a tile of more sums than a half holds",
    ),
    (22, |word| word & !0xffff, "no rows of the output"),
    (
        23,
        |word| word & 0xffff | 0x807f_0000,
        "the greatest code is less than the least",
    ),
    (24, |word| word & 0xffff, "no channels in the last block"),
    (
        24,
        |word| word | 0xffff << 16,
        "a last block larger than the others",
    ),
    (27, |word| word | 0xfff, "a sum behind the half"),
];

#[test]
fn wrong_descriptors_are_refused() {
    let case = Case::small();
    let mut session = tiny().session(6, None).expect("a session");
    let mut status = |descriptor: &[u32]| {
        let bytes = case.program.memory.clone();
        case.status(&mut session, descriptor, bytes, &MemoryOptions::default())
    };
    let good = case.program.descriptor.clone();
    for (index, change, reason) in WRONG {
        let mut wrong = good.clone();
        wrong[index] = change(wrong[index]);
        assert_ne!(wrong, good, "{reason}: unchanged");
        assert_eq!(status(&wrong), 1, "{reason}");
    }
    assert_eq!(status(&good[..20]), 1, "a short one");
    assert_eq!(status(&[&good[..], &[0]].concat()), 1, "a long one");
    assert_eq!(status(&good), 0);
    case.check(&mut session);
}

#[test]
fn a_layer_that_stands_still_is_aborted() {
    let case = Case::small();
    let mut session = tiny().session(9, None).expect("a session");
    // Fewer weight words than the rows are told, more tiles or blocks than the output has.
    let cut: [fn(&mut Vec<u32>); 3] = [
        |words| words[4] -= 1,
        |words| words[12] += 1,
        |words| words[16] += 1,
    ];
    for change in cut {
        let mut descriptor = case.program.descriptor.clone();
        change(&mut descriptor);
        let bytes = case.program.memory.clone();
        let memory = MemoryOptions::default();
        let status = case.status(&mut session, &descriptor, bytes, &memory);
        assert_eq!(status, STUCK);
        case.check(&mut session);
    }
}

/// Any bits of the descriptor and of the memory change: whatever the array makes of it, it answers.
#[test]
fn nonsense_is_answered() {
    let cases = [
        Case::small(),
        Case::new(&layer(Kind::Depthwise, [5, 4, 20], 20, SAME)),
        Case::new(&layer(
            Kind::MaxPool,
            [6, 6, 8],
            8,
            Window::square(3, 1, Padding::Same),
        )),
        Case::new(&layer(Kind::Add, [4, 4, 33], 33, Window::POINT)),
    ];
    let mut session = tiny().session(10, None).expect("a session");
    let mut seen = [0; 3];
    for seed in 0..100_u64 {
        let mut words = ChaCha8Rng::seed_from_u64(seed);
        let case = &cases[seed as usize % cases.len()];
        let mut descriptor = case.program.descriptor.clone();
        let mut bytes = case.program.memory.clone();
        for _ in 0..1 + seed % 3 {
            let place = words.next_u32() as usize;
            match seed % 5 {
                0 => {
                    let place = place % bytes.len();
                    bytes[place] ^= 1 << (words.next_u32() % 8);
                }
                _ => {
                    let place = place % descriptor.len();
                    descriptor[place] ^= 1 << (words.next_u32() % 32);
                }
            }
        }
        let memory = MemoryOptions {
            latency: 3,
            seed,
            ..MemoryOptions::default()
        };
        let status = case.status(&mut session, &descriptor, bytes, &memory);
        seen[status as usize] += 1;
        // What was not refused may have left sums behind.
        case.check_behind(&mut session, status == 0);
    }
    println!("ok, error, aborted: {seen:?}");
    assert!(seen.iter().all(|count| *count > 0), "{seen:?}");
}

#[test]
fn reset_in_the_middle_of_a_layer() {
    let case = Case::new(&layer(Kind::Conv, [8, 8, 16], 8, SAME));
    let memory = MemoryOptions::default();
    let mut session = tiny().session(7, None).expect("a session");
    for clocks in (20..1000).step_by(61) {
        let mut bytes = case.program.memory.clone();
        let cut = session.run(&case.program.descriptor, &mut bytes, &memory, clocks);
        assert!(cut.is_err(), "the layer ends within {clocks} clocks");
        session.reset();
        if clocks % 3 == 0 {
            case.check(&mut session);
        }
    }
    case.check(&mut session);
}
