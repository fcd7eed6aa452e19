//! Texts with marks of form in their lines, which the programs that show them leave out: Markdown, subtitles.
//! A line is said once more as it is shown where a word of it is written otherwise.

use crate::extract::driver::{Context, Input, TextStream};
use crate::extract::support::charset::readings;
use crate::extract::support::text::marked;
use crate::model::{Format, GapReason, Part, PartKind, Unit};

/// Extensions of such texts.
const MARKED_UP: [&str; 13] =
    ["md", "markdown", "mkd", "mdx", "qmd", "rmd", "srt", "vtt", "ass", "ssa", "sub", "sbv", "lrc"];

/// A file of this name is such a text.
pub(super) fn is_marked_up(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, extension)| MARKED_UP.contains(&extension.to_ascii_lowercase().as_str()))
}

/// Reads lines as they are shown.
pub(super) fn read(bytes: &[u8], cx: &mut Context<'_>) -> Result<(), GapReason> {
    for charset in readings(bytes, None) {
        let (text, _) = charset.decode(bytes);
        let (mut plain, mut page) = (String::new(), String::new());
        for line in text.lines().filter_map(shown) {
            let of = if line.contains(['<', '&']) { &mut page } else { &mut plain };
            of.push_str(&line);
            of.push('\n');
        }
        let mut story = TextStream::new(Part::only(PartKind::Body), Unit::Line);
        story.push(&plain, cx);
        story.finish(cx);
        if !page.is_empty() {
            cx.read_as(Format::Html, Input::bytes(&marked(&format!("<pre>\n{page}"))))?;
        }
    }
    Ok(())
}

/// A line as it is shown, where a mark of form stands in a word: emphasis, an escape, a tag, a reference.
fn shown(line: &str) -> Option<String> {
    let mut out = String::with_capacity(line.len());
    let mut is_news = false;
    let mut chars = line.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = line[at + c.len_utf8()..].chars().next();
        match (c, next) {
            ('*' | '_' | '`' | '~', _) => is_news |= in_word(&out, &line[at..], &['*', '_', '`', '~']),
            ('\\', Some(next)) if next.is_ascii_punctuation() => is_news = true,
            // Formatting of subtitles: `{\b1}` (Advanced SubStation Alpha).
            ('{', Some('\\')) => {
                is_news = true;
                while chars.next().is_some_and(|(_, c)| c != '}') {}
            }
            ('<', Some(next)) if next.is_ascii_alphabetic() || next == '/' => {
                is_news = true;
                out.push(c);
            }
            ('&', Some(next)) if next.is_ascii_alphabetic() || next == '#' => {
                is_news |= line[at..].contains(';');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    is_news.then_some(out)
}

/// What begins here stands between letters, but for other marks.
fn in_word(before: &str, rest: &str, marks: &[char]) -> bool {
    let is_letter = |c: char| !c.is_whitespace() && !c.is_ascii_punctuation();
    let after = rest.trim_start_matches(marks);
    before.ends_with(is_letter) && after.starts_with(is_letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_freed_of_marks_and_other_lines_are_left_alone() {
        assert_eq!(shown("机**密**★10年").as_deref(), Some("机密★10年"));
        assert_eq!(shown("SECRET\\/\\/NOFORN").as_deref(), Some("SECRET//NOFORN"));
        assert_eq!(shown("{\\b1}机{\\b0}密").as_deref(), Some("机密"));
        assert_eq!(shown("机&#23494;").as_deref(), Some("机&#23494;"));
        for line in ["**植树**", "* a list", "a & b < c", "`code`", "C:\\users", "2 * 3 = 6"] {
            assert_eq!(shown(line), None, "{line}");
        }
    }
}
