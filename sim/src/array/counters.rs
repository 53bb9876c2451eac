//! What the array counts while it runs a layer.

use serde::Serialize;

/// Counters of a layer: in each clock every element begins a product or is idle for one reason.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counters {
    /// Clocks from the first read burst to the last write answer.
    pub clocks: u64,
    /// Products of all elements.
    pub products: u64,
    /// Clocks of idle elements.
    #[serde(flatten)]
    pub stalls: Stalls,
}

/// Clocks of idle elements, summed over the elements, by reason.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Stalls {
    /// No activation in its queue.
    pub no_activation: u64,
    /// No weight that its activations meet, or its weights are not unpacked yet.
    pub no_weight: u64,
    /// The drain reads the sums in the slot of a product.
    pub conflict: u64,
    /// The tile before is not drained yet, or all is fed and the last sums are drained.
    pub drain: u64,
    /// Input or weights have not come from memory, or the output is not written yet.
    pub memory: u64,
}

impl Stalls {
    /// Each reason and its clocks.
    pub fn reasons(&self) -> [(&'static str, u64); 5] {
        [
            ("no_activation", self.no_activation),
            ("no_weight", self.no_weight),
            ("conflict", self.conflict),
            ("drain", self.drain),
            ("memory", self.memory),
        ]
    }
}

impl Counters {
    /// From the counters in the order of their read port; nothing from those of an array without.
    pub(crate) fn new(counters: [u64; 7]) -> Option<Self> {
        let [
            clocks,
            products,
            no_activation,
            no_weight,
            conflict,
            drain,
            memory,
        ] = counters;
        let stalls = Stalls {
            no_activation,
            no_weight,
            conflict,
            drain,
            memory,
        };
        (clocks != 0).then_some(Self {
            clocks,
            products,
            stalls,
        })
    }
}
