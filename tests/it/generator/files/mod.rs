//! Every sample as a path below `samples/` and its bytes, made from nothing but this code.
//! All units, projects and people in them are invented.

mod archives;
mod cases;
mod docx;
mod drawings;
mod fixed;
mod hostile;
pub(crate) mod legacy;
mod mails;
mod markup;
mod metafiles;
mod old;
pub(crate) mod package;
mod pdf;
mod pictures;
mod sheets;
mod slides;
mod texts;

/// All samples.
pub(crate) fn all() -> Vec<(String, Vec<u8>)> {
    let mut files = cases::files();
    files.extend(texts::files());
    files.extend(docx::files());
    files.extend(sheets::files());
    files.extend(slides::files());
    files.extend(drawings::files());
    files.extend(fixed::files());
    files.extend(markup::files());
    files.extend(hostile::files());
    files.extend(archives::files());
    files.extend(mails::files());
    files.extend(pictures::files());
    files.extend(metafiles::files());
    files.extend(legacy::files());
    files.extend(old::files());
    files.extend(pdf::files());
    files
}
