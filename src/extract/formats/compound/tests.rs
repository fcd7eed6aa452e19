//! Whatever the bytes are, every reader of records ends; properties by their code page and name.

use proptest::prelude::*;

use super::*;
use crate::extract::driver::{Budget, Sink};
use crate::model::{Gap, Identified, Limits, Location, Segment};

#[derive(Default)]
struct Kept {
    texts: Vec<(Option<Part>, String)>,
}

impl Sink for Kept {
    fn segment(&mut self, segment: Segment<'_>) {
        self.texts.push((segment.location.part.clone(), segment.text.to_string()));
    }
    fn gap(&mut self, _: Gap) {}
    fn identified(&mut self, _: &Location, _: &Identified) {}
}

/// What a reader hands on, within small limits.
fn emitted(read: impl FnOnce(&mut Context<'_>)) -> Kept {
    let limits = Limits { total_bytes: 64 << 20, held_bytes: 16 << 20, ..Limits::default() };
    let budget = Budget::new(&limits, &|| false);
    let mut kept = Kept::default();
    read(&mut crate::extract::context(&mut kept, &budget));
    kept
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_bytes_end(bytes in prop::collection::vec(prop_oneof![any::<u8>(), Just(0), Just(1), Just(0xFF)], 0..4096)) {
        emitted(|cx| art::walk(&bytes, cx));
        emitted(|cx| { property_set::read(&bytes, cx); });
        emitted(|cx| native::read(&bytes, cx));
        emitted(|cx| { let _ = excel::read_bare(&bytes, cx); });
        let _ = vba::decompress(&[&[1][..], &bytes].concat(), 1 << 20);
    }
}

/// A set of the summary's format with a code page, a title, and a property with a name.
fn property_set(page: u16, title: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0xFE, 0xFF, 0, 0, 0, 0, 0, 0];
    bytes.extend([0; 16]);
    bytes.extend(1u32.to_le_bytes());
    bytes.extend(0xF29F_85E0u32.to_le_bytes());
    bytes.extend([0; 12]);
    bytes.extend(48u32.to_le_bytes());
    let places = [(0u32, 40u32), (1, 64), (2, 72), (5, 80)];
    bytes.extend([0u32, places.len() as u32].map(u32::to_le_bytes).concat());
    bytes.extend(places.iter().flat_map(|(id, at)| [*id, *at].map(u32::to_le_bytes).concat()));
    // The dictionary: property 5 is called level.
    bytes.extend([1u32, 5, 6].map(u32::to_le_bytes).concat());
    bytes.extend(b"level\0\0\0\0\0\0\0");
    bytes.extend([2u32, page.into()].map(u32::to_le_bytes).concat());
    // The title stands behind the property that needs eight bytes.
    bytes.extend([0x0Bu32, 0].map(u32::to_le_bytes).concat());
    bytes.extend([0x1E, title.len() as u32].map(u32::to_le_bytes).concat());
    bytes.extend(title);
    bytes
}

#[test]
fn properties_are_read_in_their_code_page_and_under_their_name() {
    for (page, raw) in [(936, &b"\xD6\xB2\xCA\xF7\0"[..]), (65001, "植树\0".as_bytes())] {
        let kept = emitted(|cx| {
            property_set::read(&property_set(page, raw), cx);
        });
        let find = |label: &str| {
            let labelled = |part: &Option<Part>| part.as_ref().is_some_and(|part| part.label.as_deref() == Some(label));
            kept.texts.iter().find(|(part, _)| labelled(part)).map(|(_, text)| text.as_str())
        };
        assert_eq!(find("level"), Some("植树"), "code page {page}");
        assert_eq!(find("title"), Some("false"), "code page {page}");
    }
}
