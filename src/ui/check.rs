//! *Check before sending*: files, folders, pictures and messages are looked at as `mizha scan` looks at them, in the
//! process apart, and shown with one verdict. Nothing of them is kept.

use std::collections::BTreeSet;

use maud::{Markup, html};
use percent_encoding::percent_decode_str;

use super::Office;
use super::receipt::{self, Hashing};
use super::request::{Body, RequestHead};
use super::response::{HttpStatus, Response};
use super::shell::{Tab, page as whole};
use crate::act::report::{View, html::item, next_steps, size};
use crate::model::{GapReason, Lang, Report, Severity, Verdict};
use crate::source::Copied;

/// Bytes of a message: more is a file.
const MESSAGE: u64 = 1 << 20;
/// The header that carries the path of a file, percent-encoded.
const PATH: &str = "x-mizha-path";

/// The page.
pub(super) fn page(office: &Office) -> Response {
    let lang = office.lang();
    let most = office.page.scanner.limits().total_bytes;
    let given = !office.page.given.is_empty() || office.copied.lock().is_ok_and(|copied| copied.is_some());
    let body = html! {
        div #check data-most=(most) data-most-text=(MESSAGE) data-given[given] {
            (banners(lang))
            div .columns {
                section #drop .panel aria-labelledby="drop-title" {
                    h2 #drop-title { (lang.pick("Files, folders, pictures", "文件、文件夹、图片")) }
                    p { (lang.pick("Drop them here, or paste a screenshot with Ctrl+V.", "拖到这里，或按 Ctrl+V 粘贴截图。")) }
                    p .buttons {
                        button #choose-files type="button" .main { (lang.pick("Choose files", "选择文件")) }
                        button #choose-folder type="button" { (lang.pick("Choose a folder", "选择文件夹")) }
                    }
                    input #files type="file" multiple hidden aria-label=(lang.pick("Files", "文件"));
                    input #folder type="file" webkitdirectory hidden aria-label=(lang.pick("Folder", "文件夹"));
                }
                section .panel aria-labelledby="message-title" {
                    h2 { label #message-title for="message" { (lang.pick("A message", "消息文字")) } }
                    div .overlay {
                        div #marked aria-hidden="true" {}
                        textarea #message rows="6" spellcheck="false" autocomplete="off"
                            placeholder=(lang.pick("Type or paste what you are about to send.", "输入或粘贴将要发送的文字，边输入边检查。")) {}
                    }
                }
            }
            div #progress hidden role="status" {
                progress #bar aria-label=(lang.pick("Progress", "进度")) {}
                span #at {}
                button #cancel type="button" { (lang.pick("Stop", "停止")) }
            }
            div #results {}
            div #after hidden {
                p .buttons {
                    button #copy type="button" { (lang.pick("Copy the receipt", "复制检查凭据")) }
                    button #again type="button" { (lang.pick("Start over", "重新开始")) }
                    span #copied role="status" hidden { (lang.pick("Copied.", "已复制。")) }
                }
                details {
                    summary { (lang.pick("The receipt", "检查凭据")) }
                    textarea #receipt readonly rows="5" aria-label=(lang.pick("The receipt", "检查凭据"))
                        data-head=(receipt::head(&office.page.scanner.rules().packs(), lang)) {}
                }
            }
            (failures(most, lang))
        }
    };
    Response::html(whole(Tab::Check, &body, lang))
}

/// One big verdict for each case; the script shows the one that holds.
fn banners(lang: Lang) -> Markup {
    let banner = |class: &str, answer: &str, detail: &str| {
        html! {
            section class={ "verdict " (class) } data-banner=(class) hidden[class != "idle"] {
                h2 { (answer) }
                p { (detail) }
            }
        }
    };
    let count = |verdict: Verdict| {
        html! { span class={ "count " (verdict.as_str()) } { (word(verdict, lang)) " " b data-count=(verdict.as_str()) { "0" } } }
    };
    html! {
        div #verdict aria-live="polite" {
            (banner("idle", lang.pick("May I send this?", "能不能发？先在这里查一下"),
                lang.pick("Add what you are about to send. The answer appears here.", "放入准备发送的内容，结论显示在这里。")))
            (banner("busy", lang.pick("Checking …", "正在检查……"),
                lang.pick("Do not send yet.", "检查完成之前请勿发送。")))
            (banner("block", lang.pick("Do not send", "不得外发"),
                lang.pick("Something below carries a classification mark or sensitive data and must not leave this computer. When in doubt, ask your secrecy office.",
                    "下列内容带有密级标志或敏感数据，不得传出本机；拿不准的，请咨询本单位保密工作机构。")))
            (banner("uninspected", lang.pick("Do not send yet", "暂不得外发"),
                lang.pick("Something below could not be read to its end, so nobody knows what is in it. Below it stands what to do.",
                    "下列内容未能完整读取，无法确认其中有无涉密信息；处理办法见各项说明。")))
            (banner("warn", lang.pick("Look before you send", "请核实后再外发"),
                lang.pick("Look at each place named below, then decide.", "请逐项核对下面提示的位置，再决定是否发送。")))
            (banner("clear", lang.pick("Nothing was found", "未发现问题"),
                lang.pick("No mark and no sensitive data was found. You still answer for what you send.", "未发现密级标志和敏感数据。是否适合发送，仍由您判断负责。")))
            p #counts hidden {
                (count(Verdict::Block)) (count(Verdict::Uninspected)) (count(Verdict::Warn)) (count(Verdict::Clear))
            }
        }
    }
}

fn word(verdict: Verdict, lang: Lang) -> &'static str {
    match verdict {
        Verdict::Block => lang.pick("blocked", "拦截"),
        Verdict::Uninspected => lang.pick("not read", "未检查"),
        Verdict::Warn => lang.pick("to confirm", "待核实"),
        Verdict::Clear => lang.pick("clear", "通过"),
    }
}

/// What the script shows when something could not even be handed over: never clear.
fn failures(most: u64, lang: Lang) -> Markup {
    let failure = |id: &str, why: &str| {
        html! {
            template id=(id) {
                article .uninspected data-verdict="uninspected" {
                    header { span .badge { (crate::act::report::badge(Verdict::Uninspected, lang)) } b {} }
                    div .finding .gap { code aria-hidden="true" { "?" } div { strong { (why) } } }
                }
            }
        }
    };
    html! {
        (failure("failed", lang.pick("It could not be read and was not checked. Try again.", "未能读取，没有检查，请重试。")))
        (failure("stopped", lang.pick("You stopped before it was checked.", "已停止，此项没有检查。")))
        (failure("empty", lang.pick("There is no file in it, so nothing was checked.", "其中没有文件，没有可检查的内容。")))
        (failure("large", &lang.pick(
            format!("Larger than {}, so it was not checked. Split it, or have the limit raised (limits.total_bytes).", size(most)),
            format!("超过 {}，没有检查。请拆分文件，或由管理员调高上限（limits.total_bytes）。", size(most)),
        )))
    }
}

/// A message as it is typed: its verdict, and its text with what was found highlighted.
pub(super) fn message(office: &Office, body: Body<'_>) -> Result<Response, HttpStatus> {
    let lang = office.lang();
    let text = String::from_utf8(body.whole(MESSAGE)?).map_err(|_| HttpStatus::Malformed)?;
    let report = office.messages.scan_message(&text);
    let hash = Hashing::new(text.as_bytes()).finish();
    let report = Report { path: lang.pick("message text", "消息文字").to_string(), ..report };
    Ok(Response::html(html! { (highlighted(&text, &report)) (shown(&report, hash.as_deref(), lang)) }))
}

/// One file, as it arrives.
pub(super) fn file(office: &Office, head: &RequestHead, body: Body<'_>) -> Result<Response, HttpStatus> {
    let path = head.field(PATH).ok_or(HttpStatus::Malformed)?;
    let path = percent_decode_str(path).decode_utf8().map_err(|_| HttpStatus::Malformed)?;
    // Only names to be looked at and shown: nothing is opened by them.
    let names: Vec<String> = path.rsplit('/').filter(|name| !name.is_empty()).map(str::to_string).collect();
    if names.is_empty() {
        return Err(HttpStatus::Malformed);
    }
    if head.length > office.page.scanner.limits().total_bytes {
        return Err(HttpStatus::BodyTooLarge);
    }
    let mut hashing = Hashing::new(body);
    let report = office.page.scanner.scan_named(&path, &names, &mut hashing);
    let hash = hashing.finish().ok_or(HttpStatus::Malformed)?;
    Ok(Response::html(shown(&report, Some(&hash), office.lang())))
}

/// The next of the files that were named when the page was started. The field `X-Mizha-Done` says that these were the last.
pub(super) fn given(office: &Office) -> Result<Response, HttpStatus> {
    let mut given = office.given.lock().map_err(|_| HttpStatus::Fault)?;
    let lang = office.lang();
    let copied = office.copied.lock().map_err(|_| HttpStatus::Fault)?.take().map(|copied| looked_at(office, &copied));
    let reports = if copied.is_some() { Vec::new() } else { given.next(&office.page.scanner) };
    let body =
        html! { @for (report, hash) in copied.iter().chain(&reports) { (shown(report, hash.as_deref(), lang)) } };
    let response = Response::html(body);
    Ok(if given.is_done() { response.with("X-Mizha-Done", "1".to_string()) } else { response })
}

/// What was in the clipboard: a text counts as a message, anything else as a file.
fn looked_at(office: &Office, copied: &Copied) -> (Report, Option<String>) {
    let lang = office.lang();
    let name = copied.name(lang);
    let report = match copied {
        Copied::Text(text) => office.messages.scan_message(text),
        Copied::Picture(bytes) => office.page.scanner.scan_bytes(Some(name), bytes),
    };
    (Report { path: name.to_string(), ..report }, Hashing::new(copied.bytes()).finish())
}

/// One item with what to do about it, and its line of the receipt.
fn shown(report: &Report, hash: Option<&str>, lang: Lang) -> Markup {
    let reasons: BTreeSet<GapReason> = report.gaps.iter().filter(|gap| !gap.accepted).map(|gap| gap.reason).collect();
    // What to do about what was found is said by the big verdict.
    let steps = next_steps(Verdict::Clear, &reasons, lang);
    let view = View { lang, detail: true, ..View::default() };
    html! {
        div .item data-verdict=(report.verdict.as_str()) data-receipt=(receipt::line(report, hash, lang)) {
            (item(report, &view))
            @if !steps.is_empty() { ul .steps { @for step in steps { li { (step) } } } }
        }
    }
}

/// The text with what was found in it highlighted, to lie behind what the person types.
fn highlighted(text: &str, report: &Report) -> Markup {
    let mut ranges: Vec<(usize, usize, &str)> = Vec::new();
    let plain: Vec<char> = text.chars().map(blank).collect();
    for finding in &report.findings {
        let wanted: Vec<char> = finding.excerpt.reveal().trim().chars().collect();
        let class = match finding.verdict {
            Severity::Block => "block",
            Severity::Warn => "warn",
            Severity::Note => continue,
        };
        if wanted.is_empty() {
            continue;
        }
        let at = plain.windows(wanted.len()).enumerate().filter(|(_, window)| *window == wanted);
        ranges.extend(at.map(|(at, _)| (at, at + wanted.len(), class)));
    }
    ranges.sort_unstable();
    let chars: Vec<char> = text.chars().collect();
    let piece = |from: usize, to: usize| chars[from..to].iter().collect::<String>();
    let mut pieces = Vec::new();
    let mut done = 0;
    for (from, to, class) in ranges {
        if from >= done {
            pieces.push((piece(done, from), ""));
            pieces.push((piece(from, to), class));
            done = to;
        }
    }
    pieces.push((piece(done, chars.len()), ""));
    html! {
        div .marked {
            @for (text, class) in pieces { @if class.is_empty() { (text) } @else { mark class=(class) { (text) } } }
            // A line break at the very end is otherwise not shown.
            "\u{200b}"
        }
    }
}

/// As excerpts have it: what is no text is a blank.
fn blank(c: char) -> char {
    if c.is_control() { ' ' } else { c }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::Scanner;

    #[test]
    fn what_was_found_is_highlighted_and_all_text_escaped() {
        let scanner = Scanner::builtin().expect("built-in packs are valid");
        let text = "机密★10年\n<b>植树</b>通知\n";
        let markup = highlighted(text, &scanner.scan_message(text)).into_string();
        assert!(markup.contains("<mark class=\"block\">机密★10年</mark>"), "{markup}");
        assert!(markup.contains("&lt;b&gt;植树") && !markup.contains("<b>"), "{markup}");
    }
}
