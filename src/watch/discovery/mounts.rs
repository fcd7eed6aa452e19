//! Drives that come and go: the kernel says when the table of mounts changes, and sysfs whether
//! a drive can be removed.

use std::fs::File;
use std::io::PipeWriter;
use std::path::{Path, PathBuf};
use std::sync::mpsc::SyncSender;

use rustix::event::{PollFd, PollFlags, poll};

use super::hints::Hint;

const TABLE: &str = "/proc/self/mountinfo";

/// A thread that tells of every change of the table of mounts, and sleeps meanwhile. It ends when this is dropped.
#[derive(Debug)]
pub struct Mounts {
    /// Closed, it wakes the thread.
    _end: Option<PipeWriter>,
}

impl Mounts {
    /// Begins.
    pub fn watch(hints: SyncSender<Hint>) -> Self {
        let Ok((ended, end)) = std::io::pipe() else {
            return Mounts { _end: None };
        };
        std::thread::spawn(move || {
            let Ok(table) = File::open(TABLE) else { return };
            loop {
                let mut wait = [PollFd::new(&table, PollFlags::PRI), PollFd::new(&ended, PollFlags::IN)];
                if poll(&mut wait, None).is_err() || !wait[1].revents().is_empty() {
                    return;
                }
                if hints.send(Hint::Folders).is_err() {
                    return;
                }
            }
        });
        Mounts { _end: Some(end) }
    }
}

/// The folder lies on a file system that does not tell of what other machines or programs
/// change: network and FUSE (statfs(2) lists the numbers).
pub(super) fn is_silent(path: &Path) -> bool {
    const SILENT: [u64; 8] =
        [0x6969, 0x517B, 0xFF53_4D42, 0xFE53_4D42, 0x6573_5546, 0x0102_1997, 0x7461_636f, 0x00C3_6400];
    #[allow(clippy::unnecessary_cast)]
    rustix::fs::statfs(path).is_ok_and(|stat| SILENT.contains(&(stat.f_type as u64 & 0xFFFF_FFFF)))
}

/// Something is mounted at this folder.
pub(super) fn is_mount(path: &Path) -> bool {
    let device = |path: &Path| crate::disk::FileStamp::at(path).ok().map(|look| look.device);
    path.parent().is_some_and(|parent| device(path).is_some() && device(path) != device(parent))
}

/// Mount points of drives that can be removed.
pub(in crate::watch) fn removable() -> Vec<PathBuf> {
    std::fs::read_to_string(TABLE).map(|table| of(&table, is_removable)).unwrap_or_default()
}

/// Mount points in the table (proc_pid_mountinfo(5)) that users see and that pass the test.
fn of(table: &str, removable: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    const SEEN: [&str; 3] = ["/media/", "/run/media/", "/mnt/"];
    let mount = |line: &str| {
        let fields: Vec<&str> = line.split(' ').collect();
        let (device, point) = (*fields.get(2)?, unescaped(fields.get(4)?));
        (SEEN.iter().any(|folder| point.starts_with(folder)) && removable(device)).then(|| PathBuf::from(point))
    };
    table.lines().filter_map(mount).collect()
}

/// Spaces and backslashes are written in octal there.
fn unescaped(text: &str) -> String {
    text.replace("\\040", " ").replace("\\011", "\t").replace("\\012", "\n").replace("\\134", "\\")
}

fn is_removable(device: &str) -> bool {
    let block = Path::new("/sys/dev/block").join(device);
    let flag = |path: &str| std::fs::read_to_string(block.join(path)).is_ok_and(|text| text.trim() == "1");
    // A partition asks its drive; a drive on USB counts whatever it says of itself.
    let usb = block.canonicalize().is_ok_and(|path| path.to_string_lossy().contains("/usb"));
    flag("removable") || flag("../removable") || usb
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stick_with_a_blank_in_its_name_is_found_and_a_disk_is_not() {
        let table = "36 35 8:17 / /media/user/U\\040盘 rw,nosuid - vfat /dev/sdb1 rw\n\
                     37 35 8:1 / /mnt/data rw - ext4 /dev/sda1 rw\n\
                     38 35 8:18 / /home rw - ext4 /dev/sdb2 rw\n";
        assert_eq!(of(table, |device| device != "8:1"), [PathBuf::from("/media/user/U 盘")]);
    }
}
