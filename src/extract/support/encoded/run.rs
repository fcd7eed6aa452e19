//! Runs of base64 in a text (RFC 4648), over the ends of lines and whatever a format puts between them.

use crate::extract::support::transfer::base64;

/// Characters of a run that may be something.
pub(super) const LEAST: usize = 16;
/// Characters of a line that another may follow (RFC 2045 has 76, others from 60 on).
const LINE: usize = 40;

/// A run: where it stands, and its characters without what stands between them.
pub(super) struct EncodedRun {
    pub(super) start: usize,
    pub(super) end: usize,
    characters: Vec<u8>,
    /// Where the last line of it begins.
    last_line: usize,
}

impl EncodedRun {
    /// The next run from a place on.
    pub(super) fn find(text: &[u8], from: usize) -> Option<EncodedRun> {
        let mut at = from;
        while let Some(window) = text.get(at..at + LEAST) {
            match window.iter().rposition(|byte| !is_base64(*byte)) {
                // Signs that were escaped break the window, not the run.
                Some(other) if !is_escaped(&text[at + other..]) || other == 0 => at += other + 1,
                _ => {
                    let run = EncodedRun::at(text, at);
                    if run.characters.len() >= LEAST {
                        return Some(run);
                    }
                    at = run.end.max(at + 1);
                }
            }
        }
        None
    }

    fn at(text: &[u8], start: usize) -> EncodedRun {
        let mut run = EncodedRun { start, end: start, characters: Vec::new(), last_line: 0 };
        let (mut line, mut padding) = (0, 0);
        while let Some(byte) = text.get(run.end) {
            if is_base64(*byte) && padding == 0 {
                run.characters.push(*byte);
                (line, run.end) = (line + 1, run.end + 1);
            } else if let Some((sign, length)) = escaped(&text[run.end..]).filter(|_| padding == 0) {
                run.characters.push(sign);
                (line, run.end) = (line + 1, run.end + length);
                padding += usize::from(sign == b'=');
            } else if *byte == b'=' && padding < 2 && !run.characters.is_empty() {
                padding += 1;
                run.end += 1;
            } else if line >= LINE && padding == 0 {
                let between = between(&text[run.end..]);
                if between == 0 || run.end + between < text.len() && !is_base64(text[run.end + between]) {
                    break;
                }
                run.end += between;
                (line, run.last_line) = (0, run.characters.len());
            } else {
                break;
            }
        }
        run
    }

    /// Its characters.
    pub(super) fn characters(&self) -> &[u8] {
        &self.characters
    }

    /// The first bytes it stands for.
    pub(super) fn front(&self, bytes: usize) -> Vec<u8> {
        base64(&self.characters[..self.characters.len().min(bytes / 3 * 4)])
    }

    /// What it stands for; and what it stands for without its last line, which may be another text.
    pub(super) fn decoded(&self) -> impl Iterator<Item = Vec<u8>> {
        let cuts = [Some(self.characters.len()), (self.last_line > 0).then_some(self.last_line)];
        cuts.into_iter().flatten().map(|cut| base64(&self.characters[..cut]))
    }
}

fn is_base64(byte: u8) -> bool {
    const SIGNS: [bool; 256] = {
        let mut signs = [false; 256];
        let mut byte = 0;
        while byte < 256 {
            signs[byte] = (byte as u8).is_ascii_alphanumeric() || matches!(byte as u8, b'+' | b'/' | b'-' | b'_');
            byte += 1;
        }
        signs
    };
    SIGNS[byte as usize]
}

fn is_escaped(text: &[u8]) -> bool {
    escaped(text).is_some()
}

/// A sign as JSON (`\/`) and addresses (`%2B`) write it, and the bytes it takes.
fn escaped(text: &[u8]) -> Option<(u8, usize)> {
    match text {
        [b'\\', b'/', ..] => Some((b'/', 2)),
        [b'%', b'2', b'b' | b'B', ..] => Some((b'+', 3)),
        [b'%', b'2', b'f' | b'F', ..] => Some((b'/', 3)),
        [b'%', b'3', b'd' | b'D', ..] => Some((b'=', 3)),
        _ => None,
    }
}

/// Bytes between two lines of a run: the end of a line in the text, or written as one in a string or an
/// address, with the blanks, quotes and commas around it. 0 if there is no end of a line.
fn between(text: &[u8]) -> usize {
    const ENDS: [&[u8]; 12] =
        [b"\r", b"\n", b"\\r", b"\\n", b"\\\n", b"\\\r\n", b"&#10;", b"&#13;", b"&#xa;", b"&#xA;", b"&#xD;", b"%0A"];
    let (mut at, mut ends) = (0, false);
    loop {
        let rest = &text[at..];
        if let Some(end) = ENDS.iter().find(|end| rest.starts_with(end)) {
            at += end.len();
            ends = true;
        } else if matches!(rest.first(), Some(b' ' | b'\t' | b'"' | b'\'' | b',' | b'>')) && (ends || rest[0] == b'"') {
            at += 1;
        } else {
            return if ends { at } else { 0 };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(text: &str) -> Vec<String> {
        let (mut found, mut at) = (Vec::new(), 0);
        while let Some(run) = EncodedRun::find(text.as_bytes(), at) {
            at = run.end;
            found.extend(run.decoded().next().map(|bytes| String::from_utf8_lossy(&bytes).into_owned()));
        }
        found
    }

    #[test]
    fn runs_are_found_between_other_text_and_over_lines() {
        assert_eq!(decoded("key=5py65a+G4piFMTDlubQ=; x"), ["机密★10年"]);
        let long = "AAAA".repeat(10) + "U0VDUkVU";
        for between in ["\n", "\r\n ", "\\n", "&#10;", "\\n\",\n   \"", "\n\t\t"] {
            let text = format!("\"{long}{between}U0VDUkVU\"");
            assert_eq!(decoded(&text).len(), 1, "{between:?}");
            assert!(decoded(&text)[0].ends_with("SECRETSECRET"), "{between:?}");
        }
        // Signs that JSON and addresses escape.
        assert_eq!(decoded("5py65a\\/G5py65a+G5py6"), decoded("5py65a/G5py65a+G5py6"));
        assert_eq!(decoded("U0VDUkVUU0VDUkVU5py65a%2BG"), ["SECRETSECRET机密"]);
        assert!(decoded("The quick brown fox jumps over the lazy dog.\nshort words").is_empty());
    }
}
