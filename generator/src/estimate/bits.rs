//! Logic of single bits: a graph of gates with constants folded and equal gates shared.

use std::collections::BTreeMap;

/// A gate, or its complement when the lowest bit is set.
pub(super) type Lit = u32;

/// Constant 0.
pub(super) const FALSE: Lit = 0;
/// Constant 1.
pub(super) const TRUE: Lit = 1;

/// What a gate computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gate {
    /// Constant 0, the first gate.
    Zero,
    /// Something that is no logic: a pin, a register, the output of an adder or of an instance.
    Leaf,
    And(Lit, Lit),
    Xor(Lit, Lit),
    /// Second where the first is set, else third.
    Mux(Lit, Lit, Lit),
}

impl Gate {
    /// Gates that it reads.
    pub(super) fn inputs(self) -> impl Iterator<Item = usize> {
        let (inputs, count) = match self {
            Self::Zero | Self::Leaf => ([0; 3], 0),
            Self::And(a, b) | Self::Xor(a, b) => ([a, b, 0], 2),
            Self::Mux(s, a, b) => ([s, a, b], 3),
        };
        inputs.into_iter().take(count).map(gate)
    }

    pub(super) fn is_logic(self) -> bool {
        !matches!(self, Self::Zero | Self::Leaf)
    }
}

/// Index of the gate of a literal.
pub(super) fn gate(lit: Lit) -> usize {
    (lit >> 1) as usize
}

pub(super) fn not(a: Lit) -> Lit {
    a ^ 1
}

pub(super) fn is_constant(a: Lit) -> bool {
    a <= TRUE
}

/// All gates, each after those that it reads.
#[derive(Debug, Clone)]
pub(super) struct Bits {
    pub(super) gates: Vec<Gate>,
    known: BTreeMap<Gate, Lit>,
}

impl Bits {
    pub(super) fn new() -> Self {
        Self {
            gates: vec![Gate::Zero],
            known: BTreeMap::new(),
        }
    }

    pub(super) fn leaf(&mut self) -> Lit {
        self.push(Gate::Leaf)
    }

    pub(super) fn leaves(&mut self, width: u32) -> Vec<Lit> {
        (0..width).map(|_| self.leaf()).collect()
    }

    fn push(&mut self, gate: Gate) -> Lit {
        self.gates.push(gate);
        ((self.gates.len() - 1) as Lit) << 1
    }

    fn shared(&mut self, gate: Gate) -> Lit {
        if let Some(lit) = self.known.get(&gate) {
            return *lit;
        }
        let lit = self.push(gate);
        self.known.insert(gate, lit);
        lit
    }

    pub(super) fn and(&mut self, a: Lit, b: Lit) -> Lit {
        match (a.min(b), a.max(b)) {
            (FALSE, _) => FALSE,
            (TRUE, b) => b,
            (a, b) if a == b => a,
            (a, b) if a == not(b) => FALSE,
            (a, b) => self.shared(Gate::And(a, b)),
        }
    }

    pub(super) fn or(&mut self, a: Lit, b: Lit) -> Lit {
        not(self.and(not(a), not(b)))
    }

    pub(super) fn xor(&mut self, a: Lit, b: Lit) -> Lit {
        let sign = (a ^ b) & 1;
        match ((a & !1).min(b & !1), (a & !1).max(b & !1)) {
            (FALSE, b) => b ^ sign,
            (a, b) if a == b => sign,
            (a, b) => self.shared(Gate::Xor(a, b)) ^ sign,
        }
    }

    pub(super) fn mux(&mut self, choice: Lit, then: Lit, otherwise: Lit) -> Lit {
        if choice & 1 == 1 {
            return self.mux(not(choice), otherwise, then);
        }
        match (choice, then, otherwise) {
            (FALSE, _, otherwise) => otherwise,
            (_, then, otherwise) if then == otherwise => then,
            (_, then, otherwise) if then == not(otherwise) => self.xor(choice, otherwise),
            (choice, FALSE, otherwise) => self.and(not(choice), otherwise),
            (choice, TRUE, otherwise) => self.or(choice, otherwise),
            (choice, then, FALSE) => self.and(choice, then),
            (choice, then, TRUE) => self.or(not(choice), then),
            (choice, then, otherwise) => self.shared(Gate::Mux(choice, then, otherwise)),
        }
    }

    /// Chooses between two words, bit by bit; missing bits are 0.
    pub(super) fn choose(&mut self, choice: Lit, then: &[Lit], otherwise: &[Lit]) -> Vec<Lit> {
        let bit = |word: &[Lit], i: usize| word.get(i).copied().unwrap_or(FALSE);
        (0..then.len().max(otherwise.len()))
            .map(|i| self.mux(choice, bit(then, i), bit(otherwise, i)))
            .collect()
    }

    /// Conjunction as a balanced tree.
    pub(super) fn all(&mut self, bits: &[Lit]) -> Lit {
        match bits {
            [] => TRUE,
            [bit] => *bit,
            bits => {
                let (left, right) = bits.split_at(bits.len() / 2);
                let (left, right) = (self.all(left), self.all(right));
                self.and(left, right)
            }
        }
    }

    pub(super) fn any(&mut self, bits: &[Lit]) -> Lit {
        let inverted: Vec<Lit> = bits.iter().map(|bit| not(*bit)).collect();
        not(self.all(&inverted))
    }

    pub(super) fn equal(&mut self, a: &[Lit], b: &[Lit]) -> Lit {
        let differences: Vec<Lit> = a.iter().zip(b).map(|(a, b)| self.xor(*a, *b)).collect();
        not(self.any(&differences))
    }

    /// The word at `index`, the first word for 0, by a tree of choices; beyond the last the result is free.
    pub(super) fn at(&mut self, words: &[Vec<Lit>], index: &[Lit]) -> Vec<Lit> {
        match (words, index.split_last()) {
            ([], _) => Vec::new(),
            ([word, ..], None) => word.clone(),
            (words, Some((top, rest))) => {
                let half = 1_usize.checked_shl(rest.len() as u32).unwrap_or(usize::MAX);
                if words.len() <= half {
                    return self.at(words, rest);
                }
                let low = self.at(&words[..half], rest);
                let high = self.at(&words[half..], rest);
                self.choose(*top, &high, &low)
            }
        }
    }
}
