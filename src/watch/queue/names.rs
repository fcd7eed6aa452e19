//! Names programs give to files they are still working on, as data (`names.toml`): locks beside a
//! file somebody edits, halves of a file that comes, copies on the side.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use serde::Deserialize;

/// What such a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::watch) enum Temporary {
    /// Somebody edits the file beside it.
    Lock,
    /// What will become the file beside it.
    Partial,
    /// A copy on the side.
    Scratch,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shape {
    /// The program, for people.
    #[allow(dead_code)]
    program: String,
    kind: Temporary,
    #[serde(default)]
    prefix: String,
    #[serde(default)]
    suffix: String,
    /// A last part of so many random letters and digits behind a dot.
    ending: Option<usize>,
    middle: Option<Middle>,
}

/// What may stand between prefix and suffix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Middle {
    Hex,
    Random,
}

#[derive(Deserialize)]
struct File {
    name: Vec<Shape>,
}

/// All of them; none if the file of the build is wrong, which a test rules out.
static SHAPES: LazyLock<Vec<Shape>> =
    LazyLock::new(|| toml::from_str::<File>(include_str!("names.toml")).map(|file| file.name).unwrap_or_default());

impl Shape {
    /// What is left of a name of this shape.
    fn middle<'n>(&self, name: &'n str) -> Option<&'n str> {
        let inner = name.strip_prefix(self.prefix.as_str())?.strip_suffix(self.suffix.as_str())?;
        let inner = match self.ending {
            Some(length) => inner.rsplit_once('.').filter(|(_, end)| end.len() == length && is_random(end))?.0,
            None => inner,
        };
        let fits = match self.middle {
            None => true,
            Some(Middle::Hex) => inner.bytes().all(|b| b.is_ascii_hexdigit()),
            Some(Middle::Random) => inner.bytes().all(|b| b.is_ascii_alphanumeric()),
        };
        (fits && !inner.is_empty()).then_some(inner)
    }
}

/// Letters and digits as a program picks them (mkstemp(3)): a word of small letters is one of a person.
fn is_random(end: &str) -> bool {
    end.bytes().all(|b| b.is_ascii_alphanumeric()) && !end.bytes().all(|b| b.is_ascii_lowercase())
}

/// What a name stands for, if it is one of a file that is still worked on.
pub(in crate::watch) fn temporary(path: &Path) -> Option<Temporary> {
    let name = path.file_name()?.to_string_lossy();
    SHAPES.iter().find(|shape| shape.middle(&name).is_some()).map(|shape| shape.kind)
}

/// The files a temporary file may stand beside.
pub(in crate::watch) fn partners(path: &Path) -> Vec<PathBuf> {
    let Some(name) = path.file_name() else { return Vec::new() };
    let name = name.to_string_lossy();
    let beside = |shape: &Shape| Some(path.with_file_name(shape.middle(&name)?));
    SHAPES.iter().filter(|shape| shape.kind != Temporary::Scratch).filter_map(beside).collect()
}

/// A file stands beside this temporary one.
pub(in crate::watch) fn has_partner(path: &Path) -> bool {
    if partners(path).iter().any(|partner| partner.symlink_metadata().is_ok()) {
        return true;
    }
    // The owner file of a longer name has lost two letters of it.
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let Some(rest) = name.strip_prefix("~$") else { return false };
    let beside = path.parent().and_then(|folder| folder.read_dir().ok()).into_iter().flatten().flatten();
    beside
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .any(|other| !other.starts_with("~$") && other.chars().skip(2).eq(rest.chars()))
}

/// Names under which a lock or a half of this file would stand beside it.
pub(in crate::watch) fn companions(path: &Path) -> Vec<PathBuf> {
    let Some(name) = path.file_name() else { return Vec::new() };
    let name = name.to_string_lossy();
    let fixed = SHAPES.iter().filter(|shape| shape.kind != Temporary::Scratch && shape.ending.is_none());
    let mut names: Vec<String> = fixed.map(|shape| format!("{}{name}{}", shape.prefix, shape.suffix)).collect();
    // Of a longer name the two letters in front give way to the sign of the owner file (MS-OFFCRYPTO has no word on
    // this; as Word and WPS do it).
    let rest: String = name.chars().skip(2).collect();
    if name.chars().count() > 8 {
        names.push(format!("~${rest}"));
    }
    names.into_iter().map(|name| path.with_file_name(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_still_worked_on_are_told_from_those_of_documents() {
        use Temporary::{Lock, Partial, Scratch};
        let known = [
            ("lu123.tmp", Scratch),
            ("~WRD0001.tmp", Scratch),
            ("wps0001.tmp", Scratch),
            ("#note#", Scratch),
            ("note~", Scratch),
            (".nfs000000000012ab4f00000001", Scratch),
            (".goutputstream-X1Y2Z3", Scratch),
            (".通知.docx.x7Gh2k", Partial),
            ("通知.docx.part", Partial),
            ("c.download", Partial),
            (".~lock.通知.odt#", Lock),
            ("~$通知.docx", Lock),
            (".b.txt.swp", Lock),
        ];
        for (name, kind) in known {
            assert_eq!(temporary(Path::new(name)), Some(kind), "{name}");
        }
        for name in ["通知.docx", ".config.backup", "part", ".part", "a.tmp.docx", "C#", "~", "#", "lu.txt", ".bashrc"]
        {
            assert_eq!(temporary(Path::new(name)), None, "{name}");
        }
    }

    #[test]
    fn a_file_and_what_stands_beside_it_find_each_other() {
        for (name, beside) in
            [("通知.odt", ".~lock.通知.odt#"), ("a.docx", "~$a.docx"), ("a.pdf", "a.pdf.part"), ("b.txt", ".b.txt.swp")]
        {
            let (path, other) = (Path::new("/g").join(name), Path::new("/g").join(beside));
            assert!(companions(&path).contains(&other), "{name}");
            assert!(partners(&other).contains(&path), "{beside}");
        }
        let owner = PathBuf::from("/g/~$port 2026.docx");
        assert!(companions(Path::new("/g/report 2026.docx")).contains(&owner));
    }
}
