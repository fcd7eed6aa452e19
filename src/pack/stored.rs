//! The terms of a list as a compiled pack holds them behind its first line: folded, a term a line in the
//! order of the engine's plan; the plan; their names in the order of the list. They are used where they
//! stand; how to find one is made when one is first asked for.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

use super::line_index::LineIndex;
use crate::literal::Plan;
use crate::normalize::{are_folded, fold_literal};

/// The text of a compiled pack, and where it goes on behind its first line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Behind<'a> {
    pub(super) all: &'a Arc<Vec<u8>>,
    pub(super) from: usize,
}

/// What the first line says of a list.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredSpec {
    /// Where the list begins behind the first line; then how many bytes its parts have.
    at: usize,
    lines: usize,
    order: usize,
    names: usize,
    /// As they were written: the terms that folding changed, by their places in the list.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    written: BTreeMap<usize, String>,
}

/// Terms where they stand in a compiled pack.
#[derive(Debug)]
pub(super) struct Stored {
    all: Arc<Vec<u8>>,
    lines: Range<usize>,
    order: Range<usize>,
    names: Range<usize>,
    /// The line of each term, by its place in the list; and the lines.
    terms: OnceLock<(Vec<u32>, LineIndex)>,
    /// The lines of the names.
    named: OnceLock<LineIndex>,
}

impl StoredSpec {
    /// Puts terms and their names behind what stands in `out`; `None` if there is no form for them.
    pub(super) fn written<'t>(terms: impl Iterator<Item = (&'t str, &'t str)>, out: &mut String) -> Option<Self> {
        let (mut folded, mut names, mut written) = (Vec::new(), String::new(), BTreeMap::new());
        for (at, (term, name)) in terms.enumerate() {
            let text = fold_literal(term);
            if text.trim().is_empty() || [&text, name].iter().any(|text| text.contains('\n')) {
                return None;
            }
            if text != term {
                written.insert(at, term.to_string());
            }
            folded.push(text);
            names.push_str(name);
            names.push('\n');
        }
        let names = if names.len() > folded.len() { names } else { String::new() };
        let (lines, order) = Plan::of(&folded.iter().map(AsRef::as_ref).collect::<Vec<_>>())?;
        let spec = StoredSpec { at: out.len(), lines: lines.len(), order: order.len(), names: names.len(), written };
        [lines, order, names].iter().for_each(|part| out.push_str(part));
        u32::try_from(out.len()).is_ok().then_some(spec)
    }
}

impl Stored {
    /// The terms, and which of them were written in another way; `None` if they are not there.
    pub(super) fn new(spec: StoredSpec, behind: Behind<'_>) -> Option<(Self, BTreeMap<usize, String>)> {
        let mut at = behind.from.checked_add(spec.at)?;
        let mut part = |length: usize| {
            let range = at..at.checked_add(length)?;
            at = range.end;
            behind.all.get(range.clone()).map(|_| range)
        };
        let (lines, order, names) = (part(spec.lines)?, part(spec.order)?, part(spec.names)?);
        let (terms, named) = (OnceLock::new(), OnceLock::new());
        let stored = Stored { all: Arc::clone(behind.all), lines, order, names, terms, named };
        let names = memchr::memchr_iter(b'\n', &stored.all[stored.names.clone()]).count();
        let fits = (names == 0 || names == stored.len()) && u32::try_from(stored.all.len()).is_ok();
        (fits && stored.plan().is_whole()).then_some((stored, spec.written))
    }

    /// Folding leaves every term as it is: it was folded by the table of this program.
    pub(super) fn is_folded(&self) -> bool {
        are_folded(self.plan().lines())
    }

    /// The terms as the engine wants them.
    pub(super) fn plan(&self) -> Plan<'_> {
        let lines = simdutf8::basic::from_utf8(&self.all[self.lines.clone()]).unwrap_or_default();
        Plan::new(lines, &self.all[self.order.clone()])
    }

    /// How many they are.
    pub(super) fn len(&self) -> usize {
        Plan::new("", &self.all[self.order.clone()]).len()
    }

    /// A term by its place in the list, as it stands in folded text.
    pub(super) fn folded(&self, at: usize) -> Option<&str> {
        let text = &self.all[self.lines.clone()];
        let (places, lines) = self.terms.get_or_init(|| {
            let mut places = vec![u32::MAX; self.len()];
            for (line, number) in (0..).zip(self.plan().numbers()) {
                if let Some(place) = places.get_mut(number) {
                    *place = line;
                }
            }
            (places, LineIndex::new(text))
        });
        std::str::from_utf8(&text[lines.get(text, *places.get(at)? as usize)?]).ok()
    }

    /// What reports call a term; nothing for its number.
    pub(super) fn name(&self, at: usize) -> Option<&str> {
        let text = &self.all[self.names.clone()];
        let lines = self.named.get_or_init(|| LineIndex::new(text));
        std::str::from_utf8(&text[lines.get(text, at)?]).ok()
    }
}
