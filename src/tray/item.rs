//! The icon itself, as `org.kde.StatusNotifierItem` has it. Desktops read its properties; a click is handed on as a wish.

use std::sync::mpsc::Sender;

use zbus::object_server::SignalEmitter;
use zbus::{OwnedObjectPath, interface};

use super::icon::{Pixmap, pixmaps};
use super::state::TrayState;
use super::{Wish, menu};
use crate::act::opener::View;
use crate::model::Lang;

/// The icon as it is served.
pub(super) struct Item {
    pub(super) state: TrayState,
    pub(super) asked: Sender<Wish>,
    pub(super) lang: Lang,
}

impl Item {
    fn ask(&self, view: View) {
        let _ = self.asked.send(Wish::Open(view));
    }

    fn product(&self) -> &'static str {
        self.lang.pick("Mizha", "密闸")
    }
}

#[interface(name = "org.kde.StatusNotifierItem")]
impl Item {
    #[zbus(property(emits_changed_signal = "const"))]
    fn category(&self) -> &str {
        "ApplicationStatus"
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn id(&self) -> &str {
        "mizha"
    }

    #[zbus(property(emits_changed_signal = "false"))]
    fn title(&self) -> &str {
        self.product()
    }

    #[zbus(property(emits_changed_signal = "false"))]
    pub(super) fn status(&self) -> &str {
        if self.state.needs_attention() { "NeedsAttention" } else { "Active" }
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn window_id(&self) -> i32 {
        0
    }

    #[zbus(property(emits_changed_signal = "false"))]
    fn icon_name(&self) -> &str {
        self.state.icon()
    }

    #[zbus(property(emits_changed_signal = "false"))]
    fn icon_pixmap(&self) -> Vec<Pixmap> {
        pixmaps(&self.state)
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn overlay_icon_name(&self) -> &str {
        ""
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn overlay_icon_pixmap(&self) -> Vec<Pixmap> {
        Vec::new()
    }

    #[zbus(property(emits_changed_signal = "false"))]
    fn attention_icon_name(&self) -> &str {
        self.state.icon()
    }

    #[zbus(property(emits_changed_signal = "false"))]
    fn attention_icon_pixmap(&self) -> Vec<Pixmap> {
        pixmaps(&self.state)
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn attention_movie_name(&self) -> &str {
        ""
    }

    #[zbus(property(emits_changed_signal = "false"))]
    fn tool_tip(&self) -> (String, Vec<Pixmap>, String, String) {
        (self.state.icon().to_string(), Vec::new(), self.product().to_string(), self.state.message(self.lang))
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn item_is_menu(&self) -> bool {
        false
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn menu(&self) -> OwnedObjectPath {
        menu::PATH.into()
    }

    /// A click opens what is most likely wanted: what is held, or else the page on which to check.
    fn activate(&self, _x: i32, _y: i32) {
        self.ask(if self.state.held > 0 { View::Held(None) } else { View::Check(Vec::new()) });
    }

    fn secondary_activate(&self, _x: i32, _y: i32) {
        self.ask(View::Health);
    }

    /// Desktops that show no menus of programs themselves ask us to.
    fn context_menu(&self, _x: i32, _y: i32) {
        self.ask(View::Health);
    }

    fn scroll(&self, _delta: i32, _orientation: &str) {}

    #[zbus(signal)]
    pub(super) async fn new_icon(emitter: &SignalEmitter<'_>) -> zbus::Result<()>;

    #[zbus(signal)]
    pub(super) async fn new_attention_icon(emitter: &SignalEmitter<'_>) -> zbus::Result<()>;

    #[zbus(signal)]
    pub(super) async fn new_tool_tip(emitter: &SignalEmitter<'_>) -> zbus::Result<()>;

    #[zbus(signal)]
    pub(super) async fn new_status(emitter: &SignalEmitter<'_>, status: &str) -> zbus::Result<()>;
}
