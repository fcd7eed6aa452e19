//! How something is opened at the person's desktop: a page of ours, a file, a folder. What is opened runs beside us, not
//! under our restrictions, and outlives us. No content stands on its command line.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// What is to be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum View {
    /// The page on which files and messages are checked, with these looked at as soon as it is open.
    Check(Vec<PathBuf>),
    /// The same, with what lies in the clipboard.
    Clipboard,
    /// The page of held files, at one of them.
    Held(Option<String>),
    /// What to do when something has left already.
    Sent,
    /// How the guard is.
    Health,
    /// A folder, in the file manager, or a file.
    Path(PathBuf),
}

/// Opens things.
#[derive(Debug, Clone, Default)]
pub struct Opener {
    /// The program that opens the local page, and its first arguments; none where there is no such page.
    page: Vec<OsString>,
}

impl Opener {
    /// One that opens the local page with this program and these arguments.
    pub fn new(page: Vec<OsString>) -> Self {
        Opener { page }
    }

    /// Opens it, and waits until it was opened, or until the page has ended.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(&self, view: &View) -> io::Result<()> {
        let words = self.words(view).ok_or(io::ErrorKind::Unsupported)?;
        // A browser must not inherit the restrictions of our service unit, under which it could not work: the service
        // manager starts it beside us, and lets it live when the page ends.
        let as_service = std::env::var_os("INVOCATION_ID").is_some();
        let beside: &[&str] = if as_service {
            &["systemd-run", "--user", "--collect", "--quiet", "--property=KillMode=process", "--"]
        } else {
            &[]
        };
        let words: Vec<OsString> = beside.iter().map(OsString::from).chain(words).collect();
        let (program, arguments) = words.split_first().ok_or(io::ErrorKind::Unsupported)?;
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let status = command.status()?;
        if status.success() { Ok(()) } else { Err(io::Error::other("it did not open")) }
    }

    /// The command; none when there is no page to open.
    fn words(&self, view: &View) -> Option<Vec<OsString>> {
        let page: &[&str] = match view {
            View::Path(path) => return Some(vec!["xdg-open".into(), path.into()]),
            View::Check(_) => &[],
            View::Clipboard => &["--clipboard"],
            View::Held(_) => &["--page", "held"],
            View::Sent => &["--page", "sent"],
            View::Health => &["--page", "health"],
        };
        let mut words = (!self.page.is_empty()).then(|| self.page.clone())?;
        words.extend(page.iter().map(OsString::from));
        match view {
            View::Held(Some(id)) => words.extend(["--id".into(), id.into()]),
            View::Check(paths) => {
                words.push("--".into());
                words.extend(paths.iter().map(OsString::from));
            }
            _ => {}
        }
        Some(words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_is_a_page_of_the_program_and_a_path_is_for_the_desktop() {
        let opener = Opener::new(vec!["mizha".into(), "ui".into()]);
        let words = |view: &View| {
            let words = opener.words(view).expect("a command");
            words.join(std::ffi::OsStr::new("|")).into_string().expect("text")
        };
        assert_eq!(words(&View::Held(Some("1f".into()))), "mizha|ui|--page|held|--id|1f");
        // What looks like an option is a name all the same.
        assert_eq!(words(&View::Check(vec!["-a b".into()])), "mizha|ui|--|-a b");
        assert_eq!(words(&View::Path("/e".into())), "xdg-open|/e");
        assert_eq!(Opener::default().words(&View::Held(None)), None);
    }
}
