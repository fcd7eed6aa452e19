//! What some tests need of the machine. A test that lacks it says `NOT RUN` where one sees it; where
//! `MIZHA_REQUIRE` names the requirement, as it does in CI, it fails instead.

use std::io::Write as _;

/// Something a test needs that not every machine has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Requirement {
    /// Xvfb, dbus, dunst, xclip, sway, wl-clipboard.
    Desktop,
    /// The right to mount, several file systems, user namespaces.
    Mount,
    /// The tool `minisign`.
    Minisign,
    /// The model that reads the text of pictures.
    Model,
    /// The tool `man`.
    Man,
    /// A file system that does not tell capitals apart.
    Casefold,
    /// Postfix, and the right to start it.
    Postfix,
    /// Chromium and its driver.
    Browser,
    /// The file `axe.min.js` of axe-core, named by `MIZHA_AXE`.
    Axe,
    /// Firefox ESR.
    Firefox,
    /// Thunderbird.
    Thunderbird,
}

impl Requirement {
    const ALL: [Self; 11] = [
        Self::Desktop,
        Self::Mount,
        Self::Minisign,
        Self::Model,
        Self::Man,
        Self::Casefold,
        Self::Postfix,
        Self::Browser,
        Self::Axe,
        Self::Firefox,
        Self::Thunderbird,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Desktop => "desktop",
            Self::Mount => "mount",
            Self::Minisign => "minisign",
            Self::Model => "model",
            Self::Man => "man",
            Self::Casefold => "casefold",
            Self::Postfix => "postfix",
            Self::Browser => "browser",
            Self::Axe => "axe",
            Self::Firefox => "firefox",
            Self::Thunderbird => "thunderbird",
        }
    }

    /// Says that the running test lacks this, and why.
    ///
    /// # Panics
    ///
    /// Where `MIZHA_REQUIRE` names it, or names something that is no requirement.
    pub(crate) fn is_missing(self, why: &str) {
        let required = required(&std::env::var("MIZHA_REQUIRE").unwrap_or_default());
        let thread = std::thread::current();
        let test = thread.name().unwrap_or("a test");
        assert!(!required.contains(&self), "{test} needs {}, which MIZHA_REQUIRE demands: {why}", self.name());
        // Not by a macro: the test runner does not show what a passing test prints by one.
        let _ = std::io::stderr().write_all(format!("NOT RUN: {test}: {why}\n").as_bytes());
    }
}

/// The requirements in a list such as `desktop,mount`.
fn required(list: &str) -> Vec<Requirement> {
    let words = list.split(',').map(str::trim).filter(|word| !word.is_empty());
    words
        .map(|word| {
            let known = Requirement::ALL.into_iter().find(|requirement| requirement.name() == word);
            known.unwrap_or_else(|| {
                panic!(
                    "MIZHA_REQUIRE: {word:?} is none of desktop, mount, minisign, model, man, casefold, postfix, browser, axe, firefox, thunderbird"
                )
            })
        })
        .collect()
}

#[test]
fn a_list_of_requirements_is_read_whole() {
    assert_eq!(required(""), []);
    assert_eq!(required("model, desktop"), [Requirement::Model, Requirement::Desktop]);
    assert!(std::panic::catch_unwind(|| required("desk")).is_err(), "a word that is no requirement is refused");
}
