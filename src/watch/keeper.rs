//! The keeper: a small process that starts the daemon again when a crash, a kill or a hang ended it, for sessions that
//! no service manager looks after. It reads neither settings nor files of people's, and ends with the session.

use std::io;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, Signal, getppid, kill_process, pidfd_open, test_kill_process};
use signal_hook::consts::{SIGCHLD, SIGHUP, SIGINT, SIGTERM};

use crate::disk::private_folder;

/// Pause before the daemon is started again; doubled each time it dies soon after.
const PAUSE: Duration = Duration::from_secs(1);
/// Longest pause: however often it dies, it is tried again, and never in a tight loop.
const LONGEST: Duration = Duration::from_secs(60);
/// A daemon that lived so long works: its death begins with the short pause again.
const STEADY: Duration = Duration::from_secs(120);
/// A daemon that gives no sign of life for so long hangs; it gives one at each walk, once a minute.
const SILENT: Duration = Duration::from_secs(180);
/// The code with which Rust's runtime ends after a panic.
const PANIC: i32 = 101;

/// What the keeper is told.
#[derive(Debug, PartialEq, Eq)]
enum Told {
    Signal(i32),
    /// The session that it was started in has ended.
    SessionOver,
    /// No sign of life.
    Silence,
}

/// Starts what `command` says and starts it again until it ends by itself, or is told to; gives how it ended. Signs of
/// life are heard in `folder`, where what need not outlive the session lies.
///
/// # Errors
/// When signals cannot be received or the program cannot be started.
pub fn keep(folder: &Path, command: &mut dyn FnMut() -> Command) -> io::Result<ExitStatus> {
    let (told, ears) = channel();
    listen_to_signals(told.clone())?;
    watch_session(told.clone());
    // Under a service manager, that one listens.
    let life = match std::env::var_os("NOTIFY_SOCKET") {
        Some(_) => None,
        None => listen_to_life(folder, SILENT, told)
            .inspect_err(|e| tracing::warn!(error = %e.kind(), "a hang is not seen"))
            .ok(),
    };
    let (mut pause, mut is_told_to_stop) = (PAUSE, false);
    loop {
        let began = Instant::now();
        let mut command = command();
        if let Some(Life(socket)) = &life {
            command.env("NOTIFY_SOCKET", socket);
        }
        let mut child = command.spawn()?;
        let status = attend(&mut child, &ears, &mut is_told_to_stop)?;
        if is_told_to_stop || ended_by_itself(status) {
            return Ok(status);
        }
        pause = if began.elapsed() >= STEADY { PAUSE } else { pause };
        tracing::error!(%status, "the daemon died; it is started again");
        if !rest(pause, &ears) {
            return Ok(status);
        }
        pause = (2 * pause).min(LONGEST);
    }
}

/// The daemon is told to end when the process that keeps it does. False if that one is gone already.
pub fn end_with(keeper: i32) -> bool {
    let asked = rustix::process::set_parent_process_death_signal(Some(Signal::TERM));
    asked.is_ok() && getppid().map(Pid::as_raw_pid) == Some(keeper)
}

/// Passes on what it is told until the child has ended.
fn attend(child: &mut Child, ears: &Receiver<Told>, is_told_to_stop: &mut bool) -> io::Result<ExitStatus> {
    loop {
        // Before and after each word: a signal of its end may have come before it was listened to.
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        let pass_on = match ears.recv().map_err(io::Error::other)? {
            Told::Signal(SIGCHLD) => continue,
            Told::Signal(SIGHUP) => Signal::HUP,
            Told::Signal(_) | Told::SessionOver => {
                *is_told_to_stop = true;
                Signal::TERM
            }
            Told::Silence => {
                tracing::error!("the daemon gives no sign of life: it is ended");
                Signal::KILL
            }
        };
        // Not waited for yet, so the number is its own still.
        let _ = kill_process(Pid::from_child(child), pass_on);
    }
}

/// Waits; false when told to stop meanwhile.
fn rest(pause: Duration, ears: &Receiver<Told>) -> bool {
    let until = Instant::now() + pause;
    loop {
        match ears.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(Told::Signal(SIGINT | SIGTERM) | Told::SessionOver) => return false,
            Ok(_) => {}
            Err(RecvTimeoutError::Timeout) => return true,
            Err(RecvTimeoutError::Disconnected) => return false,
        }
    }
}

/// It came to its own end: nothing to look after, wrong settings, another one that runs, a stop.
fn ended_by_itself(status: ExitStatus) -> bool {
    status.code().is_some_and(|code| code != PANIC)
}

fn listen_to_signals(told: Sender<Told>) -> io::Result<()> {
    let mut signals = signal_hook::iterator::Signals::new([SIGTERM, SIGINT, SIGHUP, SIGCHLD])?;
    std::thread::spawn(move || {
        for signal in signals.forever() {
            if told.send(Told::Signal(signal)).is_err() {
                return;
            }
        }
    });
    Ok(())
}

/// Tells when the first process of the desktop session ends. A session of a terminal is none of the desktop's: what
/// was started there goes on until it is told to stop.
fn watch_session(told: Sender<Told>) {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let Some(leader) = leader_of(&stat).filter(|leader| *leader != rustix::process::getpid()) else { return };
    std::thread::spawn(move || {
        match pidfd_open(leader, PidfdFlags::empty()) {
            Ok(leader) => while poll(&mut [PollFd::new(&leader, PollFlags::IN)], None).is_err() {},
            // Kernels before 5.3.
            Err(Errno::NOSYS) => {
                while test_kill_process(leader) != Err(Errno::SRCH) {
                    std::thread::sleep(Duration::from_secs(10));
                }
            }
            Err(_) => return,
        }
        let _ = told.send(Told::SessionOver);
    });
}

/// The session's first process, if the session has no terminal (proc_pid_stat(5), behind the name: state, parent,
/// group, session, terminal).
fn leader_of(stat: &str) -> Option<Pid> {
    let (_, rest) = stat.rsplit_once(") ")?;
    let fields: Vec<&str> = rest.split(' ').collect();
    let is_desktop = *fields.get(4)? == "0";
    Pid::from_raw(fields.get(3)?.parse().ok()?).filter(|_| is_desktop)
}

/// The socket at which signs of life arrive; it goes with this.
struct Life(PathBuf);

impl Drop for Life {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Listens to signs of life in a folder of ours, as a service manager does (sd_notify(3)).
fn listen_to_life(folder: &Path, patience: Duration, told: Sender<Told>) -> io::Result<Life> {
    const NAME: &str = "keeper-";
    for name in private_folder(folder)?.names()? {
        // What a keeper that was killed left behind.
        let keeper = name.to_str().and_then(|name| Pid::from_raw(name.strip_prefix(NAME)?.parse().ok()?));
        if keeper.is_some_and(|keeper| test_kill_process(keeper) == Err(Errno::SRCH)) {
            std::fs::remove_file(folder.join(name))?;
        }
    }
    let path = folder.join(format!("{NAME}{}", std::process::id()));
    let socket = UnixDatagram::bind(&path)?;
    let life = Life(path);
    socket.set_read_timeout(Some(patience))?;
    std::thread::spawn(move || {
        let mut room = [0; 4096];
        loop {
            let told = match socket.recv(&mut room) {
                Ok(_) => Ok(()),
                Err(e) if matches!(e.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {
                    told.send(Told::Silence)
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => Ok(()),
                Err(_) => return,
            };
            if told.is_err() {
                return;
            }
        }
    });
    Ok(life)
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;

    use super::*;

    #[test]
    fn a_crash_a_kill_and_a_panic_are_no_end_and_a_wrong_setting_is_one() {
        let code = |code: i32| ExitStatus::from_raw(code << 8);
        assert!([code(0), code(1), code(2)].into_iter().all(ended_by_itself));
        let killed = ExitStatus::from_raw(9);
        assert!(![code(PANIC), killed].into_iter().any(ended_by_itself));
    }

    #[test]
    fn silence_is_told_and_a_sign_of_life_puts_it_off() {
        let (told, ears) = channel();
        let patience = Duration::from_millis(400);
        let folder = tempfile::tempdir().expect("a folder");
        // Left by one that was killed; no process has the highest number.
        let left = folder.path().join("keeper-2147483647");
        drop(UnixDatagram::bind(&left).expect("a socket"));
        let life = listen_to_life(folder.path(), patience, told).expect("a socket");
        assert!(life.0.exists() && !left.exists());
        let daemon = UnixDatagram::unbound().expect("a socket");
        let began = Instant::now();
        while began.elapsed() < 2 * patience {
            daemon.send_to(b"WATCHDOG=1", &life.0).expect("sent");
            assert_eq!(ears.try_recv().ok(), None);
            std::thread::sleep(patience / 20);
        }
        assert_eq!(ears.recv_timeout(20 * patience), Ok(Told::Silence));
        let path = life.0.clone();
        drop(life);
        assert!(!path.exists());
    }

    #[test]
    fn the_first_process_of_a_session_without_terminal_is_told_from_that_of_a_shell() {
        let desktop = "4711 (mizha) watch) S 4700 4711 4600 0 -1 4194560";
        assert_eq!(leader_of(desktop), Pid::from_raw(4600));
        assert_eq!(leader_of("4711 (mizha) S 4700 4711 4600 34816 4711 4194560"), None);
        assert_eq!(leader_of("4711 (mizha) S 0 0 0 0 -1 4194560"), None);
        assert_eq!(leader_of(""), None);
    }
}
