//! Tools that readers of several formats share: characters and names, strings in unknown bytes,
//! paragraphs, pictures inside documents. No tool knows a format's reader.

pub(in crate::extract) mod armor;
pub(in crate::extract) mod bytes;
pub(in crate::extract) mod card;
pub(in crate::extract) mod charset;
pub(in crate::extract) mod checked;
pub(in crate::extract) mod code_page;
pub(in crate::extract) mod counted;
pub(in crate::extract) mod encoded;
pub(in crate::extract) mod field;
pub(in crate::extract) mod fields;
pub(in crate::extract) mod header;
pub(in crate::extract) mod hz;
pub(in crate::extract) mod label;
pub(in crate::extract) mod legibility;
pub(in crate::extract) mod literals;
pub(in crate::extract) mod members;
pub(in crate::extract) mod names;
pub(in crate::extract) mod outlines;
pub(in crate::extract) mod paragraphs;
pub(in crate::extract) mod picture;
pub(in crate::extract) mod picture_size;
pub(in crate::extract) mod pixels;
pub(in crate::extract) mod property;
pub(in crate::extract) mod rtf_compressed;
pub(in crate::extract) mod seven_bit;
pub(in crate::extract) mod streams;
pub(in crate::extract) mod strings;
pub(in crate::extract) mod symbols;
pub(in crate::extract) mod text;
pub(in crate::extract) mod transfer;
pub(in crate::extract) mod vector;
