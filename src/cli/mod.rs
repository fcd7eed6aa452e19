//! The command line: it only wires. Arguments become options, verbs call the library, results
//! go to stdout and everything else to stderr. One file a verb.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod args;
#[cfg(target_os = "linux")]
mod audit;
#[cfg(target_os = "linux")]
mod browser_host;
#[cfg(target_os = "linux")]
mod check_disk;
mod config;
mod exit;
#[cfg(target_os = "linux")]
mod first_run;
mod formats;
mod generate;
mod help;
mod locale;
#[cfg(target_os = "linux")]
mod log;
mod message;
#[cfg(target_os = "linux")]
mod milter;
mod ocr;
mod output;
mod pack;
mod progress;
#[cfg(target_os = "linux")]
mod quarantine;
mod rule;
mod scan;
mod sent;
mod setup;
#[cfg(target_os = "linux")]
mod status;
mod stdout;
#[cfg(all(target_os = "linux", feature = "tray"))]
mod tray;
#[cfg(all(target_os = "linux", feature = "ui"))]
mod ui;
mod unused;
mod usage;
#[cfg(target_os = "linux")]
mod watch;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

use crate::isolate;
use crate::model::Lang;
use args::{Args, Verb};
use exit::Exit;
use message::message;

/// Runs the program and gives its exit code.
pub fn run(argv: impl Iterator<Item = OsString>) -> ExitCode {
    let argv: Vec<OsString> = argv.collect();
    // Not for people: our own scan starts us so.
    if (2..=3).contains(&argv.len()) && argv[1] == isolate::VERB {
        #[cfg(target_os = "linux")]
        let served = isolate::serve(argv.get(2).map(Path::new)).is_ok();
        #[cfg(not(target_os = "linux"))]
        let served = false;
        return if served { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    quiet_panics();
    #[cfg(target_os = "linux")]
    leave_no_core();
    let lang = locale::language(&argv);
    let argv = sent::asked(argv);
    let args = match Args::of_scan(&argv).map_or_else(|| all_verbs(argv, lang), Ok) {
        Ok(args) => args,
        Err(e) => {
            // Help and version are answers; everything else is wrong usage.
            let code = if e.use_stderr() { Exit::NotInspected } else { Exit::Clear };
            if e.use_stderr() && lang == Lang::Zh {
                eprint!("{}", usage::chinese(&e));
            } else {
                let _ = e.print();
            }
            return code.into();
        }
    };
    if let Some(words) = unused::refusal(&args, lang) {
        eprintln!("mizha: {}{words}", lang.pick("error: ", "错误："));
        return Exit::NotInspected.into();
    }
    let outcome = match args.verb {
        Verb::Scan(scan) => scan::run(scan, &args.common, lang),
        #[cfg(target_os = "linux")]
        Verb::CheckDisk(check) => check_disk::run(&check, &args.common, lang),
        #[cfg(target_os = "linux")]
        Verb::Watch(watch) => watch::run(&watch, args.common, lang),
        #[cfg(target_os = "linux")]
        Verb::Status(status) => {
            // What runs is told all the same: it goes on with the settings it had.
            if let Err(e) = setup::config(&args.common) {
                eprintln!("mizha: {}{}", lang.pick("warning: ", "警告："), message(&e, lang));
            }
            status::run(&status, lang)
        }
        #[cfg(all(target_os = "linux", feature = "ui"))]
        Verb::Setup(first) if first.page => ui::first(first.state, &args.common, lang),
        #[cfg(target_os = "linux")]
        Verb::Setup(first) => first_run::run(&first, &args.common, lang),
        #[cfg(all(target_os = "linux", feature = "ui"))]
        Verb::Ui(ui) => ui::run(ui, &args.common, setup::lang(&args.common, lang)),
        #[cfg(all(target_os = "linux", feature = "tray"))]
        Verb::Tray(tray) => tray::run(&tray, &args.common, setup::lang(&args.common, lang)),
        Verb::Sent => sent::run(&args.common, lang),
        #[cfg(target_os = "linux")]
        Verb::Quarantine(verb) => quarantine::run(verb, &args.common, setup::lang(&args.common, lang)),
        #[cfg(target_os = "linux")]
        Verb::Audit(verb) => audit::run(verb, &args.common, setup::lang(&args.common, lang)),
        #[cfg(target_os = "linux")]
        Verb::Milter(milter) => milter::run(&milter, &args.common, lang),
        #[cfg(target_os = "linux")]
        Verb::BrowserHost(host) => browser_host::run(&host, &args.common, lang),
        Verb::Rule(rule) => rule::run(rule, &args.common, lang),
        Verb::Pack(verb) => pack::run(*verb, &args.common, lang),
        Verb::Config(verb) => config::run(verb, &args.common, lang),
        Verb::Ocr(verb) => ocr::run(&verb, lang),
        Verb::Formats => formats::run(lang),
        Verb::Completions { shell } => generate::completions(shell),
        Verb::Man(man) => generate::man(&man, lang),
    };
    match outcome {
        Ok(exit) => exit.into(),
        Err(e) => {
            eprintln!("mizha: {}{}", lang.pick("error: ", "错误："), message(&e, lang));
            Exit::NotInspected.into()
        }
    }
}

/// Reads arguments that may be those of any verb.
fn all_verbs(argv: Vec<OsString>, lang: Lang) -> Result<Args, clap::Error> {
    let command = match lang {
        Lang::En => Args::command(),
        Lang::Zh => help::chinese(Args::command()),
    };
    command.try_get_matches_from(argv).and_then(|matches| Args::from_arg_matches(&matches))
}

/// A core dump would hold what was being read.
#[cfg(target_os = "linux")]
fn leave_no_core() {
    use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    // A core piped to a program is not bound by the limit.
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
}

/// A panic says where, never what: its message may hold what was being read.
fn quiet_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        eprintln!("mizha: internal fault at {place}; the item is reported as not inspected");
    }));
}
