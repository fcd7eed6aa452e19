//! The groups of a name, a subject or a title: what stands in brackets, and what stands between signs.
//! A group is to them what a cell is to a table: a mark may fill it.

use std::ops::Range;

use crate::model::PartKind;

/// Longest line of a body, in characters, that may be a title.
const TITLE: usize = 60;
/// Words of a mark behind the one that is its anchor, or before it, at most.
const WORDS: usize = 6;

/// A group, and how plainly it stands apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    /// Where it stands.
    pub at: Range<usize>,
    /// A blank, a hyphen or the like parts it from its neighbours, as they part words: a bare word is none.
    pub is_loose: bool,
}

/// Names and subjects are made of groups from one end to the other.
pub(super) fn is_name(part: PartKind) -> bool {
    matches!(part, PartKind::FileName | PartKind::EntryName | PartKind::MessageHeader | PartKind::Property)
}

/// The groups around an anchor in its line, the plainest first. A line of a body that is as short as a title has
/// those at its ends: in brackets, or parted from the rest by a sign.
pub(super) fn groups(text: &str, line: &Range<usize>, anchor: &Range<usize>, part: PartKind) -> Vec<Group> {
    let named = is_name(part);
    if !named && (anchor.end > line.end || text[line.clone()].chars().take(TITLE + 1).count() > TITLE) {
        return Vec::new();
    }
    let mut groups = Vec::new();
    let bracketed = bracketed(text, line, anchor);
    if let Some(at) = bracketed.clone().filter(|at| named || is_at_an_end(text, line, at)) {
        groups.push(Group { at, is_loose: false });
    }
    if named {
        let line = bracketed.unwrap_or_else(|| line.clone());
        let borders: [(bool, Border); 3] = [(false, is_border), (true, is_loose_border), (true, |_, _, c| c == ' ')];
        let between =
            borders.map(|(is_loose, is_border)| Group { at: between(text, &line, anchor, is_border), is_loose });
        let title = line.start + text[line.start..anchor.start].rfind(": ").map_or(0, |at| at + ": ".len());
        let ends = [line.start, title].into_iter().flat_map(|start| ends(text, start..line.end, anchor));
        groups.extend(between.into_iter().chain(ends));
    } else if !text[line.clone()].ends_with(['。', '.', ';', ',']) {
        let at = between(text, line, anchor, is_border);
        // Behind a colon stands what the words before it announce.
        let closes = at.end == line.end && !text[..at.start].ends_with(':');
        // A title stands beside it.
        let beside = [&text[line.start..at.start], &text[at.end..line.end]];
        let is_titled = beside.iter().any(|beside| beside.contains(char::is_alphanumeric));
        let stands = is_titled && (at.start == line.start || closes);
        groups.extend(stands.then_some(Group { at, is_loose: true }));
    }
    let mut seen = vec![line.clone()];
    groups.retain(|group| {
        !seen.contains(&group.at) && {
            seen.push(group.at.clone());
            true
        }
    });
    groups
}

/// The words of a name up to an anchor or a few behind it, and those from it or a few before it on: a mark of several
/// words stands before or behind a title.
fn ends(text: &str, name: Range<usize>, anchor: &Range<usize>) -> impl Iterator<Item = Group> {
    let Range { start, end } = name;
    let from = anchor.end;
    let behind = text[from..end].match_indices(' ').map(move |(at, _)| start..from + at);
    let before = text[start..anchor.start].rmatch_indices(' ').map(move |(at, _)| start + at + 1..end);
    behind.take(WORDS).chain(before.take(WORDS)).map(|at| Group { at, is_loose: true })
}

/// Whether a character of a text, at this place, ends a group.
type Border = fn(&str, usize, char) -> bool;

/// What stands in the brackets around an anchor.
fn bracketed(text: &str, line: &Range<usize>, anchor: &Range<usize>) -> Option<Range<usize>> {
    let open = text[line.start..anchor.start].char_indices().rev().find(|(_, c)| pair(*c).is_some() || is_close(*c))?;
    let close = pair(open.1)?;
    let start = line.start + open.0 + open.1.len_utf8();
    let end = anchor.end + text[anchor.end..line.end].find(|c| c == close || pair(c).is_some())?;
    text[end..].starts_with(close).then_some(start..end)
}

/// Nothing but brackets stands before, or behind, the group in its line.
fn is_at_an_end(text: &str, line: &Range<usize>, group: &Range<usize>) -> bool {
    let (before, behind) = (&text[line.start..group.start], &text[group.end..line.end]);
    let opens = before.chars().all(|c| pair(c).is_some() || matches!(c, ' ' | '#' | '*'));
    opens && !behind.ends_with(['。', '.', ';', ',']) || only_brackets(behind)
}

/// Whether nothing but groups in brackets stands there.
fn only_brackets(text: &str) -> bool {
    let mut depth = 1_usize;
    text.chars().all(|c| {
        if pair(c).is_some() {
            depth += 1;
        } else if is_close(c) {
            depth = depth.saturating_sub(1);
        } else {
            return depth > 0 || matches!(c, ' ' | '*');
        }
        true
    })
}

/// What stands around an anchor up to the nearest borders.
fn between(
    text: &str,
    line: &Range<usize>,
    anchor: &Range<usize>,
    is_border: impl Fn(&str, usize, char) -> bool,
) -> Range<usize> {
    let before = text[line.start..anchor.start].char_indices().rev();
    let start = before.map(|(at, c)| (line.start + at, c)).find(|(at, c)| is_border(text, *at, *c));
    let mut behind = text[anchor.end..line.end].char_indices().map(|(at, c)| (anchor.end + at, c));
    let end = behind.find(|(at, c)| is_border(text, *at, *c));
    start.map_or(line.start, |(at, c)| at + c.len_utf8())..end.map_or(line.end, |(at, _)| at)
}

/// A sign that parts groups wherever it stands, or a hyphen between blanks.
fn is_border(text: &str, at: usize, c: char) -> bool {
    let beside = |c: Option<char>| c.is_none_or(|c| c == ' ');
    match c {
        '|' | ';' | '—' | '~' => true,
        ':' => {
            text[..at].chars().next_back().is_none_or(|c| !c.is_ascii_uppercase())
                || beside(text[at + 1..].chars().next())
        }
        '-' => beside(text[..at].chars().next_back()) && beside(text[at + 1..].chars().next()),
        _ => pair(c).is_some() || is_close(c),
    }
}

/// A sign or a blank that parts words as well.
fn is_loose_border(text: &str, at: usize, c: char) -> bool {
    matches!(c, ' ' | '-' | '_' | '.' | '+' | ',') || is_border(text, at, c)
}

fn pair(open: char) -> Option<char> {
    const PAIRS: [(char, char); 8] =
        [('(', ')'), ('[', ']'), ('{', '}'), ('【', '】'), ('〔', '〕'), ('〈', '〉'), ('「', '」'), ('『', '』')];
    PAIRS.iter().find(|pair| pair.0 == open).map(|pair| pair.1)
}

fn is_close(c: char) -> bool {
    matches!(c, ')' | ']' | '}' | '】' | '〕' | '〉' | '」' | '』')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, anchor: &str, part: PartKind) -> Vec<(String, bool)> {
        let at = text.find(anchor).expect("the anchor");
        let groups = groups(text, &(0..text.len()), &(at..at + anchor.len()), part);
        groups.into_iter().map(|group| (text[group.at].to_string(), group.is_loose)).collect()
    }

    #[test]
    fn a_name_has_groups_in_brackets_and_between_signs() {
        for (name, anchor, wanted) in [
            ("方案(机密)", "机密", vec![("机密", false)]),
            ("机密:演练方案", "机密", vec![("机密", false)]),
            ("[SECRET] drill plan", "SECRET", vec![("SECRET", false)]),
            ("plan - UK SECRET", "UK SECRET", vec![(" UK SECRET", false), ("UK SECRET", true), ("- UK SECRET", true)]),
            ("Re: VS NfD", "NfD", vec![(" VS NfD", false), ("NfD", true), ("VS NfD", true)]),
            ("CLIENT_SECRET", "SECRET", vec![("SECRET", true)]),
            ("VS-NfD plan", "NfD", vec![("NfD", true), ("VS-NfD", true)]),
            ("TLP:RED plan", "TLP", vec![("TLP:RED", true)]),
        ] {
            let wanted: Vec<(String, bool)> =
                wanted.into_iter().map(|(text, loose)| (text.to_string(), loose)).collect();
            assert_eq!(found(name, anchor, PartKind::FileName), wanted, "{name}");
        }
    }

    #[test]
    fn a_title_has_groups_in_brackets_at_its_ends() {
        for (line, wanted) in [
            ("关于植树工作的意见(征求意见稿)(机密)", vec!["机密"]),
            ("(机密)关于植树工作的意见", vec!["机密"]),
            ("关于植树(机密)工作的意见", vec![]),
            ("机密:关于植树工作的意见", vec!["机密"]),
            ("关于植树工作的意见-机密", vec![]),
            ("关于植树工作的意见 - 机密", vec![" 机密"]),
            ("他说:机密:不可外传", vec![]),
            ("例如:机密", vec![]),
            ("机密(…", vec![]),
            ("机密:不可外传。", vec![]),
            ("三级(绝密、机密、秘密)", vec!["绝密、机密、秘密"]),
        ] {
            let found: Vec<String> = found(line, "机密", PartKind::Body).into_iter().map(|(text, _)| text).collect();
            assert_eq!(found, wanted, "{line}");
        }
        let long = format!("(机密){}", "植树".repeat(40));
        assert_eq!(found(&long, "机密", PartKind::Body), []);
    }
}
