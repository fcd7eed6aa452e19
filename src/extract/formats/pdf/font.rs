//! From the bytes of a shown string to characters. A font says it in several ways, asked in
//! turn: its ToUnicode map and glyph names, the code itself where it is Unicode, the character
//! collection of its CIDs, and its embedded program's own map read backwards.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use hayro_cmap::{BfString, CMap, CMapName, CidFamily, load_embedded};
use hayro_font::{CMapResolverFn, Font, FontCache, FontGlyph, FontQuery, FontResolverFn};
use hayro_syntax::object::dict::keys::{
    BASE_FONT, DESCENDANT_FONTS, ENCODING, ORDERING, REGISTRY, SUBTYPE, TO_UNICODE, TYPE0,
};
use hayro_syntax::object::{Array, Dict, Name, Stream, String as PdfString};
use skrifa::MetadataProvider;

use crate::extract::support::legibility::is_private;
use crate::extract::support::symbols::{SymbolFont, shown, symbol};

/// Fonts of a document, each made ready once.
pub(super) struct Fonts<'a> {
    programs: FontResolverFn,
    cmaps: CMapResolverFn,
    /// By the place of the dictionary: a font may stand in a page and be no object of its own.
    ready: RefCell<HashMap<(usize, usize), Rc<Face<'a>>>>,
}

impl<'a> Fonts<'a> {
    pub(super) fn new() -> Self {
        Fonts {
            programs: Arc::new(|query: &FontQuery| match query {
                FontQuery::Standard(font) => Some(font.get_font_data()),
                FontQuery::Fallback(query) => Some(query.pick_standard_font().get_font_data()),
            }),
            cmaps: Arc::new(|name: CMapName<'_>| load_embedded(name)),
            ready: RefCell::default(),
        }
    }

    /// The font of a dictionary.
    pub(super) fn face(&self, dict: &Dict<'a>) -> Rc<Face<'a>> {
        let key = (dict.data().as_ptr().addr(), dict.data().len());
        if let Some(face) = self.ready.borrow().get(&key) {
            return Rc::clone(face);
        }
        // A cache for each: it tells fonts apart by the object they stand in.
        let font = FontCache::new().font(dict, &self.programs, &self.cmaps);
        let face = Rc::new(Face::new(dict, font));
        self.ready.borrow_mut().insert(key, Rc::clone(&face));
        face
    }
}

/// One code of a shown string.
#[derive(Clone)]
pub(super) struct Code {
    /// Its text, where that can be told.
    pub(super) text: Option<Rc<str>>,
    /// The text is but what usually stands at that code.
    pub(super) is_guess: bool,
    /// The way to the next one, in text space of a font one unit high.
    pub(super) advance: (f32, f32),
    /// It is the one byte 32, to which word spacing applies.
    pub(super) is_space: bool,
    /// The code itself.
    pub(super) code: u32,
}

/// A font made ready for reading.
pub(super) struct Face<'a> {
    font: Option<Font<'a>>,
    /// It is a composite font: codes stand for CIDs.
    composite: Option<Composite>,
    to_unicode: Option<CMap>,
    /// It is a font of pictures.
    symbols: Option<SymbolFont>,
    codes: RefCell<HashMap<(u32, usize), Code>>,
    backwards: OnceCell<HashMap<u32, char>>,
}

struct Composite {
    encoding: Option<CMap>,
    /// The code is UTF-16 itself.
    is_unicode: bool,
    family: Option<CidFamily>,
    collection: OnceCell<Option<CMap>>,
}

impl<'a> Face<'a> {
    fn new(dict: &Dict<'a>, font: Option<Font<'a>>) -> Self {
        let subtype = dict.get::<Name<'_>>(SUBTYPE);
        let is_composite = subtype.is_some_and(|name| name.as_ref() == TYPE0);
        let parse = |bytes: &[u8]| CMap::parse(bytes, load_embedded);
        let to_unicode = dict.get::<Stream<'_>>(TO_UNICODE).and_then(|stream| parse(&stream.decoded_data().ok()?));
        Face {
            font,
            composite: is_composite.then(|| Composite::new(dict)),
            to_unicode,
            symbols: dict
                .get::<Name<'_>>(BASE_FONT)
                .and_then(|name| std::str::from_utf8(name.as_ref()).ok().and_then(SymbolFont::named)),
            codes: RefCell::default(),
            backwards: OnceCell::new(),
        }
    }

    /// The next code of a string and its length.
    pub(super) fn next(&self, bytes: &[u8]) -> (Code, usize) {
        let (code, length) = match &self.font {
            Some(font) => font.read_code(bytes, 0),
            None if self.composite.is_some() && bytes.len() > 1 => {
                (u32::from(u16::from_be_bytes([bytes[0], bytes[1]])), 2)
            }
            None => (u32::from(bytes[0]), 1),
        };
        let length = length.clamp(1, bytes.len());
        if let Some(known) = self.codes.borrow().get(&(code, length)) {
            return (known.clone(), length);
        }
        let told = self.text(code);
        let made = Code {
            is_guess: told.is_none(),
            text: told.or_else(|| self.guess(code)).map(Rc::from),
            advance: self.advance(code),
            is_space: length == 1 && bytes[0] == 32,
            code,
        };
        self.codes.borrow_mut().insert((code, length), made.clone());
        (made, length)
    }

    /// Its lines run from top to bottom.
    pub(super) fn is_vertical(&self) -> bool {
        self.font.as_ref().is_some_and(|font| !font.is_horizontal())
    }

    /// What draws the glyph of a code in a Type 3 font (9.6.4): its content, the font's own
    /// resources, and the way from glyph space to text space.
    pub(super) fn procedure(&self, code: u32) -> Option<(Stream<'a>, Option<Dict<'a>>, [f32; 6])> {
        let font = self.font.as_ref()?;
        let FontGlyph::Type3(glyph) = font.glyph(font.map_code(code), code) else { return None };
        let matrix = glyph.font().matrix().as_coeffs().map(|number| number as f32);
        Some((glyph.program()?.clone(), glyph.font().resources(), matrix))
    }

    fn advance(&self, code: u32) -> (f32, f32) {
        let Some(font) = &self.font else {
            return (if self.composite.is_some() { 1.0 } else { 0.5 }, 0.0);
        };
        let way = font.code_advance(code);
        ((way.x * 0.001) as f32, (way.y * 0.001) as f32)
    }

    fn text(&self, code: u32) -> Option<String> {
        let said = self.mapped(code).filter(|text| !text.is_empty());
        let text = match &said {
            Some(text) if !text.chars().all(is_private) => said,
            // A private character says nothing, but it is better than a glyph that is lost.
            _ => self.worked_out(code).or(said),
        };
        if self.symbols.is_some() && self.composite.is_none() && text.as_ref().is_none_or(|text| text.len() < 3) {
            return symbol(self.symbols, code).map(String::from).or(text);
        }
        text.map(|text| shown(&text, self.symbols).into_owned())
    }

    /// What a code usually stands for, when the font says nothing: ASCII in simple fonts, and in
    /// composite ones the order of glyphs that most Latin TrueType fonts share.
    fn guess(&self, code: u32) -> Option<String> {
        let ascii = if self.composite.is_some() { code.checked_add(29)? } else { code };
        char::from_u32(ascii).filter(|c| matches!(c, ' '..='~')).map(String::from)
    }

    /// What the font says of itself.
    fn mapped(&self, code: u32) -> Option<String> {
        let glyph = self.font.as_ref().map(|font| font.glyph(font.map_code(code), code));
        let found = match glyph {
            Some(FontGlyph::Outline(glyph)) => glyph.as_unicode(),
            Some(FontGlyph::Type3(glyph)) => glyph.as_unicode(),
            None => None,
        };
        let found = found.or_else(|| self.to_unicode.as_ref()?.lookup_bf_string(code));
        let text = match found? {
            BfString::Char(c) => c.to_string(),
            BfString::String(text) => text,
        };
        Some(text.chars().filter(|c| !matches!(c, '\0' | '\u{FFFD}' | '\u{FFFE}' | '\u{FFFF}')).collect())
    }

    /// What follows from its encoding, its character collection or its program.
    fn worked_out(&self, code: u32) -> Option<String> {
        if let Some(text) = self.composite.as_ref().and_then(|composite| composite.text(code)) {
            return Some(text);
        }
        let gid = self.font.as_ref()?.map_code(code).to_u32();
        let backwards = self.backwards.get_or_init(|| self.read_backwards(code));
        backwards.get(&gid).filter(|_| gid != 0).map(char::to_string)
    }

    /// The embedded program's map from characters to glyphs, turned round.
    fn read_backwards(&self, code: u32) -> HashMap<u32, char> {
        let mut map = HashMap::new();
        let Some(font) = &self.font else { return map };
        let FontGlyph::Outline(glyph) = font.glyph(font.map_code(code), code) else { return map };
        let Some(data) = glyph.font_data() else { return map };
        let bytes: &[u8] = (*data.data).as_ref();
        let Ok(program) = skrifa::FontRef::new(bytes) else { return map };
        for (character, gid) in program.charmap().mappings() {
            let Some(character) = char::from_u32(character) else { continue };
            let known = map.entry(gid.to_u32()).or_insert(character);
            if is_private(*known) || is_compatibility(*known) && !is_private(character) {
                *known = character;
            }
        }
        map
    }
}

impl Composite {
    fn new(dict: &Dict<'_>) -> Self {
        let name = dict.get::<Name<'_>>(ENCODING);
        let encoding = match (&name, dict.get::<Stream<'_>>(ENCODING)) {
            (_, Some(stream)) => stream.decoded_data().ok().and_then(|bytes| CMap::parse(&bytes, load_embedded)),
            (Some(name), None) => predefined(name.as_ref()),
            (None, None) => None,
        };
        let named = |part: &[u8]| name.as_ref().is_some_and(|name| name.windows(part.len()).any(|at| at == part));
        let descendant = dict.get::<Array<'_>>(DESCENDANT_FONTS).and_then(|fonts| fonts.iter::<Dict<'_>>().next());
        let of_cmap = encoding.as_ref().and_then(|cmap| cmap.metadata().character_collection.clone());
        let family = of_cmap
            .map(|collection| collection.family)
            .filter(|family| *family != CidFamily::AdobeIdentity)
            .or_else(|| descendant.as_ref().and_then(family_of));
        Composite { encoding, is_unicode: named(b"UCS2") || named(b"UTF16"), family, collection: OnceCell::new() }
    }

    fn text(&self, code: u32) -> Option<String> {
        if self.is_unicode {
            let units = [(code >> 16) as u16, code as u16];
            let units = if code > 0xFFFF { &units[..] } else { &units[1..] };
            return String::from_utf16(units).ok();
        }
        let cid = match &self.encoding {
            Some(encoding) => (1..=4).find_map(|length| encoding.lookup_cid_code(code, length))?,
            None => code,
        };
        let collection = self.collection.get_or_init(|| {
            let name = self.family.as_ref()?.ucs2_cmap()?;
            CMap::parse(load_embedded(name)?, load_embedded)
        });
        match collection.as_ref()?.lookup_bf_string(cid)? {
            BfString::Char(c) => Some(c.to_string()),
            BfString::String(text) => Some(text),
        }
    }
}

fn predefined(name: &[u8]) -> Option<CMap> {
    match CMapName::from_bytes(name) {
        CMapName::IdentityH => Some(CMap::identity_h()),
        CMapName::IdentityV => Some(CMap::identity_v()),
        name => CMap::parse(load_embedded(name)?, load_embedded),
    }
}

fn family_of(descendant: &Dict<'_>) -> Option<CidFamily> {
    let info = descendant.get::<Dict<'_>>(&b"CIDSystemInfo"[..])?;
    let registry = info.get::<PdfString<'_>>(REGISTRY)?;
    let ordering = info.get::<PdfString<'_>>(ORDERING)?;
    Some(CidFamily::from_registry_ordering(registry.as_bytes(), ordering.as_bytes()))
}

/// A character that is but another form of one to be preferred: radicals, compatibility forms.
fn is_compatibility(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{2FDF}' | '\u{F900}'..='\u{FAFF}' | '\u{2F800}'..='\u{2FA1F}')
}
