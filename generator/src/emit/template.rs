//! The files that are templates: lists, constraints, header, pages.

use askama::Template;

use super::registers::{Section, sections};
use super::rtl::{RtlText, banner};
use super::{EmitError, Input, TESTBENCH, VECTOR_FOLDER};

/// `NAME.f` and `tb.f`: one path a line, relative to the package.
#[derive(Template)]
#[template(path = "package/files.f", syntax = "sv")]
struct FileList<'a> {
    banner: &'a str,
    paths: &'a [String],
}

/// `constraints/NAME.sdc`.
#[derive(Template)]
#[template(path = "package/clock.sdc", syntax = "sv")]
struct Constraints<'a> {
    banner: &'a str,
    mhz: String,
    period_ns: String,
}

/// `NAME.core` for FuseSoC.
#[derive(Template)]
#[template(path = "package/package.core", syntax = "sv")]
struct Core<'a> {
    banner: &'a str,
    name: &'a str,
    version: &'a str,
    top: &'a str,
    rtl: &'a [String],
    vectors: &'a [String],
}

/// `sw/dysta_regs.h`.
#[derive(Template)]
#[template(path = "package/dysta_regs.h", syntax = "sv")]
struct Header<'a> {
    banner: &'a str,
    sections: &'a [Section],
}

/// `doc/registers.md`.
#[derive(Template)]
#[template(path = "package/registers.md", syntax = "sv")]
struct Registers<'a> {
    name: &'a str,
    sections: &'a [Section],
}

/// `README.md` of the package.
#[derive(Template)]
#[template(path = "package/README.md", syntax = "sv")]
struct Readme<'a> {
    banner: &'a str,
    name: &'a str,
    top: &'a str,
    policy: &'a str,
    modules: &'a [RtlText],
    requests: usize,
    events: usize,
    capacity: u32,
}

/// Path and text of every file made from a template.
pub(super) fn files(
    input: &Input<'_>,
    texts: &[RtlText],
) -> Result<Vec<(String, String)>, EmitError> {
    let name = input.name;
    let params = &input.scenario.params;
    let banner = banner(name, params).concat();
    let rtl: Vec<String> = texts.iter().map(RtlText::path).collect();
    let tb: Vec<String> = rtl.iter().cloned().chain([TESTBENCH.to_owned()]).collect();
    let sections = sections(name, params, input.scenario.clock_hz);
    let list = |paths| FileList {
        banner: &banner,
        paths,
    };
    let header = Header {
        banner: &banner,
        sections: &sections,
    };
    let registers = Registers {
        name,
        sections: &sections,
    };
    Ok(vec![
        (format!("{name}.f"), text(&list(&rtl))?),
        ("tb.f".to_owned(), text(&list(&tb))?),
        (
            format!("constraints/{name}.sdc"),
            text(&constraints(input, &banner))?,
        ),
        (format!("{name}.core"), core(input, &banner, &rtl)?),
        ("sw/dysta_regs.h".to_owned(), text(&header)?),
        ("doc/registers.md".to_owned(), text(&registers)?),
        (
            "README.md".to_owned(),
            text(&readme(input, &banner, texts))?,
        ),
    ])
}

/// Renders a template; askama drops the newline at its end.
fn text(template: &impl Template) -> Result<String, EmitError> {
    let mut text = template.render()?;
    text.push('\n');
    Ok(text)
}

fn constraints<'a>(input: &Input<'_>, banner: &'a str) -> Constraints<'a> {
    let clock_hz = input.scenario.clock_hz as f64;
    Constraints {
        banner,
        mhz: format!("{}", clock_hz / 1e6),
        period_ns: format!("{:.3}", 1e9 / clock_hz),
    }
}

fn core(input: &Input<'_>, banner: &str, rtl: &[String]) -> Result<String, EmitError> {
    let vectors = input
        .vectors
        .files()
        .map(|(name, _)| format!("{VECTOR_FOLDER}{name}"));
    text(&Core {
        banner,
        name: input.name,
        version: env!("CARGO_PKG_VERSION"),
        top: input.hardware.top,
        rtl,
        vectors: &vectors,
    })
}

fn readme<'a>(input: &Input<'a>, banner: &'a str, modules: &'a [RtlText]) -> Readme<'a> {
    let spec = &input.scenario.params.spec;
    Readme {
        banner,
        name: input.name,
        top: input.hardware.top,
        policy: &spec.policy.name,
        modules,
        requests: input.vectors.requests.len(),
        events: input.vectors.expected.len(),
        capacity: spec.capacity,
    }
}
