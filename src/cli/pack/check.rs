//! `mizha pack check`: everything that can be said against a pack before it reaches a desktop.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use super::args::CheckArgs;
use super::files::packs_of;
use crate::cli::exit::Exit;
use crate::cli::stdout::stdout;
use crate::model::Lang;
use crate::pack::{self, Grade, Pack, Remark, lint};
use crate::scan::{broad, found_by_now, prove, today, unshown};

/// Time between two looks at the files of `--watch`.
const LOOK: Duration = Duration::from_millis(250);
/// Remarks of one code and rule that are printed; the rest is counted.
const SHOWN: usize = 20;

/// Runs the verb.
pub(super) fn run(args: &CheckArgs, lang: Lang) -> anyhow::Result<Exit> {
    if !args.watch {
        return check(args, lang);
    }
    loop {
        let before = looks(&args.paths);
        // Half-saved files are part of writing: told like any other fault, and looked at again.
        if let Err(e) = check(args, lang) {
            eprintln!("mizha: {}: {}", lang.pick("error", "错误"), crate::cli::message(&e, lang));
        }
        eprintln!(
            "{}",
            lang.pick("-- waiting for the next save; stop with Ctrl-C", "——等待下一次保存，按 Ctrl-C 停止")
        );
        while looks(&args.paths) == before {
            std::thread::sleep(LOOK);
        }
    }
}

/// How the files look: a change of any of them is a save.
fn looks(paths: &[PathBuf]) -> Vec<(PathBuf, u64, Option<SystemTime>)> {
    let inside = |path: &PathBuf| -> Vec<PathBuf> {
        match std::fs::read_dir(path) {
            Ok(entries) => entries.flatten().map(|entry| entry.path()).collect(),
            Err(_) => vec![path.clone()],
        }
    };
    let mut looks: Vec<_> = paths
        .iter()
        .flat_map(inside)
        .filter_map(|path| std::fs::metadata(&path).ok().map(|meta| (path, meta.len(), meta.modified().ok())))
        .collect();
    looks.sort();
    looks
}

fn check(args: &CheckArgs, lang: Lang) -> anyhow::Result<Exit> {
    let mut packs: Vec<(String, Pack)> = Vec::new();
    for path in &args.paths {
        packs.extend(packs_of(path, lang)?.into_iter().map(|pack| (name(path, &pack), pack)));
    }
    if args.paths.is_empty() {
        packs.extend(pack::builtin()?.into_iter().map(|pack| (pack.id.to_string(), pack)));
    }
    let mut sound = true;
    for (file, pack) in &packs {
        sound &= check_one(file, pack, args.strict, lang)?;
    }
    Ok(if sound { Exit::Clear } else { Exit::NotInspected })
}

/// The file, and in a folder which pack.
fn name(path: &Path, pack: &Pack) -> String {
    let shown = path.display();
    if path.is_dir() { format!("{shown}/{}", pack.id) } else { shown.to_string() }
}

fn check_one(file: &str, pack: &Pack, strict: bool, lang: Lang) -> anyhow::Result<bool> {
    let started = Instant::now();
    let failures = prove(pack)?;
    for failure in failures.iter().take(SHOWN) {
        eprintln!("{}", failure.error(file).message(lang));
    }
    let mut remarks = lint(pack, today());
    remarks.extend(broad(pack)?);
    remarks.extend(unshown(pack)?);
    remarks.sort_by_key(|remark| (std::cmp::Reverse(remark.grade), remark.code));
    print(&remarks, file, lang);
    for (rule, text) in found_by_now(pack)? {
        eprintln!(
            "{}",
            lang.pick(
                format!("{file}: {rule}: the known miss `{text}` is found by now; make it an example"),
                format!("{file}：{rule}：已知漏报“{text}”现已能命中，可改列为正例"),
            )
        );
    }
    let errors = failures.len() + remarks.iter().filter(|remark| remark.grade == Grade::Error).count();
    let warnings = remarks.len() + failures.len() - errors;
    let examples: usize = pack.rules.iter().map(|rule| rule.examples.len() + rule.negative_examples.len()).sum();
    let terms: usize = pack.rules.iter().map(|rule| rule.terms.len()).sum();
    let sealed: usize =
        pack.rules.iter().filter(|rule| rule.terms.words().is_some()).map(|rule| rule.terms.len()).sum();
    let sealed = match sealed {
        0 => String::new(),
        sealed => lang.pick(format!(" ({sealed} sealed)"), format!("（其中密封 {sealed} 个）")),
    };
    let (id, rules, millis) = (&pack.id, pack.rules.len(), started.elapsed().as_millis());
    writeln!(
        stdout(),
        "{}",
        lang.pick(
            format!("{id}: {rules} rules, {terms} terms{sealed}, {examples} examples: {errors} errors, {warnings} warnings ({millis} ms)"),
            format!("{id}：{rules} 条规则，{terms} 个词条{sealed}，{examples} 个示例：{errors} 个错误，{warnings} 个警告（{millis} 毫秒）"),
        )
    )?;
    Ok(errors == 0 && !(strict && warnings > 0))
}

fn print(remarks: &[Remark], file: &str, lang: Lang) {
    let mut shown = 0;
    for (at, remark) in remarks.iter().enumerate() {
        let first = at == 0 || remarks[at - 1].code != remark.code;
        shown = if first { 0 } else { shown + 1 };
        if shown < SHOWN {
            eprintln!("{}", remark.message(file, lang));
        } else if remarks.get(at + 1).is_none_or(|next| next.code != remark.code) {
            let (code, more) = (remark.code, shown + 1 - SHOWN);
            eprintln!("{}", lang.pick(format!("{code}: and {more} more"), format!("{code}：另有 {more} 处")));
        }
    }
}
