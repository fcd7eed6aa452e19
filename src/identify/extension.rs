//! What an extension claims. Only extensions with one meaning are listed.

/// The extension of a name, lower case, if it looks like one.
pub(super) fn of(name: &str) -> Option<String> {
    let name = name.rsplit(['/', '\\', '!']).next()?;
    let (stem, extension) = name.rsplit_once('.')?;
    let plain = !extension.is_empty() && extension.len() <= 12 && extension.bytes().all(|b| b.is_ascii_alphanumeric());
    (plain && !stem.is_empty()).then(|| extension.to_ascii_lowercase())
}

/// The extension stands for program source, where marks are quoted in lists and tests.
pub fn is_source_code(extension: Option<&str>) -> bool {
    const SOURCE: [&str; 46] = [
        "rs", "py", "pyi", "js", "mjs", "cjs", "ts", "tsx", "jsx", "vue", "java", "kt", "scala", "c", "h", "cc", "cpp",
        "hpp", "cs", "go", "rb", "php", "pl", "pm", "sh", "bash", "zsh", "ps1", "bat", "lua", "swift", "m", "mm", "r",
        "sql", "proto", "css", "scss", "less", "toml", "yaml", "yml", "json", "gradle", "cmake", "ipynb",
    ];
    extension.is_some_and(|extension| SOURCE.contains(&extension))
}
