//! JSON: the serialised reports and nothing else, one a line or in one array. Always English
//! and always masked: scripts rely on it.

use std::io::{self, Write};

use super::{Reporter, Summary};
use crate::model::Report;

pub(super) struct Json {
    array: bool,
    first: bool,
}

impl Json {
    pub(super) fn array() -> Self {
        Json { array: true, first: true }
    }

    pub(super) fn lines() -> Self {
        Json { array: false, first: true }
    }
}

impl Reporter for Json {
    fn report(&mut self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        if self.array {
            out.write_all(if self.first { b"[\n" } else { b",\n" })?;
        }
        self.first = false;
        serde_json::to_writer(&mut *out, report)?;
        if self.array { Ok(()) } else { out.write_all(b"\n") }
    }

    fn finish(&mut self, _: &Summary, out: &mut dyn Write) -> io::Result<()> {
        match (self.array, self.first) {
            (true, true) => out.write_all(b"[]\n"),
            (true, false) => out.write_all(b"\n]\n"),
            (false, _) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::marked;
    use super::*;

    #[test]
    fn a_line_has_exactly_the_keys_of_the_contract() {
        let mut out = Vec::new();
        Json::lines().report(&marked(), &mut out).expect("written to memory");
        assert_eq!(
            String::from_utf8(out).expect("UTF-8"),
            concat!(
                r#"{"path":"a.docx","verdict":"block","findings":[{"rule":"prc.state-secret.mark","#,
                r#""pack":"prc-state-secret","tier":"secret","role":"mark","score":120,"verdict":"block","#,
                r#""location":"header 1","part":"header","excerpt":"机密★…","why":["isolated line"]}],"#,
                r#""gaps":[{"location":"a.zip!b.docx","reason":"encrypted"}],"#,
                r#""packs":[{"id":"prc-state-secret","version":"1"}],"bytes":12345,"millis":3}"#,
                "\n"
            )
        );
    }

    #[test]
    fn what_is_written_can_be_read_back() {
        let mut out = Vec::new();
        Json::lines().report(&marked(), &mut out).expect("written to memory");
        let line = String::from_utf8(out).expect("UTF-8");
        let record = crate::model::ReportRecord::from_json(&line).expect("our own line");
        assert_eq!((record.path.as_str(), record.findings[0].score, record.gaps.len()), ("a.docx", 120, 1));
        let again = serde_json::to_string(&record).expect("JSON");
        assert_eq!(format!("{again}\n"), line, "nothing is lost");
    }
}
