//! Limits, each with a name, a default and a reason. They bound memory, time and nesting;
//! reaching one is a gap, never silence.

use serde::{Deserialize, Serialize};

const MIB: u64 = 1 << 20;

/// What one scan may use. All sizes in bytes of really inflated data, never declared sizes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Bytes inflated in all for one item, over all nesting, so that flat and nested bombs cost the same.
    pub total_bytes: u64,
    /// Bytes of one member of a container.
    pub entry_bytes: u64,
    /// Bytes held in memory at once for members that need random access, over all nesting.
    pub held_bytes: u64,
    /// Members of one container.
    pub entries: u64,
    /// Containers inside containers.
    pub nesting: u32,
    /// Elements inside elements of an XML part.
    pub xml_depth: u32,
    /// Bytes of one XML attribute value.
    pub attribute_bytes: u64,
    /// Findings and gaps kept for one item; the rest is counted.
    pub reported: u64,
    /// Milliseconds of processor time for one item, and one second more for every 10 MB of it.
    pub item_millis: u64,
    /// Pixels of one picture, looked at before it is decoded.
    pub picture_pixels: u64,
    /// Pictures, pages and frames whose text is read, for one file or scanned document.
    pub picture_pages: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            total_bytes: 512 * MIB,
            entry_bytes: 400 * MIB,
            held_bytes: 64 * MIB,
            entries: 20_000,
            nesting: 10,
            xml_depth: 512,
            attribute_bytes: MIB,
            reported: 200,
            item_millis: 60_000,
            picture_pixels: 50_000_000,
            picture_pages: 32,
        }
    }
}
