//! Properties, labels and custom data: every value by itself, labelled with its key, and what
//! is known of machine-readable labels in one line.

use std::collections::BTreeMap;

use crate::extract::Cx;
use crate::extract::xml::{Attribute, Visitor, value};
use crate::model::{Part, PartKind};

/// Namespace of the confidentiality labels of STANAG 4774.
const STANAG: &str = "urn:nato:stanag:4774:confidentialitymetadatalabel:1:0";

/// Reads a part value by value.
pub(in crate::extract) struct Leaves {
    kind: PartKind,
    /// The open elements.
    path: Vec<String>,
    /// The key that names the next value, where an element carries one.
    key: Option<String>,
    text: String,
    stanag: Option<BTreeMap<&'static str, String>>,
}

impl Leaves {
    pub(in crate::extract) fn new(kind: PartKind) -> Self {
        Leaves { kind, path: Vec::new(), key: None, text: String::new(), stanag: None }
    }

    pub(in crate::extract) fn finish(mut self, cx: &mut Cx<'_>) {
        self.flush(cx);
        if let Some(label) = self.stanag {
            let get = |key: &str| label.get(key).map(String::as_str).unwrap_or_default();
            let text = format!("stanag4774 policy={} classification={}", get("policy"), get("classification"));
            cx.short(Part::labelled(PartKind::Label, "STANAG 4774"), &text);
        }
    }

    fn flush(&mut self, cx: &mut Cx<'_>) {
        let text = std::mem::take(&mut self.text);
        if text.trim().is_empty() {
            return;
        }
        let element = self.path.last().map(String::as_str).unwrap_or_default();
        let key = self.key.as_deref().unwrap_or(element).to_string();
        self.learn_stanag(&text);
        self.say(&key, text.trim(), cx);
    }

    /// Hands on one value with its key.
    fn say(&mut self, key: &str, text: &str, cx: &mut Cx<'_>) {
        cx.short(Part::labelled(self.kind, key), text);
        if is_label_key(key) {
            cx.short(Part::labelled(PartKind::Label, key), &format!("{key}={text}"));
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

/// Keys under which programs store what a document is classified as.
pub(in crate::extract) fn is_label_key(key: &str) -> bool {
    key.starts_with("MSIP_Label_")
        || key.starts_with("urn:bails:")
        || key.eq_ignore_ascii_case("msip_labels")
        || key.eq_ignore_ascii_case("x-protective-marking")
}

impl Visitor for Leaves {
    fn open(&mut self, name: &str, attributes: &[Attribute], cx: &mut Cx<'_>) {
        self.flush(cx);
        self.path.push(name.to_string());
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
        }
    }

    fn text(&mut self, text: &str, _: &mut Cx<'_>) {
        self.text.push_str(text);
    }

    fn close(&mut self, name: &str, cx: &mut Cx<'_>) {
        self.flush(cx);
        self.path.pop();
        if matches!(name, "property" | "user-defined" | "CustomData") {
            self.key = None;
        }
    }

    fn aside(&mut self, text: &str, cx: &mut Cx<'_>) {
        cx.short(Part::only(PartKind::Markup), text);
    }
}
