//! The one way XML text is read: decoded first, then as open, text and close with entities
//! resolved and character data joined. Bounded in depth, in the length of one token and in
//! what entities may become; nothing is ever fetched.

mod attributes;
mod conditions;
mod decode;
mod dialect;
mod elements;
mod entities;
mod file;
mod fixed_page;
mod flow;
mod fonts;
mod known;
mod labels;
mod layout;
mod plain;
mod reader;
mod shared;
mod text_nodes;

use crate::extract::driver::Context;

pub(super) use decode::{decoded, looks_like_xml};
pub(super) use file::Xml;
pub(super) use flow::Flow;
pub(super) use reader::walk;
pub(super) use shared::Strings;
pub(super) use text_nodes::TextNodes;

/// One attribute: its name without prefix, and its value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Attribute {
    pub name: String,
    pub value: String,
}

/// The value of an attribute.
pub(super) fn value<'a>(attributes: &'a [Attribute], name: &str) -> Option<&'a str> {
    attributes.iter().find(|attribute| attribute.name == name).map(|attribute| attribute.value.as_str())
}

/// Takes what an XML part holds, in order. Element names come without their prefix.
pub(super) trait Visitor {
    /// What a tag does that does the same whenever it comes again, letter by letter.
    type Step: Copy;

    /// An element begins.
    fn open(&mut self, name: &str, attributes: &[Attribute], cx: &mut Context<'_>) -> Option<Self::Step>;
    /// Text of the innermost open element; may come in several pieces.
    fn text(&mut self, text: &str, cx: &mut Context<'_>);
    /// The innermost element ends.
    fn close(&mut self, name: &str, cx: &mut Context<'_>) -> Option<Self::Step>;
    /// A tag of the same letters as one that led to this step.
    fn again(&mut self, step: Self::Step, cx: &mut Context<'_>);
    /// A comment, a processing instruction, or text that could not be read as XML.
    fn aside(&mut self, text: &str, cx: &mut Context<'_>);
}

#[cfg(test)]
mod tests;
