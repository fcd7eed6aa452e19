//! `mizha scan`: items from paths, standard input or a message, scanned by several threads,
//! reported in the order they were found.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use super::args::{Common, FailOn, ScanArgs};
use super::exit::Exit;
use super::output::Output;
use super::progress::Progress;
use super::setup;
use crate::act::report::Summary;
use crate::config::Config;
use crate::extract::extractor_for;
use crate::isolate::Reader;
use crate::model::{Channel, Format, Lang, Report, Severity};
use crate::scan::{EXAM_AUTHORITY, Options, Scanner};
use crate::source::{WalkEntry, walk};

/// Batches of reports that may wait for an earlier one.
const AHEAD: usize = 64;
/// Files handed to a thread at once, at most; and the time below which the next batch is larger.
const BATCH: usize = 32;
const QUICK: Duration = Duration::from_millis(2);

/// Runs the verb.
pub(super) fn run(args: ScanArgs, common: &Common, lang: Lang) -> anyhow::Result<Exit> {
    let started = Instant::now();
    stop_on_interrupt();
    let (config, _) = setup::config(common)?;
    if common.verbose > 1 {
        tracing_subscriber::fmt().with_writer(io::stderr).with_max_level(tracing::Level::DEBUG).init();
    }
    let fail_on = match args.fail_on {
        Some(FailOn::Warn) => Severity::Warn,
        Some(FailOn::Block) => Severity::Block,
        None => config.scan.fail_on,
    };
    let paths = paths(&args, lang)?;
    let reader =
        setup::reader().map(|reader| if config.scan.in_process { reader.for_exposed_formats() } else { reader });
    if let ([path], Some(reader), false) = (&paths[..], &reader, config.scan.in_process)
        && is_document(path)
    {
        // For one file the rules are loaded meanwhile; among many it is no matter.
        reader.prepare();
    }
    let scanner = scanner(&args, common, &config, reader, lang)?;
    let mut output = Output::new(&args, common, &paths, lang)?;
    let mut progress = Progress::new(!args.no_progress && !args.quiet, scanner.pages(), lang);
    let mut summary = Summary::default();
    let mut written = Delivery::Whole;
    let mut take = |reports: Vec<Report>| {
        for report in &reports {
            summary.add(report);
            progress.step(&report.path);
        }
        if written == Delivery::Whole {
            written = Delivery::of(progress.pause(|| output.report(&reports)), lang);
        }
    };
    if args.message {
        let paths = if paths.is_empty() { vec![PathBuf::from("-")] } else { paths };
        for path in paths {
            take(vec![message(&scanner, &path, lang)?]);
        }
    } else if paths == [Path::new("-")] {
        take(vec![standard_input(&scanner, &args, lang)?]);
    } else {
        scan_all(&scanner, &paths, threads(&args), &mut take);
    }
    progress.finish();
    summary.millis = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    // The process ends soon, and the system takes all memory back at once.
    std::mem::forget(scanner);
    let exit = Exit::of(&summary, fail_on);
    if written == Delivery::Whole {
        written = Delivery::of(output.finish(&summary), lang);
    }
    Ok(if written == Delivery::Broken && exit == Exit::Clear { Exit::NotInspected } else { exit })
}

/// How much of the report arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Delivery {
    /// All of it so far.
    Whole,
    /// Its reader has read enough: the exit code says the rest.
    Unwanted,
    /// It could not be written, which was said.
    Broken,
}

impl Delivery {
    fn of(outcome: io::Result<()>, lang: Lang) -> Self {
        match outcome {
            Ok(()) => Delivery::Whole,
            Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Delivery::Unwanted,
            Err(e) => {
                let why = super::message::system(&e, lang);
                let what = lang.pick("the report could not be written", "报告未能写出");
                eprintln!("mizha: {}{what}{}{why}", lang.pick("error: ", "错误："), lang.pick(": ", "："));
                Delivery::Broken
            }
        }
    }
}

/// An interrupt ends the run at once: nothing is written that would have to be undone.
#[cfg(target_os = "linux")]
fn stop_on_interrupt() {
    // Without a handler the system ends the process all the same.
    let always = Arc::new(std::sync::atomic::AtomicBool::new(true));
    let _ =
        signal_hook::flag::register_conditional_shutdown(signal_hook::consts::SIGINT, Exit::Interrupted.code(), always);
}

#[cfg(not(target_os = "linux"))]
#[allow(clippy::exit)]
fn stop_on_interrupt() {
    let _ = ctrlc::set_handler(|| std::process::exit(Exit::Interrupted.code()));
}

/// By its name it is a file that is read apart.
fn is_document(path: &Path) -> bool {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    let format = extension.and_then(|extension| Format::of_extension(&extension));
    format.and_then(extractor_for).is_some_and(|extractor| !extractor.is_plain()) && path.is_file()
}

fn scanner(
    args: &ScanArgs,
    common: &Common,
    config: &Config,
    reader: Option<Reader>,
    lang: Lang,
) -> anyhow::Result<Scanner> {
    let mut limits = setup::limits(config, &args.limit, lang)?;
    if let Some(seconds) = args.timeout {
        limits.item_millis = seconds.saturating_mul(1000);
    }
    let channel = if args.message { Channel::Message } else { Channel::Scan };
    let mut options = Options { limits, ocr_text: args.ocr_text, reader, channel, ..setup::options(config) };
    if args.exam_authority {
        options.profiles.insert(EXAM_AUTHORITY.to_string());
    }
    let in_force = setup::rules(common, config, setup::OnBadPack::Refused, lang)?;
    in_force.warn(lang);
    Ok(Scanner::new(in_force.rules, options))
}

fn threads(args: &ScanArgs) -> usize {
    let processors = std::thread::available_parallelism().map_or(1, usize::from).min(256);
    args.threads.and_then(|threads| usize::try_from(threads).ok()).unwrap_or(processors)
}

/// The paths named, on the command line and in `--files-from`.
fn paths(args: &ScanArgs, lang: Lang) -> anyhow::Result<Vec<PathBuf>> {
    let mut paths = args.paths.clone();
    if let Some(file) = &args.files_from {
        let mut list = Vec::new();
        if file.as_path() == Path::new("-") {
            io::stdin().read_to_end(&mut list)?;
        } else {
            list = std::fs::read(file).with_context(|| file.display().to_string())?;
        }
        let end = if args.null { 0 } else { b'\n' };
        paths.extend(list.split(|b| *b == end).filter(|path| !path.is_empty()).map(path_of));
    }
    if paths.is_empty() && !args.message {
        bail!(lang.pick(
            "nothing to scan: name files or folders, or `-` for standard input",
            "没有指定检查对象：请给出文件或目录，或用“-”表示标准输入"
        ));
    }
    let standard_input = paths.iter().any(|path| path == Path::new("-"));
    if paths.len() > 1 && standard_input {
        bail!(lang.pick("`-` cannot be mixed with other paths", "“-”不能与其他路径同时使用"));
    }
    if args.stdin_filename.is_some() && !standard_input {
        bail!(lang.pick(
            "--stdin-filename names standard input, and nothing is read from it: add `-`",
            "--stdin-filename 用于给标准输入命名，而本次并不读取标准输入：请加上“-”"
        ));
    }
    Ok(paths)
}

#[cfg(unix)]
fn path_of(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

fn standard_input(scanner: &Scanner, args: &ScanArgs, lang: Lang) -> anyhow::Result<Report> {
    let report = scanner.scan_reader("-", args.stdin_filename.as_deref(), io::stdin().lock());
    if report.bytes == 0 && report.gaps.is_empty() {
        bail!(nothing_came(lang));
    }
    Ok(report)
}

/// The text of a message: of standard input, or of a file that holds nothing else.
fn message(scanner: &Scanner, path: &Path, lang: Lang) -> anyhow::Result<Report> {
    let shown = path.display().to_string();
    let most = scanner.limits().total_bytes;
    let mut text = Vec::new();
    let read = match path == Path::new("-") {
        true => io::stdin().lock().take(most + 1).read_to_end(&mut text),
        false => std::fs::File::open(path).and_then(|file| file.take(most + 1).read_to_end(&mut text)),
    };
    read.with_context(|| shown.clone())?;
    if text.len() as u64 > most {
        bail!(lang.pick(
            format!("{shown}: longer than the limit total_bytes ({most} bytes)"),
            format!("{shown}：超过上限 total_bytes（{most} 字节）")
        ));
    }
    if text.is_empty() && shown == "-" {
        bail!(nothing_came(lang));
    }
    Ok(Report { path: shown, ..scanner.scan_message(&text) })
}

/// A pipe whose writer failed looks like an empty one, and must not look like a clear answer.
fn nothing_came(lang: Lang) -> &'static str {
    lang.pick(
        "nothing came on standard input, so nothing was checked; did the command before the pipe fail?",
        "标准输入没有任何内容，未作检查；请确认管道前的命令是否执行成功",
    )
}

/// Scans everything below the paths; `take` sees the reports in the order of the walk.
fn scan_all(scanner: &Scanner, paths: &[PathBuf], threads: usize, take: &mut impl FnMut(Vec<Report>)) {
    if let [path] = paths
        && path.is_file()
    {
        // Starting threads for one file would cost more than reading most of them.
        return walk(path).for_each(|entry| take(vec![scanner.scan_entry(&entry)]));
    }
    scan_entries(scanner, paths.iter().flat_map(|path| walk(path)), threads, take);
}

/// Scans entries; `take` sees the reports in their order.
pub(super) fn scan_entries(
    scanner: &Scanner,
    entries: impl Iterator<Item = WalkEntry> + Send,
    threads: usize,
    take: &mut impl FnMut(Vec<Report>),
) {
    let batches = Mutex::new(Batches { entries, taken: 0 });
    let (send, receive): (SyncSender<(usize, Vec<Report>)>, Receiver<_>) = sync_channel(AHEAD);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let (send, batches) = (send.clone(), &batches);
            scope.spawn(move || work(scanner, batches, &send));
        }
        drop(send);
        let mut waiting = BTreeMap::new();
        let mut due = 0;
        for (number, reports) in receive {
            waiting.insert(number, reports);
            while let Some(reports) = waiting.remove(&due) {
                take(reports);
                due += 1;
            }
        }
    });
}

/// What is to be scanned, handed out in batches.
struct Batches<I> {
    entries: I,
    taken: usize,
}

impl<I: Iterator<Item = WalkEntry>> Batches<I> {
    /// The next entries, and the number of the batch.
    fn take(&mut self, size: usize) -> Option<(usize, Vec<WalkEntry>)> {
        let batch: Vec<WalkEntry> = self.entries.by_ref().take(size).collect();
        self.taken += 1;
        (!batch.is_empty()).then(|| (self.taken - 1, batch))
    }
}

/// Scans batch after batch. While they are quick the next is larger, for handing over takes longer than
/// reading a short file.
fn work(
    scanner: &Scanner,
    batches: &Mutex<Batches<impl Iterator<Item = WalkEntry> + Send>>,
    send: &SyncSender<(usize, Vec<Report>)>,
) {
    let mut size = 1;
    loop {
        let next = batches.lock().ok().and_then(|mut batches| batches.take(size));
        let Some((number, entries)) = next else { return };
        let started = Instant::now();
        let reports = entries.iter().map(|entry| scanner.scan_entry(entry)).collect();
        size = if started.elapsed() < QUICK { (size * 2).min(BATCH) } else { 1 };
        if send.send((number, reports)).is_err() {
            return;
        }
    }
}
