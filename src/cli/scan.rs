//! `mizha scan`: items from paths, standard input or a message, scanned by several threads,
//! reported in the order they were found.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use super::args::{ColorArg, Common, FailOn, FormatArg, ScanArgs, ShowText};
use super::exit::Exit;
use super::progress::Progress;
use super::setup;
use crate::act::report::{Format, Reporter, Summary, View, reporter};
use crate::config::Config;
use crate::model::{Channel, Lang, Report, Severity};
use crate::scan::{EXAM_AUTHORITY, Options, Scanner};
use crate::source::{Entry, walk};

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
    let scanner = scanner(&args, common, &config, lang)?;
    let paths = paths(&args, lang)?;
    let mut output = Output::new(&args, common, &paths, lang)?;
    let mut progress = Progress::new(!args.no_progress && !args.quiet, scanner.pages(), lang);
    let mut summary = Summary::default();
    let mut broken = false;
    let mut take = |reports: Vec<Report>| {
        for report in &reports {
            summary.add(report);
            progress.step(&report.path);
        }
        if !broken && let Err(e) = progress.pause(|| output.report(&reports)) {
            // The reader went away; the exit code must still be right.
            broken = true;
            if e.kind() != io::ErrorKind::BrokenPipe {
                eprintln!("mizha: {e}");
            }
        }
    };
    if args.message || paths == [Path::new("-")] {
        take(vec![standard_input(&scanner, &args)?]);
    } else {
        scan_all(&scanner, &paths, threads(&args), &mut take);
    }
    progress.finish();
    summary.millis = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    // The process ends soon, and the system takes all memory back at once.
    std::mem::forget(scanner);
    let exit = Exit::of(&summary, fail_on);
    if !broken
        && let Err(e) = output.finish(&summary)
        && e.kind() != io::ErrorKind::BrokenPipe
    {
        eprintln!("mizha: {e}");
        return Ok(if exit == Exit::Clear { Exit::NotInspected } else { exit });
    }
    Ok(exit)
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

fn scanner(args: &ScanArgs, common: &Common, config: &Config, lang: Lang) -> anyhow::Result<Scanner> {
    let mut limits = setup::limits(config, &args.limit, lang)?;
    if let Some(seconds) = args.timeout {
        limits.item_millis = seconds.saturating_mul(1000);
    }
    let mut options = Options {
        limits,
        ocr_text: args.ocr_text,
        reader: setup::reader(),
        policy: Arc::new(config.policy.clone()),
        channel: if args.message { Channel::Message } else { Channel::Scan },
        ..Options::default()
    };
    if args.exam_authority || config.scan.exam_authority {
        options.profiles.insert(EXAM_AUTHORITY.to_string());
    }
    let in_force = setup::rules(common, config, setup::Faults::Refused)?;
    in_force.warn(lang);
    Ok(Scanner::new(in_force.rules, options))
}

fn threads(args: &ScanArgs) -> usize {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    args.threads.unwrap_or(processors).clamp(1, 256)
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
    if paths.len() > 1 && paths.iter().any(|path| path == Path::new("-")) {
        bail!(lang.pick("`-` cannot be mixed with other paths", "“-”不能与其他路径同时使用"));
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

fn standard_input(scanner: &Scanner, args: &ScanArgs) -> anyhow::Result<Report> {
    if args.message {
        let mut text = Vec::new();
        io::stdin().lock().read_to_end(&mut text)?;
        return Ok(scanner.scan_message(&text));
    }
    Ok(scanner.scan_reader("-", args.stdin_filename.as_deref(), io::stdin().lock()))
}

/// Scans everything below the paths; `take` sees the reports in the order of the walk.
fn scan_all(scanner: &Scanner, paths: &[PathBuf], threads: usize, take: &mut impl FnMut(Vec<Report>)) {
    if let [path] = paths
        && path.is_file()
    {
        // Starting threads for one file would cost more than reading most of them.
        return walk(path).for_each(|entry| take(vec![scanner.scan_entry(&entry)]));
    }
    let batches = Mutex::new(Batches { entries: paths.iter().flat_map(|path| walk(path)), taken: 0 });
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

impl<I: Iterator<Item = Entry>> Batches<I> {
    /// The next entries, and the number of the batch.
    fn take(&mut self, size: usize) -> Option<(usize, Vec<Entry>)> {
        let batch: Vec<Entry> = self.entries.by_ref().take(size).collect();
        self.taken += 1;
        (!batch.is_empty()).then(|| (self.taken - 1, batch))
    }
}

/// Scans batch after batch. While they are quick the next is larger, for handing over takes longer than
/// reading a short file.
fn work(
    scanner: &Scanner,
    batches: &Mutex<Batches<impl Iterator<Item = Entry>>>,
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

/// Where the report goes and in which form.
struct Output {
    reporter: Option<Box<dyn Reporter>>,
    out: Box<dyn Write>,
}

impl Output {
    fn new(args: &ScanArgs, common: &Common, paths: &[PathBuf], lang: Lang) -> anyhow::Result<Self> {
        let format = match args.format {
            _ if args.json => Format::Json,
            FormatArg::Human => Format::Human,
            FormatArg::Json => Format::Json,
            FormatArg::Jsonl => Format::Jsonl,
            FormatArg::Sarif => Format::Sarif,
            FormatArg::Html => Format::Html,
        };
        let terminal = args.output.is_none() && io::stdout().is_terminal();
        let show_text = match args.show_text {
            Some(ShowText::Terminal) if !terminal => bail!(lang.pick(
                "--show-text: the output is not a terminal; --show-text=force if the text may be kept there",
                "--show-text：输出目标不是终端；确需保存原文请用 --show-text=force"
            )),
            wanted => wanted.is_some(),
        };
        let color = match args.color {
            ColorArg::Always => true,
            ColorArg::Never => false,
            ColorArg::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        };
        let few = paths.len() <= 3 && paths.iter().all(|path| !path.is_dir());
        let detail = common.verbose > 0 || args.explain || few;
        let view = View { lang, color, detail, explain: args.explain, show_text };
        let out: Box<dyn Write> = match &args.output {
            Some(path) => Box::new(io::BufWriter::new(private(path, lang)?)),
            None => Box::new(io::BufWriter::new(io::stdout())),
        };
        Ok(Output { reporter: (!args.quiet).then(|| reporter(format, view)), out })
    }

    fn report(&mut self, reports: &[Report]) -> io::Result<()> {
        let Some(reporter) = &mut self.reporter else {
            return Ok(());
        };
        reports.iter().try_for_each(|report| reporter.report(report, &mut self.out))?;
        self.out.flush()
    }

    fn finish(&mut self, summary: &Summary) -> io::Result<()> {
        if let Some(reporter) = &mut self.reporter {
            reporter.finish(summary, &mut self.out)?;
        }
        self.out.flush()
    }
}

/// A new file only its owner can read.
pub(super) fn private(path: &Path, lang: Lang) -> anyhow::Result<std::fs::File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path).with_context(|| {
        let shown = path.display();
        lang.pick(format!("{shown}: the report cannot be written"), format!("{shown}：无法写入报告"))
    })
}
