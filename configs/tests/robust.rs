//! No text and no `--set` makes the loader panic, and merging obeys its laws.

use std::io::Write;

use dysta_config::diag::Style;
use dysta_config::source::Source;
use dysta_config::system::check_system;
use dysta_config::tree;
use proptest::prelude::*;

/// Loads bytes as a system file and renders what is wrong.
fn load_bytes(bytes: &[u8]) -> String {
    let mut file = tempfile::Builder::new()
        .suffix(".yaml")
        .tempfile()
        .expect("a file");
    file.write_all(bytes).expect("written");
    match check_system(&file.path().display().to_string(), &[]) {
        Ok((system, _)) => format!("{}", system.scheduler.spec.capacity),
        Err(problems) => problems.render(Style::Plain),
    }
}

/// Text made of pieces of YAML, so that deep parts of the loader are reached.
fn yamlish() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "extends: tiny\n",
        "scheduler:",
        "workload:",
        " ",
        "  ",
        "\n",
        "capacity: ",
        "policy: ",
        "let: ",
        "params: ",
        "traces: ",
        "score: ",
        "load: ",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        "- ",
        "&a ",
        "*a",
        "\"",
        "'",
        "|\n",
        "> ",
        "1",
        "-1",
        "1e400",
        ".nan",
        "~",
        "true",
        "edge",
        "dysta",
        "./x.yaml",
        "#",
        "\t",
        "é",
        "\u{feff}",
        "\r\n",
        "!!str ",
        "? ",
        "--- ",
        "name: x\n",
        "priorities: [1]\n",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// Texts at the limits are refused or read in moments, however they are built.
#[test]
fn large_texts_are_no_burden() {
    let texts = [
        "x".repeat(1 << 19),
        "[".repeat(1 << 18),
        format!("a: [{}]", "1,".repeat(120_000)),
        format!("workload: {{ priorities: [{}] }}", "x,".repeat(19_000)),
        (0..19_000).map(|n| format!("k{n}: 1\n")).collect(),
        format!("name: \"{}\"", "é".repeat(100_000)),
    ];
    let started = std::time::Instant::now();
    for text in &texts {
        assert!(!load_bytes(text.as_bytes()).is_empty());
    }
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        load_bytes(&bytes);
    }

    #[test]
    fn no_yaml_panics(text in yamlish()) {
        load_bytes(text.as_bytes());
    }

    #[test]
    fn no_set_panics(set in "[a-z.= \\[{\"':&*é-]{0,30}", value in yamlish()) {
        for set in [set.clone(), format!("{set}={value}"), format!("scheduler.{set}={value}")] {
            if let Err(problems) = check_system("tiny", &[set]) {
                prop_assert!(!problems.is_empty());
                prop_assert!(!problems.render(Style::Plain).is_empty());
            }
        }
    }

    /// Every place lies inside its source, for every node.
    #[test]
    fn places_lie_in_the_text(text in yamlish()) {
        let source = Source::new("f", text.clone());
        if let Err(problem) = tree::parse(&source) {
            let place = problem.place.expect("a place");
            prop_assert!(place.line as usize <= text.lines().count() + 1);
        }
    }

    #[test]
    fn a_set_value_is_the_value(capacity in 2u32..=64, unit_log2 in 0u32..=12, beta in 0.0f64..1.0) {
        let sets = [
            format!("scheduler.capacity={capacity}"),
            format!("scheduler.numbers.time_unit_cycles={}", 1 << unit_log2),
            format!("scheduler.policy.params.beta={beta:?}"),
        ];
        let (system, _) = check_system("edge", &sets).expect("valid");
        prop_assert_eq!(system.scheduler.spec.capacity, capacity);
        prop_assert_eq!(system.scheduler.spec.time_unit_cycles, 1 << unit_log2);
        let (_, kept) = &system.scheduler.spec.policy.params[0];
        prop_assert_eq!(*kept, dysta_config::expr::Param::Number(beta));
    }
}
