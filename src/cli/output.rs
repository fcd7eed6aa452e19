//! Where a report goes and in which form: standard output, a new file that only its owner can read, or
//! something that is there already and keeps nothing, such as a pipe.

use std::fs::OpenOptions;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::args::{ColorArg, Common, FormatArg, ScanArgs, ShowText};
use crate::act::report::{ReportFormat, Reporter, Summary, View, reporter};
use crate::model::{Lang, Report};

impl From<FormatArg> for ReportFormat {
    fn from(format: FormatArg) -> Self {
        match format {
            FormatArg::Human => ReportFormat::Human,
            FormatArg::Json => ReportFormat::Json,
            FormatArg::Jsonl => ReportFormat::Jsonl,
            FormatArg::Sarif => ReportFormat::Sarif,
            FormatArg::Html => ReportFormat::Html,
        }
    }
}

/// Where the report goes and in which form.
pub(super) struct Output {
    reporter: Option<Box<dyn Reporter>>,
    out: Box<dyn Write>,
}

impl Output {
    /// Opens the output the arguments ask for.
    pub(super) fn new(args: &ScanArgs, common: &Common, paths: &[PathBuf], lang: Lang) -> anyhow::Result<Self> {
        let format = if args.json { ReportFormat::Json } else { args.format.into() };
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
            Some(path) => Box::new(io::BufWriter::new(target(path, lang)?)),
            None => Box::new(io::BufWriter::new(io::stdout())),
        };
        Ok(Output { reporter: (!args.quiet).then(|| reporter(format, view)), out })
    }

    /// An output of this form, to a new file or, without one, standard output. In a folder the file's name is the time.
    pub(super) fn to(format: ReportFormat, path: Option<&Path>, view: View, lang: Lang) -> anyhow::Result<Self> {
        let out: Box<dyn Write> = match path {
            Some(folder) if folder.is_dir() => Box::new(io::BufWriter::new(target(&folder.join(dated(format)), lang)?)),
            Some(path) => Box::new(io::BufWriter::new(target(path, lang)?)),
            None => Box::new(io::BufWriter::new(io::stdout())),
        };
        Ok(Output { reporter: Some(reporter(format, view)), out })
    }

    /// Writes reports.
    pub(super) fn report(&mut self, reports: &[Report]) -> io::Result<()> {
        let Some(reporter) = &mut self.reporter else {
            return Ok(());
        };
        reports.iter().try_for_each(|report| reporter.report(report, &mut self.out))?;
        self.out.flush()
    }

    /// Writes what stands at the end.
    pub(super) fn finish(&mut self, summary: &Summary) -> io::Result<()> {
        if let Some(reporter) = &mut self.reporter {
            reporter.finish(summary, &mut self.out)?;
        }
        self.out.flush()
    }
}

/// A name for a report of now.
fn dated(format: ReportFormat) -> String {
    let ending = match format {
        ReportFormat::Human => "txt",
        ReportFormat::Json => "json",
        ReportFormat::Jsonl => "jsonl",
        ReportFormat::Sarif => "sarif",
        ReportFormat::Html => "html",
    };
    let now = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::system());
    format!("check-{}.{ending}", now.strftime("%Y%m%d-%H%M%S"))
}

/// What a report is written to: a file that is not there yet, or a device or pipe that is.
fn target(path: &Path, lang: Lang) -> anyhow::Result<std::fs::File> {
    let kind = std::fs::metadata(path).map(|there| there.file_type());
    if kind.is_ok_and(|kind| !kind.is_file() && !kind.is_dir()) {
        return OpenOptions::new().write(true).open(path).with_context(|| not_written(path, lang));
    }
    private(path, lang)
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
    options.open(path).with_context(|| not_written(path, lang))
}

fn not_written(path: &Path, lang: Lang) -> String {
    let shown = path.display();
    lang.pick(format!("{shown}: cannot be written"), format!("{shown}：无法写入"))
}
