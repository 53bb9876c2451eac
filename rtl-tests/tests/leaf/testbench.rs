//! The testbench of the scheduler against a stub: it passes on the right vectors in Icarus and Verilator, and stops on
//! every kind of difference.

use std::path::Path;

use dysta_generator::leaf::Testbench;

use crate::tools::{Run, run, words};

const DIGEST: u64 = 0x0123_4567_89AB_CDEF;

/// Vector files as words, without the head.
#[derive(Clone)]
struct Vectors {
    digest: u64,
    tables: Vec<[u64; 2]>,
    requests: Vec<[u64; 6]>,
    layers: Vec<[u64; 3]>,
    expected: Vec<[u64; 7]>,
    statistics: Vec<[u64; 1]>,
}

/// Two requests: the first with two layers, the second late, with one layer of one clock.
fn vectors() -> Vectors {
    Vectors {
        digest: DIGEST,
        tables: vec![[0, u64::MAX], [3, 5]],
        requests: vec![[5, 2, 2000, 1, 1000, 0], [6, 1, 10, 0, 1010, 2]],
        layers: vec![[100, 7, 0], [50, 9, 0], [1, 3, 1]],
        expected: vec![
            [0, 1000, 5, 2, 2000, 1, 0],
            [1, 1001, 5, 0, 2, 0, 0],
            [2, 1101, 7, 0, 0, 0, 0],
            [1, 1102, 5, 0, 2, 1, 0],
            [2, 1152, 9, 0, 0, 0, 0],
            [3, 1153, 5, 1152, 0, 0, 0],
            [0, 1154, 6, 1, 10, 0, 0],
            [1, 1155, 6, 0, 1, 0, 0],
            [2, 1156, 3, 1, 0, 0, 0],
            [3, 1157, 6, 1156, 1, 0, 0],
        ],
        statistics: vec![[3], [0]],
    }
}

fn testbench(vectors: &Vectors, seed: u32, pressure: u8) -> String {
    let bench = Testbench {
        banner: vec!["testbench test".to_owned()],
        digest: format!("{DIGEST:016x}"),
        folder: "vectors/".to_owned(),
        id_w: 8,
        position_w: 3,
        profile_w: 4,
        layer_w: 6,
        priority_w: 2,
        score_w: 40,
        table_addr_w: 10,
        table_writes: vectors.tables.len(),
        requests: vectors.requests.len(),
        layers: vectors.layers.len(),
        events: vectors.expected.len(),
        statistics: vectors.statistics.len(),
        start: 990,
        seed,
        pressure,
        watchdog: 1000,
    };
    bench.text().expect("the template renders")
}

fn write_words<const N: usize>(file: &Path, digest: u64, records: &[[u64; N]]) {
    let head = [digest, records.len() as u64];
    let words = head.iter().chain(records.iter().flatten()).chain([&digest]);
    let text = words
        .map(|word| format!("{word:016x}\n"))
        .collect::<String>();
    std::fs::write(file, text).expect("vectors are written");
}

fn write_vectors(folder: &Path, vectors: &Vectors) {
    let folder = folder.join("vectors");
    std::fs::create_dir_all(&folder).expect("a folder of vectors");
    write_words(&folder.join("tables.hex"), vectors.digest, &vectors.tables);
    write_words(
        &folder.join("requests.hex"),
        vectors.digest,
        &vectors.requests,
    );
    write_words(&folder.join("layers.hex"), vectors.digest, &vectors.layers);
    write_words(
        &folder.join("expected.hex"),
        vectors.digest,
        &vectors.expected,
    );
    write_words(
        &folder.join("statistics.hex"),
        vectors.digest,
        &vectors.statistics,
    );
}

fn write_sources(folder: &Path, text: &str) {
    let stub = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/leaf/scheduler_stub.sv");
    std::fs::copy(stub, folder.join("scheduler_stub.sv")).expect("the stub is copied");
    std::fs::write(folder.join("dysta_scheduler_tb.sv"), text).expect("the testbench is written");
    std::fs::write(
        folder.join("tb.f"),
        "scheduler_stub.sv\ndysta_scheduler_tb.sv\n",
    )
    .expect("the list is written");
}

fn icarus(folder: &Path, overrides: &str) -> Run {
    let line = format!("-g2012 -Wall -s dysta_scheduler_tb {overrides} -o tb.vvp -f tb.f");
    let compiled = run(folder, "iverilog", &words(&line));
    assert!(compiled.success, "{}", compiled.text);
    run(folder, "vvp", &words("-n tb.vvp"))
}

/// Runs in Icarus with the vectors of `written`, the sizes of `sized`, and a kind of stub.
fn simulate(sized: &Vectors, written: &Vectors, unknown: u32) -> Run {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let text = testbench(sized, 0, 0).replace(
        "dysta_scheduler u_dut",
        &format!("dysta_scheduler #(.UNKNOWN({unknown})) u_dut"),
    );
    write_sources(folder.path(), &text);
    write_vectors(folder.path(), written);
    icarus(folder.path(), "")
}

fn check_fails(run: &Run, message: &str) {
    assert!(!run.success, "passes, expected: {message}\n{}", run.text);
    assert!(
        run.text.contains(message),
        "expected: {message}\n{}",
        run.text
    );
    assert!(!run.text.contains("PASS"), "{}", run.text);
}

#[test]
fn passes_in_both_simulators() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    write_sources(folder.path(), &testbench(&vectors(), 0, 0));
    write_vectors(folder.path(), &vectors());
    let pass = "PASS: 10 events compared";
    for overrides in ["", "-Pdysta_scheduler_tb.JUMP=0"] {
        let ran = icarus(folder.path(), overrides);
        assert!(ran.success && ran.text.contains(pass), "{}", ran.text);
    }
    let built = run(
        folder.path(),
        "verilator",
        &words("--binary --top-module dysta_scheduler_tb -f tb.f"),
    );
    assert!(built.success, "{}", built.text);
    let binary = folder.path().join("obj_dir/Vdysta_scheduler_tb");
    let ran = run(folder.path(), &binary.to_string_lossy(), &[]);
    assert!(ran.success && ran.text.contains(pass), "{}", ran.text);
    let mut wrong = vectors();
    wrong.expected[4][1] += 1;
    write_vectors(folder.path(), &wrong);
    check_fails(
        &run(folder.path(), &binary.to_string_lossy(), &[]),
        "event 4 differs",
    );
}

#[test]
fn every_changed_word_is_found() {
    for event in 0..vectors().expected.len() {
        for field in 0..7 {
            let mut wrong = vectors();
            wrong.expected[event][field] ^= 1;
            check_fails(
                &simulate(&wrong, &wrong, 0),
                &format!("event {event} differs"),
            );
        }
    }
    let mut wrong = vectors();
    wrong.statistics[0][0] = 4;
    check_fails(
        &simulate(&wrong, &wrong, 0),
        "statistics 0 is 3, expected 4",
    );
}

#[test]
fn missing_and_surplus_events_are_found() {
    let mut short = vectors();
    short.expected.pop();
    check_fails(
        &simulate(&short, &short, 0),
        "an event beyond the 9 expected",
    );
    let mut long = vectors();
    long.expected.push([1, 1158, 0, 0, 0, 0, 0]);
    check_fails(
        &simulate(&long, &long, 0),
        "10 of 11 events, then every request was complete",
    );
    let mut empty = vectors();
    empty.expected.clear();
    check_fails(&simulate(&empty, &empty, 0), "nothing to compare");
}

#[test]
fn vectors_of_another_run_are_refused() {
    let mut other = vectors();
    other.digest ^= 1;
    check_fails(
        &simulate(&vectors(), &other, 0),
        "vectors of configuration 0123456789abcdee",
    );
    let mut longer = vectors();
    longer.requests.push([7, 1, 0, 0, 2000, 0]);
    check_fails(
        &simulate(&vectors(), &longer, 0),
        "vectors hold 3 records where 2 belong",
    );
}

#[test]
fn unknown_values_and_standstill_are_found() {
    check_fails(
        &simulate(&vectors(), &vectors(), 1),
        "unknown dispatch at 1001",
    );
    check_fails(
        &simulate(&vectors(), &vectors(), 2),
        "unknown handshake at 1153",
    );
    check_fails(
        &simulate(&vectors(), &vectors(), 3),
        "no event for 1000 clocks",
    );
}
