//! Term lists through the whole pipeline: which term, how sure, beside what, allowed until when,
//! exempt by whom. Expectations by hand.

use std::sync::Arc;

use mizha::model::{Channel, Policy, Report, Verdict};
use mizha::pack::{Pack, RuleSet, common};
use mizha::scan::{Options, Scanner, prove};

const PACK: &str = r#"
schema_version = 1
id = "trees"
version = "1"
title = { en = "Trees", zh = "树木" }

[[list]]
id = "trees.names"
title = { en = "Names of nurseries", zh = "苗圃名称" }
tier = "work-secret"
confidence = "high"
references = ["invented for tests"]
negative_examples = ["青松路今日封闭"]
allowlist = [{ text = "公开招标", reason = "published", expires = "2999-01-01" }, { text = "旧闻", reason = "over", expires = "2001-01-01" }]
terms = [
  "昆仑苗圃",
  { term = "昆仑苗圃二期", id = "k2" },
  { term = "青松", id = "qs", near = ["苗圃", "育苗"] },
  { term = "GREENLEAF", id = "gl", confidence = "low" },
  { term = "白桦方案", id = "bh", tier = "internal" },
]
"#;

fn scan(policy: &str, channel: Channel, text: &str) -> Report {
    let pack = Pack::parse("trees.toml", PACK, Some(&common().expect("common"))).expect("a pack");
    assert!(prove(&pack).expect("compiles").is_empty());
    let policy = Arc::new(toml::from_str::<Policy>(policy).expect(policy));
    let options = Options { policy, channel, ..Options::default() };
    Scanner::new(Arc::new(RuleSet::new(&[pack]).expect("rules")), options).scan_message(text)
}

/// Verdict, and each finding's term with its verdict.
fn seen(report: &Report) -> (Verdict, Vec<(String, String)>) {
    let terms = report
        .findings
        .iter()
        .map(|finding| (finding.term.as_deref().unwrap_or_default().to_string(), format!("{:?}", finding.verdict)));
    (report.verdict, terms.collect())
}

fn found(term: &str, verdict: &str) -> (String, String) {
    (term.to_string(), verdict.to_string())
}

#[test]
fn a_term_is_found_in_disguise_and_named_without_being_shown() {
    let report = scan("", Channel::Scan, "会议讨论昆 仑\u{200b}苗 圃的预算。");
    assert_eq!(seen(&report), (Verdict::Block, vec![found("1", "Block")]));
    let json = serde_json::to_string(&report).expect("JSON");
    assert!(json.contains(r#""term":"1""#) && !json.contains("昆仑"), "{json}");
    assert_eq!(report.findings[0].excerpt.masked().chars().next(), Some('昆'));
}

#[test]
fn of_overlapping_terms_each_is_told() {
    let report = scan("", Channel::Scan, "昆仑苗圃二期工程");
    let mut terms = seen(&report).1;
    terms.sort();
    assert_eq!(terms, [found("1", "Block"), found("k2", "Block")]);
}

#[test]
fn case_does_not_count_in_any_script() {
    for (term, written) in [
        ("Берёза", "БЕРЕЗА"),
        ("берёзовый план", "Берёзовый План"),
        ("σχέδιο ελιά", "ΣΧΕΔΙΟ ΕΛΙΑ"),
        ("Eichenstraße", "EICHENSTRASSE"),
        ("ŁÓDŹ las", "łódź LAS"),
        ("ILGAZ planı", "ılgaz PLANI"),
        ("İzmir çamı", "izmir ÇAMI"),
        ("Ørsted skog", "ØRSTED SKOG"),
    ] {
        let pack = PACK.replace("\"GREENLEAF\"", &format!("\"{term}\""));
        let pack = Pack::parse("trees.toml", &pack, Some(&common().expect("common"))).expect("a pack");
        let scanner = Scanner::new(Arc::new(RuleSet::new(&[pack]).expect("rules")), Options::default());
        for text in [term, written] {
            let report = scanner.scan_message(format!("we met at the {text} today"));
            assert_eq!(seen(&report).1, [found("gl", "Note")], "{term}: {text}");
        }
    }
}

#[test]
fn a_term_with_context_needs_it_within_a_hundred_characters() {
    let far = format!("青松{}苗圃", "，".repeat(101));
    let near = format!("青松{}苗圃", "，".repeat(90));
    assert_eq!(scan("", Channel::Scan, &far).verdict, Verdict::Clear);
    assert_eq!(scan("", Channel::Scan, &near).verdict, Verdict::Block);
    assert_eq!(scan("", Channel::Scan, "苗圃里的青松").verdict, Verdict::Block);
}

#[test]
fn words_of_letters_keep_their_borders_and_forget_their_case() {
    assert_eq!(seen(&scan("", Channel::Scan, "the Greenleaf plan")).1, [found("gl", "Note")]);
    assert!(scan("", Channel::Scan, "evergreenleafy").findings.is_empty());
}

#[test]
fn an_allowed_line_is_noted_until_its_day() {
    let report = scan("", Channel::Scan, "昆仑苗圃公开招标公告");
    assert_eq!(seen(&report), (Verdict::Clear, vec![found("1", "Note")]));
    assert!(
        report.findings[0]
            .why
            .iter()
            .any(|why| why.text.en.contains("allowed by the pack until 2999-01-01: published"))
    );
    assert_eq!(scan("", Channel::Scan, "昆仑苗圃旧闻").verdict, Verdict::Block);
}

#[test]
fn the_policy_says_from_where_on_and_what_is_exempt() {
    let exempt = "[[exempt]]\nrule = \"trees.names\"\nterm = \"1\"\nchannels = [\"scan\"]\nreason = \"r\"\nexpires = \"2999-01-01\"\n";
    assert_eq!(seen(&scan(exempt, Channel::Scan, "昆仑苗圃")), (Verdict::Clear, vec![found("1", "Note")]));
    assert_eq!(scan(exempt, Channel::Gate, "昆仑苗圃").verdict, Verdict::Block);
    assert_eq!(scan(exempt, Channel::Scan, "昆仑苗圃二期").verdict, Verdict::Block);
    // Internal material warns at most, unless the administrator says otherwise.
    assert_eq!(scan("", Channel::Chat, "白桦方案").verdict, Verdict::Warn);
    let chat = "[[threshold]]\ntiers = [\"internal\"]\nchannels = [\"chat\"]\nblock = 80\n";
    assert_eq!(scan(chat, Channel::Chat, "白桦方案").verdict, Verdict::Block);
    assert_eq!(scan(chat, Channel::Gate, "白桦方案").verdict, Verdict::Warn);
}

#[test]
fn an_accepted_format_passes_unread_and_the_report_says_so() {
    let accept = "[[accept]]\nformat = \"media\"\nreason = \"recordings of the choir\"\nexpires = \"2999-01-01\"\n";
    let wave = b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x44\xac\0\0\x88\x58\x01\0\x02\0\x10\0data\0\0\0\0";
    let report = |policy: &str| {
        let options = Options { policy: Arc::new(toml::from_str(policy).expect(policy)), ..Options::default() };
        Scanner::new(Arc::clone(Scanner::builtin().expect("rules").rules()), options).scan_bytes(Some("a.wav"), wave)
    };
    assert_eq!(report("").verdict, Verdict::Uninspected);
    let accepted = report(accept);
    assert_eq!(accepted.verdict, Verdict::Clear);
    assert_eq!(&*accepted.findings[0].rule, "mizha.format.accepted");
    assert!(accepted.findings[0].why[0].text.en.contains("recordings of the choir"));
}
