//! The readings of one file: as its newest version says, as earlier ones said, and as a scan finds it.

use crate::model::PartKind;

/// Which reading of the file this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pass {
    /// As the newest cross-reference says.
    Newest,
    /// As an earlier one said.
    Earlier,
    /// As a scan for objects finds it.
    Scanned,
}

impl Pass {
    /// What its content is called, where it is not the document's own.
    pub(super) fn kind(self, own: PartKind) -> PartKind {
        match self {
            Pass::Newest => own,
            Pass::Earlier => PartKind::Earlier,
            Pass::Scanned => PartKind::Unreferenced,
        }
    }
}
