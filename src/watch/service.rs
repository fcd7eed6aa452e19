//! The daemon as a service: one thread looks after the folders, restricted by the kernel; this
//! one answers signals, the service manager, changed settings, and tells the person. It holds no
//! content and touches no folder of people's.

mod guard;
mod notifier;
mod settings;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use sd_notify::NotifyState;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use super::landlock::restrict;
use super::{Daemon, Hint, Hints, Mounts, Pause, Status, StopReason, WatchError, WatchProblem, check};
use crate::act::audit::{Audit, Event};
use crate::act::notify::Notification;
use crate::act::opener::Opener;
use crate::config::Config;
use crate::disk::{Disk, Key, private_folder};
use crate::model::{Lang, Phrase, SystemFault};
use crate::scan::Scanner;
use guard::Guard;
use notifier::Notifier;
use settings::SettingsWatch;

/// Quiet after settings changed before they are read: an administrator's copy takes a moment.
const SETTINGS: Duration = Duration::from_millis(500);

/// Time the last notification is given before the process ends.
const FAREWELL: Duration = Duration::from_secs(1);

/// Where things are.
#[derive(Debug, Clone)]
pub struct ServicePlaces {
    /// The state folder.
    pub state: PathBuf,
    /// Where the status is written.
    pub status: PathBuf,
    /// Configuration and packs, files or folders: a change is taken over at once.
    pub settings: Vec<PathBuf>,
    /// What opens pages and folders at the desktop.
    pub opener: Opener,
}

/// What the daemon works with.
#[derive(Debug, Clone)]
pub struct ServicePlan {
    /// The configuration.
    pub config: Config,
    /// The scanner with its packs.
    pub scanner: Scanner,
    /// What is wrong with packs; they work all the same.
    pub problems: Vec<Phrase>,
    /// What should be in force and is not; the others work.
    pub lost: Vec<Phrase>,
    /// What is wrong with the user's own settings, where the administrator's are in force alone.
    pub own_settings: Option<Phrase>,
}

/// What this thread is told.
pub(super) enum ServiceMessage {
    /// Something happened, or a walk ended.
    Round(Vec<Notification>, Box<Status>),
    /// The thread that looks after the folders has ended.
    Ended(StopReason),
    /// A signal.
    Signal(i32),
    /// A marked text was copied.
    Copied(Notification, Box<Event>),
    /// The settings changed.
    Settings,
    /// Something does not work as it should, or works again.
    Degraded(Subject, Option<WatchProblem>),
}

/// What can fail beside the work on the folders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Subject {
    Settings,
    OwnSettings,
    Packs,
    Clipboard,
    Notifications,
}

/// Why the work is interrupted.
enum Interrupt {
    Stop,
    Renew(Box<ServicePlan>),
    Fault,
}

/// Looks after the folders until told to stop. `load` reads configuration and packs; `in_force` hears of each plan that is.
///
/// # Errors
/// When the daemon cannot begin, or its work ended by an internal fault.
pub fn serve(
    places: &ServicePlaces,
    lang: Lang,
    load: &dyn Fn() -> Result<ServicePlan, WatchProblem>,
    in_force: &mut dyn FnMut(&ServicePlan),
) -> Result<(), WatchError> {
    let (told, ears) = channel();
    listen_to_signals(told.clone()).map_err(|e| WatchError::Setting(WatchProblem::Signals(SystemFault::from(&e))))?;
    // A pause is a setting of the moment; its folder must be there to be listened to.
    private_folder(&places.state).map_err(|source| WatchError::State { path: places.state.clone(), source })?;
    let settings = SettingsWatch::listen(&[&places.settings[..], &[Pause::path(&places.state)]].concat(), &told);
    let mut plan = Box::new(load().map_err(WatchError::Setting)?);
    let mut voice = Notifier::new(places, lang, told.clone());
    let mut guard = Guard::default();
    let mut reload = false;
    loop {
        voice.begin(&plan);
        guard.set(plan.config.tell.clipboard.then_some(&plan.scanner), &told);
        let (worker, status) = Worker::start(places, &plan, &told)?;
        in_force(&plan);
        voice.take(Vec::new(), status);
        notify_manager(&[NotifyState::Ready]);
        let turn = attend(&ears, &mut voice, places, &plan, reload, &mut || {
            // Again, and before reading: a folder that was missing may be there now.
            settings.renew();
            load()
        });
        let mut stop = matches!(turn, Interrupt::Stop);
        if stop {
            notify_manager(&[NotifyState::Stopping]);
        }
        let after = worker.stop(&ears, &mut voice, stop);
        stop |= after.stop;
        reload = after.reload;
        match turn {
            Interrupt::Fault => return Err(WatchError::Fault),
            Interrupt::Renew(new) if !stop => plan = new,
            _ => break,
        }
    }
    if voice.end() {
        // The notification is on its way from another thread.
        let _ = ears.recv_timeout(FAREWELL);
    }
    Ok(())
}

/// The thread that looks after the folders.
struct Worker {
    thread: JoinHandle<()>,
    stop: Arc<AtomicBool>,
    wake: SyncSender<Hint>,
}

impl Worker {
    fn start(
        places: &ServicePlaces,
        plan: &ServicePlan,
        told: &Sender<ServiceMessage>,
    ) -> Result<(Self, Status), WatchError> {
        let ServicePlan { config, scanner, .. } = plan.clone();
        let anchor = config.tell.anchor.clone();
        let mut daemon = Daemon::new(&places.state, config, scanner, Disk::default())?;
        let (hints, heard) = Hints::channel();
        let wake = hints.clone();
        let (listens, listening) = sync_channel(1);
        let stop = Arc::new(AtomicBool::new(false));
        let (told, halt) = (told.clone(), Arc::clone(&stop));
        let writable: Vec<PathBuf> = [Some(places.state.clone()), anchor].into_iter().flatten().collect();
        let work = move || {
            let mut farewell = EndNotice { told: told.clone(), ended: StopReason::Stopped };
            let writable: Vec<&Path> = writable.iter().map(PathBuf::as_path).collect();
            // Before all else: threads that this one starts are restricted as it is.
            let outcome = restrict(daemon.roots(), &writable);
            // Ends with the work it serves.
            let _mounts = Mounts::watch(hints.clone());
            daemon.listen(Hints::new(hints));
            let _ = listens.send(daemon.status().clone());
            daemon.confined(outcome);
            daemon.begin();
            let mut last = Status::default();
            farewell.ended = daemon.run(&heard, &halt, |news, status| {
                if !news.is_empty() || *status != last {
                    last.clone_from(status);
                    let _ = told.send(ServiceMessage::Round(news.to_vec(), Box::new(status.clone())));
                }
            });
        };
        let thread = Builder::new().name("work".into()).spawn(work).map_err(|_| WatchError::Fault)?;
        let status = listening.recv().map_err(|_| WatchError::Fault)?;
        Ok((Worker { thread, stop, wake }, status))
    }

    /// Lets it finish what it has begun; what was asked meanwhile is not lost.
    fn stop(self, ears: &Receiver<ServiceMessage>, voice: &mut Notifier, urgent: bool) -> After {
        let mut after = After::default();
        self.stop.store(true, Ordering::Relaxed);
        let _ = self.wake.try_send(Hint::Wake);
        loop {
            let over = self.thread.is_finished();
            match ears.recv_timeout(if over { Duration::ZERO } else { Duration::from_millis(20) }) {
                Ok(ServiceMessage::Round(news, status)) => voice.take(news, *status),
                Ok(ServiceMessage::Degraded(what, problem)) => voice.degrade(what, problem),
                Ok(ServiceMessage::Copied(news, _)) => voice.queue(vec![news]),
                Ok(ServiceMessage::Settings | ServiceMessage::Signal(SIGHUP)) => after.reload = true,
                // A second request to stop is granted at once: a crash loses nothing either.
                Ok(ServiceMessage::Signal(_)) if urgent => return after,
                Ok(ServiceMessage::Signal(_)) => after.stop = true,
                Ok(ServiceMessage::Ended(_)) => {}
                Err(_) if over => break,
                Err(_) => {}
            }
        }
        let _ = self.thread.join();
        after
    }
}

/// What was asked for while the work was being stopped.
#[derive(Default)]
struct After {
    stop: bool,
    reload: bool,
}

/// Says that the work has ended however it ended.
struct EndNotice {
    told: Sender<ServiceMessage>,
    ended: StopReason,
}

impl Drop for EndNotice {
    fn drop(&mut self) {
        let _ = self.told.send(ServiceMessage::Ended(self.ended));
    }
}

/// Listens until something asks for a stop or for new settings.
fn attend(
    ears: &Receiver<ServiceMessage>,
    voice: &mut Notifier,
    places: &ServicePlaces,
    plan: &ServicePlan,
    reload: bool,
    load: &mut dyn FnMut() -> Result<ServicePlan, WatchProblem>,
) -> Interrupt {
    let mut reload = reload.then(Instant::now);
    loop {
        let due = [reload, voice.due()].into_iter().flatten().min();
        let heard = match due {
            Some(due) => ears.recv_timeout(due.saturating_duration_since(Instant::now())),
            None => ears.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match heard {
            Ok(ServiceMessage::Round(news, status)) => {
                notify_manager(&[NotifyState::Watchdog]);
                voice.take(news, *status);
            }
            Ok(ServiceMessage::Degraded(what, problem)) => voice.degrade(what, problem),
            Ok(ServiceMessage::Copied(news, event)) => {
                write_down(places, plan, &event);
                voice.queue(vec![news]);
            }
            Ok(ServiceMessage::Signal(SIGHUP)) => reload = Some(Instant::now()),
            Ok(ServiceMessage::Signal(_)) => return Interrupt::Stop,
            Ok(ServiceMessage::Settings) => reload = Some(Instant::now() + SETTINGS),
            Ok(ServiceMessage::Ended(StopReason::Outgrown)) => {
                return Interrupt::Renew(Box::new(load().unwrap_or_else(|_| plan.clone())));
            }
            Ok(ServiceMessage::Ended(StopReason::Stopped)) => return Interrupt::Fault,
            Err(RecvTimeoutError::Disconnected) => return Interrupt::Fault,
            Err(RecvTimeoutError::Timeout) => {}
        }
        voice.flush();
        if reload.is_some_and(|at| at <= Instant::now()) {
            reload = None;
            let new = load().and_then(|plan| check(&plan.config, &places.state).map(|()| plan));
            voice.degrade(Subject::Settings, new.as_ref().err().cloned());
            if let Ok(new) = new {
                let now = NotifyState::monotonic_usec_now();
                notify_manager(&[Some(NotifyState::Reloading), now.ok()].into_iter().flatten().collect::<Vec<_>>());
                return Interrupt::Renew(Box::new(new));
            }
        }
    }
}

/// Writes an event into the audit log beside the thread that looks after the folders.
fn write_down(places: &ServicePlaces, plan: &ServicePlan, event: &Event) {
    let disk = Disk::default();
    let written = private_folder(&places.state).and_then(|state| {
        let key = Key::kept(&disk, &state)?;
        Audit::new(&disk, &key, &state, plan.config.tell.anchor.clone()).append(std::slice::from_ref(event))
    });
    if let Err(e) = written {
        tracing::error!(error = %e.kind(), "the audit log cannot be written");
    }
}

/// Tells the service manager; without one there is nobody to tell.
fn notify_manager(states: &[NotifyState<'_>]) {
    if let Err(e) = sd_notify::notify(states) {
        tracing::warn!(error = %e.kind(), "the service manager cannot be told");
    }
}

fn listen_to_signals(told: Sender<ServiceMessage>) -> std::io::Result<()> {
    let mut signals = signal_hook::iterator::Signals::new([SIGTERM, SIGINT, SIGHUP])?;
    let answer = move || {
        for signal in signals.forever() {
            if told.send(ServiceMessage::Signal(signal)).is_err() {
                return;
            }
        }
    };
    Builder::new().name("signals".into()).spawn(answer).map(drop)
}
