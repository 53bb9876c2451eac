//! Architectural events: what the golden model and the emitted hardware must do alike, clock by clock.

use std::fmt;

/// Most fields an event can carry; unused ones are zero.
pub const EVENT_FIELDS: usize = 5;

/// The handshake an event records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EventKind {
    /// `submit` handshake, of rejected requests too.
    Admit,
    /// `dispatch` handshake.
    Dispatch,
    /// `layer_done` handshake.
    LayerDone,
    /// `complete` handshake.
    Complete,
}

impl EventKind {
    /// All kinds, in the order in which events of one clock are listed.
    pub const ALL: [Self; 4] = [Self::Admit, Self::Dispatch, Self::LayerDone, Self::Complete];

    /// Name of the handshake in reports, vectors and the C++ shim.
    pub fn name(self) -> &'static str {
        match self {
            Self::Admit => "admit",
            Self::Dispatch => "dispatch",
            Self::LayerDone => "layer_done",
            Self::Complete => "complete",
        }
    }

    /// Names of the fields, in the order of [`Event::fields`].
    pub fn field_names(self) -> &'static [&'static str] {
        match self {
            Self::Admit => &["id", "profile", "deadline", "priority"],
            Self::Dispatch => &["id", "position", "profile", "layer", "score"],
            Self::LayerDone => &["nnz", "status"],
            Self::Complete => &["id", "finish", "status"],
        }
    }

    /// The kind with the number `code` (its place in [`EventKind::ALL`]).
    pub fn from_code(code: u64) -> Option<Self> {
        Self::ALL.get(usize::try_from(code).ok()?).copied()
    }
}

/// One handshake: its kind, the value of `now_i` in its clock (cycles) and the payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// Which handshake.
    pub kind: EventKind,
    /// `now_i` in the clock of the handshake, in cycles.
    pub stamp: u64,
    /// Payload in the order of [`EventKind::field_names`]; raw port values, zero where the kind has no field.
    pub fields: [u64; EVENT_FIELDS],
}

impl Event {
    /// Makes an event from its payload, at most [`EVENT_FIELDS`] values.
    pub fn new<const FIELDS: usize>(kind: EventKind, stamp: u64, payload: [u64; FIELDS]) -> Self {
        let mut fields = [0; EVENT_FIELDS];
        for (field, value) in fields.iter_mut().zip(payload) {
            *field = value;
        }
        Self {
            kind,
            stamp,
            fields,
        }
    }
}

/// Prints `stamp kind name=value …`.
impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.stamp, self.kind.name())?;
        for (name, value) in self.kind.field_names().iter().zip(self.fields) {
            write!(f, " {name}={value}")?;
        }
        Ok(())
    }
}

/// How a layer ended: field `status` of `layer_done`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LayerStatus {
    /// The layer was executed.
    #[default]
    Ok,
    /// The array reported an error; the request fails.
    Error,
    /// The host aborted the request; it fails.
    Aborted,
}

impl LayerStatus {
    /// Value on the port `layer_done_status_i`.
    pub fn code(self) -> u64 {
        match self {
            Self::Ok => 0,
            Self::Error => 1,
            Self::Aborted => 2,
        }
    }
}

/// How a request ended: field `status` of `complete`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompleteStatus {
    /// Finished at or before its deadline.
    Met,
    /// Finished after its deadline.
    Late,
    /// Refused: its profile was never loaded.
    RejectedProfile,
    /// Refused: no entry was free (`on_full: reject`).
    RejectedFull,
    /// Ended by a layer status other than ok.
    Failed,
}

impl CompleteStatus {
    /// Value on the port `complete_status_o`.
    pub fn code(self) -> u64 {
        match self {
            Self::Met => 0,
            Self::Late => 1,
            Self::RejectedProfile => 2,
            Self::RejectedFull => 3,
            Self::Failed => 4,
        }
    }

    /// True for the two statuses of requests that were never admitted.
    pub fn is_reject(self) -> bool {
        matches!(self, Self::RejectedProfile | Self::RejectedFull)
    }
}
