//! The version of the program that a pack asks for: three numbers that compare as numbers.

use serde::{Deserialize, Serialize};

/// A version of the program: three numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version([u64; 3]);

impl Version {
    /// The version of this program.
    pub fn ours() -> Self {
        env!("CARGO_PKG_VERSION").parse().unwrap_or(Version([0; 3]))
    }
}

impl std::str::FromStr for Version {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fault = || format!("`{text}` is no version such as 0.1.0");
        let plain = text.split(['-', '+']).next().unwrap_or_default();
        let numbers: Vec<u64> = plain.split('.').map(str::parse).collect::<Result<_, _>>().map_err(|_| fault())?;
        numbers.try_into().map(Version).map_err(|_| fault())
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [major, minor, patch] = self.0;
        write!(f, "{major}.{minor}.{patch}")
    }
}

impl Serialize for Version {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number() {
        let version = |text: &str| text.parse::<Version>().expect(text);
        assert!(version("0.10.0") > version("0.9.9") && version("1.0.0-rc.1") == version("1.0.0"));
        assert!("1.0".parse::<Version>().is_err());
    }
}
