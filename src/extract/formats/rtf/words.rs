//! Control words of destinations (RTF 1.9.1): where the text of their groups stands, and which are no text.

use crate::model::PartKind;

/// Groups of nothing but numbers (RTF 1.9.1).
pub(super) fn is_number(word: &str) -> bool {
    matches!(
        word,
        "atnref"
            | "atrfstart"
            | "atrfend"
            | "atnparent"
            | "atndate"
            | "atntime"
            | "panose"
            | "rsidtbl"
            | "bliptag"
            | "datafield"
            | "colorschememapping"
            | "wgrffmtfilter"
            | "passwordhash"
            | "falt"
            | "mmathPr"
            | "blipuid"
    )
}

/// Destinations that stand beside the running text though no reader may leave them out.
pub(super) fn is_aside(word: &str) -> bool {
    matches!(
        word,
        "listtext"
            | "pntext"
            | "pntxta"
            | "pntxtb"
            | "pgdsctbl"
            | "pgdsc"
            | "revtbl"
            | "filetbl"
            | "latentstyles"
            | "objclass"
            | "objname"
            | "ftnsep"
            | "ftnsepc"
            | "ftncn"
            | "aftnsep"
            | "aftnsepc"
            | "aftncn"
            | "listname"
            | "leveltext"
            | "levelnumbers"
            | "xe"
            | "tc"
            | "tcn"
    )
}

/// Destinations that readers may leave out, but whose text stands in the line all the same.
pub(super) fn is_shown(word: &str) -> bool {
    matches!(
        word,
        "ud" | "shpinst"
            | "shprslt"
            | "shppict"
            | "fldrslt"
            | "do"
            | "dptxbxtext"
            | "mmath"
            | "moMath"
            | "moMathPara"
            | "mr"
    )
}

/// The kind of place a destination is.
pub(super) fn destination(word: &str) -> Option<PartKind> {
    Some(match word {
        "header" | "headerl" | "headerr" | "headerf" => PartKind::Header,
        "footer" | "footerl" | "footerr" | "footerf" => PartKind::Footer,
        "footnote" => PartKind::Footnote,
        "annotation" | "atnauthor" | "atnid" => PartKind::Comment,
        "shptxt" => PartKind::TextBox,
        "sv" | "sn" => PartKind::Watermark,
        "fldinst" => PartKind::Field,
        "title" | "subject" | "author" | "manager" | "company" | "operator" | "category" | "keywords" | "comment"
        | "doccomm" | "hlinkbase" | "userprops" | "propname" | "staticval" | "docvar" => PartKind::Property,
        "fonttbl" | "colortbl" | "stylesheet" | "listtable" | "bkmkstart" | "bkmkend" | "generator" | "template"
        | "xmlns" | "picprop" => PartKind::Markup,
        _ => return None,
    })
}
