//! `mizha pack keygen`, `sign`: the officer's keys and signatures, in minisign's formats.

use std::collections::BTreeMap;
use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::args::{KeygenArgs, PasswordArgs, SignArgs};
use super::files::read;
use super::verify::{now_in_seconds, print_verified};
use crate::cli::exit::Exit;
use crate::cli::stdout::stdout;
use crate::model::Lang;
use crate::pack::trust::{Bundle, EXTENSION, FileEntry, KeyPair, Manifest, PublicKey, SecretKey};
use crate::pack::{Pack, common as common_pack, compile, compiled_name};
use crate::scan::prove;

const MANIFEST: &str = "manifest.toml";
const SIGNATURE: &str = "manifest.toml.minisig";

/// Makes a pair of keys.
pub(super) fn keygen(args: &KeygenArgs, lang: Lang) -> anyhow::Result<Exit> {
    let with = |end: &str| PathBuf::from(format!("{}.{end}", args.name.display()));
    let (secret, public) = (with("key"), with("pub"));
    for file in [&secret, &public] {
        if file.exists() {
            let shown = file.display();
            bail!(lang.pick(
                format!("{shown} exists already; a key that is lost cannot be made again, so it is not overwritten"),
                format!("{shown} 已存在；密钥丢失后无法恢复，因此不会覆盖")
            ));
        }
    }
    let password = if args.no_password { None } else { Some(password(&args.password, true, lang)?) };
    let pair = KeyPair::generate(password).map_err(anyhow::Error::msg)?;
    private(&secret, pair.secret.as_bytes(), lang)?;
    std::fs::write(&public, &pair.public).with_context(|| public.display().to_string())?;
    let (secret, public, line) = (secret.display(), public.display(), &pair.line);
    eprintln!(
        "{}",
        lang.pick(
            format!("secret key: {secret} (keep it off desktops; make a copy)\npublic key: {public}\nin /etc/mizha/config.toml of every machine:"),
            format!("私钥：{secret}（请勿放在普通终端上，并另存备份）\n公钥：{public}\n写入每台机器的 /etc/mizha/config.toml："),
        )
    );
    writeln!(stdout(), "[packs]\nkeys = [\"{line}\"]")?;
    Ok(Exit::Clear)
}

/// Signs packs into one file.
pub(super) fn sign(args: &SignArgs, lang: Lang) -> anyhow::Result<Exit> {
    if let Some(folder) = &args.assemble {
        return assemble(folder, args, lang);
    }
    let files = files(&args.packs, lang)?;
    let id = match &args.id {
        Some(id) => id.clone(),
        None => files.values().next().map(|(pack, _)| pack.id.to_string()).unwrap_or_default(),
    };
    let output = args.output.clone().unwrap_or_else(|| PathBuf::from(format!("{id}.{EXTENSION}")));
    let sequence = match args.sequence {
        Some(sequence) => sequence,
        None => next_sequence(&output, &id, lang)?,
    };
    let files = with_compiled(files)?;
    let entries = files.iter().map(|(name, bytes)| FileEntry::of(name, bytes)).collect();
    let mut manifest = Manifest::new(&id, sequence, now_in_seconds(), args.days, entries);
    manifest.rollout = args.rollout;
    if let Some(version) = &args.min_engine {
        manifest.min_engine = version.parse().map_err(anyhow::Error::msg)?;
    }
    // The same reading as on every machine: what would be refused there is not signed here.
    Manifest::parse(&manifest.text())?;
    if let Some(folder) = &args.prepare {
        return prepare(folder, &manifest, &files, lang);
    }
    let key = args.key.as_deref().context("--key")?;
    let text = String::from_utf8_lossy(&read(key, lang)?).into_owned();
    let secret = SecretKey::open(&text, || password(&args.password, false, lang))
        .map_err(|e| anyhow::anyhow!("{}: {e}", key.display()))?;
    let bundle = Bundle::signed(&manifest, files, &secret).map_err(anyhow::Error::msg)?;
    let public = PublicKey::parse(&secret.public().map_err(anyhow::Error::msg)?)?;
    bundle.verify(&[public])?;
    write_bundle(&output, &bundle)?;
    print_verified(&output, &manifest, lang)
}

/// The files to sign, read and proven: a pack that does not keep its word is not signed.
fn files(paths: &[PathBuf], lang: Lang) -> anyhow::Result<BTreeMap<String, (Pack, Vec<u8>)>> {
    let common = common_pack()?;
    let mut files = BTreeMap::new();
    for path in paths {
        let bytes = read(path, lang)?;
        let shown = path.display().to_string();
        let pack = Pack::parse(&shown, &String::from_utf8_lossy(&bytes), Some(&common))?;
        if let Some(failure) = prove(&pack)?.first() {
            return Err(failure.error(&shown).into());
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if files.insert(name.clone(), (pack, bytes)).is_some() {
            bail!(lang.pick(format!("two files are called {name}"), format!("有两个文件都叫 {name}")));
        }
    }
    Ok(files)
}

/// The files, and of each the form that machines read.
fn with_compiled(files: BTreeMap<String, (Pack, Vec<u8>)>) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    let mut all = BTreeMap::new();
    for (name, (_, bytes)) in files {
        if let Some(compiled) = compiled_name(&name) {
            all.insert(compiled, compile(&name, &String::from_utf8_lossy(&bytes))?.into_bytes());
        }
        all.insert(name, bytes);
    }
    Ok(all)
}

/// One more than in the file that is about to be replaced.
fn next_sequence(output: &Path, id: &str, lang: Lang) -> anyhow::Result<u64> {
    if !output.exists() {
        return Ok(1);
    }
    let before = Bundle::read(&read(output, lang)?).and_then(|bundle| Manifest::parse(&bundle.manifest))?;
    if before.id != id {
        let shown = output.display();
        bail!(lang.pick(
            format!("{shown} is the pack {}, not {id}; give another -o or --sequence", before.id),
            format!("{shown} 是规则包 {}，不是 {id}；请另用 -o 或指定 --sequence", before.id)
        ));
    }
    Ok(before.sequence + 1)
}

fn prepare(folder: &Path, manifest: &Manifest, files: &BTreeMap<String, Vec<u8>>, lang: Lang) -> anyhow::Result<Exit> {
    std::fs::create_dir(folder).with_context(|| folder.display().to_string())?;
    std::fs::write(folder.join(MANIFEST), manifest.text())?;
    for (name, bytes) in files {
        std::fs::write(folder.join(name), bytes)?;
    }
    let shown = folder.display();
    eprintln!("{}", lang.pick("now sign it, and put it together:", "下一步签名并打包："));
    let mut out = stdout();
    writeln!(
        out,
        "minisign -Sm {shown}/{MANIFEST}\nmizha pack sign --assemble {shown} -o {}.{EXTENSION}",
        manifest.id
    )?;
    Ok(Exit::Clear)
}

fn assemble(folder: &Path, args: &SignArgs, lang: Lang) -> anyhow::Result<Exit> {
    let text = |name: &str| -> anyhow::Result<String> { Ok(String::from_utf8(read(&folder.join(name), lang)?)?) };
    let manifest = Manifest::parse(&text(MANIFEST)?)?;
    let mut files = BTreeMap::new();
    for entry in &manifest.files {
        files.insert(entry.name.clone(), read(&folder.join(&entry.name), lang)?);
    }
    let bundle = Bundle::new(text(MANIFEST)?, text(SIGNATURE)?, files);
    let output = args.output.clone().unwrap_or_else(|| PathBuf::from(format!("{}.{EXTENSION}", manifest.id)));
    write_bundle(&output, &bundle)?;
    print_verified(&output, &manifest, lang)
}

/// Aside first, then in place of the old one: a stick that is pulled must not hold half a pack.
fn write_bundle(output: &Path, bundle: &Bundle) -> anyhow::Result<()> {
    let aside = output.with_extension("new");
    let mut file = std::fs::File::create(&aside).with_context(|| aside.display().to_string())?;
    file.write_all(&bundle.bytes().map_err(anyhow::Error::msg)?)?;
    file.sync_all()?;
    std::fs::rename(&aside, output).with_context(|| output.display().to_string())
}

/// The password: never an argument, which others on the machine could read.
fn password(args: &PasswordArgs, new: bool, lang: Lang) -> anyhow::Result<String> {
    let first = |input: &mut dyn BufRead| -> anyhow::Result<String> {
        let mut line = String::new();
        input.read_line(&mut line)?;
        Ok(line.trim_end_matches(['\r', '\n']).to_string())
    };
    let password = match &args.password_file {
        Some(file) if file.as_path() == Path::new("-") => first(&mut std::io::stdin().lock())?,
        Some(file) => {
            first(&mut std::io::BufReader::new(std::fs::File::open(file).with_context(|| file.display().to_string())?))?
        }
        None if !std::io::stdin().is_terminal() => bail!(lang.pick(
            "the key has a password and there is no terminal to ask for it; use --password-file",
            "密钥设有密码，而当前没有可供输入的终端；请使用 --password-file"
        )),
        None => rpassword::prompt_password(lang.pick("Password of the secret key: ", "私钥密码："))?,
    };
    if new && args.password_file.is_none() {
        let again = rpassword::prompt_password(lang.pick("Once more: ", "再次输入："))?;
        if again != password {
            bail!(lang.pick("the two passwords differ", "两次输入的密码不一致"));
        }
    }
    if password.is_empty() {
        bail!(lang.pick(
            "the password is empty; --no-password leaves the key without one",
            "密码为空；确不设密码请用 --no-password"
        ));
    }
    Ok(password)
}

/// A new file only its owner can read.
fn private(path: &Path, bytes: &[u8], lang: Lang) -> anyhow::Result<()> {
    let mut file = crate::cli::output::private(path, lang)?;
    file.write_all(bytes)?;
    Ok(file.sync_all()?)
}
