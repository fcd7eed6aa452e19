//! From glyphs to lines: where glyphs stand on the page decides what belongs together, not the
//! order in which they are drawn. Knows nothing of PDF but its coordinates.

use std::collections::BTreeMap;

use super::line::{Glyph, PlacedGlyph, SAME_LINE, text, write_line};
use super::runs::apart;

/// Glyphs of one direction that make it a line; fewer are drawn along a curve.
const STRAIGHT: usize = 3;
/// Distance, in sizes, of characters below each other in a column, and how many glyphs on one
/// height and columns beside each other are looked at.
const COLUMN: f32 = 2.5;
const LEVEL: usize = 256;

/// The lines, from the top; cells are parted by tabs.
pub(super) fn lines(glyphs: &[Glyph], buffer: &str) -> String {
    let mut directions: BTreeMap<i16, Vec<&Glyph>> = BTreeMap::new();
    for glyph in glyphs {
        directions.entry(glyph.angle).or_default().push(glyph);
    }
    let mut out = String::new();
    // Upright text first.
    let mut order: Vec<(i16, Vec<&Glyph>)> = directions.into_iter().collect();
    order.sort_by_key(|(angle, _)| (angle.unsigned_abs(), *angle));
    for (angle, group) in &order {
        if *angle % 90 == 0 || group.len() >= STRAIGHT {
            direction(*angle, group, buffer, &mut out);
        }
    }
    let is_curved = |glyph: &&Glyph| {
        glyph.angle % 90 != 0 && order.iter().any(|(angle, group)| *angle == glyph.angle && group.len() < STRAIGHT)
    };
    let curved: String = glyphs.iter().filter(is_curved).map(|glyph| text(glyph, buffer)).collect();
    if !curved.is_empty() {
        out.push_str(&curved);
        out.push('\n');
    }
    out
}

/// The lines of one direction.
fn direction(angle: i16, group: &[&Glyph], buffer: &str, out: &mut String) {
    let (sin, cos) = f32::from(angle).to_radians().sin_cos();
    let mut placed: Vec<PlacedGlyph<'_>> = group
        .iter()
        .map(|glyph| {
            let (x, y) = glyph.at;
            PlacedGlyph { along: x * cos + y * sin, across: y * cos - x * sin, glyph }
        })
        .collect();
    let apart = apart(&placed, buffer);
    placed.sort_by(|a, b| b.across.total_cmp(&a.across));
    columns(&placed, buffer, out);
    let mut rest = &mut placed[..];
    while let Some(first) = rest.first() {
        let (base, size) = (first.across, first.glyph.size);
        let end = rest
            .iter()
            .position(|next| base - next.across > SAME_LINE * size.max(next.glyph.size))
            .unwrap_or(rest.len());
        let (line, below) = std::mem::take(&mut rest).split_at_mut(end.max(1));
        line.sort_by(|a, b| a.along.total_cmp(&b.along));
        write_line(line, buffer, out);
        rest = below;
    }
    out.push_str(&apart);
}

/// Columns of single characters, one below the other with nothing beside them: they are read
/// downwards, whatever stands on the same height elsewhere. `placed` goes from the top.
fn columns(placed: &[PlacedGlyph<'_>], buffer: &str, out: &mut String) {
    let is_alone = |one: &PlacedGlyph<'_>| {
        let size = one.glyph.size;
        let from = placed.partition_point(|other| other.across > one.across + SAME_LINE * size);
        let level = placed[from..].iter().take_while(|other| other.across >= one.across - SAME_LINE * size);
        level.take(LEVEL).filter(|other| !std::ptr::eq(*other, one)).all(|other| {
            let before = one.along - other.along - other.glyph.advance;
            let behind = other.along - one.along - one.glyph.advance;
            before.max(behind) > size
        })
    };
    let mut open: Vec<(&PlacedGlyph<'_>, String, usize)> = Vec::new();
    for one in placed.iter().filter(|one| is_alone(one)) {
        let size = one.glyph.size;
        let (done, still): (Vec<_>, Vec<_>) =
            std::mem::take(&mut open).into_iter().partition(|(last, ..)| last.across - one.across > COLUMN * size);
        open = still;
        done.into_iter().for_each(|column| end_column(column, out));
        let known = open.iter().position(|(last, ..)| {
            (last.along - one.along).abs() < SAME_LINE * size && last.across - one.across > SAME_LINE * size
        });
        match known {
            Some(at) => {
                let (last, column, number) = &mut open[at];
                column.push_str(text(one.glyph, buffer));
                (*last, *number) = (one, *number + 1);
            }
            None if open.len() < LEVEL => open.push((one, text(one.glyph, buffer).to_string(), 1)),
            None => {}
        }
    }
    open.into_iter().for_each(|column| end_column(column, out));
}

fn end_column((_, column, number): (&PlacedGlyph<'_>, String, usize), out: &mut String) {
    if number >= STRAIGHT {
        out.push_str(&column);
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One glyph a character, drawn from a point in a direction, `step` apart.
    fn draw(text: &str, at: (f32, f32), angle: i16, step: f32, buffer: &mut String, glyphs: &mut Vec<Glyph>) {
        let (sin, cos) = f32::from(angle).to_radians().sin_cos();
        for (number, c) in text.chars().enumerate() {
            let start = buffer.len() as u32;
            buffer.push(c);
            let way = step * number as f32;
            let at = (at.0 + way * cos, at.1 + way * sin);
            glyphs.push(Glyph { text: start..buffer.len() as u32, at, angle, size: 10.0, advance: 10.0 });
        }
    }

    fn read(draws: &[(&str, (f32, f32), i16, f32)]) -> String {
        let (mut buffer, mut glyphs) = (String::new(), Vec::new());
        for (text, at, angle, step) in draws {
            draw(text, *at, *angle, *step, &mut buffer, &mut glyphs);
        }
        lines(&glyphs, &buffer)
    }

    #[test]
    fn the_order_of_drawing_does_not_matter() {
        let below = ("通知", (50.0, 700.0), 0, 10.0);
        let above = ("密★10年", (60.0, 800.0), 0, 10.0);
        let before = ("机", (50.0, 800.0), 0, 10.0);
        assert_eq!(read(&[below, above, before]), "机密★10年\n通知\n");
    }

    #[test]
    fn a_blank_stands_between_words_and_a_tab_between_cells() {
        assert_eq!(read(&[("机密", (50.0, 0.0), 0, 20.0)]), "机 密\n");
        assert_eq!(read(&[("机密", (50.0, 0.0), 0, 10.0), ("特急", (120.0, 0.0), 0, 10.0)]), "机密\t特急\n");
        assert_eq!(read(&[("机密★", (50.0, 0.0), 0, 50.0)]), "机 密 ★\n");
    }

    #[test]
    fn rotated_vertical_and_curved_text_is_read_along_its_way() {
        assert_eq!(read(&[("机密★10年", (50.0, 50.0), 45, 10.0)]), "机密★10年\n");
        assert_eq!(read(&[("右行", (90.0, 50.0), -90, 10.0), ("左行", (70.0, 50.0), -90, 10.0)]), "右行\n左行\n");
        let curve: Vec<_> = "星河镇章".chars().map(|c| c.to_string()).zip([80i16, 50, 20, -10]).collect();
        let draws: Vec<_> =
            curve.iter().map(|(c, angle)| (c.as_str(), (f32::from(*angle), 9.0), *angle, 0.0)).collect();
        assert_eq!(read(&draws), "星河镇章\n");
    }

    #[test]
    fn a_column_of_letters_is_read_downwards_beside_other_text() {
        let letters = [("机", 780.0), ("密", 765.0), ("★", 750.0)].map(|(c, y)| (c, (500.0, y), 0, 10.0));
        let beside = [("通知正文", (50.0, 765.0), 0, 10.0)];
        let text = read(&[&letters[..], &beside[..]].concat());
        assert!(text.lines().any(|line| line == "机密★"), "{text}");
    }

    #[test]
    fn a_label_before_a_line_is_a_cell_of_its_own() {
        assert_eq!(read(&[("1", (40.0, 0.0), 0, 10.0), ("机密", (57.0, 0.0), 0, 10.0)]), "1\t机密\n");
        assert_eq!(read(&[("1", (40.0, 0.0), 0, 10.0), ("机密", (53.0, 0.0), 0, 10.0)]), "1 机密\n");
        let (mut buffer, mut glyphs) = (String::new(), Vec::new());
        draw("1", (40.0, 3.0), 0, 10.0, &mut buffer, &mut glyphs);
        (glyphs[0].size, glyphs[0].advance) = (6.0, 6.0);
        draw("SECRET", (46.0, 0.0), 0, 10.0, &mut buffer, &mut glyphs);
        assert_eq!(lines(&glyphs, &buffer), "1\tSECRET\n");
    }

    #[test]
    fn a_box_over_a_heading_is_read_by_itself() {
        let text = read(&[("植树通知通知", (50.0, 0.0), 0, 10.0), ("机密", (65.0, 2.0), 0, 10.0)]);
        assert!(text.lines().any(|line| line == "机密"), "{text}");
    }

    #[test]
    fn a_label_on_two_lines_beside_others_is_joined() {
        let labels =
            [("机密★", (50.0, 0.0)), ("10年", (50.0, -12.0)), ("植树", (120.0, 0.0)), ("预算", (120.0, -12.0))];
        let text = read(&labels.map(|(text, at)| (text, at, 0, 10.0)));
        assert!(text.lines().any(|line| line == "机密★10年"), "{text}");
        let paragraph = [("机密★", (50.0, 0.0)), ("10年", (50.0, -12.0))];
        assert_eq!(read(&paragraph.map(|(text, at)| (text, at, 0, 10.0))), "机密★\n10年\n");
    }

    #[test]
    fn a_shadow_is_not_read_twice() {
        assert_eq!(read(&[("机密", (50.0, 0.0), 0, 10.0), ("机密", (50.6, 0.0), 0, 10.0)]), "机密\n");
        assert_eq!(read(&[("密密", (50.0, 0.0), 0, 5.0)]), "密密\n");
    }
}
