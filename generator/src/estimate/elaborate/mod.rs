//! A printed module as gates, carry chains, registers and instances.

mod block;
mod register;
mod value;

use std::collections::{BTreeMap, BTreeSet};

use super::bits::{Bits, FALSE, Lit, TRUE};
use super::cover;
use crate::vlog::{Direction, Expr, Instance, Item, Module, Width};
use block::targets;

/// What a module is made of, without what its instances are made of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Parts {
    /// Look-up tables of six inputs that cover its logic; those of adders, whose sums leave by the carry chain, included.
    pub(crate) tables: u32,
    /// Bits of operands that are compared by size.
    pub(crate) compared: u32,
    /// Bits of words that a table of constants chooses, for each address bit above the six of a look-up table.
    pub(crate) constants: u32,
    /// Bits of registers with an enable whose next value a condition clears or sets.
    pub(crate) held: u32,
    /// Flip-flops.
    pub(crate) registers: u32,
    /// Module and parameter values of each instance.
    pub(crate) instances: Vec<(String, Vec<(String, u64)>)>,
}

/// Takes a module apart.
pub(crate) fn parts(module: &Module) -> Parts {
    let mut scope = Scope::new(module);
    for item in &module.items {
        match item {
            Item::AlwaysFf { body, .. } => scope.registers(body),
            Item::Instance(instance) => scope.instance(instance),
            _ => {}
        }
    }
    let outputs = module.all_ports();
    let outputs = outputs.filter(|port| port.direction == Direction::Output);
    for port in outputs {
        let value = scope.net(&port.name);
        scope.roots.extend(value);
    }
    let mut parts = scope.parts;
    parts.tables = cover::tables(&scope.bits, &scope.roots);
    parts
}

/// What drives some bits of a net.
#[derive(Debug, Clone, Copy)]
enum Driver {
    /// Bits of an assignment, from `from` up, to bits from `low` up.
    Assign {
        item: usize,
        from: u32,
        low: u32,
        width: u32,
    },
    /// A combinational block.
    Block { item: usize },
}

type Words = BTreeMap<String, Vec<Lit>>;

struct Scope<'a> {
    module: &'a Module,
    widths: BTreeMap<&'a str, (u32, bool)>,
    constants: BTreeMap<&'a str, (u32, u128)>,
    drivers: BTreeMap<String, Vec<Driver>>,
    values: Words,
    assigned: BTreeMap<usize, Vec<Lit>>,
    blocks: BTreeMap<usize, Words>,
    /// Values within the combinational block that is being read.
    local: Option<Words>,
    open: BTreeSet<String>,
    bits: Bits,
    roots: BTreeSet<Lit>,
    parts: Parts,
}

fn bits_of(width: &Width) -> u32 {
    match width {
        Width::Bits(bits) => *bits,
        Width::Of(expr) => literal(expr).map_or(1, |value| value as u32),
    }
}

fn literal(expr: &Expr) -> Option<u128> {
    match expr {
        Expr::Int(value) => Some(u128::from(*value)),
        Expr::Sized { value, .. } => Some(*value),
        _ => None,
    }
}

fn index(expr: &Expr) -> u32 {
    literal(expr).map_or(0, |value| value as u32)
}

fn constant(value: u128, width: u32) -> Vec<Lit> {
    (0..width)
        .map(|bit| match value.checked_shr(bit).unwrap_or(0) & 1 {
            0 => FALSE,
            _ => TRUE,
        })
        .collect()
}

/// `width` bits, sign or zeros above.
fn extended(mut bits: Vec<Lit>, width: u32, signed: bool) -> Vec<Lit> {
    let above = match (signed, bits.last()) {
        (true, Some(top)) => *top,
        _ => FALSE,
    };
    bits.resize(width as usize, above);
    bits
}

impl<'a> Scope<'a> {
    fn new(module: &'a Module) -> Self {
        let mut scope = Self {
            module,
            widths: BTreeMap::new(),
            constants: BTreeMap::new(),
            drivers: BTreeMap::new(),
            values: BTreeMap::new(),
            assigned: BTreeMap::new(),
            blocks: BTreeMap::new(),
            local: None,
            open: BTreeSet::new(),
            bits: Bits::new(),
            roots: BTreeSet::new(),
            parts: Parts::default(),
        };
        for port in module.all_ports() {
            let width = (bits_of(&port.width), port.signed);
            scope.widths.insert(&port.name, width);
        }
        for (number, item) in module.items.iter().enumerate() {
            scope.declare(number, item);
        }
        scope
    }

    fn declare(&mut self, number: usize, item: &'a Item) {
        match item {
            Item::Net(net) => {
                let width = (bits_of(&net.width), net.signed);
                self.widths.insert(&net.name, width);
            }
            Item::Localparam(constant) => {
                let width = constant.width.as_ref().map_or(32, bits_of);
                let value = literal(&constant.value).unwrap_or(0);
                self.constants.insert(&constant.name, (width, value));
            }
            Item::Assign(target, _) => {
                let mut from = 0;
                self.drive(target, number, &mut from);
            }
            Item::AlwaysComb(body) => {
                let mut names = BTreeSet::new();
                targets(body, &mut names);
                for name in names {
                    let driver = Driver::Block { item: number };
                    self.drivers.entry(name).or_default().push(driver);
                }
            }
            _ => {}
        }
    }

    /// Notes which bits of an assignment go where; the last part of a concatenation is the lowest.
    fn drive(&mut self, target: &Expr, item: usize, from: &mut u32) {
        if let Expr::Concat(parts) = target {
            for part in parts.iter().rev() {
                self.drive(part, item, from);
            }
            return;
        }
        if let Some((name, low, width)) = self.place(target) {
            let driver = Driver::Assign {
                item,
                from: *from,
                low,
                width,
            };
            *from += width;
            self.drivers
                .entry(name.to_owned())
                .or_default()
                .push(driver);
        }
    }

    /// Net, lowest bit and width of a target with constant bounds.
    fn place<'e>(&self, target: &'e Expr) -> Option<(&'e str, u32, u32)> {
        match target {
            Expr::Id(name) => Some((name, 0, self.width(target))),
            Expr::Index(base, at) => {
                let Expr::Id(name) = &**base else { return None };
                literal(at).map(|at| (name.as_str(), at as u32, 1))
            }
            Expr::Slice(base, high, low) => {
                let Expr::Id(name) = &**base else { return None };
                let (high, low) = (index(high), index(low));
                Some((name, low, high - low + 1))
            }
            _ => None,
        }
    }

    /// The bits of a net.
    fn net(&mut self, name: &str) -> Vec<Lit> {
        if let Some(word) = self.local.as_ref().and_then(|local| local.get(name)) {
            return word.clone();
        }
        if let Some(word) = self.values.get(name) {
            return word.clone();
        }
        if let Some((width, value)) = self.constants.get(name) {
            return constant(*value, *width);
        }
        let width = self.widths.get(name).map_or(1, |(width, _)| *width);
        if !self.open.insert(name.to_owned()) {
            return self.bits.leaves(width);
        }
        let mut word: Vec<Option<Lit>> = vec![None; width as usize];
        let drivers = self.drivers.get(name).cloned().unwrap_or_default();
        for driver in drivers {
            self.driven(name, driver, &mut word);
        }
        self.open.remove(name);
        let word: Vec<Lit> = word
            .into_iter()
            .map(|bit| bit.unwrap_or_else(|| self.bits.leaf()))
            .collect();
        self.values.insert(name.to_owned(), word.clone());
        word
    }

    fn driven(&mut self, name: &str, driver: Driver, word: &mut [Option<Lit>]) {
        match driver {
            Driver::Assign {
                item,
                from,
                low,
                width,
            } => {
                let value = self.assignment(item);
                for bit in 0..width {
                    let source = value.get((from + bit) as usize).copied();
                    if let Some(place) = word.get_mut((low + bit) as usize) {
                        *place = source;
                    }
                }
            }
            Driver::Block { item } => {
                let value = self.block(item).get(name).cloned().unwrap_or_default();
                for (place, bit) in word.iter_mut().zip(value) {
                    *place = Some(bit);
                }
            }
        }
    }

    fn assignment(&mut self, item: usize) -> Vec<Lit> {
        if let Some(value) = self.assigned.get(&item) {
            return value.clone();
        }
        let Item::Assign(target, value) = &self.module.items[item] else {
            return Vec::new();
        };
        let outside = self.local.take();
        let value = self.eval(value, self.width(target));
        self.local = outside;
        self.assigned.insert(item, value.clone());
        value
    }

    /// What enters an instance is made of look-up tables; what it is made of is counted by its own module.
    fn instance(&mut self, instance: &Instance) {
        for connection in &instance.connections {
            let Some(value) = &connection.value else {
                continue;
            };
            // An output drives a net or parts of it, which have no driver of their own.
            if connection.name.ends_with("_i") {
                let value = self.eval(value, self.width(value));
                self.roots.extend(value);
            }
        }
        let params = instance.params.iter();
        let params = params.filter_map(|param| {
            let value = param.value.as_ref().and_then(literal)?;
            Some((param.name.clone(), value as u64))
        });
        let params = params.collect();
        self.parts.instances.push((instance.module.clone(), params));
    }
}
