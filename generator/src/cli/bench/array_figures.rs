//! Plots of `dysta bench array`: cycles and idle elements of the layers, efficiency against density, area against elements.

use dysta_config::accelerator::Accelerator;
use dysta_config::fields::raw::{LayerKind, word};
use dysta_config::suite::LayerSpec;
use dysta_generator::lower;
use dysta_sim::array::draw::{LayerDraw, Pattern, draw};
use dysta_sim::cosim::LayerFigures;
use dysta_sim::report::bars::{Bars, stacked};
use dysta_sim::report::figure::Figure;
use dysta_sim::report::plot::{Plot, Series, Value, lines};
use rayon::prelude::*;

use super::array::{LayerFailure, Row};

/// Densities of weights and activations in the plot of the efficiency.
const DENSITIES: [f64; 7] = [0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0];
/// Rows and columns of the arrays in the plot of the area.
const GRIDS: [[u32; 2]; 7] = [[2, 2], [4, 4], [8, 4], [8, 8], [16, 8], [16, 12], [16, 16]];
/// Operators with a line of their own.
const KINDS: [LayerKind; 4] = [
    LayerKind::Conv,
    LayerKind::Pointwise,
    LayerKind::Depthwise,
    LayerKind::FullyConnected,
];

/// All plots with the names of their files.
///
/// # Errors
/// A layer that the array does not compute at some density.
pub fn figures(
    accelerator: &Accelerator,
    rows: &[Row<'_>],
    latency: u64,
) -> anyhow::Result<Vec<(&'static str, Figure)>> {
    Ok(vec![
        ("array_cycles", stacked(&cycles(accelerator, rows))),
        ("array_stalls", stacked(&stalls(accelerator, rows))),
        (
            "array_density",
            lines(&density(accelerator, rows, latency)?),
        ),
        ("array_area", lines(&area(accelerator)?)),
    ])
}

fn grid(accelerator: &Accelerator) -> String {
    format!("{} x {} elements", accelerator.rows, accelerator.columns)
}

fn exact(value: f64) -> Value {
    Value {
        mean: value,
        low: value,
        high: value,
    }
}

fn cycles(accelerator: &Accelerator, rows: &[Row<'_>]) -> Bars {
    let row = |row: &Row<'_>| {
        let beyond = row.figures.cycles as f64 / row.figures.roofline_cycles.max(1.0) - 1.0;
        (row.spec.name.clone(), vec![1.0, beyond.max(0.0)])
    };
    Bars {
        title: format!("Cycles against the roofline, {}", grid(accelerator)),
        description: "cycles of each layer as multiples of its roofline".to_owned(),
        axis: "cycles / roofline".to_owned(),
        parts: ["roofline", "beyond"].map(str::to_owned).to_vec(),
        rows: rows.iter().map(row).collect(),
    }
}

fn stalls(accelerator: &Accelerator, rows: &[Row<'_>]) -> Bars {
    let share = |row: &Row<'_>| {
        let all = row.figures.cycles.max(1) as f64 * f64::from(accelerator.elements());
        let reasons = row.figures.stalls.unwrap_or_default().reasons();
        let idle = reasons.map(|(_, clocks)| 100.0 * clocks as f64 / all);
        let products = 100.0 - idle.iter().sum::<f64>();
        let parts = [products].into_iter().chain(idle).collect();
        (row.spec.name.clone(), parts)
    };
    let names = [
        "product",
        "no activation",
        "no weight",
        "conflict",
        "drain",
        "memory",
    ];
    Bars {
        title: format!("What elements do, {}", grid(accelerator)),
        description: "share of the clocks of all elements: products, and idle by reason".to_owned(),
        axis: "% of all clocks".to_owned(),
        parts: names.map(str::to_owned).to_vec(),
        rows: rows.iter().map(share).collect(),
    }
}

/// The first layer of each operator, drawn at other densities; by the timing model.
fn density(
    accelerator: &Accelerator,
    rows: &[Row<'_>],
    latency: u64,
) -> Result<Plot, LayerFailure> {
    let specs = KINDS.iter().enumerate().filter_map(|(style, kind)| {
        let first = rows.iter().find(|row| row.spec.kind == *kind)?;
        Some((style, first.spec))
    });
    let specs: Vec<(usize, &LayerSpec)> = specs.collect();
    let series = specs.into_par_iter().map(|(style, spec)| {
        let points = DENSITIES.iter().map(|density| {
            let efficiency = efficiency(accelerator, spec, *density, latency)?;
            Ok((exact(*density), exact(efficiency)))
        });
        Ok(Series {
            name: word(spec.kind).to_owned(),
            style,
            points: points.collect::<Result<_, LayerFailure>>()?,
        })
    });
    Ok(Plot {
        title: format!("Efficiency against density, {}", grid(accelerator)),
        description: "roofline over cycles of one layer of each operator, weights and activations of one density, by the timing model"
            .to_owned(),
        x: "density".to_owned(),
        y: "efficiency".to_owned(),
        series: series.collect::<Result<_, LayerFailure>>()?,
    })
}

fn efficiency(
    accelerator: &Accelerator,
    spec: &LayerSpec,
    density: f64,
    latency: u64,
) -> Result<f64, LayerFailure> {
    let draw_of = LayerDraw {
        weight_density: density,
        activation_density: density,
        pattern: Pattern::Unstructured,
        ..LayerDraw::from(spec)
    };
    let drawn = draw(&draw_of).map_err(|error| LayerFailure::new(&spec.name, error))?;
    let figures = LayerFigures::predicted(accelerator, &drawn, latency);
    let figures = figures.map_err(|error| LayerFailure::new(&spec.name, error))?;
    Ok(figures.efficiency)
}

/// Look-up tables of arrays with the same memories, by the resource model.
fn area(accelerator: &Accelerator) -> anyhow::Result<Plot> {
    let mut all = Vec::new();
    let mut elements = Vec::new();
    for [rows, columns] in GRIDS {
        let array = Accelerator {
            rows,
            columns,
            ..*accelerator
        };
        let estimate = lower::array(&array)?.estimate;
        let own = estimate
            .nodes
            .iter()
            .filter(|node| node.node.starts_with("pe"));
        let own: u32 = own.map(|node| node.cost.lut).sum();
        let count = exact(f64::from(rows * columns));
        all.push((count, exact(f64::from(estimate.cost.lut))));
        elements.push((count, exact(f64::from(own))));
    }
    let series = |name: &str, style, points| Series {
        name: name.to_owned(),
        style,
        points,
    };
    Ok(Plot {
        title: "Look-up tables against elements, 7-series".to_owned(),
        description: "the array and its elements alone, by the resource model".to_owned(),
        x: "elements".to_owned(),
        y: "look-up tables".to_owned(),
        series: vec![series("array", 0, all), series("its elements", 1, elements)],
    })
}
