//! The menu of the icon, as `com.canonical.dbusmenu` has it: entries with numbers of their own, told to whoever shows
//! them. What an entry stands for is handed on as a wish; nothing is done here.

use std::collections::HashMap;
use std::sync::mpsc::Sender;

use zbus::object_server::SignalEmitter;
use zbus::{ObjectPath, OwnedVariant, Variant, interface};

use super::Wish;
use super::state::{GuardState, TrayState};
use crate::act::opener::View;
use crate::model::Lang;

/// Where the menu is served.
pub(super) const PATH: ObjectPath<'static> = ObjectPath::from_static_str_unchecked("/MenuBar");
/// The number of the menu itself.
const ROOT: i32 = 0;

/// Properties of an entry, by name.
type Properties = HashMap<String, OwnedVariant>;
/// An entry with those below it: number, properties, entries.
type Layout = (i32, Properties, Vec<OwnedVariant>);

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    id: i32,
    label: String,
    wish: Option<Wish>,
    below: Vec<Entry>,
}

impl Entry {
    fn new(id: i32, label: impl Into<String>, wish: Option<Wish>) -> Self {
        Entry { id, label: label.into(), wish, below: Vec::new() }
    }

    /// An entry without a label is a line between others; one without a wish or entries below is only read.
    fn properties(&self) -> Vec<(&'static str, Variant<'static>)> {
        let mut properties = Vec::new();
        match self.id {
            ROOT => {}
            _ if self.label.is_empty() => properties.push(("type", Variant::from("separator"))),
            // An underscore would name the key that chooses the entry.
            _ => properties.push(("label", Variant::from(self.label.replace('_', "__")))),
        }
        properties.push(("enabled", Variant::from(self.wish.is_some() || !self.below.is_empty())));
        properties.push(("visible", Variant::from(true)));
        if !self.below.is_empty() {
            properties.push(("children-display", Variant::from("submenu")));
        }
        properties
    }

    /// Properties of these names; all of them when none is named.
    fn chosen(&self, names: &[String]) -> Properties {
        let wanted = |name: &str| names.is_empty() || names.iter().any(|wanted| wanted == name);
        let properties = self.properties().into_iter().filter(|(name, _)| wanted(name));
        properties.filter_map(|(name, value)| Some((name.to_string(), OwnedVariant::try_from(value).ok()?))).collect()
    }

    /// The entry with so many levels below it; with all of them for -1.
    fn layout(&self, depth: i32, names: &[String]) -> Layout {
        let below: &[Entry] = if depth == 0 { &[] } else { &self.below };
        let below = below.iter().map(|entry| Variant::from(entry.layout(depth - 1, names)));
        (self.id, self.chosen(names), below.filter_map(|entry| OwnedVariant::try_from(entry).ok()).collect())
    }

    fn find(&self, id: i32) -> Option<&Entry> {
        if self.id == id { Some(self) } else { self.below.iter().find_map(|entry| entry.find(id)) }
    }

    /// This entry and all below it.
    fn all(&self) -> Vec<&Entry> {
        [self].into_iter().chain(self.below.iter().flat_map(Entry::all)).collect()
    }
}

/// The menu for a state.
fn entries(state: &TrayState, lang: Lang) -> Entry {
    let open = |view| Some(Wish::Open(view));
    let held = match state.held {
        0 => lang.pick("Held files", "暂扣的文件").to_string(),
        held => lang.pick(format!("Held files ({held})"), format!("暂扣的文件（{held}）")),
    };
    let mut below = vec![
        Entry::new(1, state.message(lang), None),
        Entry::new(2, "", None),
        Entry::new(3, lang.pick("Check before sending …", "发送前检查…"), open(View::Check(Vec::new()))),
    ];
    if cfg!(feature = "clipboard") {
        below.push(Entry::new(4, lang.pick("Check the clipboard …", "检查剪贴板…"), open(View::Clipboard)));
    }
    below.push(Entry::new(5, held, open(View::Held(None))));
    below.push(Entry::new(6, lang.pick("Health", "运行状况"), open(View::Health)));
    match state.guard {
        GuardState::Paused(_) => {
            below.push(Entry::new(7, "", None));
            below.push(Entry::new(8, lang.pick("Go on now", "立即恢复守护"), Some(Wish::Resume)));
        }
        GuardState::Works | GuardState::Ails if state.may_pause => {
            let reasons = [
                lang.pick("many files are being sorted", "正在批量整理文件"),
                lang.pick("a file is held up and needed at once", "有文件急用、处理受阻"),
                lang.pick("the security officer asked for it", "保密管理员要求"),
            ];
            let reasons = reasons.into_iter().zip(20..);
            let pause = Entry::new(9, lang.pick("Pause for 30 minutes, because", "暂停 30 分钟，原因"), None);
            let below_it = reasons.map(|(reason, id)| Entry::new(id, reason, Some(Wish::Pause(reason)))).collect();
            below.push(Entry::new(7, "", None));
            below.push(Entry { below: below_it, ..pause });
        }
        _ => {}
    }
    Entry { below, ..Entry::new(ROOT, "", None) }
}

/// The menu as it is served.
pub(super) struct Menu {
    root: Entry,
    revision: u32,
    asked: Sender<Wish>,
    lang: Lang,
}

impl Menu {
    pub(super) fn new(state: &TrayState, asked: Sender<Wish>, lang: Lang) -> Self {
        Menu { root: entries(state, lang), revision: 1, asked, lang }
    }

    /// The menu for another state. Its new revision, if it is another menu.
    pub(super) fn change(&mut self, state: &TrayState) -> Option<u32> {
        let root = entries(state, self.lang);
        if root == self.root {
            return None;
        }
        self.root = root;
        self.revision += 1;
        Some(self.revision)
    }

    /// Hands on what an entry stands for; false when there is no such entry.
    fn choose(&self, id: i32, event: &str) -> bool {
        let Some(entry) = self.root.find(id) else { return false };
        if let (Some(wish), "clicked") = (&entry.wish, event) {
            let _ = self.asked.send(wish.clone());
        }
        true
    }
}

fn unknown(id: i32) -> zbus::fdo::Error {
    zbus::fdo::Error::InvalidArgs(format!("no entry {id}"))
}

#[interface(name = "com.canonical.dbusmenu")]
impl Menu {
    #[zbus(property(emits_changed_signal = "const"))]
    fn version(&self) -> u32 {
        3
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn text_direction(&self) -> &str {
        "ltr"
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn status(&self) -> &str {
        "normal"
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn icon_theme_path(&self) -> Vec<String> {
        Vec::new()
    }

    #[zbus(out_args("revision", "layout"))]
    fn get_layout(&self, parent: i32, depth: i32, names: Vec<String>) -> zbus::fdo::Result<(u32, Layout)> {
        let entry = self.root.find(parent).ok_or_else(|| unknown(parent))?;
        Ok((self.revision, entry.layout(depth, &names)))
    }

    fn get_group_properties(&self, ids: Vec<i32>, names: Vec<String>) -> Vec<(i32, Properties)> {
        let all = self.root.all();
        let wanted = all.into_iter().filter(|entry| ids.is_empty() || ids.contains(&entry.id));
        wanted.map(|entry| (entry.id, entry.chosen(&names))).collect()
    }

    fn get_property(&self, id: i32, name: String) -> zbus::fdo::Result<OwnedVariant> {
        let entry = self.root.find(id).ok_or_else(|| unknown(id))?;
        let mut found = entry.chosen(std::slice::from_ref(&name));
        found.remove(&name).ok_or_else(|| zbus::fdo::Error::InvalidArgs(format!("no property {name}")))
    }

    fn event(&self, id: i32, event: &str, _data: OwnedVariant, _time: u32) -> zbus::fdo::Result<()> {
        if self.choose(id, event) { Ok(()) } else { Err(unknown(id)) }
    }

    fn event_group(&self, events: Vec<(i32, String, OwnedVariant, u32)>) -> Vec<i32> {
        events.into_iter().filter(|(id, event, ..)| !self.choose(*id, event)).map(|(id, ..)| id).collect()
    }

    fn about_to_show(&self, id: i32) -> zbus::fdo::Result<bool> {
        if self.root.find(id).is_some() { Ok(false) } else { Err(unknown(id)) }
    }

    #[zbus(out_args("updates", "errors"))]
    fn about_to_show_group(&self, ids: Vec<i32>) -> (Vec<i32>, Vec<i32>) {
        (Vec::new(), ids.into_iter().filter(|id| self.root.find(*id).is_none()).collect())
    }

    #[zbus(signal)]
    pub(super) async fn layout_updated(emitter: &SignalEmitter<'_>, revision: u32, parent: i32) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn item_activation_requested(emitter: &SignalEmitter<'_>, id: i32, time: u32) -> zbus::Result<()>;
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    fn labels(state: &TrayState, lang: Lang) -> Vec<String> {
        entries(state, lang).all().into_iter().map(|entry| entry.label.clone()).collect()
    }

    #[test]
    fn a_pause_is_offered_where_it_is_allowed_and_ended_where_one_is() {
        let state = |guard, may_pause| TrayState { guard, held: 2, may_pause };
        let works = labels(&state(GuardState::Works, true), Lang::Zh);
        assert!(
            works.contains(&"暂扣的文件（2）".to_string()) && works.contains(&"保密管理员要求".to_string()),
            "{works:?}"
        );
        let forbidden = labels(&state(GuardState::Works, false), Lang::Zh);
        assert!(!forbidden.iter().any(|label| label.contains("暂停")), "{forbidden:?}");
        let paused = labels(&state(GuardState::Paused("2026-01-02T03:04:05Z".into()), true), Lang::En);
        assert!(paused.contains(&"Go on now".to_string()) && !paused.iter().any(|one| one.contains("30 minutes")));
        assert!(!labels(&state(GuardState::Off, true), Lang::En).iter().any(|one| one.contains("30 minutes")));
    }

    #[test]
    fn a_click_is_a_wish_and_anything_else_is_none() {
        let (asked, wishes) = channel();
        let state = TrayState { guard: GuardState::Works, held: 0, may_pause: true };
        let mut menu = Menu::new(&state, asked, Lang::En);
        assert!(menu.choose(5, "hovered") && menu.choose(1, "clicked") && !menu.choose(77, "clicked"));
        assert!(wishes.try_recv().is_err());
        assert!(menu.choose(5, "clicked"));
        assert_eq!(wishes.try_recv(), Ok(Wish::Open(View::Held(None))));
        assert_eq!(menu.change(&state), None);
        assert_eq!(menu.change(&TrayState { held: 1, ..state }), Some(2));
    }
}
