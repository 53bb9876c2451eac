//! Score probes: every candidate that enters the arg-min tree, compared with the golden model.
//!
//! Arg-min hides wrong scores that lose anyway. A model with probes shows the outputs of all lanes to the shim, without a change
//! of the RTL: Verilator is told in a configuration file to keep these nets readable.

use std::fmt::Write as _;

use miette::Diagnostic;
use thiserror::Error;

use crate::golden::{Observer, Sight};

use super::RtlSource;

/// Nets of the top module at the output of one lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScoreProbe {
    /// Bank whose entries the lane scores.
    pub bank: u32,
    /// Bits of a bank index: the position is the row above it.
    pub bank_bits: u32,
    /// One bit: a scored candidate leaves the lane.
    pub valid: String,
    /// Its row in the bank.
    pub position: String,
    /// Its score.
    pub score: String,
    /// Its admission number.
    pub number: String,
}

impl ScoreProbe {
    /// Probes of a design with `lanes` lanes, a power of two, by the names that the emitted top gives their nets.
    pub fn of_lanes(lanes: u32) -> Vec<Self> {
        (0..lanes)
            .map(|bank| {
                let lane = match lanes {
                    1 => "lane".to_owned(),
                    _ => format!("lane{bank}"),
                };
                let net = |name: &str| format!("{lane}_scored_{name}");
                Self {
                    bank,
                    bank_bits: lanes.trailing_zeros(),
                    valid: net("valid"),
                    position: net("position"),
                    score: net("score"),
                    number: net("number"),
                }
            })
            .collect()
    }

    fn nets(&self) -> [&str; 4] {
        [&self.valid, &self.position, &self.score, &self.number]
    }
}

/// The configuration file of Verilator that keeps the probed nets readable.
pub(super) fn configuration(source: &RtlSource) -> String {
    let mut text = String::from("`verilator_config\n");
    for net in source.probes.iter().flat_map(ScoreProbe::nets) {
        let _ = writeln!(
            text,
            "public_flat_rd -module \"{}\" -var \"{net}\"",
            source.top
        );
    }
    text
}

/// Lines for the generated header:
///
/// ```c
/// #include "Vdysta_scheduler___024root.h"
/// #define DYSTA_PROBES(PROBE) \
///     PROBE(0, 0, dysta_scheduler__DOT__lane_scored_valid, …) \
///
/// ```
pub(super) fn header(source: &RtlSource) -> String {
    if source.probes.is_empty() {
        return String::new();
    }
    let top = &source.top;
    let mut text = format!("#include \"V{top}___024root.h\"\n#define DYSTA_PROBES(PROBE) \\\n");
    for probe in &source.probes {
        let nets = probe.nets().map(|net| format!("{top}__DOT__{net}"));
        let _ = writeln!(
            text,
            "    PROBE({}, {}, {}) \\",
            probe.bank,
            probe.bank_bits,
            nets.join(", ")
        );
    }
    text.push('\n');
    text
}

/// A candidate as it enters the arg-min tree.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProbedScore {
    /// Number of the decision, from 0, over all decisions with a candidate.
    pub decision: u64,
    /// Position of the candidate.
    pub position: u64,
    /// Its score, raw.
    pub score: u64,
    /// Its admission number.
    pub number: u64,
}

/// Collects the scores of a golden run, decision by decision, each by position.
#[derive(Debug, Default)]
pub struct ScoreLog {
    decisions: u64,
    scores: Vec<ProbedScore>,
}

impl ScoreLog {
    /// All scores in order of decision and position.
    pub fn scores(&self) -> &[ProbedScore] {
        &self.scores
    }
}

impl Observer for ScoreLog {
    fn decision(&mut self, sight: &Sight<'_>) {
        let decision = self.decisions;
        let candidates = (0..).zip(sight.entries).zip(sight.scores);
        self.scores
            .extend(candidates.map(|((position, entry), score)| ProbedScore {
                decision,
                position,
                score: *score,
                number: u64::from(entry.admission),
            }));
        self.decisions += 1;
    }
}

/// The first candidate that hardware and golden model score differently.
#[derive(Clone, Debug, Diagnostic, Error, PartialEq, Eq)]
#[error("candidate {index} differs: golden model {}, hardware {}", shown(.golden), shown(.rtl))]
#[diagnostic(
    code(cosim::score),
    help("run again with --trace FILE.fst and look at the lane's output in that decision")
)]
pub struct ScoreMismatch {
    /// Place in the list of all candidates, by decision and position.
    pub index: usize,
    /// What the golden model scored, if it scored so many.
    pub golden: Option<ProbedScore>,
    /// What the hardware scored, if it scored so many.
    pub rtl: Option<ProbedScore>,
}

fn shown(score: &Option<ProbedScore>) -> String {
    match score {
        Some(ProbedScore {
            decision,
            position,
            score,
            number,
        }) => format!("decision {decision} position {position} score {score} number {number}"),
        None => "has none".to_owned(),
    }
}

/// Compares all scores; gives their number.
///
/// The hardware scores the candidates of a decision in order of its slots, so they are sorted by position first.
pub fn compare_scores(
    golden: &[ProbedScore],
    rtl: &[ProbedScore],
) -> Result<usize, Box<ScoreMismatch>> {
    let mut rtl = rtl.to_vec();
    rtl.sort_by_key(|score| (score.decision, score.position));
    let length = golden.len().max(rtl.len());
    match (0..length).find(|index| golden.get(*index) != rtl.get(*index)) {
        None => Ok(length),
        Some(index) => Err(Box::new(ScoreMismatch {
            index,
            golden: golden.get(index).copied(),
            rtl: rtl.get(index).copied(),
        })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(decision: u64, position: u64, score: u64) -> ProbedScore {
        ProbedScore {
            decision,
            position,
            score,
            number: 7,
        }
    }

    #[track_caller]
    fn check(rtl: &[ProbedScore], differs: Option<usize>) {
        let golden = [score(0, 0, 5), score(0, 1, 6), score(2, 0, 9)];
        let found = compare_scores(&golden, rtl).map_err(|mismatch| mismatch.index);
        assert_eq!(found, differs.map_or(Ok(3), Err), "{rtl:?}");
    }

    #[test]
    fn scores_are_compared_by_decision_and_position() {
        let [a, b, c] = [score(0, 0, 5), score(0, 1, 6), score(2, 0, 9)];
        check(&[a, b, c], None);
        check(&[b, a, c], None);
        check(&[a, b], Some(2));
        check(&[a, b, c, c], Some(3));
        check(&[a, score(0, 1, 7), c], Some(1));
        check(&[a, a, b, c], Some(1));
        check(&[a, b, score(1, 0, 9)], Some(2));
        check(&[ProbedScore { number: 8, ..a }, b, c], Some(0));
    }
}
