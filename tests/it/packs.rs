//! The built-in packs keep their own word: patterns compile, examples are judged as written; the
//! shipped schema is that of the types; a misspelt key is told with its line and what was meant.

use mizha::model::{Lang, Phrase};
use mizha::pack::{Pack, PackErrorCode, common};

#[test]
fn every_builtin_example_is_judged_as_written() {
    let mut failures = Vec::new();
    for pack in mizha::pack::builtin().expect("built-in packs are valid") {
        for failure in mizha::scan::prove(&pack).expect("patterns compile") {
            failures.push(failure.error(&pack.id).to_string());
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

const HEAD: &str = "schema_version = 1\nid = \"trees\"\nversion = \"1\"\n[title]\nen = \"Trees\"\nzh = \"树木\"\n";
const LIST: &str = "[[list]]\nid = \"trees.names\"\ntitle = { en = \"Names\", zh = \"名称\" }\ntier = \"work-secret\"\n\
                    references = [\"list of the planting office\"]\n";

fn refused(text: &str) -> mizha::pack::PackError {
    Pack::parse("trees.toml", text, Some(&common().expect("common"))).expect_err(text)
}

#[test]
fn a_misspelt_key_is_told_with_line_code_and_what_was_meant() {
    let error = refused(&format!("{HEAD}{LIST}confidense = \"high\"\nterms = [\"昆仑苗圃\"]\n"));
    assert_eq!((error.code, error.line), (PackErrorCode::Key, Some(12)));
    assert_eq!(error.to_string(), "P012: trees.toml:12: unknown key `confidense` (did you mean `confidence`?)");
    assert_eq!(error.message(Lang::Zh), "P012: trees.toml:12：未知的键“confidense”（是否应为“confidence”？）");
}

#[test]
fn a_misspelt_key_inside_a_term_or_an_example_is_told_as_well() {
    let error = refused(&format!(
        "{HEAD}{LIST}terms = [\n  \"昆仑苗圃\",\n  {{ term = \"祁连苗圃\", nere = [\"造林\"] }},\n]\n"
    ));
    assert_eq!(
        (error.code, error.hint),
        (PackErrorCode::Key, Some(Phrase::new("did you mean `near`?", "是否应为“near”？")))
    );
    let error = refused(&format!(
        "{HEAD}{LIST}examples = [{{ text = \"昆仑苗圃\", prt = \"header\" }}]\nterms = [\"昆仑苗圃\"]\n"
    ));
    assert_eq!((error.code, error.line), (PackErrorCode::Key, Some(12)));
}

#[test]
fn a_word_that_is_no_value_is_told_with_the_nearest() {
    let error = refused(&format!("{HEAD}{}terms = [\"昆仑苗圃\"]\n", LIST.replace("work-secret", "work-secrets")));
    assert!(error.to_string().contains("did you mean `work-secret`?"), "{error}");
    let error = refused(&HEAD.replace("schema_version = 1", "schema_version = 2"));
    assert_eq!(error.code, PackErrorCode::Schema);
}

#[test]
fn a_list_without_source_term_or_with_one_id_twice_is_refused() {
    for (text, code) in [
        (LIST.replace("[\"list of the planting office\"]", "[]") + "terms = [\"昆仑苗圃\"]\n", PackErrorCode::Unproven),
        (LIST.to_string() + "terms = []\n", PackErrorCode::NoAnchor),
        (LIST.to_string() + "terms = [\"昆仑\\n苗圃\"]\n", PackErrorCode::NoAnchor),
        (LIST.to_string() + "terms = [{ term = \"昆仑苗圃\", id = \"2\" }, \"祁连苗圃\"]\n", PackErrorCode::Duplicate),
    ] {
        assert_eq!(refused(&format!("{HEAD}{text}")).code, code, "{text}");
    }
}

/// Codes of everything said against a pack.
fn remarks(text: &str) -> Vec<(&'static str, mizha::pack::Grade)> {
    let pack = Pack::parse("trees.toml", text, Some(&common().expect("common"))).expect(text);
    let today = "2026-11-25".parse().expect("a day");
    let said = mizha::pack::lint(&pack, today).into_iter().chain(mizha::scan::broad(&pack).expect("compiles"));
    let said = said.chain(mizha::scan::unshown(&pack).expect("compiles"));
    said.map(|remark| (remark.code, remark.grade)).collect()
}

#[test]
fn what_can_be_said_against_terms_is_said() {
    use mizha::pack::Grade::{Error, Warning};
    for (terms, wanted) in [
        ("terms = [\"昆仑苗圃\"]", vec![]),
        ("terms = [\"林\"]", vec![("L101", Error)]),
        ("terms = [{ term = \"林\", near = [\"苗圃\"] }]", vec![]),
        ("terms = [\"应当\"]", vec![("L101", Error), ("L110", Error)]),
        ("terms = [\"shall\"]", vec![("L101", Error)]),
        ("terms = [\"2026\"]", vec![("L101", Error)]),
        ("terms = [\"昆仑苗圃\", \"崑崙苗圃\"]", vec![]),
        ("terms = [\"昆仑苗圃\", \"昆 仑 苗 圃\"]", vec![("L107", Error)]),
        ("terms = [\"昆仑苗圃\", \"昆仑苗圃二期\"]", vec![("L108", Warning)]),
        ("terms = [\"昆仑苗圃\", { term = \"昆仑苗圃二期\", tier = \"secret\" }]", vec![]),
        ("deprecated = { since = \"1\", reason = \"old\" }\nterms = [\"昆仑苗圃\"]", vec![("L105", Warning)]),
        (
            "allowlist = [{ text = \"公告\", reason = \"r\", expires = \"2026-11-24\" }]\nterms = [\"昆仑苗圃\"]",
            vec![("L106", Warning)],
        ),
    ] {
        assert_eq!(remarks(&format!("{HEAD}{LIST}{terms}\n")), wanted, "{terms}");
    }
}

#[test]
fn what_can_be_said_against_patterns_is_said() {
    use mizha::pack::Grade::{Error, Warning};
    let rule = |pattern: &str, anchors: &str, example: &str| {
        format!(
            "{HEAD}[[rule]]\nid = \"trees.rule\"\ntitle = {{ en = \"T\", zh = \"T\" }}\ntier = \"personal\"\nanchors = [{anchors}]\n\
             references = [\"r\"]\nexamples = [\"{example}\"]\nnegative_examples = [\"无\"]\n\
             [[rule.form]]\nplace = \"inline\"\npattern = '{pattern}'\nscore = 90\nreason = {{ en = \"f\", zh = \"f\" }}\n"
        )
    };
    let names = "\"苗圃\"";
    assert_eq!(remarks(&rule("昆仑苗圃", names, "昆仑苗圃")), []);
    // What matches the empty text matches texts without the anchor too.
    assert_eq!(remarks(&rule("昆?仑?(?:苗圃)?", names, "昆仑苗圃")), [("L103", Error), ("L112", Error)]);
    assert_eq!(remarks(&rule("昆仑(?:苗圃|花圃)", names, "昆仑苗圃")), [("L112", Error)]);
    assert_eq!(remarks(&rule("(?:(?:[a-z]+苗圃)+)+x{0,99}", names, "a苗圃")), [("L104", Error)]);
    assert_eq!(remarks(&rule("天山苗圃", names, "昆仑苗圃")), [("L111", Warning)]);
    let everything = remarks(&rule("[条应有关者定]", "\"条\", \"应\", \"有\", \"关\", \"者\", \"定\"", "有关"));
    assert_eq!(everything, [("L110", Error)]);
    let twice = rule("昆仑苗圃", names, "昆仑苗圃");
    let second = twice[twice.find("[[rule]]").expect("a rule")..].replace("trees.rule", "trees.again");
    assert_eq!(remarks(&format!("{twice}{second}")), [("L109", Warning)]);
}
