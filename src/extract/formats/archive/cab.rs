//! Windows cabinets, by the cab crate: stored, MSZIP and LZX folders; Quantum is a gap.

use std::collections::BTreeSet;
use std::io::{self, Read, Seek, SeekFrom};

use crate::extract::driver::stop;
use crate::extract::driver::{Budget, Context, Extractor, Input, reason_of};
use crate::extract::support::members::{ASIDE, Members, trailing};
use crate::extract::support::strings;
use crate::model::{Format, GapReason, Packing, Part, PartKind};

/// Reads cabinets.
pub(in crate::extract) struct Cab;

impl Extractor for Cab {
    fn formats(&self) -> &'static [Format] {
        &[Format::Cab]
    }

    fn reads_its_end(&self) -> bool {
        true
    }

    fn extract(&self, input: Input<'_>, cx: &mut Context<'_>) -> Result<(), GapReason> {
        let mut source = input.into_random(cx.budget())?;
        let (end, continued) = shape(&mut source).map_err(|e| reason_of(&e))?;
        source.seek(SeekFrom::Start(0)).map_err(|e| reason_of(&e))?;
        let mut members = Members::default();
        {
            let timed = Timed { inner: &mut source, budget: cx.budget() };
            let mut cabinet = ::cab::Cabinet::new(timed).map_err(|e| reason_of(&e))?;
            strings::scan(cabinet.reserve_data(), Part::only(PartKind::Strings), ASIDE, cx)?;
            let names: Vec<(String, bool)> = cabinet
                .folder_entries()
                .flat_map(|folder| {
                    let quantum = matches!(folder.compression_type(), ::cab::CompressionType::Quantum(..));
                    folder.file_entries().map(move |file| (file.name().to_string(), quantum)).collect::<Vec<_>>()
                })
                .collect();
            let mut seen = BTreeSet::new();
            for (name, quantum) in names {
                if quantum {
                    members.unreadable(name.as_bytes(), GapReason::Packing(Packing::Quantum), cx)?;
                    continue;
                }
                // The crate finds files by name: of two with one name it reads the first only.
                if !seen.insert(name.clone()) {
                    members.unreadable(name.as_bytes(), GapReason::Unsupported, cx)?;
                    continue;
                }
                match cabinet.read_file(&name) {
                    Ok(file) => members.inflated(name.as_bytes(), file, cx)?,
                    Err(e) => members.unreadable(name.as_bytes(), reason_of(&e), cx)?,
                }
            }
        }
        source.seek(SeekFrom::Start(end)).map_err(|e| reason_of(&e))?;
        trailing(source, cx)?;
        // Files that began in, or go on into, another cabinet of a set.
        if continued { Err(GapReason::Volume) } else { Ok(()) }
    }
}

/// A source that ends with the time of the item: for each file the library inflates its folder
/// anew up to where the file begins.
struct Timed<'r, 'a, R> {
    inner: R,
    budget: &'r Budget<'a>,
}

impl<R: Read> Read for Timed<'_, '_, R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.budget.check().map_err(stop)?;
        self.inner.read(buf)
    }
}

impl<R: Seek> Seek for Timed<'_, '_, R> {
    fn seek(&mut self, pos: SeekFrom) -> io::Result<u64> {
        self.inner.seek(pos)
    }
}

/// Where the cabinet ends by its own word, and whether it is one of a set ([MS-CAB] 2.1).
fn shape(source: &mut (impl Read + Seek)) -> io::Result<(u64, bool)> {
    let mut header = [0; 36];
    source.seek(SeekFrom::Start(0))?;
    source.read_exact(&mut header)?;
    let size = u32::from_le_bytes([header[8], header[9], header[10], header[11]]);
    Ok((u64::from(size), header[30] & 3 != 0))
}
