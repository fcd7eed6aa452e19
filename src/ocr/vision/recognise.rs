//! Reading a strip: the recogniser's scores, a column of them for every few pixels, become
//! characters by the rule of connectionist temporal classification (Graves et al. 2006): the
//! best class of each column, repetitions once, nothing left out.

use rten_tensor::{AsView, Layout, NdTensor, NdTensorView};

use super::cut::{HEIGHT, Strip};
use super::model::{Model, OF_MARKS};

/// What a strip says, and how sure the recogniser is of its characters on average, from 0 to 1.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Recognition {
    pub(super) text: String,
    pub(super) confidence: f32,
    /// What it says to one who expects a mark: where a character of marks is not much less likely, it stands.
    pub(super) expected: String,
}

/// A character of a mark is expected where it is no less likely than this share of the likeliest.
const EXPECTED: f32 = 0.1;

/// Reads a strip. Nothing, where the network fails.
pub(super) fn recognise(model: &Model, strip: Strip) -> Option<Recognition> {
    let input = NdTensor::from_data([1, 3, HEIGHT, strip.width], strip.planes);
    let output = model.recogniser.run_one(input.view().into(), None).ok()?;
    let scores: NdTensor<f32, 3> = output.try_into().ok()?;
    Some(decode(scores.slice(0), &model.characters, &model.of_marks))
}

/// The characters behind columns of scores that sum to one; `of_marks` are the classes of those that marks have.
pub(super) fn decode(scores: NdTensorView<f32, 2>, characters: &[String], of_marks: &[usize]) -> Recognition {
    let mut reading = Recognition::default();
    let (mut before, mut read) = (0, 0);
    let character = |class: usize| characters.get(class).map_or("", String::as_str);
    for column in 0..scores.size(0) {
        let scores = scores.slice(column);
        let (best, score) = scores
            .iter()
            .copied()
            .enumerate()
            .fold((0, f32::MIN), |best, (class, score)| if score > best.1 { (class, score) } else { best });
        if best != 0 && best != before {
            reading.text.push_str(character(best));
            let expected = of_marks.iter().copied().max_by(|a, b| scores[[*a]].total_cmp(&scores[[*b]]));
            let expected = expected.filter(|class| scores[[*class]] >= score * EXPECTED).unwrap_or(best);
            reading.expected.push_str(character(expected));
            reading.confidence += score;
            read += 1;
        }
        before = best;
    }
    reading.confidence /= read.max(1) as f32;
    reading
}

/// What two readings of one line say together: where they differ, the character that marks are made of. None, if they
/// do not stand character beside character, or it is what one of them says.
pub(super) fn together(one: &str, other: &str) -> Option<String> {
    if one.chars().count() != other.chars().count() {
        return None;
    }
    let choose =
        |(one, other): (char, char)| if OF_MARKS.contains(other) && !OF_MARKS.contains(one) { other } else { one };
    let text: String = one.chars().zip(other.chars()).map(choose).collect();
    (text != one && text != other).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repetitions_are_read_once_unless_nothing_is_between_them() {
        let characters = ["", "机", "密"].map(str::to_string);
        // 机 机 nothing 密 密 nothing 密
        let columns = [[0.1, 0.8, 0.1], [0.0, 1.0, 0.0], [0.9, 0.1, 0.0], [0.2, 0.2, 0.6], [0.1, 0.1, 0.8]];
        let rest = [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]];
        let scores: Vec<f32> = columns.iter().chain(&rest).flatten().copied().collect();
        let reading = decode(NdTensor::from_data([7, 3], scores).view(), &characters, &[]);
        assert_eq!((reading.text.as_str(), reading.expected.as_str()), ("机密密", "机密密"));
        // The first column of each character: 0.8, 0.6, 1.0.
        assert!((reading.confidence - 0.8).abs() < 1e-6);
    }

    #[test]
    fn two_readings_say_more_than_one() {
        assert_eq!(together("机害★10年", "杭密★10年").as_deref(), Some("机密★10年"));
        assert_eq!(together("机密★10年", "杭密★10年"), None, "one of them says so");
        assert_eq!(together("作秘害", "工作秘密"), None);
    }

    #[test]
    fn a_class_without_a_character_is_none() {
        let reading = decode(NdTensor::from_data([1, 3], vec![0.0, 0.0, 1.0]).view(), &[String::new()], &[]);
        assert_eq!(reading.text, "");
    }

    #[test]
    fn one_who_expects_a_mark_reads_it_where_it_is_nearly_as_likely() {
        let characters = ["", "机", "杭", "密", "房"].map(str::to_string);
        let columns = [[0.1, 0.2, 0.6, 0.1, 0.0], [0.0, 0.0, 0.0, 0.05, 0.95]];
        let scores: Vec<f32> = columns.iter().flatten().copied().collect();
        let reading = decode(NdTensor::from_data([2, 5], scores).view(), &characters, &[1, 3]);
        // 0.2 of 0.6 is enough, 0.05 of 0.95 is not.
        assert_eq!((reading.text.as_str(), reading.expected.as_str()), ("杭房", "机房"));
    }
}
