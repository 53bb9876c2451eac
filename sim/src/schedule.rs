//! Schedules: which layer of which request ran when.

use sha2::{Digest, Sha256};

use crate::golden::{Event, EventKind};

/// Executed layers in order, as (request, layer from 0), from the handshakes of a golden run or of the hardware.
pub fn of_events(events: &[Event]) -> Vec<(u64, u32)> {
    let dispatches = events
        .iter()
        .filter(|event| event.kind == EventKind::Dispatch);
    let layer = |event: &Event| {
        let [id, _, _, layer, _] = event.fields;
        (id, layer as u32)
    };
    dispatches.map(layer).collect()
}

/// SHA-256 of a schedule, hexadecimal: of its lines `REQUEST LAYER`. Equal for equal schedules only.
pub fn digest(schedule: &[(u64, u32)]) -> String {
    let mut hash = Sha256::new();
    for (request, layer) in schedule {
        hash.update(format!("{request} {layer}\n"));
    }
    hash.finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
