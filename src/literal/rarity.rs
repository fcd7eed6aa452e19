//! How rare a piece of text is, from counts of characters and pairs of characters in Chinese laws,
//! examination questions and a word list. It decides which piece of a word is looked for first, so it
//! changes how fast words are found, never which.

use std::cmp::Ordering;

/// Each Chinese character (3 bytes), its class and a line end, in the order of their bytes. The class
/// `a` stands for a share of 2^-3 and more, each letter behind it for half as much.
const CHARACTERS: &[u8] = include_bytes!("characters.txt");
/// The same for pairs (6 bytes).
const PAIRS: &[u8] = include_bytes!("pairs.txt");

/// Class of a pair that is in no list.
const UNLISTED_PAIR: u32 = 14;
/// Class of a character that is in no list.
const UNLISTED_CHARACTER: u32 = 15;
/// Classes are counted from this power of two.
const FIRST_CLASS: u32 = 3;

/// Letters of English text from the most frequent; whatever else is rare.
const LETTERS: &[u8] = b" etaoinsrhldcumfpgwybvkxjqz";

/// Minus the binary logarithm of the share that a pair of three-byte characters has in text.
pub(super) fn of_pair(pair: &[u8]) -> u32 {
    match class(PAIRS, pair) {
        Some(class) => class + FIRST_CLASS,
        None => (of_character(&pair[..3]) + of_character(&pair[3..])).max(UNLISTED_PAIR + FIRST_CLASS),
    }
}

fn of_character(character: &[u8]) -> u32 {
    class(CHARACTERS, character).unwrap_or(UNLISTED_CHARACTER) + FIRST_CLASS
}

/// The same, roughly, for ASCII text.
pub(super) fn of_ascii(text: &[u8]) -> u32 {
    let rank = |byte: &u8| LETTERS.iter().position(|letter| *letter == byte.to_ascii_lowercase());
    text.iter().map(|byte| rank(byte).map_or(9, |rank| 3 + rank as u32 / 4)).sum()
}

/// The class behind `key` in a table, by halving.
fn class(table: &[u8], key: &[u8]) -> Option<u32> {
    let size = key.len() + 2;
    let wanted = number(key);
    let (mut low, mut high) = (0, table.len() / size);
    while low < high {
        let middle = usize::midpoint(low, high);
        let row = &table[middle * size..(middle + 1) * size];
        match number(&row[..key.len()]).cmp(&wanted) {
            Ordering::Less => low = middle + 1,
            Ordering::Greater => high = middle,
            Ordering::Equal => return Some(u32::from(row[key.len()] - b'a')),
        }
    }
    None
}

/// Bytes as one number, which sorts as they do: compared far faster.
fn number(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted_and_whole() {
        for (table, size) in [(CHARACTERS, 5), (PAIRS, 8)] {
            assert_eq!(table.len() % size, 0);
            let rows: Vec<&[u8]> = table.chunks(size).map(|row| &row[..size - 2]).collect();
            assert!(rows.windows(2).all(|pair| pair[0] < pair[1]));
            assert!(table.chunks(size).all(|row| row[size - 2].is_ascii_lowercase() && row[size - 1] == b'\n'));
        }
    }

    #[test]
    fn the_common_is_less_rare_than_the_uncommon() {
        assert!(of_pair("规定".as_bytes()) < of_pair("机密".as_bytes()));
        assert!(of_pair("机密".as_bytes()) < of_pair("鼹黼".as_bytes()));
        assert!(of_ascii(b"the ") < of_ascii(b"TLP:"));
    }
}
