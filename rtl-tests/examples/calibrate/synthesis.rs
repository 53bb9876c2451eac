//! What Yosys makes of a configuration, and what the model knows of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use dysta_config::system::System;
use dysta_generator::emit::{self, Hardware};
use dysta_generator::estimate::{Amount, Known, Model, Table, known};
use dysta_generator::graph::Cost;
use dysta_generator::lower::{self, Design};
use dysta_rtl_tests::shell;
use dysta_sim::synthesis::{Area, Cells};
use sha2::{Digest, Sha256};

/// The synthesiser, with the results it gave before.
pub struct Yosys {
    folder: PathBuf,
    /// As it prints it.
    pub version: String,
}

/// Parameter values of a module in a design, by its name there.
type Modules = BTreeMap<String, (String, Vec<(String, u64)>)>;

impl Yosys {
    /// Keeps results in a folder.
    pub fn new(folder: &Path) -> Self {
        fs::create_dir_all(folder).expect("the folder of results");
        let version = shell(folder, "yosys -V").text;
        let version = version.split(" (").next().unwrap_or_default();
        Self {
            folder: folder.to_path_buf(),
            version: version.trim().to_owned(),
        }
    }

    /// What a script prints about RTL files.
    pub fn run(&self, files: &[(String, String)], synth: &str) -> String {
        let mut hash = Sha256::new()
            .chain_update(&self.version)
            .chain_update(synth);
        for (name, text) in files {
            // The first line names configuration and digest, which say nothing about the logic.
            let body = text.split_once('\n').map_or("", |(_, body)| body);
            hash = hash.chain_update(name).chain_update(body);
        }
        let digest: String = hash
            .finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let kept = self.folder.join(format!("{digest}.log"));
        if let Ok(text) = fs::read_to_string(&kept) {
            return text;
        }
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (name, text) in files {
            fs::write(folder.path().join(name), text).expect("RTL is written");
        }
        let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        let line = format!(
            "yosys -p 'read_verilog -sv {}; {synth}' | grep -vE '^(<suppressed|Removed|Finding)'",
            names.join(" ")
        );
        let run = shell(folder.path(), &line);
        assert!(run.text.contains("Number of cells"), "{}", run.text);
        let text = relevant(&run.text);
        fs::write(kept, &text).expect("a result is kept");
        text
    }
}

/// The lines about derived modules, and the last statistics.
fn relevant(text: &str) -> String {
    let about = text.lines().filter(|line| {
        line.starts_with("Parameter ")
            || line.starts_with("Generating RTLIL")
            || line.contains("in derive mode")
    });
    let about: Vec<&str> = about.collect();
    let (_, statistics) = text.rsplit_once("Printing statistics.").unwrap_or_default();
    format!("{}\nPrinting statistics.{statistics}", about.join("\n"))
}

/// `Parameter \WIDTH = 62` lines before `Generating RTLIL representation for module`.
fn derived(text: &str) -> Modules {
    let mut modules = Modules::new();
    let mut params: Vec<(String, u64)> = Vec::new();
    for line in text.lines() {
        if line.contains("in derive mode") {
            params.clear();
        } else if let Some((name, value)) = line
            .strip_prefix("Parameter ")
            .and_then(|l| l.split_once(" = "))
        {
            let value = value.parse().unwrap_or(0);
            let name = name.trim_start_matches('\\').to_owned();
            params.retain(|(known, _)| *known != name);
            params.push((name, value));
        } else if let Some((_, name)) = line.split_once("representation for module `") {
            let name = name.trim_end_matches("'.");
            let module = name.trim_start_matches("$paramod").trim_start_matches('\\');
            let module = module.split('\\').find(|part| part.starts_with("dysta_"));
            let module = module.unwrap_or_default().to_owned();
            modules.insert(
                name.trim_start_matches('\\').to_owned(),
                (module, params.clone()),
            );
        }
    }
    modules
}

/// Area of each module in the statistics.
fn areas(text: &str) -> Vec<(String, Area)> {
    let (_, text) = text.rsplit_once("Printing statistics.").unwrap_or_default();
    let sections = text.split("\n=== ").skip(1);
    sections
        .filter_map(|section| {
            let (name, body) = section.split_once(" ===")?;
            let cells = Cells::parse(body)?;
            Some((name.trim_start_matches('\\').to_owned(), cells.area()))
        })
        .collect()
}

/// A module by itself: what is known of it and what was measured.
pub struct Part {
    /// Module name without parameters.
    pub name: String,
    /// A leaf, not a printed module.
    pub is_leaf: bool,
    /// What the model knows.
    pub known: Known,
    /// What Yosys made of it.
    pub area: Area,
}

impl Part {
    /// What it takes by a table, without its instances.
    pub fn amount(&self, table: &Table) -> Amount {
        match self.is_leaf {
            true => table.leaf(&self.name, &self.known),
            false => table.printed(&self.name, &self.known),
        }
    }
}

/// A configuration with its synthesis.
pub struct Sample {
    /// Settings above the preset.
    pub sets: Vec<String>,
    design: Design,
    /// The flattened design.
    pub area: Area,
    /// Its modules, where asked for.
    pub parts: Vec<Part>,
}

impl Sample {
    /// Synthesises a configuration, and each of its modules by itself when `by_module`.
    pub fn new((system, sets): (System, Vec<String>), yosys: &Yosys, by_module: bool) -> Self {
        let design = lower::scheduler(&system.scheduler).expect("a design");
        let hardware = Hardware {
            top: &design.top,
            graph: &design.graph,
            leaves: &design.leaves,
            printed: &design.printed,
        };
        let texts = emit::rtl("drawn", &system.scheduler, hardware).expect("text");
        let files: Vec<(String, String)> = texts
            .into_iter()
            .map(|text| (format!("{}.sv", text.name), text.text))
            .collect();
        let synth = format!("synth_xilinx -family xc7 -top {}", design.top);
        let flat = yosys.run(&files, &format!("{synth} -flatten; stat"));
        let area = Cells::parse(&flat).expect("a table of cells").area();
        let parts = match by_module {
            true => parts(&design, &yosys.run(&files, &format!("{synth}; stat"))),
            false => Vec::new(),
        };
        Self {
            sets,
            design,
            area,
            parts,
        }
    }

    /// The settings in a line.
    pub fn name(&self) -> String {
        let short = |set: &String| set.trim_start_matches("scheduler.").to_owned();
        self.sets.iter().map(short).collect::<Vec<_>>().join(", ")
    }

    /// Each block by a table, not yet flattened.
    pub fn amount(&self, table: &Table) -> Amount {
        let model = Model::new(table, &self.design.printed);
        let blocks = self
            .design
            .graph
            .nodes()
            .filter(|(_, node)| !node.is_port());
        blocks.fold(Amount::default(), |sum, (_, node)| {
            sum + model.amount(&node.module, &node.params)
        })
    }

    /// Resources by a table, as the graph adds them up.
    pub fn estimate(&self, table: &Table) -> Cost {
        let mut graph = self.design.graph.clone();
        Model::new(table, &self.design.printed).price(&mut graph);
        dysta_generator::graph::passes::estimate(&graph).cost
    }
}

/// The modules of a design that was not flattened.
pub fn parts(design: &Design, text: &str) -> Vec<Part> {
    let derived = derived(text);
    let empty = Table::default();
    let model = Model::new(&empty, &design.printed);
    let part = |(name, area): (String, Area)| {
        if let Some(quantities) = model.quantities(&name) {
            return Some(Part {
                name,
                is_leaf: false,
                known: quantities,
                area,
            });
        }
        let (module, params) = derived.get(&name).cloned().unwrap_or_default();
        let module = if module.is_empty() { name } else { module };
        Some(Part {
            known: known(&module, &params)?,
            name: module,
            is_leaf: true,
            area,
        })
    };
    areas(text).into_iter().filter_map(part).collect()
}
