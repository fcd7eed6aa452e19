//! Building the filter: of words one by one, which are weighed and sorted, and of plans, which say both
//! and are held against the words.

use std::cmp::Ordering;

use super::*;
use crate::literal::{Set, Word};

/// The window a word is found by, and where the word stands among all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::literal) struct Chosen {
    /// By the slot of the window, so that slots are filled one behind the other.
    slot: u64,
    /// The order in which hits at one place are told.
    rank: u64,
    /// Where the window begins in the word.
    pub(in crate::literal) window: usize,
}

/// The window that is chosen for a word, if it has one.
pub(in crate::literal) fn chosen(text: &[u8]) -> Option<Chosen> {
    let window = rarest(text)?;
    Some(Chosen { slot: slot(window.key), rank: rank(text.len(), window.at), window: window.at })
}

/// Orders the words of one window: what ends first, then what begins first.
fn rank(len: usize, before: usize) -> u64 {
    ((len - before) as u64) << 32 | u64::from(u32::MAX - before as u32)
}

/// A word with its window's slot.
#[derive(Debug, Clone, Copy)]
struct Keyed {
    slot: u64,
    entry: Entry,
}

impl Keyed {
    /// A word and the window it is found by, with its number and the place of its text among all.
    fn new(number: usize, place: usize, word: Word<'_>, window: &Window) -> Self {
        let text = word.text.as_bytes();
        // Only a wide window leaves room in what is loaded for the bytes behind it.
        let second = text.get(window.at + 7).filter(|_| window.kind == Kind::Wide);
        let behind = second.map_or(ANY, |second| kind(*second));
        let entry = Entry {
            key: window.key | behind << 48,
            word: number as u32,
            text: place as u32,
            len: text.len() as u32,
            before: window.at as u16,
            ignore_case: word.ignore_case,
            whole: window.kind == Kind::Wide && text.len() == 6,
        };
        Keyed { slot: slot(window.key), entry }
    }

    /// Slots tell nearly all apart.
    fn in_order(&self, other: &Self) -> Ordering {
        self.slot.cmp(&other.slot).then_with(|| self.order().cmp(&other.order()))
    }

    fn order(&self) -> (u64, u64, u32) {
        let Entry { word, len, before, .. } = self.entry;
        (self.slot, rank(len as usize, before.into()), word)
    }
}

impl Windows {
    /// Builds the filter; words without a window are given back. No filter if no word has one.
    pub(in crate::literal) fn new<'w>(
        words: impl Iterator<Item = (usize, Word<'w>)>,
        sets: &[Set<'w>],
    ) -> (Option<Self>, Vec<(usize, Word<'w>)>) {
        let (mut texts, mut short) = (Vec::new(), Vec::new());
        let mut own: Vec<Keyed> = Vec::with_capacity(words.size_hint().1.unwrap_or(0));
        for (number, word) in words {
            let Some(window) = rarest(word.text.as_bytes()) else {
                short.push((number, word));
                continue;
            };
            own.push(Keyed::new(number, texts.len(), word, &window));
            texts.extend_from_slice(word.text.as_bytes());
        }
        own.sort_unstable_by(Keyed::in_order);
        texts.reserve_exact(sets.iter().map(|set| set.plan.lines().len()).sum());
        let mut plans = Vec::with_capacity(sets.len());
        for set in sets {
            plans.push(planned(set, texts.len()));
            texts.extend_from_slice(set.plan.lines().as_bytes());
        }
        let most = own.len() + sets.iter().map(|set| set.plan.len()).sum::<usize>();
        let (texts, alone) = (texts.into_boxed_slice(), short.len());
        let mut builder = Builder::new(most, texts);
        if !builder.merge(&own, plans.clone(), &mut short) {
            // A plan of another order: its words are sorted as the others are.
            short.truncate(alone);
            for word in plans.into_iter().flatten() {
                word.map_or_else(|other| short.push(other), |keyed| own.push(keyed));
            }
            own.sort_unstable_by(Keyed::in_order);
            builder = Builder::new(most, builder.built.texts);
            builder.merge(&own, Vec::<std::iter::Empty<_>>::new(), &mut short);
        }
        (builder.finish(), short)
    }
}

/// The words of a plan with their windows; those that have none as they are.
fn planned<'w>(
    set: &Set<'w>,
    begin: usize,
) -> impl Iterator<Item = Result<Keyed, (usize, Word<'w>)>> + Clone + use<'w> {
    let Set { first, ignore_case, plan } = *set;
    plan.words().filter(|planned| !planned.text.is_empty()).map(move |planned| {
        let word = Word { text: planned.text, ignore_case };
        let bytes = word.text.as_bytes();
        match window(bytes, planned.window).or_else(|| rarest(bytes)) {
            Some(window) => Ok(Keyed::new(first + planned.number, begin + planned.line, word, &window)),
            None => Err((first + planned.number, word)),
        }
    })
}

/// The filter while entries are put in, in their order.
struct Builder {
    built: Windows,
    entries: Vec<Entry>,
    starts: Vec<u32>,
    /// The slot of the last one put in.
    last: u64,
}

impl Builder {
    fn new(most: usize, texts: Box<[u8]>) -> Self {
        let bits = (most * BITS_A_WORD).next_power_of_two().trailing_zeros().clamp(*BITMAP.start(), *BITMAP.end());
        let stretches = most.next_power_of_two().max(16);
        let built = Windows {
            bitmap: vec![0; 1 << (bits - 6)].into(),
            shift: 64 - (bits - 6),
            entries: Box::default(),
            starts: Box::default(),
            start_shift: 64 - stretches.trailing_zeros(),
            texts,
            kinds: Kinds::default(),
        };
        let (entries, starts) = (Vec::with_capacity(most), Vec::with_capacity(stretches + 1));
        Builder { built, entries, starts, last: 0 }
    }

    /// Puts in words that are in order and those of plans; false if a plan is not in order.
    fn merge<'w>(
        &mut self,
        own: &[Keyed],
        plans: Vec<impl Iterator<Item = Result<Keyed, (usize, Word<'w>)>>>,
        short: &mut Vec<(usize, Word<'w>)>,
    ) -> bool {
        let mut heads: Vec<_> = plans.into_iter().map(|mut plan| (next(&mut plan, short), plan)).collect();
        let mut own = own.iter();
        let mut head = own.next();
        loop {
            // What stands first among the plans, up to the others' heads.
            let least = (0..heads.len()).min_by_key(|at| order(heads[*at].0.as_ref()));
            let others = (0..heads.len()).filter(|at| Some(*at) != least).map(|at| order(heads[at].0.as_ref()));
            let until = others.chain([order(head)]).min().unwrap_or(LAST);
            match least.map(|at| &mut heads[at]) {
                Some((keyed, plan)) if order(keyed.as_ref()) < until => {
                    while let Some(first) = keyed.as_ref().filter(|first| first.order() < until) {
                        if !self.push(first) {
                            return false;
                        }
                        *keyed = next(plan, short);
                    }
                }
                _ => {
                    let Some(first) = head else { return heads.iter().all(|(keyed, _)| keyed.is_none()) };
                    if !self.push(first) {
                        return false;
                    }
                    head = own.next();
                }
            }
        }
    }

    /// Puts in an entry; false if it is not in order.
    fn push(&mut self, keyed: &Keyed) -> bool {
        let (built, key) = (&mut self.built, keyed.entry.key & WIDE);
        let (word, bits) = built.place(key);
        built.bitmap[word] |= bits;
        built.kinds.add(key);
        let stretch = (keyed.slot >> built.start_shift) as usize;
        if stretch >= self.starts.len() {
            self.starts.resize(stretch + 1, self.entries.len() as u32);
        }
        self.entries.push(keyed.entry);
        std::mem::replace(&mut self.last, keyed.slot) <= keyed.slot
    }

    fn finish(mut self) -> Option<Windows> {
        let stretches = 1 << (64 - self.built.start_shift);
        self.starts.resize(stretches + 1, self.entries.len() as u32);
        let Builder { built, entries, starts, .. } = self;
        (!entries.is_empty()).then(|| Windows { entries: entries.into(), starts: starts.into(), ..built })
    }
}

/// Behind every word.
const LAST: (u64, u64, u32) = (u64::MAX, u64::MAX, u32::MAX);

fn order(keyed: Option<&Keyed>) -> (u64, u64, u32) {
    keyed.map_or(LAST, Keyed::order)
}

/// The next word of a plan that has a window.
fn next<'w>(
    plan: &mut impl Iterator<Item = Result<Keyed, (usize, Word<'w>)>>,
    short: &mut Vec<(usize, Word<'w>)>,
) -> Option<Keyed> {
    loop {
        match plan.next()? {
            Ok(keyed) => return Some(keyed),
            Err(other) => short.push(other),
        }
    }
}
