//! The checker: reads a tree against the field table and finds all problems in one go.
//!
//! Reading never stops: a bad value is reported and its place taken by a stand-in, and the caller
//! drops the result when anything was reported.

use std::cell::RefCell;

use super::{Field, Presence, Table, Type, suggest, with_article};
use crate::codes;
use crate::diag::{Diagnostic, Diagnostics};
use crate::source::{Located, Origin, Source};
use crate::tree::{self, Map, Node, Value, shorten};

/// Reads the keys of one map.
pub struct Reader<'a> {
    map: Map,
    origin: Origin,
    table: &'static Table,
    /// Dotted path of the map in the file, empty for the root.
    path: String,
    problems: &'a RefCell<Diagnostics>,
}

/// A Rust value of a checked YAML value.
pub trait FromValue: Sized {
    /// What takes the place of a bad value until all problems are found.
    const STAND_IN: Self;

    /// `None` when the value has another type.
    fn from_value(value: &Value) -> Option<Self>;
}

impl<'a> Reader<'a> {
    /// Begins to read a map; unknown keys are reported here.
    pub fn new(
        node: &Node,
        table: &'static Table,
        path: &str,
        problems: &'a RefCell<Diagnostics>,
    ) -> Self {
        let map = match &node.value {
            Value::Map(map) => map.clone(),
            _ => Map {
                incomplete: true,
                ..Map::default()
            },
        };
        let reader = Self {
            map,
            origin: node.origin.clone(),
            table,
            path: path.to_owned(),
            problems,
        };
        reader.report_unknown_keys();
        reader
    }

    /// The value of a key that is required or has a default.
    pub fn get<T: FromValue>(&self, key: &str) -> Located<T> {
        self.optional(key)
            .unwrap_or_else(|| Located::new(T::STAND_IN, None))
    }

    /// The value of a key that may be left out.
    pub fn optional<T: FromValue>(&self, key: &str) -> Option<Located<T>> {
        let (node, origin) = self.checked(key)?;
        Some(Located::new(T::from_value(&node.value)?, origin))
    }

    /// The items of a list.
    pub fn list<T: FromValue>(&self, key: &str) -> Vec<Located<T>> {
        let located = |(node, origin): (Node, Option<Origin>)| {
            Some(Located::new(T::from_value(&node.value)?, origin))
        };
        self.items(key).into_iter().filter_map(located).collect()
    }

    /// A reader for each item of a list of maps.
    pub fn tables(&self, key: &str, table: &'static Table) -> Vec<Reader<'a>> {
        let reader = |(index, (node, _)): (usize, (Node, Option<Origin>))| {
            let path = format!("{}[{index}]", self.path_of(key));
            Reader::new(&node, table, &path, self.problems)
        };
        self.items(key)
            .into_iter()
            .enumerate()
            .map(reader)
            .collect()
    }

    /// The names and values of a map with free keys, in the order of writing.
    pub fn names<T: FromValue>(&self, key: &str) -> Vec<(Located<String>, Located<T>)> {
        let Some((node, _)) = self.checked(key) else {
            return Vec::new();
        };
        let Value::Map(map) = node.value else {
            return Vec::new();
        };
        let located = |entry: tree::Entry| {
            let value = T::from_value(&entry.node.value)?;
            let name = Located::new(entry.key, Some(entry.origin));
            Some((name, Located::new(value, Some(entry.node.origin))))
        };
        map.entries.into_iter().filter_map(located).collect()
    }

    /// A reader for a map with fixed keys.
    pub fn table(&self, key: &str, table: &'static Table) -> Reader<'a> {
        let path = self.path_of(key);
        match self.checked(key) {
            Some((node, _)) => Reader::new(&node, table, &path, self.problems),
            None => Reader {
                map: Map {
                    incomplete: true,
                    ..Map::default()
                },
                origin: self.origin.clone(),
                table,
                path,
                problems: self.problems,
            },
        }
    }

    /// Name of the preset or file the map comes from.
    pub fn name(&self) -> Option<&str> {
        self.map.name.as_deref()
    }

    /// Where the map begins.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Whether a part of the map could not be loaded.
    pub fn incomplete(&self) -> bool {
        self.map.incomplete
    }

    /// Whether the key is written.
    pub fn has(&self, key: &str) -> bool {
        self.map.get(key).is_some()
    }

    /// Where the key is written.
    pub fn key_origin(&self, key: &str) -> Option<&Origin> {
        self.map.get(key).map(|entry| &entry.origin)
    }

    /// Adds a problem found by a rule over several keys.
    pub fn report(&self, diagnostic: Diagnostic) {
        self.problems.borrow_mut().push(diagnostic);
    }

    /// Number of problems reported so far.
    pub fn problem_count(&self) -> usize {
        self.problems.borrow().len()
    }

    /// The dotted path of a key, for messages.
    pub fn path_of(&self, key: &str) -> String {
        match self.path.as_str() {
            "" => key.to_owned(),
            path => format!("{path}.{key}"),
        }
    }

    fn items(&self, key: &str) -> Vec<(Node, Option<Origin>)> {
        let Some((node, from)) = self.checked(key) else {
            return Vec::new();
        };
        let Value::Seq(items) = node.value else {
            return Vec::new();
        };
        let with_origin = |item: Node| {
            let origin = from.as_ref().map(|_| item.origin.clone());
            (item, origin)
        };
        items.into_iter().map(with_origin).collect()
    }

    /// The value of a key, checked against its field; its origin is `None` for defaults.
    fn checked(&self, key: &str) -> Option<(Node, Option<Origin>)> {
        let field = self.table.field(key)?;
        let Some(entry) = self.map.get(key) else {
            return self.absent(field);
        };
        let mut found = Vec::new();
        check(&field.ty, &entry.node, &self.path_of(key), &mut found);
        let good = found.is_empty();
        self.problems.borrow_mut().extend(found);
        good.then(|| (entry.node.clone(), Some(entry.node.origin.clone())))
    }

    fn absent(&self, field: &Field) -> Option<(Node, Option<Origin>)> {
        match field.presence {
            Presence::Optional => None,
            Presence::Default(text) => {
                let node = tree::parse_value(&Source::new("default", text)).ok()?;
                Some((node, None))
            }
            Presence::Required => {
                if !self.map.incomplete {
                    self.report(self.missing(field));
                }
                None
            }
        }
    }

    fn missing(&self, field: &Field) -> Diagnostic {
        let message = format!("the {} has no key `{}`", self.table.name, field.key);
        let hint = format!(
            "add `{}: ...`, {}: {}",
            field.key,
            field.ty.expected(),
            field.doc
        );
        Diagnostic::error(&codes::MISSING_KEY, message, hint)
            .at(self.origin.place())
            .label(format!("`{}` belongs in this map", field.key))
    }

    fn report_unknown_keys(&self) {
        for entry in &self.map.entries {
            if self.table.field(&entry.key).is_none() {
                self.report(self.unknown(entry));
            }
        }
    }

    fn unknown(&self, entry: &tree::Entry) -> Diagnostic {
        let keys = self.table.fields.iter().map(|field| field.key);
        let table = with_article(self.table.name);
        let list = format!("keys of {table}");
        let key = shorten(&entry.key);
        let message = format!("`{key}` is not a key of {table}");
        Diagnostic::error(&codes::UNKNOWN_KEY, message, suggest(&key, keys, &list))
            .at(entry.origin.place())
            .label("unknown key")
    }
}

/// Checks one value, adding what is wrong to `found`.
fn check(ty: &Type, node: &Node, path: &str, found: &mut Vec<Diagnostic>) {
    match (ty, &node.value) {
        (Type::Int { .. } | Type::PowerOfTwo { .. }, Value::Int(_))
        | (Type::Float { .. }, Value::Int(_) | Value::Float(_)) => {
            found.extend(check_number(ty, node, path));
        }
        (Type::Param, value) => found.extend(check_param(value, node, path)),
        (Type::Choice(choices), Value::Str(word)) => {
            found.extend(check_choice(choices, word, node, path));
        }
        (Type::Name, Value::Str(word)) => found.extend(check_name(word, node, path)),
        (Type::List { item, max }, Value::Seq(items)) => {
            found.extend(check_length(items.len(), *max, node, path));
            for (index, each) in items.iter().enumerate().take(*max) {
                check(item, each, &format!("{path}[{index}]"), found);
            }
        }
        (Type::Names(item), Value::Map(map)) => {
            for entry in &map.entries {
                found.extend(check_key_name(entry, path));
                check(item, &entry.node, &format!("{path}.{}", entry.key), found);
            }
        }
        (Type::Bool, Value::Bool(_))
        | (Type::Text | Type::Expression | Type::Extends, Value::Str(_))
        | (Type::Table(_) | Type::Config(_), Value::Map(_)) => {}
        _ => found.push(wrong_type(ty, node, path)),
    }
}

fn problem(
    code: &crate::diag::Code,
    node: &Node,
    message: String,
    hint: impl Into<String>,
) -> Diagnostic {
    Diagnostic::error(code, message, hint).at(node.origin.place())
}

fn wrong_type(ty: &Type, node: &Node, path: &str) -> Diagnostic {
    let expected = ty.expected();
    let message = format!(
        "`{path}` is {}, but must be {expected}",
        node.value.describe()
    );
    problem(&codes::WRONG_TYPE, node, message, cure(ty, &node.value)).label(node.value.describe())
}

/// The common mistakes have their own cure.
fn cure(ty: &Type, value: &Value) -> String {
    match (ty, value) {
        (_, Value::Null) => "write a value after the colon, or leave the key out".into(),
        (Type::Int { .. } | Type::PowerOfTwo { .. } | Type::Float { .. }, Value::Str(text))
            if text.parse::<f64>().is_ok() =>
        {
            format!("remove the quotes: {text}")
        }
        (Type::Int { .. } | Type::PowerOfTwo { .. }, Value::Float(number))
            if number.fract() == 0.0 && number.abs() < 1e15 =>
        {
            format!("write {number:.0} without point and exponent")
        }
        (Type::Bool, Value::Str(_)) => "write true or false, without quotes".into(),
        (Type::Text | Type::Expression, Value::Int(_) | Value::Float(_) | Value::Bool(_)) => {
            "put the value in quotes".into()
        }
        (Type::Table(_) | Type::Config(_) | Type::Names(_), Value::Seq(_)) => {
            "remove the dashes and write `key: value` lines".into()
        }
        (Type::List { .. }, _) => "write items with a dash each, or in [brackets]".into(),
        _ => format!("write {}", ty.expected()),
    }
}

fn check_number(ty: &Type, node: &Node, path: &str) -> Option<Diagnostic> {
    let number = match node.value {
        Value::Int(number) => number as f64,
        Value::Float(number) => number,
        _ => return None,
    };
    if !number.is_finite() {
        return Some(not_finite(ty, node, path));
    }
    if !in_range(ty, &node.value, number) {
        return Some(out_of_range(ty, node, path));
    }
    match (ty, &node.value) {
        (Type::PowerOfTwo { .. }, Value::Int(n)) if n.count_ones() != 1 => {
            Some(not_power_of_two(*n, node, path))
        }
        _ => None,
    }
}

fn in_range(ty: &Type, value: &Value, number: f64) -> bool {
    match (ty, value) {
        (Type::Int { min, max } | Type::PowerOfTwo { min, max }, Value::Int(n)) => {
            (i128::from(*min)..=i128::from(*max)).contains(n)
        }
        (Type::Float { min, max }, _) => (*min..=*max).contains(&number),
        _ => true,
    }
}

fn not_finite(ty: &Type, node: &Node, path: &str) -> Diagnostic {
    let message = format!("`{path}` is {}", node.value.describe());
    problem(
        &codes::NOT_FINITE,
        node,
        message,
        format!("write {}", ty.expected()),
    )
    .label("not a finite number")
}

fn out_of_range(ty: &Type, node: &Node, path: &str) -> Diagnostic {
    let message = format!("`{path}` is {}, outside its range", node.value.describe());
    problem(
        &codes::OUT_OF_RANGE,
        node,
        message,
        format!("write {}", ty.expected()),
    )
    .label("out of range")
}

fn not_power_of_two(number: i128, node: &Node, path: &str) -> Diagnostic {
    let above = (number as u64).next_power_of_two();
    let message = format!("`{path}` is {number}, not a power of two");
    let hint = format!("write {} or {above}", above / 2);
    problem(&codes::NOT_POWER_OF_TWO, node, message, hint).label("not a power of two")
}

fn check_choice(
    choices: &'static [(&'static str, &'static str)],
    word: &str,
    node: &Node,
    path: &str,
) -> Option<Diagnostic> {
    if choices.iter().any(|choice| choice.0 == word) {
        return None;
    }
    let word = shorten(word);
    let message = format!("`{path}` has no choice `{word}`");
    let hint = suggest(&word, choices.iter().map(|choice| choice.0), "choices");
    Some(problem(&codes::UNKNOWN_VALUE, node, message, hint).label("unknown choice"))
}

fn is_name(word: &str) -> bool {
    let mut chars = word.chars();
    let first = chars.next().is_some_and(|c| c.is_ascii_alphabetic());
    first && word.len() <= 64 && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn check_name(word: &str, node: &Node, path: &str) -> Option<Diagnostic> {
    if is_name(word) {
        return None;
    }
    let message = format!("`{path}` is `{}`, which is not a name", shorten(word));
    let hint = "begin with a letter, then use letters, digits and `_`, at most 64";
    Some(problem(&codes::BAD_NAME, node, message, hint))
}

fn check_key_name(entry: &tree::Entry, path: &str) -> Option<Diagnostic> {
    if is_name(&entry.key) {
        return None;
    }
    let message = format!("`{}` in `{path}` is not a name", shorten(&entry.key));
    let hint = "begin with a letter, then use letters, digits and `_`, at most 64";
    let diagnostic = Diagnostic::error(&codes::BAD_NAME, message, hint);
    Some(diagnostic.at(entry.origin.place()))
}

fn check_length(length: usize, max: usize, node: &Node, path: &str) -> Option<Diagnostic> {
    if (1..=max).contains(&length) {
        return None;
    }
    let message = format!("`{path}` has {length} items");
    let hint = format!("give at least 1 and at most {max}");
    Some(problem(&codes::OUT_OF_RANGE, node, message, hint))
}

fn check_param(value: &Value, node: &Node, path: &str) -> Option<Diagnostic> {
    match value {
        Value::Int(_) => None,
        Value::Float(number) if number.is_finite() => None,
        Value::Float(_) => Some(not_finite(&Type::Param, node, path)),
        Value::Str(text) if super::raw::parse_param(text).is_some() => None,
        Value::Str(text) => {
            let text = shorten(text);
            let words = ["clock", "mean_isolated"];
            let hint = format!(
                "{}, or write a number or a duration such as `400 cycles`",
                suggest(&text, words.into_iter(), "names of durations")
            );
            let message = format!("`{path}` is `{text}`, which names no number");
            Some(problem(&codes::BAD_PARAM, node, message, hint))
        }
        _ => Some(wrong_type(&Type::Param, node, path)),
    }
}

impl FromValue for i64 {
    const STAND_IN: Self = 0;

    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Int(number) => (*number).try_into().ok(),
            _ => None,
        }
    }
}

impl FromValue for u32 {
    const STAND_IN: Self = 0;

    fn from_value(value: &Value) -> Option<Self> {
        i64::from_value(value)?.try_into().ok()
    }
}

impl FromValue for u64 {
    const STAND_IN: Self = 0;

    fn from_value(value: &Value) -> Option<Self> {
        i64::from_value(value)?.try_into().ok()
    }
}

impl FromValue for f64 {
    const STAND_IN: Self = 0.0;

    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Int(number) => Some(*number as f64),
            Value::Float(number) => Some(*number),
            _ => None,
        }
    }
}

impl FromValue for bool {
    const STAND_IN: Self = false;

    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Bool(value) => Some(*value),
            _ => None,
        }
    }
}

impl FromValue for String {
    const STAND_IN: Self = String::new();

    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Str(text) => Some(text.clone()),
            _ => None,
        }
    }
}
