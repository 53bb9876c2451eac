//! The report of a benchmark, with a picture of one of its runs.

use dysta_config::fields::raw::Measure;
use dysta_sim::bench::{Point, Setup, Summary};
use dysta_sim::report::figure::Figure;
use dysta_sim::report::gantt::{Window, busiest, gantt};
use dysta_sim::report::page;

use super::MilliSeconds;

/// Requests of the picture where no window is asked for.
const REQUESTS: usize = 16;
/// The policy whose run is drawn, if it is there.
const POLICY: &str = "dysta";

/// The page as text.
pub fn html(
    window: Option<MilliSeconds>,
    setup: &Setup,
    summary: &Summary,
) -> anyhow::Result<String> {
    let picture = drawn_point(setup).map(|point| picture(window, setup, summary, &point));
    Ok(page::page(setup, summary, picture.transpose()?))
}

/// The first point of the policy that is drawn, else the first run.
fn drawn_point(setup: &Setup) -> Option<Point> {
    let points = setup.points();
    let is_run = |point: &&Point| setup.experiment(point).measure == Measure::Runs;
    let is_drawn =
        |point: &&Point| setup.experiment(point).policies[point.cell.series.policy].value == POLICY;
    let mut runs = points.iter().filter(is_run);
    let first = runs.clone().next();
    runs.find(is_drawn).or(first).cloned()
}

fn picture(
    window: Option<MilliSeconds>,
    setup: &Setup,
    summary: &Summary,
    point: &Point,
) -> anyhow::Result<Figure> {
    let run = setup.record(point)?;
    let window = match window {
        Some(window) => Window {
            from_s: window.from / 1e3,
            to_s: window.to / 1e3,
        },
        None => busiest(&run, REQUESTS),
    };
    let profiles = setup.supply(point).profiles().list().iter();
    let names: Vec<String> = profiles.map(|profile| profile.name.clone()).collect();
    Ok(gantt(title(summary, point), &run, &names, window))
}

fn title(summary: &Summary, point: &Point) -> String {
    let of = |group: &&dysta_sim::bench::Group| {
        let cell = &point.cell;
        group.experiment == point.experiment
            && group.workload == cell.workload
            && group.intensity == cell.intensity
            && group.slo_multiplier == cell.slo_multiplier
    };
    let group = summary.groups.iter().find(of);
    let found = group.and_then(|group| {
        let entry = group
            .entries
            .iter()
            .find(|entry| entry.series == point.cell.series)?;
        Some(page::run_title(group, entry, point.seed))
    });
    found.unwrap_or_default()
}
