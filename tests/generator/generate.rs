//! Rebuilds the samples: `cargo run --example make-samples`. Expectations (`*.expect.toml`)
//! are written by hand and never touched.

mod files;

use std::path::Path;

fn main() -> std::io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    for (name, bytes) in files::all() {
        let path = root.join(&name);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(path, bytes)?;
    }
    Ok(())
}
