//! The golden model on the long recorded tables takes the decisions of f64.

mod support;

use dysta_config::system::check_system;
use dysta_sim::scenario::{FloatJudge, Play, Scenario};
use dysta_sim::workload::Workload;
use support::{FAMILIES, profiles, recordings};

/// Decisions among several candidates for one that f64 may take otherwise.
const CONTESTED_A_DIFFERENCE: usize = 10_000;

/// Plays a table on `edge` at the clock and with the penalty scale of the recordings; contested decisions and differences.
fn judged(scenario: &Scenario) -> (usize, usize) {
    let mut judge = FloatJudge::new(scenario);
    let trace = scenario.golden(&scenario.stimulus(&Play::default()), &mut judge);
    let decisions = trace.expect("the run ends").decisions.len();
    let layers: usize = scenario.requests.iter().map(|r| r.layers.len()).sum();
    assert_eq!(decisions, layers, "every layer is dispatched once");
    (judge.contested, judge.differences.len())
}

#[test]
fn long_tables_are_decided_as_in_f64() {
    let sets = [
        "clock_mhz=200",
        "scheduler.policy.params.penalty_scale=clock",
    ];
    let system = check_system("edge", &sets.map(str::to_owned))
        .expect("valid")
        .0;
    let traces = FAMILIES.map(|family| (family, profiles(family)));
    let tables = recordings("full");
    assert_eq!(tables.len(), 8);
    let mut all = 0;
    for (name, recording) in tables {
        let family = traces
            .iter()
            .find(|(family, _)| *family == recording.table.family);
        let profiles = family.expect("known family").1.clone();
        let requests = recording.requests(&name, &profiles).expect("valid table");
        let workload = Workload::new(&name, profiles, requests).expect("valid workload");
        let scenario = Scenario::new(system.scheduler.clone(), system.clock_hz, workload);
        let (contested, differences) = judged(&scenario.expect("the tables hold it"));
        assert!(
            differences * CONTESTED_A_DIFFERENCE <= contested,
            "{name}: {differences} of {contested} decisions differ"
        );
        all += contested;
    }
    assert!(all > 100_000, "{all} contested decisions were judged");
}
