//! Paths in files of ours: text where they are text, their bytes where they are not, so that
//! no name is lost on the way through JSON.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A path that survives being written down.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RawPath(pub PathBuf);

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum WriteResult {
    Text(String),
    Bytes(Vec<u8>),
}

impl Serialize for RawPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.to_str() {
            Some(text) => WriteResult::Text(text.to_string()),
            None => WriteResult::Bytes(self.0.as_os_str().as_bytes().to_vec()),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for RawPath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(RawPath(match WriteResult::deserialize(deserializer)? {
            WriteResult::Text(text) => PathBuf::from(text),
            WriteResult::Bytes(bytes) => PathBuf::from(OsString::from_vec(bytes)),
        }))
    }
}

impl AsRef<Path> for RawPath {
    fn as_ref(&self) -> &Path {
        &self.0
    }
}

impl From<PathBuf> for RawPath {
    fn from(path: PathBuf) -> Self {
        RawPath(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_not_text_come_back_whole() {
        for bytes in [&b"/a/\xb2\xe2.txt"[..], "/通知/甲.docx".as_bytes(), b"/a\nb"] {
            let path = RawPath(PathBuf::from(OsString::from_vec(bytes.to_vec())));
            let text = serde_json::to_string(&path).expect("JSON");
            assert_eq!(serde_json::from_str::<RawPath>(&text).expect("a path"), path);
        }
    }
}
