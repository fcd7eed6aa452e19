//! How rare a piece of text is, from counts of characters and pairs of characters in Chinese laws,
//! examination questions and a word list. It decides which piece of a word is looked for first, so it
//! changes how fast words are found, never which.

/// Each Chinese character (3 bytes), its class and a line end, in the order of their bytes. The class
/// `a` stands for a share of 2^-3 and more, each letter behind it for half as much.
const CHARACTERS: &[u8] = include_bytes!("characters.txt");
/// The same for pairs (6 bytes).
const PAIRS: &[u8] = include_bytes!("pairs.txt");

/// Both tables as they are looked up.
static CHARACTER_CLASSES: Classes<4096> = Classes::new::<3>(CHARACTERS);
static PAIR_CLASSES: Classes<16384> = Classes::new::<6>(PAIRS);

/// Class of a pair that is in no list.
const UNLISTED_PAIR: u32 = 14;
/// Class of a character that is in no list.
const UNLISTED_CHARACTER: u32 = 15;
/// Classes are counted from this power of two.
const FIRST_CLASS: u32 = 3;

/// Letters of English text from the most frequent; whatever else is rare.
const LETTERS: &[u8] = b" etaoinsrhldcumfpgwybvkxjqz";

/// Minus the binary logarithm of the share that a pair of three-byte characters has in text; `None` if the
/// text begins with none.
pub(super) fn of_pair(text: &[u8]) -> Option<u32> {
    let pair: &[u8; 6] = text.first_chunk()?;
    let characters = || of_character(pair.first_chunk()) + of_character(pair.last_chunk());
    let unlisted = || characters().max(UNLISTED_PAIR + FIRST_CLASS);
    Some(PAIR_CLASSES.of(pair).map_or_else(unlisted, |class| class + FIRST_CLASS))
}

fn of_character(character: Option<&[u8; 3]>) -> u32 {
    character.and_then(|character| CHARACTER_CLASSES.of(character)).unwrap_or(UNLISTED_CHARACTER) + FIRST_CLASS
}

/// The same, roughly, for ASCII text.
pub(super) fn of_ascii(text: &[u8]) -> u32 {
    text.iter().map(|byte| u32::from(ASCII_CLASSES[usize::from(*byte)])).sum()
}

/// The class of each byte.
static ASCII_CLASSES: [u8; 256] = ascii_classes();

const fn ascii_classes() -> [u8; 256] {
    let mut classes = [9; 256];
    let mut rank = 0;
    while rank < LETTERS.len() {
        let class = 3 + rank as u8 / 4;
        classes[LETTERS[rank] as usize] = class;
        classes[LETTERS[rank].to_ascii_uppercase() as usize] = class;
        rank += 1;
    }
    classes
}

/// Keys and their classes, hashed when the program is compiled: words are many, and each is weighed
/// at start.
struct Classes<const SLOTS: usize> {
    /// The key, and above its 48 bits the class and one; 0 where there is none.
    slots: [u64; SLOTS],
}

impl<const SLOTS: usize> Classes<SLOTS> {
    /// Of a table whose keys are so many bytes wide.
    const fn new<const WIDTH: usize>(table: &[u8]) -> Self {
        let mut slots = [0; SLOTS];
        let mut row = 0;
        while row + WIDTH + 2 <= table.len() {
            let key = number::<WIDTH>(table, row);
            let mut at = Self::home(key);
            while slots[at] != 0 {
                at = (at + 1) % SLOTS;
            }
            slots[at] = key | ((table[row + WIDTH] - b'a') as u64 + 1) << 48;
            row += WIDTH + 2;
        }
        Classes { slots }
    }

    const fn home(key: u64) -> usize {
        (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as usize % SLOTS
    }

    fn of<const WIDTH: usize>(&self, key: &[u8; WIDTH]) -> Option<u32> {
        let key = number::<WIDTH>(key, 0);
        let mut at = Self::home(key);
        while self.slots[at] != 0 {
            if self.slots[at] << 16 >> 16 == key {
                return Some((self.slots[at] >> 48) as u32 - 1);
            }
            at = (at + 1) % SLOTS;
        }
        None
    }
}

/// Bytes as one number.
const fn number<const WIDTH: usize>(bytes: &[u8], from: usize) -> u64 {
    let mut number = 0;
    let mut at = 0;
    while at < WIDTH {
        number = number << 8 | bytes[from + at] as u64;
        at += 1;
    }
    number
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
    fn every_row_is_found_with_its_class() {
        for row in PAIRS.chunks(8) {
            assert_eq!(PAIR_CLASSES.of(row.first_chunk::<6>().expect("a pair")), Some(u32::from(row[6] - b'a')));
        }
        for row in CHARACTERS.chunks(5) {
            assert_eq!(
                CHARACTER_CLASSES.of(row.first_chunk::<3>().expect("a character")),
                Some(u32::from(row[3] - b'a'))
            );
        }
        assert_eq!(PAIR_CLASSES.of("鼹黼".as_bytes().first_chunk::<6>().expect("a pair")), None);
    }

    #[test]
    fn the_common_is_less_rare_than_the_uncommon() {
        assert!(of_pair("规定".as_bytes()) < of_pair("机密".as_bytes()));
        assert!(of_pair("机密".as_bytes()) < of_pair("鼹黼".as_bytes()));
        assert!(of_ascii(b"the ") < of_ascii(b"TLP:"));
    }
}
