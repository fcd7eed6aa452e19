//! The terms of a list, kept close together: one text behind the other, and beside them only what a
//! term has of its own. A hundred thousand are little more than their letters. How they stand in a
//! pack's file is in `list`, how in a compiled one in `stored`.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::sync::Arc;

use super::sealed::{Near, Opened, stands_in};
use super::stored::Stored;
use crate::literal::Plan;
use crate::literal::sealed::Sealed;
use crate::model::Tier;
use crate::normalize::fold_literal;

/// A term read and folded.
#[derive(Debug, Clone, PartialEq)]
pub struct Term<'t> {
    /// What reports call it.
    pub id: Arc<str>,
    /// Its tier.
    pub tier: Tier,
    /// What a match is worth.
    pub score: i32,
    /// What it says, unless it is sealed.
    pub wording: Option<Wording<'t>>,
}

/// What a term says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wording<'t> {
    /// As it was written.
    pub written: &'t str,
    /// As it stands in folded text.
    pub folded: &'t str,
    /// Folded texts one of which must stand nearby, if any are named.
    pub near: &'t [String],
}

/// What a term has of its own besides a name, where it differs from what its list says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct TermOverrides {
    /// Its tier.
    pub(super) tier: Option<Tier>,
    /// What a match is worth.
    pub(super) score: Option<i32>,
    /// Folded texts one of which must stand nearby.
    pub(super) near: Vec<String>,
    /// As it was written, if folding changed it; filled in when the term is added.
    pub(super) written: Option<Box<str>>,
}

/// The terms of a list.
pub struct Terms {
    texts: TermStore,
    /// Of those that have something of their own, by their places in the list.
    own: Vec<(u32, TermOverrides)>,
    tier: Tier,
    score: i32,
}

/// Where the terms are.
enum TermStore {
    /// Put together one by one.
    Own {
        folded: Texts,
        /// What reports call them; nothing for the number from 1. Shorter than the terms if the last have none.
        names: Texts,
    },
    /// Where they stand in a compiled pack.
    Stored(Stored),
    /// Where nobody can read them.
    Sealed(Vault),
}

/// Terms nobody can read.
struct Vault {
    words: Arc<Sealed>,
    /// Signs some of them hold, besides letters and digits.
    signs: Box<str>,
    names: Texts,
    /// What must stand near some of them.
    near: BTreeMap<u32, Vec<Near>>,
}

/// Texts one behind the other.
#[derive(Debug, Default)]
struct Texts {
    all: String,
    /// Where each ends.
    ends: Vec<u32>,
}

impl Texts {
    fn push(&mut self, text: &str) -> Option<()> {
        let end = u32::try_from(self.all.len() + text.len()).ok()?;
        self.all.push_str(text);
        self.ends.push(end);
        Some(())
    }

    fn get(&self, at: usize) -> Option<&str> {
        let end = *self.ends.get(at)? as usize;
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        Some(&self.all[start..end])
    }
}

/// A term that cannot be taken.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum UnusableTerm {
    /// Nothing is left of it when it is folded, or it has several lines.
    Empty,
    /// The list is longer than its places can be counted.
    TooMany,
    /// The terms are said to stand where they do not.
    Missing,
}

impl Terms {
    /// No terms yet, and what holds for those that do not say otherwise.
    pub(super) fn new(tier: Tier, score: i32) -> Self {
        let texts = TermStore::Own { folded: Texts::default(), names: Texts::default() };
        Terms { texts, own: Vec::new(), tier, score }
    }

    /// The terms of a compiled pack, and how those were written that folding changed.
    pub(super) fn stored(
        stored: Stored,
        written: BTreeMap<usize, String>,
        tier: Tier,
        score: i32,
    ) -> Result<Self, (usize, UnusableTerm)> {
        let own = |written: &str| TermOverrides { written: Some(written.into()), ..TermOverrides::default() };
        if stored.is_folded() {
            let own = written.into_iter().map(|(at, text)| (at as u32, own(&text))).collect();
            return Ok(Terms { texts: TermStore::Stored(stored), own, tier, score });
        }
        // Folded by another table.
        let mut terms = Terms::new(tier, score);
        for at in 0..stored.len() {
            let text = written.get(&at).map(String::as_str).or_else(|| stored.folded(at)).unwrap_or_default();
            let name = stored.name(at).filter(|name| !name.is_empty());
            terms.push(text, name, TermOverrides::default()).map_err(|misfit| (at + 1, misfit))?;
        }
        Ok(terms)
    }

    /// Terms nobody can read.
    pub(super) fn sealed(opened: Opened, tier: Tier, score: i32) -> Result<Self, (usize, UnusableTerm)> {
        let mut names = Texts::default();
        for (at, name) in opened.names.iter().enumerate() {
            names.push(name).ok_or((at + 1, UnusableTerm::TooMany))?;
        }
        let (mut own, mut near) = (Vec::new(), BTreeMap::new());
        for (at, term) in opened.own {
            own.push((at, TermOverrides { tier: term.tier, score: term.score, ..TermOverrides::default() }));
            if !term.near.is_empty() {
                near.insert(at, term.near);
            }
        }
        let vault = Vault { words: Arc::new(opened.words), signs: opened.signs, names, near };
        Ok(Terms { texts: TermStore::Sealed(vault), own, tier, score })
    }

    /// Adds a term; by `name` reports call it, else by its number.
    pub(super) fn push(
        &mut self,
        written: &str,
        name: Option<&str>,
        mut own: TermOverrides,
    ) -> Result<(), UnusableTerm> {
        let folded = fold_literal(written);
        // What folding leaves as it is holds neither blanks nor line ends.
        if folded.is_empty() || matches!(folded, Cow::Owned(_)) && (folded.trim().is_empty() || folded.contains('\n')) {
            return Err(UnusableTerm::Empty);
        }
        if folded != written {
            own.written = Some(written.into());
        }
        let len = self.len();
        let TermStore::Own { folded: texts, names } = &mut self.texts else { return Err(UnusableTerm::TooMany) };
        if own != TermOverrides::default() {
            self.own.push((len as u32, own));
        }
        if let Some(name) = name {
            while names.ends.len() < len {
                names.push("").ok_or(UnusableTerm::TooMany)?;
            }
            names.push(name).ok_or(UnusableTerm::TooMany)?;
        }
        texts.push(&folded).ok_or(UnusableTerm::TooMany)
    }

    /// An identifier that two terms have. Stored terms were looked at when their pack was taken.
    pub(super) fn double(&self) -> Option<&str> {
        if matches!(self.texts, TermStore::Stored(_)) {
            return None;
        }
        let named = || (0..self.len()).filter_map(|at| self.name(at));
        // Most lists name their terms in order.
        if !named().is_sorted_by(|a, b| a < b) {
            let mut seen = HashSet::new();
            if let Some(double) = named().find(|name| !seen.insert(*name)) {
                return Some(double);
            }
        }
        // A name that is the number of a term without one.
        let number = |name: &str| name.parse::<usize>().ok().filter(|number| *number > 0 && number.to_string() == name);
        named().find(|name| number(name).is_some_and(|number| number <= self.len() && self.name(number - 1).is_none()))
    }

    /// How many they are.
    pub fn len(&self) -> usize {
        match &self.texts {
            TermStore::Own { folded, .. } => folded.ends.len(),
            TermStore::Stored(stored) => stored.len(),
            TermStore::Sealed(vault) => vault.words.len(),
        }
    }

    /// There are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A term by its place in the list, from 0.
    pub fn get(&self, at: usize) -> Option<Term<'_>> {
        let own = self.own(at);
        let wording = self.folded(at).map(|folded| Wording {
            written: own.and_then(|own| own.written.as_deref()).unwrap_or(folded),
            folded,
            near: own.map_or(&[], |own| &own.near),
        });
        let is_there = at < self.len() && (wording.is_some() || self.words().is_some());
        is_there.then(|| Term {
            id: self.name(at).map_or_else(|| (at + 1).to_string().into(), Arc::from),
            tier: own.and_then(|own| own.tier).unwrap_or(self.tier),
            score: own.and_then(|own| own.score).unwrap_or(self.score),
            wording,
        })
    }

    /// All terms, in the order of the list.
    pub fn iter(&self) -> impl Iterator<Item = Term<'_>> {
        (0..self.len()).filter_map(|at| self.get(at))
    }

    /// The terms as they stand in folded text, in any order.
    pub(super) fn all_folded(&self) -> impl Iterator<Item = &str> + Clone {
        let plan = self.plan();
        let own = if plan.is_none() { self.len() } else { 0 };
        let stored = plan.into_iter().flat_map(|plan| plan.words().map(|word| word.text));
        (0..own).filter_map(|at| self.folded(at)).chain(stored)
    }

    /// The terms as a plan for the engine, if they are stored as one.
    pub(super) fn plan(&self) -> Option<Plan<'_>> {
        match &self.texts {
            TermStore::Own { .. } | TermStore::Sealed(_) => None,
            TermStore::Stored(stored) => Some(stored.plan()),
        }
    }

    /// The terms for the engine, if nobody can read them.
    pub fn words(&self) -> Option<&Arc<Sealed>> {
        self.vault().map(|vault| &vault.words)
    }

    /// Signs that stand in some term nobody can read, besides letters and digits.
    pub(super) fn unread_signs(&self) -> Option<&str> {
        self.vault().map(|vault| &*vault.signs)
    }

    /// The same, if such a term wants a text nearby.
    pub(super) fn unread_signs_with_near(&self) -> Option<&str> {
        self.vault().filter(|vault| !vault.near.is_empty()).map(|vault| &*vault.signs)
    }

    fn vault(&self) -> Option<&Vault> {
        match &self.texts {
            TermStore::Sealed(vault) => Some(vault),
            TermStore::Own { .. } | TermStore::Stored(_) => None,
        }
    }

    /// Those that want a text nearby, as they stand in folded text.
    pub(super) fn folded_with_near(&self) -> impl Iterator<Item = &str> + Clone {
        let wanting = self.own.iter().filter(|(_, own)| !own.near.is_empty());
        wanting.filter_map(|(at, _)| self.folded(*at as usize))
    }

    /// A term wants a text nearby.
    pub fn wants_near(&self, at: usize) -> bool {
        self.own(at).is_some_and(|own| !own.near.is_empty()) || self.unread_near(at).is_some()
    }

    /// One of the texts a term wants nearby stands in one of these, which are folded.
    pub fn has_near(&self, at: usize, texts: [&str; 2]) -> bool {
        let own = self.own(at).map_or(&[][..], |own| &own.near);
        own.iter().any(|word| texts.iter().any(|text| text.contains(word)))
            || self.unread_near(at).is_some_and(|(words, near)| texts.iter().any(|text| stands_in(words, near, text)))
    }

    fn unread_near(&self, at: usize) -> Option<(&Sealed, &[Near])> {
        let vault = self.vault()?;
        Some((&vault.words, vault.near.get(&u32::try_from(at).ok()?)?))
    }

    fn folded(&self, at: usize) -> Option<&str> {
        match &self.texts {
            TermStore::Own { folded, .. } => folded.get(at),
            TermStore::Stored(stored) => stored.folded(at),
            TermStore::Sealed(_) => None,
        }
    }

    fn name(&self, at: usize) -> Option<&str> {
        let name = match &self.texts {
            TermStore::Own { names, .. } => names.get(at),
            TermStore::Stored(stored) => stored.name(at),
            TermStore::Sealed(vault) => vault.names.get(at),
        };
        name.filter(|name| !name.is_empty())
    }

    fn own(&self, at: usize) -> Option<&TermOverrides> {
        let found = self.own.binary_search_by_key(&at, |(at, _)| *at as usize).ok()?;
        Some(&self.own[found].1)
    }
}

/// The same terms in the same order, wherever they are kept.
impl PartialEq for Terms {
    fn eq(&self, other: &Self) -> bool {
        let unread = |terms: &Self| terms.vault().map(|vault| (Arc::clone(&vault.words), vault.near.clone()));
        self.iter().eq(other.iter()) && self.unread_signs() == other.unread_signs() && unread(self) == unread(other)
    }
}

/// What they say, wherever they are.
impl fmt::Debug for Terms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_says_what_it_has_of_its_own_and_else_what_its_list_says() {
        let mut terms = Terms::new(Tier::Internal, 60);
        terms.push("青松计划", None, TermOverrides::default()).expect("a term");
        let own = TermOverrides { tier: Some(Tier::Secret), near: vec!["批次".into()], ..TermOverrides::default() };
        terms.push("ＯＡＫ", Some("oak"), own).expect("a term");
        assert_eq!(terms.push("\u{200b}", None, TermOverrides::default()), Err(UnusableTerm::Empty));
        let all: Vec<_> = terms
            .iter()
            .filter_map(|term| term.wording.map(|wording| (term.id.to_string(), wording.written, wording.folded)))
            .collect();
        assert_eq!(all, [("1".into(), "青松计划", "青松计划"), ("oak".into(), "ＯＡＫ", "OAK")]);
        let tiers: Vec<_> =
            (0..2).filter_map(|at| Some((terms.get(at)?.tier, terms.get(at)?.score, terms.wants_near(at)))).collect();
        assert_eq!(tiers, [(Tier::Internal, 60, false), (Tier::Secret, 60, true)]);
        assert_eq!(terms.folded_with_near().collect::<Vec<_>>(), ["OAK"]);
        assert!(terms.get(2).is_none());
    }

    #[test]
    fn a_name_given_twice_is_seen_even_where_it_is_a_number() {
        let double = |names: &[Option<&str>]| {
            let mut terms = Terms::new(Tier::Internal, 60);
            for (at, name) in names.iter().enumerate() {
                terms.push(&format!("词条{at}"), *name, TermOverrides::default()).expect("a term");
            }
            terms.double().map(str::to_string)
        };
        assert_eq!(double(&[Some("a"), None, Some("a")]), Some("a".into()));
        assert_eq!(double(&[None, Some("1")]), Some("1".into()));
        assert_eq!(double(&[Some("1"), Some("2"), None]), None);
        assert_eq!(double(&[None, Some("01"), Some("0"), Some("4")]), None);
    }
}
