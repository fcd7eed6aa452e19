//! The least that reading packages can cost: every member of every zip file of the folder `DOCX`
//! inflated, and nothing else. The first line is files a second (CPU time of this thread, best of
//! three, the files in memory already). Without `DOCX` it takes the samples.

#![allow(clippy::print_stdout, clippy::expect_used)]

mod clock;

use std::fs;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use clock::now;
use flate2::{Decompress, FlushDecompress};
use zip::{CompressionMethod, ZipArchive};

/// A member as it lies in the file, and its size when inflated.
type Member = (Vec<u8>, usize);

fn main() {
    let folder = std::env::var_os("DOCX")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/docx"), PathBuf::from);
    let paths = fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path());
    let files: Vec<Vec<Member>> = paths.filter_map(|path| members(&fs::read(path).ok()?)).collect();
    let most = files.iter().flatten().map(|member| member.1).max().unwrap_or_default();
    let mut buffer = vec![0; most];
    let seconds = (0..3).map(|_| pass(&files, &mut buffer)).fold(f64::INFINITY, f64::min);
    let bytes: usize = files.iter().flatten().map(|member| member.1).sum();
    println!("{:.0} files a second", files.len() as f64 / seconds);
    println!("{} files, {:.0} MB inflated a second", files.len(), bytes as f64 / 1e6 / seconds);
}

/// The deflated members of a package; none if it is no package.
fn members(file: &[u8]) -> Option<Vec<Member>> {
    let mut archive = ZipArchive::new(Cursor::new(file)).ok()?;
    let mut members = Vec::new();
    for at in 0..archive.len() {
        let Ok(mut member) = archive.by_index_raw(at) else { continue };
        let size = usize::try_from(member.size()).unwrap_or_default();
        let mut data = Vec::new();
        if member.compression() == CompressionMethod::Deflated && member.read_to_end(&mut data).is_ok() {
            members.push((data, size));
        }
    }
    Some(members)
}

/// Seconds to inflate everything once.
fn pass(files: &[Vec<Member>], buffer: &mut [u8]) -> f64 {
    let mut state = Decompress::new(false);
    let start = now();
    for (data, size) in files.iter().flatten() {
        state.reset(false);
        let _ = state.decompress(data, &mut buffer[..*size], FlushDecompress::Finish);
        assert_eq!(state.total_out(), *size as u64, "inflated whole");
    }
    now() - start
}
