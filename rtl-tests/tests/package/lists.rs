//! File lists, manifest, FuseSoC core and constraints agree with the files and with each other.

use std::collections::BTreeSet;

use dysta_rtl_tests::Kit;
use serde_json::Value;
use sha2::{Digest, Sha256};

struct Emitted {
    kit: Kit,
    files: std::collections::BTreeMap<String, Vec<u8>>,
}

impl Emitted {
    fn new(system: &str) -> Self {
        let kit = Kit::emitted(system, "dysta");
        let files = kit.package().files;
        Self { kit, files }
    }

    fn text(&self, name: &str) -> &str {
        let bytes = self
            .files
            .get(name)
            .unwrap_or_else(|| panic!("no file {name}"));
        std::str::from_utf8(bytes).expect("text")
    }

    /// The RTL files, sorted.
    fn rtl(&self) -> BTreeSet<&str> {
        let names = self.files.keys().map(String::as_str);
        names.filter(|name| name.starts_with("rtl/")).collect()
    }

    fn listed(&self, name: &str) -> Vec<&str> {
        let lines = self.text(name).lines();
        lines.filter(|line| !line.starts_with("//")).collect()
    }
}

fn strings(list: &Value) -> Vec<&str> {
    let list = list.as_array().expect("a list").iter();
    list.map(|item| item.as_str().expect("a string")).collect()
}

/// Names in a FuseSoC file list: a string, or a map with one key and options.
fn core_files(list: &Value) -> Vec<&str> {
    let list = list.as_array().expect("a list").iter();
    list.map(|item| match item {
        Value::Object(map) => map.keys().next().expect("a name").as_str(),
        item => item.as_str().expect("a name"),
    })
    .collect()
}

fn check_file_lists(emitted: &Emitted) {
    let name = &emitted.kit.system.name;
    let rtl = emitted.listed(&format!("{name}.f"));
    let array = emitted.listed(&format!("{name}_array.f"));
    for list in [&rtl, &array] {
        let files: BTreeSet<&str> = list.iter().copied().collect();
        assert_eq!(list.len(), files.len(), "a file is listed twice");
    }
    let all: BTreeSet<&str> = rtl.iter().chain(&array).copied().collect();
    assert_eq!(all, emitted.rtl());
    let bench = emitted.listed("tb_array.f");
    assert_eq!(bench[..array.len()], array);
    assert_eq!(bench[array.len()..], ["tb/dysta_array_tb.sv"]);
    let mut tb = emitted.listed("tb.f");
    assert_eq!(tb.pop(), Some("tb/dysta_scheduler_tb.sv"));
    assert_eq!(tb, rtl);
}

fn check_manifest(emitted: &Emitted) {
    let manifest: Value = serde_json::from_str(emitted.text("manifest.json")).expect("JSON");
    assert_eq!(manifest["digest"], emitted.kit.system.scheduler.digest());
    let listed = manifest["files"].as_array().expect("a list").iter();
    let listed: Vec<(String, String)> = listed
        .map(|file| {
            (
                file["path"].as_str().unwrap().to_owned(),
                file["sha256"].as_str().unwrap().to_owned(),
            )
        })
        .collect();
    let found = emitted
        .files
        .iter()
        .filter(|(name, _)| *name != "manifest.json");
    let found: Vec<(String, String)> = found
        .map(|(name, bytes)| {
            let hash = Sha256::digest(bytes);
            (
                name.clone(),
                hash.iter().map(|byte| format!("{byte:02x}")).collect(),
            )
        })
        .collect();
    assert_eq!(listed, found);
    let parts = [&manifest["modules"], &manifest["accelerator"]["modules"]];
    let modules = parts
        .iter()
        .flat_map(|part| part.as_array().expect("a list"));
    let modules: BTreeSet<&str> = modules
        .map(|module| module["file"].as_str().unwrap())
        .collect();
    assert_eq!(modules, emitted.rtl());
}

fn check_core(emitted: &Emitted) {
    let name = &emitted.kit.system.name;
    let text = emitted.text(&format!("{name}.core"));
    assert!(text.starts_with("CAPI=2:\n"), "{text}");
    let core: Value = serde_saphyr::from_str(text).expect("YAML");
    assert!(
        core["name"]
            .as_str()
            .unwrap()
            .starts_with(&format!("dysta:generated:{name}:"))
    );
    let sets = core["filesets"].as_object().expect("a map");
    let mut listed: Vec<&str> = sets
        .values()
        .flat_map(|set| core_files(&set["files"]))
        .collect();
    let known = listed.len();
    listed.retain(|file| emitted.files.contains_key(*file));
    assert_eq!(
        listed.len(),
        known,
        "the core names a file that is not emitted"
    );
    let listed: BTreeSet<&str> = listed.into_iter().collect();
    let wanted = emitted.files.keys().map(String::as_str);
    let wanted: BTreeSet<&str> = wanted
        .filter(|name| {
            ["rtl/", "tb/", "constraints/", "wrapper/"]
                .iter()
                .any(|folder| name.starts_with(folder))
        })
        // No target of the core has a leaf as its top.
        .filter(|name| !name.starts_with("constraints/leaf/"))
        .collect();
    assert_eq!(listed, wanted);
    for target in core["targets"].as_object().expect("a map").values() {
        for set in strings(&target["filesets"]) {
            assert!(
                sets.contains_key(set),
                "target names the unknown fileset {set}"
            );
        }
    }
    assert_eq!(core["targets"]["default"]["toplevel"], "dysta_scheduler");
    assert_eq!(core["targets"]["sim"]["toplevel"], "dysta_scheduler_tb");
}

fn check_constraints(emitted: &Emitted, name: &str) {
    let wanted = 1e9 / emitted.kit.system.clock_hz as f64;
    for (file, commands) in [(".sdc", 3), (".xdc", 3), ("_ooc.xdc", 1)] {
        let text = emitted.text(&format!("constraints/{name}{file}"));
        let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(lines.len(), commands, "{text}");
        let period = lines[0].strip_prefix("create_clock -name clk -period ");
        let period = period.and_then(|rest| rest.strip_suffix(" [get_ports clk_i]"));
        let period: f64 = period.expect("a clock").parse().expect("a number");
        assert!(
            (period - wanted).abs() <= 0.0005,
            "{period} ns for {wanted} ns"
        );
    }
}

#[test]
fn lists_name_every_file() {
    for system in ["tiny", "edge"] {
        let emitted = Emitted::new(system);
        check_file_lists(&emitted);
        check_manifest(&emitted);
        check_core(&emitted);
        check_constraints(&emitted, system);
        check_constraints(&emitted, &format!("{system}_array"));
    }
}
