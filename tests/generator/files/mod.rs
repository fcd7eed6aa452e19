//! Every sample as a path below `samples/` and its bytes, made from nothing but this code.
//! All units, projects and people in them are invented.

mod cases;
mod docx;
mod hostile;
mod package;
mod pdf;
mod texts;

/// All samples.
pub(crate) fn all() -> Vec<(String, Vec<u8>)> {
    let mut files = cases::files();
    files.extend(texts::files());
    files.extend(docx::files());
    files.extend(hostile::files());
    files.extend(pdf::files());
    files
}
