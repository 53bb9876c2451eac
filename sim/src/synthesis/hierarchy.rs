//! Designs whose modules keep their borders: area by module, the longest way inside of one.

use std::collections::BTreeMap;

use super::area::{Area, Cells, InstanceArea};
use super::names::module;
use super::netlist::{NetModule, Netlist};
use super::paths::{self, LongestPath};

/// Start of the names of emitted modules; cells of a device have none of those.
const EMITTED: &str = "dysta_";

/// Types of the instances of emitted modules in a module.
fn children<'a>(netlist: &'a Netlist, contents: &'a NetModule) -> impl Iterator<Item = &'a str> {
    let types = contents.cells.values().map(|cell| cell.ty.as_str());
    types.filter(|ty| netlist.modules.contains_key(*ty) && module(ty).starts_with(EMITTED))
}

/// Area of the cells that stand in a module itself.
fn own(contents: &NetModule) -> Area {
    Cells::of(contents.cells.values().map(|cell| cell.ty.as_str())).area()
}

/// Area of a module with everything below it.
fn whole(netlist: &Netlist, name: &str) -> Area {
    let Some(contents) = netlist.modules.get(name) else {
        return Area::default();
    };
    children(netlist, contents).fold(own(contents), |sum, child| sum + whole(netlist, child))
}

/// The top itself, then all instances of each module in it, whatever their sizes.
pub(super) fn instances(top: &str, netlist: &Netlist) -> Vec<InstanceArea> {
    let Some(contents) = netlist.modules.get(top) else {
        return Vec::new();
    };
    let mut groups: BTreeMap<&str, (u32, Area)> = BTreeMap::new();
    for child in children(netlist, contents) {
        let (count, area) = groups.entry(module(child)).or_default();
        *count += 1;
        *area = *area + whole(netlist, child);
    }
    let rows = [(top, (1, own(contents)))].into_iter().chain(groups);
    let row = |(module, (count, area)): (&str, (u32, Area))| InstanceArea {
        instance: String::new(),
        module: module.to_owned(),
        count,
        area,
    };
    rows.map(row).collect()
}

/// The longest way inside of any module, in cells and in look-up tables; signals bear the name of their module.
pub(super) fn paths(netlist: &Netlist) -> (LongestPath, LongestPath) {
    let emitted = || {
        let modules = netlist.modules.iter();
        modules.filter(|(name, _)| module(name).starts_with(EMITTED))
    };
    let longest = |find: fn(&NetModule) -> LongestPath| {
        let ways = emitted().map(|(name, contents)| (name, find(contents)));
        let best = ways.reduce(|best, way| {
            if way.1.length > best.1.length {
                way
            } else {
                best
            }
        });
        best.map_or_else(LongestPath::default, |(name, way)| LongestPath {
            from: format!("{}.{}", module(name), way.from),
            to: format!("{}.{}", module(name), way.to),
            ..way
        })
    };
    (longest(paths::in_cells), longest(paths::in_tables))
}
