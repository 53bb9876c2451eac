//! From a configuration to a loaded model of its emitted RTL.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use dysta_config::diag::Style;
use dysta_config::params::SchedulerParams;
use dysta_config::system::{System, check_system};
use dysta_generator::lower::{self, Design};
use dysta_generator::vlog::Width;
use dysta_sim::cosim::{Cache, Model, Port, RtlFile, RtlSource, ScoreProbe};

/// The system of a preset or file with `KEY=VALUE` settings.
///
/// # Panics
/// With the diagnostics, if the configuration is refused.
pub fn system(name: &str, sets: &[&str]) -> System {
    let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
    let refused = |problems: dysta_config::diag::Diagnostics| -> System {
        panic!("{name} {sets:?}:\n{}", problems.render(Style::Plain))
    };
    check_system(name, &sets).map_or_else(refused, |(system, _)| system)
}

/// The emitted RTL without the banner that names the configuration, so that equal hardware is built once.
///
/// # Panics
/// If the scheduler cannot be lowered.
pub fn source(params: &SchedulerParams) -> RtlSource {
    let design = lower::scheduler(params).unwrap_or_else(|error| panic!("{error}"));
    let file = |name: &str, text: String| RtlFile {
        name: format!("{name}.sv"),
        text,
    };
    let leaves = design.leaves.iter().map(|leaf| {
        let text = leaf.render(&[]);
        file(leaf.name, text.unwrap_or_else(|error| panic!("{error}")))
    });
    let printed = design
        .printed
        .iter()
        .map(|module| file(&module.name, module.print(&[])));
    RtlSource {
        top: design.top.clone(),
        files: leaves.chain(printed).collect(),
        ports: ports(&design),
        probes: ScoreProbe::of_lanes(params.spec.lanes),
    }
}

fn ports(design: &Design) -> Vec<Port> {
    let tops = design.printed.iter().filter(|m| m.name == design.top);
    let port = |port: &dysta_generator::vlog::Port| match port.width {
        Width::Bits(width) => Some(Port {
            name: port.name.clone(),
            width,
        }),
        _ => None,
    };
    tops.flat_map(|top| top.all_ports())
        .filter_map(port)
        .collect()
}

/// Where the tests keep built models: `$DYSTA_CACHE`, else a folder of the build directory.
pub fn cache() -> Cache {
    match std::env::var_os("DYSTA_CACHE").filter(|value| !value.is_empty()) {
        Some(root) => Cache::at(root),
        None => Cache::at(Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/models")),
    }
}

type Slot = Arc<OnceLock<Arc<Model>>>;

/// Models of this process, so that tests on several threads build each one once.
static MODELS: Mutex<BTreeMap<String, Slot>> = Mutex::new(BTreeMap::new());

/// The model of some RTL, built now or before.
///
/// # Panics
/// If a tool is missing or refuses the RTL.
pub fn model(source: &RtlSource) -> Arc<Model> {
    let texts: Vec<&str> = source.files.iter().map(|file| file.text.as_str()).collect();
    let slot = {
        let mut models = MODELS.lock().unwrap_or_else(PoisonError::into_inner);
        models.entry(texts.concat()).or_default().clone()
    };
    slot.get_or_init(|| {
        let built = Model::build(source, &cache(), false);
        Arc::new(built.unwrap_or_else(|error| panic!("{error}")))
    })
    .clone()
}
