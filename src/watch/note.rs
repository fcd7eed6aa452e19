//! The note that lies in a gate's `pending` while something that was saved there is held: it says where it went and what to
//! do. Its text is always the same and holds nothing of anybody's, so a note is known by its text: it is no document, never
//! looked at and never let out. What a person wrote over it is a document like any other and is not touched.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::act::quarantine::{Held, Quarantine};
use crate::config::Config;
use crate::disk::{Disk, FileKind, FileRef, FileStamp, Folder, fresh_id};
use crate::gate::UNDERWAY;

use super::{Duty, Root, roots};

/// Its name.
const NAME: &str = "文件已暂扣 Files are held.txt";
/// Its text. Another one makes those of earlier versions documents: they are then named here as well.
const TEXT: &str = "文件已暂扣

存入本目录的文件中，有的未能外发，已移到本机的暂扣区。文件没有丢失，也没有发出。

怎么办：从应用菜单打开“密闸”，点“暂扣的文件”，可以查看原因、退回修改、申请放行或删除；
也可以在终端运行 mizha quarantine list。拿不准的，请咨询本单位保密工作机构。

本说明由密闸自动放置，不会外发；暂扣的文件处理完后自动移除。


Files are held

Of the files saved into this folder, some were not let out. They were moved into the quarantine of this
computer: nothing is lost, and nothing was sent.

What to do: open Mizha from the application menu and choose \"Held files\" to see why, to take a file back and
correct it, to ask for its release or to delete it; or run mizha quarantine list in a terminal. When in doubt,
ask your secrecy office.

Mizha put this note here by itself. It is never let out, and goes away once nothing saved here is held.
";

/// The file is a note of ours: our text, or under our name the beginning of it, from a machine that lost power.
pub(super) fn is_note(path: &Path, look: &FileStamp) -> bool {
    let named = path.file_name().is_some_and(|name| name == NAME);
    let fits = if named { look.bytes <= TEXT.len() as u64 } else { look.bytes == TEXT.len() as u64 };
    look.kind == FileKind::File && fits && place(path).is_ok_and(|place| holds_ours(&place, named))
}

/// The place holds our text or, if `torn` is allowed, the beginning of it.
fn holds_ours(place: &FileRef, torn: bool) -> bool {
    let mut text = Vec::new();
    let read = place.open().and_then(|file| file.take(TEXT.len() as u64 + 1).read_to_end(&mut text));
    read.is_ok() && (text == TEXT.as_bytes() || torn && TEXT.as_bytes().starts_with(&text))
}

fn place(path: &Path) -> io::Result<FileRef> {
    let (folder, name) = path.parent().zip(path.file_name()).ok_or(io::ErrorKind::InvalidInput)?;
    Ok(FileRef::new(&Folder::open(folder)?, name))
}

/// The `pending` folders of these that hold what is not clear.
fn pending_folders(roots: &[Root]) -> impl Iterator<Item = &PathBuf> {
    let holding = roots.iter().filter(|root| matches!(root.duty, Duty::Gate { .. }) && !root.observes());
    holding.map(|root| &root.path)
}

/// Puts a note where something is held and none lies, if `put` is set; takes it away where nothing is held any more.
pub(super) fn settle(disk: &Disk, roots: &[Root], quarantine: &Quarantine, put: bool) {
    let mut held: Option<Vec<Held>> = None;
    for pending in pending_folders(roots) {
        let Ok(place) = Folder::open(pending).map(|folder| FileRef::new(&folder, NAME)) else { continue };
        if !put && place.look().is_err() {
            continue;
        }
        if held.is_none() {
            // What cannot be read changes nothing.
            let Ok(list) = quarantine.list() else { return };
            held = Some(list);
        }
        let is_held = held.iter().flatten().any(|held| held.from.0.starts_with(pending));
        let outcome = if is_held { write(disk, &place) } else { remove(disk, &place) };
        if let Err(e) = outcome {
            tracing::debug!(error = %e.kind(), "the note on held files");
        }
    }
}

/// Takes away the notes of gates of which nothing is held any more: for whoever decided on a held file.
pub fn tidy_notes(config: &Config, state: &Path, quarantine: &Quarantine) {
    if let Ok(roots) = roots(config, state) {
        settle(&Disk::default(), &roots, quarantine, false);
    }
}

fn write(disk: &Disk, place: &FileRef) -> io::Result<()> {
    if place.look().is_ok() {
        return Ok(());
    }
    let mut file = disk.create(place)?;
    disk.write(&place.path(), &mut TEXT.as_bytes(), &mut file)?;
    // Whoever may save here may read it; an editor asks before it writes over it.
    Ok(rustix::fs::fchmod(&file, rustix::fs::Mode::from_raw_mode(0o444))?)
}

/// A note goes under a hidden name first, so that what a person saves over it at this moment is not what is removed.
fn remove(disk: &Disk, place: &FileRef) -> io::Result<()> {
    if !holds_ours(place, true) {
        return Ok(());
    }
    let aside = place.beside(format!("{UNDERWAY}{}", fresh_id()?));
    disk.rename(place, &aside)?;
    if holds_ours(&aside, true) { disk.remove(&aside) } else { disk.rename(&aside, place) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_known_by_its_text_and_what_was_written_over_it_is_left() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(NAME);
        let (disk, note) = (Disk::default(), place(&path).expect("a place"));
        let is_note = |path: &Path| is_note(path, &FileStamp::at(path).expect("a file"));
        write(&disk, &note).expect("written");
        assert!(is_note(&path));
        let (copy, other) = (folder.path().join("copy.txt"), folder.path().join("other.txt"));
        std::fs::copy(&path, &copy).expect("copied");
        std::fs::write(&other, &TEXT[..TEXT.len() - 1]).expect("written");
        assert!(is_note(&copy) && !is_note(&other), "a part of it is ours under our name alone");
        remove(&disk, &note).expect("removed");
        assert!(!path.exists() && std::fs::read_dir(folder.path()).expect("read").count() == 2);
        for (text, ours) in [("", true), (&TEXT[..9], true), ("植树通知", false)] {
            std::fs::write(&path, text).expect("written");
            assert_eq!(is_note(&path), ours, "{text}");
            remove(&disk, &note).expect("done");
            assert_eq!(path.exists(), !ours, "{text}");
        }
    }

    #[test]
    fn the_note_itself_carries_no_mark() {
        let scanner = crate::scan::Scanner::builtin().expect("built-in packs are valid");
        assert_eq!(scanner.scan_bytes(Some(NAME), TEXT.as_bytes()).verdict, crate::model::Verdict::Clear);
    }
}
