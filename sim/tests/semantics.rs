//! What the published rules and those of a real machine make different: the tables of `docs/simulator.md`.

mod support;

use std::fmt::Write as _;
use std::path::PathBuf;

use dysta_sim::engine::{
    Costs, DecisionCost, Monitor, Options, Profiles, SampleUse, Semantics, Summary, record,
};
use dysta_sim::metrics::Metrics;
use dysta_sim::policies::{PAPER, Settings, of_paper};
use dysta_sim::table::{Recording, Request};
use dysta_sim::trace::ProfileTrace;
use support::{FAMILIES, profiles, recordings};

/// The recordings of one load, with the traces of their family.
struct Load {
    name: String,
    traces: Vec<ProfileTrace>,
    tables: Vec<Vec<Request>>,
}

fn loads() -> Vec<Load> {
    let mut loads: Vec<Load> = Vec::new();
    let traces = FAMILIES.map(|family| (family, profiles(family)));
    for (file, recording) in recordings("full") {
        let name = name(&recording);
        let traces = &traces
            .iter()
            .find(|(family, _)| *family == recording.table.family);
        let traces = traces.expect("known family").1.clone();
        let requests = recording.requests(&file, &traces).expect("a valid table");
        match loads.iter_mut().find(|load| load.name == name) {
            Some(load) => load.tables.push(requests),
            None => loads.push(Load {
                name,
                traces,
                tables: vec![requests],
            }),
        }
    }
    loads
}

fn name(recording: &Recording) -> String {
    let family = match recording.table.family.as_str() {
        "sanger" => "AttNN",
        _ => "CNN",
    };
    format!("{family} {}/s", recording.table.rate)
}

/// How a run differs from the published one.
#[derive(Clone, Copy)]
struct Rules {
    semantics: Semantics,
    samples: SampleUse,
    costs: Costs,
    /// The penalty counts in mean isolated latencies.
    scaled: bool,
}

const PUBLISHED: Rules = Rules {
    semantics: Semantics::Published2023,
    samples: SampleUse::Shared,
    costs: Costs {
        decision: DecisionCost::Free,
        preemption_s: 0.0,
        preemption_share: 0.0,
        admission_s: 0.0,
    },
    scaled: false,
};

const CORRECT: Rules = Rules {
    semantics: Semantics::Correct,
    ..PUBLISHED
};

/// Means over the tables of a load: violations in percent, ANTT; and the summary of the first.
fn means(load: &Load, policy: &str, rules: Rules) -> (f64, f64, Summary) {
    let profiles = Profiles::new(&load.traces, Monitor::Sparsity, rules.samples);
    let profiles = profiles.expect("equal layers");
    let settings = match rules.scaled {
        true => Settings::mean_isolated(profiles.mean_isolated_s()),
        false => Settings::published(),
    };
    let options = Options {
        semantics: rules.semantics,
        costs: rules.costs,
        ..Options::default()
    };
    let mut runs = load.tables.iter().map(|requests| {
        let mut policy = of_paper(policy, &settings).expect("a policy");
        let run = record(&profiles, requests, &mut *policy, &options);
        let (summary, recorder) = run.expect("valid requests");
        (Metrics::new(&recorder.outcomes()), summary)
    });
    let (first, summary) = runs.next().expect("a table");
    let sums = (first.violation_rate, first.antt);
    let add = |sums: (f64, f64), (metrics, _): (Metrics, Summary)| {
        (sums.0 + metrics.violation_rate, sums.1 + metrics.antt)
    };
    let (violations, antt) = runs.fold(sums, add);
    let count = load.tables.len() as f64;
    (100.0 * violations / count, antt / count, summary)
}

fn head(text: &mut String, title: &str, loads: &[Load]) {
    let names = loads.iter().map(|load| load.name.as_str());
    let _ = writeln!(
        text,
        "| {title} | {} |",
        names.collect::<Vec<_>>().join(" | ")
    );
    let _ = writeln!(text, "|---|{}", "---|".repeat(loads.len()));
}

fn row(text: &mut String, title: &str, loads: &[Load], cell: impl Fn(&Load) -> String) {
    let cells: Vec<String> = loads.iter().map(cell).collect();
    let _ = writeln!(text, "| {title} | {} |", cells.join(" | "));
}

fn tables() -> String {
    let loads = loads();
    let mut text = String::from(
        "How often and how far the published clock goes back in a run under `dysta` (first seed):\n\n",
    );
    head(&mut text, "", &loads);
    row(&mut text, "times in 1000 requests", &loads, |load| {
        means(load, "dysta", PUBLISHED).2.clock_back_n.to_string()
    });
    row(&mut text, "in total", &loads, |load| {
        let summary = means(load, "dysta", PUBLISHED).2;
        format!(
            "{:.1} ms of {:.1} s",
            1e3 * summary.clock_back_s,
            summary.end_s
        )
    });
    text.push_str("\nViolations in percent and ANTT under the published rules → with correct time and order:\n\n");
    head(&mut text, "policy", &loads);
    for policy in PAPER {
        row(&mut text, &format!("`{policy}`"), &loads, |load| {
            let (published, correct) =
                (means(load, policy, PUBLISHED), means(load, policy, CORRECT));
            format!(
                "{:.2} → {:.2}, {:.3} → {:.3}",
                published.0, correct.0, published.1, correct.1
            )
        });
    }
    text.push_str("\nWhat else is left out, one after the other, for `dysta`:\n\n");
    head(&mut text, "rules", &loads);
    for (title, rules) in steps() {
        row(&mut text, title, &loads, |load| {
            let (violations, antt, _) = means(load, "dysta", rules);
            format!("{violations:.2}, {antt:.3}")
        });
    }
    text
}

/// Each with what those above it have.
fn steps() -> [(&'static str, Rules); 6] {
    let apart = Rules {
        samples: SampleUse::Apart,
        ..CORRECT
    };
    let decisions = Rules {
        costs: Costs {
            decision: DecisionCost::Fixed(1e-6),
            ..Costs::default()
        },
        ..apart
    };
    let preemptions = Rules {
        costs: Costs {
            preemption_share: 0.02,
            ..decisions.costs
        },
        ..decisions
    };
    let scaled = Rules {
        scaled: true,
        ..preemptions
    };
    [
        ("published", PUBLISHED),
        ("correct time and order", CORRECT),
        ("averages from every other sample", apart),
        ("a decision takes 1 µs", decisions),
        ("a preemption costs 2 % of a layer", preemptions),
        ("penalty in mean isolated latencies, not seconds", scaled),
    ]
}

const BEGIN: &str = "<!-- semantics: begin -->\n";
const END: &str = "<!-- semantics: end -->";

/// `DYSTA_UPDATE=1` writes the tables.
#[test]
fn the_tables_of_the_page_are_measured() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/simulator.md");
    let page = std::fs::read_to_string(&path).expect("the page");
    let (before, rest) = page.split_once(BEGIN).expect("the place of the tables");
    let (old, after) = rest.split_once(END).expect("the end of the tables");
    let new = format!("\n{}\n", tables());
    if std::env::var_os("DYSTA_UPDATE").is_some() {
        std::fs::write(&path, format!("{before}{BEGIN}{new}{END}{after}")).expect("written");
        return;
    }
    assert!(
        old == new,
        "docs/simulator.md is old; run this test with DYSTA_UPDATE=1\n{new}"
    );
}
