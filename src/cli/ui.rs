//! `mizha ui`: the local page, opened in the person's browser.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, bail};

use super::args::{Common, PageArg, StateArg, UiArgs};
use super::exit::Exit;
use super::stdout::stdout;
use super::{first_run, setup};
use crate::model::Lang;
use crate::scan::Scanner;
use crate::ui::{FirstPage, PageContext, Server};

/// Runs the verb: until the page is no longer used.
pub(super) fn run(args: UiArgs, common: &Common, lang: Lang) -> anyhow::Result<Exit> {
    if args.id.is_some() && args.page != PageArg::Held {
        bail!(lang.pick("--id goes with --page held", "--id 须与 --page held 一起使用"));
    }
    let (config, _) = setup::config(common)?;
    let (state, run) = setup::state(args.state.state.as_deref())?;
    let in_force = setup::rules(common, &config, setup::OnBadPack::Told, lang)?;
    in_force.warn(lang);
    #[cfg(feature = "clipboard")]
    let copied = args.clipboard.then(|| copied(lang)).flatten();
    #[cfg(not(feature = "clipboard"))]
    let copied = None;
    let server = Server::new(PageContext {
        // Files from a browser are read apart, whatever the settings say of `mizha scan`.
        scanner: Scanner::new(in_force.rules, setup::options(&config)),
        config,
        state,
        run,
        given: args.paths,
        copied,
        first: match args.page {
            PageArg::Check => FirstPage::Check,
            PageArg::Held => FirstPage::Held(args.id),
            PageArg::Sent => FirstPage::Sent,
            PageArg::Health => FirstPage::Health,
            PageArg::Setup => FirstPage::Setup,
        },
        first_run: first_run::for_page(common, args.state.state, lang),
        lang,
        idle: Duration::from_secs(args.idle),
    })
    .context(lang.pick("the page cannot be opened", "无法打开页面"))?;
    let door = server.door();
    if args.no_open {
        let mut out = stdout();
        writeln!(out, "file://{}", door.display())?;
        out.flush()?;
    } else {
        open(&door, lang)?;
    }
    server.serve().context(lang.pick("the page ended", "页面已中止"))?;
    Ok(Exit::Clear)
}

/// Opens the page on which a desktop is set up.
pub(super) fn first(state: StateArg, common: &Common, lang: Lang) -> anyhow::Result<Exit> {
    let args = UiArgs {
        paths: Vec::new(),
        state,
        page: PageArg::Setup,
        id: None,
        #[cfg(feature = "clipboard")]
        clipboard: false,
        no_open: false,
        idle: 300,
    };
    run(args, common, lang)
}

/// What the clipboard holds now. Where it cannot be read the page opens all the same: there the person can paste.
#[cfg(feature = "clipboard")]
fn copied(lang: Lang) -> Option<crate::source::Copied> {
    let words = match crate::source::read_clipboard() {
        Ok(Some(copied)) => return Some(copied),
        Ok(None) => lang.pick("the clipboard holds neither text nor a picture", "剪贴板中没有文字或图片").to_string(),
        Err(e) => e.message(lang),
    };
    eprintln!("mizha: {words}");
    None
}

/// Opens the file in the person's browser. What stands on the command line is a path, not the code.
fn open(door: &Path, lang: Lang) -> anyhow::Result<()> {
    let mut command = Command::new("xdg-open");
    command.arg(door).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().with_context(|| {
        lang.pick(
            "xdg-open, which opens the browser, cannot be started; with --no-open the address is printed",
            "无法启动用于打开浏览器的 xdg-open；可用 --no-open 输出地址",
        )
    })?;
    std::thread::spawn(move || child.wait());
    Ok(())
}
