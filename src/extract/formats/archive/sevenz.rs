//! 7z archives, block by block: members of one block are compressed together, so what breaks a
//! block loses the rest of it and nothing else. Dictionaries are declared by the file and
//! bounded by the budget before they are made. Deflate64 is not the library's: a block packed by it
//! alone is unpacked here.

use std::io::{self, Read, Seek, SeekFrom};

use deflate64::Deflate64Decoder;
use sevenz_rust2::{Archive, ArchiveEntry, BlockDecoder, EncoderMethod, Error, Password, SIGNATURE_HEADER_SIZE};

use crate::extract::driver::{Context, Extractor, Input, reason_of};
use crate::extract::support::checked::Checked;
use crate::extract::support::members::{Members, decoder_kib, trailing};
use crate::model::{Format, GapReason, Limit, Packing};

/// Reads 7z archives.
pub(in crate::extract) struct SevenZip;

impl Extractor for SevenZip {
    fn formats(&self) -> &'static [Format] {
        &[Format::SevenZip]
    }

    fn reads_its_end(&self) -> bool {
        true
    }

    fn extract(&self, input: Input<'_>, cx: &mut Context<'_>) -> Result<(), GapReason> {
        let mut source = input.into_random(cx.budget())?;
        let kib = decoder_kib(cx) as usize;
        let none = Password::empty();
        let archive = Archive::read_with_memory_limit(&mut source, &none, kib).map_err(|e| reason(&e))?;
        let mut members = Members::default();
        let mut read = vec![false; archive.files.len()];
        for block in 0..archive.blocks.len() {
            cx.budget().check()?;
            let first = archive.stream_map.block_first_file_index.get(block).copied().unwrap_or(0);
            let (mut place, mut stop) = (first, None);
            let mut take = |entry: &ArchiveEntry, data: &mut dyn Read| {
                let taken = if entry.is_directory() {
                    members.name_only(entry.name().as_bytes(), cx)
                } else {
                    members.inflated(entry.name().as_bytes(), data, cx)
                };
                if let Some(read) = read.get_mut(place) {
                    *read = true;
                }
                place += 1;
                stop = taken.err();
                Ok(stop.is_none())
            };
            let outcome = if is_deflate64(&archive, block) {
                deflate64(&archive, block, &mut source, &mut take)
            } else {
                BlockDecoder::new_with_memory_limit(1, kib, block, &archive, &none, &mut source)
                    .for_each_entries(&mut take)
                    .map(|_| ())
            };
            if let Some(reason) = stop {
                return Err(reason);
            }
            if let Err(error) = outcome {
                let reason = reason(&error);
                cx.gap(None, reason);
                for (index, file) in archive.files.iter().enumerate() {
                    if archive.stream_map.file_block_index.get(index) == Some(&Some(block)) && !read[index] {
                        read[index] = true;
                        members.unreadable(file.name().as_bytes(), reason, cx)?;
                    }
                }
            }
        }
        // Folders, empty files, and whatever no block accounted for.
        for (file, _) in archive.files.iter().zip(&read).filter(|(_, read)| !**read) {
            if file.has_stream() {
                members.unreadable(file.name().as_bytes(), GapReason::Damaged, cx)?;
            } else {
                members.name_only(file.name().as_bytes(), cx)?;
            }
        }
        let end = end_of(&mut source).map_err(|e| reason_of(&e))?;
        source.seek(SeekFrom::Start(end)).map_err(|e| reason_of(&e))?;
        trailing(source, cx)
    }
}

/// The block is packed by Deflate64 and nothing else.
fn is_deflate64(archive: &Archive, block: usize) -> bool {
    let coders = &archive.blocks[block].coders;
    coders.len() == 1 && coders[0].encoder_method_id() == EncoderMethod::ID_DEFLATE64
}

/// Unpacks such a block and hands on its members, each as long as the archive says.
fn deflate64(
    archive: &Archive,
    block: usize,
    source: &mut (impl Read + Seek),
    take: &mut dyn FnMut(&ArchiveEntry, &mut dyn Read) -> Result<bool, Error>,
) -> Result<(), Error> {
    let map = &archive.stream_map;
    let stream = map.block_first_pack_stream_index().get(block).copied().unwrap_or(usize::MAX);
    let (Some(offset), Some(size)) = (map.pack_stream_offsets().get(stream), archive.pack_sizes().get(stream)) else {
        return Err(io::Error::from(io::ErrorKind::InvalidData).into());
    };
    source.seek(SeekFrom::Start(SIGNATURE_HEADER_SIZE.saturating_add(archive.pack_pos()).saturating_add(*offset)))?;
    let mut unpacked = Deflate64Decoder::new(source.take(*size));
    let is_in = |index: &usize| map.file_block_index[*index] == Some(block);
    let within = 0..archive.files.len().min(map.file_block_index.len());
    let Some((first, last)) = within.clone().find(is_in).zip(within.rev().find(is_in)) else { return Ok(()) };
    for index in first..=last {
        let file = &archive.files[index];
        // Empty files stand between the others.
        let size = if is_in(&index) { file.size() } else { 0 };
        let mut data = unpacked.by_ref().take(size);
        let goes_on = match file.has_crc && is_in(&index) {
            true => take(file, &mut Checked::new(&mut data, size, file.crc as u32))?,
            false => take(file, &mut data)?,
        };
        if !goes_on {
            break;
        }
        // The next member begins behind what was left of this one.
        io::copy(&mut data, &mut io::sink())?;
        if data.limit() > 0 {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
    }
    Ok(())
}

/// Where the archive ends: the header that closes it begins and is as long as the one that
/// opens it says, 32 bytes in.
fn end_of(source: &mut (impl Read + Seek)) -> io::Result<u64> {
    let mut fields = [0; 16];
    source.seek(SeekFrom::Start(12))?;
    source.read_exact(&mut fields)?;
    let long = |at: usize| fields[at..at + 8].iter().rev().fold(0u64, |n, b| n << 8 | u64::from(*b));
    Ok(long(0).saturating_add(long(8)).saturating_add(32))
}

fn reason(error: &Error) -> GapReason {
    match error {
        Error::PasswordRequired | Error::MaybeBadPassword(_) => GapReason::Encrypted,
        Error::UnsupportedCompressionMethod(method) if method.starts_with("AES") => GapReason::Encrypted,
        Error::UnsupportedCompressionMethod(method) => match &**method {
            "DEFLATE64" => GapReason::Packing(Packing::Deflate64),
            "ZSTD" => GapReason::Packing(Packing::Zstandard),
            "BROTLI" => GapReason::Packing(Packing::Brotli),
            "LZ4" => GapReason::Packing(Packing::Lz4),
            _ => GapReason::Unsupported,
        },
        Error::Unsupported(_) | Error::UnsupportedVersion { .. } | Error::ExternalUnsupported => GapReason::Unsupported,
        Error::MaxMemLimited { .. } => GapReason::Limit(Limit::HeldBytes),
        Error::Io(e, _) => match reason_of(e) {
            GapReason::Io => GapReason::Damaged,
            reason => reason,
        },
        _ => GapReason::Damaged,
    }
}
