//! Options every verb knows, given to a verb that has no use for them: refused, for an argument that is
//! ignored without a word makes people believe it was followed.

use super::args::{Args, Common, Verb};
use super::pack::args::PackVerb;
use crate::model::Lang;

/// What a verb makes of the common options.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Uses {
    /// The language only.
    Nothing,
    /// The configuration.
    Configuration,
    /// The configuration, and the packs it and the arguments name.
    Packs,
}

/// Why these arguments are refused, if one of them would be ignored.
pub(super) fn refusal(args: &Args, lang: Lang) -> Option<String> {
    let Common { lang: _, config, pack, no_default_packs, verbose } = &args.common;
    let (uses, logs) = uses(&args.verb);
    let given = [
        (config.is_some() && uses < Uses::Configuration, "--config"),
        (!pack.is_empty() && uses < Uses::Packs, "--pack"),
        (*no_default_packs && uses < Uses::Packs, "--no-default-packs"),
        (*verbose > 0 && !logs, "--verbose"),
    ];
    let (_, name) = given.into_iter().find(|(is_unused, _)| *is_unused)?;
    Some(lang.pick(format!("this command has no use for {name}"), format!("此命令用不到 {name}")))
}

/// What a verb uses, and whether it has more to tell with `--verbose`.
fn uses(verb: &Verb) -> (Uses, bool) {
    match verb {
        Verb::Scan(_) => (Uses::Packs, true),
        #[cfg(target_os = "linux")]
        Verb::CheckDisk(_) => (Uses::Packs, false),
        #[cfg(target_os = "linux")]
        Verb::Watch(_) | Verb::Milter(_) | Verb::BrowserHost(_) => (Uses::Packs, true),
        #[cfg(target_os = "linux")]
        Verb::Setup(_) => (Uses::Packs, false),
        #[cfg(all(target_os = "linux", feature = "ui"))]
        Verb::Ui(_) => (Uses::Packs, false),
        // What it opens uses them.
        #[cfg(all(target_os = "linux", feature = "tray"))]
        Verb::Tray(_) => (Uses::Packs, true),
        Verb::Sent => (Uses::Configuration, false),
        #[cfg(target_os = "linux")]
        Verb::Quarantine(_) | Verb::Audit(_) | Verb::Status(_) => (Uses::Configuration, false),
        Verb::Rule(_) | Verb::Config(_) => (Uses::Packs, false),
        Verb::Pack(verb) => match **verb {
            PackVerb::List | PackVerb::Test(_) => (Uses::Packs, false),
            PackVerb::Verify(_) | PackVerb::Install(_) | PackVerb::Update(_) => (Uses::Configuration, false),
            PackVerb::Check(_)
            | PackVerb::Diff(_)
            | PackVerb::Import(_)
            | PackVerb::Keygen(_)
            | PackVerb::Sign(_)
            | PackVerb::Rollback(_)
            | PackVerb::Schema => (Uses::Nothing, false),
        },
        Verb::Ocr(_) | Verb::Formats | Verb::Completions { .. } | Verb::Man(_) => (Uses::Nothing, false),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[test]
    fn an_option_without_use_is_refused_and_one_with_use_is_not() {
        let refused = |line: &str| {
            let args = Args::try_parse_from(line.split(' ')).expect("valid arguments");
            refusal(&args, Lang::En)
        };
        for (line, option) in [
            ("mizha formats --pack a.toml", "--pack"),
            ("mizha man -c a.toml", "--config"),
            ("mizha ocr status --no-default-packs", "--no-default-packs"),
            ("mizha pack check a.toml --pack b.toml", "--pack"),
            ("mizha rule list -v", "--verbose"),
        ] {
            assert!(refused(line).is_some_and(|words| words.contains(option)), "{line}");
        }
        for line in
            ["mizha scan a -v --pack b.toml -c c.toml", "mizha rule list --pack b.toml", "mizha formats --lang zh"]
        {
            assert_eq!(refused(line), None, "{line}");
        }
    }
}
