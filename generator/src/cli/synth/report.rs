//! What a mapped design takes, as text and as JSON.

use std::fmt::Write as _;

use dysta_sim::synthesis::{Area, InstanceArea, LongestPath, Mapping, Placement};
use serde_json::{Map, Value, json};

use super::Finding;
use super::fit::uses;
use super::share::Shares;

/// The report for people; its first line says whether the clock is reached.
pub fn text(finding: &Finding) -> String {
    let mapping = &finding.outcome.mapping;
    let spec = &finding.system.scheduler.spec;
    let mut text = format!("{}\npipeline {}\n\n", headline(finding), spec.pipeline);
    text.push_str(&resources(finding));
    text.push_str(&mapped(mapping));
    if let Some(array) = &finding.array {
        text.push_str(&mapped(array));
    }
    if let Some(shares) = Shares::new(finding) {
        text.push_str(&shares.text());
    }
    if let Some(placement) = &finding.outcome.placement {
        text.push_str(&path(placement));
    }
    text
}

fn headline(finding: &Finding) -> String {
    let (name, target) = (finding.name(), &finding.target);
    let clock = target.clock_mhz();
    let place = format!("{name} on {} ({})", target.name, target.part);
    match (finding.fmax_mhz(), finding.stopped_s) {
        (Some(fmax), _) if fmax < clock => {
            format!("CLOCK MISSED: {place} reaches {fmax:.1} MHz of {clock} MHz")
        }
        (Some(fmax), _) => format!("clock met: {place} reaches {fmax:.1} MHz of {clock} MHz"),
        (None, Some(seconds)) => {
            format!("CLOCK NOT KNOWN: place and route of {place} did not end within {seconds} s")
        }
        (None, None) if finding.is_placed_elsewhere() => {
            format!("{place}: clock not known, the vendor's tools place and route")
        }
        (None, None) => format!("{place}: clock not known, not placed and routed"),
    }
}

/// Modules and longest ways.
fn mapped(mapping: &Mapping) -> String {
    let ways = (&mapping.cells, &mapping.tables, &mapping.tool);
    let mut text = modules(mapping);
    let _ = writeln!(
        text,
        "\nlongest way in cells         {}\nin look-up tables            {}\n(origin: {})",
        ways.0, ways.1, ways.2
    );
    text
}

fn resources(finding: &Finding) -> String {
    let mut text = String::new();
    for each in uses(&finding.total(), &finding.target) {
        let share = each
            .share()
            .map_or_else(|| "-".to_owned(), |share| format!("{:.2} %", 100.0 * share));
        let _ = writeln!(
            text,
            "{:<5}{:>8} of {:>8}{share:>10}",
            each.key, each.used, each.available
        );
    }
    text
}

/// A table: one row for each instance, the whole last.
fn modules(mapping: &Mapping) -> String {
    let mut text = format!(
        "\n{:<26}{:>6}{:>8}{:>6}{:>6}{:>7}{:>5}{:>6}{:>6}{:>7}\n",
        "module", "LUT", "LUTRAM", "SRL", "FF", "carry", "DSP", "BRAM", "URAM", "latch"
    );
    let mut row = |name: &str, area: &Area| {
        let _ = writeln!(
            text,
            "{name:<26}{:>6}{:>8}{:>6}{:>6}{:>7}{:>5}{:>6}{:>6}{:>7}",
            area.lut,
            area.lutram,
            area.srl,
            area.ff,
            area.carry,
            area.dsp,
            area.bram,
            area.uram,
            area.latch
        );
    };
    for instance in &mapping.instances {
        row(&label(instance), &instance.area);
    }
    row("total", &mapping.total);
    text
}

/// `lane`, or `dysta_pe x 64`.
fn label(instance: &InstanceArea) -> String {
    match (instance.instance.as_str(), instance.count) {
        ("", 1) => instance.module.clone(),
        ("", count) => format!("{} x {count}", instance.module),
        (name, _) => name.strip_prefix("u_").unwrap_or(name).to_owned(),
    }
}

fn path(placement: &Placement) -> String {
    let mut text = format!(
        "\nlongest way, {:.2} ns, seed {}\n",
        placement.path_ns(),
        placement.seed
    );
    for hop in &placement.path {
        let _ = writeln!(
            text,
            "  {:>6.2} logic {:>6.2} wires  {}",
            hop.logic_ns, hop.routing_ns, hop.signal
        );
    }
    let _ = writeln!(text, "(origin: {})", placement.tool);
    text
}

/// The report for programs. Every part that holds figures names its origin: tool and version.
pub fn json(finding: &Finding) -> Value {
    let target = &finding.target;
    json!({
        "system": finding.system.name,
        "digest": finding.system.scheduler.digest(),
        "version": env!("CARGO_PKG_VERSION"),
        "pipeline": finding.system.scheduler.spec.pipeline,
        "block": finding.block,
        "top": finding.top,
        "target": {
            "name": target.name,
            "part": target.part,
            "family": target.family.to_string(),
            "speed_grade": target.speed_grade,
            "package": target.package,
            "clock_mhz": target.clock_mhz(),
        },
        "synthesis": synthesis(finding, &finding.outcome.mapping),
        "array_synthesis": finding.array.as_ref().map(|mapping| synthesis(finding, mapping)),
        "system_share": Shares::new(finding).map(|shares| shares.json()),
        "place_and_route": finding.outcome.placement.as_ref().map(|placement| placed(finding, placement)),
        "place_and_route_stopped_s": finding.stopped_s,
    })
}

fn synthesis(finding: &Finding, mapping: &Mapping) -> Value {
    let shares: Map<String, Value> = uses(&mapping.total, &finding.target)
        .iter()
        .map(|each| (each.key.to_owned(), json!(each.share())))
        .collect();
    let module = |instance: &InstanceArea| json!({ "instance": instance.instance, "module": instance.module, "count": instance.count, "area": instance.area });
    json!({
        "origin": "yosys",
        "tool": mapping.tool.name,
        "tool_version": mapping.tool.version,
        "total": mapping.total,
        "device_share": shares,
        "modules": mapping.instances.iter().map(module).collect::<Vec<_>>(),
        "longest_path_cells": way(&mapping.cells, "cells"),
        "longest_path_luts": way(&mapping.tables, "luts"),
    })
}

fn way(path: &LongestPath, unit: &str) -> Value {
    json!({ unit: path.length, "from": path.from, "to": path.to })
}

fn placed(finding: &Finding, placement: &Placement) -> Value {
    json!({
        "origin": "nextpnr",
        "tool": placement.tool.name,
        "tool_version": placement.tool.version,
        "seed": placement.seed,
        "clock_mhz": finding.target.clock_mhz(),
        "fmax_mhz": placement.fmax_mhz,
        "met": placement.fmax_mhz >= finding.target.clock_mhz(),
        "critical_path_ns": placement.path_ns(),
        "critical_path": placement.path,
    })
}
