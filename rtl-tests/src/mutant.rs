//! Planted bugs: changes of the emitted text that a good test suite must notice.

use dysta_sim::cosim::RtlSource;

/// One planted bug: in the file of `module`, `from` becomes `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mutant {
    /// What is wrong with it.
    pub name: &'static str,
    /// Module that is changed.
    pub module: &'static str,
    /// Text that must occur there exactly once.
    pub from: &'static str,
    /// What stands there instead.
    pub to: &'static str,
}

impl Mutant {
    /// The design with the bug.
    ///
    /// # Panics
    /// If the mutant does not apply: no such module, or not exactly one such text.
    pub fn apply(&self, source: &RtlSource) -> RtlSource {
        let mut mutated = source.clone();
        let file = format!("{}.sv", self.module);
        let target = mutated.files.iter_mut().find(|f| f.name == file);
        let target = target.unwrap_or_else(|| panic!("{}: there is no {file}", self.name));
        let found = target.text.matches(self.from).count();
        assert_eq!(found, 1, "{}: `{}` in {file}", self.name, self.from);
        target.text = target.text.replace(self.from, self.to);
        mutated
    }
}
