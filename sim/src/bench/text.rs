//! Results as tables in Markdown and as sentences.

use std::collections::BTreeMap;

use dysta_config::benchmark::Experiment;
use dysta_config::fields::raw::{Measure, Metric};

use super::measure::{text, title};
use super::setup::Setup;
use super::summary::{Entry, Group, Summary};

/// A table: headings, then rows of as many cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// What it shows.
    pub caption: String,
    /// Headings of the columns.
    pub head: Vec<String>,
    /// The rows; the first cell names the row.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// The table in Markdown, without its caption.
    pub fn markdown(&self) -> String {
        let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
        let named = |row: &[String]| match row {
            [name, rest @ ..] => line(&[&[format!("`{name}`")], rest].concat()),
            [] => String::new(),
        };
        let rule = format!("|{}\n", "---|".repeat(self.head.len()));
        let rows: String = self.rows.iter().map(|row| named(row)).collect();
        format!("{}{rule}{rows}", line(&self.head))
    }
}

/// The tables of an experiment. Conditions that vary become columns, one table for each measure; with a single condition the measures
/// are the columns, each with the place where entries are separated. Conditions that do not vary stand in the caption.
pub fn tables(setup: &Setup, summary: &Summary, experiment: usize) -> Vec<Table> {
    let of = &setup.benchmark.experiments[experiment];
    let all: Vec<&Group> = summary.of_experiment(experiment).collect();
    if all.len() == of.workloads.len() && all.len() > 1 && of.metrics.len() == 1 {
        return vec![sweep(of, &all, of.metrics[0])];
    }
    let of_workload = |workload: usize| -> Vec<&Group> {
        let groups = all.iter().filter(|group| group.workload == workload);
        groups.copied().collect()
    };
    let workloads = (0..of.workloads.len()).map(of_workload);
    let table = |groups: Vec<&Group>| match groups.as_slice() {
        [] => Vec::new(),
        [one] => vec![single(of, one)],
        several => of
            .metrics
            .iter()
            .map(|&metric| sweep(of, several, metric))
            .collect(),
    };
    workloads.flat_map(table).collect()
}

fn single(experiment: &Experiment, group: &Group) -> Table {
    let mut head = vec![first_heading(experiment)];
    for &metric in &experiment.metrics {
        head.extend([title(metric).to_owned(), "place".to_owned()]);
    }
    let row = |entry: &Entry| {
        let mut row = vec![entry.label.clone()];
        for metric in &experiment.metrics {
            row.extend([estimate(entry, *metric), place(entry, *metric)]);
        }
        row
    };
    Table {
        caption: group.conditions.join(", "),
        head,
        rows: group.entries.iter().map(row).collect(),
    }
}

fn first_heading(experiment: &Experiment) -> String {
    match (experiment.measure, experiment.policies.len()) {
        (Measure::Predictors, _) => "predictor".to_owned(),
        (_, 1) => "variant".to_owned(),
        _ => "policy".to_owned(),
    }
}

fn sweep(experiment: &Experiment, groups: &[&Group], metric: Metric) -> Table {
    let mut rows = Vec::new();
    for index in 0..groups[0].entries.len() {
        let entries = groups.iter().map(|group| &group.entries[index]);
        let mut row = vec![groups[0].entries[index].label.clone()];
        row.extend(entries.map(|entry| marked(entry, metric)));
        rows.push(row);
    }
    let common = common(groups);
    let column = |group: &&Group| varying(group, &common);
    let head = std::iter::once(first_heading(experiment)).chain(groups.iter().map(column));
    let caption: Vec<&str> = common.iter().copied().chain([title(metric)]).collect();
    Table {
        caption: caption.join(", "),
        head: head.collect(),
        rows,
    }
}

/// The conditions that all groups share.
pub fn common<'a>(groups: &[&'a Group]) -> Vec<&'a str> {
    let Some(first) = groups.first() else {
        return Vec::new();
    };
    let shared = |condition: &&String| {
        groups
            .iter()
            .all(|group| group.conditions.contains(condition))
    };
    first
        .conditions
        .iter()
        .filter(shared)
        .map(String::as_str)
        .collect()
}

/// The conditions of a group that are not common to all.
pub fn varying(group: &Group, common: &[&str]) -> String {
    let own = group
        .conditions
        .iter()
        .filter(|own| !common.contains(&own.as_str()));
    own.cloned().collect::<Vec<_>>().join(", ")
}

/// Mean with interval.
pub fn estimate(entry: &Entry, metric: Metric) -> String {
    match entry.estimates.get(&metric) {
        Some(found) => format!(
            "{} [{}, {}]",
            text(metric, found.mean),
            text(metric, found.low),
            text(metric, found.high)
        ),
        None => "–".to_owned(),
    }
}

/// The estimate, bold where it is separated as the best.
fn marked(entry: &Entry, metric: Metric) -> String {
    let text = estimate(entry, metric);
    match entry.ranks.get(&metric) {
        Some(Some(1)) => format!("**{text}**"),
        _ => text,
    }
}

fn place(entry: &Entry, metric: Metric) -> String {
    match entry.ranks.get(&metric) {
        Some(Some(place)) => place.to_string(),
        _ => "–".to_owned(),
    }
}

/// The policy whose losses are told.
const SUBJECT: &str = "dysta";
/// It knows what no machine can know.
const ORACLE: &str = "dysta_oracle";

/// Where `dysta` does not win: a sentence for each measure, which names the policies that a machine can run and that are better, with
/// the interval of the paired difference beside 0; or says that there is none. None without `dysta` among several policies.
pub fn losses(setup: &Setup, summary: &Summary, experiment: usize) -> Vec<String> {
    let of = &setup.benchmark.experiments[experiment];
    let all = summary.of_experiment(experiment);
    let groups: Vec<&Group> = all.filter(|group| compares(group)).collect();
    match groups.is_empty() {
        true => Vec::new(),
        false => of
            .metrics
            .iter()
            .map(|&metric| loss(summary, &groups, metric))
            .collect(),
    }
}

/// Whether Dysta stands beside another policy.
fn compares(group: &Group) -> bool {
    let mut policies = group.entries.iter().map(|entry| entry.policy.as_str());
    policies.clone().any(|policy| policy == SUBJECT)
        && policies.any(|policy| ![SUBJECT, ORACLE].contains(&policy))
}

fn loss(summary: &Summary, groups: &[&Group], metric: Metric) -> String {
    let common = common(groups);
    let mut beaten: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut conditions = 0;
    for group in groups {
        for subject in group.entries.iter().filter(|entry| entry.policy == SUBJECT) {
            conditions += 1;
            let better = summary.better(group, metric, subject).into_iter();
            for entry in better.filter(|entry| is_rival(entry, subject)) {
                let place = condition(group, &common, subject);
                let values = format!("{} against {}", mean(entry, metric), mean(subject, metric));
                let text = [place, values].into_iter().filter(|part| !part.is_empty());
                let text = text.collect::<Vec<_>>().join(": ");
                beaten.entry(&entry.policy).or_default().push(text);
            }
        }
    }
    let name = title(metric);
    if beaten.is_empty() {
        return format!(
            "In {name}, no policy that a machine can run is shown to be better than Dysta."
        );
    }
    let winner = |(policy, places): (&&str, &Vec<String>)| match conditions {
        1 => format!("`{policy}` ({})", places[0]),
        all => format!(
            "`{policy}` in {} of {all} conditions ({})",
            places.len(),
            places[0]
        ),
    };
    let winners: Vec<String> = beaten.iter().map(winner).collect();
    format!(
        "In {name}, Dysta does not win: better are {}.",
        winners.join(", ")
    )
}

/// Another policy that a machine can run, with the same predictor if it has one, and the same numbers and costs.
fn is_rival(entry: &Entry, subject: &Entry) -> bool {
    let (one, other) = (&entry.series, &subject.series);
    ![SUBJECT, ORACLE].contains(&entry.policy.as_str())
        && (one.predictor.is_none() || one.predictor == other.predictor)
        && one.numerics == other.numerics
        && one.preemption_cost == other.preemption_cost
}

/// What tells this comparison from the others of its experiment.
fn condition(group: &Group, common: &[&str], subject: &Entry) -> String {
    let variant = subject
        .label
        .split_once(", ")
        .map(|(_, variant)| variant.to_owned());
    let parts = [Some(varying(group, common)), variant];
    let parts = parts.into_iter().flatten().filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(", ")
}

fn mean(entry: &Entry, metric: Metric) -> String {
    entry
        .estimates
        .get(&metric)
        .map_or_else(String::new, |found| text(metric, found.mean))
}

/// All experiments in Markdown: title, tables, sentences.
pub fn markdown(setup: &Setup, summary: &Summary) -> String {
    let mut page = String::new();
    for (index, experiment) in setup.benchmark.experiments.iter().enumerate() {
        page.push_str(&format!("#### {}\n\n", experiment.title));
        for table in tables(setup, summary, index) {
            page.push_str(&format!("{}\n\n{}\n", table.caption, table.markdown()));
        }
        let sentences = losses(setup, summary, index);
        if !sentences.is_empty() {
            page.push_str(&format!("{}\n\n", sentences.join(" ")));
        }
    }
    page
}
