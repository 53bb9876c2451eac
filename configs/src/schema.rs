//! JSON Schema and reference page, both from the field table.
//!
//! The schema lets editors complete and check a file while it is written; the presets name it in
//! their first line. The reference page is the documentation of all keys.

use serde_json::{Map, Value, json};

use crate::fields::{Field, Kind, Presence, Table, Type, tables};
use crate::source::Source;
use crate::tree;

/// The JSON Schema (draft 2020-12) of a kind of configuration.
pub fn json_schema(kind: Kind) -> Value {
    let mut schema = Map::new();
    schema.insert(
        "$schema".into(),
        json!("https://json-schema.org/draft/2020-12/schema"),
    );
    schema.insert("title".into(), json!(format!("dysta {}", kind.name())));
    let Value::Object(root) = table_schema(kind.table()) else {
        return Value::Null;
    };
    schema.extend(root);
    Value::Object(schema)
}

/// `required` is left out on purpose where `extends` can supply the keys.
fn table_schema(table: &Table) -> Value {
    let property = |field: &Field| (field.key.to_owned(), field_schema(field));
    let properties: Map<String, Value> = table.fields.iter().map(property).collect();
    let mut schema = json!({
        "description": table.doc,
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    });
    let required = required_keys(table);
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

/// Keys that a file cannot do without; none in tables that know `extends`.
fn required_keys(table: &Table) -> Vec<&'static str> {
    if table.field("extends").is_some() {
        return Vec::new();
    }
    let required = |field: &&Field| field.presence == Presence::Required;
    table
        .fields
        .iter()
        .filter(required)
        .map(|field| field.key)
        .collect()
}

fn field_schema(field: &Field) -> Value {
    let mut schema = type_schema(&field.ty);
    schema["description"] = json!(description(field));
    if let Presence::Default(text) = field.presence {
        schema["default"] = default_value(text);
    }
    schema
}

fn description(field: &Field) -> String {
    match field.unit {
        "" => field.doc.to_owned(),
        "1" => format!("{} A pure number.", field.doc),
        unit => format!("{} Unit: {unit}.", field.doc),
    }
}

fn type_schema(ty: &Type) -> Value {
    match ty {
        Type::Int { min, max } => json!({"type": "integer", "minimum": min, "maximum": max}),
        Type::PowerOfTwo { min, max } => json!({"enum": powers_of_two(*min, *max)}),
        Type::Float { min, max } => json!({"type": "number", "minimum": min, "maximum": max}),
        Type::Bool => json!({"type": "boolean"}),
        Type::Text | Type::Expression | Type::Extends => json!({"type": "string"}),
        Type::Name => json!({"type": "string", "pattern": NAME_PATTERN}),
        Type::Param => json!({"type": ["number", "string"], "pattern": PARAM_PATTERN}),
        Type::Choice(choices) => choice_schema(choices),
        Type::List { item, max } => {
            json!({"type": "array", "items": type_schema(item), "minItems": 1, "maxItems": max})
        }
        Type::Names(item) => json!({
            "type": "object",
            "additionalProperties": type_schema(item),
            "propertyNames": {"pattern": NAME_PATTERN},
        }),
        Type::Table(table) => table_schema(table),
        Type::Config(kind) => json!({"anyOf": [{"type": "string"}, table_schema(kind.table())]}),
    }
}

const NAME_PATTERN: &str = "^[A-Za-z][A-Za-z0-9_]{0,63}$";
const PARAM_PATTERN: &str = "^(clock|mean_isolated|[-+0-9.eE]+ *cycles)$";

fn choice_schema(choices: &[(&str, &str)]) -> Value {
    let choice = |(word, doc): &(&str, &str)| json!({"const": word, "description": doc});
    json!({"oneOf": choices.iter().map(choice).collect::<Vec<_>>()})
}

fn powers_of_two(min: i64, max: i64) -> Vec<i64> {
    let powers = (0..62).map(|log2| 1i64 << log2);
    powers.filter(|power| (min..=max).contains(power)).collect()
}

/// The default as JSON; defaults are YAML texts of the table itself.
fn default_value(text: &str) -> Value {
    match tree::parse_value(&Source::new("default", text)) {
        Ok(node) => to_json(&node.value),
        Err(_) => Value::Null,
    }
}

fn to_json(value: &tree::Value) -> Value {
    match value {
        tree::Value::Null => Value::Null,
        tree::Value::Bool(value) => json!(value),
        tree::Value::Int(value) => json!(*value as i64),
        tree::Value::Float(value) => json!(value),
        tree::Value::Str(text) => json!(text),
        tree::Value::Seq(items) => items.iter().map(|item| to_json(&item.value)).collect(),
        tree::Value::Map(map) => {
            let entry = |e: &tree::Entry| (e.key.clone(), to_json(&e.node.value));
            Value::Object(map.entries.iter().map(entry).collect())
        }
    }
}

/// The reference page of all keys, in Markdown.
pub fn reference_page() -> String {
    let mut page = String::from(REFERENCE_HEAD);
    for table in tables::ALL {
        page.push_str(&table_section(table));
    }
    page
}

const REFERENCE_HEAD: &str = "\
# Configuration keys

Generated from the field table of `dysta-config`. A configuration is a preset name (`edge`) or a
YAML file (a path with `/` or the ending `.yaml`). `extends: NAME` takes over the keys of another
configuration; keys given beside it win, maps merge key by key, lists and single values replace.
`--set a.b=VALUE` does the same from the command line.
";

fn table_section(table: &Table) -> String {
    let mut section = format!("\n## {}\n\n{}\n\n", capitalise(table.name), table.doc);
    section.push_str("| key | value | unit | default | meaning |\n|---|---|---|---|---|\n");
    for field in table.fields {
        section.push_str(&field_row(field));
    }
    let choices = table.fields.iter().filter_map(choice_notes);
    section.extend(choices);
    section
}

fn field_row(field: &Field) -> String {
    let default = match field.presence {
        Presence::Required => "required".to_owned(),
        Presence::Optional => "none".to_owned(),
        Presence::Default(text) => format!("`{text}`"),
    };
    let value = field.ty.expected();
    format!(
        "| `{}` | {value} | {} | {default} | {} |\n",
        field.key, field.unit, field.doc
    )
}

fn choice_notes(field: &Field) -> Option<String> {
    let Type::Choice(choices) = &field.ty else {
        return None;
    };
    let note = |(word, doc): &(&str, &str)| format!("- `{}: {word}`: {doc}\n", field.key);
    let notes: String = choices.iter().map(note).collect();
    Some(format!("\n{notes}"))
}

fn capitalise(word: &str) -> String {
    let mut chars = word.chars();
    let first = chars.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(chars).collect()
}
