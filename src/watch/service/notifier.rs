//! What the service says: the status file, the page of held files, and one notification for
//! what happened together. Slow or missing desktop services must not hold up anything else.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use super::{ServiceMessage, ServicePlaces, ServicePlan, Status, Subject, notify_manager};
use crate::act::notify::{Notification, show};
use crate::act::quarantine::Quarantine;
use crate::disk::Disk;
use crate::model::Lang;
use crate::watch::{WatchProblem, held_page};
use sd_notify::NotifyState;

/// What happens within this time is told together.
const TOGETHER: Duration = Duration::from_millis(1500);
/// The status is not written more often than this.
const STATUS: Duration = Duration::from_secs(1);

/// Speaks to the person.
pub(super) struct Notifier {
    places: ServicePlaces,
    lang: Lang,
    told: Sender<ServiceMessage>,
    notify: bool,
    status: Status,
    /// What does not work as it should, by subject.
    problems: BTreeMap<Subject, WatchProblem>,
    news: Vec<Notification>,
    news_at: Option<Instant>,
    status_at: Option<Instant>,
    written: Option<Instant>,
}

impl Notifier {
    pub(super) fn new(places: &ServicePlaces, lang: Lang, told: Sender<ServiceMessage>) -> Self {
        Notifier {
            places: places.clone(),
            lang,
            told,
            notify: true,
            status: Status::default(),
            problems: BTreeMap::new(),
            news: Vec::new(),
            news_at: None,
            status_at: None,
            written: None,
        }
    }

    /// The daemon begins, with these settings.
    pub(super) fn begin(&mut self, plan: &ServicePlan) {
        self.notify = plan.config.tell.notify;
        self.lang = plan.config.lang.unwrap_or(self.lang);
        self.degrade(Subject::OwnSettings, plan.own_settings.clone().map(WatchProblem::OwnSettings));
        let packs = [&plan.problems[..], &plan.lost].concat();
        self.degrade(Subject::Packs, (!packs.is_empty()).then_some(WatchProblem::Packs(packs)));
    }

    /// Takes in what the daemon says.
    pub(super) fn take(&mut self, news: Vec<Notification>, status: Status) {
        let now = Instant::now();
        self.queue(news);
        self.status = status;
        self.status_at.get_or_insert(self.written.map_or(now, |written| (written + STATUS).max(now)));
    }

    /// Takes in what the person is to be told, together with what follows at once.
    pub(super) fn queue(&mut self, news: Vec<Notification>) {
        if !news.is_empty() {
            self.news_at.get_or_insert(Instant::now() + TOGETHER);
            self.news.extend(news);
        }
    }

    /// Something does not work as it should, or works again.
    pub(super) fn degrade(&mut self, what: Subject, problem: Option<WatchProblem>) {
        match problem {
            Some(problem) => {
                tracing::warn!(?what, "degraded");
                self.problems.insert(what, problem);
            }
            None => {
                self.problems.remove(&what);
            }
        }
        self.status_at = Some(Instant::now());
    }

    /// When there is something to say.
    pub(super) fn due(&self) -> Option<Instant> {
        [self.news_at, self.status_at].into_iter().flatten().min()
    }

    /// Says what is due.
    pub(super) fn flush(&mut self) {
        let now = Instant::now();
        if self.status_at.is_some_and(|at| at <= now) {
            self.status_at = None;
            self.written = Some(now);
            self.write_status();
        }
        if self.news_at.is_some_and(|at| at <= now) {
            self.news_at = None;
            self.show_news();
        }
    }

    /// The last words; true if a notification is on its way.
    pub(super) fn end(&mut self) -> bool {
        let news = !self.news.is_empty();
        if news {
            self.show_news();
        }
        if let Err(e) = std::fs::remove_file(Status::path(&self.places.status)) {
            tracing::debug!(error = %e.kind(), "no status to remove");
        }
        news && self.notify
    }

    fn write_status(&mut self) {
        // Nothing is known yet: `mizha status` says that it starts.
        if self.status.pid == 0 {
            return;
        }
        let mut status = Status { written: jiff::Timestamp::now().to_string(), ..self.status.clone() };
        status.degraded.extend(self.problems.values().cloned());
        let held: u64 = status.folders.iter().map(|folder| folder.held).sum();
        let line = self.lang.pick(
            format!("{} folders, {held} files held", status.folders.len()),
            format!("{} 个目录，已暂扣 {held} 个文件", status.folders.len()),
        );
        notify_manager(&[NotifyState::Status(&line)]);
        if let Err(e) = status.write(&self.places.status, &Disk::default()) {
            tracing::warn!(error = %e.kind(), "the status cannot be written");
        }
    }

    fn write_page(&self) -> Option<PathBuf> {
        let disk = Disk::default();
        let quarantine = Quarantine::open(&disk, &self.places.state).ok()?;
        held_page::write(&disk, &self.places.state, &quarantine, self.lang).ok()
    }

    fn show_news(&mut self) {
        let news = std::mem::take(&mut self.news);
        let page = self.write_page();
        if !self.notify {
            return;
        }
        let (told, lang, opener) = (self.told.clone(), self.lang, self.places.opener.clone());
        std::thread::spawn(move || {
            let problem = show(&news, opener, page, lang).err().map(WatchProblem::Notifications);
            let _ = told.send(ServiceMessage::Degraded(Subject::Notifications, problem));
        });
    }
}
