//! The icon in the tray: a real bus, a tray of the test's own that reads the icon, opens its menu and clicks as a desktop
//! would, and a real tray (swaybar).

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::sync::{Arc, Mutex};

use zbus::message::Header;
use zbus::{Connection, OwnedVariant, Proxy, block_on, interface};

use super::{Desktop, Headless, installed, until};

/// Where trays are told of icons.
const WATCHER: &str = "org.kde.StatusNotifierWatcher";

/// A tray that only keeps who told it of an icon.
struct OwnTray(Arc<Mutex<Vec<String>>>);

#[interface(name = "org.kde.StatusNotifierWatcher")]
impl OwnTray {
    fn register_status_notifier_item(&self, service: &str, #[zbus(header)] header: Header<'_>) {
        assert_eq!(Some(service), header.sender().map(|sender| sender.as_str()));
        self.0.lock().expect("a list").push(service.to_string());
    }
}

/// The menu as it is sent: revision and layout.
type Layout = (u32, (i32, HashMap<String, OwnedVariant>, Vec<OwnedVariant>));

struct Host {
    connection: Connection,
    icons: Arc<Mutex<Vec<String>>>,
}

impl Host {
    fn new(address: &str) -> Self {
        let icons = Arc::default();
        let tray = OwnTray(Arc::clone(&icons));
        let builder =
            zbus::connection::Builder::address(address).serve_at("/StatusNotifierWatcher", tray).name(WATCHER);
        Host { connection: block_on(builder.build()).expect("a tray"), icons }
    }

    fn icon(&self) -> Option<String> {
        self.icons.lock().expect("a list").last().cloned()
    }

    fn property(&self, name: &str) -> String {
        let icon = self.icon().expect("an icon");
        block_on(async {
            let proxy = Proxy::new(&self.connection, icon, "/StatusNotifierItem", "org.kde.StatusNotifierItem").await?;
            // As desktops read it: anew after each signal.
            let value: OwnedVariant = self
                .connection
                .call_method(
                    Some(proxy.destination().clone()),
                    "/StatusNotifierItem",
                    Some("org.freedesktop.DBus.Properties"),
                    "Get",
                    &("org.kde.StatusNotifierItem", name),
                )
                .await?
                .body()
                .deserialize()?;
            Ok::<_, zbus::Error>(format!("{value:?}"))
        })
        .expect("a property")
    }

    /// The menu, as text: whatever a desktop could show of it.
    fn menu(&self) -> String {
        let names: Vec<String> = Vec::new();
        let reply = self.call("/MenuBar", "com.canonical.dbusmenu", "GetLayout", &(0i32, -1i32, names));
        let layout: Layout = reply.body().deserialize().expect("a layout");
        format!("{layout:?}")
    }

    fn call<B>(&self, path: &str, interface: &str, method: &str, body: &B) -> zbus::Message
    where
        B: serde::Serialize + zbus::DynamicType + Sync,
    {
        let icon = self.icon().expect("an icon");
        block_on(self.connection.call_method(Some(icon.as_str()), path, Some(interface), method, body))
            .expect("an answer")
    }

    fn choose(&self, entry: i32) {
        let body = (entry, "clicked", OwnedVariant::from(0i32), 0u32);
        self.call("/MenuBar", "com.canonical.dbusmenu", "Event", &body);
    }
}

impl Desktop {
    fn bus(&self) -> String {
        let bus = self.variables.iter().find(|(name, _)| *name == "DBUS_SESSION_BUS_ADDRESS");
        bus.expect("a bus").1.clone()
    }
}

#[test]
fn the_icon_says_how_the_guard_is_and_leads_to_its_pages() {
    if !installed(&["dbus-daemon"]) {
        return;
    }
    let mut desktop = Desktop::new().with_bus();
    let mut tray = desktop.mizha(&["tray", "--lang", "zh"]);
    let mut tray = tray.stderr(Stdio::piped()).spawn().expect("it starts");
    let mut words = String::new();
    let mut told = BufReader::new(tray.stderr.take().expect("piped"));
    told.read_line(&mut words).expect("readable");
    desktop.programs.push(tray);
    assert!(words.contains("没有系统托盘"), "{words}");
    // The second one finds the first.
    let second = desktop.mizha(&["tray", "--lang", "zh"]).stderr(Stdio::piped()).output().expect("it runs");
    assert!(second.status.success() && String::from_utf8_lossy(&second.stderr).contains("已在显示"), "{second:?}");

    let host = Host::new(&desktop.bus());
    until("an icon", || host.icon().is_some());
    assert!(host.property("IconName").contains("security-low") && host.property("Status").contains("NeedsAttention"));
    assert!(host.property("ToolTip").contains("守护程序未运行"), "{}", host.property("ToolTip"));
    let yard = desktop.watch("zh", false);
    until("it works", || host.property("IconName").contains("security-high"));
    assert!(host.property("Status").contains("Active") && host.property("IconPixmap").len() > 1000);
    fs::write(yard.pending.join("a.txt"), "机密★10年\n\n关于昆仑植树的通知\n").expect("written");
    until("held", || host.menu().contains("暂扣的文件（1）"));
    assert!(!host.menu().contains("昆仑"), "no name: {}", host.menu());

    host.call("/StatusNotifierItem", "org.kde.StatusNotifierItem", "Activate", &(0i32, 0i32));
    let page = desktop.page();
    let held = page.get("/held");
    assert!(held.body.contains("机密★…") && page.first == "/held", "{}: {held:?}", page.first);

    // A pause by the menu, and its end.
    let reason = host.menu();
    assert!(reason.contains("保密管理员要求"), "{reason}");
    host.choose(22);
    until("paused", || desktop.status()["paused"].is_object());
    until("shown", || host.property("IconName").contains("security-medium") && host.menu().contains("立即恢复守护"));
    host.choose(8);
    until("goes on", || desktop.status()["paused"].is_null());
    // Nobody shows notifications here, which the icon tells of as well.
    until("shown", || host.property("ToolTip").contains("需要处理") && host.menu().contains("暂停 30 分钟"));
    let log = desktop.audit();
    assert!(log.contains("\"paused\"") && log.contains("保密管理员要求") && log.contains("\"resumed\""), "{log}");

    // A tray that ends and another that comes: it is told as well.
    drop(host);
    let host = Host::new(&desktop.bus());
    until("an icon again", || host.icon().is_some());
}

#[test]
fn where_there_is_no_bus_it_ends_and_says_what_serves() {
    let desktop = Desktop::new();
    let output = desktop.mizha(&["tray"]).stderr(Stdio::piped()).output().expect("it runs");
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(2) && words.contains("application menu"), "{output:?}");
}

#[test]
fn a_real_tray_takes_the_icon() {
    if !installed(&["dbus-daemon", "sway", "swaybar"]) {
        return;
    }
    let desktop = Desktop::new().with_bus_of(None);
    let config = desktop.root.path().join("sway.conf");
    fs::write(&config, "bar {\n tray_output *\n}\n").expect("written");
    let mut desktop = desktop.with_sway(Headless { config: config.display().to_string() });
    let tray = desktop.mizha(&["tray"]).stdout(Stdio::null()).spawn().expect("it starts");
    desktop.programs.push(tray);
    let icons = || {
        block_on(async {
            let connection = zbus::connection::Builder::address(desktop.bus().as_str()).build().await?;
            let proxy = Proxy::new(&connection, WATCHER, "/StatusNotifierWatcher", WATCHER).await?;
            proxy.get_property::<Vec<String>>("RegisteredStatusNotifierItems").await
        })
    };
    until("taken", || icons().is_ok_and(|icons| icons.len() == 1 && icons[0].ends_with("/StatusNotifierItem")));
}
