//! A run needs memory for its live requests, whatever its length. Alone in its program, so that nothing else allocates.
#![cfg(target_os = "linux")]

use dysta_sim::engine::Policy;
use dysta_sim::engine::{Finished, Monitor, Observer, Open, Options, Profiles, SampleUse, run};
use dysta_sim::policies::{Dysta, Settings, by_name};
use dysta_sim::table::Request;
use dysta_sim::trace::{LayerMeta, ProfileTrace, SampleTrace};

/// Peak of resident memory so far, in KiB.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("procfs");
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .expect("a peak");
    let number = line.split_whitespace().nth(1).expect("a number");
    number.parse().expect("a number")
}

fn profiles() -> Profiles {
    let sample = SampleTrace {
        id: 0,
        latency_s: vec![0.5, 0.25],
        sparsity: vec![0.5, 0.5],
    };
    let layer = |name: &str| LayerMeta {
        name: name.to_owned(),
        elements: 8,
    };
    let trace = ProfileTrace {
        name: "net.dense".to_owned(),
        model: "net".to_owned(),
        layers: vec![layer("a"), layer("b")],
        samples: vec![sample],
    };
    Profiles::new(&[trace], Monitor::Nonzeros, SampleUse::Shared).expect("one pattern")
}

/// Made one by one: bursts of ten requests.
fn requests(count: u64) -> impl Iterator<Item = Request> {
    (0..count).map(|index| Request {
        profile: 0,
        sample: 0,
        arrival_s: (index / 10) as f64 * 8.0,
        target_s: 4.0,
        priority: 1,
    })
}

#[derive(Default)]
struct Late(u64);

impl Observer for Late {
    fn finished(&mut self, finished: &Finished) {
        self.0 += u64::from(finished.finish_s > finished.request.deadline_s());
    }
}

#[test]
fn a_million_requests_need_no_more_memory_than_a_thousand() {
    let profiles = profiles();
    let slack = by_name("slack_srpt", &Settings::published()).expect("a preset");
    let dysta: Box<dyn Policy + Send> = Box::new(Dysta::new(1.0));
    for mut policy in [dysta, slack] {
        let mut play = |count: u64| {
            let (mut late, mut requests) = (Late::default(), Open::new(requests(count)));
            let options = Options::default();
            let summary = run(&profiles, &mut requests, &mut *policy, &options, &mut late);
            let summary = summary.expect("valid requests");
            assert_eq!((summary.requests, summary.decisions), (count, 2 * count));
            late.0
        };
        let thousand = play(1_000);
        let before = peak_kib();
        assert_eq!(play(1_000_000), thousand * 1_000);
        assert!(
            peak_kib() < before + 1024,
            "{before} KiB grew to {}",
            peak_kib()
        );
    }
}
