//! Planted bugs: changes of the emitted text that a good test suite must notice.

use dysta_sim::cosim::RtlSource;

/// One planted bug in one module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mutant {
    /// What is wrong with it.
    pub name: &'static str,
    /// Module that is changed.
    pub module: &'static str,
    /// Changes: text that must occur there exactly once, and what stands there instead.
    pub edits: &'static [(&'static str, &'static str)],
}

impl Mutant {
    /// The design with the bug.
    ///
    /// # Errors
    /// If the mutant does not apply: no such module, or not exactly one such text.
    pub fn apply(&self, source: &RtlSource) -> Result<RtlSource, String> {
        let mut mutated = source.clone();
        let file = format!("{}.sv", self.module);
        let target = mutated.files.iter_mut().find(|f| f.name == file);
        let target = target.ok_or_else(|| format!("{}: there is no {file}", self.name))?;
        for (from, to) in self.edits {
            let found = target.text.matches(from).count();
            if found != 1 {
                return Err(format!(
                    "{}: `{from}` stands {found} times in {file}",
                    self.name
                ));
            }
            target.text = target.text.replace(from, to);
        }
        Ok(mutated)
    }
}
