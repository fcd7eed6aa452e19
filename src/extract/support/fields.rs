//! The fields of a document under way: their instructions, whether a result was shown, and what
//! they show without one.

use super::field;

/// Fields inside fields that are taken apart.
const DEPTH: usize = 64;

/// The fields under way, the innermost last.
#[derive(Default)]
pub(in crate::extract) struct Fields {
    open: Vec<Field>,
    /// Fields beyond those that are taken apart.
    beyond: usize,
}

#[derive(Default)]
struct Field {
    instruction: String,
    /// Its result, rather than its instruction, is being read.
    in_result: bool,
    has_result: bool,
}

impl Fields {
    pub(in crate::extract) fn begin(&mut self) {
        if self.open.len() < DEPTH {
            self.open.push(Field::default());
        } else {
            self.beyond += 1;
        }
    }

    /// Takes text of an instruction; `false` where none is under way.
    pub(in crate::extract) fn instruct(&mut self, text: &str) -> bool {
        let field = self.open.last_mut().filter(|field| !field.in_result);
        field.map(|field| field.instruction.push_str(text)).is_some()
    }

    /// The instruction under way is longer than any.
    pub(in crate::extract) fn is_endless(&self, longest: usize) -> bool {
        self.open.last().is_some_and(|field| !field.in_result && field.instruction.len() > longest)
    }

    /// The instruction ends; it is given once.
    pub(in crate::extract) fn end_instruction(&mut self) -> Option<String> {
        let field = self.open.last_mut().filter(|field| self.beyond == 0 && !field.in_result)?;
        field.in_result = true;
        Some(field.instruction.clone())
    }

    /// Text is shown.
    pub(in crate::extract) fn show(&mut self, text: &str) {
        if let Some(field) = self.open.last_mut() {
            field.has_result |= field.in_result && !text.trim().is_empty();
        }
    }

    /// The innermost field ends: what it shows without a result of its own.
    pub(in crate::extract) fn end(&mut self) -> Option<String> {
        if self.beyond > 0 {
            self.beyond -= 1;
            return None;
        }
        let field = self.open.pop()?;
        if field.has_result { None } else { field::shown(&field.instruction) }
    }

    /// Instructions of fields that never ended.
    pub(in crate::extract) fn unfinished(&mut self) -> Vec<String> {
        let open = std::mem::take(&mut self.open).into_iter();
        open.filter(|field| !field.in_result).map(|field| field.instruction).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_field_shows_is_told_where_it_has_no_result() {
        let mut fields = Fields::default();
        for (instruction, result, wanted) in
            [(r"EQ \o\ac(○,密)", "", Some("密")), (r"EQ \o\ac(○,密)", "密", None), ("PAGE", "", None)]
        {
            fields.begin();
            assert!(fields.instruct(instruction));
            assert_eq!(fields.end_instruction().as_deref(), Some(instruction));
            assert_eq!(fields.end_instruction(), None, "it is given once");
            fields.show(result);
            assert_eq!(fields.end().as_deref(), wanted, "{instruction} {result}");
        }
        assert_eq!((fields.end(), fields.instruct("x")), (None, false));
    }

    #[test]
    fn a_field_in_an_instruction_does_not_end_it() {
        let mut fields = Fields::default();
        fields.begin();
        fields.instruct("EQ \\o\\ac(○,");
        fields.begin();
        fields.instruct("PAGE");
        fields.end_instruction();
        fields.end();
        fields.instruct("密)");
        fields.end_instruction();
        assert_eq!(fields.end().as_deref(), Some("密"));
    }
}
