//! A document property as every format hands it on: the value under its key, and what is known
//! as a machine-readable label once more in one line with its key.

use crate::extract::driver::Context;
use crate::model::{Part, PartKind};

/// Hands on one value with its key.
pub(in crate::extract) fn emit(kind: PartKind, key: &str, text: &str, cx: &mut Context<'_>) {
    cx.short(Part::labelled(kind, key), text);
    if is_label_key(key) {
        cx.short(Part::labelled(PartKind::Label, key), &format!("{key}={text}"));
    }
}

/// Keys under which programs store what a document is classified as.
fn is_label_key(key: &str) -> bool {
    key.starts_with("MSIP_Label_")
        || key.starts_with("urn:bails:")
        || key.eq_ignore_ascii_case("msip_labels")
        || key.eq_ignore_ascii_case("x-protective-marking")
}
