//! Arrival processes: the statistics they promise, the same bytes for the same seed, the same requests for every process.

mod support;

use dysta_config::workload::check_workload;
use dysta_sim::arrivals::frames::{Source, frames, rates};
use dysta_sim::arrivals::{Gaps, Process};
use dysta_sim::engine::{Finished, Observer, Options, run};
use dysta_sim::policies::Fcfs;
use dysta_sim::scenario::{Supply, Variation};
use dysta_sim::table::Request;

const GAMMA: Process = Process::Gamma { cv: 3.0 };
const SMOOTH: Process = Process::Gamma { cv: 0.5 };
const MMPP: Process = Process::Mmpp2 {
    rate_ratio: 10.0,
    time_share: 0.1,
    requests: 20.0,
};

fn gaps(process: Process, seed: u64, count: u64) -> Vec<f64> {
    let mut gaps = Gaps::new(process, seed);
    (0..count).map(|k| gaps.next_gap(mixed(k ^ seed))).collect()
}

/// A word for each number, with no pattern left.
fn mixed(number: u64) -> u64 {
    let mut word = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    word ^ (word >> 31)
}

fn mean_and_cv(gaps: &[f64]) -> (f64, f64) {
    let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
    let square = gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>();
    (mean, (square / gaps.len() as f64).sqrt() / mean)
}

#[test]
fn gaps_have_mean_1_and_the_burstiness_asked_for() {
    for (process, cv, tolerance) in [
        (Process::Poisson, 1.0, 0.02),
        (GAMMA, 3.0, 0.1),
        (SMOOTH, 0.5, 0.02),
    ] {
        let (mean, found) = mean_and_cv(&gaps(process, 1, 100_000));
        assert!((mean - 1.0).abs() < 0.03, "{process:?}: mean {mean}");
        assert!((found - cv).abs() < tolerance, "{process:?}: cv {found}");
    }
}

/// In a window as long as a dense stay, arrivals of two states vary more than those of one.
#[test]
fn two_states_cluster_arrivals() {
    let index_of_dispersion = |process| {
        let mut counts = vec![0.0; 5_000];
        let mut clock = 0.0;
        for gap in gaps(process, 3, 100_000) {
            clock += gap;
            if let Some(count) = counts.get_mut((clock / 20.0) as usize) {
                *count += 1.0;
            }
        }
        let (mean, cv) = mean_and_cv(&counts[..4_000]);
        cv * cv * mean
    };
    let (poisson, mmpp) = (
        index_of_dispersion(Process::Poisson),
        index_of_dispersion(MMPP),
    );
    assert!((0.9..1.1).contains(&poisson), "{poisson}");
    assert!(mmpp > 4.0, "{mmpp}");
    let (mean, _) = mean_and_cv(&gaps(MMPP, 3, 200_000));
    assert!((mean - 1.0).abs() < 0.05, "{mean}");
}

#[test]
fn a_seed_gives_the_same_gaps_everywhere() {
    let line = |process| {
        let words: Vec<String> = gaps(process, 7, 6)
            .iter()
            .map(|gap| format!("{:016x}", gap.to_bits()))
            .collect();
        format!("{process:?}: {}\n", words.join(" "))
    };
    insta::assert_snapshot!("gaps_of_seed_7", [GAMMA, SMOOTH, MMPP].map(line).concat());
}

fn source(frames_per_s: Option<f64>, cascade: &[(usize, f64)]) -> Source {
    Source {
        frames_per_s,
        isolated_s: 0.01,
        cascade: cascade.to_vec(),
    }
}

#[test]
fn frames_keep_their_period_and_followers_their_chance() {
    let sources = [
        source(Some(30.0), &[(1, 0.25)]),
        source(None, &[]),
        source(Some(10.0), &[]),
    ];
    assert_eq!(rates(&sources), [30.0, 7.5, 10.0]);
    let arrivals = frames(&sources, 0.1, 1.0, 4_750, 5);
    assert_eq!(arrivals.len(), 4_750);
    assert!(arrivals.is_sorted_by(|one, other| one.0 <= other.0));
    let of = |wanted: usize| -> Vec<f64> {
        let chosen = arrivals.iter().filter(|arrival| arrival.1 == wanted);
        chosen.map(|arrival| arrival.0).collect()
    };
    for (index, rate) in [(0, 30.0), (2, 10.0)] {
        let times = of(index);
        for pair in times.windows(2) {
            let periods = (pair[1] - pair[0]) * rate;
            assert!((0.9..=1.1).contains(&periods), "{periods}");
        }
    }
    let share = of(1).len() as f64 / of(0).len() as f64;
    assert!((share - 0.25).abs() < 0.03, "{share}");
    let follows = |time: &f64| {
        of(0)
            .iter()
            .any(|first| (first + 0.01 - time).abs() < 1e-12)
    };
    assert!(of(1).iter().take(20).all(follows));
    let faster = frames(&sources, 0.1, 2.0, 4_750, 5);
    assert!((faster[4_749].0 * 2.0 / arrivals[4_749].0 - 1.0).abs() < 0.01);
}

fn supply(sets: &[&str]) -> Supply {
    let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
    let (spec, _) = check_workload("wearable", &sets).expect("a valid workload");
    Supply::load(&spec).expect("traces")
}

fn drawn(sets: &[&str]) -> Vec<Request> {
    let supply = supply(sets);
    let variation = Variation::of(supply.spec());
    supply.draw(&variation).expect("requests").requests
}

#[test]
fn every_process_draws_the_same_requests() {
    let without_time = |sets: &[&str]| -> Vec<(usize, usize, u32)> {
        let requests = drawn(sets).into_iter();
        requests
            .map(|r| (r.profile, r.sample, r.priority))
            .collect()
    };
    let poisson = without_time(&[]);
    for process in ["gamma", "mmpp2"] {
        assert_eq!(
            without_time(&[&format!("arrivals={process}")]),
            poisson,
            "{process}"
        );
    }
}

#[test]
fn profiling_samples_are_not_run() {
    let supply = supply(&["samples=apart", "requests=2000"]);
    let workload = supply
        .draw(&Variation::of(supply.spec()))
        .expect("requests");
    assert!(
        workload
            .requests
            .iter()
            .all(|request| request.sample % 2 == 1)
    );
    for (trace, stats) in workload.profiles.iter().zip(&workload.stats) {
        assert_eq!(stats.samples, trace.samples.len().div_ceil(2));
    }
}

#[test]
fn ranges_of_lengths_split_a_trace() {
    let traces = "traces=[{model: minilm_l6, patterns: [nat_t002], length_buckets: [32, 96]}]";
    let supply = supply(&[traces]);
    let profiles = supply.profiles().list();
    let names: Vec<&str> = profiles
        .iter()
        .map(|profile| profile.name.as_str())
        .collect();
    let name = |range: &str| format!("minilm_l6.nat_t002.{range}");
    assert_eq!(names, [name("to32"), name("to96"), name("above96")]);
    assert!(profiles.is_sorted_by_key(|profile| profile.stats.isolated_s));
    let parts = supply.mix(&Variation::of(supply.spec())).into_iter();
    assert!((parts.map(|share| share.weight).sum::<f64>() - 1.0).abs() < 1e-12);
}

/// The most requests that were live at once.
#[derive(Default)]
struct Live(u32, u32);

impl Observer for Live {
    fn admitted(&mut self, _index: u64, _request: &Request, _at: f64) {
        self.0 += 1;
        self.1 = self.1.max(self.0);
    }

    fn finished(&mut self, _finished: &Finished) {
        self.0 -= 1;
    }
}

#[test]
fn a_closed_loop_never_has_more_requests_than_clients() {
    for (think, most) in [("0", 3), ("1000", 2)] {
        let think = format!("think_time_ms={think}");
        let supply = supply(&[
            "arrivals=closed_loop",
            "clients=3",
            &think,
            "requests=50",
            "samples=shared",
        ]);
        let variation = Variation::of(supply.spec());
        let mut clients = supply
            .closed_loop(&variation)
            .expect("valid")
            .expect("a loop");
        let mut live = Live::default();
        let options = Options::default();
        let summary = run(
            supply.profiles(),
            &mut clients,
            &mut Fcfs,
            &options,
            &mut live,
        );
        assert_eq!(
            (summary.expect("it runs").requests, live.1),
            (50, most),
            "{think}"
        );
        let refused = supply.draw(&variation).expect_err("needs a run");
        assert!(refused.to_string().contains("closed_loop"), "{refused}");
    }
}

#[test]
fn a_file_is_replayed_and_stretched() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text);
    let rows = "arrival_s,profile,deadline_s\n0,person_detect.dense,0.5\n0.25,minilm_l6.nat_t002,1\n1,person_detect.dense,1.5\n";
    write("arrivals.csv", rows).expect("written");
    write(
        "replay.yaml",
        "extends: wearable\narrivals: replay\nreplay: arrivals.csv\n",
    )
    .expect("written");
    let path = folder.path().join("replay.yaml").display().to_string();
    let times = |sets: &[String]| {
        let (spec, _) = check_workload(&path, sets).expect("a valid workload");
        let supply = Supply::load(&spec).expect("traces");
        let workload = supply.draw(&Variation::of(&spec)).expect("requests");
        let time = |r: &Request| (r.arrival_s, r.deadline_s());
        workload.requests.iter().map(time).collect::<Vec<_>>()
    };
    let stretched = times(&["rate_per_s=1.5".to_owned()]);
    assert_eq!(stretched, [(0.0, 0.5), (0.5, 1.25), (2.0, 2.5)]);
}
