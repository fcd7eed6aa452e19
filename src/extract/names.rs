//! Names of members as archivers wrote them: UTF-8, or the code page of the writer's system,
//! which no archive tells. One reading is shown; all of them are scanned.

use super::{Cx, text};
use crate::model::PartKind;

/// A name as it is shown: UTF-8, else GB 18030, else byte by byte.
pub(super) fn decoded(raw: &[u8]) -> String {
    if let Ok(name) = std::str::from_utf8(raw) {
        return name.to_string();
    }
    let (name, _, malformed) = encoding_rs::GB18030.decode(raw);
    if malformed { raw.iter().map(|b| *b as char).collect() } else { name.into_owned() }
}

/// Scans the other readings of a name that is not UTF-8: Big5, Shift JIS and what else it may be.
pub(super) fn other_readings(raw: &[u8], cx: &mut Cx<'_>) {
    if std::str::from_utf8(raw).is_err() {
        // Names in memory cannot fail to be read.
        let _ = text::read(raw, PartKind::EntryName, cx);
    }
}
