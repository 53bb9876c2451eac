//! Port lists of modules, so that instances can be checked without their bodies.

use std::collections::BTreeMap;

use super::expr::Expr;
use super::item::{Connection, Instance};
use super::module::Port;

/// What another module needs to know to instantiate a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModuleInterface {
    /// Module name.
    pub name: String,
    /// Parameter names in declared order.
    pub params: Vec<String>,
    /// Ports in declared order.
    pub ports: Vec<Port>,
}

impl ModuleInterface {
    /// Makes an interface.
    pub fn new(
        name: impl Into<String>,
        params: impl IntoIterator<Item = impl Into<String>>,
        ports: impl IntoIterator<Item = Port>,
    ) -> Self {
        Self {
            name: name.into(),
            params: params.into_iter().map(Into::into).collect(),
            ports: ports.into_iter().collect(),
        }
    }

    /// Finds a port by name.
    pub fn port(&self, name: &str) -> Option<&Port> {
        self.ports.iter().find(|port| port.name == name)
    }

    /// Makes an instance that connects every port in declared order to what `connect` returns for it.
    ///
    /// A port for which `connect` returns nothing prints as `.port ()`; the check refuses that for inputs.
    pub fn instantiate(
        &self,
        name: impl Into<String>,
        mut connect: impl FnMut(&Port) -> Option<Expr>,
    ) -> Instance {
        let mut instance = Instance::new(&self.name, name);
        instance.connections = self
            .ports
            .iter()
            .map(|port| Connection {
                name: port.name.clone(),
                value: connect(port),
            })
            .collect();
        instance
    }
}

/// The interfaces of the modules that may be instantiated, by module name.
pub type Library = BTreeMap<String, ModuleInterface>;
