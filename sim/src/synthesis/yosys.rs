//! Scripts for Yosys, and what it says about a design.

use std::path::Path;

use dysta_config::target::{Family, Infer, Target};

use super::area::{Area, Cells, InstanceArea};
use super::checks;
use super::error::SynthesisError;
use super::hierarchy;
use super::job::{Mapping, Source};
use super::names::module;
use super::netlist::{NetModule, Netlist};
use super::paths;
use super::process::call;
use super::tool::Installed;

const ELABORATED: &str = "elaborated.json";
const MEMORIES: &str = "memories.json";
/// The mapped design.
pub(super) const MAPPED: &str = "mapped.json";
/// The mapped design in the wrapper with few pins.
pub(super) const WRAPPED: &str = "wrapped.json";
const SCRIPT: &str = "synth.ys";
const LOG: &str = "yosys.log";

/// The command of Yosys that maps to a family, with what must not be inferred: `synth_xilinx -family xc7 -flatten -noiopad`.
pub fn synth_command(target: &Target) -> String {
    let base = match target.family {
        Family::Xc7 => "synth_xilinx -family xc7 -flatten -noiopad",
        Family::Xcup => "synth_xilinx -family xcup -flatten -noiopad",
        Family::Ecp5 => "synth_ecp5",
        Family::Ice40 => "synth_ice40",
    };
    let mut command = base.to_owned();
    for (kind, wanted, unwanted) in options(target.family) {
        let option = if target.infers(*kind) {
            wanted
        } else {
            unwanted
        };
        if !option.is_empty() {
            command.push_str(&format!(" {option}"));
        }
    }
    command
}

/// Options of the command that infer a kind of cell, and that do not.
fn options(family: Family) -> &'static [(Infer, &'static str, &'static str)] {
    match family {
        Family::Xc7 => &[
            (Infer::LutRam, "", "-nolutram"),
            (Infer::ShiftRegister, "", "-nosrl"),
            (Infer::BlockRam, "", "-nobram"),
            (Infer::Multiplier, "", "-nodsp"),
        ],
        Family::Xcup => &[
            (Infer::LutRam, "", "-nolutram"),
            (Infer::ShiftRegister, "", "-nosrl"),
            (Infer::BlockRam, "", "-nobram"),
            (Infer::LargeRam, "-uram", ""),
            (Infer::Multiplier, "", "-nodsp"),
        ],
        Family::Ecp5 => &[
            (Infer::LutRam, "", "-nolutram"),
            (Infer::BlockRam, "", "-nobram"),
            (Infer::Multiplier, "", "-nodsp"),
        ],
        Family::Ice40 => &[
            (Infer::BlockRam, "", "-nobram"),
            (Infer::LargeRam, "-spram", ""),
            (Infer::Multiplier, "-dsp", ""),
        ],
    }
}

/// The script of a design:
///
/// ```text
/// read_verilog -sv dysta_fifo.sv dysta_scheduler.sv
/// hierarchy -check -top dysta_scheduler
/// proc
/// json -o elaborated.json
/// synth_ecp5 -top dysta_scheduler -run begin:map_ffram
/// json -o memories.json t:$mem_v2 t:$mem
/// synth_ecp5 -top dysta_scheduler -run map_ffram:
/// autoname
/// write_json mapped.json
/// ```
pub(super) fn script(source: &Source, target: &Target) -> String {
    let files: Vec<&str> = source.files.iter().map(|file| file.name.as_str()).collect();
    let synth = format!("{} -top {}", synth_command(target), source.top);
    let mut lines = vec![format!("read_verilog -sv {}", files.join(" "))];
    let parameters = source.parameters.iter();
    lines.extend(
        parameters.map(|(name, value)| format!("chparam -set {name} {value} {}", source.top)),
    );
    lines.extend([
        format!("hierarchy -check -top {}", source.top),
        borders(&source.kept),
        "proc".to_owned(),
        free_memories(target).to_owned(),
        format!("json -o {ELABORATED}"),
        format!("{synth} -run begin:map_ffram"),
        format!("json -o {MEMORIES} t:$mem_v2 t:$mem"),
        format!("{synth} -run map_ffram:"),
        "autoname".to_owned(),
        format!("write_json {MAPPED}"),
    ]);
    if let Some(wrapper) = &source.wrapper {
        lines.push(format!("read_verilog -sv {}", wrapper.name));
        lines.push(format!(
            "{} -top {}",
            synth_command(target),
            module_of(&wrapper.name)
        ));
        lines.push(format!("write_json {WRAPPED}"));
    }
    lines.retain(|line| !line.is_empty());
    lines.join("\n") + "\n"
}

/// Marks modules, which bear their sizes in their names by now.
fn borders(kept: &[String]) -> String {
    let names = kept
        .iter()
        .map(|name| format!("{name} *\\{name} *\\{name}\\*"));
    match kept {
        [] => String::new(),
        _ => format!(
            "setattr -mod -set keep_hierarchy 1 {}",
            names.collect::<Vec<_>>().join(" ")
        ),
    }
}

/// The kind of memory that the text asks for counts only on targets that have both kinds.
fn free_memories(target: &Target) -> &'static str {
    let both = target.family != Family::Ice40
        && target.infers(Infer::LutRam)
        && target.infers(Infer::BlockRam);
    match both {
        true => "",
        false => "setattr -unset ram_style m:*",
    }
}

/// The module of a file, which bears its name.
fn module_of(file: &str) -> &str {
    file.split_once('.').map_or(file, |(name, _)| name)
}

/// Maps a design in a folder that holds its files.
pub(super) fn map(
    source: &Source,
    target: &Target,
    yosys: &Installed,
    folder: &Path,
) -> Result<Mapping, SynthesisError> {
    let path = folder.join(SCRIPT);
    std::fs::write(&path, script(source, target)).map_err(SynthesisError::file(&path))?;
    let arguments = ["-q", "-s", SCRIPT].map(str::to_owned);
    let called = call(yosys, &arguments, folder, LOG, None);
    called.map_err(latch_or_other)?;
    let elaborated = Netlist::read(&folder.join(ELABORATED))?;
    let mut faults = checks::elaborated(&elaborated);
    faults.extend(checks::memories(
        &Netlist::read(&folder.join(MEMORIES))?,
        target,
    ));
    if !faults.is_empty() {
        return Err(SynthesisError::Faults { faults });
    }
    let mapped = Netlist::read(&folder.join(MAPPED))?;
    let top = mapped.modules.get(&source.top).cloned().unwrap_or_default();
    let instances = match source.kept.is_empty() {
        true => instances(&source.top, &elaborated, &top),
        false => hierarchy::instances(&source.top, &mapped),
    };
    let (cells, tables) = match source.kept.is_empty() {
        true => (paths::in_cells(&top), paths::in_tables(&top)),
        false => hierarchy::paths(&mapped),
    };
    Ok(Mapping {
        tool: yosys.version.clone(),
        total: instances
            .iter()
            .fold(Area::default(), |sum, instance| sum + instance.area),
        instances,
        cells,
        tables,
    })
}

/// Yosys itself refuses a latch where the text says that there is none.
fn latch_or_other(error: SynthesisError) -> SynthesisError {
    let latch = match &error {
        SynthesisError::ToolFailed { tail, .. } => checks::refused_latch(tail),
        _ => None,
    };
    match latch {
        Some(latch) => SynthesisError::Faults {
            faults: vec![latch],
        },
        None => error,
    }
}

/// Area by instance of the top, which the names of the cells tell; the top itself comes first.
fn instances(top: &str, elaborated: &Netlist, mapped: &NetModule) -> Vec<InstanceArea> {
    let hierarchy = elaborated.modules.get(top).cloned().unwrap_or_default();
    let is_instance = |ty: &str| elaborated.modules.contains_key(ty);
    let known = hierarchy
        .cells
        .iter()
        .filter(|(_, cell)| is_instance(&cell.ty));
    let known: Vec<(&str, &str)> = known
        .map(|(name, cell)| (name.as_str(), module(&cell.ty)))
        .collect();
    let area = |instance: &str| {
        let own = mapped
            .cells
            .iter()
            .filter(|(name, _)| owner(name, &known) == instance);
        Cells::of(own.map(|(_, cell)| cell.ty.as_str())).area()
    };
    let rows = [("", top)].into_iter().chain(known.iter().copied());
    let row = |(instance, module): (&str, &str)| InstanceArea {
        instance: instance.to_owned(),
        module: module.to_owned(),
        count: 1,
        area: area(instance),
    };
    rows.map(row).collect()
}

/// The instance that a cell belongs to; empty for the top.
fn owner<'a>(cell: &str, known: &[(&'a str, &str)]) -> &'a str {
    let head = cell.split('.').next().unwrap_or_default();
    let found = known.iter().find(|(instance, _)| *instance == head);
    found.map_or("", |(instance, _)| instance)
}
