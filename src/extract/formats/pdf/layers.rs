//! Layers (optional content, ISO 32000-2, 8.11): which of them a reader sees at first.

use std::collections::HashSet;

use hayro_syntax::object::{Array, Dict, Name, ObjectIdentifier};

/// The layers switched off.
#[derive(Default)]
pub(super) struct Layers {
    off: HashSet<ObjectIdentifier>,
}

impl Layers {
    /// From the document's catalog.
    pub(super) fn new(catalog: &Dict<'_>) -> Self {
        let Some(properties) = catalog.get::<Dict<'_>>(&b"OCProperties"[..]) else {
            return Layers::default();
        };
        let config = properties.get::<Dict<'_>>(&b"D"[..]).unwrap_or_default();
        let groups = |dict: &Dict<'_>, key: &[u8]| -> Vec<ObjectIdentifier> {
            let array = dict.get::<Array<'_>>(key).unwrap_or_default();
            array.raw_iter().filter_map(|group| group.as_obj_ref()).map(Into::into).collect()
        };
        let mut off: HashSet<_> = match config.get::<Name<'_>>(&b"BaseState"[..]) {
            Some(state) if state.as_ref() == b"OFF" => groups(&properties, b"OCGs").into_iter().collect(),
            _ => HashSet::new(),
        };
        off.extend(groups(&config, b"OFF"));
        for group in groups(&config, b"ON") {
            off.remove(&group);
        }
        Layers { off }
    }

    /// The content of this group, or membership of groups, is not seen.
    pub(super) fn hides(&self, content: &Dict<'_>) -> bool {
        if content.obj_id().is_some_and(|id| self.off.contains(&id)) {
            return true;
        }
        if self.off.is_empty() || content.get::<Name<'_>>(&b"Type"[..]).is_none_or(|name| name.as_ref() != b"OCMD") {
            return false;
        }
        let single = content.get_ref(&b"OCGs"[..]).map(ObjectIdentifier::from);
        let array = content.get::<Array<'_>>(&b"OCGs"[..]).unwrap_or_default();
        let members = array.raw_iter().filter_map(|group| group.as_obj_ref()).map(ObjectIdentifier::from);
        let mut members: Vec<ObjectIdentifier> = members.collect();
        if members.is_empty() {
            members.extend(single);
        }
        let is_off = |group: &ObjectIdentifier| self.off.contains(group);
        let policy = content.get::<Name<'_>>(&b"P"[..]);
        match policy.as_ref().map(|name| name.as_ref()) {
            Some(b"AllOn") => members.iter().any(is_off),
            Some(b"AnyOff") => !members.iter().any(is_off),
            Some(b"AllOff") => !members.iter().all(is_off),
            _ => !members.is_empty() && members.iter().all(is_off),
        }
    }
}
