//! Plots as SVG: lines with bands, clouds with whiskers, rows of dots. Colours are classes, so that a page decides on them.

use super::axis::Axis;
use super::element::{Element, number};
use super::figure::{Figure, style_class};

/// A value with the ends of its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Value {
    /// The mean.
    pub mean: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// What a plot says.
#[derive(Debug, Clone, PartialEq)]
pub struct Plot {
    /// Name of the figure, for its heading and for readers of screens.
    pub title: String,
    /// What is shown, in a sentence.
    pub description: String,
    /// Name of the horizontal axis.
    pub x: String,
    /// Name of the vertical axis.
    pub y: String,
    /// The things compared.
    pub series: Vec<Series>,
}

/// One of the things compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Its name.
    pub name: String,
    /// Its style, the same for the same name in all figures of a page.
    pub style: usize,
    /// Points as (x, y).
    pub points: Vec<(Value, Value)>,
}

/// Number of styles; later series begin again with the first colour and another mark.
pub const STYLES: usize = 12;

const HEIGHT: f64 = 300.0;
const LEFT: f64 = 50.0;
pub(super) const RIGHT: f64 = 400.0;
pub(super) const TOP: f64 = 12.0;
/// Room for the names of rows.
pub(super) const NAMES: f64 = 150.0;
const BOTTOM: f64 = 252.0;

/// Lines over a shared horizontal axis, each with the band of its intervals.
pub fn lines(plot: &Plot) -> Figure {
    let (x, y) = axes(plot);
    let series = plot.series.iter().map(|series| {
        let upper = series
            .points
            .iter()
            .map(|(at, value)| (at.mean, value.high));
        let lower = series
            .points
            .iter()
            .rev()
            .map(|(at, value)| (at.mean, value.low));
        let middle = series
            .points
            .iter()
            .map(|(at, value)| (at.mean, value.mean));
        group(series)
            .child(path(&x, &y, upper.chain(lower), true).class("band"))
            .child(path(&x, &y, middle, false).class("line"))
            .with(
                series
                    .points
                    .iter()
                    .map(|(at, value)| mark(series.style, x.pixel(at.mean), y.pixel(value.mean))),
            )
    });
    figure(plot, frame(plot, &x, &y).into_iter().chain(series))
}

/// Points with whiskers in both directions.
pub fn scatter(plot: &Plot) -> Figure {
    let (x, y) = axes(plot);
    let series = plot.series.iter().map(|series| {
        let marks = series.points.iter().flat_map(|(across, up)| {
            let (at, height) = (x.pixel(across.mean), y.pixel(up.mean));
            [
                whisker(
                    (x.pixel(across.low), height),
                    (x.pixel(across.high), height),
                ),
                whisker((at, y.pixel(up.low)), (at, y.pixel(up.high))),
                mark(series.style, at, height),
            ]
        });
        group(series).with(marks)
    });
    figure(plot, frame(plot, &x, &y).into_iter().chain(series))
}

/// A row for each series with its points on a shared axis, which is the second value of the points; the first is not used.
pub fn dots(plot: &Plot) -> Figure {
    let left = NAMES;
    let row = 24.0;
    let bottom = TOP + row * plot.series.len() as f64 + 6.0;
    let values = plot.series.iter().flat_map(|series| &series.points);
    let ends = values.flat_map(|(_, value)| [value.low, value.mean, value.high]);
    let axis = Axis::over(ends, left, RIGHT);
    let rows = plot.series.iter().enumerate().map(|(index, series)| {
        let height = TOP + row * (index as f64 + 0.5) + 3.0;
        let marks = series.points.iter().flat_map(|(_, value)| {
            [
                whisker(
                    (axis.pixel(value.low), height),
                    (axis.pixel(value.high), height),
                ),
                mark(series.style, axis.pixel(value.mean), height),
            ]
        });
        group(series)
            .child(label(left - 10.0, height + 4.0, "end", series.name.clone()))
            .with(marks)
    });
    let name = label((left + RIGHT) / 2.0, bottom + 34.0, "middle", &plot.y).class("axis");
    Figure {
        title: plot.title.clone(),
        description: plot.description.clone(),
        height: bottom + 40.0,
        body: columns(&axis, bottom).chain(rows).chain([name]).collect(),
        legend: Vec::new(),
    }
}

fn axes(plot: &Plot) -> (Axis, Axis) {
    let points = || plot.series.iter().flat_map(|series| &series.points);
    let ends = |value: &Value| [value.low, value.mean, value.high];
    let x = Axis::over(points().flat_map(|(x, _)| ends(x)), LEFT, RIGHT);
    let y = Axis::over(points().flat_map(|(_, y)| ends(y)), BOTTOM, TOP);
    (x, y)
}

/// Grid, ticks and names of the axes.
fn frame(plot: &Plot, x: &Axis, y: &Axis) -> Vec<Element> {
    let rows = y.ticks.iter().map(|&tick| {
        let at = y.pixel(tick);
        Element::new("g")
            .child(line((LEFT, at), (RIGHT, at)).class("grid"))
            .child(label(LEFT - 6.0, at + 4.0, "end", y.label(tick)))
    });
    let middle = (TOP + BOTTOM) / 2.0;
    let turned = format!("rotate(-90 12 {})", number(middle));
    let names = [
        label((LEFT + RIGHT) / 2.0, BOTTOM + 36.0, "middle", &plot.x).class("axis"),
        label(12.0, middle, "middle", &plot.y)
            .set("transform", turned)
            .class("axis"),
    ];
    columns(x, BOTTOM).chain(rows).chain(names).collect()
}

/// Lines down to `bottom` at the ticks of a horizontal axis, each with its value.
pub(super) fn columns(axis: &Axis, bottom: f64) -> impl Iterator<Item = Element> {
    axis.ticks.iter().map(move |&tick| {
        let at = axis.pixel(tick);
        Element::new("g")
            .child(line((at, TOP), (at, bottom)).class("grid"))
            .child(label(at, bottom + 16.0, "middle", axis.label(tick)))
    })
}

pub(super) fn line(from: (f64, f64), to: (f64, f64)) -> Element {
    let ends = [("x1", from.0), ("y1", from.1), ("x2", to.0), ("y2", to.1)];
    Element::new("line").numbers(ends)
}

fn whisker(from: (f64, f64), to: (f64, f64)) -> Element {
    line(from, to).class("whisker")
}

pub(super) fn label(x: f64, y: f64, anchor: &'static str, text: impl Into<String>) -> Element {
    Element::of_text("text", text)
        .numbers([("x", x), ("y", y)])
        .set("text-anchor", anchor)
}

fn group(series: &Series) -> Element {
    let name = Element::of_text("title", &series.name);
    Element::new("g")
        .class(style_class(series.style))
        .child(name)
}

fn path(x: &Axis, y: &Axis, points: impl Iterator<Item = (f64, f64)>, closed: bool) -> Element {
    let mut text = String::new();
    for (index, (across, up)) in points.enumerate() {
        let command = if index == 0 { 'M' } else { 'L' };
        text.push_str(&format!(
            "{command}{} {}",
            number(x.pixel(across)),
            number(y.pixel(up))
        ));
    }
    if closed {
        text.push('Z');
    }
    Element::new("path").set("d", text)
}

/// A mark whose shape tells series apart without colour: circle, square, diamond, triangle.
pub(super) fn mark(style: usize, x: f64, y: f64) -> Element {
    let outline = |points: [(f64, f64); 4]| {
        let at = points.map(|(dx, dy)| format!("{} {}", number(x + dx), number(y + dy)));
        Element::new("polygon")
            .set("points", at.join(" "))
            .class("mark")
    };
    match style % 4 {
        0 => Element::new("circle")
            .numbers([("cx", x), ("cy", y), ("r", 4.0)])
            .class("mark"),
        1 => outline([(-3.5, -3.5), (3.5, -3.5), (3.5, 3.5), (-3.5, 3.5)]),
        2 => outline([(0.0, -5.0), (5.0, 0.0), (0.0, 5.0), (-5.0, 0.0)]),
        _ => outline([(0.0, -4.5), (4.5, 3.5), (0.0, 3.5), (-4.5, 3.5)]),
    }
}

/// A drawing with the names of its series.
fn figure(plot: &Plot, body: impl Iterator<Item = Element>) -> Figure {
    let entry = |series: &Series| (series.name.clone(), series.style);
    Figure {
        title: plot.title.clone(),
        description: plot.description.clone(),
        height: HEIGHT,
        body: body.collect(),
        legend: plot.series.iter().map(entry).collect(),
    }
}
