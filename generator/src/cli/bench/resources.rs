//! `dysta bench resources`: what systems take on devices, as tables and plots.

use std::fmt::Write as _;
use std::path::PathBuf;

use dysta_config::diag::Diagnostics;
use dysta_config::fields::Kind;
use dysta_config::fields::raw::word;
use dysta_config::params::Pipeline;
use dysta_config::presets;
use dysta_config::system::System;
use dysta_config::target::{Target, check_target};
use dysta_generator::lower;
use dysta_sim::report::bars::{Bars, stacked};
use dysta_sim::report::figure::Figure;
use dysta_sim::report::plot::{Plot, Series, Value as Point, lines};
use dysta_sim::synthesis::{Area, Job, Mapping};
use serde_json::{Value, json};

use super::files;
use crate::cli::output;
use crate::cli::synth::{block, call};
use crate::cli::system::{self, Changes};

/// Arguments of `dysta bench resources`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Systems, separated by commas; by default all presets
    #[arg(long, value_name = "SYSTEM", value_delimiter = ',')]
    systems: Vec<String>,
    /// Devices, separated by commas
    #[arg(
        long,
        value_name = "TARGET",
        value_delimiter = ',',
        default_value = "xc7z020,lfe5u-85f"
    )]
    targets: Vec<String>,
    /// Capacities of `edge` on the first device, for the plot of requests against look-up tables; none without
    #[arg(long, value_name = "REQUESTS", value_delimiter = ',')]
    capacities: Vec<u32>,
    /// Write the plots as SVG files
    #[arg(long, value_name = "DIR")]
    figures: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// The published scheduler, repaired, in fp16 with shared units: family, requests and what it takes, by the same tools
/// (`synth_xilinx -family xc7 -flatten`, `synth_ecp5`).
const PUBLISHED: [(&str, u32, Area); 3] = [
    ("xc7", 64, published(1050, 126, 1575, 5, 2)),
    // Only look-up tables, flip-flops and block memories were counted.
    ("xc7", 512, published(4997, 0, 8752, 0, 7)),
    ("ecp5", 64, published(2925, 0, 1673, 5, 0)),
];

const fn published(lut: u32, lutram: u32, ff: u32, dsp: u32, bram: u32) -> Area {
    Area {
        lut,
        lutram,
        srl: 0,
        ff,
        carry: 0,
        dsp,
        bram,
        uram: 0,
        latch: 0,
    }
}

/// A system on a device.
struct Row {
    system: System,
    mapping: Mapping,
}

/// Maps all systems to all devices, prints a table for each device and draws plots of the first.
pub fn run(args: &Args) -> anyhow::Result<()> {
    // Tells a target that does not exist before anything is mapped.
    let targets = args.targets.iter().map(|name| check_target(name, &[]));
    let targets = targets.map(|target| Ok(target?.0));
    let targets = targets.collect::<Result<Vec<Target>, Diagnostics>>()?;
    let names: Vec<&str> = match args.systems.is_empty() {
        true => presets::names(Kind::System).collect(),
        false => args.systems.iter().map(String::as_str).collect(),
    };
    let bar = output::bar(
        args.json,
        (names.len() * targets.len() + args.capacities.len()) as u64,
        "designs",
    );
    let mut tables: Vec<(Target, Vec<Row>)> = Vec::new();
    for (target, name) in targets.into_iter().zip(&args.targets) {
        let mut rows = Vec::new();
        for system in &names {
            let row = mapped(system, &[], &target, name)?;
            let is_long = row.system.scheduler.spec.pipeline == Pipeline::Long;
            rows.push(row);
            bar.inc(1);
            // What the choice of the first device costs.
            if is_long && tables.is_empty() {
                bar.inc_length(1);
                let short = "scheduler.pipeline=short".to_owned();
                rows.push(mapped(system, &[short], &target, name)?);
                bar.inc(1);
            }
        }
        tables.push((target, rows));
    }
    let mut sweep = Vec::new();
    for capacity in &args.capacities {
        let set = format!("scheduler.capacity={capacity}");
        if let (Some((target, _)), Some(name)) = (tables.first(), args.targets.first()) {
            sweep.push(mapped("edge", &[set], target, name)?);
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    if let Some(folder) = &args.figures {
        files::write_figures(folder, &figures(&tables, &sweep))?;
    }
    match args.json {
        true => output::print_json(&report(&tables, &sweep)),
        false => output::print(
            &tables
                .iter()
                .map(|(target, rows)| table(target, rows))
                .collect::<Vec<_>>()
                .join("\n"),
        ),
    }
}

/// Maps a system to a device, which is named, too, so that it decides the pipeline.
fn mapped(name: &str, sets: &[String], target: &Target, named: &str) -> anyhow::Result<Row> {
    let changes = Changes {
        sets: sets.to_vec(),
        target: Some(named.to_owned()),
        ..Changes::default()
    };
    let system = system::load(name, &changes, &[])?;
    let design = lower::scheduler(&system.scheduler)?;
    let source = block::source(&design, None)?;
    let job = Job::map(&source, target);
    let mapping = call(&job, true)?.mapping;
    Ok(Row { system, mapping })
}

const HEAD: &str = "\
| system | requests | numbers | pipeline | LUT | LUTRAM | SRL | sum | FF | DSP | BRAM | LUT levels | II | U | C |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
";

/// A table in Markdown; the published scheduler follows ours.
fn table(target: &Target, rows: &[Row]) -> String {
    let tool = rows
        .first()
        .map_or_else(String::new, |row| row.mapping.tool.to_string());
    let mut text = format!(
        "`{}` ({}, origin: {tool}); latency max(II·⌈Q/P⌉, U) + C in clocks.\n\n{HEAD}",
        target.name, target.family
    );
    for Row { system, mapping } in rows {
        let (spec, timing) = (&system.scheduler.spec, system.scheduler.timing());
        let _ = writeln!(
            text,
            "| `{}` | {} | {} | {} | {} | {} | {} | {} | {} |",
            system.name,
            spec.capacity,
            numbers(system),
            spec.pipeline,
            area(&mapping.total),
            mapping.tables.length,
            timing.ii,
            timing.update_slot,
            timing.constant
        );
    }
    let family = target.family.to_string();
    for (_, requests, total) in PUBLISHED.iter().filter(|(of, _, _)| *of == family) {
        let _ = writeln!(
            text,
            "| published, repaired | {requests} | fp16 shared | | {} | | | | 2·Q + 21 |",
            // What was not counted is 0 there.
            area(total).replace("| 0 |", "| |")
        );
    }
    text
}

/// `fixed`, `fp16 shared`
fn numbers(system: &System) -> String {
    let spec = &system.scheduler.spec;
    let units = match spec.binding {
        dysta_config::expr::Binding::Dedicated => "",
        dysta_config::expr::Binding::Shared(_) => " shared",
    };
    format!("{}{units}", word(spec.number_format))
}

/// Seven cells of a row.
fn area(area: &Area) -> String {
    let cells = [
        area.lut,
        area.lutram,
        area.srl,
        area.tables(),
        area.ff,
        area.dsp,
        area.bram,
    ];
    cells.map(|count| count.to_string()).join(" | ")
}

/// Stacked bars of the modules of every system on the first device, and requests against look-up tables.
fn figures(tables: &[(Target, Vec<Row>)], sweep: &[Row]) -> Vec<(&'static str, Figure)> {
    let Some((target, rows)) = tables.first() else {
        return Vec::new();
    };
    let mut figures = vec![("resources_modules", stacked(&bars(target, rows)))];
    if !sweep.is_empty() {
        figures.push(("resources_requests", lines(&requests(target, rows, sweep))));
    }
    figures
}

/// Modules shown by themselves; what is left is one more part.
const PARTS: [&str; 7] = [
    "lane",
    "update",
    "entries",
    "tables",
    "sequencer",
    "completion",
    "argmin",
];

/// `edge`, or `datacenter, long` where there are two of a name.
fn label(row: &Row, rows: &[Row]) -> String {
    let name = &row.system.name;
    match rows
        .iter()
        .filter(|other| other.system.name == *name)
        .count()
    {
        1 => name.clone(),
        _ => format!("{name}, {}", row.system.scheduler.spec.pipeline),
    }
}

fn bars(target: &Target, rows: &[Row]) -> Bars {
    let parts = |row: &Row| {
        let mut lengths = vec![0.0; PARTS.len() + 1];
        for instance in &row.mapping.instances {
            let own = |part: &str| {
                instance
                    .instance
                    .strip_prefix("u_")
                    .is_some_and(|name| name.starts_with(part))
            };
            let place = PARTS
                .iter()
                .position(|part| own(part))
                .unwrap_or(PARTS.len());
            lengths[place] += f64::from(instance.area.tables());
        }
        (label(row, rows), lengths)
    };
    let names = PARTS.into_iter().chain(["others"]);
    Bars {
        title: format!("Look-up tables by module on {}", target.name),
        description: "logic, memories and shift registers of every system preset".to_owned(),
        axis: "look-up tables".to_owned(),
        parts: names.map(str::to_owned).collect(),
        rows: rows.iter().map(parts).collect(),
    }
}

fn requests(target: &Target, rows: &[Row], sweep: &[Row]) -> Plot {
    let exact = |value: u32| Point {
        mean: f64::from(value),
        low: f64::from(value),
        high: f64::from(value),
    };
    let point = |row: &Row| {
        (
            exact(row.system.scheduler.spec.capacity),
            exact(row.mapping.total.tables()),
        )
    };
    let family = target.family.to_string();
    let published = PUBLISHED.iter().filter(|(of, _, _)| *of == family);
    let mut series = vec![
        Series {
            name: "edge".to_owned(),
            style: 0,
            points: sweep.iter().map(point).collect(),
        },
        Series {
            name: "published".to_owned(),
            style: 1,
            points: published
                .map(|(_, requests, area)| (exact(*requests), exact(area.tables())))
                .collect(),
        },
    ];
    let others = rows
        .iter()
        .filter(|row| row.system.scheduler.spec.lanes > 1);
    series.extend(others.enumerate().map(|(index, row)| Series {
        name: label(row, rows),
        style: index + 2,
        points: vec![point(row)],
    }));
    Plot {
        title: format!("Requests against look-up tables on {}", target.name),
        description:
            "edge at several capacities, presets with several lanes, the published scheduler"
                .to_owned(),
        x: "requests".to_owned(),
        y: "look-up tables".to_owned(),
        series,
    }
}

fn report(tables: &[(Target, Vec<Row>)], sweep: &[Row]) -> Value {
    let row = |row: &Row| {
        json!({
            "system": row.system.name,
            "digest": row.system.scheduler.digest(),
            "requests": row.system.scheduler.spec.capacity,
            "numbers": numbers(&row.system),
            "pipeline": row.system.scheduler.spec.pipeline,
            "origin": "yosys",
            "tool": row.mapping.tool.name,
            "tool_version": row.mapping.tool.version,
            "total": row.mapping.total,
            "longest_path_luts": row.mapping.tables.length,
            "longest_path_cells": row.mapping.cells.length,
        })
    };
    let table = |(target, rows): &(Target, Vec<Row>)| json!({ "target": target.name, "systems": rows.iter().map(row).collect::<Vec<_>>() });
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "targets": tables.iter().map(table).collect::<Vec<_>>(),
        "capacities": sweep.iter().map(row).collect::<Vec<_>>(),
    })
}
