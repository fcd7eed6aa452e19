//! What a browser says: one object a message, told apart by `type`. Whatever is not exactly that is refused.

use serde::Deserialize;

/// What is asked.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum HostRequest {
    /// Which sites are guarded, and how.
    Hello {
        /// The protocol's version.
        version: u32,
    },
    /// A short text, whole.
    Text {
        id: u64,
        /// The host of the page.
        site: String,
        text: String,
        purpose: Purpose,
    },
    /// A file begins.
    Begin {
        id: u64,
        /// The host of the page.
        site: String,
        /// Its name, behind those of the folders around it.
        name: String,
        /// How long it is.
        bytes: u64,
    },
    /// The next piece of a file, in base 64.
    Piece { id: u64, data: String },
    /// The file has ended.
    End { id: u64 },
    /// Nobody waits for the answer any more.
    Cancel { id: u64 },
    /// A person lets it go, and says why.
    Confirm { id: u64, reason: String },
}

/// Why a text is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Purpose {
    /// It is being written: nothing has been tried yet, and nothing is written down.
    Writing,
    /// It is about to leave.
    Sending,
}

impl HostRequest {
    /// Reads a message; the error says nothing of its content.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        serde_json::from_slice(text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_known_is_taken() {
        assert!(matches!(
            HostRequest::parse(br#"{"type":"hello","version":1}"#),
            Some(HostRequest::Hello { version: 1 })
        ));
        for wrong in [
            &b"{"[..],
            b"[]",
            b"{}",
            br#"{"type":"shell","id":1}"#,
            br#"{"type":"end"}"#,
            br#"{"type":"end","id":-1}"#,
            br#"{"type":"end","id":"1"}"#,
            br#"{"type":"end","id":1,"more":2}"#,
            br#"{"type":"text","id":1,"site":"a","text":"b","purpose":"fun"}"#,
            b"{\"type\":\"text\",\"id\":1,\"site\":\"a\",\"purpose\":\"sending\",\"text\":\"\xFF\"}",
        ] {
            assert!(HostRequest::parse(wrong).is_none(), "{}", String::from_utf8_lossy(wrong));
        }
    }
}
