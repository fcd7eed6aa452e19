//! Every built-in pack keeps its own word: patterns compile, examples are judged as written.

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
