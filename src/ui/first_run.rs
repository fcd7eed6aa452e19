//! *Set up*: the first run, as a page: which folder files are sent from, what is done there, whom to call. What is done with
//! the answers is the command line's, as for `mizha setup` in a terminal; here they are asked, and what came of it is shown.

use std::path::PathBuf;

use maud::{Markup, html};

use super::Office;
use super::form::value;
use super::response::{HttpStatus, Response};
use super::shell::{Tab, page as whole};
use crate::config::{FirstMode, FirstSettings};
use crate::model::Lang;

/// The page.
pub(super) fn page(office: &Office) -> Response {
    shown(office, None)
}

fn shown(office: &Office, problem: Option<&str>) -> Response {
    let lang = office.lang();
    let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    let folder = FirstSettings::usual_folder(&home, lang).display().to_string();
    let body = html! {
        @if let Some(problem) = problem {
            section .verdict .block role="alert" { h2 { (lang.pick("It is not set up", "设置未完成")) } p { (problem) } }
        }
        @if office.page.first_run.is_some() {
            section .panel {
                h2 { (lang.pick("Set this computer up", "首次设置")) }
                p { (lang.pick("Three questions. Then an invented marked file shows that what must not leave is held.",
                    "回答三个问题；随后用一个虚构的测试文件验证能否拦下。")) }
                form method="post" action="/setup" {
                    label { (lang.pick("Which folder do you send files from?", "从哪个目录外发文件？"))
                        input name="folder" required maxlength="1000" value=(folder);
                    }
                    fieldset {
                        legend { (lang.pick("What is done there?", "采用哪种方式？")) }
                        @for mode in FirstMode::ALL {
                            label .tick {
                                input type="radio" name="mode" value=(mode.as_str()) checked[mode == FirstMode::Gate];
                                (mode.title(lang))
                            }
                        }
                    }
                    label { (lang.pick("Who is your security officer? (may stay empty)", "保密管理员或保密工作机构（可留空）"))
                        input name="officer" maxlength="200";
                    }
                    label { (lang.pick("Their telephone (may stay empty)", "联系电话（可留空）")) input name="phone" maxlength="60"; }
                    button .main { (lang.pick("Set it up", "开始设置")) }
                }
            }
        } @else {
            section .verdict .clear {
                h2 { (lang.pick("It is set up already", "已完成设置")) }
                p { (lang.pick("There is a configuration on this computer, and it is left as it is.", "本机已有配置，不作改动。")) }
            }
        }
    };
    Response::html(whole(Tab::Health, &body, lang))
}

/// Sets the desktop up as the person answered.
///
/// # Errors
/// When an answer is none there can be.
pub(super) fn set_up(office: &Office, fields: &[(String, String)]) -> Result<Response, HttpStatus> {
    let lang = office.lang();
    let run = office.page.first_run.as_ref().ok_or(HttpStatus::NotFound)?;
    let answer = |name: &str| value(fields, name).unwrap_or_default().trim().to_string();
    let folder = PathBuf::from(answer("folder"));
    let mode = FirstMode::of(&answer("mode")).ok_or(HttpStatus::Malformed)?;
    if !folder.is_absolute() {
        let words = lang.pick("Name the folder with its whole path, from / on.", "请填写目录的完整路径（以 / 开头）。");
        return Ok(shown(office, Some(words)).status(HttpStatus::Conflict));
    }
    match run(&FirstSettings { folder, mode, officer: answer("officer"), phone: answer("phone") }) {
        Ok(done) => Ok(Response::html(whole(Tab::Health, &outcome(&done, lang), lang))),
        Err(problem) => Ok(shown(office, Some(&problem)).status(HttpStatus::Conflict)),
    }
}

fn outcome(done: &[String], lang: Lang) -> Markup {
    html! {
        section .verdict .clear role="status" {
            h2 { (lang.pick("It is set up", "设置完成")) }
            ul { @for words in done { li { (words) } } }
        }
        p { (lang.pick("Close this page; from now on open Mizha from the application menu.", "可以关闭本页；以后请从应用菜单打开密闸。")) }
    }
}
