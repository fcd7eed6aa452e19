//! The JSON Schema of a pack file, made from the types that read it, so that editors complete
//! keys and cannot drift from the program.

use super::PackSpec;

/// The schema as text, as it is shipped in `patterns/pack.schema.json`.
pub fn schema() -> String {
    let mut schema = schemars::SchemaGenerator::default().into_root_schema_for::<PackSpec>();
    schema.insert("title".into(), "Mizha pack".into());
    format!("{schema:#}\n", schema = serde_json::to_value(&schema).unwrap_or_default())
}
