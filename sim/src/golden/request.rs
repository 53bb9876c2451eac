//! Requests in cycles.

/// One layer of one request as the accelerator runs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LayerRun {
    /// Cycles from the dispatch to the end of the layer, at least 1.
    pub latency_cycles: u64,
    /// Non-zeros that the monitor counts in the layer's input.
    pub nnz: u32,
}

/// A request in cycles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CycleRequest {
    /// Handle, unique among the live requests.
    pub id: u32,
    /// Row of the profile table.
    pub profile: u32,
    /// Arrival in cycles, 48 bits.
    pub arrival: u64,
    /// Absolute deadline in cycles, 48 bits.
    pub deadline: u64,
    /// Priority; larger is more urgent.
    pub priority: u32,
    /// The layers in execution order, at least one.
    pub layers: Vec<LayerRun>,
}
