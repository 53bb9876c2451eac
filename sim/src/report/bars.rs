//! Stacked bars as SVG: one row for each thing, one colour for each part.

use super::axis::Axis;
use super::element::Element;
use super::figure::{Figure, style_class};
use super::plot::{NAMES, RIGHT, TOP, columns, label};

/// What the bars say.
#[derive(Debug, Clone, PartialEq)]
pub struct Bars {
    /// Name of the figure.
    pub title: String,
    /// What is shown, in a sentence.
    pub description: String,
    /// Name of the axis.
    pub axis: String,
    /// Names of the parts, in the order in which they are stacked.
    pub parts: Vec<String>,
    /// Name of each row and the length of each of its parts.
    pub rows: Vec<(String, Vec<f64>)>,
}

const ROW: f64 = 24.0;
/// Width of a letter of a name.
const LETTER: f64 = 6.6;

/// Draws a row of parts side by side for each thing.
pub fn stacked(bars: &Bars) -> Figure {
    let bottom = TOP + ROW * bars.rows.len() as f64 + 6.0;
    // Parts of a whole add up to a little more than it.
    let whole = |parts: &[f64]| (parts.iter().sum::<f64>() * 1e6).round() / 1e6;
    let sums = bars.rows.iter().map(|(_, parts)| whole(parts));
    let longest = bars.rows.iter().map(|(name, _)| name.len()).max();
    let left = NAMES.max(12.0 + LETTER * longest.unwrap_or(0) as f64);
    let axis = Axis::over([0.0].into_iter().chain(sums), left, RIGHT);
    let rows = bars.rows.iter().enumerate().map(|(index, (name, parts))| {
        let top = TOP + ROW * index as f64 + 7.0;
        Element::new("g")
            .child(label(left - 10.0, top + 12.0, "end", name))
            .with(row(bars, &axis, top, parts))
    });
    let name = label((left + RIGHT) / 2.0, bottom + 34.0, "middle", &bars.axis).class("axis");
    let legend = bars.parts.iter().enumerate();
    Figure {
        title: bars.title.clone(),
        description: bars.description.clone(),
        height: bottom + 40.0,
        body: columns(&axis, bottom).chain(rows).chain([name]).collect(),
        legend: legend.map(|(style, part)| (part.clone(), style)).collect(),
    }
}

/// The parts of one row, each with its length for readers of screens.
fn row(bars: &Bars, axis: &Axis, top: f64, parts: &[f64]) -> Vec<Element> {
    let mut from = 0.0;
    let mut drawn = Vec::new();
    for (style, (name, length)) in bars.parts.iter().zip(parts).enumerate() {
        let (left, right) = (axis.pixel(from), axis.pixel(from + length));
        from += length;
        let place = [
            ("x", left),
            ("y", top),
            ("width", right - left),
            ("height", ROW - 8.0),
        ];
        let bar = Element::new("rect").numbers(place).class("bar");
        drawn.push(
            Element::new("g")
                .class(style_class(style))
                .child(bar.child(Element::of_text("title", format!("{name}: {length}")))),
        );
    }
    drawn
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_stand_side_by_side() {
        let bars = Bars {
            title: "Look-up tables".into(),
            description: "of two systems".into(),
            axis: "LUT".into(),
            parts: vec!["lane".into(), "update".into()],
            rows: vec![
                ("a".into(), vec![10.0, 30.0]),
                ("b".into(), vec![0.0, 20.0]),
            ],
        };
        let text = stacked(&bars).svg();
        let rects: Vec<&str> = text
            .split("<rect ")
            .skip(2)
            .map(|rest| rest.split('>').next().unwrap_or(""))
            .collect();
        assert_eq!(
            rects,
            [
                "x=\"150\" y=\"19\" width=\"62.5\" height=\"16\" class=\"bar\"",
                "x=\"212.5\" y=\"19\" width=\"187.5\" height=\"16\" class=\"bar\"",
                "x=\"150\" y=\"43\" width=\"0\" height=\"16\" class=\"bar\"",
                "x=\"150\" y=\"43\" width=\"125\" height=\"16\" class=\"bar\"",
            ]
        );
    }
}
