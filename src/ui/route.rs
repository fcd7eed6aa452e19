//! Which path leads to what. There are no others: a path is compared as it came, never decoded or joined to a folder.

use super::request::{Body, Method, RequestHead};
use super::response::{HttpStatus, Response};
use super::{Office, check, decision, first_run, form, health, held, officer, sent, shell};

/// Bytes of a form at most.
const FORM: u64 = 64 * 1024;

/// Answers a request of the person the page belongs to.
///
/// # Errors
/// The status with which it is refused.
pub(super) fn answer(office: &Office, head: &RequestHead, body: Body<'_>) -> Result<Response, HttpStatus> {
    match (head.method, head.path.as_str()) {
        (Method::Get, "/") => Ok(check::page(office)),
        (Method::Get, "/held") => held::page(office),
        (Method::Get, "/sent") => Ok(sent::page(office)),
        (Method::Get, "/health") => Ok(health::page(office)),
        (Method::Get, "/page.css") => Ok(Response::of("text/css; charset=utf-8", shell::style().into_bytes())),
        (Method::Get, "/page.js") => Ok(Response::of("text/javascript; charset=utf-8", shell::SCRIPT.into())),
        (Method::Post, "/alive") => Ok(Response::from(HttpStatus::Done)),
        (Method::Post, "/check/message") => check::message(office, body),
        (Method::Post, "/check/file") => check::file(office, head, body),
        (Method::Post, "/check/given") => check::given(office),
        (Method::Post, "/sent/record") => sent::record(office, &form::fields(&body.whole(FORM)?)?),
        (Method::Get, "/officer/report") => officer::report(office),
        #[cfg(feature = "author")]
        (Method::Post, "/officer/import") => {
            let name = head.field("x-mizha-path").unwrap_or_default();
            let name = percent_encoding::percent_decode_str(name).decode_utf8().map_err(|_| HttpStatus::Malformed)?;
            officer::preview(office, &name, &body.whole(officer::LIST)?)
        }
        (Method::Get, "/setup") => Ok(first_run::page(office)),
        (Method::Post, "/setup") => first_run::set_up(office, &form::fields(&body.whole(FORM)?)?),
        (Method::Post, "/health/pause") => {
            let fields = form::fields(&body.whole(FORM)?)?;
            health::pause(office, Some(form::value(&fields, "reason").unwrap_or_default()))
        }
        (Method::Post, "/health/resume") => health::pause(office, None),
        (method, path) => match path.strip_prefix("/held/").and_then(|rest| rest.split_once('/')) {
            Some((id, "ticket")) if method == Method::Get => held::ticket(office, id, head),
            Some((id, act)) if method == Method::Post => {
                decision::decide(office, id, act, &form::fields(&body.whole(FORM)?)?)
            }
            _ => Err(HttpStatus::NotFound),
        },
    }
}
