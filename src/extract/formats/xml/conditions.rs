//! Conditional sections as Office writes them into drawings: `<![if gte mso 9]>` … `<![endif]>`.
//! They are no XML, and readers take the rest of the part for one CDATA section. Here they become
//! processing instructions of the same length; what they enclose stays what it is.

/// A section begins so, unless CDATA follows.
const OPEN: &str = "<![";
const CDATA: &str = "CDATA[";

/// Rewrites conditions in text that comes in pieces.
#[derive(Default)]
pub(super) struct Conditions {
    /// The last piece ended inside a condition.
    is_open: bool,
    /// The end of the last piece, where a section may begin.
    held: String,
}

impl Conditions {
    /// What was held back of the last piece, to be put before the next one.
    pub(super) fn held(&mut self) -> String {
        std::mem::take(&mut self.held)
    }

    /// Rewrites a piece in place. Its end is held back if more is needed to judge it.
    pub(super) fn rewrite(&mut self, piece: &mut String, is_last: bool) {
        if !is_last {
            let tail = tail(piece);
            self.held = piece.split_off(piece.len() - tail);
        }
        let mut at = 0;
        loop {
            if self.is_open {
                let Some(end) = memchr::memchr(b'>', &piece.as_bytes()[at..]).map(|end| at + end) else { return };
                self.is_open = false;
                if piece[..end].ends_with(']') {
                    piece.replace_range(end - 1..end, "?");
                }
                at = end;
            }
            let Some(open) = memchr::memmem::find(&piece.as_bytes()[at..], OPEN.as_bytes()).map(|open| at + open)
            else {
                return;
            };
            at = open + OPEN.len();
            if !piece[at..].starts_with(CDATA) {
                piece.replace_range(open + 1..open + 2, "?");
                self.is_open = true;
            }
        }
    }
}

/// Bytes at the end that may belong to the begin or the end of a section.
fn tail(piece: &str) -> usize {
    let whole = [OPEN, CDATA].concat();
    let begins = (1..whole.len()).rev().find(|length| piece.ends_with(&whole[..*length]));
    begins.or(piece.ends_with(']').then_some(1)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(text: &str, size: usize) -> String {
        let (mut conditions, mut all) = (Conditions::default(), String::new());
        let mut pieces: Vec<&[u8]> = text.as_bytes().chunks(size).collect();
        pieces.push(b"");
        for (number, piece) in pieces.iter().enumerate() {
            let mut text = conditions.held();
            text.push_str(std::str::from_utf8(piece).expect("ASCII"));
            conditions.rewrite(&mut text, number + 1 == pieces.len());
            all.push_str(&text);
        }
        all
    }

    #[test]
    fn conditions_become_instructions_and_cdata_stays_however_the_text_is_cut() {
        let text = "<a><![if gte mso 9]><b c=\"]\"/><![endif]><![CDATA[x]]><![CDAT]></a><![";
        let wanted = "<a><?[if gte mso 9?><b c=\"]\"/><?[endif?><![CDATA[x]]><?[CDAT?></a><?[";
        for size in 1..=text.len() {
            assert_eq!(rewritten(text, size), wanted, "pieces of {size}");
        }
    }
}
