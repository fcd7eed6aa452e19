//! What was read in one version of a file and stands in another unchanged. A file to which changes were
//! added again and again shows each object in many versions; it is read once.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use hayro_syntax::Pdf;
use hayro_syntax::object::{Dict, MaybeRef, Object, ObjectIdentifier};
use hayro_syntax::page::Page;

/// Objects inside objects, references included, that are followed from a page.
const DEPTH: usize = 24;
/// Keys that lead away from what a page shows.
const AWAY: [&[u8]; 8] = [b"Parent", b"P", b"Dest", b"A", b"B", b"StructParent", b"Popup", b"Next"];

/// Objects that were read, by where their bytes stand or, in streams of objects, by what they are.
#[derive(Default)]
pub(super) struct ReadObjects {
    prints: HashSet<u64>,
}

/// A version under way, with what is known of its objects.
pub(super) struct Version<'s, 'a> {
    seen: &'s ReadObjects,
    pdf: &'a Pdf,
    news: HashMap<ObjectIdentifier, bool>,
}

impl ReadObjects {
    /// All objects of a version have been read.
    pub(super) fn add(&mut self, pdf: &Pdf) {
        self.prints.extend(pdf.objects().into_iter().filter_map(|object| print(pdf, &object)));
    }

    /// The object was read in another version.
    pub(super) fn knows(&self, pdf: &Pdf, object: &Object<'_>) -> bool {
        print(pdf, object).is_some_and(|print| self.prints.contains(&print))
    }

    pub(super) fn version<'s, 'a>(&'s self, pdf: &'a Pdf) -> Version<'s, 'a> {
        Version { seen: self, pdf, news: HashMap::new() }
    }
}

impl<'a> Version<'_, 'a> {
    /// Some object was not read in another version.
    pub(super) fn has_news(&self) -> bool {
        self.pdf.objects().into_iter().any(|object| !self.seen.knows(self.pdf, &object))
    }

    /// Something that a page shows was not read in another version.
    pub(super) fn is_new(&mut self, page: &Page<'a>) -> bool {
        self.dictionary(page.raw(), 0) || self.inherited(page.raw())
    }

    /// The resources that a page has of the nodes above it.
    fn inherited(&mut self, page: &Dict<'a>) -> bool {
        let mut node = page.get::<Dict<'a>>(&b"Parent"[..]);
        for _ in 0..DEPTH {
            let Some(above) = node else { return false };
            if let Some(resources) = above.get_raw::<Object<'a>>(&b"Resources"[..])
                && self.reference(resources, 0)
            {
                return true;
            }
            node = above.get::<Dict<'a>>(&b"Parent"[..]);
        }
        true
    }

    fn reference(&mut self, value: MaybeRef<Object<'a>>, depth: usize) -> bool {
        let id: ObjectIdentifier = match value {
            MaybeRef::NotRef(object) => return self.inside(&object, depth),
            MaybeRef::Ref(reference) => reference.into(),
        };
        if let Some(known) = self.news.get(&id) {
            return *known;
        }
        // While it is followed, what leads back to it is no news.
        self.news.insert(id, false);
        let is_new = self.pdf.xref().get::<Object<'a>>(id).is_some_and(|object| self.object(&object, depth + 1));
        self.news.insert(id, is_new);
        is_new
    }

    fn object(&mut self, object: &Object<'a>, depth: usize) -> bool {
        match object {
            Object::Dict(_) | Object::Stream(_) | Object::Array(_) if !self.seen.knows(self.pdf, object) => true,
            object => self.inside(object, depth),
        }
    }

    /// Beyond the depth that is followed all is taken for new.
    fn inside(&mut self, object: &Object<'a>, depth: usize) -> bool {
        match object {
            _ if depth > DEPTH => true,
            Object::Dict(dict) => self.entries(dict, depth),
            Object::Stream(stream) => self.entries(stream.dict(), depth),
            Object::Array(array) => array.raw_iter().any(|item| self.reference(item, depth + 1)),
            _ => false,
        }
    }

    fn dictionary(&mut self, dict: &Dict<'a>, depth: usize) -> bool {
        self.object(&Object::Dict(dict.clone()), depth)
    }

    fn entries(&mut self, dict: &Dict<'a>, depth: usize) -> bool {
        dict.entries()
            .filter(|(key, _)| !AWAY.contains(&key.as_ref()))
            .any(|(_, value)| self.reference(value, depth + 1))
    }
}

/// What tells an object from others.
fn print(pdf: &Pdf, object: &Object<'_>) -> Option<u64> {
    let data = match object {
        Object::Dict(dict) => dict.data(),
        Object::Stream(stream) => stream.dict().data(),
        Object::Array(array) => array.data(),
        _ => return None,
    };
    let file = pdf.data().as_ref().as_ptr_range();
    let place = data.as_ptr();
    let mut hasher = DefaultHasher::new();
    if file.contains(&place) {
        (place.addr() - file.start.addr(), data.len()).hash(&mut hasher);
    } else {
        data.hash(&mut hasher);
    }
    Some(hasher.finish())
}
