//! Files that the verbs of `mizha pack` read, named in errors. Whose signature is asked for is each verb's business.

use std::path::Path;

use anyhow::Context;

use crate::model::Lang;
use crate::pack::{Pack, PackError, compiled_name};

/// Reads a file, naming it in the error.
pub(super) fn read(path: &Path, lang: Lang) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| {
        let shown = path.display();
        lang.pick(format!("{shown}: cannot be read"), format!("{shown}：无法读取"))
    })
}

/// Packs of a TOML file, a folder or a signed bundle; the signature is not asked for.
pub(super) fn packs_of(path: &Path, lang: Lang) -> anyhow::Result<Vec<Pack>> {
    let bundle = path.extension().is_some_and(|extension| extension == crate::pack::trust::EXTENSION);
    if !bundle {
        return Ok(crate::pack::load(path)?);
    }
    let bundle = crate::pack::trust::Bundle::read(&read(path, lang)?)?;
    let common = crate::pack::common()?;
    // Not the compiled forms beside them, which are for machines.
    let files = bundle.files.iter().filter(|(name, _)| compiled_name(name).is_some());
    let parsed = files.map(|(name, bytes)| Pack::parse(name, &String::from_utf8_lossy(bytes), Some(&common)));
    Ok(parsed.collect::<Result<Vec<_>, PackError>>()?)
}
