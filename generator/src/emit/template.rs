//! The files that are templates: lists, constraints, header, pages.

use askama::Template;

use super::array::{ArrayFiles, TESTBENCH as ARRAY_TESTBENCH};
use super::devices::{Device, Devices};
use super::flows::Core;
use super::registers::{Section, sections};
use super::rtl::{Hardware, RtlText, banner};
use super::wrapper::{self, Wrapper};
use super::{ArrayInput, EmitError, Input, TESTBENCH, VECTOR_FOLDER};
use crate::leaf::Leaf;
use crate::vlog::Module;

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
struct Fusesoc<'a> {
    core: &'a Core<'a>,
    version: &'a str,
    devices: [Device; 2],
    part: &'a str,
    vectors: Vec<String>,
    array: Option<(&'a Core<'a>, ArrayFiles)>,
}

impl Fusesoc<'_> {
    /// Suffix of the sets of constraints, and name of their files.
    fn constrained(&self) -> Vec<(&str, &str)> {
        let array = self.array.iter().map(|(core, _)| ("_array", core.name));
        [("", self.core.name)].into_iter().chain(array).collect()
    }
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
    core: &'a Core<'a>,
    devices: [Device; 2],
    /// Board of the device for Vivado.
    board: &'a str,
    policy: &'a str,
    modules: &'a [RtlText],
    requests: usize,
    events: usize,
    capacity: u32,
    array: Option<ArrayText<'a>>,
}

/// What the page tells about the array.
struct ArrayText<'a> {
    core: &'a Core<'a>,
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
    let banner = &banner(name, &input.scenario.params).concat();
    let rtl: Vec<String> = texts.iter().map(RtlText::path).collect();
    let wrapper = Wrapper::new(input.hardware.graph);
    let devices = Devices::new(input.target)?;
    let core = Core {
        banner,
        name,
        description: &format!(
            "Hardware scheduler for sparse neural networks, configuration {name}"
        ),
        module: top(input.hardware)?,
        wrapper: &wrapper,
        rtl: &rtl,
        clock_hz: input.scenario.clock_hz,
        folder: "",
    };
    let mut files = lists(input, banner, &rtl)?;
    files.extend(array_lists(input, banner)?);
    files.extend(packaged(&core, &devices)?);
    files.extend(core.leaf_constraints(input.hardware.leaves)?);
    let parts = input
        .array
        .as_ref()
        .map(|array| ArrayParts::new(input, array));
    let array = parts.as_ref().map(|parts| parts.core(input)).transpose()?;
    if let Some(core) = &array {
        files.extend(packaged(core, &devices)?);
    }
    if let (Some(core), Some(array)) = (&array, &input.array) {
        let is_shared = |leaf: &&Leaf| input.hardware.leaves.iter().any(|l| l.name == leaf.name);
        let own = array.hardware.leaves.iter().copied();
        let own: Vec<&Leaf> = own.filter(|leaf| !is_shared(leaf)).collect();
        files.extend(core.leaf_constraints(&own)?);
    }
    let listed = input.array.as_ref().map(|array| array.listed(&rtl));
    let fusesoc = Fusesoc {
        core: &core,
        version: env!("CARGO_PKG_VERSION"),
        devices: devices.both(),
        part: &devices.vivado.part,
        vectors: vectors(input),
        array: array.as_ref().zip(listed),
    };
    let readme = readme(input, &core, array.as_ref(), &devices, texts);
    files.push((format!("{name}.core"), ended(&fusesoc)?));
    files.push(("README.md".to_owned(), ended(&readme)?));
    Ok(files)
}

/// The printed module of the top.
fn top(hardware: Hardware<'_>) -> Result<&Module, EmitError> {
    let top = hardware.printed.iter().find(|m| m.name == hardware.top);
    top.ok_or_else(|| EmitError::NoTop {
        name: hardware.top.to_owned(),
    })
}

/// Scripts and constraints of a top, its wrapper and the page of that.
fn packaged(core: &Core<'_>, devices: &Devices) -> Result<Vec<(String, String)>, EmitError> {
    let (wrapper, module) = (core.wrapper, &core.wrapper.module);
    let mut files = core.files(devices)?;
    files.push((wrapper::path(module), wrapper.text(core.banner)?));
    files.push((wrapper::page(module), wrapper.page(core.name, core.folder)?));
    Ok(files)
}

/// What the files of the array name.
struct ArrayParts<'a> {
    hardware: Hardware<'a>,
    name: String,
    banner: String,
    description: String,
    wrapper: Wrapper,
    rtl: Vec<String>,
}

impl<'a> ArrayParts<'a> {
    fn new(input: &Input<'_>, array: &ArrayInput<'a>) -> Self {
        let name = input.name;
        Self {
            hardware: array.hardware,
            name: format!("{name}_array"),
            banner: array.banner(name).concat(),
            description: format!("Sparse compute array for neural networks, configuration {name}"),
            wrapper: Wrapper::new(array.hardware.graph),
            rtl: array.paths(),
        }
    }

    fn core(&self, input: &Input<'_>) -> Result<Core<'_>, EmitError> {
        Ok(Core {
            banner: &self.banner,
            name: &self.name,
            description: &self.description,
            module: top(self.hardware)?,
            wrapper: &self.wrapper,
            rtl: &self.rtl,
            clock_hz: input.scenario.clock_hz,
            folder: "array/",
        })
    }
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
    core: &'a Core<'a>,
    array: Option<&'a Core<'a>>,
    devices: &'a Devices,
    modules: &'a [RtlText],
) -> Readme<'a> {
    let spec = &input.scenario.params.spec;
    Readme {
        core,
        devices: devices.both(),
        board: &devices.vivado.title,
        policy: &spec.policy.name,
        modules,
        requests: input.vectors.requests.len(),
        events: input.vectors.expected.len(),
        capacity: spec.capacity,
        array: input
            .array
            .as_ref()
            .zip(array)
            .map(|(array, core)| ArrayText {
                core,
                rows: array.accelerator.rows,
                columns: array.accelerator.columns,
                layers: array.vectors.layers(),
                bytes: array.vectors.bytes(),
            }),
    }
}
