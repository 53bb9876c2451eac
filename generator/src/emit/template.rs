//! The files that are templates: lists, constraints, header, pages.

use askama::Template;

use super::array::{ArrayFiles, TESTBENCH as ARRAY_TESTBENCH};
use super::registers::{Section, sections};
use super::rtl::{RtlText, banner};
use super::wrapper::{self, Wrapper};
use super::{EmitError, Input, TESTBENCH, VECTOR_FOLDER, flows};

/// `NAME.f` and `tb.f`: one path a line, relative to the package.
#[derive(Template)]
#[template(path = "package/files.f", syntax = "sv")]
struct FileList<'a> {
    banner: &'a str,
    paths: &'a [String],
}

/// `NAME.core` for FuseSoC.
#[derive(Template)]
#[template(path = "package/package.core", syntax = "sv")]
struct Core<'a> {
    banner: &'a str,
    name: &'a str,
    version: &'a str,
    description: &'a str,
    top: &'a str,
    wrapper: &'a str,
    wrapper_path: String,
    part: &'a str,
    rtl: &'a [String],
    vectors: Vec<String>,
    array: Option<ArrayFiles>,
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
    wrapper: &'a str,
    policy: &'a str,
    modules: &'a [RtlText],
    requests: usize,
    events: usize,
    capacity: u32,
    array: Option<ArrayText>,
}

/// What the page tells about the array.
struct ArrayText {
    top: String,
    rows: u32,
    columns: u32,
    layers: usize,
    bytes: usize,
}

/// Path and text of every file made from a template.
pub(super) fn files(
    input: &Input<'_>,
    texts: &[RtlText],
) -> Result<Vec<(String, String)>, EmitError> {
    let name = input.name;
    let params = &input.scenario.params;
    let banner = &banner(name, params).concat();
    let rtl: Vec<String> = texts.iter().map(RtlText::path).collect();
    let wrapper = Wrapper::new(input.hardware.graph);
    let description =
        &format!("Hardware scheduler for sparse neural networks, configuration {name}");
    let mut files = lists(input, banner, &rtl)?;
    files.extend(array_lists(input, banner)?);
    files.extend(flows::files(input, banner, description, &wrapper, &rtl)?);
    let core = Core {
        banner,
        name,
        version: env!("CARGO_PKG_VERSION"),
        description,
        top: input.hardware.top,
        wrapper: &wrapper.module,
        wrapper_path: wrapper::path(&wrapper.module),
        part: flows::PART,
        rtl: &rtl,
        vectors: vectors(input),
        array: input.array.as_ref().map(|array| array.listed(&rtl)),
    };
    files.extend([
        (wrapper::path(&wrapper.module), wrapper.text(banner)?),
        ("doc/wrapper.md".to_owned(), wrapper.page(name)?),
        (format!("{name}.core"), ended(&core)?),
        (
            "README.md".to_owned(),
            ended(&readme(input, banner, &wrapper, texts))?,
        ),
    ]);
    Ok(files)
}

/// File lists, and the table layout as header and page.
fn lists(
    input: &Input<'_>,
    banner: &str,
    rtl: &[String],
) -> Result<Vec<(String, String)>, EmitError> {
    let name = input.name;
    let tb: Vec<String> = rtl.iter().cloned().chain([TESTBENCH.to_owned()]).collect();
    let sections = &sections(name, &input.scenario.params, input.scenario.clock_hz);
    let list = |paths| ended(&FileList { banner, paths });
    Ok(vec![
        (format!("{name}.f"), list(rtl)?),
        ("tb.f".to_owned(), list(&tb)?),
        (
            "sw/dysta_regs.h".to_owned(),
            ended(&Header { banner, sections })?,
        ),
        (
            "doc/registers.md".to_owned(),
            ended(&Registers { name, sections })?,
        ),
    ])
}

/// `NAME_array.f` and `tb_array.f`, where there is an array.
fn array_lists(input: &Input<'_>, banner: &str) -> Result<Vec<(String, String)>, EmitError> {
    let Some(array) = &input.array else {
        return Ok(Vec::new());
    };
    let rtl = array.paths();
    let bench: Vec<String> = rtl
        .iter()
        .cloned()
        .chain([ARRAY_TESTBENCH.to_owned()])
        .collect();
    let list = |paths: &[String]| ended(&FileList { banner, paths });
    Ok(vec![
        (format!("{}_array.f", input.name), list(&rtl)?),
        ("tb_array.f".to_owned(), list(&bench)?),
    ])
}

/// Renders a template; askama drops the newline at its end.
pub(super) fn ended(template: &impl Template) -> Result<String, askama::Error> {
    let mut text = template.render()?;
    text.push('\n');
    Ok(text)
}

fn vectors(input: &Input<'_>) -> Vec<String> {
    let names = input.vectors.files().into_iter();
    names
        .map(|(name, _)| format!("{VECTOR_FOLDER}{name}"))
        .collect()
}

fn readme<'a>(
    input: &Input<'a>,
    banner: &'a str,
    wrapper: &'a Wrapper,
    modules: &'a [RtlText],
) -> Readme<'a> {
    let spec = &input.scenario.params.spec;
    Readme {
        banner,
        name: input.name,
        top: input.hardware.top,
        wrapper: &wrapper.module,
        policy: &spec.policy.name,
        modules,
        requests: input.vectors.requests.len(),
        events: input.vectors.expected.len(),
        capacity: spec.capacity,
        array: input.array.as_ref().map(|array| ArrayText {
            top: array.hardware.top.to_owned(),
            rows: array.accelerator.rows,
            columns: array.accelerator.columns,
            layers: array.vectors.layers(),
            bytes: array.vectors.bytes(),
        }),
    }
}
