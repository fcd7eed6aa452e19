//! The pictures of a page, as pixels to be read: JPEG as it lies in the file, everything else
//! unpacked by the library and its colours counted out here (ISO 32000-2, 8.6 and 8.9).

use hayro_syntax::Filter;
use hayro_syntax::object::stream::{FilterResult, ImageColorSpace, ImageDecodeParams};
use hayro_syntax::object::{Array, Dict, Name, Object, Stream};

use super::stream::inflate;
use crate::extract::driver::{Budget, Context};
use crate::extract::support::picture_size::holds_page;
use crate::extract::support::pixels;
use crate::model::{GapReason, Limit};

/// Pixels under which a picture holds no line of text by itself: it may be a strip of a larger one.
const STRIP: u32 = 16;

/// The share of a page, in percent, below which a stencil is a sign and no text.
const LEAST: f32 = 1.0;

/// A picture drawn on a page.
pub(super) struct Scan<'a> {
    pub(super) stream: Stream<'a>,
    /// Its share of the page, in percent.
    pub(super) share: f32,
}

impl Scan<'_> {
    /// What cuts the picture out, unpacked: scanners put print there and colour in the picture, which shows nothing by
    /// itself then (ISO 32000-2, 8.9.6.3 and 11.6.5.2). None, where there is no such mask or it is too small for a line.
    pub(super) fn mask(&self, budget: &Budget<'_>) -> Option<Result<PageImage, GapReason>> {
        let mask = |key: &[u8]| self.stream.dict().get::<Stream<'_>>(key);
        let mask = mask(b"SMask").or_else(|| mask(b"Mask")).filter(|_| self.share >= LEAST)?;
        let side = |key: &[u8]| mask.dict().get::<u32>(key).unwrap_or_default();
        (side(b"Width").min(side(b"Height")) >= STRIP).then(|| unpack(&mask, self.share, budget))
    }

    /// It can show a page.
    pub(super) fn is_page(&self) -> bool {
        let side = |key: &[u8]| u64::from(self.stream.dict().get::<u32>(key).unwrap_or_default());
        holds_page(side(b"Width"), side(b"Height"))
    }
}

/// A picture within the content of a page.
pub(super) struct Inline {
    /// Its share of the page, in percent.
    pub(super) share: f32,
    pub(super) sight: Result<PageImage, GapReason>,
}

/// What there is to see of a picture.
pub(super) enum PageImage {
    Jpeg(Vec<u8>),
    /// Width and height, and rows of red, green and blue.
    Pixels((u32, u32), Vec<u8>),
    /// No more than a stencil of little size.
    Nothing,
}

/// Reads the text one sees.
pub(super) fn see(sight: PageImage, page: u32, cx: &mut Context<'_>) -> Result<(), GapReason> {
    match sight {
        PageImage::Jpeg(bytes) => pixels::see(&bytes, Some(page), cx),
        PageImage::Pixels(size, pixels) => pixels::see_pixels(size, pixels, page, cx),
        PageImage::Nothing => Ok(()),
    }
}

/// Unpacks a picture that has a share of the page, in percent.
///
/// # Errors
/// It is too thin to be read by itself, larger than allowed, damaged, or coded in an unknown way.
pub(super) fn unpack(stream: &Stream<'_>, share: f32, budget: &Budget<'_>) -> Result<PageImage, GapReason> {
    let shape = Shape::of(stream.dict(), budget)?;
    if shape.width.min(shape.height) < STRIP {
        return Err(GapReason::Picture);
    }
    if matches!(stream.filters()[..], [Filter::DctDecode]) {
        return Ok(PageImage::Jpeg(stream.raw_data().into_owned()));
    }
    if shape.is_mask && share < LEAST {
        return Ok(PageImage::Nothing);
    }
    // What inflates is counted as it comes; the decoders of pictures know their size beforehand.
    if let [Filter::FlateDecode, rest @ ..] = &stream.filters()[..]
        && rest.is_empty()
    {
        drop(inflate(&stream.raw_data(), budget)?);
    }
    let params = ImageDecodeParams {
        is_indexed: shape.palette.is_some(),
        bpc: Some(shape.bits),
        num_components: shape.palette.is_none().then_some(shape.colours),
        target_dimension: None,
        width: shape.width,
        height: shape.height,
    };
    let decoded = stream.decoded_image(&params).map_err(|_| GapReason::Picture)?;
    let (size, pixels) = shape.pixels(&decoded).ok_or(GapReason::Picture)?;
    Ok(PageImage::Pixels(size, pixels))
}

/// How the samples of a picture are written.
struct Shape {
    width: u32,
    height: u32,
    bits: u8,
    colours: u8,
    palette: Option<Vec<[u8; 3]>>,
    is_mask: bool,
    inverted: bool,
}

impl Shape {
    fn of(dict: &Dict<'_>, budget: &Budget<'_>) -> Result<Self, GapReason> {
        let number = |long: &[u8], short: &[u8]| dict.get::<u32>(long).or_else(|| dict.get::<u32>(short));
        let width = number(b"Width", b"W").ok_or(GapReason::Damaged)?;
        let height = number(b"Height", b"H").ok_or(GapReason::Damaged)?;
        if u64::from(width) * u64::from(height) > budget.limits.picture_pixels {
            return Err(GapReason::Limit(Limit::PicturePixels));
        }
        let is_mask = dict.get::<bool>(&b"ImageMask"[..]).or_else(|| dict.get(&b"IM"[..])).unwrap_or(false);
        let bits = if is_mask { 1 } else { number(b"BitsPerComponent", b"BPC").unwrap_or(8).min(16) as u8 };
        let space = dict.get::<Object<'_>>(&b"ColorSpace"[..]).or_else(|| dict.get::<Object<'_>>(&b"CS"[..]));
        let (colours, palette) = space.map_or((1, None), |space| colours(&space));
        let first = dict.get::<Array<'_>>(&b"Decode"[..]).or_else(|| dict.get(&b"D"[..]));
        let first = first.and_then(|decode| decode.flex_iter().next::<f32>());
        let inverted = first.is_some_and(|first| first > 0.5) && palette.is_none();
        Ok(Shape { width, height, bits, colours, palette, is_mask, inverted })
    }

    /// The pixels in red, green and blue, from the top.
    fn pixels(&self, decoded: &FilterResult<'_>) -> Option<((u32, u32), Vec<u8>)> {
        let (mut width, mut height, mut bits, mut colours) = (self.width, self.height, self.bits, self.colours);
        if let Some(data) = &decoded.image_data {
            (width, height, bits) = (data.width, data.height, data.bits_per_component);
            colours = match data.color_space {
                Some(ImageColorSpace::Gray) => 1,
                Some(ImageColorSpace::Rgb) => 3,
                Some(ImageColorSpace::Cmyk) => 4,
                Some(ImageColorSpace::Unknown(colours)) => colours,
                None => colours,
            };
        }
        let row = (width as usize * usize::from(colours) * usize::from(bits)).div_ceil(8);
        let wanted = row.checked_mul(height as usize)?;
        // Of one that is cut short the rest would pass unread; some writers leave out the last line.
        if row == 0 || !matches!(colours, 1 | 3 | 4) || decoded.data.len() + row < wanted {
            return None;
        }
        let mut pixels = Vec::with_capacity(3 * width as usize * height as usize);
        let full = ((1u32 << bits.min(8)) - 1).max(1);
        for line in 0..height as usize {
            let from = line * row;
            let line = decoded.data.get(from..(from + row).min(decoded.data.len())).unwrap_or_default();
            for column in 0..width as usize {
                let sample = |n: usize| {
                    let value = sample(line, column * usize::from(colours) + n, bits);
                    if self.palette.is_some() { value as u8 } else { (value * 255 / full) as u8 }
                };
                let colour = match (&self.palette, colours) {
                    (Some(palette), _) => palette.get(usize::from(sample(0))).copied().unwrap_or([255; 3]),
                    (None, 1) => [sample(0); 3],
                    (None, 3) => [sample(0), sample(1), sample(2)],
                    _ => {
                        let light = |n: usize| (u32::from(255 - sample(n)) * u32::from(255 - sample(3)) / 255) as u8;
                        [light(0), light(1), light(2)]
                    }
                };
                pixels.extend(if self.inverted { colour.map(|value| 255 - value) } else { colour });
            }
        }
        Some(((width, height), pixels))
    }
}

/// One sample of a line; of sixteen bits the upper eight.
fn sample(line: &[u8], number: usize, bits: u8) -> u32 {
    let byte = |at: usize| u32::from(line.get(at).copied().unwrap_or(u8::MAX));
    match bits {
        16 => byte(number * 2),
        8 => byte(number),
        1 | 2 | 4 => {
            let at = number * usize::from(bits);
            let shift = 8 - usize::from(bits) - at % 8;
            byte(at / 8) >> shift & ((1 << bits) - 1)
        }
        _ => u32::MAX >> 24,
    }
}

/// How many colours a space has, and its palette.
fn colours(space: &Object<'_>) -> (u8, Option<Vec<[u8; 3]>>) {
    match space {
        Object::Name(name) => (named(name), None),
        Object::Array(array) => {
            let mut parts = array.iter::<Object<'_>>();
            let Some(Object::Name(kind)) = parts.next() else { return (1, None) };
            match kind.as_ref() {
                b"ICCBased" => match parts.next() {
                    Some(Object::Stream(profile)) => (profile.dict().get::<u8>(&b"N"[..]).unwrap_or(3), None),
                    _ => (3, None),
                },
                b"Indexed" | b"I" => {
                    let base = parts.next().map_or(3, |base| colours(&base).0);
                    let _highest = parts.next();
                    (1, Some(palette(base, parts.next())))
                }
                _ => (named(&kind), None),
            }
        }
        _ => (1, None),
    }
}

fn named(name: &Name<'_>) -> u8 {
    match name.as_ref() {
        b"DeviceRGB" | b"RGB" | b"CalRGB" | b"Lab" => 3,
        b"DeviceCMYK" | b"CMYK" => 4,
        _ => 1,
    }
}

fn palette(colours: u8, table: Option<Object<'_>>) -> Vec<[u8; 3]> {
    let bytes = match table {
        Some(Object::String(string)) => string.as_bytes().to_vec(),
        Some(Object::Stream(stream)) => stream.decoded_data().map(|data| data.into_owned()).unwrap_or_default(),
        _ => Vec::new(),
    };
    let colour = |entry: &[u8]| match *entry {
        [grey] => [grey; 3],
        [r, g, b] => [r, g, b],
        [c, m, y, k] => [c, m, y].map(|ink| (u16::from(255 - ink) * u16::from(255 - k) / 255) as u8),
        _ => [255; 3],
    };
    bytes.chunks_exact(usize::from(colours.max(1))).take(256).map(colour).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_counted_in_bits() {
        let line = [0b1010_0011, 0xF0];
        assert_eq!([0, 1, 2, 7, 8].map(|n| sample(&line, n, 1)), [1, 0, 1, 1, 1]);
        assert_eq!([0, 1, 2, 3].map(|n| sample(&line, n, 2)), [0b10, 0b10, 0, 0b11]);
        assert_eq!([0, 1, 2].map(|n| sample(&line, n, 4)), [0b1010, 0b0011, 0xF]);
        assert_eq!([0, 1].map(|n| sample(&line, n, 8)), [0b1010_0011, 0xF0]);
        assert_eq!(sample(&line, 0, 16), 0b1010_0011);
        assert_eq!(sample(&line, 9, 8), 255, "what is missing is white");
    }

    #[test]
    fn a_palette_has_the_colours_of_its_space() {
        assert_eq!(palette(3, None), Vec::<[u8; 3]>::new());
    }
}
