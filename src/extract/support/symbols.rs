//! Symbol fonts: what the codes of Symbol, Webdings and Wingdings 1 to 3 look like, as characters
//! of Unicode. Programs write such a code as an attribute, as the character of the same number, or
//! in the private use area from U+F020 on ([MS-OE376] 2.1.76). The pictures' characters are those
//! that were taken into Unicode 7 from these fonts (L2/11-052); of boxes of forms, those that look the
//! same and that everybody writes.

use std::borrow::Cow;

/// A font whose codes are pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::extract) enum SymbolFont {
    Symbol,
    Webdings,
    Wingdings,
    Wingdings2,
    Wingdings3,
}

/// Where programs put the codes of symbol fonts.
const PRIVATE: u32 = 0xF000;
/// Characters up to which ASCII in a symbol font is taken for pictures; a longer text is read as it is
/// written, for it can be copied.
const PICTURES: usize = 2;

impl SymbolFont {
    /// The font of a name, also with the tag of a subset (`ABCDEF+Wingdings-Regular`).
    pub(in crate::extract) fn named(name: &str) -> Option<Self> {
        let name = name.rsplit('+').next().unwrap_or_default();
        let name = name.trim_matches(['\'', '"', ' ']);
        let name = name.trim_end_matches("-Regular").trim_end_matches("MT").trim_end_matches("PS");
        Some(match name.to_ascii_lowercase().replace([' ', '-', '_'], "").as_str() {
            "symbol" => SymbolFont::Symbol,
            "webdings" => SymbolFont::Webdings,
            "wingdings" => SymbolFont::Wingdings,
            "wingdings2" => SymbolFont::Wingdings2,
            "wingdings3" => SymbolFont::Wingdings3,
            _ => return None,
        })
    }

    /// What a code looks like, with or without the distance to the private use area.
    pub(in crate::extract) fn character(self, code: u32) -> Option<char> {
        let code = if (PRIVATE..PRIVATE + 0x100).contains(&code) { code - PRIVATE } else { code };
        let at = usize::try_from(code).ok()?.checked_sub(0x20)?;
        let row = self.rows().get(at / 32)?;
        row.chars().nth(at % 32).filter(|c| *c != ' ')
    }

    fn rows(self) -> &'static [&'static str; 7] {
        match self {
            SymbolFont::Symbol => &SYMBOL,
            SymbolFont::Webdings => &WEBDINGS,
            SymbolFont::Wingdings => &WINGDINGS,
            SymbolFont::Wingdings2 => &WINGDINGS_2,
            SymbolFont::Wingdings3 => &WINGDINGS_3,
        }
    }
}

/// The character of a code in a font of which the name is told: what it looks like in a symbol font,
/// and else the character of that number. Without a symbol font the private codes are those of Wingdings.
pub(in crate::extract) fn symbol(font: Option<SymbolFont>, code: u32) -> Option<char> {
    let is_private = (PRIVATE..PRIVATE + 0x100).contains(&code);
    let font = font.or(is_private.then_some(SymbolFont::Wingdings));
    font.and_then(|font| font.character(code)).or_else(|| {
        let code = if is_private { code - PRIVATE } else { code };
        char::from_u32(code).filter(|c| !c.is_control())
    })
}

/// A text as it looks in a font. In a font that is no symbol font only the private codes change.
pub(in crate::extract) fn shown(text: &str, font: Option<SymbolFont>) -> Cow<'_, str> {
    let all = font.is_some() && text.chars().count() <= PICTURES;
    let look = |c: char| match u32::from(c) {
        0xF020..=0xF0FF => symbol(font, c.into()),
        0x80..=0xFF => font?.character(c.into()),
        0x21..=0x7E if all => font?.character(c.into()),
        _ => None,
    };
    if !may_change(text, font) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|c| look(c).unwrap_or(c)).collect())
}

/// Some character of the text may change. Private codes are `EF 80 A0` to `EF 83 BF` in UTF-8.
fn may_change(text: &str, font: Option<SymbolFont>) -> bool {
    let bytes = text.as_bytes();
    font.is_some() || memchr::memchr_iter(0xEF, bytes).any(|at| matches!(bytes.get(at + 1), Some(0x80..=0x83)))
}

const SYMBOL: [&str; 7] = [
    " !∀#∃%&∍()*+,−./0123456789:;<=>?",
    "≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_",
    "‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}~ ",
    "                                ",
    "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵",
    "ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓",
    "◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭ ",
];

const WEBDINGS: [&str; 7] = [
    " 🕷🕸🕲🕶🏆🎖🖇🗨🗩🗰🗱🌶🎗🙾🙼🗕🗖🗗⏴⏵⏶⏷⏪⏩⏮⏭⏸⏹⏺🗚🗳",
    "🛠🏗🏘🏙🏚🏜🏭🏛🏠🏖🏝🛣🔍🏔👁👂🏞🏕🛤🏟🛳🕬🕫🕨🔈🎔🎕🗬🙽🗭🗪🗫",
    "⮔✔🚲⬜🛡📦🛱⬛🚑🛈🛩🛰🟈🕴⬤🛥🚔🗘🗙❓🛲🚇🚍⛳⦸⊖🚭🗮⏐🗯🗲 ",
    "🚹🚺🛉🛊🚼👽🏋⛷🏂🏌🏊🏄🏍🏎🚘🗠🛢💰🏷💳👪🗡🗢🗣✯🖄🖅🖃🖆🖹🖺🖻",
    "🕵🕰🖽🖾📋🗒🗓🕮📚🗞🗟🗃🗂🖼🎭🎜🎘🎙🎧💿🎞📷🎟🎬📽📹📾📻🎚🎛📺💻",
    "🖥🖦🖧🕹🎮🕻🕼📟🖁🖀🖨🖩🖿🖪🗜🔒🔓🗝📥📤🕳🌣🌤🌥🌦☁🌨🌧🌩🌪🌬🌫",
    "🌜🌡🛋🛏🍽🍸🛎🛍Ⓟ♿🛆🖈🎓🗤🗥🗦🗧🛪🐿🐦🐟🐕🐈🙬🙮🙭🙯🗺🌍🌏🌎🕊",
];

const WINGDINGS: [&str; 7] = [
    " 🖉✂✁👓🕭🕮🕯🕿✆🖂🖃📪📫📬📭🗀🗁🗎🗏🗐🗄⌛🖮🖰🖲🖳🖴🖫🖬✇✍",
    "🖎✌🖏👍👎☜☞☝☟🖐☺😐☹💣🕱🏳🏱✈☼🌢❄🕆✞🕈✠✡☪☯🕉☸♈♉",
    "♊♋♌♍♎♏♐♑♒♓🙰🙵⚫🔾◼🞏🞐❑❒🞟⧫◆❖⬩⌧⮹⌘🏵🏶🙶🙷▯",
    "🄋➀➁➂➃➄➅➆➇➈➉🄌➊➋➌➍➎➏➐➑➒➓🙢🙠🙡🙣🙞🙜🙝🙟∙•",
    "⬝⭘🞆🞈🞊🞋🔿▪☐🟁🟅★🟋🟏🟓🟑⯐⌖⯎⯏⯑✪✰🕐🕑🕒🕓🕔🕕🕖🕗🕘",
    "🕙🕚🕛⮰⮱⮲⮳⮴⮵⮶⮷🙪🙫🙕🙔🙗🙖🙐🙑🙒🙓⌫⌦⮘⮚⮙⮛⮈⮊⮉⮋🡨",
    "🡪🡩🡫🡬🡭🡯🡮🡸🡺🡹🡻🡼🡽🡿🡾⇦⇨⇧⇩⬄⇳⬁⬀⬃⬂🢬🢭✗✓☒☑ ",
];

const WINGDINGS_2: [&str; 7] = [
    " 🖊🖋🖌🖍✄✀🕾🕽🗅🗆🗇🗈🗉🗊🗋🗌🗍📋🗑🗔🖵🖶🖷🖸🖭🖯🖱🖒🖓🖘🖙",
    "🖚🖛👈👉🖜🖝🖞🖟🖠🖡👆👇🖢🖣🖑✗✓☒☑⮽☒⮾⮿🛇⦸🙱🙴🙲🙳‽🙹🙺",
    "🙻🙦🙤🙥🙧🙚🙘🙙🙛⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿ ",
    "☉🌕☽☾⸿✝🕇🕜🕝🕞🕟🕠🕡🕢🕣🕤🕥🕦🕧🙨🙩⋅🞄⦁●○🞅🞇🞉⊙⦿🞌",
    "🞍◾■□🞑🞒🞓🞔▣🞕🞖🞗🞘⬩⬥◇🞚◈🞛🞜🞝🞞⬪⬧◊🞠◖◗⯊⯋⯀⯁",
    "⬟⯂⬣⬢⯃⯄🞡🞢🞣🞤🞥🞦🞧🞨🞩🞪🞫🞬🞭🞮🞯🞰🞱🞲🞳🞴🞵🞶🞷🞸🞹🞺",
    "🞻🞼🞽🞾🞿🟀🟂🟄🟆🟉🟊✶🟌🟎🟐🟒✹🟃🟇✯🟍🟔⯌⯍※⁂      ",
];

const WINGDINGS_3: [&str; 7] = [
    " ⭠⭢⭡⭣⭦⭧⭩⭨⭰⭲⭱⭳⭶⭸⭻⭽⭤⭥⭪⭬⭫⭭⭍⮠⮡⮢⮣⮤⮥⮦⮧",
    "⮐⮑⮒⮓⮀⮃⭾⭿⮄⮆⮅⮇⮏⮍⮎⮌⭮⭯⎋⌤⌃⌥␣⍽⇪⮸🢠🢡🢢🢣🢤🢥",
    "🢦🢧🢨🢩🢪🢫🡐🡒🡑🡓🡔🡕🡗🡖🡘🡙▲▼△▽◀▶◁▷◣◢◤◥🞀🞂🞁 ",
    "🞃⯅⯆⯇⯈⮜⮞⮝⮟🠐🠒🠑🠓🠔🠖🠕🠗🠘🠚🠙🠛🠜🠞🠝🠟🠀🠂🠁🠃🠄🠆🠅",
    "🠇🠈🠊🠉🠋🠠🠢🠤🠦🠨🠪🠬🢜🢝🢞🢟🠮🠰🠲🠴🠶🠸🠺🠹🠻🢘🢚🢙🢛🠼🠾🠽",
    "🠿🡀🡂🡁🡃🡄🡆🡅🡇⮨⮩⮪⮫⮬⮭⮮⮯🡠🡢🡡🡣🡤🡥🡧🡦🡰🡲🡱🡳🡴🡵🡷",
    "🡶🢀🢂🢁🢃🢄🢅🢇🢆🢐🢒🢑🢓🢔🢖🢕🢗               ",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fonts_are_known_by_their_names() {
        for (name, font) in [
            ("Wingdings", Some(SymbolFont::Wingdings)),
            ("'Wingdings 2'", Some(SymbolFont::Wingdings2)),
            ("ABCDEF+Wingdings-Regular", Some(SymbolFont::Wingdings)),
            ("SymbolMT", Some(SymbolFont::Symbol)),
            ("Segoe UI Symbol", None),
            ("宋体", None),
        ] {
            assert_eq!(SymbolFont::named(name), font, "{name}");
        }
    }

    #[test]
    fn codes_look_as_in_their_font() {
        for (font, code, wanted) in [
            (SymbolFont::Wingdings, 0xF0AB, '★'),
            (SymbolFont::Wingdings, 0xFE, '☑'),
            (SymbolFont::Wingdings, 0xFC, '✓'),
            (SymbolFont::Wingdings2, 0xF052, '☑'),
            (SymbolFont::Wingdings2, 0xEA, '🟊'),
            (SymbolFont::Symbol, 0x61, 'α'),
            (SymbolFont::Webdings, 0x98, '✯'),
            (SymbolFont::Wingdings3, 0x70, '▲'),
        ] {
            assert_eq!(font.character(code), Some(wanted), "{font:?} {code:x}");
        }
        assert_eq!(SymbolFont::Wingdings.character(0x1F), None);
        assert_eq!(SymbolFont::Wingdings.character(0x2605), None);
        assert_eq!((symbol(None, 0x2605), symbol(None, 0xF0AB), symbol(None, 7)), (Some('★'), Some('★'), None));
    }

    #[test]
    fn every_row_has_its_thirty_two_codes() {
        use SymbolFont::{Symbol, Webdings, Wingdings, Wingdings2, Wingdings3};
        for font in [Symbol, Webdings, Wingdings, Wingdings2, Wingdings3] {
            assert!(font.rows().iter().all(|row| row.chars().count() == 32), "{font:?}");
        }
    }

    #[test]
    fn words_in_a_symbol_font_stay_words() {
        assert_eq!(shown("机密\u{F0AB}10年", None), "机密★10年");
        assert_eq!(shown("\u{AB}", Some(SymbolFont::Wingdings)), "★");
        assert_eq!(shown("R", Some(SymbolFont::Wingdings2)), "☑");
        assert_eq!(shown("SECRET", Some(SymbolFont::Wingdings)), "SECRET");
        assert_eq!(shown("机密「\u{AB}」", None), "机密「\u{AB}」");
    }
}
