//! HEIC in a build without young decoders: such pictures are told, and not decoded.

use super::still::Take;
use crate::model::{Feature, GapReason};
use crate::ocr::Bounds;

/// It is a file of this container: its first box is named so (ISO/IEC 14496-12, 4.3).
pub(super) fn is(bytes: &[u8]) -> bool {
    bytes.get(4..8) == Some(b"ftyp")
}

/// Nothing: the format is not read by this build.
///
/// # Errors
/// Always.
pub(super) fn decode(_bytes: &[u8], _bounds: Bounds, _take: Take<'_>) -> Result<(), GapReason> {
    Err(GapReason::Feature(Feature::Young))
}
