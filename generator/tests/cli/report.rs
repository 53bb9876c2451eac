//! The report in a browser: wide and narrow, light and dark, every figure, nothing that overflows, no complaint, no request.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::tool::{dysta, folder};

/// Shows the report in frames of two widths and two schemes, measures them and puts what was found into the page. The complaint in the
/// script proves that complaints are heard.
const PROBE: &str = r#"<!DOCTYPE html><html><body>
<iframe src="report.html" width="1280" height="900" style="border:0;color-scheme:light"></iframe>
<iframe src="report.html" width="400" height="900" style="border:0;color-scheme:light"></iframe>
<iframe src="report.html" width="1280" height="900" style="border:0;color-scheme:dark"></iframe>
<iframe src="report.html" width="400" height="900" style="border:0;color-scheme:dark"></iframe>
<pre id="found"></pre>
<script>
window.onload = () => {
  const size = element => { const box = element.getBoundingClientRect(); return [box.left, box.right, box.height]; };
  const found = [...document.querySelectorAll("iframe")].map(frame => {
    const page = frame.contentDocument;
    const all = selector => [...page.querySelectorAll(selector)];
    return {
      width: frame.clientWidth,
      scroll_width: page.documentElement.scrollWidth,
      paper: frame.contentWindow.getComputedStyle(page.body).backgroundColor,
      figures: all("figure > svg").map(size),
      titles: all("figure > svg > title").length,
      text: Math.min(...all("figure > svg").map(svg => svg.getBoundingClientRect().width / svg.viewBox.baseVal.width * 12)),
      marks: all(".mark, .bar").filter(mark => frame.contentWindow.getComputedStyle(mark).fill === "none").length,
      broken: all("nav a").filter(link => !page.getElementById(link.hash.slice(1))).length,
      foreign: all("script, img, iframe, object, [src], link:not([href^='data:'])").length,
      unnamed: all("table").filter(table => !table.caption || !table.querySelector("th[scope]")).length,
    };
  });
  document.getElementById("found").textContent = JSON.stringify(found);
  console.error("heard");
};
</script></body></html>
"#;

/// What the browser found, and what it complained about.
fn look(folder: &Path) -> (Value, Vec<String>) {
    let arguments = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
    ];
    let more = [
        "--allow-file-access-from-files",
        "--enable-logging=stderr",
        "--virtual-time-budget=20000",
    ];
    let mut browser = Command::new("chromium");
    browser
        .args(arguments)
        .args(more)
        .arg(format!("--user-data-dir={}/profile", folder.display()));
    let page = format!("file://{}/probe.html", folder.display());
    let output = browser
        .args(["--dump-dom", &page])
        .env("HOME", folder)
        .output();
    let output = output.expect("chromium starts; `dysta doctor` tells how to install it");
    let dom = String::from_utf8_lossy(&output.stdout).into_owned();
    let found = dom
        .split("<pre id=\"found\">")
        .nth(1)
        .and_then(|rest| rest.split("</pre>").next());
    let complaints = String::from_utf8_lossy(&output.stderr).into_owned();
    let complaints = complaints
        .lines()
        .filter(|line| line.contains("CONSOLE"))
        .map(str::to_owned);
    let found = serde_json::from_str(found.unwrap_or_default());
    (
        found.unwrap_or_else(|error| panic!("{error}\n{dom}")),
        complaints.collect(),
    )
}

/// One experiment for each kind of plot.
const PLOTS: &str = "\
seeds: 6
requests: 60
experiments:
  - name: lines
    title: Lines over loads
    workloads: [tiny]
    policies: [fcfs, edf, dysta]
    loads: [0.5, 0.8, 1.1]
  - name: cloud
    title: Violations & ANTT
    workloads: [tiny]
    policies: [fcfs, edf, dysta, slack_srpt, slack_ramp, prema, planaria, sdrm3]
    loads: [1.1]
  - name: dots
    title: Rows of dots
    workloads: [tiny]
    loads: [0.9]
    numerics: [f64, fixed]
    metrics: [queue_mean]
";
/// Two of lines, a cloud, dots, and the picture of a run.
const FIGURES: usize = 5;

#[test]
fn a_browser_shows_every_figure_at_every_width_and_scheme() {
    let folder = folder();
    let path = folder.path().canonicalize().expect("a folder");
    fs::write(path.join("plots.yaml"), PLOTS).expect("written");
    let run = dysta(&path, "bench plots.yaml --report report.html");
    assert_eq!(run.code, 0, "{}", run.stderr);
    fs::write(path.join("probe.html"), PROBE).expect("written");
    let (found, complaints) = look(&path);
    assert_eq!(complaints.len(), 1, "{complaints:?}");
    assert!(complaints[0].contains("heard"), "{complaints:?}");
    let frames = found.as_array().expect("a list");
    assert_eq!(frames.len(), 4);
    for frame in frames {
        let number = |key: &str| frame[key].as_f64().expect(key);
        assert!(
            number("scroll_width") <= number("width"),
            "it overflows: {frame}"
        );
        let figures = frame["figures"].as_array().expect("figures");
        assert_eq!(
            (figures.len(), number("titles")),
            (FIGURES, FIGURES as f64),
            "{frame}"
        );
        for figure in figures {
            let side = |index: usize| figure[index].as_f64().expect("a side");
            assert!(
                side(0) >= 0.0 && side(1) <= number("width") && side(2) > 50.0,
                "{figure}"
            );
        }
        assert!(number("text") >= 9.5, "letters are too small: {frame}");
        for key in ["marks", "broken", "foreign", "unnamed"] {
            assert_eq!(number(key), 0.0, "{key}: {frame}");
        }
    }
    let paper = |index: usize| frames[index]["paper"].as_str().expect("a colour");
    assert_eq!([paper(0), paper(1)], ["rgb(255, 255, 255)"; 2]);
    assert_eq!([paper(2), paper(3)], ["rgb(20, 23, 27)"; 2]);
}
