//! HZ (RFC 1843): Chinese in seven bits, whole or piece by piece.

use encoding_rs as enc;

/// A whole text in HZ.
pub(in crate::extract) fn hz(bytes: &[u8]) -> String {
    // The last byte is looked at with the next one.
    hz_piece(&mut false, &mut Vec::new(), &[bytes, b"\n"].concat())
}

/// HZ (RFC 1843): `~{` begins pairs of seven-bit GB 2312 bytes, `~}` ends them, `~~` is a tilde.
pub(super) fn hz_piece(inside: &mut bool, left: &mut Vec<u8>, bytes: &[u8]) -> String {
    left.extend(bytes);
    let mut out = Vec::new();
    let mut at = 0;
    while at + 1 < left.len() {
        match (*inside, left[at], left[at + 1]) {
            (false, b'~', b'{') => (*inside, at) = (true, at + 2),
            (true, b'~', b'}') => (*inside, at) = (false, at + 2),
            (false, b'~', b'~') => {
                out.push(b'~');
                at += 2;
            }
            (true, high @ 0x21..=0x7E, low @ 0x21..=0x7E) => {
                out.extend([high | 0x80, low | 0x80]);
                at += 2;
            }
            (true, b'\n', _) => {
                *inside = false;
                out.push(b'\n');
                at += 1;
            }
            (_, other, _) => {
                out.push(other);
                at += 1;
            }
        }
    }
    left.drain(..at);
    enc::GBK.decode_without_bom_handling(&out).0.into_owned()
}
