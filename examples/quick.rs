fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let packs = mizha::pack::builtin().unwrap();
    let rules = mizha::pack::RuleSet::new(&packs).unwrap();
    let s = mizha::scan::Scanner::new(
        std::sync::Arc::new(rules),
        mizha::scan::Options {
            ocr_text: args.iter().any(|a| a == "--ocr-text"),
            ..Default::default()
        },
    );
    for a in args
        .iter()
        .skip_while(|a| *a != "jsonl")
        .skip(1)
        .filter(|a| !a.starts_with("--"))
    {
        let b = std::fs::read(a).unwrap();
        let r = s.scan_bytes(Some(a.rsplit('/').next().unwrap()), &b);
        let mut v = serde_json::to_value(&r).unwrap();
        v["path"] = a.as_str().into();
        println!("{v}");
    }
}
