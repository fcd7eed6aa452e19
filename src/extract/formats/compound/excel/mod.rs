//! Workbooks of the binary formats ([MS-XLS] and the BIFF versions before it): every record of
//! every sheet. Cells, comments, headers and text boxes say where they stand; all other records
//! are searched for strings in the forms they are written in.

mod book;
mod chunks;

use super::store::Store;
use super::unlock;
use crate::extract::driver::Context;
use crate::model::GapReason;

use book::Book;

/// Reads a workbook that is a file of its own, as versions before 5 wrote them.
pub(super) fn read_bare(bytes: &[u8], cx: &mut Context<'_>) -> Result<(), GapReason> {
    Book::default().read(bytes, "workbook", cx)
}

/// Reads the workbook of a storage. Adds the streams that were read.
pub(super) fn read(
    store: &mut Store<'_>,
    storage: usize,
    main: usize,
    read: &mut Vec<usize>,
    cx: &mut Context<'_>,
) -> Result<(), GapReason> {
    // The history of a shared workbook, and the caches of its pivot tables.
    let mut streams = vec![main];
    streams.extend(["Revision Log", "User Names"].iter().filter_map(|name| store.child(storage, name)));
    if let Some(caches) = store.child(storage, "_SX_DB_CUR") {
        streams.extend(store.node(caches).children.iter().copied().filter(|child| !store.node(*child).is_storage));
    }
    let mut outcome = Ok(());
    for stream in streams {
        let label = store.node(stream).name.clone();
        outcome = outcome.and(read_stream(store, stream, &label, cx));
        read.push(stream);
        if outcome == Err(GapReason::Encrypted) {
            break;
        }
    }
    outcome
}

fn read_stream(store: &mut Store<'_>, stream: usize, label: &str, cx: &mut Context<'_>) -> Result<(), GapReason> {
    let mut content = store.read(stream, cx.budget())?;
    unlock::workbook(&mut content.bytes);
    let outcome = Book::default().read(&content.bytes, label, cx);
    content.trouble.map_or(Ok(()), Err).and(outcome)
}
