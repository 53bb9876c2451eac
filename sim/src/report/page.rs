//! The report of a benchmark.

use dysta_config::benchmark::Experiment;
use dysta_config::fields::raw::{Intensity, Metric};

use super::element::{Element, escaped};
use super::figure::{Figure, STYLE};
use super::plot::{Plot, Series, Value, dots, lines, scatter};
use super::table::{by_model, table};
use crate::bench::measure::{shown, title};
use crate::bench::text::{common, losses, tables, varying};
use crate::bench::{Entry, Group, Setup, Summary};

/// The whole file. `gantt` is a figure of one run, see [`super::gantt`].
pub fn page(setup: &Setup, summary: &Summary, gantt: Option<Figure>) -> String {
    let benchmark = &setup.benchmark;
    let styles = Styles::new(summary);
    let experiments = benchmark.experiments.iter().enumerate();
    let sections = experiments.map(|(index, _)| section(setup, summary, &styles, index));
    let body = Element::new("main")
        .child(Element::of_text("h1", &benchmark.title))
        .child(Element::of_text("p", about(setup)))
        .child(contents(setup, gantt.is_some()))
        .with(sections)
        .with(gantt.map(run_section))
        .child(provenance(setup));
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" href=\"data:,\">\n\
         <title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n{}</body>\n</html>\n",
        escaped(&benchmark.title),
        body.print()
    )
}

fn about(setup: &Setup) -> String {
    let benchmark = &setup.benchmark;
    let level = benchmark.confidence * 100.0;
    format!(
        "Means over {} seeds; brackets and bands are {level} % bootstrap intervals. All policies run on the same requests. A place is \
         given, and the best value set in bold, only where the interval of every paired difference leaves out 0.",
        benchmark.seeds
    )
}

/// A style for each label, so that a policy looks the same in all figures.
struct Styles(Vec<String>);

impl Styles {
    fn new(summary: &Summary) -> Self {
        let mut labels: Vec<String> = Vec::new();
        for entry in summary.groups.iter().flat_map(|group| &group.entries) {
            if !labels.contains(&entry.label) {
                labels.push(entry.label.clone());
            }
        }
        Self(labels)
    }

    fn of(&self, label: &str) -> usize {
        self.0.iter().position(|known| known == label).unwrap_or(0)
    }
}

fn contents(setup: &Setup, run: bool) -> Element {
    let link = |anchor: &str, text: &str| {
        let link = Element::of_text("a", text).set("href", format!("#{anchor}"));
        Element::new("li").child(link)
    };
    let experiments = setup.benchmark.experiments.iter();
    let list = Element::new("ul")
        .with(experiments.map(|experiment| link(&experiment.name, &experiment.title)))
        .with(run.then(|| link("run", "One run")))
        .child(link("provenance", "Provenance"));
    Element::new("nav")
        .set("aria-label", "Contents")
        .child(list)
}

fn section(setup: &Setup, summary: &Summary, styles: &Styles, index: usize) -> Element {
    let experiment = &setup.benchmark.experiments[index];
    let groups: Vec<&Group> = summary.of_experiment(index).collect();
    let figures = of_experiment(experiment, &groups, styles);
    Element::new("section")
        .set("id", &experiment.name)
        .child(Element::of_text("h2", &experiment.title))
        .with(
            losses(setup, summary, index)
                .into_iter()
                .map(|text| Element::of_text("p", plain(&text))),
        )
        .child(
            Element::new("div")
                .class("figures")
                .with(figures.iter().map(Figure::html)),
        )
        .with(tables(setup, summary, index).iter().map(table))
        .with(by_model(&groups))
}

fn of_experiment(experiment: &Experiment, groups: &[&Group], styles: &Styles) -> Vec<Figure> {
    let workloads = 0..experiment.workloads.len();
    let of_workload = workloads.flat_map(|workload| {
        let groups = groups.iter().filter(|group| group.workload == workload);
        figures(experiment, &groups.copied().collect::<Vec<_>>(), styles)
    });
    of_workload.collect()
}

/// All drawings of a benchmark, each with a name made of that of its experiment and its number in it from 1.
pub fn drawings(setup: &Setup, summary: &Summary) -> Vec<(String, Figure)> {
    let styles = Styles::new(summary);
    let experiments = setup.benchmark.experiments.iter().enumerate();
    let named = experiments.flat_map(|(index, experiment)| {
        let groups: Vec<&Group> = summary.of_experiment(index).collect();
        let figures = of_experiment(experiment, &groups, &styles)
            .into_iter()
            .enumerate();
        let name = &experiment.name;
        figures.map(move |(number, figure)| (format!("{name}_{}", number + 1), figure))
    });
    named.collect()
}

/// Markdown's code marks mean nothing here.
fn plain(text: &str) -> String {
    text.replace('`', "")
}

/// The figures of one workload: lines over what varies in three or more steps, else clouds of the first two measures, else rows of dots.
fn figures(experiment: &Experiment, groups: &[&Group], styles: &Styles) -> Vec<Figure> {
    let over_intensity = experiment.intensities.len() > 2;
    let over_slo = experiment.slo_multipliers.len() > 2;
    let several = groups.len() > 1;
    match (over_intensity, over_slo) {
        (true, _) if several => sweeps(experiment, groups, styles, Sweep::Intensity),
        (false, true) if several => sweeps(experiment, groups, styles, Sweep::Slo),
        _ => groups
            .iter()
            .flat_map(|group| single(experiment, group, styles))
            .collect(),
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Sweep {
    Intensity,
    Slo,
}

/// One figure for each measure and each value of what does not run along the axis.
fn sweeps(
    experiment: &Experiment,
    groups: &[&Group],
    styles: &Styles,
    sweep: Sweep,
) -> Vec<Figure> {
    let fixed = |group: &Group| match sweep {
        Sweep::Intensity => group.slo_multiplier,
        Sweep::Slo => group.intensity.and_then(intensity_value),
    };
    let mut parts: Vec<Vec<&Group>> = Vec::new();
    for group in groups {
        match parts.iter_mut().find(|part| fixed(part[0]) == fixed(group)) {
            Some(part) => part.push(group),
            None => parts.push(vec![group]),
        }
    }
    let figure =
        |part: &Vec<&Group>, metric: Metric| lines(&sweep_plot(part, metric, styles, sweep));
    let figures = parts
        .iter()
        .flat_map(|part| experiment.metrics.iter().map(move |&m| figure(part, m)));
    figures.collect()
}

fn sweep_plot(groups: &[&Group], metric: Metric, styles: &Styles, sweep: Sweep) -> Plot {
    let at = |group: &Group| match sweep {
        Sweep::Intensity => group.intensity.and_then(intensity_value).unwrap_or(0.0),
        Sweep::Slo => group.slo_multiplier.unwrap_or(0.0),
    };
    let series = groups[0]
        .entries
        .iter()
        .enumerate()
        .map(|(index, entry)| Series {
            name: entry.label.clone(),
            style: styles.of(&entry.label),
            points: groups
                .iter()
                .map(|group| (exactly(at(group)), value(&group.entries[index], metric)))
                .collect(),
        });
    Plot {
        title: format!("{}: {}", common(groups).join(", "), title(metric)),
        description: format!(
            "{} against {}, one line for each policy",
            title(metric),
            axis_name(groups[0], sweep)
        ),
        x: axis_name(groups[0], sweep).to_owned(),
        y: title(metric).to_owned(),
        series: series.collect(),
    }
}

fn axis_name(group: &Group, sweep: Sweep) -> &'static str {
    match (sweep, group.intensity) {
        (Sweep::Slo, _) => "SLO (isolated latencies)",
        (Sweep::Intensity, Some(Intensity::RatePerS(_))) => "arrivals (requests/s)",
        (Sweep::Intensity, _) => "offered load",
    }
}

fn intensity_value(intensity: Intensity) -> Option<f64> {
    match intensity {
        Intensity::Load(value) | Intensity::RatePerS(value) => Some(value),
        Intensity::AsGiven => None,
    }
}

fn single(experiment: &Experiment, group: &Group, styles: &Styles) -> Vec<Figure> {
    let conditions = group.conditions.join(", ");
    match experiment.metrics.as_slice() {
        [first, second, rest @ ..] if group.entries.len() > 2 => {
            let cloud = scatter(&cloud(&conditions, group, (*first, *second), styles));
            let rest = rest
                .iter()
                .map(|&metric| dots(&rows(&conditions, group, metric, styles)));
            std::iter::once(cloud).chain(rest).collect()
        }
        metrics => {
            let rows = metrics
                .iter()
                .map(|&metric| rows(&conditions, group, metric, styles));
            rows.map(|plot| dots(&plot)).collect()
        }
    }
}

fn cloud(conditions: &str, group: &Group, metrics: (Metric, Metric), styles: &Styles) -> Plot {
    let (y, x) = metrics;
    let series = group.entries.iter().map(|entry| Series {
        name: entry.label.clone(),
        style: styles.of(&entry.label),
        points: vec![(value(entry, x), value(entry, y))],
    });
    Plot {
        title: format!("{conditions}: {} against {}", title(y), title(x)),
        description: "one point for each policy; whiskers are intervals".to_owned(),
        x: title(x).to_owned(),
        y: title(y).to_owned(),
        series: series.collect(),
    }
}

fn rows(conditions: &str, group: &Group, metric: Metric, styles: &Styles) -> Plot {
    let series = group.entries.iter().map(|entry| Series {
        name: entry.label.clone(),
        style: styles.of(&entry.label),
        points: vec![(exactly(0.0), value(entry, metric))],
    });
    Plot {
        title: format!("{conditions}: {}", title(metric)),
        description: "one row for each variant; whiskers are intervals".to_owned(),
        x: String::new(),
        y: title(metric).to_owned(),
        series: series.collect(),
    }
}

fn exactly(mean: f64) -> Value {
    Value {
        mean,
        low: mean,
        high: mean,
    }
}

fn value(entry: &Entry, metric: Metric) -> Value {
    let found = entry.estimates.get(&metric);
    let [mean, low, high] =
        found.map_or([f64::NAN; 3], |found| [found.mean, found.low, found.high]);
    Value {
        mean: shown(metric, mean),
        low: shown(metric, low),
        high: shown(metric, high),
    }
}

fn run_section(gantt: Figure) -> Element {
    Element::new("section")
        .set("id", "run")
        .child(Element::of_text("h2", "One run"))
        .child(Element::of_text(
            "p",
            "A row for each request: the line is its stay, bars are its layers, the tick is its deadline.",
        ))
        .child(gantt.html())
}

fn provenance(setup: &Setup) -> Element {
    let benchmark = &setup.benchmark;
    let last = benchmark.first_seed + u64::from(benchmark.seeds) - 1;
    let workloads: Vec<&str> = {
        let all = benchmark
            .experiments
            .iter()
            .flat_map(|experiment| &experiment.workloads);
        let mut names: Vec<&str> = all.map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        names
    };
    let facts = [
        ("Benchmark", benchmark.name.clone()),
        ("Configuration digest", setup.digest().to_owned()),
        ("Version", format!("dysta {}", env!("CARGO_PKG_VERSION"))),
        ("Seeds", format!("{} to {last}", benchmark.first_seed)),
        ("Points", setup.points().len().to_string()),
        ("Workloads", workloads.join(", ")),
        (
            "Origin of the figures",
            "model: event simulation in double precision; number formats: the golden model of the hardware".to_owned(),
        ),
        (
            "Origin of the traces",
            "sparsity measured on real networks or synthetic (eyerissv2_*, sanger_*); latencies computed".to_owned(),
        ),
    ];
    let list =
        facts.map(|(name, fact)| [Element::of_text("dt", name), Element::of_text("dd", fact)]);
    Element::new("section")
        .set("id", "provenance")
        .child(Element::of_text("h2", "Provenance"))
        .child(Element::new("dl").with(list.into_iter().flatten()))
}

/// The conditions of a group for the heading of a picture of a run.
pub fn run_title(group: &Group, entry: &Entry, seed: u64) -> String {
    format!("{} under {}, seed {seed}", varying(group, &[]), entry.label)
}
