//! Random schedulers with random streams of requests: the hardware does what the golden model does.
//!
//! Every scheduler is one Verilator build, so few are drawn, each with many streams. `DYSTA_RANDOM_SCHEDULERS` and
//! `DYSTA_RANDOM_STREAMS` set other numbers.

#[path = "random/policy.rs"]
mod policy;
#[path = "random/scheduler.rs"]
mod scheduler;
#[path = "random/stream.rs"]
mod stream;

use std::cell::Cell;

use dysta_rtl_tests::Bench;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

fn count(variable: &str, usual: u32) -> u32 {
    let text = std::env::var(variable).ok();
    text.map_or(usual, |text| {
        text.parse()
            .unwrap_or_else(|_| panic!("{variable} is {text:?}, not a number"))
    })
}

/// A runner whose cases are the same in every run; other `numbers` draw other cases.
fn runner(number: u32, cases: u32) -> TestRunner {
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    let mut seed = [0; 32];
    seed[..4].copy_from_slice(&number.to_le_bytes());
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed))
}

/// Plays random streams on one scheduler; gives decisions and contested decisions.
fn play(bench: &Bench, number: u32, streams: u32) -> (usize, usize) {
    let found = Cell::new((0, 0));
    let outcome = runner(number, streams).run(&stream::strategy(bench), |stream| {
        let stimulus = stream.stimulus();
        let golden = bench.golden(&stimulus);
        let rtl = bench.judge(&stimulus, &golden, number);
        let rtl = rtl.map_err(|error| TestCaseError::fail(error.to_string()))?;
        if rtl.clocks != golden.clocks {
            return Err(TestCaseError::fail("time jumps elsewhere"));
        }
        let contested = golden.decisions.iter().filter(|d| d.contested());
        let (all, choices) = found.get();
        found.set((all + golden.decisions.len(), choices + contested.count()));
        Ok(())
    });
    match outcome {
        Ok(()) => found.get(),
        Err(TestError::Fail(reason, stream)) => {
            panic!("{:#?}\n{stream:#?}\n{reason}", bench.params.spec)
        }
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn hardware_equals_golden() {
    let schedulers = count("DYSTA_RANDOM_SCHEDULERS", 6);
    let streams = count("DYSTA_RANDOM_STREAMS", 40);
    for number in 0..schedulers {
        let tree = scheduler::strategy().new_tree(&mut runner(number, 1));
        let params = tree.expect("a scheduler").current();
        let bench = scheduler::bench(&params, number);
        let (decisions, contested) = play(&bench, number, streams);
        let spec = &params.spec;
        println!(
            "{number}: N = {}, P = {}, {}: {decisions} decisions, {contested} contested",
            spec.capacity, spec.lanes, spec.policy.score
        );
        assert!(decisions as u32 >= 20 * streams, "{decisions} decisions");
        assert!(contested as u32 >= streams, "{contested} contested");
    }
}
