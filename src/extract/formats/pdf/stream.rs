//! The bytes of a stream, decoded within the budget: what is inflated is counted as it comes,
//! never as it is declared.

use std::borrow::Cow;

use flate2::{Decompress, FlushDecompress, Status};
use hayro_syntax::Filter;
use hayro_syntax::object::dict::keys::{DECODE_PARMS, DP, F};
use hayro_syntax::object::{Object, Stream};

use crate::extract::driver::Budget;
use crate::model::{GapReason, Limit};

/// Bytes of one stream that are looked at.
const MOST: usize = 64 << 20;
/// Bytes inflated between two looks at the budget.
const STEP: usize = 256 << 10;

/// The decoded bytes of a stream.
pub(super) struct Decoded<'s> {
    pub(super) bytes: Cow<'s, [u8]>,
    /// They end before the stream says that it ends.
    pub(super) is_cut: bool,
}

/// Decodes a stream. A picture is a gap of that reason, as is a stream that lies in another file.
pub(super) fn decode<'s>(stream: &Stream<'s>, budget: &Budget<'_>) -> Result<Decoded<'s>, GapReason> {
    let filters = stream.filters();
    if filters.iter().any(is_picture) {
        return Err(GapReason::Picture);
    }
    if matches!(stream.dict().get::<Object<'_>>(F), Some(Object::String(_) | Object::Dict(_))) {
        return Err(GapReason::Unsupported);
    }
    let flate = filters.iter().take_while(|filter| matches!(filter, Filter::FlateDecode)).count();
    let mut decoded = Decoded { bytes: stream.raw_data(), is_cut: false };
    for _ in 0..flate {
        let (bytes, whole) = inflate(&decoded.bytes, budget)?;
        decoded = Decoded { bytes: Cow::Owned(bytes), is_cut: decoded.is_cut || !whole };
    }
    // Predictors and the older filters are the library's; what leads there was measured above.
    if flate < filters.len() || has_parameters(stream) {
        let bytes = stream.decoded_data().map_err(|_| GapReason::Damaged)?;
        budget.charge(bytes.len() as u64)?;
        decoded.bytes = bytes;
    }
    if decoded.bytes.len() > MOST {
        return Err(GapReason::Limit(Limit::EntryBytes));
    }
    Ok(decoded)
}

/// Where some bytes first stand in others.
pub(super) fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    memchr::memmem::find(haystack, needle)
}

fn is_picture(filter: &Filter) -> bool {
    matches!(filter, Filter::DctDecode | Filter::JpxDecode | Filter::Jbig2Decode | Filter::CcittFaxDecode)
}

fn has_parameters(stream: &Stream<'_>) -> bool {
    let given = |key: &[u8]| stream.dict().get::<Object<'_>>(key).is_some_and(|it| !matches!(it, Object::Null(_)));
    given(DECODE_PARMS) || given(DP)
}

/// Inflates a zlib stream, or a bare deflate stream, and says whether its end was reached. The
/// checksum is not asked for: many writers get it wrong.
pub(super) fn inflate(raw: &[u8], budget: &Budget<'_>) -> Result<(Vec<u8>, bool), GapReason> {
    let zlib = raw.len() > 2 && raw[0] & 0x0F == 8 && u16::from_be_bytes([raw[0], raw[1]]).is_multiple_of(31);
    let mut rest = if zlib { &raw[2..] } else { raw };
    let mut inflater = Decompress::new(false);
    let mut out = Vec::new();
    loop {
        let before = (inflater.total_in(), out.len());
        out.reserve(STEP);
        let status = inflater.decompress_vec(rest, &mut out, FlushDecompress::None);
        rest = rest.get((inflater.total_in() - before.0) as usize..).unwrap_or_default();
        let gained = out.len() - before.1;
        budget.charge(gained as u64)?;
        if out.len() > MOST {
            return Err(GapReason::Limit(Limit::EntryBytes));
        }
        match status {
            Ok(Status::StreamEnd) => return Ok((out, true)),
            Ok(_) if gained > 0 => {}
            _ => return Ok((out, false)),
        }
    }
}
