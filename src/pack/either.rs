//! Reading "a text or a table" without losing what is wrong with the table: an untagged enum of
//! serde would only say that nothing fits, without the misspelt key and its line.

/// Implements `Deserialize` for an enum of a text and a table.
macro_rules! either {
    ($name:ident, $text:ident, $table:ident($inner:ty), $expecting:literal) => {
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Either;
                impl<'de> serde::de::Visitor<'de> for Either {
                    type Value = $name;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str($expecting)
                    }

                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$name, E> {
                        Ok($name::$text(text.to_string()))
                    }

                    fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<$name, A::Error> {
                        let table = serde::de::value::MapAccessDeserializer::new(map);
                        <$inner as serde::Deserialize>::deserialize(table).map($name::$table)
                    }
                }
                deserializer.deserialize_any(Either)
            }
        }
    };
}

pub(super) use either;
