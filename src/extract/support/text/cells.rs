//! Tables written as text (RFC 4180 and its relatives): cells come out separated by tabs and freed
//! of their quotes, so that a mark alone in a cell stands alone.

/// Delimiters that are told apart, by which is the most frequent in the beginning.
const DELIMITERS: [char; 4] = [',', ';', '\t', '|'];
/// Bytes of the beginning that decide.
const BEGINNING: usize = 4096;

/// Turns records into lines of cells, piece by piece.
#[derive(Debug, Default)]
pub(in crate::extract) struct Cells {
    delimiter: Option<char>,
    /// Inside quotes.
    quoted: bool,
    /// The last character was a quote inside quotes: an end, or half of a doubled one.
    quote_seen: bool,
    /// Nothing of the present cell was seen yet.
    started: bool,
}

impl Cells {
    /// The next piece of text.
    pub(in crate::extract) fn take(&mut self, text: &str) -> String {
        let delimiter = *self.delimiter.get_or_insert_with(|| {
            let beginning = &text[..text.floor_char_boundary(BEGINNING)];
            DELIMITERS.into_iter().max_by_key(|sign| beginning.matches(*sign).count()).unwrap_or(',')
        });
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            if std::mem::take(&mut self.quote_seen) {
                self.quoted = c == '"';
                if self.quoted {
                    out.push('"');
                    continue;
                }
            }
            match c {
                '"' if self.quoted => self.quote_seen = true,
                '"' if !self.started => (self.quoted, self.started) = (true, true),
                // A line break inside a cell.
                '\n' if self.quoted => out.push('\u{2028}'),
                c if self.quoted => out.push(c),
                '\n' => {
                    self.started = false;
                    out.push('\n');
                }
                c if c == delimiter => {
                    self.started = false;
                    out.push('\t');
                }
                c => {
                    self.started |= !c.is_whitespace();
                    out.push(c);
                }
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_freed_of_quotes_and_split_only_outside_them() {
        let table = "a,\"b,\"\"c\"\"\nd\",e\n \"f\",g\"h\"\n";
        let wanted = "a\tb,\"c\"\u{2028}d\te\n f\tg\"h\"\n";
        assert_eq!(Cells::default().take(table), wanted);
        for at in (0..table.len()).filter(|at| table.is_char_boundary(*at) && *at > 2) {
            let mut cells = Cells { delimiter: Some(','), ..Cells::default() };
            assert_eq!(cells.take(&table[..at]) + &cells.take(&table[at..]), wanted, "cut at {at}");
        }
    }

    #[test]
    fn the_delimiter_is_the_frequent_one() {
        assert_eq!(Cells::default().take("a;b;c,d\n"), "a\tb\tc,d\n");
        assert_eq!(Cells::default().take("a\tb\n"), "a\tb\n");
    }
}
