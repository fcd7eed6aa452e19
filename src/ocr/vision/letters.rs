//! Whether words are in letters the model does not know: it reads such as those it knows that look alike, capitals in the
//! middle of words among them. Cyrillic and Greek are told so; Hangul and kana look like nothing and are read unsurely.

/// The least letters of a word, and the least words by which it is told.
const WORD: usize = 4;
const WORDS: usize = 8;
/// The share of the words, in percent, that no known language writes so; and how sure of them one may be at most.
const ODD: usize = 35;
const SURE: f32 = 0.92;

/// The words read in a picture.
#[derive(Debug, Default)]
pub(super) struct Letters {
    words: usize,
    odd: usize,
    sure: f32,
}

impl Letters {
    /// Adds a line, read with this confidence.
    pub(super) fn add(&mut self, line: &str, confidence: f32) {
        for word in line.split(|c: char| !is_letter(c)).filter(|word| word.chars().count() >= WORD) {
            self.words += 1;
            self.odd += usize::from(is_odd(word));
            self.sure += confidence;
        }
    }

    /// The words are in other letters than those that were read.
    pub(super) fn are_foreign(&self) -> bool {
        self.words >= WORDS && self.odd * 100 >= self.words * ODD && self.sure < SURE * self.words as f32
    }
}

/// Of an alphabet with capitals.
fn is_letter(c: char) -> bool {
    c.is_lowercase() || c.is_uppercase()
}

fn is_greek(c: char) -> bool {
    matches!(c, '\u{370}'..='\u{3FF}' | '\u{1F00}'..='\u{1FFF}')
}

/// A capital stands behind a small letter, or letters of two alphabets stand together.
fn is_odd(word: &str) -> bool {
    let mut behind = word.chars().zip(word.chars().skip(1));
    let greek = word.chars().filter(|c| is_greek(*c)).count();
    behind.any(|(before, after)| before.is_lowercase() && after.is_uppercase())
        || greek > 0 && greek < word.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn foreign(lines: &[&str], confidence: f32) -> bool {
        let mut letters = Letters::default();
        lines.iter().for_each(|line| letters.add(line, confidence));
        letters.are_foreign()
    }

    #[test]
    fn words_in_other_letters_are_told() {
        // What is read of two lines of Russian, and of Greek.
        let russian =
            ["O npoBegeHIn yueHIé no nocaAke AepeBbeB", "B uenax nogroTOBKn yueHné npocIM o6ecneyITb npuábITve"];
        assert!(foreign(&russian, 0.82));
        let greek = [
            "∏apakαλouVtαl ol ouμμeTεýovTEç va",
            "Tωto πpwl.To εýypaΦo εIVal ΦavtaoTIko",
            "ElVal ΦavTaoTIKo:∏apakαλouVtαl",
        ];
        assert!(foreign(&greek, 0.73));
    }

    #[test]
    fn known_languages_and_program_source_are_not() {
        let english =
            ["The exercise begins at eight o'clock in the morning", "All participants of McDonald Street bring tools"];
        assert!(!foreign(&english, 0.8));
        let source = [
            "let reader = PictureReader::withLimits(maxPixels, pageCount)",
            "readNextLine(inputStream) returns lineNumber",
        ];
        assert!(!foreign(&source, 0.97));
        assert!(!foreign(&["关于组织植树演练的通知 iPhone eBay"], 0.5));
    }
}
