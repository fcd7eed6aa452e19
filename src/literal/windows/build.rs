//! Building the filter: of words one by one, which are weighed and sorted, and of plans, which say both
//! and are held against the words.

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
    let entry = Entry::new(0, 0, Word { text: "", ignore_case: false }, text.len(), &window);
    Some(Chosen { slot: slot_order(window.key), rank: entry.rank(), window: window.at })
}

/// A word with its window.
#[derive(Debug, Clone, Copy)]
struct Keyed {
    slot: u64,
    key: u64,
    entry: Entry,
}

impl Keyed {
    fn order(&self) -> (u64, u64, u32) {
        (self.slot, self.entry.rank(), self.entry.word)
    }
}

impl Entry {
    fn new(number: usize, text: usize, word: Word<'_>, len: usize, window: &Window) -> Self {
        Entry {
            word: number as u32,
            text: text as u32,
            len: len as u32,
            before: window.at as u32,
            ignore_case: word.ignore_case && word.text.bytes().any(|byte| byte.is_ascii_alphabetic()),
            whole: window.kind == Kind::Wide && len == 6,
        }
    }
}

/// What a window's slot goes by, and then its neighbours' order: other windows, other numbers.
fn slot_order(key: u64) -> u64 {
    hash(key).wrapping_mul(MIX)
}

fn keyed(number: usize, text: usize, word: Word<'_>, window: &Window) -> Keyed {
    let entry = Entry::new(number, text, word, word.text.len(), window);
    Keyed { slot: slot_order(window.key), key: window.key, entry }
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
            own.push(keyed(number, texts.len(), word, &window));
            texts.extend_from_slice(word.text.as_bytes());
        }
        own.sort_unstable_by_key(Keyed::order);
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
            own.sort_unstable_by_key(Keyed::order);
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
        let there = bytes.get(planned.window..).and_then(|rest| windows(rest).next()).filter(|window| window.at == 0);
        let there = there.map(|window| Window { at: planned.window, ..window });
        match there.or_else(|| rarest(bytes)) {
            Some(window) => Ok(keyed(first + planned.number, begin + planned.line, word, &window)),
            None => Err((first + planned.number, word)),
        }
    })
}

/// The filter while entries are put in, in their order.
struct Builder {
    built: Windows,
    entries: Vec<Entry>,
    /// The last one put in, and where those begin that share its window.
    last: Option<Keyed>,
    first: usize,
}

impl Builder {
    fn new(most: usize, texts: Box<[u8]>) -> Self {
        let bits = (most * BITS_A_WORD).next_power_of_two().trailing_zeros().clamp(*BITMAP.start(), *BITMAP.end());
        let slot_bits = (most * 2).next_power_of_two().trailing_zeros().max(4);
        let built = Windows {
            bitmap: vec![0; 1 << (bits - 6)].into(),
            shift: 64 - (bits - 6),
            slots: vec![Slot::default(); 1 << slot_bits].into(),
            slot_shift: 64 - slot_bits,
            ascii: false,
            pairs: false,
            entries: Box::default(),
            texts,
        };
        Builder { built, entries: Vec::with_capacity(most), last: None, first: 0 }
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
                    while let Some(first) = keyed.filter(|first| first.order() < until) {
                        if !self.push(first) {
                            return false;
                        }
                        *keyed = next(plan, short);
                    }
                }
                _ => {
                    let Some(first) = head else { return heads.iter().all(|(keyed, _)| keyed.is_none()) };
                    if !self.push(*first) {
                        return false;
                    }
                    head = own.next();
                }
            }
        }
    }

    /// Puts in an entry; false if it is not in order.
    fn push(&mut self, keyed: Keyed) -> bool {
        if let Some(last) = &self.last
            && last.slot != keyed.slot
        {
            if last.slot > keyed.slot {
                return false;
            }
            self.insert();
        }
        self.built.ascii |= keyed.key & 0x80 == 0;
        self.built.pairs |= (0xC0..0xE0).contains(&(keyed.key & 0xFF));
        self.entries.push(keyed.entry);
        self.last = Some(keyed);
        true
    }

    /// Makes the entries that share the last window found by it.
    fn insert(&mut self) {
        let Some(Keyed { key, slot, .. }) = self.last else { return };
        let (built, entries) = (&mut self.built, &self.entries[self.first..]);
        let (word, bits) = built.place(key);
        built.bitmap[word] |= bits;
        let width = if key > NARROW { 6 } else { 4 };
        let mut next = 0;
        for entry in entries {
            // Only a wide window leaves room in what is loaded for the bytes behind it.
            let second = (entry.text + entry.before) as usize + width + 1;
            let inside = entry.before as usize + width + 1 < entry.len as usize && width == 6;
            next |= if inside && !entry.ignore_case { kind(built.texts[second]) } else { 0xFFFF };
        }
        let mut at = (slot >> built.slot_shift) as usize;
        while built.slots[at].count != 0 {
            at = (at + 1) & (built.slots.len() - 1);
        }
        built.slots[at] = match entries {
            [only] if only.whole => Slot { key: key | 0xFFFF << 48, first: only.word, count: WHOLE },
            _ => Slot { key: key | next << 48, first: self.first as u32, count: entries.len() as u32 },
        };
        self.first = self.entries.len();
    }

    fn finish(mut self) -> Option<Windows> {
        self.insert();
        let Builder { built, entries, .. } = self;
        (!entries.is_empty()).then(|| Windows { entries: entries.into(), ..built })
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
