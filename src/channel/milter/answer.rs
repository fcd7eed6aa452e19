//! From a verdict to what the server is told, in both languages, for the sender may read either. An answer goes into
//! the server's log: it names kinds and numbers, never a word of the message.

use super::packet::Reply;
use crate::config::{Mail, MailAnswer};
use crate::model::{Lang, Report, Severity, Tier, Verdict};

/// The header that says how a message was judged. One that a sender wrote is taken away.
pub(super) const HEADER: &str = "X-Mizha-Verdict";

/// What the server is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MilterAnswer {
    /// The message is taken.
    Take,
    /// It is taken, and waits in the server's hold queue.
    Hold,
    /// It is refused for good.
    Refuse,
}

impl MilterAnswer {
    /// What this verdict means by the settings.
    pub(super) fn to(verdict: Verdict, policy: &Mail) -> Self {
        let by_setting = |setting| match setting {
            MailAnswer::Hold => MilterAnswer::Hold,
            MailAnswer::Refuse => MilterAnswer::Refuse,
            MailAnswer::Pass => MilterAnswer::Take,
        };
        match verdict {
            Verdict::Clear => MilterAnswer::Take,
            Verdict::Warn => by_setting(policy.warn),
            Verdict::Uninspected => by_setting(policy.uninspected),
            Verdict::Block => MilterAnswer::Refuse,
        }
    }

    /// What goes over the line, the decision last.
    pub(super) fn replies(self, report: &Report) -> Vec<Reply> {
        let header = Reply::AddHeader { name: HEADER, value: header(report) };
        match self {
            MilterAnswer::Take => vec![header, Reply::Continue],
            MilterAnswer::Hold => vec![header, Reply::Hold(reason(report, Lang::En)), Reply::Continue],
            MilterAnswer::Refuse => vec![Reply::Refuse(refusal(report))],
        }
    }
}

/// The verdict and the packs behind it.
fn header(report: &Report) -> String {
    let serial = |pack: &crate::model::PackRef| format!("{}/{}", pack.id, pack.version);
    let packs: Vec<String> = report.packs.iter().map(serial).collect();
    // Folded: a line of a header has at most 998 characters (RFC 5322, 2.1.1).
    format!("{}; engine={};\n\tpacks={}", report.verdict.as_str(), env!("CARGO_PKG_VERSION"), packs.join(",\n\t"))
}

/// Two lines of one answer (RFC 5321, 4.2.1), with the enhanced code of RFC 3463 for "not by policy".
fn refusal(report: &Report) -> String {
    let line = |lang: Lang| {
        let what = reason(report, lang);
        lang.pick(
            format!("Mizha: not sent, {what}. Do not send it another way; ask your security officer."),
            format!("密闸：邮件未发出，{what}。请勿改用其他方式发送，请联系保密管理员。"),
        )
    };
    format!("554-5.7.1 {}\r\n554 5.7.1 {}", line(Lang::En), line(Lang::Zh))
}

/// The kinds of what was found, hardest first, and how many places could not be read.
fn reason(report: &Report, lang: Lang) -> String {
    let mut tiers: Vec<Tier> =
        report.findings.iter().filter(|found| found.verdict > Severity::Note).map(|found| found.tier).collect();
    tiers.sort_by(|a, b| b.cmp(a));
    tiers.dedup();
    let unread = report.gaps.iter().filter(|gap| !gap.accepted).count();
    let mut words: Vec<String> = tiers.iter().map(|tier| tier.title(lang).to_string()).collect();
    if unread > 0 {
        words.push(lang.pick(format!("{unread} place(s) could not be read"), format!("{unread} 处无法检查")));
    }
    let words = words.join(lang.pick("; ", "、"));
    lang.pick(format!("found: {words}"), format!("发现：{words}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::Scanner;

    fn report(text: &str) -> Report {
        Scanner::builtin().expect("built-in packs are valid").scan_bytes(Some("a.txt"), text.as_bytes())
    }

    #[test]
    fn a_block_is_refused_whatever_the_settings_say() {
        let lenient = Mail { warn: MailAnswer::Pass, uninspected: MailAnswer::Pass, ..Mail::default() };
        let answers = |policy: &Mail| {
            [Verdict::Clear, Verdict::Warn, Verdict::Uninspected, Verdict::Block]
                .map(|verdict| MilterAnswer::to(verdict, policy))
        };
        assert_eq!(
            answers(&Mail::default()),
            [MilterAnswer::Take, MilterAnswer::Hold, MilterAnswer::Hold, MilterAnswer::Refuse]
        );
        assert_eq!(
            answers(&lenient),
            [MilterAnswer::Take, MilterAnswer::Take, MilterAnswer::Take, MilterAnswer::Refuse]
        );
    }

    #[test]
    fn an_answer_has_both_languages_and_no_content() {
        let replies = MilterAnswer::Refuse.replies(&report("机密★10年\n植树通知\n"));
        let [Reply::Refuse(text)] = &replies[..] else { panic!("{replies:?}") };
        assert!(text.starts_with("554-5.7.1 Mizha: not sent, found: state secret, secret"), "{text}");
        assert!(text.contains("\r\n554 5.7.1 密闸：邮件未发出，发现：机密级国家秘密"), "{text}");
        assert!(!text.contains("植树") && !text.contains('★'), "{text}");
    }

    #[test]
    fn no_line_of_our_header_is_too_long() {
        let header = header(&report("plain words"));
        assert!(header.starts_with("clear; "), "{header}");
        assert!(header.lines().all(|line| line.len() < 900), "{header}");
        assert!(header.lines().skip(1).all(|line| line.starts_with('\t')), "{header}");
    }
}
