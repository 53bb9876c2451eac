//! Random score expressions within the grammar.

use dysta_config::expr::{Param, PolicySpec};
use proptest::prelude::*;

/// A length of time.
fn duration() -> BoxedStrategy<String> {
    let simple = prop::sample::select(vec![
        "gamma * lat_remaining",
        "lat_remaining",
        "isolated",
        "(now - arrival)",
        "(now - last_run)",
        "max(0, deadline - now)",
        "max(0, deadline - now - gamma * lat_remaining)",
        "(now - last_run) * inv_isolated * inv_queue * scale",
        "(now - arrival) * inv_isolated * scale",
        "scale",
    ]);
    let factors = prop::sample::select(vec!["0.01", "0.25", "0.75", "1.5", "3"]);
    simple
        .prop_map(str::to_owned)
        .prop_recursive(3, 12, 3, move |inner| {
            let pair = (inner.clone(), inner.clone());
            prop_oneof![
                pair.clone().prop_map(|(a, b)| format!("({a} + {b})")),
                pair.clone().prop_map(|(a, b)| format!("min({a}, {b})")),
                pair.clone().prop_map(|(a, b)| format!("max({a}, {b})")),
                (factors.clone(), inner).prop_map(|(f, a)| format!("{f} * {a}")),
                (condition(), pair).prop_map(|(c, (a, b))| format!("select({c}, {a}, {b})")),
            ]
        })
        .boxed()
}

fn condition() -> BoxedStrategy<String> {
    let fixed = [
        "layer < 2",
        "priority <= 3",
        "priority < queue",
        "running < 1",
        "queue <= 4",
        "deadline < now",
        "now - arrival < isolated",
        "gamma <= 1",
    ];
    prop::sample::select(fixed.to_vec())
        .prop_map(str::to_owned)
        .boxed()
}

/// A policy; the compiler may still refuse it.
pub fn strategy() -> impl Strategy<Value = PolicySpec> {
    let instant = prop::sample::select(vec![
        "arrival",
        "deadline",
        "last_run",
        "min(arrival, deadline)",
        "select(running < 1, deadline, arrival)",
        "select(priority < 3, arrival, deadline)",
    ]);
    let joined = (condition(), duration(), duration()).prop_flat_map(|(c, a, b)| {
        prop::sample::select(vec![
            format!("{a} + {b}"),
            format!("max({a}, {b})"),
            format!("select({c}, {a}, {b})"),
            format!("select({c}, {a}, 0) + min({a}, {b})"),
        ])
    });
    let score = prop_oneof![6 => joined, 1 => instant.prop_map(str::to_owned)];
    score.prop_map(|score| PolicySpec {
        name: "random".to_owned(),
        score,
        lets: Vec::new(),
        params: vec![("scale".to_owned(), Param::MeanIsolated)],
    })
}
