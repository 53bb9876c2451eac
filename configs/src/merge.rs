//! From a name or path to one merged tree: `extends:`, references to presets and files, `--set`.
//!
//! Maps merge key by key, the later value wins; lists and scalars replace. A map that stands for a
//! whole configuration (a preset name, a path, or a map with its own `extends:`) replaces as well, so
//! that `--set scheduler.policy=fcfs` leaves nothing of the policy that was there.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::codes;
use crate::diag::{Diagnostic, Diagnostics, Place};
use crate::fields::{Kind, Type, suggest, tables};
use crate::presets;
use crate::source::{Origin, Source};
use crate::tree::{self, Entry, Map, Node, Value};

/// Longest path of one `--set`.
const MAX_SET_DEPTH: usize = 8;

/// Loads a configuration, follows `extends:` and references, and applies `--set` values in order.
///
/// `name_or_path` is a path when it holds a `/` or ends in `.yaml` or `.yml`, else a preset name. Each
/// of `sets` is `a.b.c=VALUE`, VALUE in YAML. The result is not checked against the field table yet.
///
/// # Errors
/// When the file itself cannot be read; and all problems of what it refers to, with the tree as far
/// as it could be loaded, so that the field table can be checked in the same go.
pub fn load(kind: Kind, name_or_path: &str, sets: &[String]) -> (Option<Node>, Diagnostics) {
    let mut loader = Loader::default();
    let here = Folder(PathBuf::new());
    let Some(mut node) = loader.reference(kind, name_or_path, None, &here) else {
        return (None, loader.problems);
    };
    for set in sets {
        if let Some(over) = loader.set(kind, set) {
            merge(&mut node, over);
        }
    }
    (Some(node), loader.problems)
}

/// Folder that relative paths of a file start from.
#[derive(Debug, Clone)]
struct Folder(PathBuf);

/// A configuration found by name or path.
struct Found {
    /// Equal for the same preset or file, however it was named.
    identity: String,
    source: Arc<Source>,
    folder: Folder,
}

#[derive(Default)]
struct Loader {
    /// What is being loaded now, outermost first: identity and shown name.
    chain: Vec<(String, String)>,
    problems: Diagnostics,
}

impl Loader {
    /// Loads what a preset name or path stands for; `None` after a problem was noted.
    fn reference(
        &mut self,
        kind: Kind,
        name: &str,
        from: Option<&Origin>,
        folder: &Folder,
    ) -> Option<Node> {
        let loaded = find(kind, name, folder).and_then(|found| {
            self.check_cycle(&found)?;
            let node = tree::parse_root(&found.source, kind.list_key())?;
            Ok((found, node))
        });
        match loaded {
            Ok((found, node)) => Some(self.expand_file(kind, found, node)),
            Err(problem) => {
                let problem = match problem.place {
                    Some(_) => problem,
                    None => problem.at(from.map(Origin::place)),
                };
                self.problems.push(problem);
                None
            }
        }
    }

    fn expand_file(&mut self, kind: Kind, found: Found, node: Node) -> Node {
        let shown = found.source.name().to_owned();
        let name = stem_name(&shown);
        self.chain.push((found.identity, shown));
        let mut node = self.expand(kind, node, &found.folder);
        self.chain.pop();
        if let Value::Map(map) = &mut node.value {
            map.whole = true;
            map.name = Some(name);
        }
        node
    }

    fn check_cycle(&self, found: &Found) -> Result<(), Diagnostic> {
        let Some(start) = self.chain.iter().position(|link| link.0 == found.identity) else {
            return Ok(());
        };
        let names = self.chain[start..].iter().map(|link| link.1.as_str());
        let chain: Vec<&str> = names.chain([self.chain[start].1.as_str()]).collect();
        let message = format!("a configuration extends itself: {}", chain.join(" -> "));
        let hint = "remove one `extends:` of the chain";
        Err(Diagnostic::error(&codes::EXTENDS_CYCLE, message, hint))
    }

    /// Replaces references inside a map by what they stand for, then its own `extends:`.
    fn expand(&mut self, kind: Kind, mut node: Node, folder: &Folder) -> Node {
        let Value::Map(map) = &mut node.value else {
            return node;
        };
        for entry in &mut map.entries {
            if let Some(Type::Config(inner)) = kind.table().field(&entry.key).map(|f| &f.ty) {
                self.expand_entry(*inner, entry, folder);
            }
        }
        match map.remove("extends") {
            Some(extends) => self.extend(kind, node, extends, folder),
            None => node,
        }
    }

    fn expand_entry(&mut self, kind: Kind, entry: &mut Entry, folder: &Folder) {
        let origin = entry.node.origin.clone();
        let stand_in = Node {
            value: Value::Null,
            origin: origin.clone(),
        };
        let node = std::mem::replace(&mut entry.node, stand_in);
        entry.node = match &node.value {
            Value::Str(name) => {
                let loaded = self.reference(kind, name, Some(&origin), folder);
                loaded.unwrap_or_else(|| unresolved(origin))
            }
            _ => self.expand(kind, node, folder),
        };
    }

    fn extend(&mut self, kind: Kind, node: Node, extends: Entry, folder: &Folder) -> Node {
        let origin = extends.node.origin;
        let base = match &extends.node.value {
            Value::Str(name) => self.reference(kind, name, Some(&origin), folder),
            other => {
                self.problems.push(bad_extends(other, &origin));
                None
            }
        };
        let mut merged = base.unwrap_or_else(|| unresolved(origin));
        let place = node.origin.clone();
        merge(&mut merged, node);
        merged.origin = place;
        merged
    }

    /// The tree of one `--set`; `None` after a problem was noted.
    fn set(&mut self, kind: Kind, set: &str) -> Option<Node> {
        match set_tree(set) {
            Ok(node) => Some(self.expand(kind, node, &Folder(PathBuf::new()))),
            Err(problem) => {
                self.problems.push(problem);
                None
            }
        }
    }
}

/// The file name without its ending, as a name of letters, digits and `_`.
fn stem_name(path: &str) -> String {
    let stem = Path::new(path).file_stem().unwrap_or_default();
    let stem = stem.to_string_lossy();
    let letter = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    let name: String = stem.chars().map(letter).collect();
    match name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        true => name,
        false => format!("file_{name}"),
    }
}

/// An empty map in the place of what could not be loaded.
fn unresolved(origin: Origin) -> Node {
    let map = Map {
        whole: true,
        incomplete: true,
        ..Map::default()
    };
    Node {
        value: Value::Map(map),
        origin,
    }
}

fn bad_extends(value: &Value, origin: &Origin) -> Diagnostic {
    let message = format!(
        "`extends` is {}, but must be a name or a path",
        value.describe()
    );
    Diagnostic::error(&codes::WRONG_TYPE, message, "write `extends: NAME`").at(origin.place())
}

fn find(kind: Kind, name: &str, folder: &Folder) -> Result<Found, Diagnostic> {
    match is_path(name) {
        true => find_file(folder, name),
        false => find_preset(kind, name),
    }
}

/// Whether a name means a file and not a preset.
pub(crate) fn is_path(name: &str) -> bool {
    name.contains('/') || name.ends_with(".yaml") || name.ends_with(".yml")
}

fn find_preset(kind: Kind, name: &str) -> Result<Found, Diagnostic> {
    let Some(preset) = presets::find(kind, name) else {
        return Err(unknown_preset(kind, name));
    };
    let file = preset.file();
    Ok(Found {
        source: Source::new(&file, preset.text),
        identity: format!("preset {file}"),
        folder: Folder(PathBuf::new()),
    })
}

fn unknown_preset(kind: Kind, name: &str) -> Diagnostic {
    let shown = tree::shorten(name);
    let message = format!("there is no {} preset `{shown}`", kind.name());
    let names = suggest(&shown, presets::names(kind), "presets");
    let hint = format!("{names}; a file is named with its ending: `{shown}.yaml`");
    Diagnostic::error(&codes::UNKNOWN_PRESET, message, hint)
}

fn find_file(folder: &Folder, name: &str) -> Result<Found, Diagnostic> {
    let path: PathBuf = folder.0.join(name).components().collect();
    let shown = path.display().to_string();
    let bytes = std::fs::read(&path).map_err(|error| unreadable(&shown, &error))?;
    let identity = std::fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
    Ok(Found {
        source: tree::read_text(&shown, &bytes)?,
        identity: identity.display().to_string(),
        folder: Folder(path.parent().unwrap_or(Path::new("")).to_owned()),
    })
}

fn unreadable(path: &str, error: &std::io::Error) -> Diagnostic {
    let what = match error.kind() {
        std::io::ErrorKind::NotFound => "does not exist".to_owned(),
        std::io::ErrorKind::PermissionDenied => "may not be read".to_owned(),
        std::io::ErrorKind::IsADirectory => "is a folder, not a file".to_owned(),
        kind => format!("cannot be read ({kind})"),
    };
    let message = format!("the file `{path}` {what}");
    let hint = "check the path; paths in a file start from the folder of that file";
    Diagnostic::error(&codes::MISSING_FILE, message, hint)
}

/// Puts the values of `over` over those of `base`.
pub fn merge(base: &mut Node, over: Node) {
    match (&mut base.value, over.value) {
        (Value::Map(below), Value::Map(above)) if !above.whole => {
            below.incomplete |= above.incomplete;
            drop_alternatives(below, &above);
            for entry in above.entries {
                merge_entry(below, entry);
            }
        }
        (_, value) => {
            base.value = value;
            base.origin = over.origin;
        }
    }
}

/// A key that excludes another takes its place, unless both are given side by side.
fn drop_alternatives(below: &mut Map, above: &Map) {
    for [one, other] in tables::ALTERNATIVES {
        match (above.get(one), above.get(other)) {
            (Some(_), None) => below.remove(other),
            (None, Some(_)) => below.remove(one),
            _ => None,
        };
    }
}

fn merge_entry(below: &mut Map, entry: Entry) {
    match below
        .entries
        .iter_mut()
        .find(|known| known.key == entry.key)
    {
        Some(known) => {
            known.origin = entry.origin;
            merge(&mut known.node, entry.node);
        }
        None => below.entries.push(entry),
    }
}

/// `a.b=VALUE` as the tree `{a: {b: VALUE}}`.
fn set_tree(set: &str) -> Result<Node, Diagnostic> {
    let source = Source::new("--set", set);
    let Some((path, value)) = set.split_once('=') else {
        return Err(bad_set(&source, "has no `=`"));
    };
    let keys: Vec<&str> = path.split('.').collect();
    if keys.iter().any(|key| key.trim().is_empty()) {
        return Err(bad_set(&source, "has an empty key in its path"));
    }
    if keys.len() > MAX_SET_DEPTH {
        return Err(bad_set(&source, "has a path of more than 8 keys"));
    }
    if keys.last() == Some(&"extends") {
        return Err(bad_set(&source, "sets `extends`, which is resolved before"));
    }
    let value = set_value(&source, path, value)?;
    Ok(nest(&source, &keys, value))
}

fn bad_set(source: &Arc<Source>, what: &str) -> Diagnostic {
    let text = tree::shorten(source.text());
    let message = format!("`--set {text}` {what}");
    let hint = "write `--set KEY.KEY=VALUE`, such as `--set scheduler.capacity=32` or \
                `--set scheduler.policy=fcfs`";
    let length = text.chars().count() as u32;
    let place = Place::in_text(source.name(), source.text(), 1, 1, length);
    Diagnostic::error(&codes::BAD_SET, message, hint).at(place)
}

/// Parses the value with the path blanked out, so that its columns are those of the whole text.
fn set_value(source: &Arc<Source>, path: &str, value: &str) -> Result<Node, Diagnostic> {
    if value.trim().is_empty() {
        return Err(bad_set(source, "has no value"));
    }
    let blank = " ".repeat(path.chars().count() + 1);
    tree::parse_aligned(source, &format!("{blank}{value}"))
}

fn nest(source: &Arc<Source>, keys: &[&str], value: Node) -> Node {
    let mut end: usize = keys.iter().map(|key| key.len() + 1).sum();
    let mut node = value;
    for key in keys.iter().rev() {
        end -= key.len() + 1;
        let origin = Origin::at_offset(source, end, key.chars().count() as u32);
        let entry = Entry {
            key: key.trim().to_owned(),
            origin: origin.clone(),
            node,
        };
        let map = Map {
            entries: vec![entry],
            ..Map::default()
        };
        node = Node {
            value: Value::Map(map),
            origin,
        };
    }
    node
}
