//! Reading a strip: the recogniser's scores, a column of them for every few pixels, become
//! characters by the rule of connectionist temporal classification (Graves et al. 2006): the
//! best class of each column, repetitions once, nothing left out.

use rten_tensor::{AsView, Layout, NdTensor, NdTensorView};

use super::cut::{HEIGHT, Strip};
use super::model::Model;

/// What a strip says, and how sure the recogniser is of its characters on average, from 0 to 1.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Reading {
    pub(super) text: String,
    pub(super) confidence: f32,
}

/// Reads a strip. Nothing, where the network fails.
pub(super) fn recognise(model: &Model, strip: Strip) -> Option<Reading> {
    let input = NdTensor::from_data([1, 3, HEIGHT, strip.width], strip.planes);
    let output = model.recogniser.run_one(input.view().into(), None).ok()?;
    let scores: NdTensor<f32, 3> = output.try_into().ok()?;
    Some(decode(scores.slice(0), &model.characters))
}

/// The characters behind columns of scores that sum to one.
pub(super) fn decode(scores: NdTensorView<f32, 2>, characters: &[String]) -> Reading {
    let mut reading = Reading::default();
    let (mut before, mut read) = (0, 0);
    for column in 0..scores.size(0) {
        let scores = scores.slice(column);
        let (best, score) = scores
            .iter()
            .copied()
            .enumerate()
            .fold((0, f32::MIN), |best, (class, score)| if score > best.1 { (class, score) } else { best });
        if best != 0 && best != before {
            reading.text.push_str(characters.get(best).map_or("", String::as_str));
            reading.confidence += score;
            read += 1;
        }
        before = best;
    }
    reading.confidence /= read.max(1) as f32;
    reading
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
        let reading = decode(NdTensor::from_data([7, 3], scores).view(), &characters);
        assert_eq!(reading.text, "机密密");
        // The first column of each character: 0.8, 0.6, 1.0.
        assert!((reading.confidence - 0.8).abs() < 1e-6);
    }

    #[test]
    fn a_class_without_a_character_is_none() {
        let reading = decode(NdTensor::from_data([1, 3], vec![0.0, 0.0, 1.0]).view(), &[String::new()]);
        assert_eq!(reading.text, "");
    }
}
