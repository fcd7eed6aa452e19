//! The icon on the message bus: a connection that serves icon and menu, and telling the desktop's tray of it. A tray that
//! ends and comes again is told again.

use std::sync::mpsc::Sender;

use zbus::connection::Builder;
use zbus::object_server::InterfaceRef;
use zbus::{Connection, block_on};

use super::item::Item;
use super::menu::{self, Menu};
use super::state::TrayState;
use super::{TrayError, Wish};
use crate::model::Lang;

/// Where the icon is.
const ITEM: &str = "/StatusNotifierItem";
/// Whoever knows all icons of the session (StatusNotifierWatcher).
const WATCHER: &str = "org.kde.StatusNotifierWatcher";
/// A name that one of us has: two icons would say the same.
const OWN: &str = "io.github.mizha.Tray";

/// The icon, served.
pub(super) struct Tray {
    connection: Connection,
    item: InterfaceRef<Item>,
    menu: InterfaceRef<Menu>,
    /// The watcher that knows of it, by its unique name.
    known_to: Option<String>,
}

impl Tray {
    /// Serves icon and menu on the bus of the session.
    ///
    /// # Errors
    /// When the bus cannot be reached, or another one has our name.
    pub(super) fn new(state: TrayState, asked: Sender<Wish>, lang: Lang) -> Result<Self, TrayError> {
        let menu = Menu::new(&state, asked.clone(), lang);
        let item = Item { state, asked, lang };
        block_on(async {
            let alone = Builder::session().name(OWN).allow_name_replacements(false).replace_existing_names(false);
            let built = alone.serve_at(ITEM, item).serve_at(menu::PATH, menu).build().await;
            let connection = match built {
                Err(zbus::Error::NameTaken) => return Err(TrayError::Shown),
                built => built?,
            };
            let server = connection.object_server();
            let (item, menu) = (server.interface(ITEM).await?, server.interface(menu::PATH).await?);
            Ok(Tray { connection, item, menu, known_to: None })
        })
    }

    /// Tells the tray of the icon, if there is one that does not know of it; whether one knows.
    ///
    /// # Errors
    /// When the bus is gone: the session has ended.
    pub(super) fn register(&mut self) -> Result<bool, TrayError> {
        block_on(async {
            let bus = zbus::fdo::DBusProxy::new(&self.connection).await?;
            let owner = match bus.get_name_owner(WATCHER.try_into()?).await {
                Ok(owner) => owner.to_string(),
                Err(zbus::fdo::Error::NameHasNoOwner(_)) => {
                    self.known_to = None;
                    return Ok(false);
                }
                Err(e) => return Err(zbus::Error::from(e).into()),
            };
            if self.known_to.as_ref() == Some(&owner) {
                return Ok(true);
            }
            let own = self.connection.unique_name().map(ToString::to_string).unwrap_or_default();
            let told = self
                .connection
                .call_method(Some(WATCHER), "/StatusNotifierWatcher", Some(WATCHER), "RegisterStatusNotifierItem", &own)
                .await;
            match told {
                Ok(_) => self.known_to = Some(owner),
                // It went away meanwhile, or is just starting.
                Err(e) => tracing::debug!(error = %e, "the tray was not told"),
            }
            Ok(self.known_to.is_some())
        })
    }

    /// Shows another state.
    ///
    /// # Errors
    /// When the bus is gone.
    pub(super) fn show(&mut self, state: &TrayState) -> Result<(), TrayError> {
        block_on(async {
            let status = {
                let mut item = self.item.get_mut().await;
                item.state = state.clone();
                item.status().to_string()
            };
            let emitter = self.item.signal_emitter();
            Item::new_icon(emitter).await?;
            Item::new_attention_icon(emitter).await?;
            Item::new_tool_tip(emitter).await?;
            Item::new_status(emitter, &status).await?;
            let revision = self.menu.get_mut().await.change(state);
            if let Some(revision) = revision {
                Menu::layout_updated(self.menu.signal_emitter(), revision, 0).await?;
            }
            Ok(())
        })
    }
}
