//! Turns the built-in packs into JSON, which is read at start several times as fast as TOML. What they
//! say is not looked at here.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=patterns");
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    for entry in fs::read_dir(Path::new("patterns"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let pack: toml::Value = toml::from_str(&fs::read_to_string(&path)?)?;
            let name = path.file_stem().ok_or("a pack without a name")?;
            fs::write(out.join(name).with_extension("json"), serde_json::to_string(&pack)?)?;
        }
    }
    Ok(())
}
