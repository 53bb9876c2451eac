//! Tables of a report.

use std::collections::BTreeSet;

use dysta_config::fields::raw::Metric;

use super::element::Element;
use crate::bench::measure::text;
use crate::bench::text::Table;
use crate::bench::{Entry, Group};

/// A table that scrolls by itself where it is wider than the page.
pub fn table(table: &Table) -> Element {
    let head = table
        .head
        .iter()
        .map(|text| Element::of_text("th", text).set("scope", "col"));
    let row = |cells: &Vec<String>| {
        let cells = cells
            .iter()
            .enumerate()
            .map(|(index, text)| cell(index, text));
        Element::new("tr").with(cells)
    };
    let table_element = Element::new("table")
        .child(Element::of_text("caption", &table.caption))
        .child(Element::new("thead").child(Element::new("tr").with(head)))
        .child(Element::new("tbody").with(table.rows.iter().map(row)));
    Element::new("div")
        .class("scroll")
        .set("tabindex", "0")
        .set("role", "region")
        .set("aria-label", &table.caption)
        .child(table_element)
}

fn cell(index: usize, text: &str) -> Element {
    let bold = text
        .strip_prefix("**")
        .and_then(|text| text.strip_suffix("**"));
    match (index, bold) {
        (0, _) => Element::of_text("th", text).set("scope", "row"),
        (_, Some(text)) => Element::of_text("td", text).class("best"),
        (_, None) => Element::of_text("td", text),
    }
}

/// The violations of each model under each entry, folded away; nothing where runs have no models.
pub fn by_model(groups: &[&Group]) -> Option<Element> {
    let tables: Vec<Element> = groups.iter().filter_map(|group| models(group)).collect();
    let summary = Element::of_text("summary", "Violations of each model (%)");
    (!tables.is_empty()).then(|| Element::new("details").child(summary).with(tables))
}

fn models(group: &Group) -> Option<Element> {
    let rates = group
        .entries
        .iter()
        .map(|entry| &entry.model_violation_rates);
    let models: BTreeSet<&String> = rates.flat_map(|rates| rates.keys()).collect();
    if models.is_empty() {
        return None;
    }
    let rate = |entry: &Entry, model: &String| match entry.model_violation_rates.get(model) {
        Some(rate) => text(Metric::ViolationRate, *rate),
        None => "–".to_owned(),
    };
    let row = |entry: &Entry| {
        let rates = models.iter().map(|model| rate(entry, model));
        std::iter::once(entry.label.clone()).chain(rates).collect()
    };
    let head = std::iter::once("policy".to_owned()).chain(models.iter().map(|m| (*m).clone()));
    Some(table(&Table {
        caption: group.conditions.join(", "),
        head: head.collect(),
        rows: group.entries.iter().map(row).collect(),
    }))
}
