//! The one folding table: characters that vanish, blanks, the star class, dashes, the traditional and
//! variant characters that occur in marks, radicals, and letters that look like Latin ones. Everything else
//! is Unicode NFKC.

/// What becomes of a character before NFKC is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Copied as it is.
    Keep,
    /// Has no shape of its own: dropped.
    Drop,
    /// A blank of some width.
    Blank,
    /// Ends a line.
    Break,
    /// Becomes another character.
    Become(char),
    /// Needs NFKC.
    Compat,
}

/// Decides a character's fate. Order matters: the star class goes before NFKC, which would
/// turn the full-width asterisk into a plain one.
pub(super) fn fate(c: char) -> Fate {
    match c {
        '\n' => Fate::Break,
        ' ' => Fate::Blank,
        '\t' | '!'..='~' => Fate::Keep,
        '\u{0B}' | '\u{0C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Fate::Break,
        '\0'..='\u{1F}' | '\u{7F}'..='\u{9F}' => Fate::Drop,
        '\u{4E00}'..='\u{9FFF}' => simplified(c).map_or(Fate::Keep, Fate::Become),
        '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FA}' | '\u{AC00}'..='\u{D7A3}' => Fate::Keep,
        // Frequent signs that NFKC leaves alone.
        '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}' | '\u{3014}'..='\u{301B}' => Fate::Keep,
        '‘' | '’' | '“' | '”' => Fate::Keep,
        '＊' => Fate::Become('★'),
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).map_or(Fate::Keep, Fate::Become),
        '\u{A0}'
        | '\u{1680}'
        | '\u{2000}'..='\u{200A}'
        | '\u{202F}'
        | '\u{205F}'
        | '\u{2800}'
        | '\u{3000}'
        | '\u{3164}'
        | '\u{FFA0}'
        | '\u{115F}'
        | '\u{1160}' => Fate::Blank,
        '\u{AD}'
        | '\u{034F}'
        | '\u{061C}'
        | '\u{17B4}'
        | '\u{17B5}'
        | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}'
        | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}'
        | '\u{FFF9}'..='\u{FFFB}'
        | '\u{E0000}'..='\u{E0FFF}' => Fate::Drop,
        // Blocks of which letters look like Latin ones: Greek, Cyrillic, phonetic, enclosed letters.
        '\u{262}'..='\u{29F}'
        | '\u{370}'..='\u{556}'
        | '\u{1D00}'..='\u{1D7F}'
        | '\u{A730}'
        | '\u{A731}'
        | '\u{1F130}'..='\u{1F1FF}' => look_alike(c).map_or(Fate::Compat, Fate::Become),
        _ if is_star(c) => Fate::Become('★'),
        '\u{2E80}'..='\u{2EFF}' => radical(c).map_or(Fate::Keep, Fate::Become),
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | '\u{2500}' | '\u{2501}' => Fate::Become('-'),
        // What stands in names of files for signs that cannot.
        '\u{2044}' | '\u{2215}' | '\u{29F8}' => Fate::Become('/'),
        '\u{2236}' | '\u{A789}' => Fate::Become(':'),
        // Not three points, which decorate a line: with it a report shows what it masked.
        '…' => Fate::Become('⋯'),
        '•' | '∙' | '‧' | '・' | '･' | '⋅' | '᛫' => Fate::Become('·'),
        '⚫' | '⬤' | '◉' | '⊙' | '⦿' | '🔘' => Fate::Become('●'),
        '🗹' => Fate::Become('☑'),
        _ => Fate::Compat,
    }
}

/// Folding copies the character as it is.
pub fn stays(c: char) -> bool {
    fate(c) == Fate::Keep
}

/// Folding makes one character of it, whatever stands beside it.
pub fn settles(c: char) -> bool {
    // What text is full of; which of these become another is of no interest here.
    matches!(c, '!'..='~' | '\u{4E00}'..='\u{9FFF}') || matches!(fate(c), Fate::Keep | Fate::Become(_))
}

/// The Latin letter that a letter of another script looks like, in the same case; of both cases of a letter
/// one may look like it. Sources: Unicode Technical Standard 39, confusables; the small capitals of the
/// phonetic block and enclosed letters stand for their letters.
fn look_alike(c: char) -> Option<char> {
    const ENCLOSED: [u32; 3] = [0x1F150, 0x1F170, 0x1F1E6];
    let nth = |first: u32| (c as u32).checked_sub(first).filter(|nth| *nth < 26);
    if let Some(nth) = ENCLOSED.into_iter().find_map(nth) {
        return char::from_u32(u32::from('A') + nth);
    }
    Some(match c {
        'А' | 'Α' => 'A',
        'а' | 'α' => 'a',
        'В' | 'Β' => 'B',
        'в' | 'β' => 'b',
        'С' | 'Ϲ' => 'C',
        'с' | 'ϲ' => 'c',
        'Ԁ' => 'D',
        'ԁ' => 'd',
        'Е' | 'Ε' => 'E',
        'е' | 'ε' => 'e',
        'Н' | 'Η' | 'Һ' => 'H',
        'н' | 'η' | 'һ' => 'h',
        'І' | 'Ι' | 'Ӏ' => 'I',
        'і' | 'ι' | 'ӏ' => 'i',
        'Ј' | 'Ϳ' => 'J',
        'ј' | 'ϳ' => 'j',
        'К' | 'Κ' => 'K',
        'к' | 'κ' => 'k',
        'М' | 'Μ' => 'M',
        'м' | 'μ' => 'm',
        'Ν' => 'N',
        'ν' => 'n',
        'О' | 'Ο' | 'Օ' => 'O',
        'о' | 'ο' => 'o',
        'Р' | 'Ρ' => 'P',
        'р' | 'ρ' => 'p',
        'Ԛ' => 'Q',
        'ԛ' => 'q',
        'Ѕ' => 'S',
        'ѕ' => 's',
        'Т' | 'Τ' => 'T',
        'т' | 'τ' => 't',
        'Ԝ' => 'W',
        'ԝ' => 'w',
        'Х' | 'Χ' => 'X',
        'х' | 'χ' => 'x',
        'У' | 'Υ' => 'Y',
        'у' | 'υ' => 'y',
        'Ζ' => 'Z',
        'ζ' => 'z',
        'ᴀ' => 'A',
        'ʙ' | 'ᴃ' => 'B',
        'ᴄ' => 'C',
        'ᴅ' => 'D',
        'ᴇ' => 'E',
        'ꜰ' => 'F',
        'ɢ' => 'G',
        'ʜ' => 'H',
        'ɪ' => 'I',
        'ᴊ' => 'J',
        'ᴋ' => 'K',
        'ʟ' | 'ᴌ' => 'L',
        'ᴍ' => 'M',
        'ɴ' | 'ᴎ' => 'N',
        'ᴏ' => 'O',
        'ᴘ' => 'P',
        'ʀ' => 'R',
        'ᴛ' => 'T',
        'ᴜ' => 'U',
        'ᴠ' => 'V',
        'ᴡ' => 'W',
        'ʏ' => 'Y',
        'ᴢ' => 'Z',
        'ꜱ' => 'S',
        _ => return None,
    })
}

/// The star that separates a level from its period, in the shapes people and fonts give it.
fn is_star(c: char) -> bool {
    matches!(
        c,
        '★' | '☆' | '✦'
            ..='✱'
                | '✲'
                | '✳'
                | '✴'
                | '✵'
                | '✶'
                | '✷'
                | '✸'
                | '✹'
                | '✺'
                | '❂'
                | '❉'
                | '❊'
                | '❋'
                | '⋆'
                | '⭐'
                | '⭑'
                | '⭒'
                | '⚝'
                | '🌟'
                | '🟊'
                | '∗'
                | '﹡'
                | '⁎'
                | '٭'
                | '⁑'
                | '⍟'
                | '\u{1F7C0}'
                    ..='\u{1F7D8}'
                | '\u{F0AB}'
                | '\u{F0B5}'
                | '\u{F0B6}'
    )
}

/// The characters of which U+2E80 to U+2EFF are the radical forms, as text copied from a PDF has them; those of
/// U+2F00 to U+2FD5 are NFKC's. Source: the property Equivalent_Unified_Ideograph of Unicode.
const RADICALS: [&str; 4] = [
    " 厂乛乚乙亻冂𠘨刀刂卜㔾小小兀尣尢𡯂巳幺彑彐忄心扌攵 旡日月歺母",
    "民氵氺灬爫爫丬牛犭王𤴔目示礻𥫗糹纟罓罒㓁冗𦉫羊𦍌𦍋耂肀聿肉𦥑艹艹",
    "艹虎衤覀西见角𧢲讠贝𧾷车辶辶辶邑钅長镸长门𨸏阝雨青韦页风飞食𩙿飠",
    "饣𩠐马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟            ",
];

fn radical(c: char) -> Option<char> {
    let at = (c as usize).checked_sub(0x2E80)?;
    let whole = RADICALS.get(at / 32)?.chars().nth(at % 32).filter(|c| *c != ' ')?;
    let is_common = matches!(whole, '\u{4E00}'..='\u{9FFF}');
    Some(if is_common { simplified(whole).unwrap_or(whole) } else { whole })
}

/// Characters of scripts that are written without blanks between words, with the signs
/// that stand among them.
pub fn is_cjk(c: char) -> bool {
    matches!(c,
        '\u{4E00}'..='\u{9FFF}' | '★' | '\u{3001}'..='\u{30FF}' | '\u{3400}'..='\u{4DBF}' | '\u{AC00}'..='\u{D7A3}'
        | '\u{1100}'..='\u{11FF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}')
}

/// Traditional and variant characters of marks and the words around them, with the simplified
/// character. Sorted, for binary search. Sources: the marks in the packs, and Unihan's
/// kSimplifiedVariant for each of their characters.
const SIMPLIFIED: &[(char, char)] = &[
    ('並', '并'),
    ('倉', '仓'),
    ('個', '个'),
    ('備', '备'),
    ('傳', '传'),
    ('僅', '仅'),
    ('內', '内'),
    ('別', '别'),
    ('動', '动'),
    ('務', '务'),
    ('區', '区'),
    ('協', '协'),
    ('參', '参'),
    ('員', '员'),
    ('問', '问'),
    ('啓', '启'),
    ('啟', '启'),
    ('單', '单'),
    ('國', '国'),
    ('圖', '图'),
    ('執', '执'),
    ('報', '报'),
    ('壓', '压'),
    ('夾', '夹'),
    ('審', '审'),
    ('將', '将'),
    ('專', '专'),
    ('對', '对'),
    ('導', '导'),
    ('屆', '届'),
    ('屬', '属'),
    ('幫', '帮'),
    ('幹', '干'),
    ('後', '后'),
    ('徵', '征'),
    ('應', '应'),
    ('戶', '户'),
    ('掃', '扫'),
    ('擬', '拟'),
    ('擴', '扩'),
    ('數', '数'),
    ('於', '于'),
    ('時', '时'),
    ('會', '会'),
    ('條', '条'),
    ('業', '业'),
    ('極', '极'),
    ('標', '标'),
    ('樣', '样'),
    ('機', '机'),
    ('檔', '档'),
    ('檢', '检'),
    ('權', '权'),
    ('決', '决'),
    ('準', '准'),
    ('滿', '满'),
    ('為', '为'),
    ('無', '无'),
    ('爲', '为'),
    ('狀', '状'),
    ('發', '发'),
    ('碼', '码'),
    ('祕', '秘'),
    ('稱', '称'),
    ('節', '节'),
    ('範', '范'),
    ('簡', '简'),
    ('紀', '纪'),
    ('級', '级'),
    ('終', '终'),
    ('結', '结'),
    ('絕', '绝'),
    ('給', '给'),
    ('絶', '绝'),
    ('經', '经'),
    ('編', '编'),
    ('總', '总'),
    ('續', '续'),
    ('聯', '联'),
    ('處', '处'),
    ('號', '号'),
    ('複', '复'),
    ('見', '见'),
    ('規', '规'),
    ('試', '试'),
    ('該', '该'),
    ('請', '请'),
    ('議', '议'),
    ('護', '护'),
    ('讀', '读'),
    ('變', '变'),
    ('讓', '让'),
    ('責', '责'),
    ('資', '资'),
    ('軍', '军'),
    ('輸', '输'),
    ('轉', '转'),
    ('辦', '办'),
    ('進', '进'),
    ('達', '达'),
    ('還', '还'),
    ('銷', '销'),
    ('長', '长'),
    ('開', '开'),
    ('閱', '阅'),
    ('閲', '阅'),
    ('關', '关'),
    ('際', '际'),
    ('電', '电'),
    ('項', '项'),
    ('領', '领'),
    ('題', '题'),
    ('類', '类'),
    ('點', '点'),
    ('黨', '党'),
];

/// The characters of which others are the simplified form.
pub(super) fn variants() -> impl Iterator<Item = char> {
    SIMPLIFIED.iter().map(|(variant, _)| *variant)
}

/// Which characters of the block U+4E00..U+9FFF stand in [`SIMPLIFIED`], one bit each, so that
/// the common character costs one look-up.
const HAS_VARIANT: [u64; 0x5200 / 64] = variant_bits();

const fn variant_bits() -> [u64; 0x5200 / 64] {
    let mut bits = [0u64; 0x5200 / 64];
    let mut i = 0;
    while i < SIMPLIFIED.len() {
        let at = SIMPLIFIED[i].0 as usize - 0x4E00;
        bits[at / 64] |= 1 << (at % 64);
        i += 1;
    }
    bits
}

/// Bytes at the beginning of `text` that folding copies as they are, whatever stands before them:
/// characters with the fate [`Fate::Keep`], and with `blanks` single blanks between visible ASCII.
/// It may end early; it never goes too far.
pub(super) fn kept(text: &[u8], blanks: bool) -> usize {
    run(text, blanks, &KEPT)
}

/// The same for lines of a few characters each: their ends count as well.
pub(super) fn kept_lines(text: &[u8]) -> usize {
    let mut at = 0;
    loop {
        match text[at..] {
            [first @ 0xE0..=0xEF, second, third, ..] if is_wanted([first, second, third], &KEPT) => at += 3,
            [b'\n' | b'!'..=b'~', ..] => at += 1,
            _ => return at,
        }
    }
}

/// What [`kept`] counts, with other characters of three bytes: those whose bits are set.
pub(super) fn run(text: &[u8], blanks: bool, wanted: &[u64; 0x10000 / 64]) -> usize {
    let mut at = 0;
    loop {
        at += wide_run(&text[at..], wanted);
        let ascii = visible_run(&text[at..], blanks);
        if ascii == 0 {
            return at;
        }
        at += ascii;
    }
}

/// Wanted characters of three bytes at the beginning of `text`.
fn wide_run(text: &[u8], wanted: &[u64; 0x10000 / 64]) -> usize {
    let mut at = 0;
    if text.first().is_none_or(|first| first >> 4 != 0xE) {
        return 0;
    }
    // Eight characters at once, without a branch for each, and how many of them.
    while let Some(block) = text[at..].first_chunk::<24>() {
        let eight = (0..8).fold(0_u8, |eight, n| {
            eight | u8::from(is_wanted([block[3 * n], block[3 * n + 1], block[3 * n + 2]], wanted)) << n
        });
        let run = eight.trailing_ones() as usize;
        at += 3 * run;
        if run < 8 {
            return at;
        }
    }
    while let Some(three) = text[at..].first_chunk()
        && is_wanted(*three, wanted)
    {
        at += 3;
    }
    at
}

/// Visible ASCII at the beginning of `text`, with single blanks inside if they count.
fn visible_run(text: &[u8], blanks: bool) -> usize {
    const EACH: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * EACH;
    let is_visible = |byte: u8| matches!(byte, b'!'..=b'~');
    if !text.first().copied().is_some_and(is_visible) {
        return 0;
    }
    let mut at = 0;
    // Many bytes at once, each with the one behind it, looked at without leaving early.
    while blanks
        && let (Some(block), Some(behind)) = (text[at..].first_chunk::<32>(), text[at + 1..].first_chunk::<32>())
    {
        let outside = block.iter().fold(false, |any, byte| any | (byte.wrapping_sub(b' ') > b'~' - b' '));
        let twice = block.iter().zip(behind).fold(false, |any, (a, b)| any | (*a == b' ') & (*b == b' '));
        if outside | twice {
            break;
        }
        at += 32;
    }
    // Eight bytes at once, up to the first that is not from blank to tilde, or a blank that does not count.
    while let Some(eight) = text[at..].first_chunk() {
        let eight = u64::from_le_bytes(*eight);
        let outside = eight | eight.wrapping_sub(0x20 * EACH) | eight.wrapping_add(EACH);
        let blank = eight ^ (0x20 * EACH);
        // The bit of each blank, and perhaps of a byte behind one, which only ends this early.
        let blank = blank.wrapping_sub(EACH) & !blank & HIGH;
        let before = u64::from(at > 0 && text[at - 1] == b' ') * 0x80;
        let ends = outside & HIGH | if blanks { blank & (blank << 8 | before) } else { blank };
        at += ends.trailing_zeros() as usize / 8;
        if ends != 0 {
            break;
        }
    }
    while text.len() - at < 8
        && let Some(byte) = text.get(at)
        && (is_visible(*byte) || blanks && *byte == b' ' && text[at - 1] != b' ')
    {
        at += 1;
    }
    // A blank at the end is not between two visible characters.
    at - usize::from(text[at - 1] == b' ')
}

/// A three-byte character whose bit is set.
#[inline]
fn is_wanted([first, second, third]: [u8; 3], wanted: &[u64; 0x10000 / 64]) -> bool {
    let row = usize::from(first & 0x0F) << 6 | usize::from(second & 0x3F);
    (first >> 4 == 0xE) & (wanted[row] >> (third & 0x3F) & 1 == 1)
}

/// Which characters up to U+FFFF are copied as they are, one bit each: those of the blocks that
/// Chinese, Japanese and Korean text mostly consists of.
pub(super) static KEPT: [u64; 0x10000 / 64] = kept_bits();

const fn kept_bits() -> [u64; 0x10000 / 64] {
    let mut bits = [0u64; 0x10000 / 64];
    let mut at = 0x3000 / 64;
    while at < 0xD7C0 / 64 {
        if at >= 0x4E00 / 64 && at < 0xA000 / 64 {
            bits[at] = !HAS_VARIANT[at - 0x4E00 / 64];
        }
        let mut bit = 0;
        while bit < 64 {
            if matches!(at * 64 + bit,
                0x3001..=0x3003 | 0x3008..=0x3011 | 0x3014..=0x301B
                | 0x3041..=0x3096 | 0x30A1..=0x30FA | 0xAC00..=0xD7A3)
            {
                bits[at] |= 1 << bit;
            }
            bit += 1;
        }
        at += 1;
    }
    let other = '宻' as usize;
    bits[other / 64] &= !(1 << (other % 64));
    bits
}

fn simplified(c: char) -> Option<char> {
    let at = c as usize - 0x4E00;
    if HAS_VARIANT[at / 64] >> (at % 64) & 1 == 0 {
        return (c == '宻').then_some('密');
    }
    let found = SIMPLIFIED.binary_search_by_key(&c, |row| row.0).ok()?;
    Some(SIMPLIFIED[found].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variant_table_is_sorted() {
        assert!(SIMPLIFIED.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn what_is_copied_at_once_has_the_fate_to_be_kept() {
        for c in (' '..='\u{10FFFF}').filter(|c| *c != ' ') {
            let mut bytes = [0; 4];
            let text = c.encode_utf8(&mut bytes);
            let kept = kept(text.as_bytes(), true);
            assert!(kept == 0 || kept == text.len() && fate(c) == Fate::Keep, "{c:?}");
        }
        assert_eq!(kept("机密 a b  c".as_bytes(), true), 6);
        assert_eq!(kept("a b  c".as_bytes(), true), 3);
        assert_eq!(kept("a b".as_bytes(), false), 1);
        for text in
            ["abcdefgh ijklmn o", "abcdefg hijk", "a bcdefgh", "机a bc密，", "abcdefgh", "abcdefgh ", "!\"#$~} x\u{7f}"]
        {
            let words = text.trim_end_matches([' ', '，', '\u{7f}']);
            assert_eq!(kept(text.as_bytes(), true), words.len(), "{text:?}");
        }
        assert_eq!(kept(b"abcdefgh  ijklmnopq", true), 8);
        assert_eq!(kept(b"abcdefg  hijklmnopq", true), 7);
        assert_eq!(kept(b"abcdefghi\tj", true), 9);
        assert_eq!(kept(b" abcdefgh", true), 0);
    }

    #[test]
    fn signs_that_are_kept_are_left_alone_by_the_standard() {
        use unicode_normalization::UnicodeNormalization;
        for c in ('\u{80}'..='\u{10FFFF}').filter(|c| fate(*c) == Fate::Keep) {
            assert!(c.nfkc().eq([c]), "{c:?}");
        }
        for c in ('\0'..='\u{10FFFF}').filter(|c| matches!(fate(*c), Fate::Keep | Fate::Become(_))) {
            assert!(!unicode_normalization::char::is_combining_mark(c), "{c:?}");
        }
    }

    #[test]
    fn fates_are_as_the_notes_say() {
        for (c, wanted) in [
            ('機', Fate::Become('机')),
            ('密', Fate::Keep),
            ('＊', Fate::Become('★')),
            ('∕', Fate::Become('/')),
            ('꞉', Fate::Become(':')),
            ('☆', Fate::Become('★')),
            ('\u{3000}', Fate::Blank),
            ('\u{200B}', Fate::Drop),
            ('\u{FE0F}', Fate::Drop),
            ('０', Fate::Become('0')),
            ('Ⅱ', Fate::Compat),
            ('*', Fate::Keep),
        ] {
            assert_eq!(fate(c), wanted, "{c:?}");
        }
    }
}
