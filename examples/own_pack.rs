//! Scans with a pack of one's own beside the built-in ones: `cargo run --example own_pack`.
#![allow(clippy::print_stdout)]

use std::sync::Arc;

use mizha::{Options, Pack, PackError, RuleSet, Scanner, Verdict};

const PACK: &str = r#"
schema_version = 1
id = "acme"
version = "1"
title = { en = "Names of ACME", zh = "本公司项目名称" }

[[list]]
id = "acme.projects"
title = { en = "Project names", zh = "项目名称" }
tier = "work-secret"
confidence = "high"
references = ["list of projects, invented for this example"]
terms = ["银杏计划", "Ginkgo Plan"]
"#;

fn main() -> Result<(), PackError> {
    let mut packs = mizha::builtin_packs()?;
    packs.push(Pack::parse("acme.toml", PACK, Some(&mizha::common_pack()?))?);
    let scanner = Scanner::new(Arc::new(RuleSet::new(&packs)?), Options::default());
    let report = scanner.scan_message("附件是银杏计划的预算。");
    println!("{}: {}", report.path, report.verdict.as_str());
    assert_eq!(report.verdict, Verdict::Block);
    Ok(())
}
