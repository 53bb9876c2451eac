//! Speed of the engine, one thread: decisions per second of each policy on the reference traces, an overloaded machine, a million requests.
//!
//! `cargo bench -p dysta-sim --bench engine`; mean and largest number of live requests and peak memory go to standard error.

use std::hint::black_box;
use std::path::PathBuf;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use dysta_sim::arrivals::Process;
use dysta_sim::draw::{Arrivals, Draw, Share, draw};
use dysta_sim::engine::{Monitor, Open, Options, Profiles, SampleUse, Summary, run};
use dysta_sim::policies::{BEYOND, PAPER, Settings, by_name};
use dysta_sim::profile::ProfileStats;
use dysta_sim::table::Request;
use dysta_sim::trace::{DirSource, load_all};

struct Load {
    profiles: Profiles,
    requests: Vec<Request>,
}

/// `count` requests at `rate` a second over all traces of a family of the reference, seed 1, SLO multiplier 10.
fn load(family: &str, rate: f64, count: u32) -> Load {
    let data = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../configs/data/reference/traces");
    let traces = load_all(&DirSource::new(data.join(family))).expect("reference traces");
    let stats: Vec<ProfileStats> = traces.iter().map(ProfileStats::new).collect();
    let share = |profile| Share {
        priorities: vec![1, 3, 9],
        ..Share::new(profile, 1.0, 10.0, &stats)
    };
    let spec = Draw {
        requests: count,
        seed: 1,
        arrivals: Arrivals::Rate(rate),
        process: Process::Poisson,
        mix: (0..traces.len()).map(share).collect(),
    };
    let profiles = Profiles::new(&traces, Monitor::Sparsity, SampleUse::Shared);
    Load {
        profiles: profiles.expect("equal layers"),
        requests: draw(&spec, &stats).expect("a valid draw"),
    }
}

fn play(load: &Load, policy: &str) -> Summary {
    let mut policy = by_name(policy, &Settings::published()).expect("a policy");
    let mut requests = Open::new(load.requests.iter().copied());
    let options = Options::default();
    run(
        &load.profiles,
        &mut requests,
        &mut *policy,
        &options,
        &mut (),
    )
    .expect("valid requests")
}

fn describe(name: &str, summary: &Summary) {
    eprintln!(
        "{name}: {} requests, {} decisions, live requests mean {:.2}, largest {}",
        summary.requests,
        summary.decisions,
        summary.queue_mean(),
        summary.queue_max
    );
}

fn bench(criterion: &mut Criterion, group: &str, load: &Load, policies: &[&str]) {
    let mut group = criterion.benchmark_group(group);
    for policy in policies {
        let summary = play(load, policy);
        describe(policy, &summary);
        group.throughput(Throughput::Elements(summary.decisions));
        let mut runner = by_name(policy, &Settings::published()).expect("a policy");
        group.bench_function(BenchmarkId::from_parameter(policy), |bencher| {
            bencher.iter(|| {
                let mut requests = Open::new(load.requests.iter().copied());
                let options = Options::default();
                black_box(run(
                    &load.profiles,
                    &mut requests,
                    &mut *runner,
                    &options,
                    &mut (),
                ))
            });
        });
    }
    group.finish();
}

fn steady(criterion: &mut Criterion) {
    let policies = [&PAPER[..], &BEYOND[..]].concat();
    bench(
        criterion,
        "attnn_45",
        &load("sanger", 45.0, 1000),
        &policies,
    );
    bench(criterion, "cnn_5", &load("eyerissv2", 5.0, 1000), &policies);
}

/// More requests than the machine can serve.
fn overload(criterion: &mut Criterion) {
    bench(
        criterion,
        "overload_attnn_60",
        &load("sanger", 60.0, 2000),
        &["dysta", "slack_srpt"],
    );
}

/// A million requests, made while they are consumed.
fn million(criterion: &mut Criterion) {
    let block = load("sanger", 45.0, 1000);
    let period = block.requests.last().expect("requests").arrival_s + 1.0;
    let shifted = |round: u32| {
        let shift = move |request: &Request| Request {
            arrival_s: request.arrival_s + f64::from(round) * period,
            ..*request
        };
        block.requests.iter().map(shift)
    };
    let play = || {
        let mut policy = by_name("dysta", &Settings::published()).expect("a policy");
        let mut requests = Open::new((0..1000).flat_map(shifted));
        run(
            &block.profiles,
            &mut requests,
            &mut *policy,
            &Options::default(),
            &mut (),
        )
    };
    let summary = play().expect("valid requests");
    describe("a million", &summary);
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .filter(|line| line.starts_with("VmHWM"))
        .for_each(|line| eprintln!("{line}"));
    let mut group = criterion.benchmark_group("million");
    group.sample_size(10);
    group.throughput(Throughput::Elements(summary.decisions));
    group.bench_function("dysta", |bencher| bencher.iter(play));
    group.finish();
}

criterion_group!(benches, steady, overload, million);
criterion_main!(benches);
