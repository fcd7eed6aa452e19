//! The JSON Schema of a pack file, for editors that complete keys. It is made from the types that read a
//! pack, by a test, so that it cannot drift from the program.

/// The schema as text, as it is shipped in `patterns/pack.schema.json`.
pub fn schema() -> &'static str {
    include_str!("../../patterns/pack.schema.json")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::PackSpec;

    #[test]
    fn the_shipped_schema_is_that_of_the_types() {
        let mut made = schemars::SchemaGenerator::default().into_root_schema_for::<PackSpec>();
        made.insert("title".into(), "Mizha pack".into());
        let made = format!("{:#}\n", serde_json::to_value(&made).expect("a schema is JSON"));
        if std::env::var_os("MIZHA_UPDATE").is_some() {
            let file = concat!(env!("CARGO_MANIFEST_DIR"), "/patterns/pack.schema.json");
            std::fs::write(file, &made).expect("the schema can be written");
        }
        assert!(schema() == made, "stale: run `MIZHA_UPDATE=1 cargo test --lib schema` and build again");
    }
}
