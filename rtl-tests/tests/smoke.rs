//! First whole path: YAML to RTL to Verilator, compared with the golden model.
use dysta_config::system::check_system;
use dysta_sim::cosim::{Cache, Model, Port, RtlFile, RtlSource, RunOptions, TableWord, lockstep};
use dysta_sim::scenario::{Play, Scenario, drawn};

fn play(system: &str, sets: &[&str], play: Play, count: usize) {
    let sets: Vec<String> = sets.iter().map(|s| s.to_string()).collect();
    let (system, _) = check_system(system, &sets)
        .unwrap_or_else(|d| panic!("{}", d.render(dysta_config::diag::Style::Plain)));
    let design = dysta_generator::lower::scheduler(&system.scheduler).unwrap();
    let scenario = Scenario::new(
        system.scheduler.clone(),
        system.clock_hz,
        drawn(&system.workload).unwrap(),
    )
    .unwrap()
    .truncated(count);
    let stimulus = scenario.stimulus(&play);
    let golden = scenario.golden(&stimulus, &mut ()).unwrap();
    let leaves = design.leaves.iter().map(|l| RtlFile {
        name: format!("{}.sv", l.name),
        text: l.render(&[]).unwrap(),
    });
    let printed = design.printed.iter().map(|m| RtlFile {
        name: format!("{}.sv", m.name),
        text: m.print(&[]),
    });
    let top = design.printed.last().unwrap();
    let ports = top
        .all_ports()
        .map(|p| Port {
            name: p.name.clone(),
            width: match p.width {
                dysta_generator::vlog::Width::Bits(b) => b,
                _ => 0,
            },
        })
        .collect();
    let source = RtlSource {
        top: design.top.clone(),
        files: leaves.chain(printed).collect(),
        ports,
    };
    let model = Model::build(&source, &Cache::of_user().unwrap(), false).unwrap();
    let tables: Vec<TableWord> = scenario
        .image
        .writes(&scenario.params)
        .into_iter()
        .map(|(address, data)| TableWord { address, data })
        .collect();
    let mut n = 0;
    match lockstep(
        &model,
        &tables,
        &stimulus,
        &golden,
        &RunOptions::default(),
        &mut |c| n = c,
    ) {
        Ok(t) => println!(
            "{:?} decisions {} clocks {} {:.1} Mclk/s events {n}",
            system.name,
            golden.decisions.len(),
            t.clocks,
            t.clocks_per_second() / 1e6
        ),
        Err(e) => panic!("{e}"),
    }
}

#[test]
fn presets() {
    play("tiny", &[], Play::default(), 5);
    play("tiny", &[], Play::default(), 50);
    play("edge", &["scheduler.policy=fcfs"], Play::default(), 200);
    play("edge", &["scheduler.policy=edf"], Play::default(), 200);
    play("edge", &[], Play::default(), 200);
    play(
        "edge",
        &[],
        Play {
            pressure: 128,
            seed: 3,
            now_start: 1 << 40,
            jump: true,
        },
        200,
    );
}

#[test]
fn lanes() {
    play("tiny", &["scheduler.lanes=2"], Play::default(), 50);
    play(
        "tiny",
        &["scheduler.lanes=8"],
        Play {
            pressure: 100,
            ..Play::default()
        },
        50,
    );
    play(
        "edge",
        &["scheduler.lanes=8", "scheduler.capacity=60"],
        Play::default(),
        200,
    );
    play(
        "edge",
        &["scheduler.lanes=4", "workload.load=1.6"],
        Play {
            pressure: 128,
            seed: 3,
            now_start: 1 << 40,
            jump: true,
        },
        200,
    );
    play(
        "edge",
        &[
            "scheduler.lanes=16",
            "workload.load=3.0",
            "scheduler.policy=edf",
        ],
        Play::default(),
        200,
    );
}
