//! Labels of numbered paragraphs ([MS-DOC] 2.9.148 to 2.9.150): the levels stand behind the table of lists. A
//! label that says something beside its numbers is shown with the first of them.

use crate::extract::support::bytes::{Bytes, utf16};

/// Lists that are read.
const LISTS: usize = 2000;
/// Levels of a list, unless it is simple.
const LEVELS: usize = 9;
/// Bytes of a list, and where its flags stand.
const LIST: usize = 28;
const FLAGS: usize = 26;

/// The first label of each level with letters beside the numbers. `levels` begins behind the table.
pub(super) fn labels(lists: &[u8], levels: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    let mut lists = Bytes::new(lists);
    let count = lists.u16().map_or(0, usize::from).min(LISTS);
    let mut levels = Bytes::new(levels);
    for _ in 0..count {
        let Some(list) = lists.take(LIST) else { break };
        let mut starts = [1; LEVELS];
        for level in 0..if list[FLAGS] & 1 == 1 { 1 } else { LEVELS } {
            let Some((start, text)) = read_level(&mut levels) else { return found };
            starts[level] = start;
            if text.chars().filter(|c| c.is_alphabetic()).count() > 1 {
                found.push(label(&text, &starts));
            }
        }
    }
    found
}

/// A level: the number it starts at, and its text, in which small numbers stand for levels.
fn read_level(levels: &mut Bytes<'_>) -> Option<(u32, String)> {
    let start = levels.u32()?;
    levels.skip(20)?;
    let (characters, paragraphs) = (usize::from(levels.u8()?), usize::from(levels.u8()?));
    levels.skip(2 + characters + paragraphs)?;
    let length = usize::from(levels.u16()?);
    Some((start, utf16(levels.take(length * 2)?)))
}

fn label(text: &str, starts: &[u32; LEVELS]) -> String {
    let shown = |c: char| match starts.get(c as usize) {
        Some(start) => start.to_string(),
        None => c.to_string(),
    };
    text.chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_shown_with_its_first_number() {
        let level = |start: u32, text: &str| {
            let text: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let mut level = start.to_le_bytes().to_vec();
            level.extend([0; 20]);
            level.extend([2, 1, 0, 0, 9, 9, 9]);
            level.extend((text.len() as u16 / 2).to_le_bytes());
            [level, text].concat()
        };
        let mut list = vec![0; LIST];
        list[FLAGS] = 1;
        let lists = [&[2, 0][..], &list, &list].concat();
        let levels = [level(10, "机密★\0年"), level(1, "\0.")].concat();
        assert_eq!(labels(&lists, &levels), ["机密★10年"]);
        assert!(labels(&lists, &levels[..20]).is_empty());
    }
}
