//! The terms of a list, kept close together: one text behind the other, and beside them only what a
//! term has of its own. A hundred thousand are little more than their letters. How they stand in a
//! pack's file is in `list`.

use std::collections::HashSet;
use std::sync::Arc;

use crate::model::Tier;
use crate::normalize::fold_literal;

/// A term read and folded.
#[derive(Debug, Clone)]
pub struct Term<'t> {
    /// What reports call it.
    pub id: Arc<str>,
    /// As it was written.
    pub written: &'t str,
    /// As it stands in folded text.
    pub folded: &'t str,
    /// Its tier.
    pub tier: Tier,
    /// What a match is worth.
    pub score: i32,
    /// Folded texts one of which must stand nearby, if any are named.
    pub near: &'t [String],
}

/// What a term has of its own besides a name, where it differs from what its list says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Own {
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
#[derive(Debug)]
pub struct Terms {
    folded: Texts,
    /// What reports call them; nothing for the number from 1. Shorter than the terms if the last have none.
    names: Texts,
    /// Of those that have something of their own, by their places in the list.
    own: Vec<(u32, Own)>,
    tier: Tier,
    score: i32,
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
pub(super) enum Misfit {
    /// Nothing is left of it when it is folded, or it has several lines.
    Empty,
    /// The list is longer than its places can be counted.
    TooMany,
}

impl Terms {
    /// No terms yet, and what holds for those that do not say otherwise.
    pub(super) fn new(tier: Tier, score: i32) -> Self {
        Terms { folded: Texts::default(), names: Texts::default(), own: Vec::new(), tier, score }
    }

    /// Adds a term; by `name` reports call it, else by its number.
    pub(super) fn push(&mut self, written: &str, name: Option<&str>, mut own: Own) -> Result<(), Misfit> {
        let folded = fold_literal(written);
        if folded.trim().is_empty() || folded.contains('\n') {
            return Err(Misfit::Empty);
        }
        if folded != written {
            own.written = Some(written.into());
        }
        if own != Own::default() {
            self.own.push((self.len() as u32, own));
        }
        if let Some(name) = name {
            while self.names.ends.len() < self.len() {
                self.names.push("").ok_or(Misfit::TooMany)?;
            }
            self.names.push(name).ok_or(Misfit::TooMany)?;
        }
        self.folded.push(&folded).ok_or(Misfit::TooMany)
    }

    /// An identifier that two terms have.
    pub(super) fn double(&self) -> Option<&str> {
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
        self.folded.ends.len()
    }

    /// There are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A term by its place in the list, from 0.
    pub fn get(&self, at: usize) -> Option<Term<'_>> {
        let folded = self.folded.get(at)?;
        let own = self.own(at);
        Some(Term {
            id: self.name(at).map_or_else(|| (at + 1).to_string().into(), Arc::from),
            written: own.and_then(|own| own.written.as_deref()).unwrap_or(folded),
            folded,
            tier: own.and_then(|own| own.tier).unwrap_or(self.tier),
            score: own.and_then(|own| own.score).unwrap_or(self.score),
            near: own.map_or(&[], |own| &own.near),
        })
    }

    /// All terms, in the order of the list.
    pub fn iter(&self) -> impl Iterator<Item = Term<'_>> {
        (0..self.len()).filter_map(|at| self.get(at))
    }

    /// The terms as they stand in folded text.
    pub(super) fn all_folded(&self) -> impl Iterator<Item = &str> + Clone {
        (0..self.len()).filter_map(|at| self.folded.get(at))
    }

    /// Those that want a text nearby, as they stand in folded text.
    pub(super) fn folded_with_near(&self) -> impl Iterator<Item = &str> + Clone {
        let wanting = self.own.iter().filter(|(_, own)| !own.near.is_empty());
        wanting.filter_map(|(at, _)| self.folded.get(*at as usize))
    }

    /// Folded texts one of which must stand near a term, if any are named.
    pub fn near(&self, at: usize) -> &[String] {
        self.own(at).map_or(&[], |own| &own.near)
    }

    fn name(&self, at: usize) -> Option<&str> {
        self.names.get(at).filter(|name| !name.is_empty())
    }

    fn own(&self, at: usize) -> Option<&Own> {
        let found = self.own.binary_search_by_key(&at, |(at, _)| *at as usize).ok()?;
        Some(&self.own[found].1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_says_what_it_has_of_its_own_and_else_what_its_list_says() {
        let mut terms = Terms::new(Tier::Internal, 60);
        terms.push("青松计划", None, Own::default()).expect("a term");
        let own = Own { tier: Some(Tier::Secret), near: vec!["批次".into()], ..Own::default() };
        terms.push("ＯＡＫ", Some("oak"), own).expect("a term");
        assert_eq!(terms.push("\u{200b}", None, Own::default()), Err(Misfit::Empty));
        let all: Vec<_> = terms.iter().map(|term| (term.id.to_string(), term.written, term.folded)).collect();
        assert_eq!(all, [("1".into(), "青松计划", "青松计划"), ("oak".into(), "ＯＡＫ", "OAK")]);
        let tiers: Vec<_> = terms.iter().map(|term| (term.tier, term.score, term.near.len())).collect();
        assert_eq!(tiers, [(Tier::Internal, 60, 0), (Tier::Secret, 60, 1)]);
        assert_eq!(terms.folded_with_near().collect::<Vec<_>>(), ["OAK"]);
        assert!(terms.get(2).is_none());
    }

    #[test]
    fn a_name_given_twice_is_seen_even_where_it_is_a_number() {
        let double = |names: &[Option<&str>]| {
            let mut terms = Terms::new(Tier::Internal, 60);
            for (at, name) in names.iter().enumerate() {
                terms.push(&format!("词条{at}"), *name, Own::default()).expect("a term");
            }
            terms.double().map(str::to_string)
        };
        assert_eq!(double(&[Some("a"), None, Some("a")]), Some("a".into()));
        assert_eq!(double(&[None, Some("1")]), Some("1".into()));
        assert_eq!(double(&[Some("1"), Some("2"), None]), None);
        assert_eq!(double(&[None, Some("01"), Some("0"), Some("4")]), None);
    }
}
