//! Files locked with the password that Excel gives to workbooks of which only the structure is
//! protected, and with which every reader opens them unasked ([MS-OFFCRYPTO] 2.3, 2.4.2.3). No other
//! password is ever tried.

mod package;
mod rc4;
mod workbook;

pub(super) use package::Key;
pub(super) use workbook::unlock as workbook;

/// The password.
const DEFAULT: &str = "VelvetSweatshop";

/// The password as most ways of encryption take it.
fn password() -> Vec<u8> {
    DEFAULT.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// `N` bytes at a place.
fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}
