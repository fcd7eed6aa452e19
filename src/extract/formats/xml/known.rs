//! Tags of a part that came before, as they are written, with what they do: most of a part are the same few,
//! one behind the other in the same order. Nothing here knows what a tag means.

use std::collections::HashMap;
use std::rc::Rc;

/// Tags that are remembered, and how long one may be.
const REMEMBERED: (usize, usize) = (4096, 256);

/// What a tag that comes again does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known<S> {
    Start(S),
    Empty(S, S),
    End(S),
}

/// The tags that came before.
pub(super) struct Tags<S> {
    by_text: HashMap<Rc<str>, usize, foldhash::fast::RandomState>,
    tags: Vec<Tag<S>>,
    /// The last tag of these that came.
    last: Option<usize>,
}

struct Tag<S> {
    text: Rc<str>,
    known: Known<S>,
    /// The tag that came behind it the last time.
    next: usize,
}

impl<S> Default for Tags<S> {
    fn default() -> Self {
        Tags { by_text: HashMap::default(), tags: Vec::new(), last: None }
    }
}

impl<S: Copy> Tags<S> {
    /// The tag at the begin of a text, if it is the one that followed the last tag before; and its length.
    pub(super) fn foreseen(&mut self, text: &str) -> Option<(Known<S>, usize)> {
        let next = self.tags[self.last?].next;
        let tag = &self.tags[next];
        if !text.starts_with(&*tag.text) {
            return None;
        }
        self.last = Some(next);
        Some((tag.known, tag.text.len()))
    }

    /// A tag that came before.
    pub(super) fn find(&mut self, tag: &str) -> Option<Known<S>> {
        let at = *self.by_text.get(tag)?;
        self.came(at);
        Some(self.tags[at].known)
    }

    /// Keeps a tag that came for the first time.
    pub(super) fn remember(&mut self, tag: &str, known: Known<S>) {
        if self.tags.len() >= REMEMBERED.0 || tag.len() >= REMEMBERED.1 {
            return;
        }
        let (at, text) = (self.tags.len(), Rc::<str>::from(tag));
        self.tags.push(Tag { text: text.clone(), known, next: at });
        self.by_text.insert(text, at);
        self.came(at);
    }

    fn came(&mut self, now: usize) {
        if let Some(before) = self.last.replace(now) {
            self.tags[before].next = now;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_followed_once_is_foreseen_and_nothing_else() {
        let mut tags = Tags::default();
        for (step, tag) in ["<p>", "<r>", "</r>"].into_iter().enumerate() {
            assert_eq!(tags.find(tag), None);
            tags.remember(tag, Known::Start(step));
        }
        assert_eq!(tags.find("<p>"), Some(Known::Start(0)));
        assert_eq!(tags.foreseen("<r a=\"b\">"), None, "it begins alike");
        assert_eq!(tags.foreseen("<r"), None, "it is not all there");
        assert_eq!(tags.foreseen("<r></r>"), Some((Known::Start(1), 3)));
        assert_eq!(tags.foreseen("</r><p>"), Some((Known::Start(2), 4)));
        assert_eq!(tags.foreseen("<p>"), Some((Known::Start(0), 3)));
        assert_eq!(tags.find("</r>"), Some(Known::Start(2)), "it follows another way");
        assert_eq!(tags.find("<p>"), Some(Known::Start(0)));
        assert_eq!(tags.foreseen("<r>"), None, "what came last is foreseen");
        assert_eq!(tags.foreseen("</r>"), Some((Known::Start(2), 4)));
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let mut tags = Tags::default();
        tags.remember("<p>", Known::End(0));
        let long = format!("<q{}>", "r".repeat(REMEMBERED.1));
        tags.remember(&long, Known::End(1));
        assert_eq!(tags.find(&long), None);
        for n in 0..2 * REMEMBERED.0 {
            tags.remember(&format!("<a{n}>"), Known::End(n));
        }
        assert_eq!((tags.tags.len(), tags.by_text.len()), (REMEMBERED.0, REMEMBERED.0));
    }
}
