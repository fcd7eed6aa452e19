//! Names of members as archivers wrote them: UTF-8, or the code page of the writer's system,
//! which no archive tells. One reading is shown; the others that make sense are scanned.

use encoding_rs::{BIG5, EUC_KR, SHIFT_JIS};

use crate::extract::driver::Context;
use crate::model::{Part, PartKind};

/// Text as it is shown: UTF-8, else GB 18030, else byte by byte.
pub(in crate::extract) fn decoded(raw: &[u8]) -> String {
    if let Ok(name) = std::str::from_utf8(raw) {
        return name.to_string();
    }
    let (name, _, malformed) = encoding_rs::GB18030.decode(raw);
    if malformed { raw.iter().map(|b| *b as char).collect() } else { name.into_owned() }
}

/// Scans the other readings of a text that is not UTF-8.
pub(in crate::extract) fn other_readings(raw: &[u8], kind: PartKind, cx: &mut Context<'_>) {
    if std::str::from_utf8(raw).is_ok() {
        return;
    }
    for encoding in [BIG5, SHIFT_JIS, EUC_KR] {
        let (name, _, malformed) = encoding.decode(raw);
        if !malformed {
            cx.short(Part::labelled(kind, encoding.name()), &name);
        }
    }
}
