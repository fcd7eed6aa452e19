//! What elements of documents are, by their local names: blocks, runs, shapes, formulas. What is done with them is
//! `flow`'s.

/// Elements that end a paragraph where they begin and where they end.
pub(super) fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "h"
            | "tc"
            | "tr"
            | "tbl"
            | "sectPr"
            | "si"
            | "is"
            | "c"
            | "cell"
            | "row"
            | "list-item"
            | "table-cell"
            | "table-row"
            | "footnote"
            | "endnote"
            | "comment"
            | "hdr"
            | "ftr"
            | "body"
            | "docPart"
            | "TextObject"
            | "sp"
            | "txBody"
            | "pt"
            | "text"
            | "Text"
    )
}

/// Elements that hold text.
pub(super) fn is_run(name: &str) -> bool {
    matches!(name, "t" | "delText" | "TextCode" | "tspan")
}

/// Elements in which text may stand between others.
pub(super) fn is_inline(name: &str) -> bool {
    matches!(name, "span" | "a" | "rubyBase" | "ruby-base" | "fld")
}

/// Elements of OpenDocument that are a text box where they stand in a paragraph.
pub(super) fn is_shape(name: &str) -> bool {
    matches!(
        name,
        "text-box"
            | "custom-shape"
            | "rect"
            | "ellipse"
            | "circle"
            | "caption"
            | "polygon"
            | "regular-polygon"
            | "polyline"
            | "path"
            | "line"
            | "connector"
    )
}

/// Elements in a line of OpenDocument that show no text of it: objects, labels, remarks.
pub(super) fn is_object(name: &str) -> bool {
    matches!(name, "frame" | "g" | "scene" | "control" | "image" | "object" | "object-ole" | "number" | "script")
}

/// Elements that mean something else elsewhere in a part, or say their attributes each time.
pub(super) fn is_shifting(name: &str) -> bool {
    matches!(name, "v" | "TextCode" | "tspan" | "part" | "del" | "moveFrom" | "tab" | "ptab" | "textpath" | "fldSimple")
        || matches!(
            name,
            "abstractNum" | "lvl" | "start" | "startOverride" | "lvlText" | "style" | "text-properties" | "font-face"
        )
        || is_shape(name)
}

/// Elements that hold formulas.
pub(super) fn is_formula(name: &str) -> bool {
    matches!(name, "f" | "formula" | "formula1" | "formula2" | "definedName" | "calculatedColumnFormula")
}
