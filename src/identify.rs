//! From bytes (and a name) to a format, the format the name claims, and why.

use crate::model::{Format, Identified};

/// Identifies content by its first bytes.
pub fn identify(head: &[u8], name: Option<&str>) -> Identified {
    let _ = (head, name);
    Identified {
        format: Format::Text,
        extension: None,
        claimed: None,
        why: "",
    }
}

/// The extension stands for program source.
pub fn is_source_code(extension: Option<&str>) -> bool {
    let _ = extension;
    false
}
