//! A sealed list as a pack holds it: terms that desktops find and cannot read (`literal::sealed`), what reports call
//! them, and what has to stand near them, sealed as well. What is not said of the terms is said in `signs`: which
//! signs, besides letters and digits, some term holds. Sealing is in `seal`.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::rule_metadata::Confidence;
use crate::literal::sealed::{Bitmap, Longer, Parts, Sealed, Shape, WordRules};
use crate::model::Tier;

/// The form of the seal this program reads.
pub(super) const FORM: u32 = 1;
/// Most characters of a text that must stand nearby.
const NEAR: usize = 100;

/// A sealed list.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SealedSpec {
    /// The form of the seal.
    pub(super) form: u32,
    /// The key of the hashes, as hexadecimal digits. It is no secret: it makes each list another one.
    pub(super) key: String,
    /// The bitmap of the terms' windows.
    pub(super) windows: String,
    /// The bitmap of the windows with their shapes.
    pub(super) outlines: String,
    /// Shapes: the kind of the window, characters before it, characters of the core, and whether the term begins (1) and
    /// ends (2) with it.
    pub(super) shapes: Vec<[u8; 4]>,
    /// Signs some term holds, besides letters and digits.
    pub(super) signs: String,
    /// A term a line: what reports call it and the hash of its core; of a longer one also how many characters stand
    /// before the core, how many it has, and its own hash; with tabs between.
    pub(super) terms: String,
    /// What terms have of their own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) own: Vec<OwnSpec>,
}

/// What some sealed terms have of their own.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OwnSpec {
    /// What reports call the terms.
    pub(super) ids: Vec<String>,
    /// Their tier, if it differs from the list's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tier: Option<Tier>,
    /// How sure a match of them is, if that differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) confidence: Option<Confidence>,
    /// One of these texts must stand within 100 characters, before or behind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) near: Vec<NearSpec>,
}

/// A sealed text that must stand nearby.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NearSpec {
    /// Its characters.
    pub(super) characters: usize,
    /// Its hash.
    pub(super) tag: String,
}

/// The field of a sealed list that is damaged, or of a form this program does not read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Damaged(pub(super) &'static str);

/// A sealed list, read.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) words: Sealed,
    pub(super) signs: Box<str>,
    /// What reports call the terms.
    pub(super) names: Vec<String>,
    pub(super) own: BTreeMap<u32, Own>,
}

/// What a term has of its own.
#[derive(Debug, Default)]
pub(super) struct Own {
    pub(super) tier: Option<Tier>,
    pub(super) score: Option<i32>,
    pub(super) near: Vec<Near>,
}

/// A text nobody can read that must stand near a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Near {
    pub(super) characters: usize,
    pub(super) tag: u64,
}

impl SealedSpec {
    /// Reads the list.
    pub(super) fn opened(&self, standing: WordRules) -> Result<Opened, Damaged> {
        if self.form != FORM {
            return Err(Damaged("form"));
        }
        let key = words(&self.key).and_then(|key| key.try_into().ok()).ok_or(Damaged("key"))?;
        let bitmap = |text: &str| words(text).and_then(Bitmap::new);
        let windows = bitmap(&self.windows).ok_or(Damaged("windows"))?;
        let outlines = bitmap(&self.outlines).ok_or(Damaged("outlines"))?;
        let shapes: Option<Vec<Shape>> = self.shapes.iter().map(|numbers| Shape::new(*numbers)).collect();
        let (mut names, mut tags, mut longer) = (Vec::new(), Vec::new(), BTreeMap::new());
        for line in self.terms.lines().filter(|line| !line.is_empty()) {
            let term = Line::read(line).ok_or(Damaged("terms"))?;
            longer.extend(term.longer.map(|longer| (tags.len() as u32, longer)));
            names.push(term.id.to_string());
            tags.push(term.tag);
        }
        let shapes = shapes.ok_or(Damaged("shapes"))?;
        let parts = Parts {
            key,
            ignore_case: standing.ignore_case,
            words_apart: standing.words_apart,
            windows,
            outlines,
            shapes,
            tags,
            longer,
        };
        let own = self.own(&names).ok_or(Damaged("own"))?;
        Ok(Opened { words: Sealed::new(parts).ok_or(Damaged("terms"))?, signs: self.signs.as_str().into(), names, own })
    }

    /// What terms have of their own, by their places.
    fn own(&self, names: &[String]) -> Option<BTreeMap<u32, Own>> {
        if self.own.is_empty() {
            return Some(BTreeMap::new());
        }
        let places: HashMap<&str, u32> = names.iter().map(String::as_str).zip(0..).collect();
        let mut own = BTreeMap::new();
        for spec in &self.own {
            let near = spec.near.iter().map(NearSpec::read).collect::<Option<Vec<_>>>()?;
            for id in &spec.ids {
                let score = spec.confidence.map(Confidence::score);
                own.insert(*places.get(id.as_str())?, Own { tier: spec.tier, score, near: near.clone() });
            }
        }
        Some(own)
    }
}

impl NearSpec {
    fn read(&self) -> Option<Near> {
        let near = Near { characters: self.characters, tag: one(&self.tag)? };
        (1..=NEAR).contains(&near.characters).then_some(near)
    }
}

/// A line of a sealed list.
struct Line<'l> {
    id: &'l str,
    tag: u64,
    longer: Option<Longer>,
}

impl<'l> Line<'l> {
    fn read(line: &'l str) -> Option<Self> {
        let mut fields = line.split('\t');
        let (id, tag) = (fields.next().filter(|id| !id.is_empty())?, one(fields.next()?)?);
        let mut number = || fields.next().map(|text| text.parse::<u32>().ok());
        let longer = match number() {
            None => None,
            Some(before) => {
                let (before, characters) = (before?, number()??);
                Some(Longer { before, characters, tag: one(fields.next()?)? })
            }
        };
        fields.next().is_none().then_some(Line { id, tag, longer })
    }
}

/// A number of sixteen hexadecimal digits.
fn one(text: &str) -> Option<u64> {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let fits = text.len() == 16 && text.bytes().all(is_digit);
    fits.then(|| u64::from_str_radix(text, 16).ok())?
}

/// Such numbers one behind the other.
fn words(text: &str) -> Option<Vec<u64>> {
    if !text.is_ascii() || !text.len().is_multiple_of(16) {
        return None;
    }
    (0..text.len() / 16).map(|at| one(&text[16 * at..16 * at + 16])).collect()
}

/// Whether one of the texts stands in this one, found by its hash.
pub(super) fn stands_in(words: &Sealed, wanted: &[Near], text: &str) -> bool {
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let lengths: BTreeSet<usize> = wanted.iter().map(|near| near.characters).collect();
    lengths.into_iter().any(|characters| {
        starts.iter().zip(starts.iter().skip(characters)).any(|(start, end)| {
            let tag = words.beside(&text[*start..*end]);
            wanted.contains(&Near { characters, tag })
        })
    })
}
