//! From records to an account, each count worked out by hand.

use super::*;
use crate::act::audit::{ChainFault, Event, LogLine};

fn record(number: u64, time: &str, event: Event) -> LogLine {
    LogLine { number, time: time.into(), event, mac: String::new() }
}

fn held(id: &str, name: &str) -> Event {
    Event {
        id: Some(id.into()),
        name: Some(name.into()),
        verdict: Some(Verdict::Block),
        tiers: vec![Tier::Secret],
        rules: vec!["prc.state-secret.star-mark".into()],
        ..Event::new(EventKind::Held)
    }
}

fn inspection(names: &ShownNames) -> Inspection {
    let packs = |version: &str| Event { packs: vec![format!("tlp {version}")], ..Event::new(EventKind::Started) };
    let released = Event {
        id: Some("0a".into()),
        authority: Some("ticket 9AF3".into()),
        reason: Some("=published, 1 March".into()),
        user: Some(0),
        ..Event::new(EventKind::Released)
    };
    let incidents = vec![
        record(1, "2026-11-01T08:00:00Z", packs("1")),
        record(2, "2026-11-02T09:00:00Z", held("0a", "植树通知.docx")),
        record(3, "2026-11-02T10:00:00Z", released),
        record(4, "2026-11-03T08:00:00Z", Event { rules: vec!["a.b".into()], ..Event::new(EventKind::Observed) }),
        record(5, "2026-11-03T09:00:00Z", Event::new(EventKind::Stopped)),
        record(6, "2026-11-03T21:00:00Z", packs("2")),
        record(7, "2026-11-09T09:00:00Z", held("0b", "later.txt")),
    ];
    let cleared =
        |number, time| record(number, time, Event { name: Some("a.txt".into()), ..Event::new(EventKind::Cleared) });
    let releases = vec![cleared(1, "2026-11-02T11:00:00Z"), cleared(2, "2026-11-10T11:00:00Z")];
    let books = vec![
        CheckedBook::new(Book::Incidents, &VerifiedChain { records: 7, anchors: 2, fault: None }),
        CheckedBook::new(
            Book::Releases,
            &VerifiedChain { records: 2, anchors: 0, fault: Some(ChainFault::CutShort(5)) },
        ),
    ];
    let at = |time: &str| time.parse().expect("a time");
    let period = Period { from: at("2026-11-02T00:00:00Z"), to: at("2026-11-05T00:00:00Z") };
    let held_now = HeldNow { all: 1, officer: 1 };
    account(AccountSource { unit: Some("某某县植树办".into()), incidents, releases, books, held_now, names }, period)
}

fn written(form: AccountForm, lang: Lang) -> String {
    let mut out = Vec::new();
    inspection(&ShownNames::Masked).write(form, lang, &mut out).expect("written to memory");
    String::from_utf8(out).expect("UTF-8")
}

#[test]
fn an_account_counts_what_happened_in_its_period() {
    let inspection = inspection(&ShownNames::Masked);
    // One by a ticket, one observed, one clear.
    assert_eq!(inspection.left(), 3);
    assert_eq!((inspection.count(EventKind::Held), inspection.count(EventKind::Released)), (1, 1));
    assert_eq!(inspection.rules["prc.state-secret.star-mark"], FindingCount { held: 1, observed: 0, disputed: 0 });
    assert_eq!(inspection.rules["a.b"], FindingCount { held: 0, observed: 1, disputed: 0 });
    assert_eq!((inspection.incidents.len(), inspection.releases.len()), (5, 1));
    let packs: Vec<(&str, &str, &str)> =
        inspection.packs.iter().map(|pack| (pack.pack.as_str(), pack.from.as_str(), pack.to.as_str())).collect();
    assert_eq!(
        packs,
        [
            ("tlp 1", "2026-11-02T00:00:00Z", "2026-11-03T21:00:00Z"),
            ("tlp 2", "2026-11-03T21:00:00Z", "2026-11-05T00:00:00Z")
        ]
    );
    let [gap] = &inspection.gaps[..] else { panic!("{:?}", inspection.gaps) };
    assert_eq!((gap.from.to_string(), gap.why), ("2026-11-03T09:00:00Z".into(), GapCause::Stopped));
    assert!(!inspection.is_whole() && inspection.anchors() == 2);
}

#[test]
fn names_stay_masked_and_every_form_tells_a_fault_and_the_authority() {
    for form in [AccountForm::Human, AccountForm::Html, AccountForm::Json, AccountForm::Csv] {
        for lang in [Lang::En, Lang::Zh] {
            let text = written(form, lang);
            assert!(!text.contains("植树通知") && text.contains("植….docx"), "{form:?}: {text}");
            assert!(text.contains("9AF3") && text.contains("prc.state-secret.star-mark"), "{form:?}");
            assert_eq!(text.contains("=published") && form == AccountForm::Csv, form == AccountForm::Csv);
        }
    }
    assert!(written(AccountForm::Csv, Lang::Zh).contains("\"'=published, 1 March\""));
    for form in [AccountForm::Human, AccountForm::Html] {
        let zh = written(form, Lang::Zh);
        for wanted in [
            "外发文件保密检查报告",
            "某某县植树办",
            "放行单（密钥号 9AF3）",
            "日志被截断：原有 5 条，现有 2 条",
            "机密级国家秘密",
            "本应暂扣 1 个文件",
        ] {
            assert!(zh.contains(wanted), "{wanted} is missing in:\n{zh}");
        }
    }
    let page = written(AccountForm::Html, Lang::Zh);
    assert!(page.contains("检查人") && page.contains("日期：") && !page.contains("<script"));
    let json: serde_json::Value = serde_json::from_str(&written(AccountForm::Json, Lang::En)).expect("JSON");
    assert_eq!(json["counts"]["held"], 1);
    assert_eq!(json["books"][1]["fault"]["en"], "the log was cut short: it had 5 records, now 2");
    assert_eq!(json["gaps"][0]["why"], "stopped");
}
