//! Presets, the field table, and the files generated from it.

use std::collections::BTreeSet;
use std::path::Path;

use dysta_config::diag::Style;
use dysta_config::fields::raw::{
    Arrivals, Choice, DecisionLatency, Family, Flow, Infer, LayerActivation, LayerKind,
    LayerPadding, Measure, Metric, Numerics, Samples, Select, SloBase, Units, WeightPattern,
};
use dysta_config::fields::{Kind, Presence, Type, tables};
use dysta_config::params::{NumberFormat, OnFull, Predictor};
use dysta_config::{benchmark, codes, load, presets, schema, suite, system, target, workload};

fn load_any(kind: Kind, name: &str) -> Result<(), String> {
    let shown = match kind {
        Kind::System => system::check_system(name, &[]).map(|loaded| loaded.1),
        Kind::Scheduler => load::load_scheduler(name, &[]).map(|loaded| loaded.1),
        Kind::Workload => workload::check_workload(name, &[]).map(|loaded| loaded.1),
        Kind::Accelerator => load::load_accelerator(name, &[]).map(|loaded| loaded.1),
        Kind::Suite => suite::check_suite(name, &[]).map(|loaded| loaded.1),
        Kind::Policy => load::load_policy(name, &[]).map(|loaded| loaded.1),
        Kind::Benchmark => benchmark::check_benchmark(name, &[]).map(|loaded| loaded.1),
        Kind::Target => target::check_target(name, &[]).map(|loaded| loaded.1),
    };
    match shown {
        Ok(warnings) if warnings.is_empty() => Ok(()),
        Ok(problems) | Err(problems) => Err(problems.render(Style::Plain)),
    }
}

#[test]
fn every_preset_loads_without_a_warning() {
    for preset in presets::ALL {
        assert_eq!(
            load_any(preset.kind, preset.name),
            Ok(()),
            "{}",
            preset.file()
        );
    }
}

#[test]
fn every_preset_file_is_in_the_binary() {
    let listed: BTreeSet<String> = presets::ALL.iter().map(presets::Preset::file).collect();
    let mut found = BTreeSet::new();
    for kind in Kind::ALL {
        let folder = format!("presets/{}", kind.folder());
        for entry in std::fs::read_dir(&folder).expect("a folder of presets") {
            let name = entry.expect("entry").file_name();
            found.insert(format!("{folder}/{}", name.to_string_lossy()));
        }
    }
    assert_eq!(listed, found);
}

#[test]
fn every_preset_names_its_schema() {
    for preset in presets::ALL {
        let kind = preset.kind.name();
        let line = format!("# yaml-language-server: $schema=../../schema/{kind}.schema.json\n");
        assert!(preset.text.starts_with(&line), "{}", preset.file());
    }
}

#[test]
fn a_preset_is_the_same_by_name_and_by_path() {
    for kind in Kind::ALL {
        for name in presets::names(kind) {
            let path = format!("presets/{}/{name}.yaml", kind.folder());
            assert_eq!(load_any(kind, &path), Ok(()));
        }
    }
}

#[test]
fn edge_and_tiny_are_what_they_promise() {
    let sizes = |name| {
        let (system, _) = system::check_system(name, &[]).expect(name);
        let spec = system.scheduler.spec;
        let profiles = system.workload.profiles.len() as u32;
        let requests = system.workload.requests;
        let numbers = [
            spec.capacity,
            spec.lanes,
            spec.profiles,
            spec.layers,
            profiles,
            requests,
        ];
        (system.name, spec.policy.name, system.clock_hz, numbers)
    };
    let named = |name: &str, numbers| (name.to_owned(), "dysta".to_owned(), 200_000_000, numbers);
    assert_eq!(sizes("tiny"), named("tiny", [8, 1, 4, 32, 2, 20]));
    assert_eq!(sizes("edge"), named("edge", [64, 1, 16, 64, 8, 200]));
}

#[test]
fn every_field_is_described() {
    for table in tables::ALL {
        for field in table.fields {
            let name = format!("{} {}", table.name, field.key);
            assert!(
                field.doc.ends_with('.') && field.doc.len() > 20,
                "{name}: doc"
            );
            assert_eq!(
                field.ty.is_numeric(),
                !field.unit.is_empty(),
                "{name}: unit"
            );
        }
    }
}

#[test]
fn every_field_is_in_schema_and_reference() {
    let page = schema::reference_page();
    let schemas: Vec<String> = Kind::ALL
        .iter()
        .map(|kind| schema::json_schema(*kind).to_string())
        .collect();
    for field in tables::ALL.iter().flat_map(|table| table.fields) {
        let key = format!("\"{}\":{{", field.key);
        assert!(
            schemas.iter().any(|schema| schema.contains(&key)),
            "{} in a schema",
            field.key
        );
        assert!(
            page.contains(&format!("| `{}` |", field.key)),
            "{} on the page",
            field.key
        );
    }
}

/// A key that is in the table but not read would be accepted and dropped in silence: a list of
/// lists, wrong for every key, must be found at each.
#[test]
fn every_field_is_read() {
    for table in tables::ALL {
        for field in table.fields.iter().filter(|field| field.key != "extends") {
            let problems = set_field(table.name, field.key, "[[[x]]]").expect_err(field.key);
            let path = format!("{}` is a list", field.key);
            let item = format!("{}[0]` is a list", field.key);
            let found = problems.contains(&path) || problems.contains(&item);
            assert!(found, "{} {} is read: {problems}", table.name, field.key);
        }
    }
}

/// The words of a choice in the field table are those that can be read, in the same order.
fn check_words<T: Choice>(key: &str) {
    let mut fields = tables::ALL.iter().flat_map(|table| table.fields);
    let field = fields.find(|field| field.key == key).expect(key);
    let ty = match &field.ty {
        Type::List { item, .. } => item,
        single => single,
    };
    let Type::Choice(choices) = ty else {
        panic!("{key} is not a choice");
    };
    let documented: Vec<_> = choices.iter().map(|choice| choice.0).collect();
    let readable: Vec<_> = T::WORDS.iter().map(|word| word.0).collect();
    assert_eq!(documented, readable, "{key}");
}

#[test]
fn every_choice_of_the_table_is_a_value() {
    check_words::<OnFull>("on_full");
    check_words::<Predictor>("predictor");
    check_words::<NumberFormat>("format");
    check_words::<Units>("units");
    check_words::<Select>("select");
    check_words::<Arrivals>("arrivals");
    check_words::<Samples>("samples");
    check_words::<SloBase>("slo_base");
    check_words::<Measure>("measure");
    check_words::<Predictor>("predictors");
    check_words::<Numerics>("numerics");
    check_words::<Metric>("metrics");
    check_words::<DecisionLatency>("decision_latency");
    check_words::<Family>("family");
    check_words::<Flow>("flow");
    check_words::<Infer>("infer");
    check_words::<LayerKind>("kind");
    check_words::<LayerActivation>("activation");
    check_words::<LayerPadding>("padding");
    check_words::<WeightPattern>("pattern");
}

#[test]
fn every_default_is_of_its_type() {
    for table in tables::ALL {
        for field in table.fields {
            if let Presence::Default(text) = field.presence {
                let system = set_field(table.name, field.key, text);
                assert_eq!(system, Ok(()), "{} {}", table.name, field.key);
            }
        }
    }
}

/// Loads `tiny` with one key set.
fn set_field(table: &str, key: &str, text: &str) -> Result<(), String> {
    let set = match table {
        "system" => format!("{key}={text}"),
        "scheduler" => format!("scheduler.{key}={text}"),
        "number format" => format!("scheduler.numbers.{key}={text}"),
        "binding" => format!("scheduler.binding.{key}={text}"),
        "policy" => format!("scheduler.policy.{key}={text}"),
        "workload" => format!("workload.{key}={text}"),
        "trace entry" => trace_set(key, text),
        "burst" => format!("workload.burst.{key}={text}"),
        "cascade" => trace_set(
            "cascade",
            &item(&[("to", "tiny"), ("probability", "1")], key, text),
        ),
        "accelerator" => format!("accelerator.{key}={text}"),
        "suite" | "layer" => return set_suite(table, key, text),
        "benchmark" | "experiment" => return set_benchmark(table, key, text),
        "target" => return set_target(key, text),
        "capacity" => return set_target(&format!("capacity.{key}"), text),
        other => panic!("unknown table {other}"),
    };
    let loaded = load::load_system("tiny", &[set]);
    loaded.map(|_| ()).map_err(|problems| problems.to_string())
}

/// Loads the benchmark `quick` with one key set.
fn set_benchmark(table: &str, key: &str, text: &str) -> Result<(), String> {
    let others = [("name", "one"), ("title", "One"), ("workloads", "[tiny]")];
    let set = match table {
        "benchmark" => format!("{key}={text}"),
        _ => format!("experiments={}", item(&others, key, text)),
    };
    let loaded = load::load_benchmark("quick", &[set]);
    loaded.map(|_| ()).map_err(|problems| problems.to_string())
}

/// Loads the target `xc7z020` with one key set.
fn set_target(key: &str, text: &str) -> Result<(), String> {
    let loaded = load::load_target("xc7z020", &[format!("{key}={text}")]);
    loaded.map(|_| ()).map_err(|problems| problems.to_string())
}

/// Loads the suite `array` with one key set.
fn set_suite(table: &str, key: &str, text: &str) -> Result<(), String> {
    let others = [("kind", "conv")];
    let set = match table {
        "suite" => format!("{key}={text}"),
        _ => format!("layers={}", item(&others, key, text)),
    };
    let loaded = load::load_suite("array", &[set]);
    loaded.map(|_| ()).map_err(|problems| problems.to_string())
}

/// A list of one trace entry with one key set.
fn trace_set(key: &str, text: &str) -> String {
    let others = [("model", "minilm_l6"), ("patterns", "[nat_t02]")];
    format!("workload.traces={}", item(&others, key, text))
}

/// A list of one map with one key set.
fn item(others: &[(&str, &str)], key: &str, text: &str) -> String {
    let others = others.iter().filter(|other| other.0 != key);
    let keys: String = others
        .map(|(key, text)| format!("{key}: {text}, "))
        .collect();
    format!("[{{{keys}{key}: {text}}}]")
}

#[test]
fn codes_are_unique_and_say_why() {
    let names: BTreeSet<_> = codes::ALL.iter().map(|code| code.name).collect();
    assert_eq!(names.len(), codes::ALL.len());
    assert!(codes::ALL.iter().all(|code| code.reason.len() > 20));
}

/// Compares a committed file with what is generated now; `DYSTA_UPDATE=1` writes it.
fn check_generated(path: &str, text: &str) {
    if std::env::var_os("DYSTA_UPDATE").is_some() {
        std::fs::create_dir_all(Path::new(path).parent().expect("a folder")).expect("created");
        std::fs::write(path, text).expect("written");
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        kept == text,
        "{path} is old; run the tests with DYSTA_UPDATE=1"
    );
}

#[test]
fn generated_files_are_current() {
    for kind in Kind::ALL {
        let path = format!("schema/{}.schema.json", kind.name());
        check_generated(&path, &format!("{:#}\n", schema::json_schema(kind)));
    }
    check_generated("REFERENCE.md", &schema::reference_page());
}

/// Clock, pipeline and target of `tiny` with some settings.
#[track_caller]
fn check_target_of(sets: &[&str], wanted: (u64, &str, Option<&str>)) {
    let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
    let (system, _) = system::check_system("tiny", &sets).expect("a system");
    let pipeline = system.scheduler.spec.pipeline.to_string();
    let target = system.target.as_ref().map(|target| target.name.as_str());
    assert_eq!(
        (system.clock_hz / 1_000_000, pipeline.as_str(), target),
        wanted,
        "{sets:?}"
    );
}

/// A target decides what is not written.
#[test]
fn targets_decide_clock_and_pipeline() {
    let (ecp5, xc7) = ("target=lfe5u-85f", "target=xc7z020");
    check_target_of(&[], (200, "short", None));
    check_target_of(&[xc7], (100, "short", Some("xc7z020")));
    check_target_of(&[ecp5], (100, "long", Some("lfe5u-85f")));
    check_target_of(
        &[ecp5, "target.clock_mhz=50"],
        (50, "short", Some("lfe5u-85f")),
    );
    check_target_of(
        &[ecp5, "target.clock_mhz=51"],
        (51, "long", Some("lfe5u-85f")),
    );
    check_target_of(&[ecp5, "clock_mhz=25"], (25, "long", Some("lfe5u-85f")));
    check_target_of(
        &[ecp5, "scheduler.pipeline=short"],
        (100, "short", Some("lfe5u-85f")),
    );
    check_target_of(&[xc7, "scheduler.lanes=2"], (100, "long", Some("xc7z020")));
    check_target_of(
        &[xc7, "scheduler.lanes=2", "target.short_pipeline_lanes=2"],
        (100, "short", Some("xc7z020")),
    );
    check_target_of(&["scheduler.lanes=2"], (200, "short", None));
    check_target_of(
        &[xc7, "scheduler.pipeline=long"],
        (100, "long", Some("xc7z020")),
    );
}
