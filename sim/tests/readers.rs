//! No bytes make a reader panic, and what it accepts can be used.
//!
//! `PROPTEST_CASES=1000000 cargo test --release -p dysta-sim --test readers` tries more.

mod support;

use dysta_sim::arrivals::replay;
use dysta_sim::engine::{Monitor, Options, Profiles, record};
use dysta_sim::metrics::Metrics;
use dysta_sim::policies::SjfSparse;
use dysta_sim::reference::read_metrics;
use dysta_sim::table::{Derived, Request, read_recording, read_table};
use dysta_sim::trace::{MemorySource, ProfileTrace, decode_text, load, load_all};
use dysta_sim::workload::Workload;
use proptest::prelude::*;

const REAL: &str = "layer,sample,latency_s,activation_sparsity\n\
    conv1,3,0.001,0.25\nconv2,3,0.002,0.5\nconv1,7,0.001,0.75\nconv2,7,0.002,0.5\n";
const DESCRIPTION: &str =
    r#"{"layers":[{"name":"conv1","in_shape":[3,8,8]},{"name":"conv2","in_shape":[[4,4],[2,4]]}]}"#;
const CONVOLUTION: &str = "sim_lat,overall-sparsity,batch-indx,layer-indx\n\
    0.001,0.25,0,0\n0.002,0.5,0,1\n0.001,0.75,1,0\n0.002,0.5,1,1\n";
const ATTENTION: &str =
    "overall-sparsity,50%-skip,batch-indx,layer-indx\n0.5,0.5,0,0\n0.25,0.5,0,1\n";
const TABLE: &str =
    r#"{"models":["net.dense"],"arrival":[0.5,1.5],"model":[0,0],"priority":[1,9],"sample":[0,1]}"#;

const RECORDING: &str = r#"{"slo_mult":10,"table":{"models":["net.dense"],"arrival":[0.5,1.5],"model":[0,0],"priority":[1,9],
    "sample":[0,1]},"target":[0.25,0.25],"runs":{"dysta":{"schedule":[0,2,1,2],"finish":[0.503,1.503],
    "isolated":[0.003,0.003],"violation":0.0,"antt":1.0,"stp":1.0,"decisions":4,"switches":1,"clock_back_n":0,
    "clock_back_s":0.0,"trace":[[0.5,0,[[0,0.25,1.0]]]]}}}"#;

const METRICS: &str = r#"{"family":"f","columns":["rate","slo_mult","seed","policy","violation","antt","stp","decisions"],
    "rows":[[4,10,1,"fcfs",0.5,1.5,2.5,100],[4.5,10,2,"dysta",0.25,1.25,2,100]]}"#;

const ARRIVALS: &str = "arrival_s,profile,priority,sample,deadline_s\n\
    0.5,net.dense,1,3,0.75\n0.625,net.dense,,,\n1.5,net.dense,9,7,2\n";

/// A change of a file at a place given as a fraction of its length.
#[derive(Debug, Clone)]
enum Edit {
    Replace(f64, u8),
    Insert(f64, Vec<u8>),
    Remove(f64, usize),
    Cut(f64),
}

fn edit() -> impl Strategy<Value = Edit> {
    let digits = prop::sample::select(b"0123456789.-eE,\n\"[]{}naif".to_vec());
    let byte = prop_oneof![any::<u8>(), digits.clone()];
    prop_oneof![
        4 => (0.0..1.0, byte.clone()).prop_map(|(at, byte)| Edit::Replace(at, byte)),
        4 => (0.0..1.0, prop::collection::vec(byte, 1..6)).prop_map(|(at, bytes)| Edit::Insert(at, bytes)),
        2 => (0.0..1.0, 1_usize..20).prop_map(|(at, length)| Edit::Remove(at, length)),
        1 => (0.0..1.0).prop_map(Edit::Cut),
    ]
}

fn apply(text: &[u8], edits: &[Edit]) -> Vec<u8> {
    let mut bytes = text.to_vec();
    for edit in edits {
        let place = |at: &f64| (at * bytes.len() as f64) as usize;
        match edit {
            Edit::Replace(at, byte) => {
                let at = place(at);
                if let Some(old) = bytes.get_mut(at) {
                    *old = *byte;
                }
            }
            Edit::Insert(at, new) => {
                let at = place(at);
                bytes.splice(at..at, new.iter().copied());
            }
            Edit::Remove(at, length) => {
                let at = place(at);
                let end = (at + length).min(bytes.len());
                bytes.drain(at..end);
            }
            Edit::Cut(at) => bytes.truncate(place(at)),
        }
    }
    bytes
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    prop::collection::vec(edit(), 1..5)
}

fn net(csv: &[u8], description: &[u8]) -> MemorySource {
    MemorySource::new()
        .with("net.dense.csv", csv)
        .with("net.json", description)
}

/// Whatever a reader accepts must run through the whole simulator.
fn use_profile(profile: &ProfileTrace) {
    let layers = profile.layers.len();
    assert!(layers > 0 && !profile.samples.is_empty());
    for (index, sample) in profile.samples.iter().enumerate() {
        assert_eq!(
            (sample.latency_s.len(), sample.sparsity.len()),
            (layers, layers)
        );
        for (layer, meta) in profile.layers.iter().enumerate() {
            let nnz = profile.nnz(index, layer).expect("recorded layer");
            assert!(u64::from(nnz) <= meta.elements);
        }
    }
    let request = Request {
        profile: 0,
        sample: profile.samples.len() - 1,
        arrival_s: 0.25,
        target_s: 1.0,
        priority: 1,
    };
    let workload =
        Workload::new("accepted", vec![profile.clone()], vec![request; 3]).expect("valid requests");
    let profiles = Profiles::of_workload(&workload, Monitor::Sparsity).expect("one pattern");
    let result = record(
        &profiles,
        &workload.requests,
        &mut SjfSparse,
        &Options::default(),
    );
    let (summary, recorder) = result.expect("valid requests");
    assert_eq!(summary.decisions, 3 * layers as u64);
    assert_eq!(Metrics::new(&recorder.outcomes()).finished, 3);
    if let Ok(requests) = workload.cycle_requests(200_000_000) {
        assert!(
            requests
                .iter()
                .all(|request| request.isolated_cycles() >= layers as u64)
        );
    }
}

fn use_table(bytes: &[u8]) {
    let profiles = load_all(&net(REAL.as_bytes(), DESCRIPTION.as_bytes())).expect("valid trace");
    if let Ok(table) = read_table("table", bytes.to_vec()) {
        let targets = vec![0.25; table.arrival.len()];
        if let Ok(requests) = table.requests("table", &profiles, &targets) {
            Workload::new("table", profiles, requests).expect("checked requests");
        }
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = decode_text("bytes", bytes.clone());
        let _ = read_recording("bytes", bytes.clone());
        let _ = Derived::read("bytes", bytes.clone());
        let _ = read_metrics("bytes", bytes.clone());
        use_table(&bytes);
        let _ = load(&net(&bytes, DESCRIPTION.as_bytes()), "net.dense");
        let _ = load(&net(REAL.as_bytes(), &bytes), "net.dense");
    }

    #[test]
    fn gzip_headers_before_arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut packed = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
        packed.extend(bytes);
        let _ = decode_text("bytes", packed);
    }

    #[test]
    fn changed_traces_are_refused_or_usable(
        text in prop::sample::select(vec![REAL, CONVOLUTION, ATTENTION]),
        edits in edits(),
    ) {
        if let Ok(profile) = load(&net(&apply(text.as_bytes(), &edits), DESCRIPTION.as_bytes()), "net.dense") {
            use_profile(&profile);
        }
    }

    #[test]
    fn changed_descriptions_are_refused_or_usable(edits in edits()) {
        if let Ok(profile) = load(&net(REAL.as_bytes(), &apply(DESCRIPTION.as_bytes(), &edits)), "net.dense") {
            use_profile(&profile);
        }
    }

    #[test]
    fn changed_tables_are_refused_or_usable(edits in edits()) {
        use_table(&apply(TABLE.as_bytes(), &edits));
    }

    #[test]
    fn changed_metrics_never_panic(edits in edits()) {
        if let Ok((_, rows)) = read_metrics("metrics", apply(METRICS.as_bytes(), &edits)) {
            assert!(rows.iter().enumerate().all(|(number, row)| row.number == number));
        }
    }

    #[test]
    fn changed_arrivals_are_refused_or_usable(edits in edits()) {
        let profiles = load_all(&net(REAL.as_bytes(), DESCRIPTION.as_bytes())).expect("valid trace");
        let text = String::from_utf8_lossy(&apply(ARRIVALS.as_bytes(), &edits)).into_owned();
        if let Ok(rows) = replay::read_text("arrivals", &text, &profiles) {
            let times: Vec<f64> = rows.iter().map(|row| row.arrival_s).collect();
            assert!(times.is_sorted() && times.iter().all(|at| at.is_finite() && *at >= 0.0));
        }
    }

    #[test]
    fn changed_recordings_never_panic(edits in edits()) {
        if let Ok(recording) = read_recording("run", apply(RECORDING.as_bytes(), &edits)) {
            for run in recording.runs.values() {
                // A damaged count of decisions may be huge; a prefix shows that the list can be walked.
                run.executed().take(1000).for_each(drop);
            }
        }
    }
}

#[test]
fn reference_traces_are_usable() {
    for family in support::FAMILIES {
        support::profiles(family).iter().for_each(use_profile);
    }
}
