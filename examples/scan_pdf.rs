//! Scans a file whose format is read in a process of its own (PDF, pictures): that process is the program `mizha`,
//! which an embedder names. `cargo build && cargo run --example scan_pdf samples/pdf/clean-letter.pdf`.
#![allow(clippy::print_stdout)]

use std::path::Path;

use mizha::{Lang, Reader, Scanner};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args().nth(1).unwrap_or_else(|| "samples/pdf/clean-letter.pdf".into());
    let program = std::env::var("MIZHA_BIN").unwrap_or_else(|_| "target/debug/mizha".into());
    let scanner = Scanner::builtin()?.with_reader(Some(Reader::new(std::path::absolute(program)?)));
    let name = Path::new(&file).file_name().map(|name| name.to_string_lossy().into_owned());
    let report = scanner.scan_bytes(name.as_deref(), &std::fs::read(&file)?);
    println!("{file}: {}", report.verdict.as_str());
    for gap in &report.gaps {
        println!("  not inspected: {}: {}", gap.location.describe(Lang::En), gap.reason.title(Lang::En));
    }
    Ok(())
}
