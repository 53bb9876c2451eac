//! A drawing with its heading and legend: part of a page, or a file of its own for documentation.

use super::element::{Element, number};
use super::plot::{STYLES, label, mark};

/// The style sheet of pages and files.
pub const STYLE: &str = include_str!("style.css");
/// Width of all drawings in pixels of their own.
pub(super) const WIDTH: f64 = 420.0;

/// A drawing.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// Heading, also for readers of screens.
    pub title: String,
    /// What is shown, in a sentence.
    pub description: String,
    /// Height in pixels of its own.
    pub height: f64,
    /// What is drawn.
    pub body: Vec<Element>,
    /// Names and styles of the series; empty where they stand in the drawing.
    pub legend: Vec<(String, usize)>,
}

/// Entries of a legend side by side in a file of its own.
const COLUMNS: usize = 3;
/// Height of a row of a legend there.
const ROW: f64 = 18.0;

impl Figure {
    /// As part of a page.
    pub fn html(&self) -> Element {
        let entry = |(name, style): &(String, usize)| {
            let key = Element::new("svg")
                .set("viewBox", "0 0 14 14")
                .set("aria-hidden", "true")
                .class(style_class(*style))
                .child(mark(*style, 7.0, 7.0));
            Element::new("li")
                .child(key)
                .child(Element::of_text("span", name))
        };
        let legend = Element::new("ul")
            .class("legend")
            .with(self.legend.iter().map(entry));
        Element::new("figure")
            .child(Element::of_text("figcaption", &self.title))
            .child(self.canvas(self.height).with(self.body.iter().cloned()))
            .with((!self.legend.is_empty()).then_some(legend))
    }

    /// As a file of its own, with heading, legend and style inside.
    pub fn svg(&self) -> String {
        let head = 26.0;
        let rows = self.legend.len().div_ceil(COLUMNS) as f64;
        let height = head + self.height + rows * ROW + 8.0;
        let entries = self.legend.iter().enumerate().map(|(index, entry)| {
            let (column, row) = ((index % COLUMNS) as f64, (index / COLUMNS) as f64);
            let (x, y) = (24.0 + column * 134.0, head + self.height + row * ROW + 8.0);
            Element::new("g")
                .class(style_class(entry.1))
                .child(mark(entry.1, x, y))
                .child(label(x + 12.0, y + 4.0, "start", &entry.0))
        });
        let paper = [("width", WIDTH), ("height", height)];
        let body = Element::new("g")
            .set("transform", format!("translate(0 {head})"))
            .with(self.body.iter().cloned());
        let drawing = self
            .canvas(height)
            .set("xmlns", "http://www.w3.org/2000/svg")
            .numbers([("width", WIDTH * 1.5), ("height", height * 1.5)])
            .child(Element::of_text("style", STYLE))
            .child(Element::new("rect").numbers(paper).class("paper"))
            .child(label(12.0, 20.0, "start", &self.title).class("heading"))
            .child(body)
            .with(entries);
        drawing.print()
    }

    /// An SVG with title and description for readers of screens.
    fn canvas(&self, height: f64) -> Element {
        let spoken = format!("{}: {}", self.title, self.description);
        Element::new("svg")
            .set("viewBox", format!("0 0 {WIDTH} {}", number(height)))
            .set("role", "img")
            .set("aria-label", spoken)
            .child(Element::of_text("title", &self.title))
            .child(Element::of_text("desc", &self.description))
    }
}

/// The class of a style.
pub(super) fn style_class(style: usize) -> String {
    format!("s{}", style % STYLES)
}
