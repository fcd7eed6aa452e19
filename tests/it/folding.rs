//! A scan folds only what stands around places where a rule may match. Its findings are those of a scan
//! that folds everything: over the samples, over the packs' own examples inside ordinary text, and over
//! random texts made of marks, what comes between their characters, and lines of every kind.

use std::fs;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use mizha::model::Report;
use mizha::pack::builtin;
use mizha::scan::{Options, Scanner};
use proptest::prelude::*;

/// The usual scanner, and one that folds everything.
static SCANNERS: LazyLock<[Scanner; 2]> = LazyLock::new(|| {
    let usual = Scanner::builtin().expect("built-in packs");
    let plain = Options { fold_all: true, ..Options::default() };
    [usual.clone(), Scanner::new(Arc::clone(usual.rules()), plain)]
});

/// What a scan found, all of it, without how long it took.
fn told(report: &Report) -> String {
    format!("{:?} {:?} {:?}", report.verdict, report.findings, report.gaps)
}

fn scanned(bytes: &[u8]) -> [String; 2] {
    SCANNERS.each_ref().map(|scanner| told(&scanner.scan_bytes(Some("text.txt"), bytes)))
}

/// An invented text of laws and notices without any mark, of so many lines.
fn ordinary(lines: usize) -> String {
    (0..lines)
        .map(|n| match n % 5 {
            0 => format!("第{n}条　各单位应当按照规定，做好统计资料的管理工作（不得公开的除外）；\n"),
            1 => format!("See item {n} of the annex: plain words,  as they are.\n"),
            2 => "\n".into(),
            3 => "　　本办法由办公室负责解释，自发布之日起施行。\n".into(),
            _ => format!("{n}\t普通\t一项｜“说明”\n"),
        })
        .collect()
}

fn files(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, found);
        } else if !path.to_string_lossy().ends_with(".toml") {
            found.push(path);
        }
    }
}

#[test]
fn the_samples_are_judged_alike() {
    let mut paths = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("samples"), &mut paths);
    assert!(paths.len() > 100);
    for path in paths {
        let bytes = fs::read(&path).expect("a sample");
        let [usual, plain] = scanned(&bytes);
        assert_eq!(usual, plain, "{}", path.display());
    }
}

#[test]
fn examples_inside_ordinary_text_are_judged_alike() {
    let filler = ordinary(60);
    let mut found = 0;
    for pack in builtin().expect("built-in packs") {
        for rule in &pack.rules {
            for example in rule.examples.iter().chain(&rule.negative_examples) {
                let text = example.placed().text;
                for text in
                    [format!("{filler}{text}\n{filler}"), format!("{text}\n{filler}"), format!("{filler}{text}")]
                {
                    let [usual, plain] = scanned(text.as_bytes());
                    assert_eq!(usual, plain, "{}: {:?}", rule.id, example.placed().text);
                    found += usize::from(usual.contains("Finding"));
                }
            }
        }
    }
    assert!(found > 500, "{found} of them hold findings");
}

/// A line: pieces of marks, what evades, what surrounds.
const LINE: &str = r"(机|密|機|绝密|秘密|内部资料|★|☆|＊|\*|·|1|0|１０|年|年|长期|密级：|机密★10年|TLP：|RED|TLP:RED|TOP|SECRET|SECRET//NOFORN|S E C R E T|机 密 ★ 1 0 年|CUI|\(S//|（S//|екретно|급비밀|é|e\u{301}|机\u{336}|ﬁ|①|㏠|110105|194912310|02X|１９４９|4539 1488 |0343-6467|ghp_|AKIA| |  |　|\u{200b}|\u{ad}|\u{feff}|，|、|。|“|（|）|\t|\||按照规定|办理|考试|第一条|plain words|a b|x){0,12}";

fn lines() -> impl Strategy<Value = String> {
    let line = prop_oneof![4 => LINE, 1 => r"(机|密|★|1|0|年|12|A|　机| 密 |\u{200b})", 1 => Just(String::new()), 2 => Just(ordinary(4))];
    let end = prop_oneof![8 => Just("\n"), 1 => Just("\r\n"), 1 => Just("\u{2028}")];
    prop::collection::vec((line, end), 0..30)
        .prop_map(|lines| lines.into_iter().flat_map(|(line, end)| [line, end.into()]).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn random_texts_are_judged_alike(front in 0..80_usize, text in lines(), behind in 0..80_usize) {
        let text = format!("{}{text}{}", ordinary(front), ordinary(behind));
        let [usual, plain] = scanned(text.as_bytes());
        prop_assert_eq!(usual, plain);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]

    #[test]
    fn texts_of_several_windows_are_judged_alike(parts in prop::collection::vec((lines(), 2_000..12_000_usize, any::<bool>()), 2..4)) {
        let text: String = parts
            .into_iter()
            .map(|(text, between, one_line)| {
                let between = ordinary(between);
                format!("{text}{}", if one_line { between.replace('\n', " ") } else { between })
            })
            .collect();
        let [usual, plain] = scanned(text.as_bytes());
        prop_assert_eq!(usual, plain);
    }
}
