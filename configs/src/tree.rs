//! YAML text as a tree whose every node knows where it was written.
//!
//! Reading stops at the first problem of syntax, because nothing behind it can be trusted. Anchors
//! and aliases work; merge keys (`<<`) do not, since `extends:` does that job across files.

use std::fmt;
use std::sync::Arc;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{Error, Location, Spanned};

use crate::codes;
use crate::diag::{Code, Diagnostic, Place};
use crate::source::{Origin, Source};

/// Largest configuration text read, in bytes.
const MAX_BYTES: usize = 1 << 18;
/// Deepest nesting of lists and maps.
const MAX_DEPTH: usize = 32;
/// Most nodes in one text, aliases expanded.
const MAX_NODES: usize = 20_000;

/// One YAML value and its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where it was written.
    pub origin: Origin,
}

/// The values YAML knows.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `null`, `~` or nothing at all.
    Null,
    /// `true` or `false` (not `yes`, `on`, ...).
    Bool(bool),
    /// A whole number.
    Int(i128),
    /// A number with point or exponent, `.nan` and `.inf` included.
    Float(f64),
    /// Text, quoted or not.
    Str(String),
    /// A list.
    Seq(Vec<Node>),
    /// A map in the order of writing.
    Map(Map),
}

/// A map in the order of writing; keys are unique.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Map {
    /// The entries.
    pub entries: Vec<Entry>,
    /// Whether the map stands for a whole (it came from a preset, a file or its own `extends:`), so
    /// that merging puts it in the place of what was there instead of mixing the two.
    pub whole: bool,
    /// Name of the preset or file it came from, fit for file and module names.
    pub name: Option<String>,
    /// Whether a part could not be loaded (already reported), so that missing keys are no news.
    pub incomplete: bool,
}

/// One key of a map with its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Where the key was written.
    pub origin: Origin,
    /// The value.
    pub node: Node,
}

impl Map {
    /// The entry of a key.
    pub fn get(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// Takes an entry out.
    pub fn remove(&mut self, key: &str) -> Option<Entry> {
        let at = self.entries.iter().position(|entry| entry.key == key)?;
        Some(self.entries.remove(at))
    }
}

impl Value {
    /// What the value is, for messages: `a list`, `the number 3`.
    pub fn describe(&self) -> String {
        match self {
            Value::Null => "nothing".into(),
            Value::Bool(value) => format!("`{value}`"),
            Value::Int(value) => format!("the number {value}"),
            Value::Float(value) => format!("the number {value:?}"),
            Value::Str(text) => format!("the text `{}`", shorten(text)),
            Value::Seq(_) => "a list".into(),
            Value::Map(_) => "a map".into(),
        }
    }
}

/// Cuts a text for use inside a message.
pub(crate) fn shorten(text: &str) -> String {
    const LONGEST: usize = 60;
    let line: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    match line.chars().count() > LONGEST {
        true => line.chars().take(LONGEST).chain("...".chars()).collect(),
        false => line,
    }
}

/// Reads bytes as UTF-8 text of the given name.
///
/// # Errors
/// Not UTF-8 (with the line of the first bad byte) and texts above 256 KiB.
pub fn read_text(name: &str, bytes: &[u8]) -> Result<Arc<Source>, Diagnostic> {
    if bytes.len() > MAX_BYTES {
        return Err(too_large(name, bytes.len()));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Source::new(name, text.trim_start_matches('\u{feff}'))),
        Err(error) => Err(not_utf8(name, bytes, error.valid_up_to())),
    }
}

fn too_large(name: &str, bytes: usize) -> Diagnostic {
    let message = format!("the file has {bytes} bytes, the limit is {MAX_BYTES}");
    let hint = "give the path of a YAML configuration, not of a data file";
    Diagnostic::error(&codes::LIMIT, message, hint).at(Place::in_file(name))
}

fn not_utf8(name: &str, bytes: &[u8], valid: usize) -> Diagnostic {
    let source = Source::new(name, String::from_utf8_lossy(bytes));
    let origin = Origin::at_offset(&source, valid, 1);
    let message = format!("byte 0x{:02x} is not part of UTF-8 text", bytes[valid]);
    Diagnostic::error(&codes::NOT_UTF8, message, "save the file as UTF-8")
        .at(origin.place())
        .label("first byte that is not UTF-8")
}

/// Parses the text of a configuration, which must be one map.
///
/// # Errors
/// Syntax errors, duplicate keys, an empty text, more than one document, alias bombs.
pub fn parse(source: &Arc<Source>) -> Result<Node, Diagnostic> {
    parse_root(source, None)
}

/// Parses a file as [`parse`] does; where `list_key` is given, a list stands for a map with this key alone.
///
/// # Errors
/// As [`parse`].
pub fn parse_root(source: &Arc<Source>, list_key: Option<&str>) -> Result<Node, Diagnostic> {
    let node = parse_value(source)?;
    match (&node.value, list_key) {
        (Value::Map(_), _) => Ok(node),
        (Value::Seq(_), Some(key)) => Ok(map_of(key, node)),
        _ => Err(no_map(source, node)),
    }
}

/// A map with one key.
fn map_of(key: &str, node: Node) -> Node {
    let origin = node.origin.clone();
    let entry = Entry {
        key: key.to_owned(),
        origin: origin.clone(),
        node,
    };
    let map = Map {
        entries: vec![entry],
        ..Map::default()
    };
    Node {
        value: Value::Map(map),
        origin,
    }
}

fn no_map(source: &Arc<Source>, node: Node) -> Diagnostic {
    match node.value {
        Value::Null => empty(source),
        ref other => {
            let message = format!("the file holds {}, not a map of keys", other.describe());
            let hint = "write `key: value` lines";
            Diagnostic::error(&codes::WRONG_TYPE, message, hint).at(node.origin.place())
        }
    }
}

fn empty(source: &Arc<Source>) -> Diagnostic {
    let hint = "write keys, or only `extends: NAME` to use a preset as it is";
    let name = source.name();
    Diagnostic::error(&codes::EMPTY, "the file holds no keys", hint).at(Place::in_file(name))
}

/// Parses any YAML value, such as that of `--set`.
///
/// # Errors
/// As [`parse`], but a text without a value yields [`Value::Null`].
pub fn parse_value(source: &Arc<Source>) -> Result<Node, Diagnostic> {
    parse_aligned(source, source.text())
}

/// Parses `text`, whose lines and columns are those of `source`: the same text, perhaps with a part
/// blanked out.
pub(crate) fn parse_aligned(source: &Arc<Source>, text: &str) -> Result<Node, Diagnostic> {
    let parsed = serde_saphyr::from_str_with_options::<Spanned<Raw>>(text, options());
    match parsed {
        Ok(raw) => Ok(place_node(source, raw)),
        Err(error) => Err(syntax(source, error.without_snippet())),
    }
}

fn options() -> serde_saphyr::Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: MAX_DEPTH,
            max_nodes: MAX_NODES,
            flow_nesting_limit: MAX_DEPTH,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: MAX_NODES,
        },
        merge_keys: serde_saphyr::MergeKeyPolicy::Error,
        strict_booleans: true,
        reject_unsupported_tags: true,
        non_finite_float_policy: serde_saphyr::NonFiniteFloatPolicy::PassThrough,
    }
}

/// A node as serde delivers it, before places are attached.
enum Raw {
    Null,
    Bool(bool),
    Int(i128),
    Float(f64),
    Str(String),
    Seq(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<String>, Spanned<Raw>)>),
}

fn place_node(source: &Arc<Source>, raw: Spanned<Raw>) -> Node {
    let origin = origin(source, raw.referenced);
    let value = match raw.value {
        Raw::Null => Value::Null,
        Raw::Bool(value) => Value::Bool(value),
        Raw::Int(value) => Value::Int(value),
        Raw::Float(value) => Value::Float(value),
        Raw::Str(text) => Value::Str(text),
        Raw::Seq(items) => {
            let place = |item| place_node(source, item);
            Value::Seq(items.into_iter().map(place).collect())
        }
        Raw::Map(entries) => {
            let place = |entry| place_entry(source, entry);
            let entries = entries.into_iter().map(place).collect();
            Value::Map(Map {
                entries,
                ..Map::default()
            })
        }
    };
    Node { value, origin }
}

fn place_entry(source: &Arc<Source>, (key, node): (Spanned<String>, Spanned<Raw>)) -> Entry {
    Entry {
        origin: origin(source, key.referenced),
        key: key.value,
        node: place_node(source, node),
    }
}

/// The origin of a location, its length cut at the end of the line.
fn origin(source: &Arc<Source>, location: Location) -> Origin {
    let line = (location.line() as u32).max(1);
    let column = (location.column() as u32).max(1);
    let from = source.offset_of(line, column);
    let rest = source.text()[from..].chars().take_while(|c| *c != '\n');
    let length = rest.take(location.span().len() as usize).count();
    Origin {
        source: Arc::clone(source),
        line,
        column,
        length: length.max(1) as u32,
    }
}

fn syntax(source: &Arc<Source>, error: &Error) -> Diagnostic {
    let location = error.location();
    let error = match error {
        Error::AliasError { error, .. } => error,
        plain => plain,
    };
    let (code, message, hint) = classify(error);
    let diagnostic = Diagnostic::error(code, message, hint);
    match location {
        Some(location) => diagnostic.at(origin(source, location).place()),
        None => diagnostic.at(Place::in_file(source.name())),
    }
}

fn classify(error: &Error) -> (&'static Code, String, &'static str) {
    match error {
        Error::DuplicateMappingKey { key, .. } => (
            &codes::DUPLICATE_KEY,
            match key {
                Some(key) => format!("the key `{}` is given twice", shorten(key)),
                None => "a key is given twice".into(),
            },
            "keep one of the two",
        ),
        Error::Budget { .. } => (
            &codes::LIMIT,
            format!("the text holds too much: {}", plain_message(error)),
            "give the path of a YAML configuration; none needs so much",
        ),
        Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. }
        | Error::AliasReplayCounterOverflow { .. } => (
            &codes::LIMIT,
            format!("the aliases expand to more than {MAX_NODES} values"),
            "write values out instead of nesting aliases",
        ),
        Error::MergeKeyNotAllowed { .. } => (
            &codes::MERGE_KEY,
            "merge keys (`<<`) are not used here".into(),
            "take over the keys of another configuration with `extends: NAME`",
        ),
        Error::MultipleDocuments { .. } => (
            &codes::MANY_DOCUMENTS,
            "a second document begins here".into(),
            "put each configuration into its own file, without `---` between them",
        ),
        _ => (
            &codes::SYNTAX,
            format!("not valid YAML: {}", syntax_message(error)),
            "check indentation, colons and quotes at the marked place",
        ),
    }
}

fn syntax_message(error: &Error) -> String {
    match error {
        Error::NullIntoString { .. } | Error::Unexpected { .. } => "a key must be text".into(),
        Error::RecursiveReferencesRequireWeakTypes { .. } => "an anchor contains itself".into(),
        _ => plain_message(error),
    }
}

/// The message of the reader without its own mention of the place.
fn plain_message(error: &Error) -> String {
    let text = error.to_string();
    let end = text.find(" at line ").unwrap_or(text.len());
    shorten(&text[..end])
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_none<E: de::Error>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::Bool(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw::Int(value.into()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Raw, E> {
        Ok(Raw::Int(value.into()))
    }

    fn visit_i128<E: de::Error>(self, value: i128) -> Result<Raw, E> {
        Ok(Raw::Int(value))
    }

    fn visit_u128<E: de::Error>(self, value: u128) -> Result<Raw, E> {
        Ok(Raw::Int(value.try_into().unwrap_or(i128::MAX)))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Raw, E> {
        Ok(Raw::Float(value))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Raw, E> {
        Ok(Raw::Str(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Raw::Seq(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = access.next_entry()? {
            entries.push(entry);
        }
        Ok(Raw::Map(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dump(node: &Node) -> String {
        let at = format!(
            "@{}:{}+{}",
            node.origin.line, node.origin.column, node.origin.length
        );
        match &node.value {
            Value::Seq(items) => {
                let items: Vec<_> = items.iter().map(dump).collect();
                format!("[{}]{at}", items.join(", "))
            }
            Value::Map(map) => {
                let entry = |e: &Entry| {
                    let at = format!("@{}:{}+{}", e.origin.line, e.origin.column, e.origin.length);
                    format!("{}{at}: {}", e.key, dump(&e.node))
                };
                let entries: Vec<_> = map.entries.iter().map(entry).collect();
                format!("{{{}}}{at}", entries.join(", "))
            }
            other => format!("{other:?}{at}"),
        }
    }

    fn show(text: &str) -> String {
        let read = parse_value(&Source::new("f", text));
        let shown = match read {
            Ok(node) => dump(&node),
            Err(error) => format!("{}: {}", error.code, error),
        };
        format!("{}\n    {shown}\n", text.escape_debug())
    }

    #[test]
    fn values_keep_type_and_place() {
        let deep = "[".repeat(200);
        let texts = [
            "8",
            "'8'",
            "a: 1.5\nb: true",
            "a: [1, x]\nb:\n  c: no\n  d: ~",
            "a: .nan\nb: -.inf\nc: 1e3",
            "a: 18446744073709551615\nb: 99999999999999999999999999999999999999999999",
            "1: &x yes\nb: *x",
            "a: |\n  b\n  c\nd: >\n  e\n  f",
            "a: !foo b",
            "? [a]\n: b",
            "~: b",
            "",
            "# only\n",
            "a: 1\na: 2",
            "a: 1\n---\nb: 2",
            "a:\n  - b\n c: [",
            "<<: {a: 1}",
            "a: *b",
            "a: \"x",
            "a: &a [*a]",
            &deep,
        ];
        let shown: String = texts.iter().map(|text| show(text)).collect();
        insta::assert_snapshot!(shown);
    }
}
