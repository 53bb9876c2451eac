//! What `extends:`, references and `--set` make of a configuration.

use dysta_config::fields::raw::{Intensity, RawSystem};
use dysta_config::load::load_system;

fn load(name: &str, sets: &[&str]) -> RawSystem {
    let sets: Vec<String> = sets.iter().map(|set| set.to_string()).collect();
    match load_system(name, &sets) {
        Ok((system, _)) => system,
        Err(problems) => panic!("{problems}"),
    }
}

fn system_file(text: &str) -> RawSystem {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("system.yaml");
    std::fs::write(&path, text).expect("written");
    load(&path.display().to_string(), &[])
}

fn names<T>(pairs: &[(dysta_config::source::Located<String>, T)]) -> Vec<&str> {
    pairs.iter().map(|pair| pair.0.value.as_str()).collect()
}

#[test]
fn keys_beside_extends_win_and_the_rest_stays() {
    let system = system_file("extends: edge\nscheduler: { capacity: 32 }\n");
    assert_eq!(system.scheduler.capacity.value, 32);
    assert_eq!(system.scheduler.profiles.value, 16);
    assert_eq!(
        names(&system.scheduler.policy.bindings),
        ["t_rem", "slack", "penalty"]
    );
}

#[test]
fn every_value_keeps_its_place() {
    let system = system_file("extends: edge\nscheduler: { capacity: 32 }\n");
    let scheduler = &system.scheduler;
    let capacity = scheduler.capacity.place().expect("written");
    assert!(capacity.file.ends_with("system.yaml"));
    assert_eq!((capacity.line, capacity.column), (2, 24));
    let profiles = scheduler.profiles.place().expect("written");
    assert_eq!(profiles.file, "presets/schedulers/edge.yaml");
    assert_eq!(scheduler.id_bits.place(), None);
}

#[test]
fn a_reference_replaces_as_a_whole() {
    for set in ["scheduler.policy=fcfs", "scheduler.policy={extends: fcfs}"] {
        let policy = load("edge", &[set]).scheduler.policy;
        assert_eq!(policy.score.value, "arrival", "{set}");
        assert!(
            policy.bindings.is_empty() && policy.params.is_empty(),
            "{set}"
        );
    }
    let replaced = load("tiny", &["scheduler=edge", "scheduler.capacity=4"]);
    assert_eq!(replaced.scheduler.capacity.value, 4);
    assert_eq!(replaced.scheduler.layers.value, 64);
}

#[test]
fn an_inline_map_can_extend() {
    let text =
        "scheduler: { extends: edge, policy: edf }\nworkload: { extends: tiny, requests: 7 }\n";
    let system = system_file(text);
    assert_eq!(system.scheduler.policy.score.value, "deadline");
    assert_eq!(system.workload.requests.value, 7);
    assert_eq!(system.workload.intensity.value, Intensity::Load(0.9));
}

#[test]
fn load_and_rate_take_each_others_place() {
    let system = load("edge", &["workload.rate_per_s=500"]);
    assert_eq!(system.workload.intensity.value, Intensity::RatePerS(500.0));
    let system = load("edge", &["workload.rate_per_s=500", "workload.load=0.5"]);
    assert_eq!(system.workload.intensity.value, Intensity::Load(0.5));
}

#[test]
fn later_sets_win() {
    let system = load("tiny", &["clock_mhz=100", "clock_mhz=150.5"]);
    assert_eq!(system.clock_mhz.map(|clock| clock.value), Some(150.5));
}

#[test]
fn files_are_found_from_the_file_that_names_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("created");
        std::fs::write(&path, text).expect("written");
        path
    };
    write("parts/base.yaml", "extends: tiny\npolicy: ./edf.yaml\n");
    write("parts/edf.yaml", "score: arrival\n");
    write("middle.yaml", "extends: tiny\nscheduler: parts/base.yaml\n");
    let top = write("top.yaml", "extends: middle.yaml\nname: top\n");
    let system = load(&top.display().to_string(), &[]);
    assert_eq!(system.scheduler.policy.score.value, "arrival");
    assert_eq!(system.name, "top");
}

#[test]
fn data_starts_from_the_file_that_names_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("system.yaml");
    let text = "extends: tiny\nworkload: { data: traces/mine }\n";
    std::fs::write(&path, text).expect("written");
    let workload = load(&path.display().to_string(), &[]).workload;
    assert_eq!(
        workload.data_folder(),
        Some(folder.path().join("traces/mine"))
    );
    let workload = load("tiny", &["workload.data=mine"]).workload;
    assert_eq!(workload.data_folder(), Some("mine".into()));
    assert_eq!(load("tiny", &[]).workload.data_folder(), None);
}
