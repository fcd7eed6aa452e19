//! The one walk: given paths become entries, in a stable order. Hidden and ignore-listed files
//! are included. A link is followed only if a person named it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::file::reason;
use crate::model::GapReason;

/// One thing found: a file to scan, or a place that cannot be.
#[derive(Debug, Clone)]
pub struct WalkEntry {
    /// The path as given, joined below a given folder.
    pub path: PathBuf,
    /// A person named it.
    pub explicit: bool,
    /// Its name and, below a given folder, the names of the folders on the way and of that folder, innermost first.
    pub names: Vec<String>,
    /// Why it cannot be scanned, if so.
    pub gap: Option<GapReason>,
}

/// The same, and nothing of these folders: not even their names are read.
pub fn walk_without(path: &Path, left_out: Vec<PathBuf>) -> Box<dyn Iterator<Item = WalkEntry> + Send> {
    if path.is_dir() { Box::new(below(path.to_path_buf(), left_out)) } else { walk(path) }
}

/// Walks the given paths. Links below a given folder are not followed: what they lead to inside
/// the tree is met by the walk itself, what they lead to outside is a gap.
pub fn walk(path: &Path) -> Box<dyn Iterator<Item = WalkEntry> + Send> {
    let given = path.to_path_buf();
    match std::fs::metadata(path) {
        Err(e) => Box::new(std::iter::once(entry(&given, path, true, Some(reason(&e))))),
        Ok(meta) if meta.is_dir() => Box::new(below(given, Vec::new())),
        Ok(meta) => {
            let gap = (!meta.is_file()).then_some(GapReason::Special);
            Box::new(std::iter::once(entry(&given, path, true, gap)))
        }
    }
}

fn below(root: PathBuf, left_out: Vec<PathBuf>) -> impl Iterator<Item = WalkEntry> + Send {
    // A name that ends in a slash, or `.`, leads to a link's target; any other link is opened as one.
    let walk = WalkDir::new(&root).follow_root_links(true).sort_by_file_name();
    let inside = root.canonicalize().ok();
    let walk = walk.into_iter().filter_entry(move |entry| !left_out.iter().any(|out| out == entry.path()));
    walk.filter_map(move |found| match found {
        Ok(found) if found.file_type().is_dir() => None,
        Ok(found) if found.file_type().is_file() => Some(entry(&root, found.path(), false, None)),
        Ok(found) if found.file_type().is_symlink() => {
            let target = found.path().canonicalize().ok();
            let met = target.zip(inside.as_ref()).is_some_and(|(target, inside)| target.starts_with(inside));
            (!met).then(|| entry(&root, found.path(), false, Some(GapReason::Special)))
        }
        Ok(found) => Some(entry(&root, found.path(), false, Some(GapReason::Special))),
        Err(e) => {
            let why = e.io_error().map_or(GapReason::Io, reason);
            Some(entry(&root, e.path().unwrap_or(&root), false, Some(why)))
        }
    })
}

fn entry(root: &Path, path: &Path, explicit: bool, gap: Option<GapReason>) -> WalkEntry {
    let below = path.strip_prefix(root).ok().filter(|below| !below.as_os_str().is_empty());
    let names = match below {
        Some(below) => below.iter().rev().chain(root.file_name()).map(readable).collect(),
        None => path.file_name().map(readable).into_iter().collect(),
    };
    WalkEntry { path: path.to_path_buf(), explicit, names, gap }
}

/// The names on the way from a folder to something below it, innermost first: each may carry a mark.
pub fn names_below(root: &Path, path: &Path) -> Vec<String> {
    path.strip_prefix(root).unwrap_or(path).iter().rev().map(readable).collect()
}

/// A name as text; bytes that are not UTF-8 are read as GB 18030 where they fit.
fn readable(name: &OsStr) -> String {
    match name.to_str() {
        Some(name) => name.to_string(),
        None => {
            let (text, malformed) = encoding_rs::GB18030.decode_without_bom_handling(name.as_encoded_bytes());
            if malformed { name.to_string_lossy().into_owned() } else { text.into_owned() }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    #[cfg(unix)]
    fn hidden_files_loops_and_special_files() {
        use std::os::unix::fs::symlink;
        let root = tempfile::tempdir().expect("a temporary folder");
        let at = |name: &str| root.path().join(name);
        fs::create_dir(at("inner")).expect("a folder");
        fs::write(at(".hidden"), "x").expect("a file");
        fs::write(at(".gitignore"), "*").expect("a file");
        fs::write(at("inner/a.txt"), "x").expect("a file");
        symlink(root.path(), at("inner/loop")).expect("a link");
        symlink("/etc/hostname", at("out")).expect("a link");
        symlink(at("nowhere"), at("dangling")).expect("a link");
        let _socket = std::os::unix::net::UnixListener::bind(at("socket")).expect("a socket");
        let found: Vec<(String, Option<GapReason>)> = walk(root.path())
            .map(|e| (e.path.strip_prefix(root.path()).expect("below").display().to_string(), e.gap))
            .collect();
        let special = Some(GapReason::Special);
        assert_eq!(
            found,
            [
                (".gitignore".to_string(), None),
                (".hidden".to_string(), None),
                ("dangling".to_string(), special),
                ("inner/a.txt".to_string(), None),
                ("out".to_string(), special),
                ("socket".to_string(), special),
            ]
        );
        let without = walk_without(root.path(), vec![at("inner"), at("out")]);
        assert_eq!(without.count(), found.len() - 2);
        assert_eq!(walk(&at("inner/loop")).count(), found.len(), "a link that was named is followed");
        assert_eq!(walk(&at("nowhere")).next().and_then(|e| e.gap), Some(GapReason::NotFound));
    }

    #[test]
    fn names_of_folders_below_the_given_one_count() {
        let root = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir(root.path().join("（机密）")).expect("a folder");
        fs::write(root.path().join("（机密）/a.txt"), "x").expect("a file");
        let entry = walk(root.path()).next().expect("one file");
        assert_eq!(entry.names[..2], ["a.txt", "（机密）"]);
        assert_eq!(walk(&root.path().join("（机密）")).next().map(|entry| entry.names.len()), Some(2));
        assert!(!entry.explicit);
    }
}
