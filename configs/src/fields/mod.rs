//! The field table: every key of every kind of configuration, described once.
//!
//! The checker ([`reader`]), the JSON Schema and the reference page ([`crate::schema`]) all come from
//! the tables in [`tables`]. To add a key: add its [`Field`] there and read it in [`raw`]; a test
//! fails while one of the two is missing.

pub mod raw;
pub mod reader;
pub mod tables;

/// The kinds of configuration files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A whole system: scheduler, workload, clock.
    System,
    /// The hardware scheduler.
    Scheduler,
    /// The sparse compute array.
    Accelerator,
    /// The requests that are played.
    Workload,
    /// The score expression of the scheduler.
    Policy,
    /// Experiments over workloads and policies.
    Benchmark,
    /// A programmable device.
    Target,
    /// Layers that are run on the sparse compute array.
    Suite,
}

impl Kind {
    /// All kinds, outermost first.
    pub const ALL: [Kind; 8] = [
        Kind::System,
        Kind::Scheduler,
        Kind::Accelerator,
        Kind::Workload,
        Kind::Policy,
        Kind::Benchmark,
        Kind::Target,
        Kind::Suite,
    ];

    /// The noun used in messages and schema names.
    pub fn name(self) -> &'static str {
        match self {
            Kind::System => "system",
            Kind::Scheduler => "scheduler",
            Kind::Accelerator => "accelerator",
            Kind::Workload => "workload",
            Kind::Policy => "policy",
            Kind::Benchmark => "benchmark",
            Kind::Target => "target",
            Kind::Suite => "suite",
        }
    }

    /// The folder of its presets.
    pub fn folder(self) -> &'static str {
        match self {
            Kind::System => "systems",
            Kind::Scheduler => "schedulers",
            Kind::Accelerator => "accelerators",
            Kind::Workload => "workloads",
            Kind::Policy => "policies",
            Kind::Benchmark => "benchmarks",
            Kind::Target => "targets",
            Kind::Suite => "suites",
        }
    }

    /// The key that a file means which holds a list and no map.
    pub fn list_key(self) -> Option<&'static str> {
        (self == Kind::Suite).then_some("layers")
    }

    /// Its keys.
    pub fn table(self) -> &'static Table {
        match self {
            Kind::System => &tables::SYSTEM,
            Kind::Scheduler => &tables::SCHEDULER,
            Kind::Accelerator => &tables::ACCELERATOR,
            Kind::Workload => &tables::WORKLOAD,
            Kind::Policy => &tables::POLICY,
            Kind::Benchmark => &tables::BENCHMARK,
            Kind::Target => &tables::TARGET,
            Kind::Suite => &tables::SUITE,
        }
    }
}

/// The keys of one map.
#[derive(Debug)]
pub struct Table {
    /// What the map describes, for messages: `scheduler`, `trace entry`.
    pub name: &'static str,
    /// One sentence about it.
    pub doc: &'static str,
    /// The keys in the order of the reference page.
    pub fields: &'static [Field],
}

impl Table {
    /// The field of a key.
    pub fn field(&self, key: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.key == key)
    }
}

/// One key.
#[derive(Debug)]
pub struct Field {
    /// The key as written in YAML.
    pub key: &'static str,
    /// Type and range of its value.
    pub ty: Type,
    /// Unit of a numeric value (`cycles`, `MHz`, `1` for pure numbers), empty for others.
    pub unit: &'static str,
    /// Whether it must be given, and its default.
    pub presence: Presence,
    /// One line of documentation.
    pub doc: &'static str,
}

/// Whether a key must be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// Must be given.
    Required,
    /// May be left out; then the thing does not exist.
    Optional,
    /// May be left out; then this YAML text is the value.
    Default(&'static str),
}

/// Type and range of a value. Ranges include both ends.
#[derive(Debug)]
pub enum Type {
    /// A whole number.
    Int {
        /// Smallest value.
        min: i64,
        /// Largest value.
        max: i64,
    },
    /// A whole number that is a power of two.
    PowerOfTwo {
        /// Smallest value.
        min: i64,
        /// Largest value.
        max: i64,
    },
    /// A number.
    Float {
        /// Smallest value.
        min: f64,
        /// Largest value.
        max: f64,
    },
    /// `true` or `false`.
    Bool,
    /// Any text.
    Text,
    /// A name that can become part of file and module names: a letter, then letters, digits, `_`.
    Name,
    /// A score expression.
    Expression,
    /// A parameter of a score expression: a number, or a duration by name or in cycles.
    Param,
    /// One of the listed words, each with its meaning.
    Choice(&'static [(&'static str, &'static str)]),
    /// The name of a preset or the path of a file of the same kind to start from.
    Extends,
    /// A list.
    List {
        /// Type of each item.
        item: &'static Type,
        /// Largest number of items; at least one is needed.
        max: usize,
    },
    /// A map whose keys are free names.
    Names(&'static Type),
    /// A map with fixed keys.
    Table(&'static Table),
    /// A configuration of its own: a preset name, a path, or its keys in place.
    Config(Kind),
}

impl Type {
    /// What a correct value looks like, for messages.
    pub fn expected(&self) -> String {
        match self {
            Type::Int { min, max } => format!("a whole number from {min} to {max}"),
            Type::PowerOfTwo { min, max } => format!("a power of two from {min} to {max}"),
            Type::Float { min, max } => format!("a number from {min} to {max}"),
            Type::Bool => "true or false".into(),
            Type::Text => "a text".into(),
            Type::Name => "a name of letters, digits and `_`".into(),
            Type::Expression => "a score expression in quotes".into(),
            Type::Param => {
                "a number, `clock`, `mean_isolated` or a duration such as `400 cycles`".into()
            }
            Type::Choice(choices) => match choices {
                [(only, _)] => format!("`{only}`"),
                _ => format!("one of {}", list_words(choices.iter().map(|c| c.0))),
            },
            Type::Extends => "the name of a preset or the path of a YAML file".into(),
            Type::List { item, .. } => format!("a list, each item {}", item.expected()),
            Type::Names(item) => format!("a map of names, each value {}", item.expected()),
            Type::Table(table) => format!("a map with the keys of {}", with_article(table.name)),
            Type::Config(kind) => {
                let name = kind.name();
                let name = with_article(name);
                format!("the name of {name} preset, a path, or a map with the keys of {name}")
            }
        }
    }

    /// Whether values of this type are numbers, which need a unit.
    pub fn is_numeric(&self) -> bool {
        match self {
            Type::Int { .. } | Type::PowerOfTwo { .. } | Type::Float { .. } => true,
            Type::List { item, .. } => item.is_numeric(),
            _ => false,
        }
    }
}

/// The noun with its article.
pub(crate) fn with_article(noun: &str) -> String {
    let article = match noun.starts_with(['a', 'e', 'i', 'o', 'u']) {
        true => "an",
        false => "a",
    };
    format!("{article} {noun}")
}

/// `` `a`, `b`, `c` ``
pub(crate) fn list_words<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = words.map(|word| format!("`{word}`")).collect();
    quoted.join(", ")
}

/// The listed word that the user most likely meant.
pub(crate) fn nearest<'a>(word: &str, among: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    among
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= (candidate.len().max(word.len()) / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Hint for a word that is not in a list: the likely word if there is one, and the list.
pub fn suggest<'a>(
    word: &str,
    among: impl Iterator<Item = &'a str> + Clone,
    list_name: &str,
) -> String {
    let all = list_words(among.clone());
    match nearest(word, among) {
        Some(meant) => format!("did you mean `{meant}`? {list_name}: {all}"),
        None => format!("{list_name}: {all}"),
    }
}
