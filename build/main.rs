//! What is made before the program is compiled: the built-in packs as they are read, and the list of what the program is
//! made of.

// Cargo is told by lines on standard output.
#![allow(clippy::print_stdout)]

mod dependencies;
mod fold;
mod packs;

use std::env;
use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build");
    println!("cargo:rerun-if-changed=src/normalize/table.rs");
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    packs::write(&out)?;
    dependencies::write(&out)
}
