//! A model driven port by port, for tests that look at single signals.

use super::build::Port;
use super::error::CosimError;
use super::shim::Instance;

/// An instance of a model whose ports the caller sets and reads. It starts with random register values, before reset.
#[derive(Debug)]
pub struct Session<'a> {
    instance: Instance<'a>,
    ports: &'a [Port],
}

impl<'a> Session<'a> {
    pub(super) fn new(instance: Instance<'a>, ports: &'a [Port]) -> Self {
        Self { instance, ports }
    }

    /// Sets an input, cut to its width; outputs follow at the next [`Session::eval`].
    pub fn poke(&mut self, port: &str, value: u64) -> Result<(), CosimError> {
        let index = self.index(port)?;
        self.instance.poke(index, value);
        Ok(())
    }

    /// Reads a port.
    pub fn peek(&self, port: &str) -> Result<u64, CosimError> {
        Ok(self.instance.peek(self.index(port)?))
    }

    /// Evaluates the model; a change of `clk_i` from 0 to 1 since the last call is a clock edge.
    pub fn eval(&mut self) {
        self.instance.eval();
    }

    fn index(&self, name: &str) -> Result<u32, CosimError> {
        let index = self.ports.iter().position(|port| port.name == name);
        let unknown = || CosimError::UnknownPort {
            port: name.to_owned(),
        };
        index
            .and_then(|index| u32::try_from(index).ok())
            .ok_or_else(unknown)
    }
}
