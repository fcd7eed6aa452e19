//! The icon as pixels, for desktops whose theme has none of the name: a shield in the colour of the state.

use super::state::{GuardState, TrayState};

/// Width, height, and ARGB of four bytes a pixel in the order of the network (StatusNotifierItem, "IconPixmap").
pub(super) type Pixmap = (i32, i32, Vec<u8>);

/// Sizes that are given: trays choose what fits.
const SIZES: [i32; 3] = [22, 32, 48];

/// The shield in each size.
pub(super) fn pixmaps(state: &TrayState) -> Vec<Pixmap> {
    let [r, g, b] = match state.guard {
        GuardState::Works => [0x1f, 0x8a, 0x4c],
        GuardState::Ails => [0xd9, 0x7a, 0x06],
        GuardState::Paused(_) => [0x6b, 0x72, 0x80],
        GuardState::Off => [0xc0, 0x27, 0x2d],
    };
    SIZES.iter().map(|size| (*size, *size, shield(*size, [0xff, r, g, b]))).collect()
}

fn shield(size: i32, colour: [u8; 4]) -> Vec<u8> {
    let places = (0..size).flat_map(|y| (0..size).map(move |x| (x, y)));
    places.flat_map(|(x, y)| if is_inside(x, y, size) { colour } else { [0; 4] }).collect()
}

/// A shield fills the square: straight sides for its upper half, then two arcs that meet below.
fn is_inside(x: i32, y: i32, size: i32) -> bool {
    let unit = |at: i32| (f64::from(at) + 0.5) / f64::from(size);
    let (across, down) = ((unit(x) - 0.5).abs(), unit(y));
    let half = if down < 0.5 { 0.4 } else { 0.4 * (1.0 - ((down - 0.5) / 0.45).powi(2)).max(0.0).sqrt() };
    (0.06..0.95).contains(&down) && across <= half
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_size_is_whole_and_each_state_has_its_colour() {
        let of = |guard| pixmaps(&TrayState { guard, held: 0, may_pause: true });
        let (works, off) = (of(GuardState::Works), of(GuardState::Off));
        for (width, height, pixels) in &works {
            assert_eq!(pixels.len() as i32, width * height * 4);
            let middle = ((height / 2) * width + width / 2) as usize * 4;
            assert_eq!((pixels[middle], pixels[0]), (0xff, 0), "a shield in a clear square");
        }
        assert_ne!(works, off);
    }
}
