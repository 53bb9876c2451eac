//! Arrays of some sizes: their modules one by one, or the whole.

use dysta_config::accelerator::Accelerator;
use dysta_generator::emit::rtl_files;
use dysta_generator::estimate::{Amount, Model, Table};
use dysta_generator::graph::Cost;
use dysta_generator::graph::passes::estimate;
use dysta_generator::lower::{self, Design};
use dysta_sim::synthesis::{Area, Cells};

use crate::synthesis::{Part, Yosys, parts};

/// The module of an element.
const ELEMENT: &str = "dysta_pe";

/// An array with its synthesis.
pub struct ArraySample {
    accelerator: Accelerator,
    design: Design,
    /// The array; its blocks keep their borders.
    pub area: Area,
    /// Its modules, where asked for.
    pub parts: Vec<Part>,
    /// One of its elements, flattened, where modules were asked for.
    pub element: Area,
}

impl ArraySample {
    /// Synthesises an array: its modules by themselves when `by_module`, else its blocks.
    pub fn new(accelerator: Accelerator, yosys: &Yosys, by_module: bool) -> Self {
        let design = lower::array(&accelerator).expect("a design");
        let files = rtl_files(&design).expect("text");
        // The first line says nothing about the logic, it is a banner where there is one.
        let files: Vec<(String, String)> = files
            .into_iter()
            .map(|file| (file.name, format!("\n{}", file.text)))
            .collect();
        let synth = format!("synth_xilinx -family xc7 -top {}", design.top);
        let script = match by_module {
            true => format!("{synth}; stat"),
            false => format!(
                "hierarchy -top {}; {}; {synth} -flatten; stat",
                design.top,
                borders(&design)
            ),
        };
        let text = yosys.run(&files, &script);
        let element = match by_module {
            true => {
                let flat = format!("synth_xilinx -family xc7 -top {ELEMENT} -flatten; stat");
                Cells::parse(&yosys.run(&files, &flat))
                    .expect("a table of cells")
                    .area()
            }
            false => Area::default(),
        };
        Self {
            accelerator,
            element,
            area: Cells::parse(&text).expect("a table of cells").area(),
            parts: if by_module {
                parts(&design, &text)
            } else {
                Vec::new()
            },
            design,
        }
    }

    /// Its sizes in a line.
    pub fn name(&self) -> String {
        let a = &self.accelerator;
        format!(
            "{} x {} elements, {} chunks, {} weight columns, {} weights, {} sums, {} words ahead",
            a.rows,
            a.columns,
            1_u32 << a.chunk_bits,
            1_u32 << a.segment_bits,
            1_u32 << a.entry_bits,
            1_u32 << a.sum_bits,
            a.prefetch_words
        )
    }

    /// Every kind of block: how often it stands there, and one of them by a table.
    pub fn blocks(&self, table: &Table) -> Vec<(String, u32, Cost)> {
        let model = Model::of_blocks(table, &self.design.printed);
        let mut blocks: Vec<(String, u32, Cost)> = Vec::new();
        for (_, node) in self
            .design
            .graph
            .nodes()
            .filter(|(_, node)| !node.is_port())
        {
            let cost = model.cost(&node.module, &node.params);
            match blocks
                .iter_mut()
                .find(|(name, _, of)| *name == node.module && *of == cost)
            {
                Some((_, count, _)) => *count += 1,
                None => blocks.push((node.module.clone(), 1, cost)),
            }
        }
        blocks
    }

    /// An element by a table, not yet flattened.
    pub fn amount_of_element(&self, table: &Table) -> Amount {
        Model::new(table, &self.design.printed).amount(ELEMENT, &[])
    }

    /// Resources by a table.
    pub fn estimate(&self, table: &Table) -> Cost {
        let mut graph = self.design.graph.clone();
        Model::of_blocks(table, &self.design.printed).price(&mut graph);
        estimate(&graph).cost
    }
}

/// Keeps the borders of the blocks, so that equal ones are mapped once.
fn borders(design: &Design) -> String {
    let nodes = design.graph.nodes().map(|(_, node)| node.module.as_str());
    let mut modules: Vec<&str> = nodes.filter(|module| !module.is_empty()).collect();
    modules.sort_unstable();
    modules.dedup();
    let names = modules
        .iter()
        .map(|name| format!("{name} *\\{name} *\\{name}\\*"));
    let names: Vec<String> = names.collect();
    format!("setattr -mod -set keep_hierarchy 1 {}", names.join(" "))
}
