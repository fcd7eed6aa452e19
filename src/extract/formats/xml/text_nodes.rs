//! Properties, labels and custom data: every value by itself, labelled with its key, and what
//! is known of machine-readable labels in one line.

use std::collections::BTreeMap;
use std::convert::Infallible;

use super::dialect::unescaped;
use super::{Attribute, Visitor, value};
use crate::extract::driver::{Context, Input};
use crate::extract::support::{encoded, property, text};
use crate::model::{Format, Part, PartKind};

/// Namespace of the confidentiality labels of STANAG 4774.
const STANAG: &str = "urn:nato:stanag:4774:confidentialitymetadatalabel:1:0";

/// Reads a part value by value.
pub(in crate::extract) struct TextNodes {
    kind: PartKind,
    /// The open elements.
    path: Vec<String>,
    /// The key that names the next value, where an element carries one.
    key: Option<String>,
    text: String,
    /// The text of each open element with that of the elements in it.
    mixed: Vec<Mixed>,
    stanag: Option<BTreeMap<&'static str, String>>,
}

/// Bytes of an element with text and elements side by side that are joined.
const JOINED: usize = 4096;

/// The text of an element and of those in it.
#[derive(Default)]
struct Mixed {
    joined: String,
    /// It has text of its own.
    own: bool,
    /// An element in it has text, or stands between two pieces of its own.
    inner: bool,
    /// An element stands behind the text read so far.
    is_interrupted: bool,
}

impl Mixed {
    fn add(&mut self, text: &str) {
        if self.joined.len() + text.len() <= JOINED {
            self.joined.push_str(text);
        }
    }
}

impl TextNodes {
    pub(in crate::extract) fn new(kind: PartKind) -> Self {
        TextNodes { kind, path: Vec::new(), key: None, text: String::new(), mixed: Vec::new(), stanag: None }
    }

    pub(in crate::extract) fn finish(mut self, cx: &mut Context<'_>) {
        self.flush(cx);
        if let Some(label) = self.stanag {
            let get = |key: &str| label.get(key).map(String::as_str).unwrap_or_default();
            let text = format!("stanag4774 policy={} classification={}", get("policy"), get("classification"));
            cx.short(Part::labelled(PartKind::Label, "STANAG 4774"), &text);
        }
    }

    fn flush(&mut self, cx: &mut Context<'_>) {
        let text = std::mem::take(&mut self.text);
        let text = unescaped(&text);
        if text.trim().is_empty() {
            return;
        }
        let element = self.path.last().map(String::as_str).unwrap_or_default();
        let key = self.key.as_deref().unwrap_or(element).to_string();
        let is_diagram = element == "diagram";
        self.learn_stanag(&text);
        if is_diagram && encoded::packed(&text, cx) {
            return;
        }
        encoded::files(text.as_bytes(), cx);
        property::emit(self.kind, &key, text.trim(), cx);
        if is_page(&text)
            && let Err(reason) = cx.read_as(Format::Html, Input::bytes(&text::marked(&text)))
        {
            cx.gap(Some(Part::labelled(self.kind, &key)), reason);
        }
    }

    /// An element ends: where its own text runs on through elements in it, that is one text.
    fn join(&mut self, cx: &mut Context<'_>) {
        let Some(mixed) = self.mixed.pop() else { return };
        if mixed.own && mixed.inner {
            let key = self.path.last().map(String::as_str).unwrap_or_default().to_string();
            property::emit(self.kind, &key, mixed.joined.trim(), cx);
        }
        if let Some(outer) = self.mixed.last_mut() {
            outer.is_interrupted = true;
            outer.inner |= mixed.own || mixed.inner;
            outer.add(&mixed.joined);
        }
    }

    fn learn_stanag(&mut self, text: &str) {
        let key = match self.path.last().map(String::as_str) {
            Some("PolicyIdentifier") => "policy",
            Some("Classification") => "classification",
            _ => return,
        };
        if let Some(label) = &mut self.stanag {
            label.insert(key, text.trim().to_string());
        }
    }
}

/// A text is a page, as feeds, maps and notes hold them.
fn is_page(text: &str) -> bool {
    text.contains("</") && text.trim_start().starts_with('<')
}

impl Visitor for TextNodes {
    type Step = Infallible;

    fn open(&mut self, name: &str, attributes: &[Attribute], cx: &mut Context<'_>) -> Option<Infallible> {
        self.flush(cx);
        self.path.push(name.to_string());
        self.mixed.push(Mixed::default());
        if let Some(key) =
            value(attributes, "name").filter(|_| matches!(name, "property" | "user-defined" | "CustomData"))
        {
            self.key = Some(key.to_string());
            cx.short(Part::labelled(self.kind, "name"), key);
        }
        if attributes.iter().any(|attribute| attribute.value == STANAG) {
            self.stanag.get_or_insert_default();
        }
        if name == "label" && value(attributes, "siteId").is_some() {
            let mut line = String::from("LabelInfo");
            for attribute in attributes {
                line.push_str(&format!(" {}={}", attribute.name, attribute.value));
            }
            cx.short(Part::labelled(PartKind::Label, "LabelInfo"), &line);
        }
        for attribute in attributes.iter().filter(|attribute| !attribute.value.starts_with("http://schemas.")) {
            cx.short(Part::labelled(self.kind, &attribute.name), &attribute.value);
            encoded::value(&attribute.value, cx);
            // A label of a diagram may be a page.
            if matches!(attribute.name.as_str(), "value" | "label") && attribute.value.contains('<') {
                // It is held, and a page never fails.
                let _ = cx.read_as(Format::Html, Input::bytes(&text::marked(&attribute.value)));
            }
        }
        None
    }

    fn text(&mut self, text: &str, _: &mut Context<'_>) {
        self.text.push_str(text);
        if let Some(mixed) = self.mixed.last_mut() {
            let has_words = !text.trim().is_empty();
            mixed.inner |= has_words && mixed.own && mixed.is_interrupted;
            mixed.own |= has_words;
            mixed.add(text);
        }
    }

    fn close(&mut self, name: &str, cx: &mut Context<'_>) -> Option<Infallible> {
        self.flush(cx);
        self.join(cx);
        self.path.pop();
        if matches!(name, "property" | "user-defined" | "CustomData") {
            self.key = None;
        }
        None
    }

    fn again(&mut self, step: Infallible, _: &mut Context<'_>) {
        match step {}
    }

    fn aside(&mut self, text: &str, cx: &mut Context<'_>) {
        cx.short(Part::only(PartKind::Markup), text);
    }
}
