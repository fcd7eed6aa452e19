//! Which way up a page lies: along the longest of its lines, and of the two ways to read those
//! the one the recogniser is surer of.

use image::RgbImage;

use super::boxes::{Point, Rectangle, dot, usual_height};
use super::cut::{Ink, strip};
use super::model::Model;
use super::recognise::recognise;

/// Lines that vote, and how much of each is read, in heights.
const VOTERS: usize = 3;
const READ: f32 = 10.0;
/// A difference of confidence, from 0 to 1, that ends the vote; one that can be read neither way has part of a vote.
const CLEAR: f32 = 0.35;
const READABLE: f32 = 0.6;
const UNREADABLE: f32 = 0.4;
/// What is so many times as high as the usual line is none, such as a thing beside the page.
const HIGH: f32 = 2.5;
/// A rectangle shorter than this many heights has no direction of its own.
const SHORT: f32 = 1.5;

/// The direction of most of the text: to the right, or, on a page lying on its side, down.
pub(super) fn direction(places: &[Rectangle]) -> Point {
    let weight = |tall: bool| -> f32 {
        let such = places.iter().filter(|place| place.is_tall() == tall && place.length > place.height * SHORT);
        such.map(|place| place.length).sum()
    };
    let on_its_side = weight(true) > weight(false);
    let mut lines: Vec<&Rectangle> =
        places.iter().filter(|place| place.is_tall() == on_its_side && place.length > place.height * SHORT).collect();
    lines.sort_by(|a, b| a.along.1.atan2(a.along.0).total_cmp(&b.along.1.atan2(b.along.0)));
    // The median, each line counted by its length.
    let half: f32 = lines.iter().map(|line| line.length).sum::<f32>() / 2.0;
    let mut sum = 0.0;
    let middle = lines.into_iter().find(|line| {
        sum += line.length;
        sum >= half
    });
    middle.map_or((1.0, 0.0), |line| line.along)
}

/// Rectangles read in the direction of the page, except those that run across it.
pub(super) fn aligned(places: Vec<Rectangle>, along: Point) -> Vec<Rectangle> {
    let align = |place: Rectangle| {
        let across = dot(place.along, along).abs() < std::f32::consts::FRAC_1_SQRT_2;
        let place = if across && place.length < place.height * SHORT { place.turned() } else { place };
        let backwards = dot(place.along, along) < 0.0 && !across;
        let upside_down = across && dot(place.along, (-along.1, along.0)) < 0.0;
        if backwards || upside_down || dot(place.along, along) < -0.5 { place.flipped() } else { place }
    };
    places.into_iter().map(align).collect()
}

/// A line that runs across the page.
pub(super) fn is_across(place: &Rectangle, along: Point) -> bool {
    dot(place.along, along).abs() < std::f32::consts::FRAC_1_SQRT_2
}

/// Whether the page stands on its head: its longest lines, read both ways, vote.
pub(super) fn is_upside_down(model: &Model, picture: &RgbImage, places: &[Rectangle], along: Point) -> bool {
    let highest = usual_height(places) * HIGH;
    let mut voters: Vec<&Rectangle> =
        places.iter().filter(|place| !is_across(place, along) && place.height < highest).collect();
    voters.sort_by(|a, b| b.length.total_cmp(&a.length));
    let mut vote = 0.0;
    for place in voters.into_iter().take(VOTERS) {
        let piece = Rectangle { length: place.length.min(place.height * READ), ..*place };
        let (one, other) = (confidence(model, picture, &piece), confidence(model, picture, &piece.flipped()));
        vote += (one - other) * if one.max(other) >= READABLE { 1.0 } else { UNREADABLE };
        if vote.abs() >= CLEAR {
            break;
        }
    }
    vote < 0.0
}

fn confidence(model: &Model, picture: &RgbImage, place: &Rectangle) -> f32 {
    let reading = recognise(model, strip(picture, place, Ink::Any));
    reading.map_or(0.0, |reading| reading.confidence)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(along: Point, length: f32) -> Rectangle {
        Rectangle { middle: (0.0, 0.0), along, length, height: 10.0 }
    }

    #[test]
    fn the_longest_lines_tell_the_direction() {
        let (right, down) = ((1.0, 0.0), (0.0, 1.0));
        assert_eq!(direction(&[line(right, 300.0), line(down, 100.0)]), right);
        assert_eq!(direction(&[line(right, 30.0), line(down, 100.0), line(down, 80.0)]), down);
        assert_eq!(direction(&[]), right);
        let tilted = (0.98, 0.2);
        assert_eq!(direction(&[line(tilted, 300.0), line(right, 20.0), line(tilted, 290.0)]), tilted);
    }

    #[test]
    fn a_single_character_is_turned_and_a_line_across_is_left() {
        let single = Rectangle { middle: (0.0, 0.0), along: (0.0, 1.0), length: 12.0, height: 10.0 };
        let [turned] = aligned(vec![single], (1.0, 0.0))[..] else { unreachable!("one in, one out") };
        assert_eq!((turned.along.0, turned.length, turned.height), (1.0, 10.0, 12.0));
        let across = line((0.0, 1.0), 90.0);
        assert_eq!(aligned(vec![across], (1.0, 0.0)), [across]);
        assert!(is_across(&across, (1.0, 0.0)));
        assert_eq!(aligned(vec![line((1.0, 0.0), 90.0)], (-1.0, 0.0))[0].along.0, -1.0);
    }
}
