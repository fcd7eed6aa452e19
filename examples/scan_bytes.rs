//! Scans bytes in memory: `cargo run --example scan_bytes`.
#![allow(clippy::print_stdout)]

use mizha::{Lang, Scanner, Verdict};

fn main() -> Result<(), mizha::PackError> {
    let scanner = Scanner::builtin()?;
    for (name, text) in [("notice.txt", "机密★10年\n植树通知\n"), ("law.txt", "任何人不得泄露国家秘密。\n")]
    {
        let report = scanner.scan_bytes(Some(name), text.as_bytes());
        println!("{name}: {}", report.verdict.as_str());
        for finding in &report.findings {
            let place = finding.location.describe(Lang::En);
            println!("  {} at {place}: {}", finding.rule, finding.excerpt.masked());
        }
        assert_eq!(report.verdict == Verdict::Block, name == "notice.txt");
    }
    Ok(())
}
