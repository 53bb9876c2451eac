//! YAML presets and the schema that reads them.
