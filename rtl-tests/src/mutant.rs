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
        target.text = self.edit(&target.text)?;
        Ok(mutated)
    }

    /// The text of its module with the bug.
    ///
    /// # Errors
    /// If the mutant does not apply: not exactly one such text.
    pub fn edit(&self, text: &str) -> Result<String, String> {
        let mut text = text.to_owned();
        for (from, to) in self.edits {
            let found = text.matches(from).count();
            if found != 1 {
                return Err(format!(
                    "{}: `{from}` stands {found} times in {}.sv",
                    self.name, self.module
                ));
            }
            text = text.replace(from, to);
        }
        Ok(text)
    }
}
