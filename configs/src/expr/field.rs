//! The fields a score may use, with unit (kind) and binding time (class).

/// What a value measures. Sums need equal kinds; products multiply them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A point in time.
    Instant,
    /// A length of time.
    Duration,
    /// A pure number.
    Ratio,
    /// The reciprocal of a length of time.
    Inverse,
    /// A product of two lengths of time.
    Area,
    /// Outcome of a comparison.
    Bool,
}

impl Kind {
    /// Name for messages.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Instant => "a point in time",
            Kind::Duration => "a time",
            Kind::Ratio => "a number",
            Kind::Inverse => "a reciprocal time",
            Kind::Area => "a product of times",
            Kind::Bool => "a condition",
        }
    }
}

/// Binding time: when a value is known, and so where it is computed (design: scheduler, "Binding times").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Constants and parameters: a literal or a runtime register, written by software.
    Static,
    /// One value per profile, made by the static level, kept in the profile table.
    Profile,
    /// Changes when a layer of the request ends: computed by the update unit, stored in the entry.
    Entry,
    /// Stored in the entry as admitted or stamped (deadline, arrival, …).
    Request,
    /// The same for all candidates of a decision: computed once per decision.
    Decision,
    /// Everything else: computed in the lane for each candidate.
    Candidate,
}

impl Class {
    /// Class of an operator whose operands have the classes `self` and `other`.
    pub fn join(self, other: Class) -> Class {
        use Class::{Candidate, Decision, Entry, Profile, Static};
        match (self, other) {
            (Static, x) | (x, Static) => x.of_operator(),
            (Profile, Profile) => Profile,
            (Profile | Entry, Profile | Entry) => Entry,
            (Decision, Decision) => Decision,
            _ => Candidate,
        }
    }

    /// A stored field stays where it is stored; an operator on it runs in the lane.
    fn of_operator(self) -> Class {
        if self == Class::Request {
            Class::Candidate
        } else {
            self
        }
    }
}

/// Fields of the expression language (design: scheduler, "Policy = score expression").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Time of the decision.
    Now,
    /// Absolute deadline of the request.
    Deadline,
    /// Time of the submit handshake.
    Arrival,
    /// End of the latest layer of the request, at first its arrival.
    LastRun,
    /// Priority given with the request.
    Priority,
    /// Prediction coefficient, 1 before the first layer.
    Gamma,
    /// Average latency of the layers still to run.
    LatRemaining,
    /// Average latency of the whole network running alone.
    Isolated,
    /// 1 / isolated.
    InvIsolated,
    /// Number of candidates of the decision.
    Queue,
    /// 1 / queue.
    InvQueue,
    /// Layers executed so far.
    Layer,
    /// 1 for the request that just ran.
    Running,
}

impl Field {
    /// Every field, in the order of the documentation.
    pub const ALL: [Field; 13] = [
        Field::Now,
        Field::Deadline,
        Field::Arrival,
        Field::LastRun,
        Field::Priority,
        Field::Gamma,
        Field::LatRemaining,
        Field::Isolated,
        Field::InvIsolated,
        Field::Queue,
        Field::InvQueue,
        Field::Layer,
        Field::Running,
    ];

    /// Name in the language.
    pub fn name(self) -> &'static str {
        match self {
            Field::Now => "now",
            Field::Deadline => "deadline",
            Field::Arrival => "arrival",
            Field::LastRun => "last_run",
            Field::Priority => "priority",
            Field::Gamma => "gamma",
            Field::LatRemaining => "lat_remaining",
            Field::Isolated => "isolated",
            Field::InvIsolated => "inv_isolated",
            Field::Queue => "queue",
            Field::InvQueue => "inv_queue",
            Field::Layer => "layer",
            Field::Running => "running",
        }
    }

    /// Field of that name.
    pub fn by_name(name: &str) -> Option<Field> {
        Field::ALL.into_iter().find(|field| field.name() == name)
    }

    /// What the field measures.
    pub fn kind(self) -> Kind {
        match self {
            Field::Now | Field::Deadline | Field::Arrival | Field::LastRun => Kind::Instant,
            Field::LatRemaining | Field::Isolated => Kind::Duration,
            Field::InvIsolated => Kind::Inverse,
            Field::Priority
            | Field::Gamma
            | Field::Queue
            | Field::InvQueue
            | Field::Layer
            | Field::Running => Kind::Ratio,
        }
    }

    /// When the field is known.
    pub fn class(self) -> Class {
        match self {
            Field::Isolated | Field::InvIsolated => Class::Profile,
            Field::Gamma | Field::LatRemaining | Field::Layer => Class::Entry,
            Field::Deadline | Field::Arrival | Field::LastRun | Field::Priority => Class::Request,
            Field::Now | Field::Queue | Field::InvQueue => Class::Decision,
            Field::Running => Class::Candidate,
        }
    }
}
