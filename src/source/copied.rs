//! What was in the clipboard at one moment: a text or a picture, in memory and nowhere else.

use crate::model::Lang;

/// A text or a picture that was copied.
pub enum Copied {
    /// A text, as bytes of UTF-8.
    Text(Vec<u8>),
    /// A picture, as the bytes of a PNG file.
    Picture(Vec<u8>),
}

impl Copied {
    /// What it is called where it is shown.
    pub fn name(&self, lang: Lang) -> &'static str {
        match self {
            Copied::Text(_) => lang.pick("copied text", "剪贴板文字"),
            Copied::Picture(_) => lang.pick("copied picture.png", "剪贴板图片.png"),
        }
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Copied::Text(bytes) | Copied::Picture(bytes) => bytes,
        }
    }
}
