//! Names of files that programs still work on, in a watch folder: counted while they wait, and looked at once no writer
//! and no partner is there.

use std::fs;

use super::{Desk, quick_folder};

#[test]
fn what_has_the_name_of_half_a_file_is_counted_and_looked_at_once_it_stands_alone() {
    let folder = quick_folder();
    let watched = folder.path().join("downloads");
    fs::create_dir(&watched).expect("a folder");
    let desk = Desk::configured(&format!(
        "[[watch]]\npath = {:?}\naction = \"quarantine\"\nsettle_millis = 100\n",
        watched.display().to_string()
    ));
    // Each with the file it stands beside.
    let halves = [("a.part", "a"), ("~$a.docx", "a.docx"), (".b.txt.swp", "b.txt"), ("c.download", "c")];
    let watch = desk.watch();
    for (number, (half, partner)) in halves.iter().enumerate() {
        fs::write(watched.join(partner), format!("植树 {number}\n")).expect("written");
        fs::write(watched.join(half), format!("机密★10年\n\n植树通知 {number}\n")).expect("written");
    }
    let count = |what: &str| desk.status()["folders"][1][what].as_u64().unwrap_or_default();
    // A half makes its partner wait, and itself is not looked at while that is there.
    desk.until("all are counted", || count("waiting") == 8);
    std::thread::sleep(std::time::Duration::from_secs(7));
    assert_eq!((desk.held().len(), count("waiting")), (0, 8));
    for (_, partner) in halves {
        fs::remove_file(watched.join(partner)).expect("removed");
    }
    desk.until("looked at", || desk.held().len() == halves.len());
    desk.until("nothing waits", || count("waiting") == 0);
    assert!(fs::read_dir(&watched).expect("readable").next().is_none());
    watch.stop();
}
