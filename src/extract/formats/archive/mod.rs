//! Archives and compressed files: a file a format. Zip has a folder of its own, because documents
//! are zips too.

mod ar;
mod cab;
mod compressed;
mod cpio;
mod iso;
#[cfg(feature = "young")]
mod rar;
#[cfg(feature = "young")]
mod rar_blocks;
mod sevenz;
mod tar;

pub(super) use ar::Ar;
pub(super) use cab::Cab;
pub(super) use compressed::Compressed;
pub(super) use cpio::Cpio;
pub(super) use iso::Iso;
#[cfg(feature = "young")]
pub(super) use rar::Rar;
pub(super) use sevenz::SevenZip;
pub(super) use tar::Tar;
